"""Templates: nothing is computed twice, and what is printed for one expression is always the same."""

from __future__ import annotations

import re

import duckdb
import pytest

from proxy.catalog.model import Catalog
from proxy.sql.lower.apply import fill
from proxy.sql.lower.env import LowerEnv
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import Lowered, StatementTooComplex

CALL = Lowered("count_me(1)")
COLUMN = Lowered("r1.c1", simple=True)


@pytest.fixture
def scope() -> Scope:
    catalog = Catalog({}, {}, {}, {}, {}, {}, {}, {}, {}, "", "")
    return Scope(catalog, LowerEnv(relation_sql=str, only_sql=str, traced_sql=str, role="u", database="d"))


def test_simple_arguments_are_written_where_they_stand(scope: Scope) -> None:
    assert fill(scope, "f({0}, {1}, {0})", [COLUMN, CALL]).sql == "f(r1.c1, count_me(1), r1.c1)"


@pytest.mark.parametrize("template", ["({0} + {0})", "({0} + {0} + {1})", "(SELECT {0} + {0})"])
def test_a_repeated_call_is_written_once(scope: Scope, template: str) -> None:
    assert fill(scope, template, [CALL, COLUMN]).sql.count("count_me(1)") == 1


def test_bound_forms_compute_the_template(scope: Scope) -> None:
    engine = duckdb.connect()
    argument = Lowered("(2 + 3)")
    for template, expected in (
        ("({0} * {0})", 25),
        ("(SELECT {0} * {0})", 25),
        ("CASE WHEN {0} > {1} THEN {0} END", 5),
    ):
        sql = fill(scope, template, [argument, Lowered("(1 + 1)")]).sql
        assert engine.execute(f"SELECT {sql}").fetchone() == (expected,)


def test_the_same_is_printed_alike_and_nested_names_differ(scope: Scope) -> None:
    once = fill(scope, "({0} + {0})", [CALL])
    assert once.sql == fill(scope, "({0} + {0})", [CALL]).sql
    nested = fill(scope, "({0} * {0})", [once]).sql
    assert len(set(re.findall(r"lambda (v_\w+)", nested))) == 2


def test_braces_in_a_template_that_are_no_places_stay(scope: Scope) -> None:
    assert fill(scope, "('{' || {0} || '}')", [COLUMN]).sql == "('{' || r1.c1 || '}')"


def test_a_statement_cannot_grow_without_bound(scope: Scope) -> None:
    value = Lowered("'" + "x" * 1_000_000 + "'")
    with pytest.raises(StatementTooComplex):
        fill(scope, "({0} || {1} || {2} || {3} || {4})", [value] * 5)
