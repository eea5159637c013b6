"""Whether two answers to one random statement are the same.

Types, rows and SQLSTATE must be. Two things no client may rely on are looked at more closely, never waved through: which of the errors
of one statement is raised, and which of several equal numbers an aggregate or a group returns. Facts: PostgreSQL's documentation,
4.2.14 (the order in which subexpressions are evaluated is not defined).
"""

from __future__ import annotations

from decimal import Decimal
from enum import Enum

from tests.oracle.functions.bench import Answer, Bench
from tests.oracle.fuzz.draw import Statement

NUMERIC, REFUSED = 1700, "0A000"
Row = tuple[str | None, ...]


class Verdict(Enum):
    """What came of a statement."""

    EQUAL = "equal"
    OTHER_ERROR = "other error"
    REFUSED = "refused"
    DIFFERENT = "different"


def judged(bench: Bench, statement: Statement, real: Answer, double: Answer) -> Verdict:
    """The verdict on both answers; asks Postgres about the statement's parts where both failed, and not alike."""
    if real.sqlstate == double.sqlstate != REFUSED and real.failed:
        return Verdict.EQUAL
    if (real.sqlstate, real.message) == (double.sqlstate, double.message) and real.failed:
        return Verdict.EQUAL
    if double.sqlstate == REFUSED:
        return Verdict.REFUSED
    if real.failed and double.failed:
        return Verdict.OTHER_ERROR if _raised_alone(bench, statement, double) else Verdict.DIFFERENT
    same = (real.types, real.sqlstate) == (double.types, double.sqlstate)
    return Verdict.EQUAL if same and _same_rows(statement, real, double) else Verdict.DIFFERENT


def _raised_alone(bench: Bench, statement: Statement, double: Answer) -> bool:
    """Whether Postgres raises the double's error itself for a part that it must evaluate, over the same rows and alone."""
    for part in statement.parts:
        for place in statement.rows:
            alone = bench.real(f"SELECT {part} FROM {place}")
            if alone.sqlstate == double.sqlstate:
                return True
    return False


def _same_rows(statement: Statement, real: Answer, double: Answer) -> bool:
    """Equal but for the digits that equal numbers show in the columns where any of them may stand for all."""
    if real.rows == double.rows:
        return True
    free = {at for at in statement.representatives if real.types[at] == NUMERIC}
    return bool(free) and _keyed(real.rows, free) == _keyed(double.rows, free)


def _keyed(rows: list[Row], free: set[int]) -> list[tuple[object, ...]]:
    return [
        tuple(Decimal(value) if at in free and value is not None and value != "NaN" else value for at, value in enumerate(row))
        for row in rows
    ]  # fmt: skip
