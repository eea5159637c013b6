"""Units of dates and times: extract, date_part and date_trunc.

What the engine computes as Postgres does is asked of it, the rest of our own functions. Refuses to know arithmetic on dates. Facts:
timestamp_part_common, interval_part_common and timestamp_trunc in src/backend/utils/adt/timestamp.c.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from proxy.catalog.versions import Since
from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.units import cut_at
from proxy.pgtypes.calendar import INFINITY_TIMESTAMP
from proxy.sql import ir
from proxy.sql.lower.apply import fill
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.values import Fixed, Lowered, cast, fail, quote_literal, steady

Handler = Callable[[Lowering, ir.Call], Lowered]

KINDS = {
    "timestamp": "timestamp without time zone", "timestamptz": "timestamp with time zone", "date": "date",
    "time": "time without time zone",
}  # fmt: skip
# Where the part is a whole number, DuckDB's own function gives it without leaving the engine.
TIMESTAMPTZ = 1184
FAST_PARTS = frozenset({"year", "month", "day", "hour", "minute", "quarter", "doy", "dow", "isodow", "week"})
TIME_PARTS = frozenset({"hour", "minute"})


def extraction(result: str) -> Handler:
    """extract (numeric) and date_part (float8) of a date, a time or a time stamp."""

    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        unit, value = call.args[0], lowering.expr(call.args[1])
        kind = lowering.scope.signature_name(lowering.scope.base(call.args[1].type).oid)
        if kind == "date" and result == "float8":  # date_part of a date is that of its time stamp
            kind, value = "timestamp", Lowered(cast(value.sql, "TIMESTAMP"))
        if kind == "interval":
            text = Lowered(f"pgf_interval_part({lowering.expr(unit).sql}, {value.sql})")
            return _part_result(text, result)
        name = str(unit.value).lower() if isinstance(unit, ir.Const) else ""
        if name not in RISING or kind == "time":
            return _part_of(lowering, unit, value, kind, result)
        part = _part_of(lowering, unit, Lowered("{0}", simple=True), kind, result)
        if part.fixed:  # the engine's decimals have no infinity
            refused = fail(
                "0A000", f"the {name} of an infinite date as numeric is not supported by the double", hint=DATE_PART
            )
            sql = f"CASE WHEN isinf({{0}}) THEN {refused} ELSE {part.sql} END"
            return replace(fill(lowering.scope, sql, [value]), fixed=part.fixed)
        endless = cast("CASE WHEN {0} > DATE '2000-01-01' THEN 'Infinity' ELSE '-Infinity' END", STORED[result])
        return fill(lowering.scope, f"CASE WHEN isinf({{0}}) THEN {endless} ELSE {part.sql} END", [value])

    return lower


DATE_PART = "Use date_part, whose result can be infinite, or leave infinite dates out."
# Parts that never fall back: those of an infinite date are infinite, all others' are NULL.
RISING = frozenset({"year", "years", "decade", "century", "millennium", "julian", "isoyear", "epoch"})
STORED = {"float8": "DOUBLE", "numeric": "VARCHAR"}


def _part_of(lowering: Lowering, unit: ir.Expr, value: Lowered, kind: str, result: str) -> Lowered:
    scope = lowering.scope
    if isinstance(unit, ir.Const) and _is_fast(unit.value, kind):
        return _fast_part(lowering, str(unit.value).lower(), value, result)
    if (
        isinstance(unit, ir.Const)
        and (unit.value or "").lower() in EXACT_PARTS
        and kind in ("timestamp", "timestamptz")
    ):
        return _exact_part((unit.value or "").lower(), value, result)
    micros = _micros(lowering, value, kind)
    zone = quote_literal(scope.env.timezone if kind == "timestamptz" else "")
    text = Lowered(f"pgf_time_part({lowering.expr(unit).sql}, {micros}, {zone}, '{KINDS[kind]}')")
    return _part_result(text, result)


def _micros(lowering: Lowering, value: Lowered, kind: str) -> str:
    """Microseconds since 1970; infinity is the largest number or its negation."""
    if kind == "time":
        return f"epoch_us({value.sql})"
    at = "CAST({0} AS TIMESTAMP)" if kind == "date" else "{0}"
    end = f"CASE WHEN {{0}} > DATE '2000-01-01' THEN {INFINITY_TIMESTAMP} ELSE -{INFINITY_TIMESTAMP} END"
    return fill(lowering.scope, f"CASE WHEN isinf({{0}}) THEN {end} ELSE epoch_us({at}) END", [value]).sql


def _is_fast(unit: str | None, kind: str) -> bool:
    name = (unit or "").lower()
    if kind == "time":
        return name in TIME_PARTS
    return name in FAST_PARTS and not (kind == "date" and name in TIME_PARTS)


def _fast_part(lowering: Lowering, unit: str, value: Lowered, result: str) -> Lowered:
    part = f"date_part('{unit}', {value.sql})"
    if unit == "year":  # Postgres has no year 0
        part = f"list_transform([{part}], lambda y: y - CAST(y <= 0 AS BIGINT))[1]"
    if result == "float8":
        return Lowered(cast(part, "DOUBLE"))
    fixed = Fixed(7, 0)
    return Lowered(cast(part, fixed.duckdb_type), fixed=fixed)


# part -> (microseconds to count, factor, digits of the result before the point, digits after it)
EXACT_PARTS = {
    "epoch": ("epoch_us({})", "0.000001", 19, 6), "second": ("date_part('microsecond', {})", "0.000001", 8, 6),
    "seconds": ("date_part('microsecond', {})", "0.000001", 8, 6),
    "milliseconds": ("date_part('microsecond', {})", "0.001", 8, 3),
}  # fmt: skip


def _exact_part(unit: str, value: Lowered, result: str) -> Lowered:
    """Seconds with their fraction, as exact decimals."""
    micros, factor, digits, scale = EXACT_PARTS[unit]
    fixed = Fixed(digits + scale, scale)
    count = cast(micros.format(value.sql), f"DECIMAL({max(digits, 19)},0)")
    exact = cast(f"({count} * CAST({factor} AS DECIMAL({scale},{scale})))", fixed.duckdb_type)
    return Lowered(cast(exact, "DOUBLE")) if result == "float8" else Lowered(exact, fixed=fixed)


def _part_result(text: Lowered, result: str) -> Lowered:
    return Lowered(cast(text.sql, "DOUBLE")) if result == "float8" else text


def truncation(lowering: Lowering, call: ir.Call) -> Lowered:
    """date_trunc; before the unit of an infinite moment was looked at, that moment itself."""
    scope, cut = lowering.scope, _truncated(lowering, call)
    if scope.base(call.args[1].type).name == "interval" or scope.catalog.has(Since.UNIT_OF_INFINITE_CHECKED):
        return cut
    unit, value, *zone = (lowering.expr(arg) for arg in call.args)
    present = " AND ".join(f"{{{at}}} IS NOT NULL" for at in range(2, 3 + len(zone)))
    endless = cast("{0}", scope.storage(call.type))
    return fill(
        scope,
        f"CASE WHEN isinf({{0}}) AND {present} THEN {endless} ELSE {{1}} END",
        [value, cut, unit, *zone],
        lazy={1},
    )


def _truncated(lowering: Lowering, call: ir.Call) -> Lowered:
    """date_trunc: DuckDB's units are Postgres'; an unknown one is an error of ours, where there is a value."""
    scope = lowering.scope
    kind = scope.signature_name(scope.base(call.args[1].type).oid)
    unit, value = lowering.expr(call.args[0]), lowering.expr(call.args[1])
    shown = KINDS.get(kind, "interval")
    if isinstance(call.args[0], ir.Const) and call.args[0].value is not None:
        try:
            found = cut_at(call.args[0].value, shown)
        except PgDomainError as wrong:
            raised = fail(wrong.sqlstate, wrong.message, wrong.detail)
            return Lowered(cast(f"CASE WHEN {value.sql} IS NOT NULL THEN {raised} END", scope.storage(call.type)))
        unit = Lowered(quote_literal(found), simple=True)
    zoned = kind == "timestamptz" and len(call.args) > 2
    args = [value, unit, *([lowering.expr(call.args[2])] if zoned else [])]
    word = "{1}"
    known = "pgf_to_local(CASE WHEN isinf({0}) THEN 0 ELSE epoch_us({0}) END, {2})" if zoned else "{0}"
    if not unit.sql.startswith("'"):  # the unit is looked at where nothing is NULL, and after the zone
        word = (
            f"CASE WHEN {{1}} IS NULL THEN NULL WHEN {known} IS NOT NULL "
            f"THEN pgf_truncated_unit({{1}}, {quote_literal(shown)}) END"
        )
    if zoned:
        local = "CASE WHEN {1} IS NOT NULL THEN make_timestamp(pgf_to_local(epoch_us({0}), {2})) END"
        cut = f"make_timestamptz(pgf_from_local(epoch_us({_start(kind, unit.sql, word, local)}), {{2}}))"
        endless = (
            f"CASE WHEN {{1}} IS NOT NULL THEN CASE WHEN {known} IS NOT NULL AND {word} IS NOT NULL THEN {{0}} END END"
        )
        return fill(scope, f"CASE WHEN isinf({{0}}) THEN {endless} ELSE {cut} END", args)
    cut = cast(_start(kind, unit.sql, word, "{0}"), scope.storage(call.type))
    if kind == "interval":
        return fill(scope, cut, args)
    if isinstance(call.args[1], ir.Cast) and isinstance(call.args[1].arg, ir.ColumnRef):
        args[0] = replace(value, simple=True)  # a date as a moment: computing it again costs less than binding it
    make = "make_timestamptz" if kind == "timestamptz" else "make_timestamp"
    failed = cast(steady(fail("22008", "timestamp out of range")), scope.storage(call.type))
    early = f"{{0}} < {make}({EARLY}) AND isfinite({{0}}) AND {cut} < {make}({FIRST_MOMENT})"
    return fill(scope, f"CASE WHEN {early} THEN {failed} ELSE {cut} END", args)


# Postgres' first moment, in microseconds since 1970, where DuckDB's go further; and one below which a unit may start before it.
FIRST_MOMENT, EARLY = -210866803200000000, -188395027200000000
ERAS = {"'century'": 100, "'millennium'": 1000}


def _start(kind: str, unit: str, word: str, at: str) -> str:
    """Where the unit around a moment starts. unit: as it was lowered; word: SQL of its name, over which there may be cases."""
    start = f"date_trunc({word}, {at})"
    if kind == "interval" or (unit.startswith("'") and unit not in ERAS):
        return start
    if unit in ERAS:
        return _era_start(at, ERAS[unit])
    stored = "TIMESTAMPTZ" if kind == "timestamptz" and at == "{0}" else "TIMESTAMP"
    eras = " ".join(f"WHEN {name} THEN CAST({_era_start(at, years)} AS {stored})" for name, years in ERAS.items())
    return f"CASE {word} {eras} ELSE {start} END"


def _era_start(at: str, years: int) -> str:
    """The start of a century or millennium is the year after a multiple; DuckDB's is the multiple."""
    year = f"date_part('year', CAST({at} AS TIMESTAMP))"
    first = f"(CAST(floor(({year} - 1) / {years}.0) AS BIGINT) * {years} + 1)"
    made = f"make_timestamp({first}, 1, 1, 0, 0, 0.0)"
    return f"CASE WHEN isinf({at}) THEN CAST({at} AS TIMESTAMP) WHEN {at} IS NOT NULL THEN {made} END"
