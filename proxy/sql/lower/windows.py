"""Window functions and OVER clauses.

Refuses to know what an aggregate computes. Facts: windowfuncs.c; DuckDB's frames are Postgres', its ntile and ranks are wider or equal.
"""

from __future__ import annotations

from dataclasses import replace

from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower.aggregates import lower_aggregate
from proxy.sql.lower.apply import fill
from proxy.sql.lower.comparisons import group_key, order_by
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.values import Lowered, cast, fail, member, number_text, steady
from proxy.sql.walking import walk

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
        return _ntile(lowering, expr, over)
    if name in BY_VALUE:
        return _by_value(lowering, expr, over)
    raise FeatureNotSupported(f"window function {name} is not supported by the double", hint="Use a subquery.")


def _ntile(lowering: Lowering, expr: ir.Window, over: str) -> Lowered:
    """ntile(buckets); a number that is computed is that of the partition's first row."""
    call = expr.call
    assert isinstance(call, ir.Call)
    buckets = lowering.expr(call.args[0]).sql
    wrong = fail("22014", "argument of ntile must be greater than zero")
    if isinstance(call.args[0], ir.Const | ir.Param):
        return Lowered(cast(f"ntile(CASE WHEN {buckets} <= 0 THEN {wrong} ELSE {buckets} END){over}", "INTEGER"))
    plain = replace(expr, mode="", start=None, end=None, exclude="")
    ordered = f" OVER ({_definition(lowering, plain)})"
    whole = f" OVER ({_definition(lowering, replace(plain, order=()))})"
    parts = [f"first_value({buckets}){ordered}", f"(row_number(){ordered} - 1)", f"count(*){whole}"]
    return fill(lowering.scope, cast(NTILE.replace("WRONG", wrong), "INTEGER"), [Lowered(part) for part in parts])


# {0} buckets, {1} rows before this one, {2} rows: the first {2} % {0} buckets hold one row more
NTILE = (
    "CASE WHEN {0} <= 0 THEN WRONG WHEN {1} < ({2} % {0}) * ({2} // {0} + 1) THEN {1} // ({2} // {0} + 1) + 1 "
    "ELSE ({1} - {2} % {0}) // nullif({2} // {0}, 0) + 1 END"
)


def _by_value(lowering: Lowering, expr: ir.Window, over: str) -> Lowered:
    """lag, lead, first_value, last_value, nth_value: their value keeps its representation unless a default differs."""
    call = expr.call
    assert isinstance(call, ir.Call)
    if (inputs := _fetched(lowering, call)) is not None:
        computed = _fetched_value(lowering, expr, inputs, over)
        if computed is not None:
            return computed
    value, *rest = (lowering.expr(arg) for arg in call.args)
    if len(rest) == 2 or (value.fixed and value.fixed.shown):
        value = number_text(value)
    return Lowered(
        f"{call.proc.name}({', '.join([value.sql, *_places(call, rest)])}){over}", fixed=value.fixed, row=value.columns
    )


def _places(call: ir.Call, rest: list[Lowered]) -> list[str]:
    """The arguments behind the value: an offset, a default."""
    if call.proc.name == "nth_value":
        wrong = steady(fail("22016", "argument of nth_value must be greater than zero"))
        rest = [Lowered(f"CASE WHEN {one.sql} <= 0 THEN {wrong} ELSE {one.sql} END") for one in rest]
    return [number_text(arg).sql if at == 1 else cast(arg.sql, "BIGINT") for at, arg in enumerate(rest)]


def _fetched(lowering: Lowering, call: ir.Call) -> list[ir.ColumnRef] | None:
    """The columns that the value is computed from, where it may fail: Postgres computes it for the rows it fetches and no others.

    None where there is nothing to fail, or where the value is of a group, whose columns cannot be fetched apart.
    """
    parts = list(walk(call.args[0]))
    if len(call.args) > 2 or not any(isinstance(part, ir.Call | ir.Cast) for part in parts):
        return None
    if any(isinstance(part, ir.Aggregate | ir.Sublink | ir.WholeRow | ir.Grouping) for part in parts):
        return None
    if any(isinstance(part, ir.Call) and part.proc.volatility == "v" for part in parts) or lowering.is_grouped():
        return None
    return list(dict.fromkeys(part for part in parts if isinstance(part, ir.ColumnRef)))


def _fetched_value(lowering: Lowering, expr: ir.Window, inputs: list[ir.ColumnRef], over: str) -> Lowered | None:
    """The value computed from the fetched row's columns, NULL where there is no such row; None where that cannot be written."""
    call, scope = expr.call, lowering.scope
    assert isinstance(call, ir.Call)
    rest = "".join(f", {one}" for one in _places(call, [lowering.expr(arg) for arg in call.args[1:]]))
    kept = {}
    columns = []
    for at, one in enumerate(inputs):
        value = lowering.expr(one)
        columns.append(f"a{at} := {value.sql}")
        kept[one.rte, one.column] = value
    name = scope.fresh("w", "".join(columns) + over)
    row = f"{call.proc.name}(struct_pack(found := true{''.join(', ' + column for column in columns)}){rest}){over}"
    for at, one in enumerate(inputs):
        scope.outputs[one.rte, one.column] = replace(kept[one.rte, one.column], sql=member(name, f"a{at}"), simple=True)
    try:
        value = lowering.expr(call.args[0])
    finally:
        scope.outputs.update(kept)
    value = number_text(value) if value.fixed and value.fixed.shown else value
    if "SELECT" in value.sql:
        return None  # a lambda's body may hold no subquery
    computed = f"list_transform([{row}], lambda {name}: CASE WHEN {name}.found THEN {value.sql} END)[1]"
    return Lowered(computed, fixed=value.fixed, row=value.columns)


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
