"""Answers that are kept: who asks the same again gets the same bytes without the engine; what differs in anything is asked anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import pytest

from proxy.answers import ANSWER_BYTES_MAX, Answer, Asked, kept_answers
from proxy.kept import Kept
from proxy.pgtypes import EncodedRows, OutputSettings
from proxy.sql.compiled import Compiled
from proxy.wire import messages as wire
from tests.fakes import Bench, FakePlanner

ONE = "select fake('one')"


@dataclass
class KeepingPlanner(FakePlanner):
    """Keeps what it compiled, as the real one does."""

    kept: dict[str, Compiled] = field(default_factory=dict)

    def held(self, sql: str, declared: object, env: object) -> Compiled | None:
        """See Planner."""
        return self.kept.get(sql)

    def keep(self, sql: str, declared: object, env: object, compiled: Compiled) -> None:
        """See Planner."""
        if not compiled.volatile:
            self.kept[sql] = compiled


@pytest.fixture
def bench() -> Bench:
    return Bench(planner=KeepingPlanner())


def bind(value: bytes, limit: int = 0, code: int = 0) -> tuple[wire.Message, ...]:
    return (
        wire.Bind("", "s", (), (value,), (code,)), wire.Describe(b"P", ""), wire.Execute("", limit), wire.Sync(),
    )  # fmt: skip


def test_the_same_again_is_not_asked_of_the_engine(bench: Bench) -> None:
    first, again = bench.query(ONE), bench.query(ONE)
    assert first == again
    assert len(bench.engine.opened) == 1
    assert [ended.rows for ended in bench.limits.ended] == [1, 1]
    assert bench.limits.begun == 2


def test_parameters_formats_and_limits(bench: Bench) -> None:
    bench.say(wire.Parse("s", "select fake('param', $1)", ()), wire.Sync())
    told = [bench.say(*bind(b"5")), bench.say(*bind(b"6")), bench.say(*bind(b"5", code=1)), bench.say(*bind(b"5"))]
    assert len(bench.engine.opened) == 3
    assert told[0] == told[3]
    rows = [next(one for one in answers if isinstance(one, wire.DataRow)).values for answers in told]
    assert rows == [(b"5",), (b"6",), (b"\0\0\0\5",), (b"5",)]
    suspended = bench.say(*bind(b"5", limit=1))
    assert len(bench.engine.opened) == 3
    assert isinstance(suspended[-2], wire.PortalSuspended)


@pytest.mark.parametrize("sql", ["select fake('clock')", "select fake('rows', 150)", "select fake('broken')"])
def test_what_depends_on_the_moment_is_long_or_failed_is_asked_anew(bench: Bench, sql: str) -> None:
    bench.query(sql)
    bench.query(sql)
    assert len(bench.engine.opened) == 2


def test_how_values_are_written_counts(bench: Bench) -> None:
    bench.query(ONE)
    bench.query("SET DateStyle = 'German'")
    bench.query(ONE)
    bench.query("RESET DateStyle")
    bench.query(ONE)
    assert len(bench.engine.opened) == 2


def test_a_quota_is_asked_before(bench: Bench) -> None:
    bench.query(ONE)
    bench.limits.rows_max = 0
    assert any(isinstance(one, wire.ErrorResponse) for one in bench.query(ONE))


def asked(params: tuple[object, ...]) -> Asked:
    return Asked(1, repr(params), (0,), OutputSettings())


def answer(size: int) -> Answer:
    rows = EncodedRows(memoryview(bytes(size)), np.array([0, size]))
    return Answer(Compiled("", (), (), frozenset(), False), None, rows)


def put(answers: Kept[Answer], params: tuple[object, ...], size: int) -> None:
    answers.put(asked(params), answer(size), answer(size).bytes)


def test_numbers_that_are_equal_and_print_differently() -> None:
    answers = kept_answers()
    put(answers, (Decimal("1.0"), 0.0), 1)
    assert answers.get(asked((Decimal("1.00"), 0.0))) is None
    assert answers.get(asked((Decimal("1.0"), -0.0))) is None
    assert answers.get(asked((Decimal("1.0"), 0.0))) is not None


def test_large_answers_are_not_kept() -> None:
    answers = kept_answers()
    put(answers, ("large",), ANSWER_BYTES_MAX)
    put(answers, ("small",), 1_000)
    assert answers.get(asked(("large",))) is None
    assert answers.get(asked(("small",))) is not None
