"""Dates, times and intervals beyond DuckDB's: interval arithmetic, age and time zones.

An instant is microseconds since 1970, an interval (months, days, micros). Refuses to know DuckDB's types and printing. Facts:
src/backend/utils/adt/timestamp.c.
"""

from __future__ import annotations

import math
import sys
from datetime import tzinfo

import pyarrow as pa

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.udf import function, interval
from proxy.engine.functions.units import cut_at
from proxy.pgtypes import InputSettings
from proxy.pgtypes.calendar import civil, day_number, month_days
from proxy.pgtypes.datetime_input import read_timetz
from proxy.pgtypes.datetimes import time_text
from proxy.pgtypes.intervals import interval_text
from proxy.pgtypes.timezones import named_zone, offset_at, offset_of_local, offset_text

Parts = tuple[int, int, int]
TIMESTAMP_START, TIMESTAMP_END = -210_866_803_200_000_000, 9_224_318_016_000_000_000
YEAR_END, FIRST_DAY = (
    5_874_898,
    -2_440_588,
)  # of dates: the first year that is none, the first day since 1970 that is one
DAY_US, HOUR_US, MINUTE_US, SECOND_US = 86_400_000_000, 3_600_000_000, 60_000_000, 1_000_000


def truncated(value: int, unit: int) -> int:
    """value / unit toward zero."""
    return value // unit if value >= 0 else -(-value // unit)


@function("VARCHAR VARCHAR", "VARCHAR")
def truncated_unit(word: str, kind: str) -> str:
    """DuckDB's name of a unit that date_trunc takes. kind: the type's name in errors."""
    return cut_at(word, kind)


@function("INTERVAL DOUBLE", "INTERVAL")
def interval_mul(parts: Parts, factor: float) -> pa.MonthDayNano:
    """interval_mul: fractions of months become days, fractions of days become time."""
    months, days, micros = parts
    if math.isinf(factor) and (months * 30 + days) * DAY_US + micros:
        raise PgDomainError("0A000", "infinite intervals are not supported by the double")
    if math.isnan(factor) or math.isinf(factor):
        raise PgDomainError("22008", "interval out of range")
    return _cascaded(months * factor, days * factor, micros * factor)


@function("INTERVAL DOUBLE", "INTERVAL")
def interval_div(parts: Parts, divisor: float) -> pa.MonthDayNano:
    """interval_div."""
    if divisor == 0:
        raise PgDomainError("22012", "division by zero")
    if math.isnan(divisor):
        raise PgDomainError("22008", "interval out of range")
    months, days, micros = parts
    return _cascaded(months / divisor, days / divisor, micros / divisor)


def _cascaded(month_part: float, day_part: float, micros: float) -> pa.MonthDayNano:
    if not (abs(month_part) < 2**31 and abs(day_part) < 2**31 and abs(micros) < 2**63):
        raise PgDomainError("22008", "interval out of range")
    whole_months, whole_days = math.trunc(month_part), math.trunc(day_part)
    month_rest_days = _round_ts((month_part - whole_months) * 30)
    seconds = _round_ts((day_part - whole_days + month_rest_days - math.trunc(month_rest_days)) * 86_400)
    if abs(seconds) >= 86_400:
        carry = math.trunc(seconds / 86_400)
        whole_days += carry
        seconds -= carry * 86_400
    whole_days += math.trunc(month_rest_days)
    return interval(whole_months, whole_days, round(micros + seconds * 1_000_000))


def _round_ts(value: float) -> float:
    """TSROUND: to the microsecond."""
    return round(value * 1_000_000) / 1_000_000


@function("INTERVAL[]", "INTERVAL")
def interval_sum(values: tuple[Parts | None, ...]) -> pa.MonthDayNano | None:
    """sum(interval): part by part."""
    present = [value for value in values if value is not None]
    if not present:
        return None
    months, days, micros = (sum(part) for part in zip(*present))
    return interval(months, days, micros)


@function("BIGINT BIGINT", "INTERVAL")
def timestamp_diff(left: int, right: int) -> pa.MonthDayNano:
    """timestamp_mi: days and the rest."""
    micros = left - right
    days = truncated(micros, DAY_US)
    return interval(0, days, micros - days * DAY_US)


@function("BIGINT INTERVAL VARCHAR", "BIGINT")
def zoned_add(micros: int, parts: Parts, timezone: str) -> int:
    """timestamptz_pl_interval_at_zone: months and days by the zone's calendar, the rest by the clock."""
    zone, (months, days, rest) = _zone(timezone), parts
    if months or days:
        (year, month, day), time = _split(micros + offset_at(zone, micros // SECOND_US)[0] * SECOND_US)
        year, month = year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1
        local = (day_number(year, month, min(day, month_days(year, month))) + days) * DAY_US + time
        micros = local - offset_of_local(zone, local // SECOND_US) * SECOND_US
    if not TIMESTAMP_START <= micros + rest < TIMESTAMP_END:
        raise PgDomainError("22008", "timestamp out of range")
    return micros + rest


@function("BIGINT BIGINT", "INTERVAL")
def age(left: int, right: int) -> pa.MonthDayNano:
    """timestamp_age: a symbolic difference; days borrow from the month of the earlier instant."""
    sign = 1 if left >= right else -1
    later, earlier = (left, right) if sign > 0 else (right, left)
    (y1, m1, d1), t1 = _split(later)
    (y2, m2, d2), t2 = _split(earlier)
    years, months, days, micros = y1 - y2, m1 - m2, d1 - d2, t1 - t2
    if micros < 0:
        micros, days = micros + DAY_US, days - 1
    while days < 0:
        days, months = days + month_days(y2, m2), months - 1
    if months < 0:
        months, years = months + 12, years - 1
    return interval(sign * (years * 12 + months), sign * days, sign * micros)


def _split(micros: int) -> tuple[tuple[int, int, int], int]:
    days, time = divmod(micros, DAY_US)
    return civil(days), time


@function("INTERVAL", "INTERVAL")
def justify_hours(parts: Parts) -> pa.MonthDayNano:
    return interval(*_justified_hours(parts))


def _justified_hours(parts: Parts) -> Parts:
    months, days, micros = parts
    carry = truncated(micros, DAY_US)
    days, micros = days + carry, micros - carry * DAY_US
    if days > 0 and micros < 0:
        return months, days - 1, micros + DAY_US
    return (months, days + 1, micros - DAY_US) if days < 0 and micros > 0 else (months, days, micros)


@function("INTERVAL", "INTERVAL")
def justify_days(parts: Parts) -> pa.MonthDayNano:
    return interval(*_justified_days(parts))


def _justified_days(parts: Parts) -> Parts:
    months, days, micros = parts
    carry = truncated(days, 30)
    months, days = months + carry, days - carry * 30
    if months > 0 and days < 0:
        return months - 1, days + 30, micros
    return (months + 1, days - 30, micros) if months < 0 and days > 0 else (months, days, micros)


@function("INTERVAL", "INTERVAL")
def justify_interval(parts: Parts) -> pa.MonthDayNano:
    months, days, micros = parts
    carry = truncated(micros, DAY_US)
    days, micros = days + carry, micros - carry * DAY_US
    carry = truncated(days, 30)
    months, days = months + carry, days - carry * 30
    if months > 0 and (days < 0 or (days == 0 and micros < 0)):
        months, days = months - 1, days + 30
    elif months < 0 and (days > 0 or (days == 0 and micros > 0)):
        months, days = months + 1, days - 30
    if days > 0 and micros < 0:
        days, micros = days - 1, micros + DAY_US
    elif days < 0 and micros > 0:
        days, micros = days + 1, micros - DAY_US
    return interval(months, days, micros)


SECONDS_MAX = sys.float_info.max / 1_000_000


@function("INTEGER INTEGER INTEGER INTEGER INTEGER INTEGER DOUBLE", "INTERVAL")
def make_interval_wrapped(
    years: int, months: int, weeks: int, days: int, hours: int, minutes: int, seconds: float
) -> pa.MonthDayNano:
    """As before PostgreSQL 17, which found what overflows; what had overflowed is refused."""
    try:
        return make_interval(years, months, weeks, days, hours, minutes, seconds)
    except PgDomainError:
        if math.isfinite(seconds):
            raise PgDomainError("0A000", "intervals that overflow are not supported by the double") from None
        raise


@function("INTEGER INTEGER INTEGER INTEGER INTEGER INTEGER DOUBLE", "INTERVAL")
def make_interval(
    years: int, months: int, weeks: int, days: int, hours: int, minutes: int, seconds: float
) -> pa.MonthDayNano:
    if not math.isfinite(seconds):
        raise PgDomainError("22008", "interval out of range")
    if abs(seconds) > SECONDS_MAX:
        raise PgDomainError("22003", "value out of range: overflow")
    micros = hours * HOUR_US + minutes * MINUTE_US + round(seconds * 1_000_000)
    return interval(years * 12 + months, weeks * 7 + days, micros)


@function("INTEGER INTEGER INTEGER", "INTEGER")
def make_days(year: int, month: int, day: int) -> int:
    """make_date as days since 1970; a negative year is before Christ."""
    astronomical = _required_year(year, month, day)
    days = day_number(astronomical, month, day) if _is_julian(astronomical, month) else None
    if days is None or astronomical >= YEAR_END or days < FIRST_DAY:
        raise PgDomainError("22008", f"date out of range: {astronomical}-{month:02d}-{day:02d}")
    return days


@function("INTEGER INTEGER INTEGER", "INTEGER")
def moment_days(year: int, month: int, day: int) -> int:
    """The day of make_timestamp, which is told as it was asked for, as far as Julian days go."""
    astronomical = _required_year(year, month, day)
    if not _is_julian(astronomical, month):
        raise PgDomainError("22008", f"date out of range: {year}-{month:02d}-{day:02d}")
    return day_number(astronomical, month, day)


def _required_year(year: int, month: int, day: int) -> int:
    """The year as astronomers count, of a day that there is."""
    astronomical = year + 1 if year < 0 else year
    fits = year not in (0, -(2**31)) and 1 <= month <= 12 and 1 <= day <= month_days(astronomical, month)
    if not fits:
        raise PgDomainError("22008", f"date field value out of range: {year}-{month:02d}-{day:02d}")
    return astronomical


def _is_julian(year: int, month: int) -> bool:
    """IS_VALID_JULIAN of datetime.h."""
    return (-4713, 11) <= (year, month) < (5874898, 6)


@function("INTEGER INTEGER DOUBLE", "BIGINT")
def make_time(hour: int, minute: int, second: float) -> int:
    """make_time as microseconds of the day."""
    second = round(second * 1_000_000) / 1_000_000 if -1 < second < 61 else second
    if not (0 <= hour <= 24 and 0 <= minute < 60 and 0 <= second <= 60) or (hour == 24 and (minute or second)):
        raise PgDomainError("22008", f"time field value out of range: {hour}:{minute:02d}:{second:02g}")
    return hour * HOUR_US + minute * MINUTE_US + round(second * 1_000_000)


@function("BIGINT INTEGER", "VARCHAR")
def time_rounded(micros: int, unit: int) -> str:
    """time(p), as text that the engine's cast reads: rounded up to 24:00 at the end of the day."""
    return time_text((micros + unit // 2) // unit * unit)


@function("VARCHAR", "BIGINT")
def timetz_key(text: str) -> int:
    """timetz_cmp: by the instant, then by the zone, western ones last."""
    micros, east = read_timetz(text, InputSettings())
    return ((micros - east * 1_000_000) << 18) + (1 << 17) - east


@function("VARCHAR INTERVAL BOOLEAN", "VARCHAR")
def timetz_moved(text: str, parts: Parts, back: bool) -> str:
    """timetz + interval and timetz - interval: by the interval's time alone, around the clock."""
    micros, east = read_timetz(text, InputSettings())
    return time_text((micros - parts[2] if back else micros + parts[2]) % DAY_US) + offset_text(east)


@function("VARCHAR", "BIGINT")
def timetz_utc(text: str) -> int:
    """Microseconds after midnight in UTC, of that day or a neighbour."""
    micros, east = read_timetz(text, InputSettings())
    return micros - east * SECOND_US


@function("BIGINT VARCHAR", "VARCHAR")
def timetz_at(micros: int, timezone: str) -> str:
    """The local time of an instant, with its offset."""
    local = to_local(micros, timezone)
    return time_text(local % DAY_US) + offset_text((local - micros) // SECOND_US)


@function("BIGINT BIGINT VARCHAR", "VARCHAR")
def timetz_of(time_us: int, now: int, timezone: str) -> str:
    """A time of day with the offset that its zone has now."""
    return time_text(time_us) + offset_text((to_local(now, timezone) - now) // SECOND_US)


@function("VARCHAR", "VARCHAR")
def timetz_time(text: str) -> str:
    """timetz as time."""
    return time_text(read_timetz(text, InputSettings())[0])


@function("INTERVAL VARCHAR", "VARCHAR")
def timetz_zoned(parts: Parts, text: str) -> str:
    """timetz at the time zone that an interval says."""
    if parts[0] or parts[1]:
        raise PgDomainError(
            "22023", f'interval time zone "{interval_text(parts, "postgres")}" must not include months or days'
        )
    east = int(parts[2] / SECOND_US)
    return time_text((timetz_utc(text) + east * SECOND_US) % DAY_US) + offset_text(east)


# Time zones


@function("BIGINT VARCHAR", "BIGINT")
def to_local(micros: int, timezone: str) -> int:
    """timestamptz AT TIME ZONE zone: the local time there."""
    return micros + offset_at(_zone(timezone), micros // SECOND_US)[0] * SECOND_US


@function("BIGINT VARCHAR", "BIGINT")
def from_local(micros: int, timezone: str) -> int:
    """timestamp AT TIME ZONE zone: the instant."""
    return micros - offset_of_local(_zone(timezone), micros // SECOND_US) * SECOND_US


def _zone(name: str) -> tzinfo:
    found = named_zone(name)
    if found is None:
        raise PgDomainError("22023", f'time zone "{name}" not recognized')
    return found
