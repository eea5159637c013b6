"""Every function row against a real Postgres: the same expression, compared in types, values, SQLSTATE and message.

The cases are lines of `cases/*.sql`: what follows SELECT, or a whole statement that starts with WITH. A row of the tables
that no case reaches fails the last test unless `unreached.txt` names it with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from proxy.engine.functions.install import installed_names
from proxy.sql.lower import aggregates, calls, numerics, set_returning
from tests.oracle.functions.bench import Answer, Bench
from tests.oracle.functions.reach import Reached

FOLDER = Path(__file__).parent
# What only a collation of ICU or of libc asks for, or another version: the embedded server has none of them. Other tests have servers
# that do (`test_another_version.py`, `test_libc_order.py`).
OTHER_COLLATIONS = {"pgf_libc_key", "pgf_root_key", "pgf_icu_lower", "pgf_icu_upper", "pgf_initcap_icu"}
OF_OTHER_VERSIONS = {
    "pgf_numeric_endless",
    "pgf_numeric_power_decimals",
    "pgf_jsonb_scalar_given",
    "pgf_make_interval_wrapped",
}
INSIDE_MACROS = {"pgf_upper_icu", "pgf_lower_icu"}
FAMILIES = sorted(path.stem for path in (FOLDER / "cases").glob("*.sql"))


def statements(family: str) -> list[str]:
    """The statements of a file of cases."""
    lines = (FOLDER / "cases" / f"{family}.sql").read_text(encoding="utf-8").splitlines()
    return [line if line.startswith("with ") else f"select {line}" for line in lines if line]


class Asked:
    """The families' statements through the double, each once, and what they came to."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench
        self._answers: dict[str, list[Answer]] = {}
        self._called: set[str] = set()

    def answers(self, family: str) -> list[Answer]:
        """What the double answers, statement by statement."""
        if family not in self._answers:
            self._answers[family] = [self._answer(sql) for sql in statements(family)]
        return self._answers[family]

    def called(self) -> set[str]:
        """The functions of ours that any statement calls."""
        for family in FAMILIES:
            self.answers(family)
        return self._called

    def _answer(self, sql: str) -> Answer:
        found = self._bench.double(sql)
        self._called.update(re.findall(r"pgf_[a-z0-9_]+", self._bench.last_sql))
        return found


@pytest.fixture(scope="module")
def reached() -> Iterator[Reached]:
    tables = {
        "templates": (calls, "TEMPLATES"), "handlers": (calls, "HANDLERS"), "aggregates": (aggregates, "ROWS"),
        "aggregate handlers": (aggregates, "HANDLERS"), "sets": (set_returning, "LISTERS"), "numeric": (numerics, "OPERATORS"),
    }  # fmt: skip
    with Reached(tables) as found:
        yield found


@pytest.fixture(scope="module")
def asked(bench: Bench, reached: Reached) -> Asked:
    return Asked(bench)


@pytest.mark.parametrize("family", FAMILIES)
def test_answers_as_postgres(bench: Bench, asked: Asked, family: str) -> None:
    differences = []
    for sql, double in zip(statements(family), asked.answers(family), strict=True):
        real = bench.real(sql)
        if real != double:
            differences.append(f"{sql}\n  postgres: {real}\n  double:   {double}")
    assert not differences, "\n".join(differences)


def test_every_row_is_reached(asked: Asked, reached: Reached) -> None:
    known = {line.split("  ")[0] for line in (FOLDER / "unreached.txt").read_text().splitlines() if line}
    assert asked.called()
    assert reached.missing() == known


def test_every_installed_function_is_called(asked: Asked) -> None:
    assert installed_names() - asked.called() == OTHER_COLLATIONS | OF_OTHER_VERSIONS | INSIDE_MACROS
