"""Every list of statements that the oracle asks, by the database it is asked of.

The written ones are those of the other tests of this folder, whose own assertions are more particular; the drawn ones come of a
seed: queries over the shop, and calls of each function and operator of the inventory. Refuses to know answers.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tests.oracle import test_analysis, test_relations, test_statements
from tests.oracle.compare import Answer
from tests.oracle.functions import test_functions
from tests.oracle.generator import Generator
from tests.oracle.run.calls import Caller
from tests.oracle.run.inventory import Entry

QUERIES = 400  # drawn over the shop
# What Postgres leaves open, or tells of the asking itself.
LEFT_OPEN = (
    "select count(*) over w, sum(total) over (w rows 1 preceding) from orders window w as (partition by status)",
    "select count(*) from pg_cursor()",
)
ROWS = 200_000  # at most, of an answer


@dataclass(frozen=True, slots=True)
class Asked:
    """A statement; origin: the list it is from; drawn: by a seed."""

    sql: str
    database: str
    origin: str
    drawn: bool = False

    @property
    def ordered(self) -> bool:
        """Whether the order of its rows is part of its answer."""
        return " order by " in self.sql.lower()


def written(ask: Callable[[str], Answer]) -> list[Asked]:
    """By people. ask: the shop's source; of the analysis' statements those are taken that Postgres would run, to a sensible end."""
    found = [Asked(sql, "shop", "statements") for sql in test_statements.written()]
    found += [Asked(sql, "shop", "analysis") for sql in test_analysis.statements() if _rows(ask, sql) <= ROWS]
    found += [Asked(sql, "relations", "relations") for sql in (*test_relations.ROWS_OF, *test_relations.RANGES)]
    for family in test_functions.FAMILIES:
        found += [Asked(sql, "functions", f"functions/{family}") for sql in test_functions.statements(family)]
    return [one for one in found if one.sql not in LEFT_OPEN]


def _rows(ask: Callable[[str], Answer], sql: str) -> float:
    """How many rows Postgres expects; more than any where it refuses the statement."""
    plan = ask(f"explain {sql}")
    expected = re.search(rb"rows=(\d+)", plan.rows[0][0] or b"") if plan.rows else None
    return int(expected[1]) if expected else math.inf


def queries(dsn: str, seed: int) -> list[Asked]:
    """Over the tables of the shop."""
    drawn = Generator(test_statements.tables(dsn), seed).draw(QUERIES)
    return [Asked(sql, "shop", "queries", drawn=True) for sql in drawn]


def calls(entries: Sequence[Entry], seed: int, ask: Callable[[str], Answer]) -> list[Asked]:
    """Of every entry; a function that stands behind an operator is called through it."""
    behind = {entry.proc for entry in entries if entry.operator}
    caller = Caller(seed, ask)
    return [
        Asked(sql, "functions", f"calls/{entry.chapter}", drawn=True)
        for entry in entries
        if entry.operator or entry.oid not in behind
        for sql in caller.statements(entry)
    ]
