"""Sets in the select list of an ordered query: the rows are ordered first and then multiplied, as Postgres does.

The engine multiplies first, and its order does not say how the rows of one set follow one another. Refuses to know how a set is computed.
Facts: make_sort_input_target and split_pathtarget_at_srfs in src/backend/optimizer.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from proxy.sql import ir
from proxy.sql.walking import walk

OF_THE_ORDER = 1_000_000  # the range table entry of the ordered rows; no expression of another query can name it


def sets_after_order(query: ir.Query) -> ir.Query:
    """SELECT unnest(a) FROM t ORDER BY b  ->  SELECT unnest(o.c1) FROM (SELECT a AS c1 FROM t ORDER BY b) AS o"""
    if not isinstance(query, ir.Select) or not query.order or query.distinct is not None or query.with_ties:
        return query
    shown = [target for target in query.targets if not target.junk]
    if not any(_has_set(target.expr) for target in shown) or any(_has_set(key.expr) for key in query.order):
        return query
    below = _Below()
    targets = tuple(replace(target, expr=below.moved(target.expr)) for target in shown)
    junk = tuple(target for target in query.targets if target.junk)
    inner = replace(
        query, targets=(*below.targets, *junk), columns=tuple(below.columns), names=(), limit=None, offset=None, ctes=()
    )
    source = ir.SubqueryRef(rte=OF_THE_ORDER, query=inner)
    return replace(query, targets=targets, sources=(source,), where=None, group=None, having=None, order=())


def _has_set(expr: ir.Expr) -> bool:
    return any(isinstance(node, ir.Call) and node.proc.returns_set for node in walk(expr, (ir.Query,)))


class _Below:
    """The columns of the ordered rows, as they are asked for."""

    def __init__(self) -> None:
        self.targets: list[ir.Target] = []
        self.columns: list[tuple[str, int, int]] = []

    def moved(self, expr: ir.Expr) -> ir.Expr:
        """An expression over the ordered rows: what holds no set is a column of theirs."""
        if isinstance(expr, ir.Const | ir.Param):
            return expr
        if _has_set(expr):
            return replace(expr, **{field.name: self._part(getattr(expr, field.name)) for field in fields(expr)})
        name = f"c{len(self.columns) + 1}"
        self.targets.append(ir.Target(name=name, expr=expr))
        self.columns.append((name, expr.type, expr.typmod))
        return ir.ColumnRef(type=expr.type, typmod=expr.typmod, position=expr.position, rte=OF_THE_ORDER, column=name)

    def _part(self, value: Any) -> Any:
        if isinstance(value, tuple):
            return tuple(self._part(item) for item in value)
        return self.moved(value) if isinstance(value, ir.Expr) else value
