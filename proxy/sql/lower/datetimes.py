"""Dates, times and intervals: fields, truncation, arithmetic, zones, formats.

Facts: Postgres' date/time functions; DuckDB keeps months, days and microseconds of an interval apart, as Postgres does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from proxy.sql import ir
from proxy.sql.lower.emitter import Emitter
from proxy.sql.lower.strings import constant_text
from proxy.sql.lower.value import Sql, numeric_text, quote

TEMPLATES: Mapping[str, str] = {
    "date_pli": "({0} + {1})", "date_mii": "({0} - {1})", "integer_pl_date": "({1} + {0})", "date_mi": "CAST({0} - {1} AS INTEGER)",
    "date_pl_interval": "(CAST({0} AS TIMESTAMP) + {1})", "date_mi_interval": "(CAST({0} AS TIMESTAMP) - {1})",
    "interval_pl_date": "(CAST({1} AS TIMESTAMP) + {0})", "timestamp_pl_interval": "({0} + {1})",
    "timestamp_mi_interval": "({0} - {1})", "timestamptz_pl_interval": "({0} + {1})", "timestamptz_mi_interval": "({0} - {1})",
    "interval_pl_timestamp": "({1} + {0})", "interval_pl_timestamptz": "({1} + {0})", "timestamp_mi": "({0} - {1})",
    "timestamptz_mi": "({0} - {1})", "interval_pl": "({0} + {1})", "interval_mi": "({0} - {1})", "interval_um": "(-{0})",
    "time_mi_time": "to_microseconds(CAST(epoch_us({0}) - epoch_us({1}) AS BIGINT))", "time_pl_interval": "({0} + {1})",
    "time_mi_interval": "({0} - {1})", "datetime_pl": "({0} + {1})", "timedate_pl": "({1} + {0})",
    "age(timestamp,timestamp)": "age({0}, {1})", "age(timestamptz,timestamptz)": "age({0}, {1})",
    "date_trunc(text,timestamp)": "CAST(date_trunc({0}, {1}) AS TIMESTAMP)", "date_trunc(text,timestamptz)": "date_trunc({0}, {1})",
    "date_trunc(text,timestamptz,text)": "timezone({2}, date_trunc({0}, timezone({2}, {1})))",
    "timezone(text,timestamptz)": "timezone({0}, {1})", "timezone(text,timestamp)": "timezone({0}, {1})",
    "make_date(int4,int4,int4)": "make_date({0}, {1}, {2})",
    "make_timestamp(int4,int4,int4,int4,int4,float8)": "make_timestamp({0}, {1}, {2}, {3}, {4}, {5})",
    "to_timestamp(float8)": "make_timestamptz(CAST(round({0} * 1000000) AS BIGINT))",
    "to_timestamp(text,text)": "timezone(current_setting('TimeZone'), pgd_to_timestamp({0}, {1}))",
    "to_date(text,text)": "CAST(pgd_to_timestamp({0}, {1}) AS DATE)", "to_number(text,text)": "pgd_to_number({0}, {1})",
    "justify_hours(interval)": "(to_months(CAST(date_part('year', {0}) * 12 + date_part('month', {0}) AS INTEGER)) "
                               "+ to_days(CAST(date_part('day', {0}) + trunc(date_part('hour', {0}) / 24) AS INTEGER)) "
                               "+ to_microseconds(CAST((date_part('hour', {0}) % 24) * 3600000000 + date_part('minute', {0}) * 60000000 "
                               "+ date_part('microsecond', {0}) AS BIGINT)))",
    "isfinite(date)": "isfinite({0})", "isfinite(timestamp)": "isfinite({0})", "isfinite(timestamptz)": "isfinite({0})",
    "isfinite(interval)": "({0} IS NOT NULL OR NULL)",
    "overlaps(timestamp,timestamp,timestamp,timestamp)":
        "(least({0}, {1}) < greatest({2}, {3}) AND least({2}, {3}) < greatest({0}, {1}) OR least({0}, {1}) = least({2}, {3}))",
    "overlaps(timestamptz,timestamptz,timestamptz,timestamptz)":
        "(least({0}, {1}) < greatest({2}, {3}) AND least({2}, {3}) < greatest({0}, {1}) OR least({0}, {1}) = least({2}, {3}))",
}  # fmt: skip

# field -> (numeric scale of extract, SQL over a date, timestamp or interval)
_FIELDS: Mapping[str, tuple[int, str]] = {
    "microseconds": (0, "date_part('microsecond', {0})"), "millisecond": (3, "date_part('microsecond', {0}) / 1000.0"),
    "milliseconds": (3, "date_part('microsecond', {0}) / 1000.0"), "microsecond": (0, "date_part('microsecond', {0})"),
    "second": (6, "date_part('microsecond', {0}) / 1000000.0"), "seconds": (6, "date_part('microsecond', {0}) / 1000000.0"),
    "minute": (0, "date_part('minute', {0})"), "minutes": (0, "date_part('minute', {0})"), "hour": (0, "date_part('hour', {0})"),
    "hours": (0, "date_part('hour', {0})"), "day": (0, "date_part('day', {0})"), "days": (0, "date_part('day', {0})"),
    "month": (0, "date_part('month', {0})"), "months": (0, "date_part('month', {0})"), "quarter": (0, "date_part('quarter', {0})"),
    "week": (0, "date_part('week', {0})"), "year": (0, "date_part('year', {0})"), "years": (0, "date_part('year', {0})"),
    "decade": (0, "floor(date_part('year', {0}) / 10.0)"), "century": (0, "date_part('century', {0})"),
    "millennium": (0, "date_part('millennium', {0})"), "dow": (0, "date_part('dow', {0})"), "isodow": (0, "date_part('isodow', {0})"),
    "doy": (0, "date_part('doy', {0})"), "isoyear": (0, "date_part('isoyear', {0})"),
}  # fmt: skip


def _extract(emitter: Emitter, node: ir.Call) -> Sql:
    """extract(): numeric with the field's scale. date_part(): the same as float8."""
    field = constant_text(node.args[0])
    if field is None:
        raise emitter.unsupported("extract with a computed field", node.position)
    field = field.lower()
    source = node.args[1]
    kind, value = emitter.base(source.type), emitter.text(source)
    if kind == 1266:
        raise emitter.unsupported("extract from time with time zone", node.position)
    exact = node.proc.name == "extract"
    if field == "epoch":
        return _epoch(kind, value, exact)
    if (
        field == "julian"
        or field.startswith("timezone")
        or field not in _FIELDS
        or kind == 1186
        and field not in _INTERVAL_FIELDS
    ):
        raise emitter.unsupported(f'extract field "{field}"', node.position)
    scale, template = _FIELDS[field]
    inner = template.format(value)
    if not exact:
        return Sql(f"CAST({inner} AS DOUBLE)")
    if scale == 0:
        return Sql(f"CAST({inner} AS DECIMAL(18,0))", (18, 0))
    return Sql(_scaled(f"date_part('microsecond', {value})", scale), (18, scale))


_INTERVAL_FIELDS = frozenset({
    "microsecond", "microseconds", "millisecond", "milliseconds", "second", "seconds", "minute", "minutes", "hour", "hours", "day",
    "days", "month", "months", "quarter", "year", "years", "decade", "century", "millennium",
})  # fmt: skip


def _scaled(micros: str, scale: int) -> str:
    """Whole microseconds as seconds (scale 6) or milliseconds (scale 3), exactly."""
    factor = "0.000001" if scale == 6 else "0.001"
    return f"CAST(CAST({micros} AS DECIMAL(18,0)) * {factor} AS DECIMAL(18,{scale}))"


def _epoch(kind: int, value: str, exact: bool) -> Sql:
    if kind == 1186:
        micros = (
            f"(CAST(floor(date_part('year', {value})) AS BIGINT) * 31557600000000 + CAST(date_part('month', {value}) AS BIGINT) * "
            f"2592000000000 + CAST(date_part('day', {value}) AS BIGINT) * 86400000000 + date_part('hour', {value}) * 3600000000 "
            f"+ date_part('minute', {value}) * 60000000 + date_part('microsecond', {value}))"
        )
    elif kind == 1083:
        micros = f"epoch_us({value})"
    else:
        micros = f"epoch_us(CAST({value} AS {'TIMESTAMPTZ' if kind == 1184 else 'TIMESTAMP'}))"
    if not exact:
        return Sql(f"({micros} / CAST(1000000 AS DOUBLE))")
    if kind == 1082:
        return Sql(f"CAST({micros} / 1000000 AS DECIMAL(18,0))", (18, 0))
    return Sql(f"CAST(CAST({micros} AS DECIMAL(24,0)) * 0.000001 AS DECIMAL(24,6))", (24, 6))


def _to_char_time(emitter: Emitter, node: ir.Call) -> Sql:
    kind = emitter.base(node.args[0].type)
    zone = quote(emitter.env.timezone) if kind == 1184 else "''"
    return Sql(f"pgd_to_char_time(epoch_us({emitter.text(node.args[0])}), {zone}, {emitter.text(node.args[1])})")


def _to_char_number(emitter: Emitter, node: ir.Call) -> Sql:
    value = emitter.expr(node.args[0])
    text = numeric_text(value) if emitter.is_numeric(node.args[0].type) else f"CAST({value.text} AS VARCHAR)"
    if emitter.base(node.args[0].type) in (700, 701):
        text = f"pgd_f8_text(CAST({value.text} AS DOUBLE))"
    return Sql(f"pgd_to_char_num({text}, {emitter.text(node.args[1])})")


def _interval_times(emitter: Emitter, node: ir.Call) -> Sql:
    interval, factor = node.args if emitter.base(node.args[0].type) == 1186 else (node.args[1], node.args[0])
    whole = constant_text(factor.arg if isinstance(factor, ir.Cast) else factor)
    inner = factor.arg if isinstance(factor, ir.Cast) else factor
    if whole is not None and whole.lstrip("-").isdigit():
        return Sql(f"({emitter.text(interval)} * {whole})")
    if emitter.base(inner.type) in (20, 21, 23):
        return Sql(f"({emitter.text(interval)} * {emitter.text(inner)})")
    raise emitter.unsupported("multiplying an interval by a fraction", node.position)


def _clock(kind: str) -> Callable[[Emitter, ir.Call], Sql]:
    def emit(emitter: Emitter, node: ir.Call) -> Sql:
        moment = emitter.env.transaction_timestamp if kind == "transaction" else emitter.env.statement_timestamp
        return Sql(f"CAST({quote(moment.isoformat(sep=' ', timespec='microseconds'))} AS TIMESTAMPTZ)")

    return emit


def _age_now(emitter: Emitter, node: ir.Call) -> Sql:
    today = emitter.env.transaction_timestamp.strftime("%Y-%m-%d")
    kind = "TIMESTAMPTZ" if emitter.base(node.args[0].type) == 1184 else "TIMESTAMP"
    return Sql(f"age(CAST('{today}' AS {kind}), {emitter.text(node.args[0])})")


BUILDERS: Mapping[str, Callable[[Emitter, ir.Call], Sql]] = {
    "extract": _extract, "date_part": _extract, "to_char(timestamp,text)": _to_char_time,
    "to_char(timestamptz,text)": _to_char_time, "to_char(numeric,text)": _to_char_number, "to_char(int4,text)": _to_char_number,
    "to_char(int8,text)": _to_char_number, "to_char(float8,text)": _to_char_number, "to_char(float4,text)": _to_char_number,
    "interval_mul": _interval_times, "mul_d_interval": _interval_times, "now": _clock("transaction"),
    "transaction_timestamp": _clock("transaction"), "statement_timestamp": _clock("statement"),
    "clock_timestamp": _clock("statement"), "age(timestamp)": _age_now, "age(timestamptz)": _age_now,
}  # fmt: skip
