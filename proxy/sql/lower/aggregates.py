"""Aggregates: one row each, of engine aggregates and what combines their answers.

DISTINCT, ORDER BY, FILTER and OVER apply to every engine aggregate of a row. Refuses to know windows' frames (it takes
them as text) and ordered sets. Facts: which type each of Postgres' aggregates gives; numeric sums, means and deviations are exact.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from proxy.engine.functions.float_totals import RESULTS
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower import ordered_sets
from proxy.sql.lower.apply import fill
from proxy.sql.lower.arithmetic import OVERFLOW
from proxy.sql.lower.comparisons import group_key, is_sorted_as_is, order_by, orders_natively, sort_key
from proxy.sql.lower.failing import summed, told_null
from proxy.sql.lower.json import JSONB, json_of, key_text
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.numerics import INTEGER_DIGITS
from proxy.sql.lower.ranges import is_multirange, subtype_of
from proxy.sql.lower.texts import columns_of, row_text
from proxy.sql.lower.values import MAX_DIGITS, Fixed, Lowered, cast, fail, member, number_text, quote_literal
from synth.release.storage import NUMERIC

Handler = Callable[[Lowering, ir.Aggregate, str], Lowered]
INTERVAL = 1186


@dataclass(frozen=True, slots=True)
class Row:
    """calls: engine aggregates over {0}, {1}, ...; result: SQL that combines them, {0} being the first call."""

    calls: tuple[str, ...]
    result: str = "{0}"


def _spread(kind: str) -> dict[str, Row]:
    """variance and stddev, of integers by exact sums, of floats in the order in which they come."""
    sums = ("count({0})", "sum(CAST({0} AS HUGEINT))", "sum(CAST({0} AS HUGEINT) * CAST({0} AS HUGEINT))")
    numeric = Row(sums, "pgf_numeric_spread_of(CAST({0} AS VARCHAR), CAST(coalesce({1}, 0) AS VARCHAR), "
                  f"CAST(coalesce({{2}}, 0) AS VARCHAR), '{kind}')")  # fmt: skip
    listed = Row(("list({0})",), f"pgf_numeric_spread({{0}}, '{kind}')")
    floats = Row(("list(CAST({0} AS DOUBLE))",), f"pgf_float_spread({{0}}, '{kind}')")
    names = {"var_samp": ("var_samp", "variance"), "stddev_samp": ("stddev_samp", "stddev")}.get(kind, (kind,))
    rows: dict[str, Row] = {}
    for name in names:
        rows |= {f"{name}({one})": numeric for one in ("int2", "int4")}  # squares of int8 are too wide
        rows[f"{name}(int8)"] = Row(("list(CAST({0} AS VARCHAR))",), f"pgf_numeric_spread({{0}}, '{kind}')")
        rows |= {f"{name}(numeric)": listed, f"{name}(float8)": floats, f"{name}(float4)": floats}
    return rows


AVG = "CASE WHEN {1} = 0 THEN NULL ELSE pgf_numeric_avg(CAST({0} AS VARCHAR), CAST({1} AS VARCHAR)) END"
ROWS: dict[str, Row] = {
    "count()": Row(("count(*)",)), "count(any)": Row(("count({0})",)),
    "sum(int2)": Row(("sum({0})",), "CAST({0} AS BIGINT)"), "sum(int4)": Row(("sum({0})",), "CAST({0} AS BIGINT)"),
    "sum(float4)": Row(("list({0})",), "CAST(pgf_float4_sum({0}) AS FLOAT)"),
    "sum(float8)": Row(("sum({0})", "bool_or(isinf({0}))"), f"CASE WHEN isinf({{0}}) AND NOT {{1}} THEN {OVERFLOW} ELSE {{0}} END"),
    "sum(interval)": Row(("list({0})",), "pgf_interval_sum({0})"),
    "avg(int2)": Row(("sum({0})", "count({0})"), AVG), "avg(int4)": Row(("sum({0})", "count({0})"), AVG),
    "avg(int8)": Row(("sum({0})", "count({0})"), AVG),
    "avg(float4)": Row(("avg(CAST({0} AS DOUBLE))",)),
    "avg(float8)": Row(("avg({0})", "bool_or(isinf({0}))"), f"CASE WHEN isinf({{0}}) AND NOT {{1}} THEN {OVERFLOW} ELSE {{0}} END"),
    "avg(interval)": Row(("list({0})", "count({0})"), "pgf_interval_div(pgf_interval_sum({0}), CAST({1} AS DOUBLE))"),
    **_spread("var_samp"), **_spread("var_pop"), **_spread("stddev_samp"), **_spread("stddev_pop"),
    "bool_and(bool)": Row(("bool_and({0})",)), "bool_or(bool)": Row(("bool_or({0})",)), "every(bool)": Row(("bool_and({0})",)),
    **{f"bit_{op}({kind})": Row((f"bit_{op}({{0}})",)) for op in ("and", "or", "xor") for kind in ("int2", "int4", "int8")},
    **{f"{name}(float8,float8)": Row(("list({0})", "list({1})"), f"pgf_float_regression({{0}}, {{1}}, '{name}')") for name in RESULTS},
    "regr_count(float8,float8)": Row(("regr_count({0}, {1})",), "CAST({0} AS BIGINT)"),
}  # fmt: skip


def lower_aggregate(lowering: Lowering, call: ir.Aggregate, over: str = "") -> Lowered:
    """An aggregate, as a window function where `over` is ` OVER (...)`."""
    scope, name = lowering.scope, call.proc.name
    call = _filtered(call)
    signature = f"{name}({','.join(scope.signature_name(oid) for oid in call.proc.args)})"
    handler = HANDLERS.get(signature) or HANDLERS.get(name)
    if handler is not None:
        return handler(lowering, call, over)
    row = ROWS.get(signature)
    if row is None:
        raise FeatureNotSupported(
            f"aggregate {name}({', '.join(scope.shown_name(arg.type) for arg in call.args)}) is not supported by the double",
            hint="Use another aggregate, or aggregate on the client.", position=call.position if call.position >= 0 else None,
        )  # fmt: skip
    if call.distinct and len(call.args) > 1:
        raise FeatureNotSupported(
            f"{name}(DISTINCT) of two arguments is not supported by the double", hint="Use a subquery with DISTINCT."
        )
    args = [number_text(lowering.expr(arg)) for arg in call.args]
    return combined(lowering, call, over, row, args)


def _filtered(call: ir.Aggregate) -> ir.Aggregate:
    """Arguments are computed for the rows that the filter lets through; the engine would compute them for all."""
    if call.filter is None or call.direct or call.distinct:
        return call
    condition = call.filter
    args = (
        arg
        if isinstance(arg, ir.Const | ir.Param | ir.ColumnRef | ir.RowLiteral | ir.WholeRow)
        else ir.Case(type=arg.type, typmod=arg.typmod, whens=((condition, arg),), default=None)
        for arg in call.args
    )
    return replace(call, args=tuple(args))


def combined(lowering: Lowering, call: ir.Aggregate, over: str, row: Row, args: Sequence[Lowered]) -> Lowered:
    """The row's engine aggregates with the call's modifiers, combined."""
    answers = [Lowered(_engine_call(lowering, call, over, text, args)) for text in row.calls]
    return answers[0] if row.result == "{0}" else fill(lowering.scope, row.result, answers)


def _engine_call(lowering: Lowering, call: ir.Aggregate, over: str, text: str, args: Sequence[Lowered]) -> str:
    given = [arg.sql if text.startswith("count(") else summed(arg) for arg in args]
    filled = re.sub(r"\{(\d)\}", lambda match: given[int(match[1])], text)
    name, inside = filled[: filled.index("(")], filled[filled.index("(") + 1 : -1]
    distinct = "DISTINCT " if call.distinct else ""
    order = order_by(lowering, call.order) if call.order and not call.direct else ""
    where = f" FILTER (WHERE {lowering.expr(call.filter).sql})" if call.filter is not None else ""
    return f"{name}({distinct}{inside}{' ' + order if order else ''}){where}{over}"


def _sum_numeric(lowering: Lowering, call: ir.Aggregate, over: str) -> Lowered:
    """sum(numeric) keeps the largest scale of its inputs; sum(int8) is numeric of scale 0."""
    value = lowering.expr(call.args[0])
    kind = lowering.scope.base(call.args[0].type).oid
    if kind in INTEGER_DIGITS:
        total = combined(lowering, call, over, Row(("sum({0})",)), [value])
        fixed = Fixed(MAX_DIGITS, 0, "", _digits_of_sum(INTEGER_DIGITS[kind]))
        return Lowered(cast(total.sql, fixed.duckdb_type), fixed=fixed)
    if value.fixed is None or call.distinct and value.fixed.shown:
        return combined(lowering, call, over, Row(("list({0})",), "pgf_numeric_sum({0})"), [number_text(value)])
    total = combined(lowering, call, over, Row(("sum({0})",)), [value])
    shown = _shown_scale(lowering, call, over, value) if value.fixed.shown else ""
    fixed = Fixed(MAX_DIGITS, value.fixed.scale, shown, _digits_of_sum(value.fixed.digits))
    return Lowered(cast(total.sql, fixed.duckdb_type), fixed=fixed)


def _digits_of_sum(digits: int) -> int:
    """Digits of as many values as there can be rows, which is 2^63."""
    return min(MAX_DIGITS, digits + ROWS_DIGITS)


def _shown_scale(lowering: Lowering, call: ir.Aggregate, over: str, value: Lowered) -> str:
    """The largest number of digits shown among the inputs that are not NULL."""
    assert value.fixed is not None
    shown = Lowered(f"CASE WHEN {value.sql} IS NOT NULL THEN {value.fixed.shown} END")
    return combined(lowering, call, over, Row(("max({0})",)), [shown]).sql


def _avg_numeric(lowering: Lowering, call: ir.Aggregate, over: str) -> Lowered:
    """avg(numeric): the exact sum divided as numeric divides."""
    value = lowering.expr(call.args[0])
    if value.fixed is None or call.distinct and value.fixed.shown:
        return combined(lowering, call, over, Row(("list({0})",), "pgf_numeric_mean({0})"), [number_text(value)])
    total = number_text(_sum_numeric(lowering, call, over))
    count = combined(lowering, call, over, Row(("count({0})",)), [value])
    return Lowered(f"pgf_numeric_avg({total.sql}, CAST({count.sql} AS VARCHAR))")


ROWS_DIGITS = 19
# Types with equal values that print otherwise: of those the last one counts, in the order in which they come.
LAST_OF_EQUALS = {NUMERIC: "numeric", INTERVAL: "interval"}


def _extreme(name: str) -> Handler:
    """min and max by the type's own order."""

    def lower(lowering: Lowering, call: ir.Aggregate, over: str) -> Lowered:
        scope, value = lowering.scope, lowering.expr(call.args[0])
        kind, collation = call.args[0].type, call.input_collation
        oid = scope.base(kind).oid
        if oid in LAST_OF_EQUALS and not (value.fixed and not value.fixed.shown):
            row = Row(("list({0})",), f"pgf_{LAST_OF_EQUALS[oid]}_{name}({{0}})")
            return combined(lowering, replace(call, distinct=False), over, row, [number_text(value)])
        if orders_natively(scope, kind, collation) or (value.fixed and not value.fixed.shown):
            found = combined(lowering, call, over, Row((f"{name}({{0}})",)), [value])
            return Lowered(found.sql, fixed=value.fixed)
        plain = row_text(scope, value) if value.fields is not None else number_text(value)
        key = Lowered(sort_key(scope, value if value.fields is not None else plain, kind, collation))
        found = combined(lowering, call, over, Row((f"arg_{name}({{0}}, {{1}})",)), [plain, key])
        return replace(found, row=columns_of(scope, value, kind))

    return lower


def _array_agg(lowering: Lowering, call: ir.Aggregate, over: str) -> Lowered:
    """array_agg keeps NULLs; of DISTINCT values in their order."""
    given = lowering.expr(call.args[0])
    value = replace(number_text(given), row=columns_of(lowering.scope, given, call.args[0].type))
    if call.distinct:
        return replace(_distinct_list(lowering, call, over, value, keep_nulls=True), row=value.row)
    found = replace(combined(lowering, call, over, Row(("list({0})",)), [value]), row=value.row)
    return (
        found if not lowering.scope.base(call.args[0].type).is_true_array else fill(lowering.scope, OF_ARRAYS, [found])
    )


OF_ARRAYS = (
    "CASE WHEN len(list_filter({0}, lambda x: x IS NULL)) > 0 THEN " + fail("22004", "cannot accumulate null arrays")
    + " WHEN len({0}[1]) = 0 THEN " + fail("2202E", "cannot accumulate empty arrays")
    + " WHEN len(list_distinct(list_transform({0}, lambda x: len(x)))) > 1 THEN "
    + fail("2202E", "cannot accumulate arrays of different dimensionality") + " ELSE {0} END"
)  # fmt: skip


def _distinct_list(lowering: Lowering, call: ir.Aggregate, over: str, value: Lowered, *, keep_nulls: bool) -> Lowered:
    """DISTINCT sorts by the value itself, or by the ORDER BY that names it."""
    scope, oid = lowering.scope, call.args[0].type
    order = call.order or (ir.SortKey(expr=call.args[0]),)
    key = group_key(scope, value, oid)
    where = [lowering.expr(call.filter).sql] if call.filter is not None else []
    where += [] if keep_nulls else [f"{value.sql} IS NOT NULL"]
    condition = f" FILTER (WHERE {' AND '.join(where)})" if where else ""
    as_is = is_sorted_as_is(scope, value, oid, order[0].expr.collation)
    # DuckDB orders DISTINCT values only by what it sees to be the value itself
    if key != value.sql or not value.simple or not as_is:
        pair = f"struct_pack(k := {key}, v := {value.sql})"
        pairs = Lowered(f"list({pair} {order_by(lowering, order[:1])}){condition}{over}")
        first = "list_filter({0}, lambda p, i: i = 1 OR {0}[i - 1].k IS DISTINCT FROM p.k)"
        return fill(scope, f"list_transform({first}, lambda p: {member('p', 'v')})", [pairs])
    return Lowered(f"list(DISTINCT {value.sql} {order_by(lowering, order[:1])}){condition}{over}")


def _string_agg(lowering: Lowering, call: ir.Aggregate, over: str) -> Lowered:
    """string_agg: NULL values are skipped; a separator that is not constant goes before its own value."""
    value, separator = (lowering.expr(arg) for arg in call.args)
    if call.args[0].type == 17:
        value, separator = (Lowered(f"hex({one.sql})", simple=one.simple) for one in (value, separator))
        return Lowered(f"unhex({_joined(lowering, call, over, value, separator).sql})")
    return _joined(lowering, call, over, value, separator)


def _joined(lowering: Lowering, call: ir.Aggregate, over: str, value: Lowered, separator: Lowered) -> Lowered:
    if call.distinct:
        items = _distinct_list(lowering, call, over, value, keep_nulls=False)
        return fill(
            lowering.scope,
            "CASE WHEN {0} IS NOT NULL THEN array_to_string({0}, coalesce({1}, '')) END",
            [items, separator],
        )
    if isinstance(call.args[1], ir.Const):
        shown = separator if call.args[1].value is not None else Lowered("''", simple=True)
        return combined(lowering, call, over, Row(("string_agg({0}, {1})",)), [value, shown])
    pair = Lowered(
        f"CASE WHEN {value.sql} IS NOT NULL THEN struct_pack(v := {value.sql}, s := coalesce({separator.sql}, '')) END"
    )
    items = combined(lowering, call, over, Row(("list({0})",)), [pair])
    template = (
        "CASE WHEN list_count({0}) > 0 THEN array_to_string(list_transform(list_filter({0}, lambda p: p IS NOT NULL), "
        f"lambda p, i: CASE WHEN i = 1 THEN {member('p', 'v')} ELSE {member('p', 's')} || {member('p', 'v')} END), '') END"
    )
    return fill(lowering.scope, template, [items])


LINE = "(chr(10) || ' ')"


def _json_agg(lowering: Lowering, call: ir.Aggregate, over: str) -> Lowered:
    scope = lowering.scope
    if call.distinct:
        raise FeatureNotSupported(
            f"{call.proc.name}(DISTINCT) is not supported by the double", hint="Use a subquery with DISTINCT."
        )
    value = lowering.expr(call.args[0])
    item = json_of(scope, value, call.args[0].type)
    nested = scope.is_row(call.args[0].type) or scope.base(call.args[0].type).is_true_array
    strict = "strict" in call.proc.name
    if nested and value.is_there:  # on a line of its own, unless it is a NULL or the first
        item = f"CASE WHEN {value.is_there} THEN {LINE} || {item}{'' if strict else ' ELSE {}'.format(quote_literal('null'))} END"
    elif nested:
        item = f"{LINE} || {item}"
    elif strict:
        item = f"CASE WHEN {value.is_there} THEN {item} END"
    text = combined(lowering, call, over, Row(("string_agg({0}, ', ')",)), [Lowered(item)])
    shown = f"regexp_replace({text.sql}, concat('^', {LINE}), '')" if nested else text.sql
    document = f"('[' || {shown} || ']')"
    if strict:  # rows of NULLs alone give an empty array, no rows NULL
        rows = combined(lowering, replace(call, order=(), distinct=False), over, Row(("count(*)",)), [])
        document = f"CASE WHEN {rows.sql} > 0 THEN coalesce({document}, '[]') END"
    return Lowered(f"pgf_jsonb_in({document})" if call.type == JSONB else document)


def _json_object_agg(lowering: Lowering, call: ir.Aggregate, over: str) -> Lowered:
    scope = lowering.scope
    if call.distinct:
        raise FeatureNotSupported(
            f"{call.proc.name}(DISTINCT) is not supported by the double", hint="Use a subquery with DISTINCT."
        )
    (key, key_type), (value, value_type) = ((lowering.expr(arg), arg.type) for arg in call.args)
    shown_key, name = key_text(scope, key, key_type, call), call.proc.name
    member = f"({shown_key} || ' : ' || {json_of(scope, value, value_type)})"
    if name.endswith("strict"):
        member, shown_key = (f"CASE WHEN {value.sql} IS NOT NULL THEN {one} END" for one in (member, shown_key))
    text = combined(lowering, call, over, Row(("string_agg({0}, ', ')",)), [Lowered(member)])
    document = f"('{{ ' || {text.sql} || ' }}')"
    if name.endswith("strict"):
        rows = combined(lowering, replace(call, order=(), distinct=False), over, Row(("count(*)",)), [])
        document = f"CASE WHEN {rows.sql} > 0 THEN coalesce({document}, '{{  }}') END"
    if "unique" in name:
        keys = combined(lowering, call, over, Row(("list({0})",)), [Lowered(shown_key)])
        document = f"CASE WHEN pgf_unique_keys({keys.sql}) THEN {document} END"
    return Lowered(f"pgf_jsonb_in({document})" if call.type == JSONB else document)


def _count_distinct(lowering: Lowering, call: ir.Aggregate, over: str) -> Lowered:
    if not call.args:
        return combined(lowering, call, over, ROWS["count()"], [])
    value = told_null(lowering.scope, call.args[0], lowering.expr(call.args[0]))
    if call.distinct:
        value = Lowered(group_key(lowering.scope, value, call.args[0].type))
    elif value.fields is not None:
        value = Lowered(value.if_there("1"))
    return combined(lowering, call, over, ROWS["count(any)"], [value])


def _range_aggregate(lowering: Lowering, call: ir.Aggregate, over: str) -> Lowered:
    """range_agg and range_intersect_agg; NULL of no range."""
    scope, oid = lowering.scope, call.args[0].type
    of = f"CAST({subtype_of(scope, oid)} AS UINTEGER)"
    items = combined(lowering, call, over, Row(("list({0})",)), [lowering.expr(call.args[0])])
    if call.proc.name == "range_agg":
        return fill(scope, f"CASE WHEN list_count({{0}}) > 0 THEN pgf_multirange_make({of}, {{0}}) END", [items])
    return Lowered(f"pgf_range_common({of}, {items.sql}, {'true' if is_multirange(scope, oid) else 'false'})")


def _any_value(lowering: Lowering, call: ir.Aggregate, over: str) -> Lowered:
    value = lowering.expr(call.args[0])
    found = combined(
        lowering,
        call,
        over,
        Row(("any_value({0})",)),
        [value if value.fixed and not value.fixed.shown else number_text(value)],
    )
    return Lowered(found.sql, row=value.columns, fixed=value.fixed if value.fixed and not value.fixed.shown else None)


HANDLERS: dict[str, Handler] = {
    "sum(int8)": _sum_numeric, "sum(numeric)": _sum_numeric, "avg(numeric)": _avg_numeric, "min": _extreme("min"), "max": _extreme("max"),
    "array_agg(anynonarray)": _array_agg, "array_agg(anyarray)": _array_agg, "string_agg": _string_agg, "count": _count_distinct,
    "range_agg": _range_aggregate, "range_intersect_agg": _range_aggregate, "any_value": _any_value,
    **dict.fromkeys(("json_agg", "jsonb_agg", "json_agg_strict", "jsonb_agg_strict"), _json_agg),
    **{f"{kind}_object_agg{way}": _json_object_agg for kind in ("json", "jsonb") for way in ("", "_strict", "_unique", "_unique_strict")},
    **ordered_sets.HANDLERS,
}  # fmt: skip
