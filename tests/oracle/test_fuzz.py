"""What counts as the same answer to a random statement, and a few hundred of them.

The long runs are `make oracle-fuzz`; what they find becomes a line of `functions/cases/fuzzed.sql`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.oracle.functions.bench import Answer, Bench
from tests.oracle.fuzz.__main__ import PROBE, compare
from tests.oracle.fuzz.draw import Drawer, Statement
from tests.oracle.fuzz.verdict import Verdict, judged
from tests.oracle.fuzz.vocabulary import Form, vocabulary

DIVISION, OVERFLOW = (Answer([], sqlstate=state, message=state) for state in ("22012", "22003"))
NUMERIC, TEXT = 1700, 25


class Alone:
    """A Postgres that raises an overflow for one part and answers the rest."""

    def real(self, sql: str) -> Answer:
        return OVERFLOW if sql.startswith("SELECT big ") else Answer([("1",)], (23,))


BENCH = cast(Bench, Alone())


def test_another_error_must_be_one_that_a_part_raises_alone() -> None:
    raising, harmless = Statement("", parts=("small", "big")), Statement("", parts=("small",))
    assert judged(BENCH, raising, DIVISION, OVERFLOW) is Verdict.OTHER_ERROR
    assert judged(BENCH, harmless, DIVISION, OVERFLOW) is Verdict.DIFFERENT


def test_an_error_is_no_answer() -> None:
    statement, answer = Statement("", parts=("big",)), Answer([("1",)], (23,))
    assert judged(BENCH, statement, answer, OVERFLOW) is Verdict.DIFFERENT
    assert judged(BENCH, statement, OVERFLOW, answer) is Verdict.DIFFERENT


def test_equal_numbers_may_stand_for_each_other_where_the_statement_says_so() -> None:
    one, other = Answer([("1.5", "x")], (NUMERIC, TEXT)), Answer([("1.50", "x")], (NUMERIC, TEXT))
    assert judged(BENCH, Statement("", representatives=frozenset({0})), one, other) is Verdict.EQUAL
    assert judged(BENCH, Statement(""), one, other) is Verdict.DIFFERENT
    assert (
        judged(BENCH, Statement("", representatives=frozenset({0})), one, Answer([("2", "x")], one.types))
        is Verdict.DIFFERENT
    )


def test_a_refusal_is_equal_only_to_postgres_own() -> None:
    own, ours = Answer([], sqlstate="0A000", message="a"), Answer([], sqlstate="0A000", message="b")
    assert judged(BENCH, Statement(""), own, own) is Verdict.EQUAL
    assert judged(BENCH, Statement(""), own, ours) is Verdict.REFUSED


@pytest.fixture(scope="module")
def side_by_side(postgres: EmbeddedPostgres, mirror: Callable[[str], Path]) -> Iterator[tuple[Bench, list[Form]]]:
    dsn = postgres.create_database("fuzz")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(cast(Any, PROBE.read_text(encoding="utf-8")))
        forms = vocabulary(connection)
    bench = Bench(dsn, mirror(dsn) / "000001")
    yield bench, forms
    bench.close()


def test_a_seed_draws_the_same_statements(side_by_side: tuple[Bench, list[Form]]) -> None:
    first, second = (Drawer(side_by_side[1], 7) for _ in range(2))
    assert [first.statement() for _ in range(50)] == [second.statement() for _ in range(50)]


def test_random_statements_are_answered_as_postgres_does(
    side_by_side: tuple[Bench, list[Form]], capsys: pytest.CaptureFixture[str]
) -> None:
    different = compare(side_by_side[0], Drawer(side_by_side[1], 1), 300)
    assert different == 0, capsys.readouterr().out
