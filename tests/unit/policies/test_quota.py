"""Quotas: limits are never exceeded, by many workers, restarts or a clock that moves; and nothing is lost on the way down."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.errors import BudgetExhausted
from policies.model import Quota
from policies.quota import DAY, Book, LeasedCounter, MemoryBook, RoleUsage, window_start
from policies.stores.usage import SqliteUsage

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
Books = Callable[[], Book]


@pytest.fixture(params=["memory", "sqlite"])
def books(request: pytest.FixtureRequest, tmp_path: Path) -> Books:
    """A maker of books over one store: what two workers have."""
    if request.param == "memory":
        shared = MemoryBook()
        return lambda: shared
    workers = iter("abcdef")
    return lambda: SqliteUsage(tmp_path, next(workers))


def taken(usage: RoleUsage, rows: int, now: datetime) -> bool:
    try:
        usage.take_rows(rows, now)
    except BudgetExhausted:
        return False
    return True


def test_windows_are_aligned_in_utc() -> None:
    east = datetime.fromisoformat("2026-03-02T01:30:00+02:00")
    assert window_start(east, DAY) == datetime(2026, 3, 1, tzinfo=UTC)


def test_gauges_are_shared_and_come_down(books: Books) -> None:
    quota = Quota(sessions=2, concurrent=1)
    first, second = RoleUsage("r", quota, books()), RoleUsage("r", quota, books())
    first.open()
    second.open()
    with pytest.raises(BudgetExhausted, match="2 sessions"):
        first.open()
    second.close()
    first.open()
    first.begin(NOON)
    with pytest.raises(BudgetExhausted, match="1 concurrent statements") as caught:
        second.begin(NOON)
    assert caught.value.sqlstate == "53400"
    first.end()
    second.begin(NOON)
    RoleUsage("other", quota, books()).begin(NOON)


def test_what_is_over_at_once_asks_for_room_too(books: Books) -> None:
    """Also in a worker that has not entered the gauge itself."""
    quota = Quota(concurrent=1, rows_per_day=10)
    first, second = RoleUsage("r", quota, books()), RoleUsage("r", quota, books())
    second.whole(1, NOON)
    first.begin(NOON)
    third = RoleUsage("r", quota, books())
    for usage in (second, third):
        with pytest.raises(BudgetExhausted, match="1 concurrent statements"):
            usage.whole(1, NOON)
    first.end()
    third.whole(1, NOON)


def test_a_refused_statement_leaves_no_slot_taken(books: Books) -> None:
    usage = RoleUsage("r", Quota(concurrent=1, statements_per_minute=2), books())
    for _ in range(2):
        usage.begin(NOON)
        usage.end()
    for _ in range(3):
        with pytest.raises(BudgetExhausted, match="2 statements per minute"):
            usage.begin(NOON)
    usage.begin(NOON + timedelta(minutes=1))


def test_rows_of_two_workers_stay_inside_the_day(books: Books) -> None:
    quota = Quota(rows_per_day=10_000)
    workers = [RoleUsage("r", quota, books()), RoleUsage("r", quota, books())]
    sent = 0
    for step in range(400):
        if taken(workers[step % 2], 37, NOON + timedelta(seconds=step)):
            sent += 37
    assert 10_000 - 2 * 137 <= sent <= 10_000
    assert taken(workers[0], 37, NOON + DAY)


def test_a_clock_moved_back_renews_nothing(books: Books) -> None:
    usage = RoleUsage("r", Quota(rows_per_day=100), books())
    assert taken(usage, 100, NOON)
    assert not taken(usage, 1, NOON - DAY)
    assert not taken(RoleUsage("r", Quota(rows_per_day=100), books()), 1, NOON - DAY)
    assert taken(usage, 100, NOON + DAY)
    assert not taken(usage, 1, NOON)


def test_no_quota_is_no_limit() -> None:
    usage = RoleUsage("r", Quota())
    for _ in range(1000):
        usage.open()
        usage.begin(NOON)
        usage.take_rows(10**9, NOON)


@settings(deadline=None, max_examples=60)
@given(
    st.integers(1, 5_000),
    st.lists(st.tuples(st.integers(0, 1), st.integers(1, 700), st.integers(0, 90_000)), max_size=60),
)
def test_no_sequence_exceeds_a_limit(limit: int, steps: list[tuple[int, int, int]]) -> None:
    """Two workers, any amounts, any pauses; the book hands out no more than the limit a day."""
    book = MemoryBook()
    counters = [LeasedCounter("r", "rows", DAY, limit, book) for _ in range(2)]
    now = NOON
    used: dict[datetime, int] = {}
    for worker, amount, pause in steps:
        now += timedelta(seconds=pause)
        day = window_start(now, DAY)
        if counters[worker].take(amount, now):
            used[day] = used.get(day, 0) + amount
    assert all(amount <= limit for amount in used.values())


def test_blocks_follow_the_pace() -> None:
    """A fast reader leases about a second's worth at a time, never more than a hundredth of the limit."""
    asked: list[int] = []

    class Spy(MemoryBook):
        def take(self, role: str, what: str, start: datetime, length: timedelta, wanted: int, limit: int) -> int:
            asked.append(wanted)
            return super().take(role, what, start, length, wanted, limit)

    counter = LeasedCounter("r", "rows", DAY, 50_000_000, Spy())
    for step in range(20_000):
        assert counter.take(100, NOON + timedelta(milliseconds=step))
    assert len(asked) < 40
    assert 50_000 <= asked[-1] <= 200_000
    assert max(asked) <= 500_000


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from policies.model import Quota
from policies.quota import RoleUsage
from policies.stores.usage import SqliteUsage
usage = RoleUsage("r", Quota(rows_per_day=1_000_000, sessions=1), SqliteUsage(Path(sys.argv[1]), "a"))
usage.open()
while True:
    usage.take_rows(500, datetime(2026, 3, 1, 12, tzinfo=UTC))
    print(500, flush=True)
"""


def test_a_killed_worker_forfeits_its_lease_and_frees_its_sessions(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    sent = sum(int(process.stdout.readline()) for _ in range(100))
    process.send_signal(signal.SIGKILL)
    sent += sum(int(line) for line in process.stdout.read().splitlines() if line == "500")
    process.wait()
    quota = Quota(rows_per_day=1_000_000, sessions=1)
    blocked = RoleUsage("r", quota, SqliteUsage(tmp_path, "b"))
    with pytest.raises(BudgetExhausted):
        blocked.open()
    usage = RoleUsage("r", quota, SqliteUsage(tmp_path, "a"))
    usage.open()
    while taken(usage, 500, NOON):
        sent += 500
    assert sent <= 1_000_000
