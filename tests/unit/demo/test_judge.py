"""The demo's judge must be able to say no."""

from __future__ import annotations

import pytest

from pgdouble.demo.judge import fault
from pgdouble.demo.psql import Answer
from pgdouble.demo.statements import QUESTIONS, Expect

TWO = Answer(" a | b \n---+---\n 1 | 2\n(1 row)", "")
OTHER = Answer(" a | b \n---+---\n 9 | 9\n(1 row)", "")
NONE = Answer(" a | b \n---+---\n(0 rows)", "")
RENAMED = Answer(" a | c \n---+---\n 1 | 2\n(1 row)", "")

CASES = [
    ("same shape, other figures", Expect.SHAPE, OTHER, True),
    ("no row", Expect.SHAPE, NONE, False),
    ("other columns", Expect.SHAPE, RENAMED, False),
    ("an error", Expect.SHAPE, Answer("ERROR", "0A000"), False),
    ("equal", Expect.EQUAL, TWO, True),
    ("not equal", Expect.EQUAL, OTHER, False),
    ("denied", Expect.DENIED, Answer("ERROR", "42501"), True),
    ("not denied", Expect.DENIED, TWO, False),
    ("denied for another reason", Expect.DENIED, Answer("ERROR", "42P01"), False),
    ("read only", Expect.READ_ONLY, Answer("ERROR", "25006"), True),
    ("written", Expect.READ_ONLY, Answer("", ""), False),
]


@pytest.mark.parametrize(("expect", "double", "good"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_judge(expect: Expect, double: Answer, good: bool) -> None:
    """One sentence where something is wrong, nothing where not."""
    assert (fault(expect, TWO, double) == "") is good


def test_a_failing_source_is_a_fault_too() -> None:
    """Two equal errors are no success."""
    failed = Answer("ERROR", "42P01")
    assert fault(Expect.EQUAL, failed, failed)


def test_there_are_a_dozen_questions_of_every_kind() -> None:
    """What the demo promises."""
    assert len(QUESTIONS) >= 12
    assert {question.expect for question in QUESTIONS} == set(Expect)
