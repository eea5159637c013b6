"""psqlODBC through pyodbc: values of every type, catalog functions, cursors and errors are those of the source.

Debian's odbc-postgresql and unixodbc hold the driver and its manager. What is seen is written as text and compared line by line.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from tests.clients.every_type import REFUSED, Sample, column
from tests.pair import Pair

pyodbc = pytest.importorskip("pyodbc", reason="pyodbc or unixODBC's libraries are not installed", exc_type=ImportError)
DRIVER = "PostgreSQL Unicode"
if DRIVER not in pyodbc.drivers():
    pytest.skip("psqlODBC is not installed (odbc-postgresql)", allow_module_level=True)

TOGETHER = 40
# Keywords of psqlODBC that change what it sends and how it shows types.
WAYS: dict[str, dict[str, str]] = {
    "server-side prepare": {"UseServerSidePrepare": "1"},
    "values in the text": {"UseServerSidePrepare": "0"},
    "cursors": {"UseDeclareFetch": "1", "Fetch": "2"},
    "cursors, prepared": {"UseDeclareFetch": "1", "Fetch": "2", "UseServerSidePrepare": "1"},
    "errors end the transaction": {"Protocol": "7.4-0"},
    "errors end the statement": {"Protocol": "7.4-2"},
    "bytea as long": {"ByteaAsLongVarBinary": "1", "BoolsAsChar": "1", "UnknownsAsLongVarchar": "1"},
    "bytea as varbinary": {"ByteaAsLongVarBinary": "0", "BoolsAsChar": "0", "TextAsLongVarchar": "0", "MaxVarcharSize": "50"},
    "row versions": {"RowVersioning": "1", "ShowSystemTables": "1", "ShowOidColumn": "1", "FakeOidIndex": "1", "TrueIsMinus1": "1"},
}  # fmt: skip
ALL_TYPES_IN = ("server-side prepare", "values in the text")
TABLES = ("p", "p1", "q", "par", "chi", "gen", "pv", "every_type")
# ValueError: what Python's dates and times do not reach.
FAILURES = (pyodbc.Error, ValueError)
Seen = dict[str, str]
Connection = Any


def connect(dsn: str, keywords: dict[str, str], *, autocommit: bool = True) -> Connection:
    where = conninfo_to_dict(dsn)
    words = {
        "Driver": "{" + DRIVER + "}", "Server": where["host"], "Port": where["port"], "Database": where["dbname"],
        "Uid": where["user"], "Pwd": where["password"], **keywords,
    }  # fmt: skip
    return pyodbc.connect("".join(f"{key}={value};" for key, value in words.items()), autocommit=autocommit)


def look(seen: Seen, key: str, do: Callable[[], object]) -> None:
    """Note what a call gives, or its SQLSTATE and message."""
    try:
        seen[key] = repr(do())
    except FAILURES as error:
        seen[key] = f"error {error.args}"


def answer(cursor: Any) -> object:
    """Columns and rows."""
    rows = [tuple(row) for row in cursor.fetchall()]
    return [(name, kind.__name__, *rest) for name, kind, *rest in cursor.description], rows


def parameters(connection: Connection, seen: Seen, samples: list[Sample]) -> None:
    """Values as text, and then as the objects that came back."""
    given: dict[int, object] = {number: sample.text for number, sample in enumerate(samples)}
    for how in ("text", "object"):
        back: dict[int, object] = {}
        for numbers in pieces(list(given)):
            some(connection, seen, samples, how, numbers, given, back)
        given = {number: value for number, value in back.items() if value is not None}


def pieces(numbers: list[int]) -> Iterator[list[int]]:
    for at in range(0, len(numbers), TOGETHER):
        yield numbers[at : at + TOGETHER]


def some(
    connection: Connection, seen: Seen, samples: list[Sample], how: str, numbers: list[int], given: dict[int, object],
    back: dict[int, object],
) -> None:  # fmt: skip
    """A statement of several parameters; where it fails, halves of it."""
    statement = "select " + ", ".join(f"?::{samples[number].type}" for number in numbers)
    try:
        cursor = connection.execute(statement, [given[number] for number in numbers])
        (row,), described = cursor.fetchall(), cursor.description
    except FAILURES as error:
        if len(numbers) == 1:
            seen[f"{samples[numbers[0]]} {how}"] = f"error {error.args}"
            return
        for half in (numbers[: len(numbers) // 2], numbers[len(numbers) // 2 :]):
            some(connection, seen, samples, how, half, given, back)
        return
    for number, value, about in zip(numbers, row, described):
        seen[f"{samples[number]} #{number} {how}"] = f"{value!r} {about[1].__name__} {about[2:]}"
        back[number] = value


def columns(connection: Connection, seen: Seen, samples: list[Sample]) -> None:
    names = dict.fromkeys(column(sample.type.removesuffix("[]")) for sample in samples)
    for table in ("every_type", "every_array"):
        for name in names:
            statement = f"select id, {name} from {table} order by id"
            look(seen, f"{name} of {table}", lambda statement=statement: answer(connection.execute(statement)))


def catalog(connection: Connection, seen: Seen) -> None:
    """What tools ask before they draw a list of tables."""
    cursor = connection.cursor()
    look(seen, "tables", lambda: answer(cursor.tables()))
    look(seen, "tables of a schema", lambda: answer(cursor.tables(schema="public", tableType="TABLE,VIEW")))
    look(
        seen,
        "schemas",
        lambda: [row[1] for row in cursor.tables(catalog="", schema="%", table="") if "temp_" not in row[1]],
    )
    look(
        seen,
        "types of tables",
        lambda: sorted(row[3] for row in cursor.tables(catalog="", schema="", table="", tableType="%")),
    )
    look(seen, "system tables", lambda: answer(cursor.tables(schema="pg_catalog", table="pg_c%")))
    look(seen, "types", lambda: answer(cursor.getTypeInfo()))
    look(seen, "procedures", lambda: answer(cursor.procedures(schema="pg_catalog", procedure="date_t%")))
    look(
        seen,
        "procedure's columns",
        lambda: answer(cursor.procedureColumns(schema="pg_catalog", procedure="date_trunc")),
    )
    look(seen, "columns of all", lambda: answer(cursor.columns(schema="public")))
    for table in TABLES:
        asked: dict[str, Callable[..., Any]] = {
            "columns": cursor.columns, "primary key": cursor.primaryKeys, "statistics": cursor.statistics,
            "foreign keys": cursor.foreignKeys, "row identifier": cursor.rowIdColumns, "row version": cursor.rowVerColumns,
        }  # fmt: skip
        for what, ask in asked.items():
            look(seen, f"{what} of {table}", lambda ask=ask, table=table: answer(ask(table, schema="public")))
        look(
            seen, f"unique {table}", lambda table=table: answer(cursor.statistics(table, schema="public", unique=True))
        )
        look(
            seen,
            f"keys into {table}",
            lambda table=table: answer(cursor.foreignKeys(foreignTable=table, foreignSchema="public")),
        )
    for name in sorted(name for name in vars(pyodbc) if name.startswith("SQL_") and name.isupper()):
        if name in INFORMATION:
            look(seen, name, lambda name=name: connection.getinfo(getattr(pyodbc, name)))


INFORMATION = frozenset(
    "SQL_DBMS_NAME SQL_DBMS_VER SQL_DATABASE_NAME SQL_KEYWORDS SQL_IDENTIFIER_QUOTE_CHAR SQL_MAX_IDENTIFIER_LEN SQL_USER_NAME "
    "SQL_TXN_ISOLATION_OPTION SQL_DEFAULT_TXN_ISOLATION SQL_STRING_FUNCTIONS SQL_DATA_SOURCE_READ_ONLY SQL_COLLATION_SEQ".split()
)


def sessions(connection: Connection, seen: Seen) -> None:
    """Cursors, batches, errors and transactions."""
    cursor = connection.cursor()
    look(seen, "rows", lambda: answer(cursor.execute("select g, g::text from generate_series(1, 7) g")))
    look(
        seen,
        "some",
        lambda: (
            cursor.execute("select g from generate_series(1, 7) g").fetchmany(3),
            cursor.fetchone(),
            cursor.rowcount,
        ),
    )
    look(seen, "none", lambda: answer(cursor.execute("select 1 where false")))
    look(
        seen,
        "a parameter's type",
        lambda: answer(cursor.execute("select ? + 1, ? || 'x', ?::date", 41, "ä", "2024-02-29")),
    )
    cursor.execute("create temp table own (a int primary key, b text, c numeric(8, 2))")
    look(
        seen, "many", lambda: cursor.executemany("insert into own values (?, ?, ?)", [(1, "x", "1.5"), (2, None, None)])
    )
    look(seen, "fast", lambda: fast_many(cursor))
    look(seen, "written", lambda: answer(cursor.execute("select * from own order by a")))
    look(seen, "count", lambda: cursor.execute("update own set b = 'y' where a < 3").rowcount)
    look(seen, "returning", lambda: answer(cursor.execute("delete from own where a = 1 returning a, b")))
    look(
        seen, "several", lambda: [answer(cursor.execute("select 1; select 'x' as b")), cursor.nextset(), answer(cursor)]
    )
    for wrong in WRONG:
        look(seen, wrong, lambda wrong=wrong: answer(cursor.execute(wrong)))
        look(seen, f"after {wrong}", lambda: answer(cursor.execute("select 1")))
    look(seen, "a wrong parameter", lambda: answer(cursor.execute("select ?::int", "x")))


WRONG = (
    "select nosuch",
    "selec 1",
    "select 1/0",
    "select * from nosuch",
    "insert into own values (2)",
    "select 'x'::int4",
)


def fast_many(cursor: Any) -> object:
    cursor.fast_executemany = True
    return cursor.executemany("insert into own values (?, ?, ?)", [(3, "z", "2.25"), (4, "é", "-1")])


def blocks(dsn: str, keywords: dict[str, str], seen: Seen) -> None:
    """Transactions, whose errors psqlODBC takes back by savepoints where it is told to."""
    connection = connect(dsn, keywords, autocommit=False)
    try:
        cursor = connection.cursor()
        cursor.execute("create temp table kept (a int)")
        connection.commit()
        look(seen, "in a block", lambda: cursor.execute("insert into kept values (1)").rowcount)
        look(seen, "wrong", lambda: cursor.execute("select nosuch"))
        look(seen, "after it", lambda: answer(cursor.execute("select count(*) from kept")))
        look(seen, "commit", connection.commit)
        look(seen, "kept", lambda: answer(cursor.execute("select count(*) from kept")))
        connection.rollback()
        look(seen, "open cursor", lambda: cursor.execute("select g from generate_series(1, 9) g").fetchmany(2))
        look(seen, "commit under it", connection.commit)
        look(seen, "go on", cursor.fetchall)
        connection.rollback()
        connection.set_attr(pyodbc.SQL_ATTR_TXN_ISOLATION, pyodbc.SQL_TXN_SERIALIZABLE)
        look(seen, "isolation", lambda: answer(cursor.execute("show transaction_isolation")))
    finally:
        connection.close()


def stopping(dsn: str, seen: Seen) -> None:
    connection = connect(dsn, {})
    try:
        cursor = connection.cursor()
        threading.Timer(0.3, cursor.cancel).start()
        look(seen, "cancel", lambda: answer(cursor.execute("select pg_sleep(20)")))
        look(seen, "after", lambda: answer(connection.execute("select 2")))
    finally:
        connection.close()


def compare(typed: Pair, observe: Callable[[str, Seen], None], least: int) -> None:
    seen: list[Seen] = []
    for dsn in (typed.source, typed.double):
        seen.append({})
        observe(dsn, seen[-1])
    expected, found = seen
    assert [
        (key, expected.get(key), found.get(key)) for key in {**expected, **found} if expected.get(key) != found.get(key)
    ] == []
    assert len(expected) > least


@pytest.mark.parametrize("way", WAYS)
def test_types(typed: Pair, samples: list[Sample], way: str) -> None:
    used = [sample for sample in samples if (sample.type, sample.text) not in REFUSED]
    used = used if way in ALL_TYPES_IN else used[::7]

    def observe(dsn: str, seen: Seen) -> None:
        connection = connect(dsn, WAYS[way])
        try:
            parameters(connection, seen, used)
            columns(connection, seen, used)
        finally:
            connection.close()

    compare(typed, observe, 100)


@pytest.mark.parametrize("way", ["server-side prepare", "row versions"])
def test_catalog(typed: Pair, way: str) -> None:
    def observe(dsn: str, seen: Seen) -> None:
        connection = connect(dsn, WAYS[way])
        try:
            catalog(connection, seen)
        finally:
            connection.close()

    compare(typed, observe, 70)


@pytest.mark.parametrize("way", WAYS)
def test_sessions(typed: Pair, way: str) -> None:
    def observe(dsn: str, seen: Seen) -> None:
        connection = connect(dsn, WAYS[way])
        try:
            sessions(connection, seen)
        finally:
            connection.close()
        blocks(dsn, WAYS[way], seen)

    compare(typed, observe, 30)


def test_cancel(typed: Pair) -> None:
    compare(typed, stopping, 1)
