"""Where texts are parsed and compiled: at once, in a thread or apart; what is kept of long statements; where their errors are."""

from __future__ import annotations

import pickle

import pytest

from policies.errors import PgError
from proxy.session.parsing import PIECES_MAX, outlined
from proxy.session.planning import SHORT
from proxy.session.reading import weight
from proxy.session.steps import SMALL, THREAD_MAX, Call
from proxy.sql.lower.values import StatementTooComplex
from proxy.sql.statements import split
from proxy.wire import messages as wire
from tests.fakes import Bench

ONE = "select fake('one')"
SMALL_PAD, LONG, HUGE = " " * SHORT, " " * SMALL, " " * THREAD_MAX


def names(calls: list[Call]) -> list[str]:
    return [getattr(call.function, "func", call.function).__name__ for call in calls]


def error(messages: list[wire.Message]) -> dict[str, str]:
    (found,) = [dict(message.pairs) for message in messages if isinstance(message, wire.ErrorResponse)]
    return found


@pytest.mark.parametrize(
    ("pad", "called", "apart"),
    [
        ("", [], False),
        (SMALL_PAD, ["plan"], False),
        (LONG, ["outlined", "plan"], False),
        (HUGE, ["outlined", "plan"], True),
    ],
    ids=["short", "planned in a thread", "long", "apart"],
)
@pytest.mark.parametrize("extended", [False, True])
def test_where_a_text_is_worked_on(pad: str, called: list[str], apart: bool, extended: bool) -> None:
    """A change of threads must be worth it, and what holds up every thread is done apart; either way it can be pickled."""
    bench, sql = Bench(), f"{ONE}{pad}-- end"
    if extended:
        bench.say(wire.Parse("", sql, ()))
    else:
        assert bench.query(sql)[-2] == wire.CommandComplete("SELECT 1")
    assert names(bench.calls) == called
    assert [call.apart > 0 for call in bench.calls] == [apart] * len(called)
    for call in bench.calls:
        if call.apart:
            pickle.dumps(call.arguments)


@pytest.mark.parametrize(
    ("size", "called", "is_apart"),
    [(10, [], False), (SMALL + 1, ["decoded"], False), (THREAD_MAX + 1, ["over_catalog"], True)],
)
def test_where_values_of_bind_are_read(size: int, called: list[str], is_apart: bool) -> None:
    bench = Bench()
    bench.say(wire.Parse("", "select fake('param', $1)", ()))
    bench.say(wire.Bind("", "", (), (b"7".rjust(size),), ()), wire.Execute("", 0))
    assert (names(bench.calls), [call.apart for call in bench.calls]) == (called, [is_apart and size] * len(called))


def test_what_is_taken_as_it_comes_weighs_little() -> None:
    assert weight((25, 17, 23, 23), (b"x" * 1_000, b"y" * 500, b"7" * 9, None)) == 10 + 5 + 9


@pytest.mark.parametrize("carrier", ["prepare p as", "begin; declare c cursor for", "explain", "copy ("])
def test_a_carried_query_goes_the_way_of_its_length(carrier: str) -> None:
    bench = Bench()
    answers = bench.query(f"{carrier} {ONE}{HUGE}{') to stdout' if 'copy' in carrier else ''}")
    assert not any(isinstance(answer, wire.ErrorResponse) for answer in answers), answers
    assert ("plan", True) in list(zip(names(bench.calls), (call.apart > 0 for call in bench.calls)))
    assert bench.planner.plans[0][0].strip() == ONE


@pytest.mark.parametrize(
    ("sql", "then", "tag"),
    [
        ("prepare p (int) as select fake('param', $1)", "execute p (7)", "SELECT 1"),
        ("declare c cursor with hold for select fake('rows', 3)", "fetch all from c", "FETCH 3"),
        ("explain (costs off) select fake('one')", "select fake('one')", "SELECT 1"),
        ("copy (select fake('rows', 3)) to stdout (format csv, header)", "select fake('one')", "SELECT 1"),
        ("savepoint s", "release s", "RELEASE"),
        ("set local work_mem = '3MB'", "show work_mem", "SHOW"),
    ],
)
def test_long_commands_do_what_short_ones_do(sql: str, then: str, tag: str) -> None:
    """Of a long text only some fields are kept; a session needs no others."""
    short, long = Bench(), Bench()
    for bench, text in ((short, sql), (long, f"{sql} --{LONG}")):
        bench.query("begin")
        answers = bench.query(text)
        assert not any(isinstance(answer, wire.ErrorResponse) for answer in answers), answers
    answers = long.query(then)
    assert answers == short.query(then)
    assert wire.CommandComplete(tag) in answers


def test_a_long_list_is_set_as_it_is() -> None:
    bench, schemas = Bench(), [f"schema_{n}" for n in range(2 * SMALL // 10)]
    bench.query(f"set search_path = {', '.join(schemas)}")
    assert bench.session.settings.value("search_path") == ", ".join(schemas)


def test_a_long_list_of_values_is_executed() -> None:
    bench = Bench()
    bench.query("prepare p (int) as select fake('param', $1)")
    assert wire.DataRow((b"7",)) in bench.query(f"execute p (7 /*{LONG}*/)")


def test_what_is_kept_of_a_long_query() -> None:
    """Its kind, its place and its shape without literals; of its tree nothing, unless it changes the session."""
    long = "select " + ", ".join(f"'secret {n}'" for n in range(200))
    (kept,) = outlined(long)
    assert (kept.kind, kept.fields, kept.text) == ("SelectStmt", {}, long)
    assert kept.fingerprint() == split(long)[0].fingerprint() and "secret" not in kept.fingerprint()
    (setting,) = outlined(f"select set_config('work_mem', '{'x' * SMALL}', false)")
    assert setting.fields


@pytest.mark.parametrize("pad", ["", LONG, HUGE], ids=["short", "long", "apart"])
@pytest.mark.parametrize(
    "before",
    [
        "",
        "select fake('one'); ",
        "prepare p as ",
        "declare c cursor for ",
        "explain ",
        "explain (costs off) ",
        "copy (",
    ],
)
def test_errors_are_placed_in_the_whole_string(before: str, pad: str) -> None:
    """Also inside a carried query, behind other statements, and whatever thread found them. Positions count from one."""
    bench = Bench()
    bench.query("begin")
    tail = ") to stdout" if before == "copy (" else ""
    found = error(bench.query(f"/* ä */{pad}{before}nix{tail}"))
    assert found["C"] == "42601"  # the parser's, of the whole string
    bench.query("rollback; begin")
    sql = f"/* ä */{pad}{before}select nix{tail}"
    found = error(bench.query(sql))
    assert (found["C"], int(found["P"])) == ("42703", sql.index("nix") + 1)


def test_the_parser_may_be_stopped() -> None:
    """What a driver throws at a step is the answer, and nothing was changed."""

    class Stopped(Bench):
        def called(self, step: Call) -> object:
            raise MemoryError

    bench = Stopped()
    found = error(bench.say(wire.Parse("s", ONE + LONG + "--", ())))
    assert found["C"] == "53200"
    assert bench.session.prepared_statements == {}


PAD = 2 * PIECES_MAX
OF_PIECES = [
    ("SELECT 1 IN (" + "1," * PIECES_MAX + "1)", True), ("SELECT " + "a," * PIECES_MAX + "1", True),
    ("SELECT ''" + ",'a b'" * PIECES_MAX, True), ('SELECT ""' + ',"a b"' * PIECES_MAX, True),
    ("SELECT '" + "a b, " * PAD + "'", False), ("SELECT '" + "a ''b'', " * PAD + "'", False),
    ("SELECT E'" + r"a \'b\', " * PAD + "'", False), ("SELECT $q$" + "a 'b $ $r$ " * PAD + "$q$", False),
    ("SELECT 1 /* " + "a b 'c " * PAD + "*/", False), ("SELECT 1 -- " + "a b 'c " * PAD, False),
    ("SELECT 1" + " " * 5 * PAD, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sql", "is_refused"), OF_PIECES, ids=["numbers", "names", "strings", "quoted names", "a string", "quotes in one",
                                           "escapes", "dollars", "a comment", "a line", "blanks"],
)  # fmt: skip
def test_too_many_pieces_are_refused_before_they_are_parsed(sql: str, is_refused: bool) -> None:
    """However long what stands in quotes and comments is."""
    if is_refused:
        with pytest.raises(StatementTooComplex) as raised:
            outlined(sql)
        assert raised.value.sqlstate == "54001"
    else:
        assert len(outlined(sql)) == 1


@pytest.mark.parametrize("mark", ["'", "E'", '"', "$q$", "/*", "--", "E'\\"])
def test_what_does_not_end_is_one_piece(mark: str) -> None:
    """It takes the rest, once: such a text is the parser's to refuse."""
    with pytest.raises(PgError) as raised:
        outlined(f"x {mark}" + " a" * PAD)
    assert raised.value.sqlstate == "42601"
