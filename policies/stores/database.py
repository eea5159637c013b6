"""One SQLite file that several threads and processes write: opening, transactions, and errors in our words.

WAL; with synchronous=FULL, the default, a commit is on the disk when it returns. Refuses to know what is stored. Facts: sqlite.org,
"Result and Error Codes", "PRAGMA synchronous".
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from policies.errors import LedgerBroken, LedgerUnavailable, PgError

BUSY_TIMEOUT_S = 30.0
_PASSING = {
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM,
}  # fmt: skip


# What writing fails with on a full disk, besides SQLITE_FULL; reading errors are of a damaged file.
_UNWRITTEN = {
    sqlite3.SQLITE_IOERR_WRITE, sqlite3.SQLITE_IOERR_FSYNC, sqlite3.SQLITE_IOERR_DIR_FSYNC, sqlite3.SQLITE_IOERR_TRUNCATE,
    sqlite3.SQLITE_IOERR_SHMOPEN, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_SHMMAP,
}  # fmt: skip


class Database:
    """A file with a schema. Every use of the connection holds one lock, so threads may share an object."""

    def __init__(self, path: Path, schema: Sequence[str], what: str, synchronous: str = "FULL") -> None:
        self.path = path
        self.schema = tuple(schema)
        self._what = what
        self._lock = threading.RLock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # its log and index take over these rights
        except OSError as error:
            raise LedgerUnavailable(
                f"the {what} {path.name} cannot be opened: {error.strerror}", hint="Check the state folder's rights."
            ) from error
        with self.translated():
            self._connection = sqlite3.connect(
                path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute(f"PRAGMA synchronous = {synchronous}")
        with self.transaction():
            if not self.rows("SELECT 1 FROM sqlite_master"):
                for statement in self.schema:
                    self.run(statement)

    def close(self) -> None:
        """Write the log back and close the file."""
        with self._lock, self.translated():
            self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._connection.close()

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._lock, self.translated():
            return self._connection.execute(query, values).fetchall()

    def run(self, statement: str, values: Sequence[Any] = ()) -> None:
        """One statement, inside `transaction`."""
        assert self._connection.in_transaction
        with self._lock, self.translated():
            self._connection.execute(statement, values)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, alone among all processes; durable when it ends without an exception."""
        with self._lock, self.translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:  # a full disk may have rolled it back already
                    self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def translated(self) -> Iterator[None]:
        """SQLite's errors as ours: what passes is LedgerUnavailable, what does not is LedgerBroken."""
        try:
            yield
        except (sqlite3.Error, UnicodeDecodeError) as error:  # SQLite quotes a damaged schema's bytes in its message
            raise self.trouble(error) from error

    def trouble(self, error: Exception) -> PgError:
        """A PgError for an error of SQLite or of reading a row."""
        code = getattr(error, "sqlite_errorcode", 0)
        if code & 0xFF in _PASSING or code in _UNWRITTEN:
            return LedgerUnavailable(
                f"the {self._what} {self.path.name} cannot be used now ({getattr(error, 'sqlite_errorname', '')})",
                hint="This step charged nothing; earlier ones stand. Check disk space, rights and other processes, then try again.",
            )
        return self._damaged()

    def check(self) -> None:
        """SQLite's own check of the file, and the schema as it was made. Raises LedgerBroken."""
        found = self.rows("PRAGMA integrity_check")
        schema = self.rows("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
        if found != [("ok",)] or [row[0] for row in schema] != list(self.schema):
            raise self._damaged()

    def _damaged(self) -> LedgerBroken:
        return LedgerBroken(f"the {self._what} {self.path.name} is damaged", hint="Restore it from its last backup.")
