"""Bare BEGIN, COMMIT and ROLLBACK by their bytes: what the long way answers and leaves behind, and nothing that it does not take."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from proxy.session.controls import controlled
from proxy.session.repeating import is_at_rest
from proxy.session.session import Session
from proxy.wire import messages as wire
from tests.fakes import Bench

BARE = ("BEGIN", "begin;", "START TRANSACTION", "BEGIN TRANSACTION -- a remark", " begin work ")
ENDS = ("COMMIT", "end", "COMMIT;", "ROLLBACK", "abort", "COMMIT AND NO CHAIN")


def quick(bench: Bench, text: str) -> bytes | None:
    assert is_at_rest(bench.session)
    return controlled(bench.session, wire.encode(wire.Query(text)))


def slow(bench: Bench, text: str) -> bytes:
    return b"".join(map(wire.encode, bench.query(text)))


def state(session: Session) -> tuple[object, ...]:
    """All that such a statement may change."""
    transaction, settings = session.transaction, session.settings
    values = (
        transaction.status,
        transaction.is_open,
        transaction.is_implicit,
        transaction.has_snapshot,
        transaction.savepoints,
    )
    rest = settings._saved, settings._started, settings._local, settings._session, settings.has_changes
    return (
        *values,
        *rest,
        session.statement_began,
        session.is_waiting,
        session.asked,
        sorted(session.portals),
        session.prepared_statements,
    )


@pytest.mark.parametrize("begin", BARE)
@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("between", [(), ("SELECT fake('one')", "SET LOCAL extra_float_digits = 0", "SET application_name = 'x'"),
                                     ("SAVEPOINT a", "SET DateStyle = 'German'")])  # fmt: skip
def test_the_same_as_the_long_way(begin: str, end: str, between: Sequence[str]) -> None:
    one, other = Bench(), Bench()
    for text in (begin, *between, end, begin, end):
        found = quick(one, text) if text in (*BARE, *ENDS) else slow(one, text)
        assert found == slow(other, text), text
        assert state(one.session) == state(other.session), text


@pytest.mark.parametrize(
    "text",
    ["COMMIT", "BEGIN ISOLATION LEVEL SERIALIZABLE", "BEGIN; COMMIT", "SAVEPOINT a", "SELECT 1", "", "nonsense (", "BEGIN" + " " * 100],
)  # fmt: skip
def test_what_goes_the_long_way(text: str) -> None:
    bench = Bench()
    before = state(bench.session)
    assert quick(bench, text) is None
    assert state(bench.session) == before


@pytest.mark.parametrize("text", ["BEGIN", "COMMIT AND CHAIN", "ROLLBACK TO a"])
def test_what_goes_the_long_way_in_a_block(text: str) -> None:
    bench = Bench()
    assert quick(bench, "BEGIN") is not None
    assert quick(bench, text) is None


@pytest.mark.parametrize(
    "data", [b"Q\0\0\0\x0bBEGIN\0", b"Q\0\0\0\x0aBEG\0N\0", b"Q\0\0\0\x0aBEGI\xff\0", b"B\0\0\0\x0aBEGIN\0", b"Q"]
)
def test_bytes_that_are_no_such_message(data: bytes) -> None:
    assert controlled(Bench().session, data) is None


def test_a_block_that_failed_is_not_at_rest() -> None:
    bench = Bench()
    bench.query("BEGIN")
    bench.query("SELECT fake('broken')")
    assert not is_at_rest(bench.session)


def test_settings_that_end_are_told() -> None:
    bench = Bench()
    assert quick(bench, "BEGIN") is not None
    bench.query("SET LOCAL application_name = 'here'")
    found = quick(bench, "COMMIT")
    assert found is not None and b"application_name" in found and found.endswith(b"I")
