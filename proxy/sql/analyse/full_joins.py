"""FULL JOIN on conditions that Postgres cannot execute: neither by merging nor by hashing.

Its planner refuses them after it has looked whether a condition above makes the join an ordinary one; refuses to know anything else of
plans, and where that would decide lets the join pass. Facts: select_mergejoin_clauses, hash_inner_and_outer and find_nonnullable_rels in
src/backend/optimizer.
"""

from __future__ import annotations

from collections.abc import Iterator

from proxy.sql import ir
from proxy.sql.analyse.errors import FeatureNotSupported
from proxy.sql.folding import fold
from proxy.sql.walking import walk

MESSAGE = "FULL JOIN is only supported with merge-joinable or hash-joinable join conditions"

TRUE = ir.Const(type=16, value="t")


def check_full_joins(query: ir.Query) -> None:
    """Raises FeatureNotSupported for a join that Postgres would not plan."""
    query = fold(query).query
    selects = [node for node in walk(query) if isinstance(node, ir.Select)]
    for node in selects:
        if isinstance(node.where, ir.Const) and node.where != TRUE:  # no row: nothing of it is planned
            continue
        reduced = _never_null(node.where, top=True) if node.where is not None else frozenset[int]()
        # a condition of a query around may reach into this one
        alone = node is query or not any(_has_conditions(other) for other in selects if other is not node)
        for source in node.sources:
            if alone:
                _check(source, reduced)


def _has_conditions(query: ir.Select) -> bool:
    joins = (node for source in query.sources for node in walk(source, (ir.Query,)) if isinstance(node, ir.JoinRef))
    return query.where is not None or any(join.on is not None for join in joins)


def _check(source: ir.FromItem, reduced: frozenset[int]) -> None:
    """reduced: entries of which a row of NULLs is of no use above (reduce_outer_joins_pass2)."""
    if not isinstance(source, ir.JoinRef):
        return
    sides = [_entries(side) for side in (source.left, source.right)]
    own = _never_null(source.on, top=True) if source.on is not None else frozenset[int]()
    missing = {"left": (1,), "right": (0,), "full": (0, 1)}.get(source.kind, ())
    nullable = [at for at in missing if not sides[at] & reduced]
    if source.kind == "full" and len(nullable) == len(missing):
        _require_planned(source.on, sides)
        reduced = own = frozenset()
    for at, side in enumerate((source.left, source.right)):
        # the side that is kept as it is knows what is above, the one that may be missing this join's own condition
        _check(side, reduced | own if not nullable else own if at in nullable else reduced)


def _require_planned(on: ir.Expr | None, sides: list[frozenset[int]]) -> None:
    conditions = list(_conjuncts(on)) if on is not None else []
    equal = [_joins(one, sides) for one in conditions]
    if not any(equal) and not all(_is_constant(one) for one in conditions):
        raise FeatureNotSupported(MESSAGE)


def _entries(source: ir.FromItem) -> frozenset[int]:
    if isinstance(source, ir.JoinRef):
        return _entries(source.left) | _entries(source.right)
    return frozenset({source.rte})


def _conjuncts(expr: ir.Expr) -> Iterator[ir.Expr]:
    if isinstance(expr, ir.Bool) and expr.op == "and":
        for arg in expr.args:
            yield from _conjuncts(arg)
    elif isinstance(expr, ir.Call) and expr.operator is not None and expr.operator.name == "=" and TRUE in expr.args:
        yield from _conjuncts(expr.args[expr.args[0] == TRUE])
    else:
        yield expr


def _columns(expr: ir.Expr) -> frozenset[int]:
    return frozenset(node.rte for node in walk(expr) if isinstance(node, ir.ColumnRef))


def _joins(expr: ir.Expr, sides: list[frozenset[int]]) -> bool:
    """An equality of something of one side with something of the other."""
    signs = ("=", "*=")
    if isinstance(expr, ir.Bool) and expr.op == "not":
        expr, signs = expr.args[0], ("<>", "*<>")
    if not (isinstance(expr, ir.Call) and expr.operator is not None and expr.operator.name in signs) or _is_volatile(
        expr
    ):
        return False
    left, right = (_columns(arg) for arg in expr.args)
    return any(bool(left) and bool(right) and left <= one and right <= other for one, other in (sides, sides[::-1]))


def _is_constant(expr: ir.Expr) -> bool:
    stable = any(isinstance(node, ir.Call) and node.proc.volatility != "i" for node in walk(expr))
    return not stable and not any(isinstance(node, ir.ColumnRef | ir.Param | ir.Query) for node in walk(expr))


def _is_volatile(expr: ir.Expr) -> bool:
    return any(isinstance(node, ir.Call) and node.proc.volatility == "v" for node in walk(expr))


def _never_null(expr: ir.Expr, *, top: bool, negated: bool = False) -> frozenset[int]:
    """Range table entries of which a row of NULLs makes the expression NULL, or at the top of a condition false. negated: NOT stands
    above it, which Postgres moves inwards."""
    if isinstance(expr, ir.ColumnRef):
        return frozenset({expr.rte})
    if isinstance(expr, ir.Bool):
        if expr.op == "not":
            return _never_null(expr.args[0], top=top, negated=not negated)
        parts = [_never_null(arg, top=top, negated=negated) for arg in expr.args]
        any_does = top and (expr.op == "and") != negated
        return frozenset[int]().union(*parts) if any_does else parts[0].intersection(*parts[1:])
    if isinstance(expr, ir.Test):
        is_row = any(isinstance(expr.arg, one) for one in (ir.WholeRow, ir.RowLiteral)) and not expr.whole
        fails_for_null = (expr.negated != negated) == (expr.kind in ("null", "unknown"))
        return _never_null(expr.arg, top=False) if top and fails_for_null and not is_row else frozenset()
    if isinstance(expr, ir.Sublink):  # it may become a join; what that says of the columns in it is not looked at
        return _columns(expr)
    return frozenset[int]().union(*(_never_null(arg, top=False) for arg in _strict_args(expr, negated)))


def _strict_args(expr: ir.Expr, negated: bool) -> tuple[ir.Expr, ...]:
    """The parts of which each, where it is NULL, makes it so."""
    if isinstance(expr, ir.Call):
        return expr.args if expr.proc.strict else ()
    if isinstance(expr, ir.ArrayOp):
        some = expr.use_all == negated or (isinstance(expr.array, ir.ArrayLiteral) and bool(expr.array.elements))
        return (expr.left, expr.array) if expr.proc.strict and some else ()
    if isinstance(expr, ir.Cast):
        return (expr.arg,) if expr.method != "domain" and (expr.proc is None or expr.proc.strict) else ()
    return (expr.arg,) if isinstance(expr, ir.Collate) else ()
