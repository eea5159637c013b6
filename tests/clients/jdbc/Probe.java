import java.io.BufferedWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Array;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TimeZone;
import java.util.TreeMap;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * What a Java program sees of a server: every type in every mode of pgjdbc, metadata as BI tools ask for them, cursors, batches, cancel.
 *
 * <p>Writes one line an observation, `section TAB key TAB what was seen`, for each server given, so that two servers' files can be
 * compared. Knows nothing of what is right. Arguments: a file of `type TAB value` lines, then for each server URL, user, password, file.
 */
public final class Probe {
    /** One thing to do, and what was seen of it. */
    private interface Look {
        Object see() throws Exception;
    }

    private static final int TOGETHER = 40;
    private static final String[] TABLES = {"p", "p1", "q", "par", "chi", "gen", "pv", "every_type"};
    private final String url;
    private final String user;
    private final String password;
    private final BufferedWriter out;
    private final List<String[]> samples = new ArrayList<>();

    private Probe(String url, String user, String password, Path out, Path samples) throws Exception {
        this.url = url;
        this.user = user;
        this.password = password;
        this.out = Files.newBufferedWriter(out, StandardCharsets.UTF_8);
        for (String line : Files.readAllLines(samples, StandardCharsets.UTF_8)) {
            String[] parts = line.split("\t", -1);
            this.samples.add(new String[] {parts[0], parts[1].replace("\\n", "\n").replace("\\t", "\t").replace("\\\\", "\\")});
        }
    }

    public static void main(String[] arguments) throws Exception {
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        List<Thread> threads = new ArrayList<>();
        for (int at = 1; at + 3 < arguments.length; at += 4) {
            Probe probe =
                    new Probe(arguments[at], arguments[at + 1], arguments[at + 2], Path.of(arguments[at + 3]), Path.of(arguments[0]));
            Thread thread = new Thread(probe::run);
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void run() {
        try (BufferedWriter closing = out) {
            modes();
            section("metadata", Map.of(), this::metadata);
            section("rows", Map.of(), this::rows);
            section("portals", Map.of("defaultRowFetchSize", "3"), this::portals);
            section("transactions", Map.of(), this::transactions);
            section("autosave", Map.of("autosave", "always"), this::autosave);
            section("read only", Map.of("readOnlyMode", "always"), this::readOnly);
            section("batches", Map.of(), this::batches);
            section("rewritten batches", Map.of("reWriteBatchedInserts", "true"), this::batches);
            section("calls", Map.of("escapeSyntaxCallMode", "callIfNoReturn"), this::calls);
            section("calls as selects", Map.of("escapeSyntaxCallMode", "select"), this::calls);
            section("copy", Map.of(), this::copy);
            section("cancel", Map.of(), this::cancel);
            section("session", Map.of("ApplicationName", "a probe", "currentSchema", "pg_catalog,public"), this::session);
        } catch (Exception error) {
            throw new IllegalStateException(error);
        }
    }

    // Every type in every mode.

    /**
     * Two see every type, in text and in binary; the others, which differ in what is prepared and when, some of them, for the driver asks
     * for each type that it meets.
     */
    private void modes() throws Exception {
        String[][] modes = {
            {"text", "binaryTransfer", "false", "prepareThreshold", "0"},
            {"binary at once", "prepareThreshold", "-1"},
            {"simple", "preferQueryMode", "simple"},
            {"named after one", "prepareThreshold", "1"},
            {"extended for prepared", "preferQueryMode", "extendedForPrepared", "prepareThreshold", "1"},
            {"cache everything", "preferQueryMode", "extendedCacheEverything", "prepareThreshold", "1"},
        };
        for (int number = 0; number < modes.length; number++) {
            String[] mode = modes[number];
            Map<String, String> settings = new TreeMap<>();
            for (int at = 1; at < mode.length; at += 2) {
                settings.put(mode[at], mode[at + 1]);
            }
            int step = number < 2 ? 1 : 5 + 2 * number;
            section(mode[0], settings, (section, connection) -> {
                parameters(section, connection, step);
                columns(section, connection, step);
            });
        }
    }

    private void parameters(String section, Connection connection, int step) throws Exception {
        Map<Integer, Object> seen = new TreeMap<>();
        List<Integer> all = new ArrayList<>();
        for (int number = 0; number < samples.size(); number += step) {
            all.add(number);
        }
        each(all, numbers -> together(section, "text", connection, numbers, null, seen));
        each(new ArrayList<>(seen.keySet()), numbers -> together(section, "object", connection, numbers, new TreeMap<>(seen), seen));
    }

    private interface Some {
        boolean try_(List<Integer> numbers) throws Exception;
    }

    /** Many at a time; where that fails, halves of them, down to the ones that fail. */
    private static void each(List<Integer> numbers, Some some) throws Exception {
        if (numbers.size() <= TOGETHER && (numbers.isEmpty() || some.try_(numbers))) {
            return;
        }
        each(numbers.subList(0, numbers.size() / 2), some);
        each(numbers.subList(numbers.size() / 2, numbers.size()), some);
    }

    /** Values as texts, or (given) as the driver sends such objects; twice, for it may go on otherwise. False where several fail. */
    private boolean together(
            String section, String how, Connection connection, List<Integer> numbers, Map<Integer, Object> given, Map<Integer, Object> seen)
            throws Exception {
        StringBuilder query = new StringBuilder("select ");
        for (int number : numbers) {
            query.append(query.length() > 7 ? ", " : "").append("?::").append(samples.get(number)[0]);
        }
        List<String[]> lines = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(query.toString())) {
            for (int at = 0; at < numbers.size(); at++) {
                if (given == null) {
                    statement.setObject(at + 1, samples.get(numbers.get(at))[1], Types.OTHER);
                } else {
                    statement.setObject(at + 1, given.get(numbers.get(at)));
                }
            }
            for (String run : new String[] {how, how + " again"}) {
                try (ResultSet rows = statement.executeQuery()) {
                    rows.next();
                    for (int at = 1; at <= numbers.size(); at++) {
                        int number = numbers.get(at - 1);
                        Object value = object(rows, at);
                        if (given == null && value != null && !(value instanceof Exception)) {
                            seen.put(number, value);
                        }
                        String about = run.equals("text") ? " of " + described(rows.getMetaData(), at) : "";
                        lines.add(new String[] {samples.get(number)[0] + " #" + number + " " + run, string(rows, at) + shown(value) + about});
                    }
                }
            }
        } catch (SQLException error) {
            if (numbers.size() > 1) {
                return false;
            }
            lines.clear();
            lines.add(new String[] {samples.get(numbers.get(0))[0] + " #" + numbers.get(0) + " " + how, failed(error)});
        }
        for (String[] line : lines) {
            write(section, line[0], line[1]);
        }
        return true;
    }

    private void columns(String section, Connection connection, int step) throws Exception {
        for (String table : new String[] {"every_type", "every_array"}) {
            List<String> names = new ArrayList<>();
            try (Statement statement = connection.createStatement(); ResultSet none = statement.executeQuery("select * from " + table + " limit 0")) {
                for (int column = 1; column <= none.getMetaData().getColumnCount(); column += step) {
                    names.add(none.getMetaData().getColumnLabel(column));
                }
            }
            String query = "select " + String.join(", ", names) + " from " + table + " order by id";
            try (PreparedStatement statement = connection.prepareStatement(query)) {
                for (int run = 0; run < 2; run++) {
                    try (ResultSet rows = statement.executeQuery()) {
                        table(section, table + " run " + run, rows);
                    }
                }
            }
        }
    }

    private void table(String section, String key, ResultSet rows) throws Exception {
        ResultSetMetaData about = rows.getMetaData();
        for (int column = 1; column <= about.getColumnCount(); column++) {
            write(section, key + " " + about.getColumnLabel(column), described(about, column));
        }
        for (int number = 0; rows.next(); number++) {
            for (int column = 1; column <= about.getColumnCount(); column++) {
                int at = column;
                look(section, key + " " + about.getColumnLabel(column) + " row " + number, () -> {
                    Object value = object(rows, at);
                    return string(rows, at) + shown(value) + (rows.wasNull() ? " null" : "");
                });
            }
        }
    }

    // What tools ask before they draw a list of tables.

    private void metadata(String section, Connection connection) throws Exception {
        DatabaseMetaData about = connection.getMetaData();
        listing(section, "getCatalogs", about::getCatalogs);
        listing(section, "getSchemas", about::getSchemas);
        listing(section, "getSchemas p%", () -> about.getSchemas(null, "p%"));
        listing(section, "getTableTypes", about::getTableTypes);
        listing(section, "getTypeInfo", about::getTypeInfo);
        listing(section, "getTables public", () -> about.getTables(null, "public", "%", null));
        String[] kinds = {"TABLE", "VIEW", "MATERIALIZED VIEW", "PARTITIONED TABLE", "SEQUENCE", "INDEX", "SYSTEM VIEW"};
        listing(section, "getTables by type", () -> about.getTables(null, null, "%", kinds));
        listing(section, "getColumns public", () -> about.getColumns(null, "public", "%", "%"));
        listing(section, "getColumns catalog", () -> about.getColumns(null, "pg_catalog", "pg_class", "rel%"));
        listing(section, "getUDTs", () -> about.getUDTs(null, "public", "%", null));
        listing(section, "getFunctions", () -> about.getFunctions(null, "pg_catalog", "date_%"));
        listing(section, "getFunctionColumns", () -> about.getFunctionColumns(null, "pg_catalog", "date_trunc", "%"));
        listing(section, "getProcedures", () -> about.getProcedures(null, "public", "%"));
        listing(section, "getProcedureColumns", () -> about.getProcedureColumns(null, "public", "%", "%"));
        listing(section, "getSuperTables", () -> about.getSuperTables(null, "public", "%"));
        listing(section, "getClientInfoProperties", about::getClientInfoProperties);
        for (String table : TABLES) {
            listing(section, "getPrimaryKeys " + table, () -> about.getPrimaryKeys(null, "public", table));
            listing(section, "getImportedKeys " + table, () -> about.getImportedKeys(null, "public", table));
            listing(section, "getExportedKeys " + table, () -> about.getExportedKeys(null, "public", table));
            listing(section, "getIndexInfo " + table, () -> about.getIndexInfo(null, "public", table, false, false));
            listing(section, "unique getIndexInfo " + table, () -> about.getIndexInfo(null, "public", table, true, true));
            listing(section, "getBestRowIdentifier " + table, () -> about.getBestRowIdentifier(null, "public", table, 2, true));
            listing(section, "getVersionColumns " + table, () -> about.getVersionColumns(null, "public", table));
        }
        listing(section, "getCrossReference", () -> about.getCrossReference(null, "public", "p", null, "public", "q"));
        look(section, "product", () -> about.getDatabaseProductName() + " " + about.getDatabaseProductVersion());
        look(section, "version", () -> about.getDatabaseMajorVersion() + "." + about.getDatabaseMinorVersion());
        look(section, "keywords", about::getSQLKeywords);
        look(section, "name lengths", () -> about.getMaxColumnNameLength() + " " + about.getMaxTableNameLength() + " " + about.getMaxIndexLength());
        look(section, "isolation", about::getDefaultTransactionIsolation);
        look(section, "functions", () -> about.getStringFunctions() + about.getNumericFunctions() + about.getTimeDateFunctions());
        look(section, "user", () -> about.getUserName() + " " + about.isReadOnly());
    }

    private interface Asked {
        ResultSet ask() throws SQLException;
    }

    private void listing(String section, String key, Asked asked) throws Exception {
        look(section, key, () -> {
            try (ResultSet rows = asked.ask()) {
                return listed(rows);
            }
        });
    }

    private String listed(ResultSet rows) throws SQLException {
        ResultSetMetaData about = rows.getMetaData();
        StringBuilder seen = new StringBuilder();
        for (int column = 1; column <= about.getColumnCount(); column++) {
            seen.append(about.getColumnLabel(column)).append(' ').append(about.getColumnTypeName(column)).append('|');
        }
        while (rows.next()) {
            seen.append("\n");
            for (int column = 1; column <= about.getColumnCount(); column++) {
                seen.append(rows.getString(column)).append('|');
            }
        }
        return seen.toString();
    }

    // Result sets, cursors, transactions.

    private void rows(String section, Connection connection) throws Exception {
        String query = "select c_timestamptz, c_timestamp, c_date, c_time, c_timetz, c_numeric, c_bytea, c_text from every_type order by id";
        try (Statement statement = connection.createStatement(ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY);
                ResultSet rows = statement.executeQuery(query)) {
            look(section, "last", () -> rows.last() + " " + rows.getRow());
            look(section, "absolute", () -> rows.absolute(2) + " " + rows.getString(2));
            look(section, "previous", () -> rows.previous() + " " + rows.getString(2));
            look(section, "OffsetDateTime", () -> rows.getObject(1, java.time.OffsetDateTime.class));
            look(section, "LocalDateTime", () -> rows.getObject(2, java.time.LocalDateTime.class));
            look(section, "LocalDate", () -> rows.getObject(3, java.time.LocalDate.class));
            look(section, "LocalTime", () -> rows.getObject(4, java.time.LocalTime.class));
            look(section, "OffsetTime", () -> rows.getObject(5, java.time.OffsetTime.class));
            look(section, "getBigDecimal", () -> rows.getBigDecimal(6));
            look(section, "getBytes", () -> Arrays.toString(rows.getBytes(7)));
            look(section, "getInt of text", () -> rows.getInt(8));
            look(section, "getTimestamp", () -> rows.getTimestamp(1) + " " + rows.getTimestamp(2) + " " + rows.getDate(3) + " " + rows.getTime(4));
        }
        try (Statement statement = connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_UPDATABLE);
                ResultSet rows = statement.executeQuery("select id, n from ref order by id")) {
            look(section, "updatable", () -> rows.next() + " " + rows.getConcurrency() + " " + rows.getString(2));
        }
        try (Statement statement = connection.createStatement()) {
            look(section, "several results", () -> {
                StringBuilder seen = new StringBuilder();
                boolean more = statement.execute("select 1; create temp table several (a int); insert into several values (1), (2); select 2 as b");
                while (more || statement.getUpdateCount() != -1) {
                    seen.append(more ? listed(statement.getResultSet()) : "count " + statement.getUpdateCount()).append(';');
                    more = statement.getMoreResults();
                }
                return seen;
            });
            look(section, "max rows", () -> {
                statement.setMaxRows(2);
                return listed(statement.executeQuery("select id from every_type order by id"));
            });
            statement.setMaxRows(0);
            look(section, "warnings", () -> {
                statement.execute("rollback");
                return statement.getWarnings().getSQLState() + " " + statement.getWarnings().getMessage();
            });
            look(section, "escapes", () -> listed(statement.executeQuery(
                    "select {d '2024-02-29'}, {t '12:34:56'}, {ts '2024-02-29 12:34:56'}, {fn concat('a', 'b')}, {fn dayofweek({d '2024-02-29'})}, {fn log(10)}")));
            for (String bad : new String[] {"select nosuch", "select 1/0", "selec 1", "select * from nosuch", "select 'x'::int", "select length(1)"}) {
                look(section, bad, () -> listed(statement.executeQuery(bad)));
            }
        }
    }

    private void portals(String section, Connection connection) throws Exception {
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement("select g, g::text || ? from generate_series(1, 10) g")) {
            statement.setString(1, "th");
            try (ResultSet rows = statement.executeQuery(); ResultSet other = statement.getConnection().createStatement().executeQuery("select id from every_type order by id")) {
                look(section, "first", () -> rows.next() + rows.getString(2) + rows.isLast() + other.next() + other.getInt(1));
                look(section, "the rest", () -> listed(rows));
                look(section, "the other", () -> listed(other));
            }
        }
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(2);
            look(section, "an error among the rows", () -> listed(statement.executeQuery("select 1 / (4 - g) from generate_series(1, 10) g")));
        }
        connection.rollback();
        try (Statement statement = connection.createStatement()) {
            ResultSet open = statement.executeQuery("select g from generate_series(1, 10) g");
            open.next();
            connection.commit();
            look(section, "a portal after its transaction", () -> listed(open));
        }
        connection.rollback();
        try (Statement statement = connection.createStatement(ResultSet.TYPE_FORWARD_ONLY, ResultSet.CONCUR_READ_ONLY, ResultSet.HOLD_CURSORS_OVER_COMMIT)) {
            ResultSet open = statement.executeQuery("select g from generate_series(1, 10) g");
            open.next();
            connection.commit();
            look(section, "held", () -> listed(open));
        }
    }

    private void transactions(String section, Connection connection) throws Exception {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            Savepoint before = connection.setSavepoint("before");
            look(section, "failing", () -> statement.executeQuery("select nosuch"));
            look(section, "failed", () -> statement.executeQuery("select 1"));
            connection.rollback(before);
            look(section, "rolled back to", () -> listed(statement.executeQuery("select 1")));
            connection.releaseSavepoint(connection.setSavepoint());
            connection.commit();
            for (int level : new int[] {Connection.TRANSACTION_SERIALIZABLE, Connection.TRANSACTION_REPEATABLE_READ, Connection.TRANSACTION_READ_UNCOMMITTED}) {
                look(section, "isolation " + level, () -> {
                    connection.setTransactionIsolation(level);
                    return connection.getTransactionIsolation() + listed(statement.executeQuery("show transaction_isolation"));
                });
                connection.rollback();
            }
        }
    }

    private void autosave(String section, Connection connection) throws Exception {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            look(section, "before", () -> listed(statement.executeQuery("select 1")));
            look(section, "failing", () -> statement.executeQuery("select nosuch"));
            look(section, "after", () -> listed(statement.executeQuery("select 2")));
            look(section, "a failing parameter", () -> {
                try (PreparedStatement prepared = connection.prepareStatement("select 10 / ?")) {
                    prepared.setInt(1, 0);
                    return listed(prepared.executeQuery());
                }
            });
            look(section, "after that", () -> listed(statement.executeQuery("select 3")));
        }
        connection.commit();
    }

    private void readOnly(String section, Connection connection) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute("create temp table mine (a int)");
            connection.setReadOnly(true);
            look(section, "is", () -> connection.isReadOnly() + listed(statement.executeQuery("show transaction_read_only")));
            look(section, "a temporary table", () -> statement.executeUpdate("insert into mine values (1)"));
            look(section, "a table", () -> statement.executeUpdate("delete from ref"));
            look(section, "definitions", () -> statement.executeUpdate("create table x (a int)"));
            connection.setAutoCommit(false);
            look(section, "in a block", () -> listed(statement.executeQuery("show transaction_read_only")));
            connection.rollback();
            connection.setReadOnly(false);
            look(section, "no more", () -> listed(statement.executeQuery("show transaction_read_only")));
        }
    }

    private void batches(String section, Connection connection) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute("create temp table batch (a int primary key, b text, c numeric(8,2), d timestamptz)");
            try (PreparedStatement insert = connection.prepareStatement("insert into batch values (?, ?, ?, ?)")) {
                for (int number = 1; number <= 7; number++) {
                    insert.setInt(1, number);
                    insert.setString(2, number % 3 == 0 ? null : "b" + number);
                    insert.setBigDecimal(3, new java.math.BigDecimal(number).movePointLeft(2));
                    insert.setTimestamp(4, new java.sql.Timestamp(number * 1000L));
                    insert.addBatch();
                }
                look(section, "counts", () -> Arrays.toString(insert.executeBatch()));
                insert.setInt(1, 1);
                insert.addBatch();
                look(section, "a duplicate", () -> Arrays.toString(insert.executeBatch()));
            }
            look(section, "rows", () -> listed(statement.executeQuery("select * from batch order by a")));
            statement.addBatch("update batch set b = 'x' where a < 4");
            statement.addBatch("delete from batch where a = 7");
            look(section, "statements", () -> Arrays.toString(statement.executeBatch()));
            look(section, "generated keys", () -> {
                try (PreparedStatement insert = connection.prepareStatement("insert into batch values (100, 'k')", Statement.RETURN_GENERATED_KEYS)) {
                    return insert.executeUpdate() + listed(insert.getGeneratedKeys());
                }
            });
            look(section, "chosen keys", () -> {
                try (PreparedStatement insert = connection.prepareStatement("insert into batch values (101, 'k')", new String[] {"a", "c"})) {
                    return insert.executeUpdate() + listed(insert.getGeneratedKeys());
                }
            });
            look(section, "a batch with a failure", () -> {
                connection.setAutoCommit(false);
                statement.addBatch("insert into batch values (50)");
                statement.addBatch("insert into nosuch values (51)");
                statement.addBatch("insert into batch values (52)");
                return Arrays.toString(statement.executeBatch());
            });
            connection.rollback();
            look(section, "after it", () -> listed(statement.executeQuery("select count(*) from batch")));
        }
    }

    private void calls(String section, Connection connection) throws Exception {
        look(section, "a function", () -> {
            try (CallableStatement call = connection.prepareCall("{? = call upper(?)}")) {
                call.registerOutParameter(1, Types.VARCHAR);
                call.setString(2, "abc");
                call.execute();
                return call.getString(1);
            }
        });
        for (String query : new String[] {"{call upper('a')}", "{call nosuch()}", "call upper('a')", "{? = call nosuch(1)}"}) {
            look(section, query, () -> {
                try (CallableStatement call = connection.prepareCall(query)) {
                    if (query.startsWith("{?")) {
                        call.registerOutParameter(1, Types.INTEGER);
                    }
                    return call.execute();
                }
            });
        }
    }

    private void copy(String section, Connection connection) throws Exception {
        org.postgresql.copy.CopyManager copies = connection.unwrap(PGConnection.class).getCopyAPI();
        look(section, "out", () -> {
            StringWriter text = new StringWriter();
            return copies.copyOut("copy (select id, c_text, c_numeric from every_type order by id) to stdout with (format csv, header)", text) + "\n" + text;
        });
        look(section, "binary", () -> {
            java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream();
            long rows = copies.copyOut("copy (select id, c_int8, c_timestamptz from every_type order by id) to stdout with (format binary)", bytes);
            return rows + " " + Arrays.toString(bytes.toByteArray());
        });
        look(section, "failing", () -> copies.copyOut("copy nosuch to stdout", new StringWriter()));
        try (Statement statement = connection.createStatement()) {
            statement.execute("create temp table copied (a int, b text)");
            look(section, "in", () -> copies.copyIn("copy copied from stdin", new StringReader("1\tx\n2\t\\N\n")));
            look(section, "in, wrong", () -> copies.copyIn("copy copied from stdin", new StringReader("z\tx\n")));
            look(section, "came in", () -> listed(statement.executeQuery("select * from copied order by a")));
        }
    }

    private void cancel(String section, Connection connection) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            look(section, "query timeout", () -> listed(statement.executeQuery("select pg_sleep(20)")));
            statement.setQueryTimeout(0);
            look(section, "after", () -> listed(statement.executeQuery("select 1")));
            Thread thread = new Thread(() -> {
                try {
                    Thread.sleep(300);
                    statement.cancel();
                } catch (InterruptedException | SQLException error) {
                    throw new IllegalStateException(error);
                }
            });
            thread.start();
            look(section, "cancel", () -> listed(statement.executeQuery("select pg_sleep(20)")));
            thread.join();
            look(section, "after that", () -> listed(statement.executeQuery("select 2")));
        }
    }

    private void session(String section, Connection connection) throws Exception {
        PGConnection own = connection.unwrap(PGConnection.class);
        look(section, "valid", () -> connection.isValid(5));
        look(section, "schema", () -> connection.getSchema() + " " + connection.getCatalog());
        look(section, "another schema", () -> {
            connection.setSchema("information_schema");
            return connection.getSchema();
        });
        look(section, "name", () -> {
            connection.setClientInfo("ApplicationName", "renamed");
            return connection.getClientInfo() + listed(connection.createStatement().executeQuery("show application_name"));
        });
        look(section, "reported", () -> {
            Map<String, String> reported = new TreeMap<>(own.getParameterStatuses());
            return reported;
        });
        look(section, "notifications", () -> {
            connection.createStatement().execute("listen somewhere");
            return Arrays.toString(own.getNotifications());
        });
        look(section, "an array of ours", () -> {
            try (PreparedStatement statement = connection.prepareStatement("select ?::text[], 'b' = any(?)")) {
                Array words = connection.createArrayOf("text", new String[] {"a", "b", null, "c \"d\""});
                statement.setArray(1, words);
                statement.setArray(2, words);
                return listed(statement.executeQuery());
            }
        });
        look(section, "time zone", () -> {
            connection.createStatement().execute("set timezone to 'Asia/Kolkata'");
            return listed(connection.createStatement().executeQuery("select timestamptz '2024-07-01 12:00+00'"));
        });
        look(section, "closed", () -> {
            connection.close();
            return connection.createStatement();
        });
    }

    // How things are written down.

    private interface Part {
        void look(String section, Connection connection) throws Exception;
    }

    private void section(String name, Map<String, String> settings, Part part) throws Exception {
        Properties properties = new Properties();
        properties.put("user", user);
        properties.put("password", password);
        properties.putAll(settings);
        try (Connection connection = DriverManager.getConnection(url, properties)) {
            part.look(name, connection);
        } catch (SQLException error) {
            write(name, "ended by", failed(error));
        }
    }

    private void look(String section, String key, Look look) throws Exception {
        String seen;
        try {
            seen = String.valueOf(look.see());
        } catch (SQLException error) {
            seen = failed(error);
        } catch (RuntimeException | java.io.IOException error) {
            seen = error.toString();
        }
        write(section, key, seen);
    }

    private void write(String section, String key, String seen) throws Exception {
        out.write(section + "\t" + key + "\t" + seen.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + "\n");
    }

    private static String failed(SQLException error) {
        StringBuilder seen = new StringBuilder("SQLException ");
        for (SQLException one = error; one != null; one = one.getNextException()) {
            seen.append(one.getSQLState()).append(' ');
            ServerErrorMessage said = one instanceof PSQLException ? ((PSQLException) one).getServerErrorMessage() : null;
            seen.append(said == null ? one.getMessage() : said.getSeverity() + " " + said.getMessage() + " at " + said.getPosition()).append("; ");
        }
        return seen.toString();
    }

    /** The text of a value, but for bytes: in binary, that is Java's own name of an array. */
    private static String string(ResultSet rows, int column) throws SQLException {
        try {
            return rows.getMetaData().getColumnType(column) == Types.BINARY ? "" : rows.getString(column) + " as ";
        } catch (RuntimeException error) {
            return error + " as "; // what the driver itself cannot read, as an infinite numeric
        }
    }

    private static Object object(ResultSet rows, int column) {
        try {
            return rows.getObject(column);
        } catch (SQLException | RuntimeException error) {
            return error;
        }
    }

    private static String shown(Object value) {
        if (value == null) {
            return "null";
        }
        if (value instanceof SQLException) {
            return failed((SQLException) value);
        }
        if (value instanceof byte[]) {
            return "byte[] " + Arrays.toString((byte[]) value);
        }
        if (value instanceof Array) {
            try {
                Object inside = ((Array) value).getArray();
                return "Array " + ((Array) value).getBaseTypeName() + " " + inside.getClass().getSimpleName() + " " + Arrays.deepToString((Object[]) inside);
            } catch (SQLException | RuntimeException error) {
                return "Array " + error;
            }
        }
        return value.getClass().getName() + " " + value;
    }

    private static String described(ResultSetMetaData about, int column) throws SQLException {
        return String.join(" ", about.getColumnTypeName(column), String.valueOf(about.getColumnType(column)), about.getColumnClassName(column),
                String.valueOf(about.getPrecision(column)), String.valueOf(about.getScale(column)), String.valueOf(about.getColumnDisplaySize(column)),
                String.valueOf(about.isSigned(column)), String.valueOf(about.isCaseSensitive(column)), about.getTableName(column),
                String.valueOf(about.isNullable(column)), String.valueOf(about.isAutoIncrement(column)));
    }
}
