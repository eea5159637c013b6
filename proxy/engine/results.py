"""The rows of one running statement as a stream of Arrow batches, with a connection of its own.

A handful of rows of plain values comes as Python's values instead, which costs DuckDB half as much as a stream. Refuses to know roles,
sessions and the wire. One thread at a time asks for batches; whoever wants the result stopped or gone says so
from any thread and is not kept waiting. DuckDB's own `fetch*` garble intervals, infinities and BC dates and are not used. Facts:
DuckDB 2.0, measured: an interrupt of a connection that runs nothing yet is lost, and planning takes none.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence

import duckdb
import pyarrow as pa

from proxy.engine.functions.errors import UnknownError, map_duckdb_error
from proxy.engine.rows import batch_of, is_readable
from proxy.errors import QueryCanceled
from proxy.kept import Kept
from proxy.sql.compiled import Compiled

BATCH_ROWS, BATCH_ROWS_MIN = 8192, 256
BATCH_CELLS = 1 << 17


PARSED_MAX, PARSED_CHARACTERS = 2_000, 8_000_000  # statements that were parsed and are kept, with their texts
PASSED_MAX, PASSED_CHARACTERS = 10_000, 8_000_000


class Seen:
    """What an engine remembers of what it ran: statements as they were parsed, and checks of constants that raised nothing and so never
    will."""

    def __init__(self) -> None:
        self.parsed: Kept[duckdb.Statement] = Kept(PARSED_MAX, PARSED_CHARACTERS)
        self.passed: Kept[bool] = Kept(PASSED_MAX, PASSED_CHARACTERS)


class CompiledWrong(RuntimeError):
    """DuckDB refused what the compiler printed: our bug. The client gets a reference, the log DuckDB's words."""


class Results:
    """See the module. connect: gives the connection, when the statement begins to run."""

    def __init__(
        self,
        connect: Callable[[], duckdb.DuckDBPyConnection],
        compiled: Compiled,
        params: Sequence[object],
        timezone: str = "UTC",
        seen: Seen | None = None,
    ) -> None:
        self._connect, self._compiled, self._timezone, self._seen = connect, compiled, timezone, seen or Seen()
        self._params = {str(index): params[index - 1] for index in compiled.used}
        self._cursor: duckdb.DuckDBPyConnection | None = None
        self._reader: pa.RecordBatchReader | None = None
        self._state = threading.Lock()  # held for moments only
        self._running = self._closed = self._ended = False

    def next_batch(self) -> pa.RecordBatch | None:
        """The next rows, None at the end. Runs the statement at the first call. Raises PgError."""
        with self._state:
            if self._closed:
                raise QueryCanceled("canceling statement due to user request")
            if self._ended:
                return None
            self._running = True
        try:
            return self._next()
        except StopIteration:
            self._ended = True
            self._drop()  # here, for it takes as long as a small statement, and whoever closes may be the event loop
            return None
        except (duckdb.Error, pa.ArrowException, OSError) as error:
            mapped = map_duckdb_error(_own(error))
            if isinstance(mapped, UnknownError):
                raise CompiledWrong("the engine refused a compiled statement") from error
            raise mapped from error
        finally:
            with self._state:
                self._running = False
                drop = self._closed
            if drop:
                self._drop()

    def _next(self) -> pa.RecordBatch:
        if self._reader is None:
            self._cursor = self._connect()
            if self._timezone != "UTC":
                self._cursor.execute("SET TimeZone = ?", [self._timezone])
            self._check(self._cursor)
            if self._compiled.few and (batch := self._at_once(self._cursor)) is not None:
                self._drop()
                self._ended = True
                return batch
            self._reader = stream(
                self._cursor, self._compiled.sql, self._params, batch_rows(len(self._compiled.columns))
            )
        return self._reader.read_next_batch()

    def _at_once(self, cursor: duckdb.DuckDBPyConnection) -> pa.RecordBatch | None:
        """All rows, None where they cannot be read this way."""
        if not is_readable(self._compiled.few, self._timezone):
            return None
        found = self._seen.parsed.get(self._compiled.sql)
        if found is None:
            (found,) = cursor.extract_statements(self._compiled.sql)
            self._seen.parsed.put(self._compiled.sql, found, len(self._compiled.sql))
        return batch_of(cursor.execute(found, self._params or None).fetchall(), self._compiled.few)

    def _check(self, cursor: duckdb.DuckDBPyConnection) -> None:
        """Compute the statement's constants, once for all statements that have them."""
        for check in self._compiled.checks:
            if self._seen.passed.get(check) is None:
                stream(cursor, check, {}, 1).read_all()
                self._seen.passed.put(check, True, len(check))

    def interrupt(self) -> None:
        """Stop the statement; the running `next_batch` raises 57014. Nothing happens where none runs."""
        with self._state:
            if self._cursor is not None:
                self._cursor.interrupt()

    def close(self) -> None:
        """Drop the result and its connection: now, or when the thread that is in `next_batch` leaves it."""
        with self._state:
            was_closed, self._closed = self._closed, True
            if self._running and self._cursor is not None:
                self._cursor.interrupt()
            if self._running or was_closed:
                return
        if self._cursor is not None:
            # What an unfinished statement holds may be large, and freeing it takes its time.
            threading.Thread(target=self._drop, name="drop", daemon=True).start()

    def _drop(self) -> None:
        with self._state:
            cursor, self._cursor, self._reader = self._cursor, None, None
        if cursor is not None:
            cursor.close()


def stream(
    cursor: duckdb.DuckDBPyConnection, sql: str, params: Mapping[str, object], rows: int
) -> pa.RecordBatchReader:
    """A statement's rows as they come, about `rows` a batch.

    A relation is bound before it runs, to name its columns, and bound again when it does. The step that it takes then does without the
    first, which is a fifth of a short statement's time; DuckDB keeps that step to itself, so that a version without it goes the long way.
    """
    submit = getattr(cursor, "_submit", None)
    if submit is None:
        return cursor.sql(sql, params=params or None).to_arrow_reader(rows)
    return submit(sql, params or None, "stream", rows).arrow_reader()


# DuckDB's exceptions by the words that their texts begin with: InvalidInputException says "Invalid Input Error: ...".
_KINDS = {
    name.removesuffix("Exception").lower(): kind
    for name, kind in vars(duckdb).items()
    if isinstance(kind, type) and issubclass(kind, duckdb.Error) and name.endswith("Exception")
}


def _own(error: Exception) -> Exception:
    """DuckDB's exception; what fails after the first batch comes through Arrow, which keeps only its text."""
    kind = _KINDS.get(str(error).partition(" Error:")[0].replace(" ", "").lower())
    return error if isinstance(error, duckdb.Error) or kind is None else kind(str(error))


def batch_rows(columns: int) -> int:
    """Fewer rows at a time of a wide result, so that a batch costs about the same memory and time."""
    return max(BATCH_ROWS_MIN, min(BATCH_ROWS, BATCH_CELLS // max(1, columns)))
