"""Quota use in SQLite, shared by the workers of one node: a `quota.Book`.

Use per day is durable when `take` returns and so survives a restart; use per minute lives in a second file, and gauges in shared memory,
which need not survive the machine. Refuses to know limits' reasons.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from policies.quota import DAY, EPOCH
from policies.stores.database import Database
from policies.stores.gauges import Gauges

_WINDOWS = (
    "CREATE TABLE used (role TEXT, what TEXT, start INTEGER NOT NULL, amount INTEGER NOT NULL, "
    "PRIMARY KEY (role, what)) STRICT"
)


class SqliteUsage:
    """The books of a state folder, opened by one worker. What a worker of the same name left open is forgotten."""

    def __init__(self, folder: Path, worker: str = "0") -> None:
        self._lasting = Database(folder / "usage.sqlite", (_WINDOWS,), "usage book")
        self._passing = Database(folder / "usage-live.sqlite", (_WINDOWS,), "usage book", synchronous="OFF")
        self._gauges = Gauges(folder / "gauges", worker)
        self.forget(worker)

    def take(self, role: str, what: str, start: datetime, length: timedelta, asked: int, limit: int) -> int:
        """See quota.Book."""
        database = self._lasting if length >= DAY else self._passing
        window = int((start - EPOCH).total_seconds())
        with database.transaction():
            found = database.rows("SELECT start, amount FROM used WHERE role = ? AND what = ?", (role, what))
            newest, used = found[0] if found else (window, 0)
            if window > newest:
                newest, used = window, 0
            given = max(0, min(asked, limit - int(used)))
            database.run("INSERT OR REPLACE INTO used VALUES (?, ?, ?, ?)", (role, what, newest, used + given))
        return given

    def enter(self, role: str, what: str, limit: int) -> bool:
        """See quota.Book."""
        return self._gauges.enter(role, what, limit)

    def has_room(self, role: str, what: str, limit: int) -> bool:
        """See quota.Book."""
        return self._gauges.has_room(role, what, limit)

    def leave(self, role: str, what: str) -> None:
        """See quota.Book."""
        self._gauges.leave(role, what)

    def forget(self, worker: str | None = None) -> None:
        """Drop the gauges of a worker that is gone; None: of all, before the first one starts."""
        self._gauges.forget(worker)

    def close(self) -> None:
        """Close both files."""
        self._lasting.close()
        self._passing.close()
        self._gauges.close()
