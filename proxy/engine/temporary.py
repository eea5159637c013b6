"""Rows of one session's temporary tables: a DuckDB schema of its own, written in one DuckDB transaction a statement, bounded in size.

A row says by which statement it was made and ended, so that what a rollback undoes is a matter of numbers, and a cursor goes on reading
the moment at which it was opened. Work that nobody waits for (undoing, dropping, clearing) is kept until the next statement on temporary
tables. Refuses to know names, types and transactions. Facts: `proxy.sql.lower.temporary` for names in DuckDB.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress

import duckdb

from proxy.engine.functions.errors import UnknownError, map_duckdb_error
from proxy.engine.results import CompiledWrong, Results
from proxy.errors import DiskFull, QueryCanceled
from proxy.sql.compiled import Compiled, CompiledRule, CompiledWrite
from proxy.sql.lower.temporary import BORN, DIED, NEVER, counter_name, staged_name, table_name
from proxy.sql.temporary import TempSchema, TempTable

ROW_BYTES = 16  # x0 and x1
Params = Sequence[object]


class TemporaryStore:
    """See the module. connect: gives a connection. bytes_max: what all rows may take, roughly."""

    def __init__(self, connect: Callable[[], duckdb.DuckDBPyConnection], number: int, bytes_max: int) -> None:
        self._connect, self._bytes_max = connect, bytes_max
        self.schema = f"s{number}"
        self._turn = threading.Lock()  # held while a statement writes
        self._later: list[str] = [f"CREATE SCHEMA {self.schema}"]
        self._bytes = 0

    def create(self, schema: TempSchema, table: TempTable) -> None:
        """Make a table without rows."""
        self._later += creation(schema, table)

    def drop(self, schema: TempSchema, table: TempTable) -> None:
        """Drop a table for good."""
        self._later += removal(schema, table)

    def undo(self, schema: TempSchema, table: TempTable, moment: int) -> None:
        """Bring a table back to a moment."""
        self._later += undoing(schema, table.oid, moment)

    def truncate(self, schema: TempSchema, table: TempTable, moment: int, *, restart: bool) -> None:
        """End all rows at a moment. restart: the sequences begin anew, whatever becomes of the transaction."""
        self._later.append(ending(schema, table.oid, moment))
        if restart:
            self._later += restarting(schema, table)

    def clear(self, schema: TempSchema, table: TempTable, *, everything: bool) -> None:
        """Drop what has ended, or all rows: nobody can read them any more."""
        self._later.append(clearing(schema, table.oid, everything=everything))

    def open(self, compiled: Compiled, params: Params, moment: int, timezone: str) -> Results:
        """A result that reads temporary tables as they were at a moment."""
        return Results(self._settled, compiled, (*params, moment), timezone)

    def writing(
        self, schema: TempSchema, write: CompiledWrite, oid: int, params: Params, moment: int, timezone: str
    ) -> Writing:
        """A statement that writes, ready to run. moment: its number."""
        return Writing(self, schema, write, schema.tables[oid], (*params, moment - 1), moment, timezone)

    def checking(self, rule: CompiledRule, moment: int) -> Checking:
        """A look at a whole table, ready to run."""
        return Checking(self, rule, moment)

    def close(self) -> None:
        """Drop everything. Waits for a statement that writes."""
        with self._turn:
            self._later.clear()
            with suppress(duckdb.Error):  # the instance may be closed already
                connection = self._connect()
                connection.execute(f"DROP SCHEMA IF EXISTS {self.schema} CASCADE")
                connection.close()

    def _settled(self) -> duckdb.DuckDBPyConnection:
        """A connection, after all that is left to be done."""
        with self._turn:
            return self._settle()

    def _settle(self) -> duckdb.DuckDBPyConnection:
        connection = self._connect()
        while self._later:
            connection.execute(self._later[0])
            self._later.pop(0)
        return connection

    def add(self, connection: duckdb.DuckDBPyConnection, size: int) -> None:
        """A statement made rows of that many bytes. Raises DiskFull where they are too many beside all others."""
        self._bytes += size
        if self._bytes > self._bytes_max:
            self._bytes = self._held(connection)
        if self._bytes > self._bytes_max:
            raise DiskFull(
                f"temporary tables of this session would take more than {self._bytes_max >> 20} MB",
                hint="Drop or truncate temporary tables, or keep fewer rows in them.",
            )

    def _held(self, connection: duckdb.DuckDBPyConnection) -> int:
        """What all tables take now."""
        tables = connection.execute(
            "SELECT table_name, string_agg(column_name || ' ' || data_type, ';' ORDER BY column_index) FROM duckdb_columns() "
            f"WHERE schema_name = '{self.schema}' AND table_name LIKE 't%' GROUP BY ALL"
        ).fetchall()
        total = 0
        for name, columns in tables:
            widths = _widths([part.partition(" ")[::2] for part in columns.split(";")])
            total += _count(connection.execute(f"SELECT sum({widths}) FROM {self.schema}.{name}"))
        return total


class Writing:
    """One statement that writes: all of it or nothing. `run` blocks; `interrupt` comes from another thread."""

    def __init__(
        self, store: TemporaryStore, schema: TempSchema, write: CompiledWrite, table: TempTable, params: Params,
        moment: int, timezone: str,
    ) -> None:  # fmt: skip
        self._store, self._schema, self._write, self._table = store, schema, write, table
        self._params, self._moment, self._timezone = params, moment, timezone
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._stopped = False

    def run(self) -> int:
        """How many rows were written. Raises PgError."""
        with self._store._turn:
            try:
                self._connection = self._store._settle()
                if self._timezone != "UTC":
                    self._connection.execute("SET TimeZone = ?", [self._timezone])
                return self._transaction(self._connection)
            except duckdb.Error as error:
                mapped = map_duckdb_error(error)
                if isinstance(mapped, UnknownError):
                    raise CompiledWrong("the engine refused a compiled statement") from error
                raise mapped from error
            finally:
                if self._connection is not None:
                    self._connection.close()
                self._connection = None

    def next_batch(self) -> None:
        """It gives no rows."""

    def interrupt(self) -> None:
        """Stop it."""
        self._stopped = True
        if (connection := self._connection) is not None:
            connection.interrupt()

    def close(self) -> None:
        """Nothing is held once it has run."""

    def _transaction(self, connection: duckdb.DuckDBPyConnection) -> int:
        held = self._store._bytes
        connection.execute("BEGIN")
        try:
            count = self._apply(connection)
            self._require_going_on()
            connection.execute("COMMIT")
        except BaseException:
            self._store._bytes = held
            with suppress(duckdb.Error):
                connection.execute("ROLLBACK")
            raise
        return count

    def _apply(self, connection: duckdb.DuckDBPyConnection) -> int:
        write, name = self._write, table_name(self._schema, self._table.oid)
        if write.kind == "create":
            for statement in creation(self._schema, self._table):
                connection.execute(statement)
        if write.at_once:
            return self._insert(connection, f"({write.sql})", write.used) if write.sql else 0
        staged = staged_name(self._schema, self._table.oid)
        limit = self._rows_max()
        self._execute(
            connection, f"CREATE OR REPLACE TABLE {staged} AS SELECT * FROM ({write.sql}) LIMIT {limit}", write.used
        )
        for sql, used in write.kept:
            self._execute(connection, f"DELETE FROM {staged} WHERE rowid NOT IN ({sql})", self._of_moment(used))
        for rule in write.rules:
            require(connection, rule, self._moment)
        if write.kind != "insert":
            ends = f"UPDATE {name} SET {DIED} = {self._moment} WHERE rowid IN (SELECT place FROM {staged})"
            count = _count(connection.execute(ends))
            if write.kind == "delete":
                return count
        count = self._insert(connection, staged, ())
        for rule in write.unique:
            require(connection, rule, self._moment)
        return count

    def _insert(self, connection: duckdb.DuckDBPyConnection, source: str, used: Sequence[int]) -> int:
        name, columns = table_name(self._schema, self._table.oid), self._write.filled
        targets = ", ".join((*columns, BORN, DIED))
        values = ", ".join((*columns, str(self._moment), str(NEVER)))
        sql, widths = f"INSERT INTO {name} ({targets}) SELECT {values} FROM {source}", table_widths(self._table)
        if self._write.few:  # a statement less, of which each costs more than a few rows
            sizes = self._execute(connection, f"{sql} RETURNING {widths}", used).fetchall()
            self._store.add(connection, sum(int(size) for (size,) in sizes))
            return len(sizes)
        count = _count(self._execute(connection, f"{sql} LIMIT {self._rows_max()}", used))
        made = f"SELECT sum({widths}) FROM {name} WHERE {BORN} = {self._moment}"
        self._store.add(connection, _count(connection.execute(made)))
        return count

    def _execute(
        self, connection: duckdb.DuckDBPyConnection, sql: str, used: Sequence[int] | dict[str, object]
    ) -> duckdb.DuckDBPyConnection:
        self._require_going_on()
        values = used if isinstance(used, dict) else {str(number): self._params[number - 1] for number in used}
        return connection.execute(sql, values) if values else connection.execute(sql)

    def _of_moment(self, used: Sequence[int]) -> dict[str, object]:
        """The parameters of a query of our own: the table as it was before this statement."""
        return {"1": self._moment - 1} if used else {}

    def _rows_max(self) -> int:
        """More rows than this could not stay, whatever is in them."""
        return int(self._store._bytes_max // (ROW_BYTES + 8 * len(self._table.columns))) + 1

    def _require_going_on(self) -> None:
        if self._stopped:
            raise QueryCanceled("canceling statement due to user request")


class Checking:
    """A rule over a whole table, for an index that is made. `run` blocks."""

    def __init__(self, store: TemporaryStore, rule: CompiledRule, moment: int) -> None:
        self._store, self._rule, self._moment = store, rule, moment
        self._connection: duckdb.DuckDBPyConnection | None = None

    def run(self) -> None:
        """Raises what the rule says."""
        try:
            self._connection = self._store._settled()
            require(self._connection, self._rule, self._moment)
        except duckdb.Error as error:
            raise map_duckdb_error(error) from error
        finally:
            if self._connection is not None:
                self._connection.close()

    def next_batch(self) -> None:
        """It gives no rows."""

    def interrupt(self) -> None:
        """Stop it."""
        if self._connection is not None:
            self._connection.interrupt()

    def close(self) -> None:
        """Nothing is held once it has run."""


def require(connection: duckdb.DuckDBPyConnection, rule: CompiledRule, moment: int) -> None:
    """Raise what the rule says of the first row that breaks it."""
    found = connection.execute(rule.sql, {"1": moment} if rule.used else None).fetchone()
    if found is not None:
        raise rule.rule.error(found)


def creation(schema: TempSchema, table: TempTable) -> list[str]:
    """The statements that make a table and its sequences."""
    columns = [f"c{column.row.attnum} {column.row.storage}" for column in table.columns] or ["c0 BOOLEAN"]
    columns += [f"{BORN} BIGINT", f"{DIED} BIGINT"]
    sequences = [
        f"CREATE SEQUENCE {counter_name(schema, table.oid, column.row.attnum)}"
        for column in table.columns
        if column.counter
    ]
    return [f"CREATE TABLE {table_name(schema, table.oid)} ({', '.join(columns)})", *sequences]


def removal(schema: TempSchema, table: TempTable) -> list[str]:
    """The statements that drop it again."""
    sequences = [
        f"DROP SEQUENCE IF EXISTS {counter_name(schema, table.oid, column.row.attnum)}"
        for column in table.columns
        if column.counter
    ]
    staged = staged_name(schema, table.oid)
    return [f"DROP TABLE IF EXISTS {table_name(schema, table.oid)}", f"DROP TABLE IF EXISTS {staged}", *sequences]


def undoing(schema: TempSchema, oid: int, moment: int) -> list[str]:
    """The statements that bring a table back to a moment."""
    name = table_name(schema, oid)
    return [
        f"DELETE FROM {name} WHERE {BORN} > {moment}",
        f"UPDATE {name} SET {DIED} = {NEVER} WHERE {DIED} > {moment} AND {DIED} <> {NEVER}",
    ]


def clearing(schema: TempSchema, oid: int, *, everything: bool) -> str:
    """The statement that drops what has ended, or all rows."""
    return f"DELETE FROM {table_name(schema, oid)}" + ("" if everything else f" WHERE {DIED} <> {NEVER}")


def ending(schema: TempSchema, oid: int, moment: int) -> str:
    """The statement that ends all rows at a moment: TRUNCATE."""
    return f"UPDATE {table_name(schema, oid)} SET {DIED} = {moment} WHERE {DIED} = {NEVER}"


def restarting(schema: TempSchema, table: TempTable) -> list[str]:
    """The statements that make a table's sequences begin anew."""
    names = [counter_name(schema, table.oid, column.row.attnum) for column in table.columns if column.counter]
    return [f"CREATE OR REPLACE SEQUENCE {name}" for name in names]


def table_widths(table: TempTable) -> str:
    """SQL of what a row takes, roughly, in bytes."""
    return _widths([(f"c{column.row.attnum}", column.row.storage) for column in table.columns])


def _widths(columns: Sequence[Sequence[str]]) -> str:
    parts = [str(ROW_BYTES)]
    for name, kind in columns:
        if kind.endswith("[]"):
            parts.append(f"coalesce(16 * len({name}), 0)")
        elif kind in ("VARCHAR", "BLOB"):
            parts.append(f"coalesce({'strlen' if kind == 'VARCHAR' else 'octet_length'}({name}), 0) + 8")
        else:
            parts.append("8")
    return " + ".join(parts)


def _count(executed: duckdb.DuckDBPyConnection) -> int:
    found = executed.fetchone()
    return int(found[0] or 0) if found is not None else 0
