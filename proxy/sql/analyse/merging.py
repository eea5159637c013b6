"""JOIN USING and NATURAL JOIN: which columns are compared, and what the merged ones are.

Follows transformJoinUsingClause and buildMergedJoinVar in src/backend/parser/parse_clause.c. Refuses to know what is joined.
"""

from __future__ import annotations

from typing import Any

from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.errors import AmbiguousColumn, DatatypeMismatch, UndefinedColumn
from proxy.sql.analyse.operators import operator_call
from proxy.sql.analyse.scope import Item, ItemColumn, Scope
from proxy.sql.parse import text_of


def merged_names(fields: Any, left: Item, right: Item) -> list[str] | None:
    """The columns of USING, or those that NATURAL finds; None where neither is written."""
    if fields.get("isNatural"):
        there = {column.name for column in right.columns}
        return [column.name for column in left.columns if column.name in there]
    if "usingClause" in fields:
        return [text_of(node) for node in fields["usingClause"]]
    return None


def merge(
    scope: Scope, kind: str, left: Item, right: Item, names: list[str]
) -> tuple[ir.Expr | None, list[ItemColumn]]:
    """The condition that compares the columns, and the columns that stand for both sides."""

    tests, merged = [], []
    for name in names:
        first, second = _side(left, name, "left"), _side(right, name, "right")
        scope.use(first, -1)
        scope.use(second, -1)
        tests.append(operator_call(scope, ["="], first, second, -1))
        merged.append(ItemColumn(name, _merged_column(scope, kind, first, second)))
    if not tests:
        return None, []
    on = tests[0] if len(tests) == 1 else ir.Bool(type=t.BOOL, op="and", args=tuple(tests))
    return on, merged


def _side(item: Item, name: str, side: str) -> ir.Expr:
    found = item.find(name)
    if not found:
        raise UndefinedColumn(f'column "{name}" specified in USING clause does not exist in {side} table')
    if len(found) > 1:
        raise AmbiguousColumn(f'common column name "{name}" appears more than once in {side} table')
    return found[0].expr


def _merged_column(scope: Scope, kind: str, left: ir.Expr, right: ir.Expr) -> ir.Expr:
    """buildMergedJoinVar: the side that cannot be NULL, or COALESCE for a full join; of the common type."""
    coercer = scope.statement.coercer
    try:
        oid, (first, second) = coercer.to_common([left, right], "JOIN/USING")
    except DatatypeMismatch as error:
        error.position = None
        raise
    typmod = left.typmod if left.typmod == right.typmod else -1
    if kind == "full":
        return ir.Coalesce(type=oid, typmod=typmod, kind="coalesce", args=(first, second))
    return second if kind == "right" else first
