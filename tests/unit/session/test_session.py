"""The session against lists: what transcripts of a real Postgres cannot show (quota, audit, bugs, plans), and its invariants."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from proxy.wire import messages as wire
from proxy.wire.fields import InvalidEncoding
from proxy.wire.framing import BadMessage
from tests.fakes import INT4, Bench

ONE = "select fake('one')"


def kinds(messages: list[wire.Message]) -> list[str]:
    return [type(message).__name__ for message in messages]


def only_error(messages: list[wire.Message]) -> dict[str, str]:
    found = [dict(message.pairs) for message in messages if type(message) is wire.ErrorResponse]
    assert len(found) == 1, messages
    return found[0]


def test_a_simple_query() -> None:
    """RowDescription, rows, tag, ready."""
    assert Bench().query(ONE) == [
        wire.RowDescription((("n", 0, 0, INT4, 4, -1, 0),)),
        wire.DataRow((b"1",)),
        wire.CommandComplete("SELECT 1"),
        wire.ReadyForQuery(b"I"),
    ]


def test_a_row_without_columns_is_a_row() -> None:
    """`select` and `select from t`; the engine cannot say so."""
    assert kinds(Bench().query("select fake('nothing')")) == [
        "RowDescription",
        "DataRow",
        "CommandComplete",
        "ReadyForQuery",
    ]


def test_many_batches_make_one_result() -> None:
    """250 rows are three fetches."""
    bench = Bench()
    answers = bench.query("select fake('rows', 250)")
    assert [message.values for message in answers if isinstance(message, wire.DataRow)] == [
        (str(n).encode(),) for n in range(1, 251)
    ]
    assert answers[-2] == wire.CommandComplete("SELECT 250")
    assert bench.engine.opened[0].closed


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 250), st.lists(st.integers(1, 120), min_size=1, max_size=8))
def test_any_row_limits_give_every_row_once(total: int, limits: list[int]) -> None:
    """Whatever the limits and wherever batches end."""
    bench = Bench()
    bench.query("begin")
    bench.say(wire.Parse("", f"select fake('rows', {total})", ()), wire.Bind("p", "", (), (), ()))
    seen, suspended = 0, True
    for limit in limits:
        answers = bench.say(wire.Execute("p", limit))
        rows = [message for message in answers if isinstance(message, wire.DataRow)]
        assert [int(row.values[0] or 0) for row in rows] == list(range(seen + 1, seen + len(rows) + 1))
        assert len(rows) == min(limit, total - seen)
        seen += len(rows)
        suspended = answers[-1] == wire.PortalSuspended()
        assert suspended == (len(rows) == limit)
        if not suspended:
            assert answers[-1] == wire.CommandComplete(f"SELECT {len(rows)}")
    answers = bench.say(wire.Execute("p", 0))
    assert answers[-1] == wire.CommandComplete(f"SELECT {total - seen}")


def test_an_unknown_exception_shows_a_reference_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    """XX000, the traceback in the log alone; the session lives."""
    bench = Bench()
    for sql in ("select fake('bug')", "select fake('bug_in_planner')"):
        with caplog.at_level(logging.ERROR):
            error = only_error(bench.query(sql))
        assert error["C"] == "XX000"
        assert "secret" not in "".join(error.values())
        reference = error["M"].split()[-1]
        assert reference in caplog.text and "secret words" in caplog.text
    assert kinds(bench.query(ONE))[-1] == "ReadyForQuery"


def test_broken_text_in_a_simple_query_is_answered_with_ready() -> None:
    """A client that sent a Query waits for ReadyForQuery; one that sent a Parse sends Sync."""
    bad = InvalidEncoding('invalid byte sequence for encoding "UTF8"')
    assert kinds(Bench().say(BadMessage(bad, b"Q"))) == ["ErrorResponse", "ReadyForQuery"]
    bench = Bench()
    assert kinds(bench.say(BadMessage(bad, b"P"), wire.Execute("", 0))) == ["ErrorResponse"]
    assert kinds(bench.say(wire.Sync())) == ["ReadyForQuery"]


@pytest.mark.parametrize(
    ("message", "stops"),
    [
        (wire.FunctionCall(0, (), (), 0), False),
        (wire.PasswordMessage(b"x"), True),
    ],
    ids=["no function", "password"],
)
def test_messages_that_have_no_place(message: wire.Message, stops: bool) -> None:
    """A call of no function is refused and the session goes on; a password ends it."""
    bench = Bench()
    answers = bench.say(message)
    assert only_error(answers)["C"] == ("08P01" if stops else "42883")
    assert bench.stopped == stops
    assert stops or kinds(answers)[-1] == "ReadyForQuery"


def test_a_statement_is_planned_again_at_each_bind() -> None:
    """A prepared `select now()` must not freeze, nor a plan survive a change of its settings."""
    bench = Bench()
    bench.say(wire.Parse("s", "select fake('clock')", ()), wire.Sync())

    def run() -> bytes | None:
        answers = bench.say(wire.Bind("", "s", (), (), ()), wire.Execute("", 0), wire.Sync())
        return next(message.values[0] for message in answers if isinstance(message, wire.DataRow))

    first = run()
    assert run() != first
    bench.query("set timezone = 'Asia/Tokyo'")
    run()
    assert bench.planner.plans[-1][1].timezone == "Asia/Tokyo"


@pytest.mark.parametrize(
    ("sql", "rows", "sqlstate", "reason"),
    [
        (ONE, 1, "00000", ""),
        ("select fake('broken')", 0, "22012", ""),
        ("select fake('denied')", 0, "42501", "no grant covers t"),
        ("select nix", 0, "42703", ""),
        ("select fake('bug')", 0, "XX000", ""),
        ("insert into t values ('secret')", 0, "25006", ""),
        ("copy (select fake('rows', 3)) to stdout", 3, "00000", ""),
        ("begin; declare c cursor for select fake('rows', 3); fetch 2 from c", 2, "00000", ""),
    ],
)
def test_every_statement_that_reads_or_would_is_noted_once(sql: str, rows: int, sqlstate: str, reason: str) -> None:
    """For the audit: those that a policy refused too, and cursors and COPY like queries. Reasons quote no literals."""
    bench = Bench()
    bench.query(sql)
    assert bench.limits.begun == len(bench.limits.ended) == 1
    end = bench.limits.ended[0]
    assert (end.rows, end.sqlstate, end.reason) == (rows, sqlstate, reason)


def test_a_row_quota_stops_a_result() -> None:
    """53400 before the rows that would exceed it."""
    bench = Bench()
    bench.limits.rows_max = 150
    answers = bench.query("select fake('rows', 250)")
    assert sum(isinstance(message, wire.DataRow) for message in answers) == 100
    assert only_error(answers)["C"] == "53400"
    assert bench.engine.opened[0].closed


@pytest.mark.parametrize(
    ("sql", "words"),
    [
        ("insert into t values (1)", "INSERT"),
        ("with x as (select 1) delete from t", "DELETE"),
        ("truncate t", "TRUNCATE TABLE"),
        ("create table t (a int)", "CREATE TABLE"),
        ("create unique index on t (a)", "CREATE INDEX"),
        ("create or replace view v as select 1", "CREATE VIEW"),
        ("create materialized view v as select 1", "CREATE MATERIALIZED VIEW"),
        ("drop table t", "DROP TABLE"),
        ("alter table t add b int", "ALTER TABLE"),
        ("refresh materialized view v", "REFRESH MATERIALIZED VIEW"),
        ("grant select on t to x", "GRANT"),
        ("comment on table t is 'x'", "COMMENT"),
        ("copy t from stdin", "COPY FROM"),
    ],
)
def test_writes_are_refused_by_name(sql: str, words: str) -> None:
    """25006 with a hint; in a block it fails the block."""
    bench = Bench()
    bench.query("begin")
    answers = bench.query(sql)
    error = only_error(answers)
    assert (error["C"], error["M"]) == ("25006", f"cannot execute {words} in a read-only transaction")
    assert error["H"].endswith(".")
    assert answers[-1] == wire.ReadyForQuery(b"E")


@pytest.mark.parametrize("sql", ["do $$begin end$$", "call p()", "load 'x'", "explain analyze select 1"])
def test_what_the_double_has_not(sql: str) -> None:
    """0A000."""
    bench = Bench()
    bench.query("begin")
    assert only_error(bench.query(sql))["C"] == "0A000"


def test_explain_names_what_is_read() -> None:
    """No engine plan, whose names are nobody's."""
    answers = Bench().query("explain (costs off) select fake('one')")
    rows = [message.values for message in answers if isinstance(message, wire.DataRow)]
    assert rows == [(b"Query on a synthetic replica",)]
    assert answers[-2] == wire.CommandComplete("EXPLAIN")


MESSAGES = st.one_of(
    st.builds(wire.Query, st.sampled_from([ONE, "begin", "commit", "rollback", "select nix", "", "select fake('broken')",
                                           "savepoint a", "rollback to a", "set jit = off", "show jit", "discard all",
                                           "declare c cursor for select fake('rows', 3)", "fetch c", "close all"])),
    st.builds(wire.Parse, st.sampled_from(["", "s"]), st.sampled_from([ONE, "select nix", "", "begin", "commit", "show jit"]), st.just(())),
    st.builds(wire.Bind, st.sampled_from(["", "p"]), st.sampled_from(["", "s"]), st.just(()), st.just(()), st.just(())),
    st.builds(wire.Describe, st.sampled_from([b"S", b"P"]), st.sampled_from(["", "s", "p"])),
    st.builds(wire.Execute, st.sampled_from(["", "p", "c"]), st.integers(-1, 2)),
    st.builds(wire.Close, st.sampled_from([b"S", b"P"]), st.sampled_from(["", "s", "p"])),
    st.sampled_from([wire.Sync(), wire.Sync(), wire.Flush(), wire.CopyFail("x"), wire.FunctionCall(0, (), (), 0)]),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(MESSAGES, max_size=25))
def test_any_order_of_messages_keeps_the_invariants(messages: list[wire.Message]) -> None:
    """One ReadyForQuery for each Sync and each Query that was not skipped; nothing internal; no result stays open at the end."""
    bench = Bench()
    skipping = False
    for message in messages:
        answers = bench.say(message)
        ready = sum(isinstance(answer, wire.ReadyForQuery) for answer in answers)
        if isinstance(message, wire.Sync):
            assert ready == 1
            skipping = False
        elif skipping:
            assert answers == []
        else:
            assert ready == isinstance(message, wire.Query | wire.FunctionCall)
            failed = any(type(answer) is wire.ErrorResponse for answer in answers)
            skipping = failed and not ready
        for answer in answers:
            if type(answer) is wire.ErrorResponse:
                assert dict(answer.pairs)["C"] != "XX000", answer
    assert kinds(bench.say(wire.Sync())) == ["ReadyForQuery"]
    bench.session.end()
    assert all(results.closed for results in bench.engine.opened)
    assert bench.limits.begun == len(bench.limits.ended)
