"""Functions that stand behind operators, aggregates and indexes, called by their own names.

The larger and smaller of two values, increments and distances of range bounds. Refuses to know second names of functions that
other families hold (`calls.SAME` does). Facts: pg_proc; float.c, numeric.c and rangetypes.c.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.sql import ir
from proxy.sql.lower.apply import fill
from proxy.sql.lower.comparisons import compare
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.values import Lowered, number_text

Handler = Callable[[Lowering, ir.Call], Lowered]
DISTANCE = "(CAST({0} AS DOUBLE) - CAST({1} AS DOUBLE))"


def _raw(value: str, count: str, bits: int) -> str:
    """A moment as Postgres counts it; an infinite one is the end of the integers."""
    end = (
        f"CASE WHEN {value} > DATE '2000-01-01' THEN {2 ** (bits - 1) - 1}::DOUBLE ELSE -{2 ** (bits - 1)}::DOUBLE END"
    )
    return f"CASE WHEN isfinite({value}) THEN CAST({count} AS DOUBLE) ELSE {end} END"


def _distance(count: str, bits: int) -> str:
    first, second = (_raw(value, count.format(value), bits) for value in ("{0}", "{1}"))
    return f"CASE WHEN {{0}} IS NULL OR {{1}} IS NULL THEN NULL ELSE ({first} - {second}) END"


SECONDS = "(" + _distance("(epoch_us({}) - 946684800000000)", 64) + " / 1000000.0::DOUBLE)"
DAYS = _distance("(date_diff('day', DATE '2000-01-01', {}))", 32)

TEMPLATES: dict[str, str] = {
    "int8inc": "CAST(add({0}, CAST(1 AS BIGINT)) AS BIGINT)",
    "int8dec": "CAST(subtract({0}, CAST(1 AS BIGINT)) AS BIGINT)",
    "int4range_subdiff": DISTANCE, "int8range_subdiff": DISTANCE, "daterange_subdiff": DAYS,
    "numrange_subdiff": "pgf_numeric_endless(pgf_numeric_sub({0}, {1}))",
    "tsrange_subdiff": SECONDS, "tstzrange_subdiff": SECONDS,
}  # fmt: skip


def _extreme(op: str) -> Handler:
    """The first of two values where it is the larger (smaller), else the second: equal numbers keep the second's digits."""

    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        scope, oid = lowering.scope, call.args[0].type
        first, second = Lowered("{0}", simple=True), Lowered("{1}", simple=True)
        better = compare(scope, op, first, oid, second, oid, call.input_collation)
        template = f"CASE WHEN {{0}} IS NULL OR {{1}} IS NULL THEN NULL WHEN {better} THEN {{0}} ELSE {{1}} END"
        return fill(scope, template, [number_text(lowering.expr(arg)) for arg in call.args])

    return lower


_ORDERED = ("int2", "int4", "int8", "float4", "float8")
_NAMED = (
    "numeric_",
    "date_",
    "timestamp_",
    "timestamptz_",
    "time_",
    "interval_",
    "text_",
    "bytea_",
    "array_",
    "bpchar_",
    "enum_",
)
HANDLERS: dict[str, Handler] = {
    f"{kind}{word}": _extreme(op) for kind in (*_ORDERED, *_NAMED) for word, op in (("larger", ">"), ("smaller", "<"))
}  # fmt: skip
