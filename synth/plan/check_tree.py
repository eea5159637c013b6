"""The text of a CHECK as a tree, and the facts about single columns in its conjuncts.

Imported where the first CHECK is read, for its parser is a tenth of a build's memory and most builds read none. Refuses to know what
facts are for.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from synth.plan.checks import Fact


def facts_in(expression: str) -> list[Fact]:
    """Facts of the conjuncts that are understood; none where the text is not."""
    try:
        tree = sqlglot.parse_one(expression, dialect="postgres")
    except SqlglotError:
        return []
    return [fact for conjunct in _conjuncts(tree) if (fact := _fact(conjunct)) is not None]


def _conjuncts(tree: exp.Expr) -> Iterator[exp.Expr]:
    tree = _bare(tree)
    if isinstance(tree, exp.And):
        yield from _conjuncts(tree.left)
        yield from _conjuncts(tree.right)
    else:
        yield tree


def _bare(tree: exp.Expr) -> exp.Expr:
    """Without parentheses and casts: a check compares a column with constants of its own type."""
    while isinstance(tree, exp.Paren | exp.Cast):
        tree = tree.this
    return tree


_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_OPERATORS: dict[type[exp.Expr], str] = {exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}


def _fact(tree: exp.Expr) -> Fact | None:
    if isinstance(tree, exp.Between):
        return None  # Postgres prints BETWEEN as two comparisons
    if type(tree) in _OPERATORS:
        return _comparison(_bare(tree.this), _OPERATORS[type(tree)], _bare(tree.expression))
    if isinstance(tree, exp.EQ):
        return _equality(_bare(tree.this), _bare(tree.expression))
    if isinstance(tree, exp.In):
        return _listed(_bare(tree.this), list(tree.expressions))
    return None


def _comparison(left: exp.Expr, op: str, right: exp.Expr) -> Fact | None:
    if isinstance(right, exp.Column):
        left, right, op = right, left, _FLIPPED[op]
    constant = _constant(right)
    return Fact(left.name, op, (constant,)) if isinstance(left, exp.Column) and constant is not None else None


def _equality(left: exp.Expr, right: exp.Expr) -> Fact | None:
    if isinstance(right, exp.Any):
        array = _bare(right.this)
        return _listed(left, list(array.expressions)) if isinstance(array, exp.Array) else None
    constant = _constant(right)
    return Fact(left.name, "in", (constant,)) if isinstance(left, exp.Column) and constant is not None else None


def _listed(column: exp.Expr, items: list[exp.Expr]) -> Fact | None:
    values = [_constant(_bare(item)) for item in items]
    if not isinstance(column, exp.Column) or not values or any(value is None for value in values):
        return None
    return Fact(column.name, "in", tuple(value for value in values if value is not None))


def _constant(tree: exp.Expr) -> str | None:
    if isinstance(tree, exp.Literal):
        return str(tree.this)
    if isinstance(tree, exp.Neg):
        inner = _constant(_bare(tree.this))
        return None if inner is None else f"-{inner}"
    return None
