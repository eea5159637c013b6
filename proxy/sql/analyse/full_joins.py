"""FULL JOIN on conditions that Postgres cannot execute: neither by merging nor by hashing.

Its planner refuses them after it has looked whether a condition above makes the join an ordinary one; refuses to know anything else of
plans, and where that would decide lets the join pass. Facts: select_mergejoin_clauses, hash_inner_and_outer and find_nonnullable_rels in
src/backend/optimizer.
"""

from __future__ import annotations

from collections.abc import Iterator

from proxy.sql import ir
from proxy.sql.analyse.errors import FeatureNotSupported
from proxy.sql.walking import children, walk

MESSAGE = "FULL JOIN is only supported with merge-joinable or hash-joinable join conditions"


def check_full_joins(query: ir.Query) -> None:
    """Raises FeatureNotSupported for a join that Postgres would not plan."""
    selects = [node for node in walk(query) if isinstance(node, ir.Select)]
    for node in selects:
        reduced = _never_null(node.where, top=True) if node.where is not None else frozenset[int]()
        # a condition of a query around may reach into this one
        alone = node is query or all(other.where is None for other in selects if other is not node)
        for source in node.sources:
            if alone:
                _check(source, reduced)


def _check(source: ir.FromItem, reduced: frozenset[int]) -> None:
    if not isinstance(source, ir.JoinRef):
        return
    sides = [_entries(side) for side in (source.left, source.right)]
    if source.kind == "full" and source.on is not None and not any(side & reduced for side in sides):
        conditions = list(_conjuncts(source.on))
        equal = [_joins(one, sides) for one in conditions]
        if not any(equal) and not all(_is_constant(one) for one in conditions):
            raise FeatureNotSupported(MESSAGE)
    for side in (source.left, source.right):
        if source.kind in ("full", "cross"):
            _check(side, reduced)


def _entries(source: ir.FromItem) -> frozenset[int]:
    if isinstance(source, ir.JoinRef):
        return _entries(source.left) | _entries(source.right)
    return frozenset({source.rte})


def _conjuncts(expr: ir.Expr) -> Iterator[ir.Expr]:
    if isinstance(expr, ir.Bool) and expr.op == "and":
        for arg in expr.args:
            yield from _conjuncts(arg)
    else:
        yield expr


def _columns(expr: ir.Expr) -> frozenset[int]:
    return frozenset(node.rte for node in walk(expr) if isinstance(node, ir.ColumnRef))


def _joins(expr: ir.Expr, sides: list[frozenset[int]]) -> bool:
    """An equality of something of one side with something of the other."""
    sign = "="
    if isinstance(expr, ir.Bool) and expr.op == "not":
        expr, sign = expr.args[0], "<>"
    if not (isinstance(expr, ir.Call) and expr.operator is not None and expr.operator.name == sign):
        return False
    left, right = (_columns(arg) for arg in expr.args)
    return any(bool(left) and bool(right) and left <= one and right <= other for one, other in (sides, sides[::-1]))


def _is_constant(expr: ir.Expr) -> bool:
    volatile = any(isinstance(node, ir.Call) and node.proc.volatility != "i" for node in walk(expr))
    return not volatile and not any(isinstance(node, ir.ColumnRef | ir.Param | ir.Query) for node in walk(expr))


def _never_null(expr: ir.Expr, *, top: bool) -> frozenset[int]:
    """Range table entries of which a row of NULLs makes the expression NULL, or at the top of a condition false."""
    if isinstance(expr, ir.ColumnRef):
        return frozenset({expr.rte})
    parts = [_never_null(arg, top=top) for arg in children(expr) if isinstance(arg, ir.Expr)]
    strict = frozenset[int]().union(*parts)
    if isinstance(expr, ir.Bool):
        if expr.op == "not":
            return _never_null(expr.args[0], top=False)
        return strict if expr.op == "and" and top else parts[0].intersection(*parts[1:])
    if isinstance(expr, ir.Call):
        return (
            frozenset[int]().union(*(_never_null(arg, top=False) for arg in expr.args))
            if expr.proc.strict
            else frozenset()
        )
    if isinstance(expr, ir.Cast):
        return _never_null(expr.arg, top=top)
    if isinstance(expr, ir.Test):
        fails_for_null = expr.negated == (expr.kind in ("null", "unknown"))
        return _never_null(expr.arg, top=False) if top and fails_for_null else frozenset()
    # what else there is may be strict; a join that it may make an ordinary one passes
    return (
        frozenset(node.rte for node in walk(expr) if isinstance(node, ir.ColumnRef))
        if _may_be_strict(expr)
        else frozenset()
    )


def _may_be_strict(expr: ir.Expr) -> bool:
    return not isinstance(expr, ir.Coalesce | ir.Case | ir.Const | ir.Param)
