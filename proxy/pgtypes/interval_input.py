"""Text to interval: unit words, clock times, SQL's `1-2 3 04:05:06` and ISO 8601's `P1Y2M3DT4H`.

Gives (months, days, microseconds); refuses to know how they are printed (intervals.py). Facts:
src/backend/utils/adt/datetime.c, DecodeInterval: fractions spill into the next smaller field, `ago` turns every sign.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from proxy.pgtypes.calendar import round_half_even
from proxy.pgtypes.datetime_fields import CLOCK, clock_parts
from proxy.pgtypes.errors import DatetimeOverflow, FeatureNotSupported, IntervalOverflow, InvalidDatetime
from proxy.pgtypes.settings import InputSettings

DAY_US = 86_400_000_000
SECOND_US = 1_000_000
MONTH_DAYS = 30
MAX_TEXT = 256

_UNIT_WORDS = {
    "microsecond": "us usec usecs usecond useconds microsecond microseconds microsecon",
    "millisecond": "ms msec msecs mseconds msecond millisecond milliseconds millisecon",
    "second": "s sec secs second seconds",
    "minute": "m min mins minute minutes",
    "hour": "h hr hrs hour hours",
    "day": "d day days",
    "week": "w week weeks",
    "month": "mon mons month months",
    "year": "y yr yrs year years",
    "decade": "dec decs decade decades",
    "century": "c cent century centuries",
    "millennium": "mil mils millennia millennium",
    "quarter": "qtr quarter",
}
UNITS = {word: unit for unit, words in _UNIT_WORDS.items() for word in words.split()}
MONTHS_PER = {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200, "millennium": 12_000}
DAYS_PER = {"day": 1, "week": 7}
MICROS_PER = {
    "microsecond": 1,
    "millisecond": 1000,
    "second": SECOND_US,
    "minute": 60 * SECOND_US,
    "hour": 3600 * SECOND_US,
}
ISO_DATE_UNITS = {"Y": "year", "M": "month", "W": "week", "D": "day"}
ISO_TIME_UNITS = {"H": "hour", "M": "minute", "S": "second"}
RANGE_UNITS = (
    (1 << 12, "second"),
    (1 << 11, "minute"),
    (1 << 10, "hour"),
    (1 << 3, "day"),
    (1 << 1, "month"),
    (1 << 2, "year"),
)

TOKEN = re.compile(
    r"[\s,@]*(?:"
    r"(?P<clock>[+-]?\d++:[\d:]*+(?:\.\d*+)?)"
    r"|(?P<years>[+-]?\d+-\d+)(?![\d-])"
    r"|(?P<number>[+-]?(?:\d++\.?\d*+|\.\d++))"
    r"|(?P<word>[A-Za-z]+)"
    r")"
)
ISO_PART = re.compile(r"([+-]?(?:\d++\.?\d*+|\.\d++))([A-Z])")
ISO_ALTERNATIVE = re.compile(r"(-?)(\d+)-(-?)(\d+)-(-?)(\d+)")


@dataclass
class Sum:
    """An interval being added up, in Postgres' fields: years and months have 32 bits each before they are put together."""

    years: int = 0
    months: int = 0
    days: int = 0
    micros: int = 0

    def add(self, number: Decimal, unit: str) -> None:
        """Add a number of units; its fraction spills into the next smaller fields."""
        whole = int(number)
        fraction = number - whole
        if unit in MONTHS_PER:
            if MONTHS_PER[unit] < 12:
                self.months += whole * MONTHS_PER[unit]
            else:
                self.years += whole * MONTHS_PER[unit] // 12
            if unit == "month":
                self._add_days(fraction * MONTH_DAYS)
            else:
                self.months += round_half_even(fraction * MONTHS_PER[unit])
        elif unit in DAYS_PER:
            self.days += whole * DAYS_PER[unit]
            self._add_days(fraction * DAYS_PER[unit])
        else:
            self.micros += whole * MICROS_PER[unit] + round_half_even(fraction * MICROS_PER[unit])

    def _add_days(self, number: Decimal) -> None:
        self.days += int(number)
        self.micros += round_half_even((number - int(number)) * DAY_US)


def read_interval(text: str, settings: InputSettings, typmod: int) -> tuple[int, int, int]:
    """interval_in. Raises InvalidDatetime, IntervalOverflow, FeatureNotSupported (infinity: the engine has none)."""
    word = text.strip()
    if len(word) > MAX_TEXT:
        raise bad_interval(text)
    if is_endless(text):
        raise infinite()
    if text[:1] == "P":
        total = _read_iso(text)
    else:
        total = _read_fields(text, settings, typmod)
    if not all(-(2**31) <= field < 2**31 for field in (total.years, total.months, total.days)):
        raise _overflow(text)
    months = 12 * total.years + total.months
    if not -(2**31) <= months < 2**31:
        raise DatetimeOverflow("interval out of range")
    if not -(2**63) <= total.micros < 2**63:
        raise _overflow(text)
    return months, total.days, total.micros


def infinite() -> FeatureNotSupported:
    """The refusal."""
    return FeatureNotSupported("infinite intervals are not supported", hint="Use a finite interval.")


def is_endless(text: str) -> bool:
    """Whether it is infinity."""
    return text.strip().lower() in ("infinity", "-infinity", "+infinity")


def bad_interval(text: str) -> InvalidDatetime:
    """Text that is no interval."""
    return InvalidDatetime(f'invalid input syntax for type interval: "{text}"')


def _overflow(text: str) -> IntervalOverflow:
    return IntervalOverflow(f'interval field value out of range: "{text}"')


def _read_fields(text: str, settings: InputSettings, typmod: int) -> Sum:
    """Words, clock times and SQL forms, in any order."""
    tokens = _tokens(text)
    if not tokens:
        raise bad_interval(text)
    ago = tokens[-1] == ("word", "ago")
    if ago:
        tokens.pop()
    if not tokens:
        raise bad_interval(text)
    negate_all = settings.interval_style == "sql_standard" and _leads_all(tokens)
    total = Sum()
    at = 0
    seen: set[str] = set()
    while at < len(tokens):
        kind, token = tokens[at]
        at += 1
        if kind == "word":
            raise bad_interval(text)
        if negate_all and at > 1:
            token = "-" + token
        if kind == "clock":
            _add_clock(total, token, typmod, text)
            unit = "clock"
        elif kind == "years":
            _add_years(total, token, text)
            unit = "years"
        else:
            unit, at = _unit_after(tokens, at, typmod, text)
            _add(total, token, unit, text)
        if unit in seen:
            raise bad_interval(text)
        seen.add(unit)
    return Sum(-total.years, -total.months, -total.days, -total.micros) if ago else total


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    at, end = 0, len(text.rstrip(" \t\n\v\f\r,"))
    while at < end:
        match = TOKEN.match(text, at, end)
        if match is None:
            raise bad_interval(text)
        kind = match.lastgroup or ""
        tokens.append((kind, match[kind].lower()))
        at = match.end()
    return tokens


def _leads_all(tokens: list[tuple[str, str]]) -> bool:
    """In sql_standard style a leading minus belongs to every field, unless another field has its own sign."""
    return tokens[0][1].startswith("-") and not any(token[:1] in "+-" for _, token in tokens[1:])


def _unit_after(tokens: list[tuple[str, str]], at: int, typmod: int, text: str) -> tuple[str, int]:
    """The unit of a number: the word behind it, days before a clock time, else the type's lowest field or seconds."""
    if at < len(tokens) and tokens[at][0] == "word":
        unit = UNITS.get(tokens[at][1])
        if unit is None:
            raise bad_interval(text)
        return unit, at + 1
    if at < len(tokens) and tokens[at][0] == "clock":
        return "day", at
    if at < len(tokens):
        raise bad_interval(text)
    mask = (typmod >> 16) & 0x7FFF if typmod >= 0 else 0x7FFF
    if mask == 0x7FFF:
        return "second", at
    return next((unit for bit, unit in RANGE_UNITS if mask & bit), "second"), at


def _add(total: Sum, number: str, unit: str, text: str) -> None:
    value = Decimal(number.rstrip(".") if not number.endswith("-.") else number)
    if abs(value) >= 2**63:
        raise _overflow(text)
    total.add(value, unit)


def _add_clock(total: Sum, token: str, typmod: int, text: str) -> None:
    sign = -1 if token.startswith("-") else 1
    clock = clock_parts(token.lstrip("+-"))
    if clock is None:
        raise bad_interval(text)
    hours, minutes, seconds = clock
    mask = (typmod >> 16) & 0x7FFF if typmod >= 0 else 0x7FFF
    if mask == (1 << 11 | 1 << 12) and token.count(":") == 1 and "." not in token:
        hours, minutes, seconds = 0, hours, Decimal(minutes)  # MINUTE TO SECOND
    if minutes > 59 or seconds >= 61:
        raise _overflow(text)
    micros = round_half_even(seconds * SECOND_US)
    total.micros += sign * ((hours * 60 + minutes) * 60 * SECOND_US + micros)


def _add_years(total: Sum, token: str, text: str) -> None:
    sign = -1 if token.startswith("-") else 1
    years, months = token.lstrip("+-").split("-")
    if int(months) >= 12 or int(years) * 12 + int(months) >= 2**31:
        raise _overflow(text)
    total.years += sign * int(years)
    total.months += sign * int(months)


def _read_iso(text: str) -> Sum:
    """P1Y2M3W4DT5H6M7.5S, and the alternative P0001-02-03T04:05:06."""
    total = Sum()
    date, mark, time = text[1:].partition("T")
    if not date and not mark:
        raise bad_interval(text)
    alternative = ISO_ALTERNATIVE.fullmatch(date)
    if alternative:
        signs = [-1 if alternative[at] else 1 for at in (1, 3, 5)]
        total.years, total.months = signs[0] * int(alternative[2]), signs[1] * int(alternative[4])
        total.days = signs[2] * int(alternative[6])
    else:
        _add_iso_parts(total, date, ISO_DATE_UNITS, text)
    if mark and CLOCK.fullmatch(time.lstrip("+-")):
        _add_clock(total, time, -1, text)
    elif mark:
        _add_iso_parts(total, time, ISO_TIME_UNITS, text)
    return total


def _add_iso_parts(total: Sum, part: str, units: dict[str, str], text: str) -> None:
    at = 0
    while at < len(part):
        match = ISO_PART.match(part, at)
        if match is None or match[2] not in units:
            raise bad_interval(text)
        _add(total, match[1], units[match[2]], text)
        at = match.end()
