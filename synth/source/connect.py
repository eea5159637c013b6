"""The one connection to the source: one REPEATABLE READ READ ONLY transaction, one snapshot for every read.

Holds asyncpg behind a small class and turns its errors into ours: a source's own text can quote values, so people see
its SQLSTATE and our words only (design rule 9). Refuses to know what is read.
"""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import asyncpg

from policies.errors import PgError
from synth.source.catalog import PRINTING_PATH
from synth.source.rights import require_encoding, require_reader

CONNECT_TIMEOUT_S = 20

# Texts of values and of the catalog depend on these; a build's must not depend on the role's or the server's defaults.
SETTINGS = {
    "search_path": PRINTING_PATH,
    "TimeZone": "UTC",
    "DateStyle": "ISO, YMD",
    "IntervalStyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "statement_timeout": "0",
    "idle_in_transaction_session_timeout": "0",
}


class SourceUnreachable(PgError):
    """No connection to the source."""

    sqlstate = "08001"


class SourceFailed(PgError):
    """The source answered with an error; its own words stay there."""

    sqlstate = "58000"


class Snapshot:
    """Everything a build may ask of the source, all in one snapshot."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def fetch(self, query: str, *args: object) -> Sequence[Any]:
        """All rows of a catalog query."""
        try:
            rows: Sequence[Any] = await self._connection.fetch(query, *args)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise failed("the catalog", error) from None
        return rows

    async def copy(self, query: str, feed: Callable[[bytes], Awaitable[None]], what: str) -> None:
        """Stream COPY (query) TO STDOUT (FORMAT binary) into feed. what: the table's name, for an error."""
        try:
            await self._connection.copy_from_query(query, output=feed, format="binary")
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
            raise failed(f'"{what}"', error) from None


@asynccontextmanager
async def open_snapshot(dsn: str, *, allow_writer: bool = False) -> AsyncIterator[Snapshot]:
    """A snapshot of the source. allow_writer: accept a role that could write; for tests' throw-away databases."""
    try:
        connection = await asyncpg.connect(
            dsn, timeout=CONNECT_TIMEOUT_S, server_settings={"application_name": "pgdouble build"}
        )
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, ValueError, OverflowError, TimeoutError) as error:
        raise _unreachable(error) from None
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            snapshot = Snapshot(connection)
            for name, value in SETTINGS.items():
                await snapshot.fetch("SELECT set_config($1, $2, true)", name, value)
            await require_encoding(snapshot)
            if not allow_writer:
                await require_reader(snapshot)
            yield snapshot
    except asyncpg.PostgresError as error:  # a source that went away is noticed at the transaction's end
        raise failed("the snapshot", error) from None
    finally:
        await connection.close()


def failed(what: str, error: BaseException) -> SourceFailed:
    """Our words for a source's error: what was read and the SQLSTATE, nothing that could hold a value."""
    state = getattr(error, "sqlstate", None)
    answer = f"SQLSTATE {state}" if state else "a broken connection"
    hint = "Look the SQLSTATE up in PostgreSQL's appendix A; the source's own log has the details."
    return SourceFailed(f"reading {what} from the source failed: {answer}", hint=hint)


def _unreachable(error: BaseException) -> SourceUnreachable:
    """Our words for what the driver says: its own may hold the DSN, and that a password."""
    state = getattr(error, "sqlstate", None)
    if state:
        hint = _BY_SQLSTATE.get(state, "Look the SQLSTATE up in PostgreSQL's appendix A.")
        return SourceUnreachable(f"cannot connect to the source: SQLSTATE {state}", hint=hint)
    because, hint = next(
        (words for kind, words in _BY_KIND if isinstance(error, kind)), ("the connection broke", "Try again.")
    )
    return SourceUnreachable(f"cannot connect to the source: {because}", hint=hint)


_BY_SQLSTATE = {
    "28P01": "Check the user and password in the source's DSN.",
    "28000": "Check pg_hba.conf of the source: it refuses this user from here.",
    "3D000": "Check the database's name in the source's DSN.",
}
_UP = "Check that the source is up and that the DSN names the right host and port."
_FORM = "Write it as postgresql://user@host:5432/database."
_BY_KIND: tuple[tuple[type[BaseException], tuple[str, str]], ...] = (
    (asyncpg.InterfaceError, ("the DSN is malformed", _FORM)),
    (ValueError, ("the DSN is malformed", _FORM)),
    (OverflowError, ("the DSN's port is none", _FORM)),
    (socket.gaierror, ("its host name is not known", "Check the host in the source's DSN.")),
    (TimeoutError, (f"no answer within {CONNECT_TIMEOUT_S} seconds", _UP)),
    (ConnectionRefusedError, ("connection refused", _UP)),
    (FileNotFoundError, ("there is no such socket", _UP)),
)
