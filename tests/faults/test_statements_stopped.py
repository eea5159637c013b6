"""Statements that are to stop, wherever they are: cancelled or out of time, told so in Postgres' words, the session usable after it.

Where a statement cannot listen (the engine plans, a function computes) its client is answered all the same, and its thread is left to
itself. No clock is asserted: every statement here takes longer than the test may.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from proxy.wire import messages as wire
from tests.doubles import PASSWORD, ServedDouble, serve
from tests.raw_client import RawClient

SLOW_VALUE = "exp(({} + 5000)::numeric)"
LONG, LONGEST = (  # some seconds of compiling; as many as are compiled at all
    "SELECT count(*) FROM t WHERE id IN (" + ", ".join(map(str, range(length))) + ")" for length in (80_000, 200_000)
)
ROWS = "SELECT i, repeat('x', 100) FROM generate_series(1, 3000000) i"


@dataclass(frozen=True)
class Case:
    """A statement and where it is when it is stopped. listens: its thread leaves it soon, so that the session goes on at once."""

    title: str
    sql: str
    listens: bool = True


CASES = [
    Case("compiling in the helper", LONGEST),
    Case("in the engine", "SELECT count(*) FROM generate_series(1, 100000000000) i WHERE i % 7 = 3"),
    Case("sorting", "SELECT i FROM generate_series(1, 1000000000) i ORDER BY i % 1000003, i"),
    Case("between rows", "SELECT i FROM generate_series(1, 100000000000) i WHERE i < 20000"),
    Case("asleep", "SELECT pg_sleep(1000)"),
    Case("asleep in rows", "SELECT count(pg_sleep(1000)) FROM t"),
]  # fmt: skip
# They go on for some seconds after they were stopped and take their server's time from others: they come last.
DEAF = [
    Case("in a function", f"SELECT count({SLOW_VALUE.format('id')}) FROM t WHERE id < 100", listens=False),
    Case("planning", "SELECT " + ", ".join(SLOW_VALUE.format(n) for n in range(60)), listens=False),
]  # fmt: skip


@pytest.fixture(scope="module")
def double(stress: Path) -> Iterator[ServedDouble]:
    with serve(stress) as served:
        yield served


@contextmanager
def client(double: ServedDouble) -> Iterator[RawClient]:
    with RawClient("127.0.0.1", double.port) as made:
        made.log_in("postgres", PASSWORD, double.database)
        assert made.startup[-1] == wire.ReadyForQuery(b"I")
        yield made


def cancel(double: ServedDouble, peer: RawClient, secret: bytes | None = None) -> None:
    key = next(message for message in peer.startup if isinstance(message, wire.BackendKeyData))
    with socket.create_connection(("127.0.0.1", double.port), timeout=20) as other:
        body = struct.pack("!ii", 80877102, key.pid) + (secret or key.secret)
        other.sendall(struct.pack("!i", len(body) + 4) + body)
        assert other.recv(1) == b""


def errors(answers: list[wire.Message]) -> list[tuple[str, str]]:
    found = [dict(answer.pairs) for answer in answers if isinstance(answer, wire.ErrorResponse)]
    return [(fields["C"], fields["M"]) for fields in found]


BY_USER = [("57014", "canceling statement due to user request")]
BY_TIMEOUT = [("57014", "canceling statement due to statement timeout")]


def require_cancelled(double: ServedDouble, case: Case) -> None:
    with client(double) as peer:
        peer.send(wire.Query(case.sql))
        time.sleep(0.7)
        cancel(double, peer, b"nix!")
        so_far = peer.until_silent(0.3)
        assert not any(
            isinstance(one, wire.ErrorResponse | wire.CommandComplete) for one in so_far
        )  # the key was wrong
        cancel(double, peer)
        answers = peer.until_ready()
        assert errors(answers) == BY_USER
        assert answers[-1] == wire.ReadyForQuery(b"I")
        cancel(double, peer)  # nothing runs: the next statement is not meant
        if case.listens:
            assert peer.query("SELECT 1")[-2] == wire.CommandComplete("SELECT 1")


def require_out_of_time(double: ServedDouble, case: Case) -> None:
    """In a block, which fails; the timeout is the statement's, from its message to its end."""
    with client(double) as peer:
        peer.query("SET statement_timeout = '400ms'")
        peer.query("BEGIN")
        answers = peer.query(case.sql)
        assert errors(answers) == BY_TIMEOUT
        assert answers[-1] == wire.ReadyForQuery(b"E")
        peer.query("ROLLBACK")
        if case.listens:
            assert peer.query("SET statement_timeout = 0; SELECT 1")[-2] == wire.CommandComplete("SELECT 1")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_cancelled(double: ServedDouble, case: Case) -> None:
    require_cancelled(double, case)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.title)
def test_out_of_time(double: ServedDouble, case: Case) -> None:
    require_out_of_time(double, case)


@pytest.mark.parametrize("how", ["cancel", "timeout"])
def test_a_client_that_does_not_read(double: ServedDouble, how: str) -> None:
    """The statement ends at once, though its client learns it only when it reads on; what it reads is whole messages."""
    with client(double) as peer:
        if how == "timeout":
            peer.query("SET statement_timeout = '1s'")
        peer.send(wire.Query(ROWS))
        time.sleep(2)
        if how == "cancel":
            cancel(double, peer)
        answers = peer.until_ready()
        assert errors(answers) == (BY_USER if how == "cancel" else BY_TIMEOUT)
        assert sum(isinstance(answer, wire.DataRow) for answer in answers) < 3_000_000
        peer.query("SET statement_timeout = 0")
        assert peer.query("SELECT 1")[-2] == wire.CommandComplete("SELECT 1")


def test_a_client_that_reads_slowly(double: ServedDouble) -> None:
    with client(double) as peer:
        peer.send(wire.Query(ROWS))
        for _ in range(100):
            peer.receive()
            time.sleep(0.005)
        cancel(double, peer)
        assert errors(peer.until_ready()) == BY_USER


def test_waiting_for_its_turn(double: ServedDouble) -> None:
    """Two long statements are compiled one after the other; the second can be cancelled before its turn, and the first is not meant."""
    with client(double) as first, client(double) as second:
        first.socket.settimeout(120)
        for peer, mark in ((first, ""), (second, " AND true")):  # two texts: what was compiled is kept
            peer.send(wire.Query(LONG + mark))
            time.sleep(0.3)
        cancel(double, second)
        assert errors(second.until_ready()) == BY_USER
        assert second.query("SELECT 1")[-2] == wire.CommandComplete("SELECT 1")
        assert errors(first.until_ready()) != BY_USER


def test_errors_after_the_first_rows(double: ServedDouble) -> None:
    """They reach the client in Postgres' words too."""
    with client(double) as peer:
        answers = peer.query("SELECT 1 / (i - 1400000) FROM generate_series(1, 1500000) i")
        assert errors(answers) == [("22012", "division by zero")]
        assert any(isinstance(one, wire.DataRow) for one in answers)


def test_between_messages_of_a_batch(double: ServedDouble) -> None:
    """A cancel that comes when a portal has ended and Sync is still to come hits nothing."""
    with client(double) as peer:
        peer.send(wire.Parse("", "SELECT 1", ()), wire.Bind("", "", (), (), ()), wire.Execute("", 0), wire.Flush())
        peer.some(4)
        cancel(double, peer)
        peer.send(wire.Execute("", 0), wire.Sync())
        assert errors(peer.until_ready()) == []


def test_each_statement_of_a_string_has_its_own_time(double: ServedDouble) -> None:
    with client(double) as peer:
        peer.query("SET statement_timeout = '3s'")
        answers = peer.query("SELECT pg_sleep(1.6); SELECT pg_sleep(1.6); SELECT pg_sleep(60)")
        assert sum(isinstance(answer, wire.CommandComplete) for answer in answers) == 2
        assert errors(answers) == BY_TIMEOUT


def test_a_portal_that_was_stopped_gives_nothing_any_more(double: ServedDouble) -> None:
    with client(double) as peer:
        peer.query("BEGIN; DECLARE c CURSOR WITH HOLD FOR " + ROWS + "; COMMIT")
        peer.query("SET statement_timeout = '100ms'")
        assert errors(peer.query("FETCH 2500000 FROM c")) == BY_TIMEOUT
        assert errors(peer.query("FETCH 1 FROM c")) == [("55000", 'portal "c" cannot be run')]


@pytest.mark.parametrize("stopped", [require_cancelled, require_out_of_time])
@pytest.mark.parametrize("case", DEAF, ids=lambda case: case.title)
def test_what_does_not_listen(double: ServedDouble, case: Case, stopped: Callable[[ServedDouble, Case], None]) -> None:
    stopped(double, case)
