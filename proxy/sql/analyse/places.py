"""Where an expression begins in the statement's text, which is where Postgres points when it complains of one.

Follows exprLocation in src/backend/nodes/nodeFuncs.c: some kinds of nodes begin where they stand, others where their leftmost operand
does. Refuses to know what is complained of.
"""

from __future__ import annotations

from collections.abc import Sequence

from proxy.sql import ir


def place(expr: ir.Expr) -> int:
    """The offset of an expression's first character, -1 where it has none."""
    if isinstance(expr, ir.Collate | ir.Subscript | ir.FieldSelect):
        return place(expr.arg)
    return leftmost(expr.position, *(place(part) for part in _operands(expr)))


def first_place(exprs: Sequence[ir.Expr]) -> int:
    """The offset of a list."""
    return next((found for expr in exprs if (found := place(expr)) >= 0), -1)


def leftmost(*places: int) -> int:
    """The smallest that is known."""
    return min((one for one in places if one >= 0), default=-1)


def _operands(expr: ir.Expr) -> Sequence[ir.Expr]:
    if isinstance(expr, ir.Call | ir.Bool):
        return expr.args
    if isinstance(expr, ir.Cast | ir.Test):
        return (expr.arg,)
    if isinstance(expr, ir.Distinct | ir.NullIf):
        return expr.call.args
    if isinstance(expr, ir.ArrayOp):
        return (expr.left, expr.array)
    if isinstance(expr, ir.Sublink):
        return expr.left
    return ()


def output_places(query: ir.Query) -> list[int]:
    """The offset of each output column: of a set operation those of its first branch, of VALUES those of its first row."""
    while isinstance(query, ir.SetOperation):
        query = query.left
    if isinstance(query, ir.Select):
        return [place(target.expr) for target in query.targets if not target.junk]
    return [place(expr) for expr in query.rows[0]] if isinstance(query, ir.Values) else [-1] * len(query.columns)
