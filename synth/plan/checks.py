"""What a kept CHECK says of single columns: bounds and lists of values. Used only where the policy keeps checks.

Reads the constraint's text as a tree and takes its conjuncts `column op constant`, `column IN (...)` and BETWEEN;
what it does not understand shapes nothing here and is verified on the replica. Refuses to know rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

VALUE = "value"  # how a domain's check names its value


@dataclass(frozen=True, slots=True)
class Fact:
    """A conjunct on one column. op is one of < <= > >= in; values are texts of constants."""

    column: str
    op: str
    values: tuple[str, ...]


def check_expression(definition: str) -> str:
    """The expression inside `CHECK (...)`, without NO INHERIT and NOT VALID."""
    text = definition.strip()
    for ending in (" NOT VALID", " NO INHERIT"):
        text = text.removesuffix(ending)
    return text.removeprefix("CHECK").strip()


def facts(definition: str) -> list[Fact]:
    """Facts that every row with non-NULL columns satisfies; none where the text is not understood."""
    try:
        tree = sqlglot.parse_one(check_expression(definition), dialect="postgres")
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
