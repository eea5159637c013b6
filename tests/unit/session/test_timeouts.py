"""The clocks of a session: when each of them runs, when it starts anew, and what is said when its time is over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from proxy.session import session as session_module
from proxy.session.steps import Fetch
from proxy.session.timeouts import while_running, while_waiting
from proxy.wire import messages as wire
from tests.fakes import Bench

ONE = "select fake('one')"


class Clock:
    """A monotonic clock that moves when it is told to."""

    now = 100.0

    def monotonic(self) -> float:
        """Seconds."""
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Clock]:
    """The sessions' clock."""
    made = Clock()
    monkeypatch.setattr(session_module, "time", made)
    yield made


class Watched(Bench):
    """A bench on which each fetch takes `cost` seconds; left: of the running limits, at each fetch before it costs anything."""

    def __init__(self, clock: Clock, cost: float = 0.0) -> None:
        super().__init__()
        self.clock, self.cost = clock, cost
        self.left: list[float | None] = []

    def fetched(self, step: Fetch) -> object:
        """Notes what is left and lets time pass."""
        limit = while_running(self.session, self.clock.now)
        self.left.append(None if limit is None else limit.seconds)
        self.clock.now += self.cost
        return super().fetched(step)

    def waiting(self) -> tuple[float, str, str] | None:
        """Seconds, SQLSTATE and message of what would end the session's idling first."""
        limit = while_waiting(self.session, self.clock.now)
        return None if limit is None else (limit.seconds, limit.error().sqlstate, limit.error().message)


def test_without_limits_nothing_runs(clock: Clock) -> None:
    bench = Watched(clock, cost=5)
    bench.query(f"begin; {ONE}")
    assert bench.left == [None]
    assert bench.waiting() is None


def test_each_statement_of_a_string_has_its_own_time(clock: Clock) -> None:
    """As exec_simple_query starts the timeout anew."""
    bench = Watched(clock, cost=3)
    bench.query("set statement_timeout = '10s'")
    bench.query(f"{ONE}; {ONE}; {ONE}")
    assert bench.left == [10, 10, 10]


def test_the_time_of_one_statement_runs_on_over_its_fetches(clock: Clock) -> None:
    bench = Watched(clock, cost=3)
    bench.query("set statement_timeout = '10s'")
    bench.query("select fake('rows', 1000)")
    assert bench.left[:4] == [10, 7, 4, 1]


def test_each_execute_has_its_own_time(clock: Clock) -> None:
    """Within one batch too; parsing and binding count with the Execute that follows."""
    bench = Watched(clock, cost=3)
    bench.query("set statement_timeout = '10s'")
    bench.say(wire.Parse("s", ONE, ()))
    clock.now += 1
    for _ in range(2):
        bench.say(wire.Bind("", "s", (), (), ()), wire.Execute("", 0))
    bench.say(wire.Sync())
    assert bench.left == [9, 10]


def test_a_suspended_portal_goes_on_with_its_time(clock: Clock) -> None:
    """Postgres stops the clock where the portal has ended, or at Sync."""
    bench = Watched(clock, cost=3)
    bench.query("set statement_timeout = '10s'; begin")
    bench.say(wire.Parse("", "select fake('rows', 1000)", ()), wire.Bind("p", "", (), (), ()))
    bench.say(wire.Execute("p", 100), wire.Execute("p", 100), wire.Sync(), wire.Execute("p", 100))
    assert bench.left == [10, 7, 10]


def test_time_stands_still_between_messages_after_ready(clock: Clock) -> None:
    """Whatever ended the statement: its tag, an error or Sync."""
    bench = Watched(clock)
    bench.query("set statement_timeout = '10s'")
    for sql in (ONE, "select fake('broken')", "nix", "select fake('denied')", ""):
        bench.query(sql)
        assert bench.session.statement_began is None, sql
        assert while_running(bench.session, clock.now) is None, sql
    bench.say(wire.Parse("", "nix", ()), wire.Execute("", 0))
    assert bench.session.statement_began is None
    bench.say(wire.Sync())
    assert bench.session.statement_began is None


@pytest.mark.parametrize(
    ("setting", "quota", "seconds"),
    [("0", 5.0, 5), ("2s", 5.0, 2), ("20s", 5.0, 5), ("2s", None, 2), ("0", None, None)],
)
def test_the_roles_limit_and_the_sessions_hold_both(
    clock: Clock, setting: str, quota: float | None, seconds: float | None
) -> None:
    """A session cannot give itself more time than its role has."""
    bench = Watched(clock)
    bench.limits.timeout_s = quota
    bench.query(f"set statement_timeout = '{setting}'")
    bench.query(ONE)
    assert bench.left == [seconds]


def test_what_a_statement_is_told(clock: Clock) -> None:
    bench = Watched(clock)
    bench.query("set statement_timeout = '1s'")
    bench.session.enter()
    limit = while_running(bench.session, clock.now + 3)
    assert limit is not None and limit.seconds == -2
    error = limit.error()
    assert (error.sqlstate, error.severity) == ("57014", "ERROR")
    assert error.message == "canceling statement due to statement timeout"


def test_the_time_of_a_transaction(clock: Clock) -> None:
    """It runs from its first statement, over all of them and while the client thinks, and ends with it."""
    bench = Watched(clock, cost=2)
    bench.query("set transaction_timeout = '10s'")
    assert bench.waiting() is None
    bench.query(f"begin; {ONE}")
    bench.query(ONE)
    assert bench.left == [10, 8]
    assert bench.waiting() == (6, "25P04", "terminating connection due to transaction timeout")
    bench.query("commit")
    assert bench.waiting() is None
    bench.query(ONE)
    assert bench.left[2:] == [10]
    assert bench.waiting() is None


def test_an_implicit_transaction_has_its_time_too(clock: Clock) -> None:
    """All statements of a string are one."""
    bench = Watched(clock, cost=2)
    bench.query("set transaction_timeout = '10s'")
    bench.query(f"{ONE}; {ONE}")
    assert bench.left == [10, 8]


@pytest.mark.parametrize(
    ("before", "then", "left"),
    [
        ("0", "set transaction_timeout = '5s'", 5),
        ("0", "set local transaction_timeout = '5s'", 5),
        ("0", "select set_config('transaction_timeout', '5s', false)", 5),
        ("10s", "set transaction_timeout = '1s'", 8),
        ("10s", "set transaction_timeout = '20s'", 8),
        ("10s", "set transaction_timeout = 0", None),
        ("10s", "reset all", None),
        ("10s", "set statement_timeout = '5s'", 8),
        ("10s", "nix", None),
        ("10s", "savepoint a; nix; rollback to a", None),
    ],
)
def test_what_moves_the_time_of_a_transaction(clock: Clock, before: str, then: str, left: float | None) -> None:
    """As Postgres 18 does: SET starts a clock that stands still and leaves one that runs; an error stops it for good."""
    bench = Watched(clock)
    bench.query(f"set transaction_timeout = '{before}'")
    bench.query("begin")
    clock.now += 2
    for sql in then.split("; "):
        bench.query(sql)
    limit = bench.waiting()
    assert (limit and limit[0]) == left


def test_a_setting_that_is_no_transactions(clock: Clock) -> None:
    """SET outside a block is over at once; what follows begins with its own time."""
    bench = Watched(clock)
    bench.query("set transaction_timeout = '5s'")
    assert bench.waiting() is None
    clock.now += 3
    bench.query("begin")
    assert bench.waiting() == (5, "25P04", "terminating connection due to transaction timeout")


def test_the_earlier_limit_is_told(clock: Clock) -> None:
    bench = Watched(clock)
    bench.query("set transaction_timeout = '4s'; set statement_timeout = '3s'")
    bench.query("begin")
    clock.now += 2
    bench.query(ONE)
    assert bench.left == [2]
    bench.session.enter()
    limit = while_running(bench.session, clock.now)
    assert limit is not None
    assert (limit.error().sqlstate, limit.error().severity) == ("25P04", "FATAL")


def test_idling(clock: Clock) -> None:
    """Outside a transaction one setting counts, inside another; neither while something is asked for."""
    bench = Watched(clock)
    bench.query("set idle_session_timeout = '7s'; set idle_in_transaction_session_timeout = '5s'")
    idle = (7, "57P05", "terminating connection due to idle-session timeout")
    inside = (5, "25P03", "terminating connection due to idle-in-transaction timeout")
    assert bench.waiting() == idle
    bench.query("begin")
    assert bench.waiting() == inside
    bench.query("nix")
    assert bench.waiting() == inside
    bench.query("rollback")
    assert bench.waiting() == idle
    bench.say(wire.Parse("", ONE, ()))
    assert bench.waiting() is None  # Sync is still to come: the client was not told to go on
    bench.say(wire.Sync())
    assert bench.waiting() == idle


def test_a_new_session_idles(clock: Clock) -> None:
    bench = Watched(clock)
    bench.session.settings.start("idle_session_timeout", "3s")
    limit = bench.waiting()
    assert limit is not None and limit[0] == 3
