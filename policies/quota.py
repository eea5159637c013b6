"""Quotas at run time: aligned windows and counters. Pure; the clock arrives as an argument.

A window is named by its start in UTC, so a clock moved back cannot renew it. Refuses to know sessions.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from policies.errors import BudgetExhausted
from policies.model import Quota

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def window_start(now: datetime, length: timedelta) -> datetime:
    """Start of the UTC window of that length which holds `now`."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    return epoch + (now - epoch) // length * length


@dataclass
class Counter:
    """Use inside the newest window seen."""

    length: timedelta
    limit: int
    start: datetime = datetime.min.replace(tzinfo=UTC)
    used: int = 0

    def take(self, amount: int, now: datetime) -> bool:
        """Count `amount` if it fits. A window older than the newest one seen never opens again."""
        start = window_start(now, self.length)
        if start > self.start:
            self.start, self.used = start, 0
        if self.used + amount > self.limit:
            return False
        self.used += amount
        return True

    def left(self, now: datetime) -> int:
        """What may still be taken."""
        return self.limit if window_start(now, self.length) > self.start else self.limit - self.used


@dataclass
class RoleUsage:
    """All counters of one role. sessions and running are gauges; every `open`/`begin` has its `close`/`end`."""

    role: str
    quota: Quota
    sessions: int = 0
    running: int = 0
    rows: Counter | None = field(init=False, default=None)
    statements: Counter | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        if self.quota.rows_per_day:
            self.rows = Counter(DAY, self.quota.rows_per_day)
        if self.quota.statements_per_minute:
            self.statements = Counter(MINUTE, self.quota.statements_per_minute)

    def open(self) -> None:
        """A session starts. Raises BudgetExhausted at the limit."""
        if self.quota.sessions and self.sessions >= self.quota.sessions:
            raise _full(self.role, "sessions", self.quota.sessions, "Close another session first.")
        self.sessions += 1

    def close(self) -> None:
        """A session ends."""
        self.sessions -= 1

    def begin(self, now: datetime) -> None:
        """A statement starts. Raises BudgetExhausted at the limit."""
        if self.quota.concurrent and self.running >= self.quota.concurrent:
            raise _full(self.role, "concurrent statements", self.quota.concurrent, "Wait for another to end.")
        if self.statements and not self.statements.take(1, now):
            raise _full(self.role, "statements per minute", self.statements.limit, "It renews at the next full minute.")
        self.running += 1

    def end(self) -> None:
        """A statement ends."""
        self.running -= 1

    def take_rows(self, rows: int, now: datetime) -> None:
        """Count rows before they are sent. Raises BudgetExhausted where they do not fit."""
        if self.rows and not self.rows.take(rows, now):
            raise _full(self.role, "rows per day", self.rows.limit, "It renews at 00:00 UTC.")


def _full(role: str, what: str, limit: int, renews: str) -> BudgetExhausted:
    return BudgetExhausted(
        f'quota of role "{role}" reached: {limit} {what}', hint=f"{renews} The policy sets the limit."
    )
