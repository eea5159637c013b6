"""Batches that are answered from their bytes: the same answer, counted and noted each time, and never where it might differ."""

from __future__ import annotations

from typing import cast

import pytest

from proxy.answers import WORLDS_BYTES_MAX, Answer, Asked
from proxy.pgtypes import OutputSettings
from proxy.session.portals import NO_ROWS, Prepared
from proxy.session.repeating import RECENT_MAX, _light, is_at_rest, remember, repeated
from proxy.session.running import is_constant
from proxy.sql.compiled import Compiled
from proxy.sql.statements import split
from proxy.sql.temporary import TempSchema
from proxy.wire import messages as wire
from tests.fakes import INT4, Bench

ONE = "SELECT fake('one')"
PARAM = "SELECT fake('param', $1)"


def encoded(*messages: wire.Message) -> bytes:
    return b"".join(map(wire.encode, messages))


def batch(name: str = "", value: bytes | None = b"7", portal: str = "", limit: int = 0) -> list[wire.Message]:
    return [wire.Bind(portal, name, (), (value,), ()), wire.Execute(portal, limit), wire.Sync()]


def asked(bench: Bench, messages: list[wire.Message]) -> bytes | None:
    """What a batch is answered without a look; else it goes the long way, and is looked at."""
    data = encoded(*messages)
    if is_at_rest(bench.session) and (found := repeated(bench.session, data)) is not None:
        return found
    bench.session.trace.clear()
    answer = encoded(*(each for message in messages for each in bench.say(message)))
    if is_at_rest(bench.session):
        remember(bench.session, data, answer)
    return None


def parsed(bench: Bench, name: str = "", sql: str = PARAM) -> None:
    bench.say(wire.Parse(name, sql, ()))
    bench.say(wire.Sync())


def test_a_query_is_answered_again() -> None:
    bench = Bench()
    expected = encoded(*bench.query(ONE))
    assert asked(bench, [wire.Query(ONE)]) is None
    assert asked(bench, [wire.Query(ONE)]) == expected
    assert len(bench.engine.opened) == 2
    assert len(bench.limits.ended) == 3 and bench.limits.ended[2].rows == 1
    assert bench.limits.ended[2].fingerprint == bench.limits.ended[0].fingerprint


def test_a_bound_statement_is_answered_again_under_any_name() -> None:
    bench = Bench()
    for name in ("a", "longer name", ""):
        parsed(bench, name)
    first = asked(bench, batch("a"))
    assert first is None
    assert asked(bench, batch("a", b"8")) is None
    found = asked(bench, batch("a"))
    assert found is not None and b"7" in found


def test_a_statement_that_was_replaced_is_another() -> None:
    bench = Bench()
    parsed(bench)
    asked(bench, batch())
    assert asked(bench, batch()) is not None
    parsed(bench, sql="SELECT fake('rows', 3)")
    assert repeated(bench.session, encoded(*batch())) is None


def test_parse_in_the_batch_names_the_statement() -> None:
    bench = Bench()
    messages = [wire.Parse("", PARAM, (INT4,)), *batch()]
    asked(bench, messages)
    parsed(bench, sql="SELECT fake('rows', 3)")
    assert asked(bench, messages) is not None
    assert bench.session.prepared_statements[""].parameters == (INT4,)
    asked(bench, [wire.Query(ONE)])
    assert asked(bench, [wire.Query(ONE)]) is not None
    assert "" not in bench.session.prepared_statements


@pytest.mark.parametrize(
    "messages",
    [
        [wire.Query("SELECT fake('clock')")],
        [wire.Query(f"{ONE}; {ONE}")],
        [wire.Query(f"{ONE}; SET search_path = a")],
        [wire.Query("SHOW search_path")],
        [wire.Query("BEGIN")],
        [wire.Query(f"{ONE}; SELECT fake('broken')")],
        [wire.Query(f"{ONE}; SELECT nix")],
        [wire.Query("SELECT fake('denied')")],
        [wire.Query("")],
        [wire.Parse("named", PARAM, ()), *batch("named")],
        [wire.Parse("", ONE, ()), *batch("s")],
        batch("s", portal="p"),
        batch("s", limit=1)[:-1] + [wire.Execute("", 1), wire.Sync()],
        [wire.Flush(), *batch("s")],
        [wire.Sync()],
        batch("absent"),
        batch("s", b"no number"),
    ],
    ids=str,
)  # fmt: skip
def test_what_goes_the_long_way_each_time(messages: list[wire.Message]) -> None:
    bench = Bench()
    parsed(bench, "s")
    for _ in range(3):
        assert asked(bench, messages) is None


def test_settings_and_blocks_matter() -> None:
    bench = Bench()
    asked(bench, [wire.Query(ONE)])
    bench.query("SET DateStyle = 'German'")
    assert repeated(bench.session, encoded(wire.Query(ONE))) is None
    bench.query("RESET DateStyle")
    assert repeated(bench.session, encoded(wire.Query(ONE))) is not None


def test_a_block_shows_in_the_last_byte() -> None:
    """What was asked outside is answered inside and the other way round; a block that failed answers nothing."""
    bench = Bench()
    asked(bench, [wire.Query(ONE)])
    bench.query("BEGIN")
    found = asked(bench, [wire.Query(ONE)])
    assert found is not None and found.endswith(b"T")
    assert "SET TRANSACTION" in str(bench.query("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE"))
    assert not is_at_rest(bench.session)
    bench.query("ROLLBACK")
    bench.query("BEGIN")
    parsed(bench, "s")
    asked(bench, batch("s"))
    found = asked(bench, batch("s"))
    assert found is not None and found.endswith(b"T")
    bench.query("COMMIT")
    found = asked(bench, batch("s"))
    assert found is not None and found.endswith(b"I")


ALL: list[wire.Message] = [wire.Bind("", "all", (), (), ()), wire.Execute("", 2), wire.Sync()]


@pytest.mark.parametrize(
    "messages",
    [
        batch("s"), batch("s", limit=1), ALL, [ALL[0], wire.Execute("", 0), wire.Sync()],
        [wire.Parse("", ONE, ()), wire.Bind("", "", (), (), ()), wire.Execute("", 0), wire.Sync()],
        [*ALL[:2], wire.Close(b"P", ""), wire.Sync()], [wire.Query(ONE)],
    ],
    ids=str,
)  # fmt: skip
def test_a_block_keeps_the_portal_that_a_batch_leaves(messages: list[wire.Message]) -> None:
    """It may be described, and asked for the rows that are left. A batch that closes it, and a query, leave none."""
    bench, said = Bench(), []
    parsed(bench, "s")
    parsed(bench, "all", "SELECT fake('rows', 3)")
    for _ in range(3):
        bench.query("BEGIN")
        asked(bench, messages)
        said.append([bench.say(each) for each in (wire.Describe(b"P", ""), wire.Execute("", 0), wire.Sync())])
        bench.query("ROLLBACK")
    assert said[0] == said[1] == said[2]


def test_a_batch_that_is_not_over_is_waited_for() -> None:
    bench = Bench()
    parsed(bench, "s")
    bench.query("BEGIN")
    for message in batch("s")[:-1]:
        bench.say(message)
    assert not is_at_rest(bench.session)


def test_what_is_in_force_matters(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another policy or day is another world, for what a session has at hand as well."""
    bench = Bench()
    parsed(bench, "s")
    for messages in ([wire.Query(ONE)], batch("s")):
        asked(bench, messages)
        assert asked(bench, messages) is not None and asked(bench, messages) is not None
    monkeypatch.setattr(type(bench.planner), "version", lambda self: 1)
    assert asked(bench, [wire.Query(ONE)]) is None and asked(bench, batch("s")) is None


def test_what_a_session_has_at_hand_is_bounded() -> None:
    bench = Bench()
    parsed(bench, "s")
    for _ in range(2):
        for number in range(RECENT_MAX + 10):
            asked(bench, batch("s", str(number).encode()))
    assert len(bench.session.recent) <= RECENT_MAX
    found = asked(bench, batch("s", b"5"))
    assert found is not None and b"\x015C" in found


def test_a_quota_that_is_reached_goes_the_long_way() -> None:
    bench = Bench()
    asked(bench, [wire.Query(ONE)])
    assert asked(bench, [wire.Query(ONE)]) is not None
    bench.limits.rows_max = 0
    assert asked(bench, [wire.Query(ONE)]) is None


def test_lengths_that_lie_are_no_repetition() -> None:
    bench = Bench()
    parsed(bench, "s")
    asked(bench, batch("s"))
    data = bytearray(encoded(*batch("s")))
    assert repeated(bench.session, bytes(data)) is not None
    data[4] += 1
    assert repeated(bench.session, bytes(data)) is None


def test_a_name_that_is_no_text_is_nobodys() -> None:
    """Else it would be answered as the statement that has such a sign in its name."""
    bench = Bench()
    parsed(bench, "\N{REPLACEMENT CHARACTER}")
    sign = encoded(*batch("\N{REPLACEMENT CHARACTER}"))
    asked(bench, batch("\N{REPLACEMENT CHARACTER}"))
    assert repeated(bench.session, sign) is not None
    broken = bytearray(sign.replace(b"\xef\xbf\xbd", b"\xff"))
    broken[4] -= 2
    assert repeated(bench.session, bytes(broken)) is None


def test_what_is_kept_is_shown() -> None:
    bench = Bench()
    engine = bench.engine
    bench.session.settings.live = {"pgdouble.cache": lambda: engine.repeats.shown(engine.answers, engine.lookups)}
    asked(bench, [wire.Query(ONE)])
    (shown,) = [each for each in bench.query("SHOW pgdouble.cache") if isinstance(each, wire.DataRow)]
    assert shown.values == (b"1 answers, 1 kB; 1 batches, 1 kB; 0 tables of lookups, 0 kB",)


def test_a_session_with_tables_of_its_own_repeats_nothing() -> None:
    """A name may mean one of them."""
    bench = Bench()
    asked(bench, [wire.Query(ONE)])
    bench.session.temporary.schema = cast(TempSchema, object())
    assert repeated(bench.session, encoded(wire.Query(ONE))) is None


def test_pieces_of_a_batch_are_none() -> None:
    bench = Bench()
    parsed(bench, "s")
    asked(bench, batch("s"))
    whole = encoded(*batch("s"))
    assert repeated(bench.session, whole) is not None
    assert [cut for cut in range(1, len(whole)) if repeated(bench.session, whole[:cut]) is not None] == []


def test_nothing_is_kept_where_a_session_wants_each_statement_run() -> None:
    bench = Bench()
    asked(bench, [wire.Query(ONE)])
    bench.query("SET pgdouble.keep_answers = off")
    opened = len(bench.engine.opened)
    for _ in range(2):
        assert asked(bench, [wire.Query(ONE)]) is None
    assert len(bench.engine.opened) == opened + 2
    bench.query("RESET pgdouble.keep_answers")
    assert asked(bench, [wire.Query(ONE)]) is not None


@pytest.mark.parametrize(
    "sql", [ONE, "SELECT 1", "VALUES (1)", "VALUES (1), (2)", "SELECT 1 FROM t", "SELECT 1 UNION SELECT 2"]
)
def test_statements_are_kept_without_their_trees(sql: str) -> None:
    """What is left says as much of when they are worked out."""
    (statement,) = split(sql)
    compiled = Compiled("", (), (), frozenset(), False)
    light = _light(Prepared("", statement, (), (), (), compiled)).statement
    assert light is not None and light.text == sql and len(str(light.fields)) < 60
    assert is_constant(light, compiled) == is_constant(statement, compiled)


def test_what_many_sessions_have_set_is_bounded() -> None:
    bench = Bench()
    for number in range(30):
        bench.query(f"SET my.own = '{number}{'x' * 1_000_000}'")
        asked(bench, [wire.Query(ONE)])
    entries, size = bench.engine.repeats._worlds.held()
    assert size <= WORLDS_BYTES_MAX and entries < 30
    assert asked(bench, [wire.Query(ONE)]) is not None


def test_what_is_kept_weighs_what_it_keeps_alive() -> None:
    bench, long = Bench(), f"SELECT{' ' * 5_000}fake('one')"
    asked(bench, [wire.Query(long)])
    assert bench.engine.repeats.batches.held()[1] > 2 * len(long)
    compiled = Compiled("x" * 3_000, (), (), frozenset(), False)
    assert Answer(compiled, None, NO_ROWS).bytes > 3_000
    assert Asked(1, repr(("x" * 3_000,)), (), OutputSettings()).bytes > 3_000
