"""Expressions that may raise an error, and values that are computed whatever the engine could guess of them.

DuckDB knows the least and the greatest value of a CASE by its branches, and whether it may be NULL. Where that settles a comparison, a
test or a count, the conditions are never computed, and the errors of theirs are lost, here and in every query around. Refuses to know
what fails: all but comparisons and conversions that every value has may. Facts: statistics propagation as measured on DuckDB 2.0, which
ends at a lambda.
"""

from __future__ import annotations

import re
from dataclasses import replace

from proxy.sql import ir
from proxy.sql.constancy import is_constant, widens
from proxy.sql.lower.comparisons import OPERATORS
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import Lowered
from proxy.sql.walking import children, walk

# What the engine has statistics of: a CASE, and calls and casts of one. Of our own functions it has none.
GUESSED = re.compile(r"(?:(?!pgf_|list_transform)\w*\()*CASE ")
HIDING = "list_transform(["
LIKE = re.compile("(?:text|bpchar|name)n?like")


def may_fail(expr: object) -> bool:
    """Whether computing it for a row may raise an error. What a constant raises comes before there are rows."""
    return not is_constant(expr) and any(_fails(node) for node in walk(expr))


def _fails(node: object) -> bool:
    if isinstance(node, ir.Call):
        if node.operator is not None and node.operator.name in OPERATORS:
            return False
        return not (LIKE.fullmatch(node.proc.name) and _is_whole(node.args[1])) and not is_constant(node)
    if isinstance(node, ir.Cast):
        return not widens(node) and not is_constant(node)
    return isinstance(node, ir.Sublink)


def _is_whole(pattern: ir.Expr) -> bool:
    """A pattern that does not end within an escape."""
    return isinstance(pattern, ir.Const) and not (pattern.value or "").endswith("\\")


def computed(scope: Scope, expr: ir.Expr, value: Lowered) -> Lowered:
    """The expression's value; where it is a CASE with conditions that may fail, out of sight of the engine's statistics."""
    hidden = value.fields is None and GUESSED.match(value.sql) and _is_decided_by_failing(expr)
    return _hidden(scope, value) if hidden else value


def told_null(scope: Scope, expr: ir.Expr, value: Lowered) -> Lowered:
    """The expression's value where it is asked whether it is NULL: the engine knows that some never are, whatever they are made of."""
    inner = expr
    while isinstance(inner, ir.Cast):
        inner = inner.arg
    hidden = value.fields is None and isinstance(inner, ir.ArrayLiteral | ir.Coalesce) and may_fail(expr)
    return _hidden(scope, value) if hidden else value


def _hidden(scope: Scope, value: Lowered) -> Lowered:
    name = scope.fresh("c", value.sql)
    sql = f"{HIDING}{value.sql}], lambda {name}: {name})[1]"
    return replace(value, sql=sql, simple=False, bare=value.sql)


def summed(value: Lowered) -> str:
    """SQL of a value for an aggregate that computes it for every row, whatever is known of it: a count alone does not."""
    return value.bare if value.bare and value.sql.startswith(f"{HIDING}{value.bare}]") else value.sql


def _is_decided_by_failing(expr: ir.Expr) -> bool:
    if isinstance(expr, ir.Case):
        return any(may_fail(condition) for condition, _ in expr.whens)
    return any(map(may_fail, children(expr)))
