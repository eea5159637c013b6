"""What Postgres says of statements that must fail, the double says: SQLSTATE, message, position, over a fixed seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.doubles import serve
from tests.oracle.errors.compare import SYNTAX, Tally, cases
from tests.oracle.errors.statements import TABLES, drawn, written
from tests.pair import Pair

SEED, EACH = 20, 50
ASKED = {"2201F", "2201E", "22003", "22012", "22P02", "42883", "42804", "42703", "42702", "42P01", "42803", "42725", "42P10",
         "22008", "22007", "21000", "2202E", "22023", "42601"}  # fmt: skip


@pytest.fixture(scope="module")
def tally(postgres: EmbeddedPostgres, mirror: Callable[[str], Path]) -> Tally:
    """The counts over the written statements and those of the seed."""
    dsn = postgres.create_database("errors")
    postgres.psql(database="errors", stdin=TABLES.read_text(encoding="utf-8"))
    found = Tally()
    with serve(mirror(dsn)) as double:
        for case in cases(Pair(dsn, double.dsn()), [*written(), *drawn(SEED, EACH)]):
            found.add(case)
    return found


def test_the_list_is_long_and_half_of_it_drawn(tally: Tally) -> None:
    assert tally.total.total() >= 1000
    assert {code: tally.total[code] for code in ASKED if tally.total[code] < 15} == {}
    assert len(drawn(SEED, EACH)) >= len(written())


def test_errors_are_those_of_postgres(tally: Tally) -> None:
    assert tally.share(tally.sqlstate, syntax=False) >= 0.98, "\n".join(tally.lines())
    assert tally.share(tally.told, syntax=False) >= 0.90, "\n".join(tally.lines())


def test_syntax_errors_are_those_of_postgres(tally: Tally) -> None:
    assert tally.share(tally.sqlstate, syntax=True) >= 0.95, "\n".join(tally.lines())
    assert tally.total[SYNTAX] >= 60


def test_a_seed_draws_the_same_statements_again() -> None:
    assert drawn(7, 5) == drawn(7, 5)
    assert Counter(drawn(7, 5)) != Counter(drawn(8, 5))
