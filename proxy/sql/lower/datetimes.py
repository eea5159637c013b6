"""Dates, times, time stamps and intervals: operators and functions as templates.

Instants pass to Python functions as microseconds since 1970. Units are `date_units.py`'s; refuses to know text forms beyond to_char's.
Facts: date.c, timestamp.c; DuckDB's own arithmetic of dates, time stamps and intervals was compared with Postgres' by the tests.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.engine.functions.formatting import nodes_of
from proxy.sql import ir
from proxy.sql.lower.apply import fill
from proxy.sql.lower.date_units import FIRST_MOMENT, KINDS, TIMESTAMPTZ, extraction, truncation
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import Lowered, fail, member, quote_literal, steady

Handler = Callable[[Lowering, ir.Call], Lowered]

BINNED = (
    "CASE WHEN {0} IS NULL OR {1} IS NULL OR {2} IS NULL THEN NULL WHEN isinf({1}) THEN {1} WHEN isinf({2}) THEN "
    + fail("22008", "origin out of range")
    + " WHEN datepart('year', {0}) <> 0 OR datepart('month', {0}) <> 0 THEN "
    + fail("0A000", "timestamps cannot be binned into intervals containing months or years")
    + " WHEN {0} <= INTERVAL '0' THEN "
    + fail("22008", "stride must be greater than zero")
    + " ELSE time_bucket({0}, {1}, {2}) END"
)
ZONED_TIME = (
    "CASE WHEN isinf({0}) AND {1} IS NOT NULL THEN CAST(CAST({0} AS VARCHAR) AS TIMESTAMPTZ) "
    "ELSE make_timestamptz(epoch_us(CAST({0} AS TIMESTAMP)) + pgf_timetz_utc({1})) END"
)
ENDLESS = "CASE WHEN isinf({1}) AND {0} IS NOT NULL THEN"
AS_LOCAL, AS_INSTANT = "CAST(CAST({1} AS VARCHAR) AS TIMESTAMP)", "CAST(CAST({1} AS VARCHAR) AS TIMESTAMPTZ)"
# A zone as an interval is whole seconds of time and nothing else.
EAST = "CAST(trunc(date_part('epoch', {0})) AS BIGINT) * 1000000"
CALENDAR_ZONE = (
    "WHEN {1} IS NOT NULL AND (date_part('year', {0}) <> 0 OR date_part('month', {0}) <> 0 OR date_part('day', {0}) <> 0) THEN "
    "error('PGERR|22023|interval time zone \"' || pgf_interval_text({0}) || '\" must not include months or days')"
)
# Days since 1970 that a date may have: DuckDB's go further.
FIRST_DAY, LAST_DAY = -2440588, 2145042905


def _moved(date: str, op: str, days: str) -> str:
    """A date so many days on."""
    count = f"({date} - DATE '1970-01-01') {op} CAST({days} AS BIGINT)"
    return (
        f"CASE WHEN isfinite({date}) AND {count} NOT BETWEEN {FIRST_DAY} AND {LAST_DAY} THEN {fail('22008', 'date out of range')} "
        f"ELSE CAST({date} {op} {days} AS DATE) END"
    )


# Seconds since 1970 that an instant may have; Postgres rounds to microseconds what they are since 2000.
INSTANT = (
    "CASE WHEN isnan({0}) THEN " + fail("22008", "timestamp cannot be NaN")
    + " WHEN isinf({0}) THEN CAST(CASE WHEN {0} > 0 THEN 'infinity' ELSE '-infinity' END AS TIMESTAMPTZ) "
    "WHEN {0} < -210866803200 OR {0} >= 9223371331200 THEN error('PGERR|22008|timestamp out of range: \"' || printf('%g', {0}) || '\"') "
    "ELSE make_timestamptz(CAST(round_even(({0} - 946684800) * 1000000, 0) AS BIGINT) + 946684800000000) END"
)  # fmt: skip


def _between(template: str) -> str:
    """What lies between two moments: of infinite ones an interval that the double has not, or nothing."""
    none = fail("22008", "interval out of range")
    refused = fail("0A000", "infinite intervals are not supported by the double")
    return (
        f"CASE WHEN isinf({{0}}) AND {{0}} = {{1}} THEN {none} "
        f"WHEN isinf({{0}}) OR isinf({{1}}) THEN {refused} ELSE {template} END"
    )


def _zoned(interval: str) -> str:
    """A moment moved by a zone's calendar; the zone must be one even where the moment is infinite and stays."""
    known, moved = (f"pgf_zoned_add({at}, {interval}, {{2}})" for at in ("0", "epoch_us({0})"))
    return f"CASE WHEN isinf({{0}}) AND {known} IS NOT NULL THEN {{0}} ELSE make_timestamptz({moved}) END"


# Moments and intervals, by the function: (template of the sum, its type, place of the interval).
SUMS = {
    "date_pl_interval": ("(CAST({0} AS TIMESTAMP) + {1})", "TIMESTAMP", 1),
    "date_mi_interval": ("(CAST({0} AS TIMESTAMP) - {1})", "TIMESTAMP", 1),
    "interval_pl_date": ("(CAST({1} AS TIMESTAMP) + {0})", "TIMESTAMP", 0),
    "timestamp_pl_interval": ("({0} + {1})", "TIMESTAMP", 1), "timestamp_mi_interval": ("({0} - {1})", "TIMESTAMP", 1),
    "interval_pl_timestamp": ("({1} + {0})", "TIMESTAMP", 0),
    **dict.fromkeys(("timestamptz_pl_interval", "date_add(timestamptz,interval)"), ("pgf_instant_later({0}, {1})", "TIMESTAMPTZ", 1)),
    **dict.fromkeys(("timestamptz_mi_interval", "date_subtract(timestamptz,interval)"),
                    ("pgf_instant_earlier({0}, {1})", "TIMESTAMPTZ", 1)),
    "interval_pl_timestamptz": ("pgf_instant_later({1}, {0})", "TIMESTAMPTZ", 0),
}  # fmt: skip

TEMPLATES: dict[str, str] = {
    "date_pli": _moved("{0}", "+", "{1}"), "integer_pl_date": _moved("{1}", "+", "{0}"), "date_mii": _moved("{0}", "-", "{1}"),
    "date_mi": "CASE WHEN {0} IS NULL OR {1} IS NULL THEN NULL WHEN isinf({0}) OR isinf({1}) THEN "
               + fail("22008", "cannot subtract infinite dates")
               + " ELSE CAST({0} - {1} AS INTEGER) END",
    "timestamp_mi": _between("pgf_timestamp_diff(epoch_us({0}), epoch_us({1}))"),
    "timestamptz_mi": _between("pgf_timestamp_diff(epoch_us({0}), epoch_us({1}))"),
    "datetime_pl": "({0} + {1})", "timedate_pl": "({1} + {0})",
    "time_pl_interval": "({0} + {1})", "time_mi_interval": "({0} - {1})", "interval_pl_time": "({1} + {0})",
    "time_mi_time": "to_microseconds(epoch_us({0}) - epoch_us({1}))",
    "interval_pl": "({0} + {1})", "interval_mi": "({0} - {1})", "interval_um": "(-{0})", "interval_mul": "pgf_interval_mul({0}, {1})",
    "mul_d_interval": "pgf_interval_mul({1}, {0})", "interval_div": "pgf_interval_div({0}, {1})",
    "isfinite(date)": "isfinite({0})", "isfinite(timestamp)": "isfinite({0})", "isfinite(timestamptz)": "isfinite({0})",
    "isfinite(interval)": "({0} IS NOT NULL OR NULL)",
    "age(timestamp,timestamp)": _between("pgf_age(epoch_us({0}), epoch_us({1}))"),
    "justify_hours(interval)": "pgf_justify_hours({0})", "justify_days(interval)": "pgf_justify_days({0})",
    "justify_interval(interval)": "pgf_justify_interval({0})",
    "make_date(int4,int4,int4)": "CAST(DATE '1970-01-01' + pgf_make_days({0}, {1}, {2}) AS DATE)",
    "make_time(int4,int4,float8)": "CAST(make_timestamp(pgf_make_time({0}, {1}, {2})) AS TIME)",
    "make_timestamp(int4,int4,int4,int4,int4,float8)":
        "CASE WHEN " + " AND ".join(f"{{{at}}} IS NOT NULL" for at in range(6))
        + " THEN pgf_moment(CAST(pgf_moment_days({0}, {1}, {2}) AS BIGINT), pgf_make_time({3}, {4}, {5}), "
        "printf('%d-%02d-%02d %d:%02d:%02g', {0}, {1}, {2}, {3}, {4}, {5})) END",
    "make_interval(int4,int4,int4,int4,int4,int4,float8)": "pgf_make_interval({0}, {1}, {2}, {3}, {4}, {5}, {6})",
    "to_timestamp(float8)": INSTANT,
    "date_bin(interval,timestamp,timestamp)": BINNED, "date_bin(interval,timestamptz,timestamptz)": BINNED,
    "to_char(interval,text)": "pgf_to_char_interval({0}, {1})",
    "to_char(numeric,text)": "pgf_to_char_number({0}, {1})",
    "to_char(int4,text)": "pgf_to_char_whole(CAST({0} AS VARCHAR), {1}, 31)",
    "to_char(int8,text)": "pgf_to_char_whole(CAST({0} AS VARCHAR), {1}, 63)",
    "to_char(float8,text)": "pgf_to_char_float({0}, {1})", "to_char(float4,text)": "pgf_to_char_real(CAST({0} AS DOUBLE), {1})",
    "to_number(text,text)": "pgf_to_number({0}, {1}, {version})",
    "to_date(text,text)": "DATE '1970-01-01' + pgf_read_date({0}, {1}, {version})",
    "timezone(text,timestamptz)": f"{ENDLESS} {AS_LOCAL} ELSE make_timestamp(pgf_to_local(epoch_us({{1}}), {{0}})) END",
    "timezone(text,timestamp)": f"{ENDLESS} {AS_INSTANT} ELSE make_timestamptz(pgf_from_local(epoch_us({{1}}), {{0}})) END",
    "timezone(interval,timestamptz)": f"{ENDLESS} {AS_LOCAL} {CALENDAR_ZONE} ELSE make_timestamp(epoch_us({{1}}) + {EAST}) END",
    "timezone(interval,timestamp)": f"{ENDLESS} {AS_INSTANT} {CALENDAR_ZONE} ELSE make_timestamptz(epoch_us({{1}}) - {EAST}) END",
    "timetz_pl_interval": "pgf_timetz_moved({0}, {1}, false)", "timetz_mi_interval": "pgf_timetz_moved({0}, {1}, true)",
    "interval_pl_timetz": "pgf_timetz_moved({1}, {0}, false)", "timezone(interval,timetz)": "pgf_timetz_zoned({0}, {1})",
    "datetimetz_pl": ZONED_TIME, "timestamptz(date,timetz)": ZONED_TIME, "timetzdate_pl": ZONED_TIME.translate(str.maketrans("01", "10")),
    "timezone(timestamptz)": "CAST({0} AS TIMESTAMP)", "timezone(timestamp)": "CAST({0} AS TIMESTAMPTZ)",
    "date_add(timestamptz,interval,text)": _zoned("{1}"), "date_subtract(timestamptz,interval,text)": _zoned("-{1}"),
    "timestamp(date,time)": "({0} + {1})", "timestamptz(date,time)": "CAST(({0} + {1}) AS TIMESTAMPTZ)",
}  # fmt: skip


def _summed(template: str, kind: str, interval: int) -> Handler:
    """A moment and an interval, in Postgres' range; what a constant moves forward cannot leave it at its beginning."""
    first = (
        f"CAST(make_timestamp({FIRST_MOMENT}) AS {kind})"
        if kind == "TIMESTAMP"
        else f"make_timestamptz({FIRST_MOMENT})"
    )
    failed = f"CAST({steady(fail('22008', 'timestamp out of range'))} AS {kind})"
    checked = f"CASE WHEN {template} < {first} AND isfinite({{{1 - interval}}}) THEN {failed} ELSE {template} END"

    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        length = call.args[interval]
        forward = isinstance(length, ir.Const) and "-" not in (length.value or "") and " - " not in template
        forward = forward and "earlier" not in template
        return fill(lowering.scope, template if forward else checked, [lowering.expr(arg) for arg in call.args])

    return lower


def _to_char(lowering: Lowering, call: ir.Call) -> Lowered:
    """to_char of a time stamp: by the engine's own formatting where the template holds only what that prints alike."""
    value, template = lowering.expr(call.args[0]), lowering.expr(call.args[1])
    zoned = lowering.scope.base(call.args[0].type).oid == TIMESTAMPTZ
    zone = quote_literal(lowering.scope.env.timezone if zoned else "")
    slow = f"pgf_to_char_time(epoch_us({{0}}), {template.sql}, {zone})"
    constant = call.args[1].value if isinstance(call.args[1], ir.Const) else None
    picture = _engine_picture(constant) if constant else ""
    if not picture:
        return fill(lowering.scope, slow, [value])
    local = "CAST({0} AS TIMESTAMP)" if zoned else "{0}"
    plain = f"{local} BETWEEN TIMESTAMP '1000-01-01' AND TIMESTAMP '9999-12-31 23:59:59.999999'"
    fast = f"CASE WHEN {plain} THEN strftime({local}, {quote_literal(picture)}) ELSE {slow} END"
    return fill(lowering.scope, fast, [value])


PICTURES = {
    "YYYY": "%Y", "MM": "%m", "DD": "%d", "HH24": "%H", "HH12": "%I", "HH": "%I", "MI": "%M", "SS": "%S", "MS": "%g", "US": "%f",
    "Mon": "%b", "Dy": "%a", "DDD": "%j", "AM": "%p", "PM": "%p",
}  # fmt: skip


def _engine_picture(template: str) -> str:
    """The template for strftime, '' where any part of it has no equal there."""
    parts = []
    for node in nodes_of(template):
        word = (
            node.word.upper()
            if node.word.islower() and node.word.upper() not in ("MON", "DY", "AM", "PM")
            else node.word
        )
        if node.word and (node.fill or node.suffix or word not in PICTURES):
            return ""
        parts.append(PICTURES[word] if node.word else node.text.replace("%", "%%"))
    return "".join(parts)


def _to_timestamp(lowering: Lowering, call: ir.Call) -> Lowered:
    """The text's own offset where its template reads one, else the session's zone."""
    args = [lowering.expr(arg) for arg in call.args]
    zone, version = quote_literal(lowering.scope.env.timezone), lowering.scope.catalog.version
    template = f"make_timestamptz(pgf_read_time({{0}}, {{1}}, {zone}, {version}))"
    return fill(lowering.scope, template, args)


def _now(name: str) -> Handler:
    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        env = lowering.scope.env
        moment = env.transaction_timestamp if name == "transaction" else env.statement_timestamp
        return Lowered(f"TIMESTAMPTZ '{moment.isoformat(sep=' ')}'", simple=True)

    return lower


def _clock(lowering: Lowering, call: ir.Call) -> Lowered:
    return Lowered(
        "get_current_timestamp()" if call.proc.name != "timeofday" else "CAST(get_current_timestamp() AS VARCHAR)"
    )


def _age_today(lowering: Lowering, call: ir.Call) -> Lowered:
    """age(timestamp): from midnight of the current date."""
    env = lowering.scope.env
    today = f"date_trunc('day', CAST(TIMESTAMPTZ '{env.transaction_timestamp.isoformat(sep=' ')}' AS TIMESTAMP))"
    value = lowering.expr(call.args[0])
    refused = fail("0A000", "infinite intervals are not supported by the double")
    template = (
        f"CASE WHEN isinf({{0}}) THEN {refused} ELSE pgf_age(epoch_us({today}), epoch_us(CAST({{0}} AS TIMESTAMP))) END"
    )
    return fill(lowering.scope, template, [value])


def _age_zoned(lowering: Lowering, call: ir.Call) -> Lowered:
    """age of instants is that of their local times."""
    args = [Lowered(f"CAST({lowering.expr(arg).sql} AS TIMESTAMP)") for arg in call.args]
    return fill(lowering.scope, _between("pgf_age(epoch_us({0}), epoch_us({1}))"), args)


# Of a period with one end the other end is its start; what such a one does not settle is NULL (timestamp.c, overlaps_timestamp).
_START, _OTHER = "least({0}, {1})", "least({2}, {3})"
_END = "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN greatest({0}, {1}) END"
_OTHER_END = "CASE WHEN {2} IS NOT NULL AND {3} IS NOT NULL THEN greatest({2}, {3}) END"
OVERLAPS = (
    f"CASE WHEN {_START} > {_OTHER} THEN CASE WHEN ({_OTHER_END}) IS NULL THEN NULL WHEN {_START} < {_OTHER_END} THEN true "
    f"WHEN ({_END}) IS NOT NULL THEN false END "
    f"WHEN {_START} < {_OTHER} THEN CASE WHEN ({_END}) IS NULL THEN NULL WHEN {_OTHER} < {_END} THEN true "
    f"WHEN ({_OTHER_END}) IS NOT NULL THEN false END "
    f"WHEN ({_END}) IS NOT NULL AND ({_OTHER_END}) IS NOT NULL THEN true END"
)


def _overlaps(lowering: Lowering, call: ir.Call) -> Lowered:
    """(s1, e1) OVERLAPS (s2, e2); the ends may be intervals."""
    scope = lowering.scope
    s1, e1, s2, e2 = (lowering.expr(arg) for arg in call.args)
    names = [scope.signature_name(arg.type) for arg in call.args]
    later = "pgf_instant_later({0}, {1})" if call.args[0].type == TIMESTAMPTZ else "({0} + {1})"
    e1 = _ended(scope, later, s1, e1) if names[1] == "interval" else e1
    e2 = _ended(scope, later, s2, e2) if names[3] == "interval" else e2
    return fill(scope, OVERLAPS, [s1, e1, s2, e2])


def _ended(scope: Scope, later: str, start: Lowered, length: Lowered) -> Lowered:
    """The end of a period; its length is computed where there is no start, too."""
    if length.simple:
        return Lowered(later.format(start.sql, length.sql))
    name = scope.fresh("p", start.sql + length.sql)
    sum_ = later.format(member(name, "s"), member(name, "l"))
    return Lowered(f"list_transform([struct_pack(s := {start.sql}, l := {length.sql})], lambda {name}: {sum_})[1]")


def _make_timestamptz(lowering: Lowering, call: ir.Call) -> Lowered:
    args = [lowering.expr(arg) for arg in call.args]
    zone = args[6].sql if len(args) > 6 else quote_literal(lowering.scope.env.timezone)
    local = fill(lowering.scope, TEMPLATES["make_timestamp(int4,int4,int4,int4,int4,float8)"], args[:6])
    return Lowered(f"make_timestamptz(pgf_from_local(epoch_us({local.sql}), {zone}))")


HANDLERS: dict[str, Handler] = {
    **{name: _summed(*each) for name, each in SUMS.items()},
    **{f"extract(text,{kind})": extraction("numeric") for kind in (*KINDS, "interval")},
    **{f"date_part(text,{kind})": extraction("float8") for kind in (*KINDS, "interval")},
    **{f"date_trunc(text,{kind})": truncation for kind in ("timestamp", "timestamptz", "interval", "timestamptz,text")},
    "to_char(timestamptz,text)": _to_char, "to_char(timestamp,text)": _to_char, "to_timestamp(text,text)": _to_timestamp,
    "now": _now("transaction"), "transaction_timestamp": _now("transaction"), "statement_timestamp": _now("statement"),
    "clock_timestamp": _clock, "timeofday": _clock,
    "age(timestamp)": _age_today, "age(timestamptz)": _age_today, "age(timestamptz,timestamptz)": _age_zoned,
    "overlaps": _overlaps, "make_timestamptz": _make_timestamptz,
}  # fmt: skip


def interval_struct(sql: str) -> str:
    """An interval as it leaves the engine."""
    return f"pgf_interval_parts({sql})"
