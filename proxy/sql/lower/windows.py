"""Window functions and OVER clauses.

Refuses to know what an aggregate computes. Facts: windowfuncs.c; DuckDB's frames are Postgres', its ntile and ranks are wider or equal.
"""

from __future__ import annotations

from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower.aggregates import lower_aggregate, order_by
from proxy.sql.lower.comparisons import group_key
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.values import Lowered, cast, fail, number_text, steady

PLAIN = {"row_number": "row_number()", "rank": "rank()", "dense_rank": "dense_rank()", "percent_rank": "percent_rank()",
         "cume_dist": "cume_dist()"}  # fmt: skip
BY_VALUE = frozenset({"lag", "lead", "first_value", "last_value", "nth_value"})


def lower_window(lowering: Lowering, expr: ir.Window) -> Lowered:
    """call OVER (...)."""
    over = f" OVER ({_definition(lowering, expr)})"
    if isinstance(expr.call, ir.Aggregate):
        return lower_aggregate(lowering, expr.call, over)
    name = expr.call.proc.name
    if name in PLAIN:
        return Lowered(PLAIN[name] + over)
    if name == "ntile":
        return _ntile(lowering, expr.call, over)
    if name in BY_VALUE:
        return _by_value(lowering, expr.call, over)
    raise FeatureNotSupported(f"window function {name} is not supported by the double", hint="Use a subquery.")


def _ntile(lowering: Lowering, call: ir.Call, over: str) -> Lowered:
    if not isinstance(call.args[0], ir.Const | ir.Param):
        raise FeatureNotSupported(
            "ntile of a computed number is not supported by the double",
            hint="Write the number, or pass it as a parameter.",
        )
    buckets = lowering.expr(call.args[0]).sql
    wrong = fail("22014", "argument of ntile must be greater than zero")
    return Lowered(cast(f"ntile(CASE WHEN {buckets} <= 0 THEN {wrong} ELSE {buckets} END){over}", "INTEGER"))


def _by_value(lowering: Lowering, call: ir.Call, over: str) -> Lowered:
    """lag, lead, first_value, last_value, nth_value: their value keeps its representation unless a default differs."""
    value, *rest = (lowering.expr(arg) for arg in call.args)
    if len(rest) == 2 or (value.fixed and value.fixed.shown):
        value = number_text(value)
    if call.proc.name == "nth_value":
        wrong = steady(fail("22016", "argument of nth_value must be greater than zero"))
        rest = [Lowered(f"CASE WHEN {one.sql} <= 0 THEN {wrong} ELSE {one.sql} END") for one in rest]
    args = [value.sql, *(number_text(arg).sql if at == 1 else cast(arg.sql, "BIGINT") for at, arg in enumerate(rest))]
    return Lowered(f"{call.proc.name}({', '.join(args)}){over}", fixed=value.fixed)


def _definition(lowering: Lowering, expr: ir.Window) -> str:
    parts = []
    if expr.partition:
        keys = (steady(group_key(lowering.scope, lowering.expr(one), one.type)) for one in expr.partition)
        parts.append("PARTITION BY " + ", ".join(keys))
    if expr.order:
        parts.append(steady(order_by(lowering, expr.order)))
    if expr.mode:
        assert expr.start is not None
        end = expr.end or ir.FrameBound(kind="current row")
        parts.append(f"{expr.mode.upper()} BETWEEN {_bound(lowering, expr.start)} AND {_bound(lowering, end)}")
        if expr.exclude:
            parts.append(f"EXCLUDE {expr.exclude.upper()}")
    elif expr.exclude:
        parts.append(f"RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE {expr.exclude.upper()}")
    return " ".join(parts)


def _bound(lowering: Lowering, bound: ir.FrameBound) -> str:
    if bound.offset is None:
        return bound.kind.upper()
    offset = lowering.expr(bound.offset)
    if lowering.scope.is_numeric(bound.offset.type) and offset.fixed is None:
        raise FeatureNotSupported(
            "a RANGE offset of this numeric is not supported by the double", hint="Write a plain number."
        )
    return f"{offset.sql} {bound.kind.upper()}"
