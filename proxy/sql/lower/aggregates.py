"""Aggregates and window functions: DuckDB's own where they mean the same, compositions where they do not.

avg, stddev and sums of numerics are exact; DISTINCT, ORDER BY and FILTER go to every part. Facts: pg_aggregate; numeric.c.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.lower.documents import json_of
from proxy.sql.lower.emitter import Emitter
from proxy.sql.lower.value import MAX_DIGITS, Sql, cast, decimal_type, numeric_text
from proxy.sql.parse import FeatureNotSupported


@dataclass(frozen=True, slots=True)
class Frame:
    """How each part of an aggregate is written: its modifiers inside, FILTER and OVER behind."""

    emitter: Emitter
    node: ir.Aggregate
    over: str = ""

    def call(self, name: str, *args: str, ordered: bool = False, distinct: bool = True) -> str:
        """name(DISTINCT args ORDER BY ...) FILTER (...) OVER (...)."""
        word = "DISTINCT " if self.node.distinct and distinct else ""
        order = ""
        if ordered and self.node.order:
            keys = [
                f"{self.emitter.sort_text(key.expr)} {'DESC' if key.descending else 'ASC'} NULLS {'FIRST' if key.nulls_first else 'LAST'}"
                for key in self.node.order
            ]
            order = f" ORDER BY {', '.join(keys)}"
        condition = f" FILTER (WHERE {self.emitter.text(self.node.filter)})" if self.node.filter is not None else ""
        return f"{name}({word}{', '.join(args)}{order}){condition}{self.over}"

    def value(self, place: int = 0) -> Sql:
        """An argument."""
        return self.emitter.expr(self.node.args[place])

    def kind(self, place: int = 0) -> int:
        """An argument's base type."""
        return self.emitter.base(self.node.args[place].type)


Builder = Callable[[Frame], Sql]


def emit_aggregate(emitter: Emitter, node: ir.Aggregate, over: str = "") -> Sql:
    """An aggregate, in a group or over a window."""
    builder = _AGGREGATES.get(node.proc.name)
    if builder is None:
        raise emitter.unsupported(f"aggregate {node.proc.name}", node.position)
    grouped = emitter.grouped
    if not over:
        emitter.grouped = {}  # inside an aggregate an expression means each row's value again
    try:
        return builder(Frame(emitter, node, over))
    finally:
        emitter.grouped = grouped


def _count(frame: Frame) -> Sql:
    if frame.node.star:
        return Sql(frame.call("count", "*", distinct=False))
    node = frame.node.args[0]
    text = frame.emitter.sort_text(node) if frame.node.distinct else frame.value().text
    return Sql(frame.call("count", text))


def _sum(frame: Frame) -> Sql:
    kind, value = frame.kind(), frame.value()
    if kind in (t.INT2, t.INT4):
        return Sql(cast(frame.call("sum", value.text), "BIGINT"))
    if kind == t.INT8:
        return Sql(cast(frame.call("sum", value.text), decimal_type((MAX_DIGITS, 0))), (MAX_DIGITS, 0))
    if kind == t.NUMERIC:
        if value.decimal is not None:
            shape = (MAX_DIGITS, value.decimal[1])
            return Sql(frame.call("sum", value.text), shape)
        return Sql(f"pgd_num_sum({frame.call('list', value.text)})")
    if kind in (t.FLOAT4, t.FLOAT8):
        return Sql(cast(frame.call("sum", value.text), "FLOAT" if kind == t.FLOAT4 else "DOUBLE"))
    raise _refused(frame)


def _avg(frame: Frame) -> Sql:
    kind, value = frame.kind(), frame.value()
    if kind in (t.INT2, t.INT4, t.INT8) or kind == t.NUMERIC and value.decimal is not None:
        total = cast(frame.call("sum", value.text), "VARCHAR")
        if kind == t.NUMERIC and value.decimal is not None:
            total = numeric_text(Sql(frame.call("sum", value.text), (MAX_DIGITS, value.decimal[1])))
        count = frame.call("count", value.text)
        return Sql(f"CASE WHEN {count} > 0 THEN pgd_num_divide({total}, CAST({count} AS VARCHAR)) END")
    if kind == t.NUMERIC:
        count = frame.call("count", value.text)
        total = f"pgd_num_sum({frame.call('list', value.text)})"
        return Sql(f"CASE WHEN {count} > 0 THEN pgd_num_divide({total}, CAST({count} AS VARCHAR)) END")
    if kind in (t.FLOAT4, t.FLOAT8):
        count = frame.call("count", value.text)
        return Sql(
            f"CASE WHEN {count} > 0 THEN {frame.call('sum', cast(value.text, 'DOUBLE'))} / CAST({count} AS DOUBLE) END"
        )
    raise _refused(frame)


def _refused(frame: Frame) -> FeatureNotSupported:
    name = frame.emitter.catalog.types[frame.kind()].name
    return frame.emitter.unsupported(f"aggregate {frame.node.proc.name}({name})", frame.node.position)


def _extreme(name: str) -> Builder:
    def build(frame: Frame) -> Sql:
        value, kind = frame.value(), frame.kind()
        key = frame.emitter.key(value, kind, frame.node.position)
        if kind == t.NUMERIC and value.decimal is not None:
            return Sql(frame.call(name, value.text, distinct=False), value.decimal)
        if key == value.text:
            return Sql(frame.call(name, value.text, distinct=False))
        return Sql(frame.call(f"arg_{name}", value.text, key, distinct=False))

    return build


def _plain(name: str) -> Builder:
    return lambda frame: Sql(frame.call(name, frame.value().text, distinct=False))


def _string_agg(frame: Frame) -> Sql:
    if frame.kind() == t.BYTEA:
        raise _refused(frame)
    return Sql(frame.call("string_agg", frame.value(0).text, frame.value(1).text, ordered=True))


def _array_agg(frame: Frame) -> Sql:
    text = frame.emitter.text(frame.node.args[0])
    return Sql(frame.call("list", text, ordered=True))


def _json_agg(function: str) -> Builder:
    def build(frame: Frame) -> Sql:
        node = frame.node.args[0]
        item = json_of(frame.emitter, frame.value(), node.type, node.position)
        return Sql(f"{function}({frame.call('list', item, ordered=True)})")

    return build


def _json_object_agg(function: str) -> Builder:
    def build(frame: Frame) -> Sql:
        from proxy.sql.lower.casts import text_of

        key, item = frame.node.args
        name = text_of(frame.emitter, frame.value(0), key.type, key.position)
        value = json_of(frame.emitter, frame.value(1), item.type, item.position)
        return Sql(f"{function}({frame.call('list', name, ordered=True)}, {frame.call('list', value, ordered=True)})")

    return build


def _deviation(kind: str) -> Builder:
    def build(frame: Frame) -> Sql:
        value, oid = frame.value(), frame.kind()
        if oid in (t.INT2, t.INT4, t.INT8):
            wide = cast(value.text, "HUGEINT")
            total, squares = (
                cast(frame.call("sum", wide), "VARCHAR"),
                cast(frame.call("sum", f"({wide} * {wide})"), "VARCHAR"),
            )
        elif oid == t.NUMERIC and value.decimal is not None and 2 * value.decimal[0] <= MAX_DIGITS:
            scale = value.decimal[1]
            wide = cast(value.text, decimal_type((MAX_DIGITS, scale)))
            total = numeric_text(Sql(frame.call("sum", value.text), (MAX_DIGITS, scale)))
            square = cast(f"({wide} * {value.text})", decimal_type((MAX_DIGITS, 2 * scale)))
            squares = numeric_text(Sql(frame.call("sum", square), (MAX_DIGITS, 2 * scale)))
        else:
            raise _refused(frame)
        count = frame.call("count", value.text)
        return Sql(f"CASE WHEN {count} > 0 THEN pgd_num_deviation({count}, {total}, {squares}, '{kind}') END")

    return build


def _percentile(name: str) -> Builder:
    """Within group: the fraction is the direct argument, the values are the sorted one."""

    def build(frame: Frame) -> Sql:
        key = frame.node.order[0]
        fraction = frame.emitter.text(frame.node.direct[0])
        if key.descending:
            raise frame.emitter.unsupported(f"{frame.node.proc.name} of a descending order", frame.node.position)
        kind = frame.kind()
        if name == "quantile_cont" and kind != t.FLOAT8 or kind in (t.NUMERIC,) or not frame.emitter.is_native(kind):
            raise _refused(frame)
        return Sql(frame.call(name, frame.value().text, fraction, distinct=False))

    return build


def _mode(frame: Frame) -> Sql:
    if frame.kind() == t.NUMERIC or not frame.emitter.is_native(frame.kind()):
        raise _refused(frame)
    return Sql(frame.call("mode", frame.value().text, ordered=True, distinct=False))


def _pairs(name: str) -> Builder:
    """corr and its kin, in the order and with the sums that Postgres uses (float8_regr_accum)."""
    return lambda frame: Sql(
        f"pgd_f8_{name}({frame.call('list', frame.value(0).text)}, {frame.call('list', frame.value(1).text)})"
    )


_AGGREGATES: Mapping[str, Builder] = {
    "count": _count, "sum": _sum, "avg": _avg, "min": _extreme("min"), "max": _extreme("max"), "bool_and": _plain("bool_and"),
    "bool_or": _plain("bool_or"), "every": _plain("bool_and"), "string_agg": _string_agg, "array_agg": _array_agg,
    "jsonb_agg": _json_agg("pgd_jsonb_array"), "json_agg": _json_agg("pgd_json_array"),
    "jsonb_object_agg": _json_object_agg("pgd_jsonb_object"), "stddev": _deviation("stddev_samp"),
    "stddev_samp": _deviation("stddev_samp"), "stddev_pop": _deviation("stddev_pop"), "variance": _deviation("var_samp"),
    "var_samp": _deviation("var_samp"), "var_pop": _deviation("var_pop"), "percentile_cont": _percentile("quantile_cont"),
    "percentile_disc": _percentile("quantile_disc"), "mode": _mode, "bit_and": _plain("bit_and"), "bit_or": _plain("bit_or"),
    "any_value": _plain("any_value"), "corr": _pairs("corr"), "regr_slope": _pairs("regr_slope"), "covar_pop": _pairs("covar_pop"),
    "covar_samp": _pairs("covar_samp"),
}  # fmt: skip


# Windows

_PLAIN_WINDOWS = frozenset({"row_number", "rank", "dense_rank", "percent_rank", "cume_dist"})
_VALUE_WINDOWS = frozenset({"lag", "lead", "first_value", "last_value", "nth_value"})


def emit_window(emitter: Emitter, node: ir.Window) -> Sql:
    """A function over a window."""
    over = f" OVER ({_definition(emitter, node)})"
    call = node.call
    if isinstance(call, ir.Aggregate):
        return emit_aggregate(emitter, call, over)
    name = call.proc.name
    if name in _PLAIN_WINDOWS:
        return Sql(f"{name}(){over}")
    if name == "ntile":
        return Sql(cast(f"ntile({emitter.text(call.args[0])}){over}", "INTEGER"))
    if name in _VALUE_WINDOWS:
        if name in ("lag", "lead") and len(call.args) == 3:
            texts, shape = emitter.alternatives([call.args[0], call.args[2]])
            return Sql(f"{name}({texts[0]}, {emitter.text(call.args[1])}, {texts[1]}){over}", shape)
        value = emitter.expr(call.args[0])
        rest = [emitter.text(arg) for arg in call.args[1:]]
        return Sql(f"{name}({', '.join([value.text, *rest])}){over}", value.decimal)
    raise emitter.unsupported(f"window function {name}", node.position)


def _definition(emitter: Emitter, node: ir.Window) -> str:
    parts = []
    if node.partition:
        parts.append("PARTITION BY " + ", ".join(emitter.sort_text(expr) for expr in node.partition))
    if node.order:
        keys = [
            f"{emitter.sort_text(key.expr)} {'DESC' if key.descending else 'ASC'} NULLS {'FIRST' if key.nulls_first else 'LAST'}"
            for key in node.order
        ]
        parts.append("ORDER BY " + ", ".join(keys))
    if node.mode and node.start is not None and node.end is not None:
        frame = f"{node.mode.upper()} BETWEEN {_bound(emitter, node.start)} AND {_bound(emitter, node.end)}"
        parts.append(frame + (f" EXCLUDE {node.exclude.upper()}" if node.exclude else ""))
    return " ".join(parts)


def _bound(emitter: Emitter, bound: ir.FrameBound) -> str:
    if bound.offset is None:
        return bound.kind.upper()
    return f"{emitter.text(bound.offset)} {bound.kind.upper()}"
