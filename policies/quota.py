"""Quotas at run time: aligned windows, leased counters, gauges. Pure; the clock arrives as an argument, the store as a `Book`.

A worker takes blocks of a window's limit from the book and counts them down itself; what a crash leaves of a block is forfeited, so
no limit is ever exceeded. A window is named by its start in UTC, and an older one never opens again: a clock moved back renews nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Protocol

from policies.errors import BudgetExhausted
from policies.model import Quota

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_BLOCK = 1_000
CONCURRENT = "concurrent"


def window_start(now: datetime, length: timedelta) -> datetime:
    """Start of the UTC window of that length which holds `now`."""
    return EPOCH + (now - EPOCH) // length * length


class Book(Protocol):
    """Where use is counted, shared by all workers."""

    def take(self, role: str, what: str, start: datetime, length: timedelta, asked: int, limit: int) -> int:
        """Count up to `asked` against the window's limit; how much was given. A window older than the newest one counts there."""
        ...

    def enter(self, role: str, what: str, limit: int) -> bool:
        """One more at a time, unless the limit is reached."""
        ...

    def has_room(self, role: str, what: str, limit: int) -> bool:
        """Whether one more would be let in now; for what is over at once."""
        ...

    def leave(self, role: str, what: str) -> None:
        """One less."""
        ...


class MemoryBook:
    """The book of one process that forgets at its end."""

    def __init__(self) -> None:
        self._windows: dict[tuple[str, str], tuple[datetime, int]] = {}
        self._gauges: dict[tuple[str, str], int] = {}

    def take(self, role: str, what: str, start: datetime, length: timedelta, asked: int, limit: int) -> int:
        """See Book."""
        newest, used = self._windows.get((role, what), (start, 0))
        if start > newest:
            newest, used = start, 0
        given = max(0, min(asked, limit - used))
        self._windows[role, what] = newest, used + given
        return given

    def enter(self, role: str, what: str, limit: int) -> bool:
        """See Book."""
        used = self._gauges.get((role, what), 0)
        if used >= limit:
            return False
        self._gauges[role, what] = used + 1
        return True

    def has_room(self, role: str, what: str, limit: int) -> bool:
        """See Book."""
        return self._gauges.get((role, what), 0) < limit

    def leave(self, role: str, what: str) -> None:
        """See Book."""
        self._gauges[role, what] = max(0, self._gauges.get((role, what), 0) - 1)


@dataclass
class LeasedCounter:
    """Use inside the newest window seen, counted down from blocks that the book gave."""

    role: str
    what: str
    length: timedelta
    limit: int
    book: Book
    start: datetime = field(default=EPOCH)
    left: int = 0
    _block: int = 0
    _leased: datetime = field(default=EPOCH)
    _end: datetime = field(default=EPOCH)  # of the window

    def take(self, amount: int, now: datetime) -> bool:
        """Count `amount` if it fits; nothing is counted where it does not."""
        if now >= self._end:
            start = window_start(now, self.length)
            if start > self.start:
                self.start, self.left, self._end = start, 0, start + self.length
        if self.left < amount:
            asked = max(amount - self.left, self._next_block(now))
            self._block, self._leased = asked, now
            self.left += self.book.take(self.role, self.what, self.start, self.length, asked, self.limit)
        if self.left < amount:
            return False
        self.left -= amount
        return True

    def _next_block(self, now: datetime) -> int:
        """The smaller of 1 % of the limit and about a second's worth at the pace of the last block."""
        seconds = (now - self._leased).total_seconds()
        pace = int(self._block / seconds) if self._block and seconds > 0 else self._block * 2 or _FIRST_BLOCK
        return max(1, min(self.limit // 100, pace))


class RoleUsage:
    """All limits of one role. Every `open` has its `close`, every `begin` that did not raise its `end`."""

    def __init__(self, role: str, quota: Quota, book: Book | None = None) -> None:
        self.role = role
        self.quota = quota
        self._book: Book = book or MemoryBook()
        self._rows = self._counter("rows", DAY, quota.rows_per_day)
        self._statements = self._counter("statements", MINUTE, quota.statements_per_minute)

    def open(self) -> None:
        """A session starts. Raises BudgetExhausted at the limit."""
        if self.quota.sessions and not self._book.enter(self.role, "sessions", self.quota.sessions):
            raise self._full("sessions", self.quota.sessions, "Close another session first.")

    def close(self) -> None:
        """A session ends."""
        if self.quota.sessions:
            self._book.leave(self.role, "sessions")

    def begin(self, now: datetime) -> None:
        """A statement starts. Raises BudgetExhausted at the limit."""
        concurrent = self.quota.concurrent
        if concurrent and not self._book.enter(self.role, CONCURRENT, concurrent):
            raise self._crowded(concurrent)
        try:
            self._count(now)
        except BudgetExhausted:
            self.end()
            raise

    def end(self) -> None:
        """A statement ends."""
        if self.quota.concurrent:
            self._book.leave(self.role, CONCURRENT)

    def whole(self, rows: int, now: datetime) -> None:
        """A statement that takes no time starts and ends. Raises BudgetExhausted at any limit, and counts no rows then."""
        concurrent = self.quota.concurrent
        if concurrent and not self._book.has_room(self.role, CONCURRENT, concurrent):
            raise self._crowded(concurrent)
        self._count(now)
        self.take_rows(rows, now)

    def _count(self, now: datetime) -> None:
        if self._statements and not self._statements.take(1, now):
            raise self._full("statements per minute", self._statements.limit, "It renews at the next full minute.")

    def _crowded(self, limit: int) -> BudgetExhausted:
        return self._full("concurrent statements", limit, "Wait for another to end.")

    def take_rows(self, rows: int, now: datetime) -> None:
        """Count rows before they are sent. Raises BudgetExhausted where they do not fit."""
        if self._rows and not self._rows.take(rows, now):
            raise self._full("rows per day", self._rows.limit, "It renews at 00:00 UTC.")

    def _counter(self, what: str, length: timedelta, limit: int | None) -> LeasedCounter | None:
        return LeasedCounter(self.role, what, length, limit, self._book) if limit else None

    def _full(self, what: str, limit: int, renews: str) -> BudgetExhausted:
        return BudgetExhausted(
            f'quota of role "{self.role}" reached: {limit} {what}', hint=f"{renews} The policy sets the limit."
        )
