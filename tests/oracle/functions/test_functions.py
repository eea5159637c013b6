"""Every function row against a real Postgres: the same expression, compared in types, values, SQLSTATE and message.

The cases are lines of `cases/*.sql`: what follows SELECT, or a whole statement that starts with WITH. A row of the tables
that no case reaches fails the last test unless `unreached.txt` names it with a reason.
"""

from __future__ import annotations

import contextlib
import re
from pathlib import Path

import pytest

from policies.errors import PgError
from proxy.engine.functions.install import installed_names
from proxy.sql.lower import aggregates, calls, numerics, set_returning
from tests.oracle.functions.bench import Bench
from tests.oracle.functions.reach import Reached

FOLDER = Path(__file__).parent
# What only a collation of ICU or of libc asks for, or a version before: the embedded server has none of them. Other tests have servers
# that do (`test_another_version.py`, `test_libc_order.py`).
OTHER_COLLATIONS = {"pgf_libc_key", "pgf_root_key", "pgf_icu_lower", "pgf_icu_upper", "pgf_initcap_icu"}
OF_OLDER_VERSIONS = {
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


@pytest.mark.parametrize("family", FAMILIES)
def test_answers_as_postgres(bench: Bench, family: str) -> None:
    differences = []
    for sql in statements(family):
        real, double = bench.real(sql), bench.double(sql)
        if real != double:
            differences.append(f"{sql}\n  postgres: {real}\n  double:   {double}")
    assert not differences, "\n".join(differences)


def test_every_row_is_reached(bench: Bench) -> None:
    tables = {
        "templates": (calls, "TEMPLATES"), "handlers": (calls, "HANDLERS"), "aggregates": (aggregates, "ROWS"),
        "aggregate handlers": (aggregates, "HANDLERS"), "sets": (set_returning, "LISTERS"), "numeric": (numerics, "OPERATORS"),
    }  # fmt: skip
    known = {line.split("  ")[0] for line in (FOLDER / "unreached.txt").read_text().splitlines() if line}
    with Reached(tables) as reached:
        for family in FAMILIES:
            for sql in statements(family):
                bench.double(sql)
    assert reached.missing() == known


def test_every_installed_function_is_called(bench: Bench) -> None:
    called: set[str] = set()
    for family in FAMILIES:
        for sql in statements(family):
            with contextlib.suppress(PgError):
                called.update(re.findall(r"pgf_[a-z0-9_]+", bench.lowered(sql)))
    assert installed_names() - called == OTHER_COLLATIONS | OF_OLDER_VERSIONS | INSIDE_MACROS
