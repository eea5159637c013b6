"""Bounds, steps and type ranges as ticks: the text of a policy or a CHECK, read by the column's type.

Knows what a tick of each type is (see `synth.source.binary`) and refuses to know rows. Facts: PostgreSQL's ranges of
numeric types; the calendar of datetime.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from synth.plan.domains import Bins, equal_bins, logarithmic_bins
from synth.plan.model import PlanRefused
from synth.source.binary import DATE, FLOAT_TYPES, INT_TYPES, NUMERIC, TIME, TIMESTAMP, TIMESTAMPTZ
from synth.source.schema import Column

BINS_MAX = 2_000  # bins that one column is measured on; finer steps are kept inside a bin
DEFAULT_BINS = 64  # bins where bounds come without a step
DEFAULT_SCALE = 2  # decimals of a number whose type has no scale and whose policy shows none

DAY_US = 86_400_000_000
SECOND_US = 1_000_000
INT_RANGES = {
    21: (-(1 << 15), (1 << 15) - 1),
    23: (-(1 << 31), (1 << 31) - 1),
    20: (-(1 << 62), (1 << 62)),
    26: (0, 2**32 - 1),
}
DEFAULT_YEARS = (1900, 2100)  # where a date or timestamp has no declared bounds: a public guess, clamped outside

EPOCH = date(1970, 1, 1).toordinal()
FIRST_YEAR_BC = 4_714  # Postgres' first, the start of its Julian days
CYCLE_DAYS = 146_097  # of 400 years, after which the calendar is the same

_STEP = re.compile(r"^\s*(\d+)\s+(year|month|week|day|hour|minute|second)s?\s*$")
_SPANS_US = {
    "week": 7 * DAY_US,
    "day": DAY_US,
    "hour": 3_600 * SECOND_US,
    "minute": 60 * SECOND_US,
    "second": SECOND_US,
}


def scale_of(column: Column, texts: tuple[str, ...] = ()) -> int:
    """Decimals of a tick: the type's, else the most that the policy's texts show, else a default."""
    if column.base_oid == NUMERIC and column.typmod >= 4:
        scale = (column.typmod - 4) & 0x7FF
        return scale if scale < 1024 else 0
    if column.base_oid not in FLOAT_TYPES and column.base_oid != NUMERIC:
        return 0
    shown = [len(text.partition(".")[2]) for text in texts if re.fullmatch(r"[-+]?[\d_]+(\.\d+)?", text.strip())]
    return min(12, max(shown, default=DEFAULT_SCALE))


def parse_tick(column: Column, text: str, scale: int) -> int:
    """One bound as a tick. Raises ValueError where the text is no value of the type."""
    text = text.strip()
    if column.base_oid in (DATE, TIMESTAMP, TIMESTAMPTZ):
        text, cycles = _in_our_era(text)
        moment = datetime.fromisoformat(text)
        zone = (
            timedelta(0) if column.base_oid == DATE else moment.utcoffset() or timedelta(0)
        )  # a date is cut off the text
        since = moment.replace(tzinfo=None) - datetime(1970, 1, 1) - zone
        days = since.days - cycles * CYCLE_DAYS
        return days if column.base_oid == DATE else (days * 86_400 + since.seconds) * SECOND_US + since.microseconds
    if column.base_oid == TIME:
        clock = time.fromisoformat(text)
        return ((clock.hour * 60 + clock.minute) * 60 + clock.second) * SECOND_US + clock.microsecond
    try:
        value = Decimal(text.replace("_", "")).scaleb(scale)
        return int(value.to_integral_value())
    except (ArithmeticError, ValueError) as error:
        raise ValueError(f"{text!r} is not a number") from error


def _in_our_era(text: str) -> tuple[str, int]:
    """The same day in a year that Python has, and how many times 400 years it is later."""
    before = re.fullmatch(r"(\d{4,})(-.*\S)\s*BC", text, re.IGNORECASE)
    if before is None or not 0 < int(before[1]) <= FIRST_YEAR_BC:
        return text, 0
    year = 1 - int(before[1])  # there is no year 0
    cycles = -(year // 400) + 1
    return f"{year + 400 * cycles:04d}{before[2]}", cycles


def _month_of(day: int) -> int:
    """Months from the first one of the year 0, in which a day after 1970-01-01 lies; Python's years are 1 to 9999 only."""
    cycles, place = divmod(day + EPOCH - 1, CYCLE_DAYS)
    found = date.fromordinal(place + 1)
    return (found.year + 400 * cycles) * 12 + found.month - 1


def _first_of(month: int) -> int:
    """The first day of that month, after 1970-01-01."""
    cycles = (month // 12 - 1) // 400
    return date(month // 12 - 400 * cycles, month % 12 + 1, 1).toordinal() + cycles * CYCLE_DAYS - EPOCH


def declared_bins(column: Column, bounds: tuple[str, str], step: str, where: str) -> Bins:
    """The bins of `{as: number, bounds: [low, high], step: ...}`; both bounds are included."""
    scale = scale_of(column, (*bounds, step))
    try:
        low, high = (parse_tick(column, bound, scale) for bound in bounds)
    except ValueError:
        raise PlanRefused(f"{where}: the bounds are no values of type {column.type_name}") from None
    if low > high:
        raise PlanRefused(f"{where}: the lower bound is above the upper bound")
    least, most = type_range(column, scale)
    if low < least or high > most:
        raise PlanRefused(
            f"{where}: the bounds are wider than a domain of type {column.type_name} may be",
            hint=f"Write bounds between {_shown(least, scale)} and {_shown(most, scale)}; what lies beyond counts as the outermost value.",
        )
    granule = _granule(column, low, high)
    if calendar := _calendar_step(column, step, low, high, where):
        return Bins(calendar, granule, scale, not column.not_null)
    width = _step_ticks(column, step, scale, where) if step else max(granule, -(-(high + 1 - low) // DEFAULT_BINS))
    return equal_bins(low, high, width, min(granule, width), scale, not column.not_null, BINS_MAX)


def _shown(tick: int, scale: int) -> str:
    return f"{Decimal(tick).scaleb(-scale):f}"


def default_bins(column: Column) -> Bins:
    """Bins over the whole type, for a number that nobody bounded."""
    nullable = not column.not_null
    if column.base_oid == DATE:
        return Bins(month_starts(*_default_days(), 12), 1, 0, nullable)
    if column.base_oid in (TIMESTAMP, TIMESTAMPTZ):
        edges = tuple(day * DAY_US for day in month_starts(*_default_days(), 12))
        return Bins(edges, SECOND_US, 0, nullable)
    if column.base_oid == TIME:
        return equal_bins(0, DAY_US - 1, 3_600 * SECOND_US, SECOND_US, 0, nullable, BINS_MAX)
    scale = scale_of(column)
    return logarithmic_bins(*type_range(column, scale), 10**scale, scale, nullable)


def type_range(column: Column, scale: int) -> tuple[int, int]:
    """Least and greatest tick of the column's type that a domain may hold."""
    if column.base_oid in INT_TYPES:
        return INT_RANGES[column.base_oid]
    if column.base_oid == NUMERIC and column.typmod >= 4:
        digits = min(((column.typmod - 4) >> 16) & 0xFFFF, 18)
        return -(10**digits - 1), 10**digits - 1
    if column.base_oid == TIME:
        return 0, DAY_US
    if column.base_oid == 700:
        return -(10 ** (6 + scale)), 10 ** (6 + scale)
    return -(1 << 60), 1 << 60


def _granule(column: Column, low: int, high: int) -> int:
    """Seconds where a bound has no fraction of one; the smallest tick else."""
    fine = column.base_oid in (TIME, TIMESTAMP, TIMESTAMPTZ) and low % SECOND_US == 0 and high % SECOND_US == 0
    return SECOND_US if fine else 1


def _calendar_step(column: Column, step: str, low: int, high: int, where: str) -> tuple[int, ...]:
    """Edges at months or years of a date or timestamp; empty where the step is another."""
    found = _STEP.match(step)
    if not found or found[2] not in ("month", "year"):
        return ()
    if column.base_oid not in (DATE, TIMESTAMP, TIMESTAMPTZ) or not int(found[1]):
        raise PlanRefused(f"{where}: a step of months is one or more, of a date or a timestamp")
    unit = 1 if column.base_oid == DATE else DAY_US
    months = int(found[1]) * (12 if found[2] == "year" else 1)
    count = max(1, (_month_of(high // unit) - _month_of(low // unit)) // months + 1)
    months *= -(-count // BINS_MAX)
    inner = [edge * unit for edge in month_starts(low // unit, high // unit, months)]
    return (low, *(edge for edge in inner if low < edge <= high), high + 1)


def month_starts(low: int, high: int, months: int) -> tuple[int, ...]:
    """Days since 1970 of every months-th first of a month from low's month to beyond high."""
    month, edges = _month_of(low), [_first_of(_month_of(low))]
    while edges[-1] <= high:
        month += months
        edges.append(_first_of(month))
    return tuple(edges)


def _default_days() -> tuple[int, int]:
    low, high = DEFAULT_YEARS
    return _first_of(12 * low), _first_of(12 * high) - 1


def _step_ticks(column: Column, step: str, scale: int, where: str) -> int:
    if found := _STEP.match(step):
        span = int(found[1]) * _SPANS_US[found[2]]
        if column.base_oid == DATE and span % DAY_US == 0 and span:
            return span // DAY_US
        if column.base_oid in (TIME, TIMESTAMP, TIMESTAMPTZ) and span:
            return span
        raise PlanRefused(f"{where}: step {step!r} does not fit type {column.type_name}")
    try:
        ticks = int(Decimal(step.replace("_", "")).scaleb(scale))
    except (ArithmeticError, ValueError):  # no number, or none that ends
        ticks = 0
    if ticks < 1 or column.base_oid in (TIME, TIMESTAMP, TIMESTAMPTZ):
        raise PlanRefused(
            f"{where}: step {step!r} does not fit type {column.type_name}",
            hint="Write a positive number, or a span such as `1 month` or `15 minutes` for dates and times.",
        )
    return ticks
