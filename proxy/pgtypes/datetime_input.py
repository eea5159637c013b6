"""Text to date, time and timestamp, as ParseDateTime and DecodeDateTime read it.

Gives days and microseconds since 1970; refuses to know how they are printed. Facts: src/backend/utils/adt/datetime.c:
fields in any order, DateStyle's order for ambiguous dates, month and zone names, the special words, and which error
each fault is.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

from policies.errors import PgError
from proxy.catalog.versions import Since, since
from proxy.pgtypes.calendar import (
    DAY_US,
    FIRST_DAY,
    INFINITY_DATE,
    INFINITY_TIMESTAMP,
    LAST_DATE,
    LAST_TIMESTAMP_US,
    day_number,
    month_days,
    round_half_even,
)
from proxy.pgtypes.datetime_fields import DAY_NAMES, MONTHS, NOISE, RELATIVE, TOKEN, Fields, clock_parts
from proxy.pgtypes.errors import DatetimeOverflow, FeatureNotSupported, InvalidDatetime, InvalidParameterValue
from proxy.pgtypes.integers import whole_of
from proxy.pgtypes.settings import InputSettings
from proxy.pgtypes.timezones import abbreviated, find_zone, offset_at, offset_of_local, zone

MAX_TEXT = 256  # characters; Postgres gives up on longer texts too (MAXDATELEN)


def read_date(text: str, settings: InputSettings) -> int:
    """date_in: days since 1970, or +-INFINITY_DATE."""
    reading = Reading("date", text, settings)
    fields = reading.fields()
    if fields.special:
        return _special_date(fields.special, reading)
    days = reading.days(fields)
    if not FIRST_DAY <= days <= LAST_DATE:
        raise DatetimeOverflow(f'date out of range: "{text}"')
    return days


def read_timestamp(text: str, settings: InputSettings, *, zoned: bool) -> int:
    """timestamp_in, timestamptz_in: microseconds since 1970 (UTC where zoned), or +-INFINITY_TIMESTAMP."""
    reading = Reading("timestamp with time zone" if zoned else "timestamp", text, settings)
    fields = reading.fields()
    if fields.special in ("infinity", "-infinity"):
        return INFINITY_TIMESTAMP if fields.special == "infinity" else -INFINITY_TIMESTAMP
    if fields.special == "epoch":
        return 0
    if fields.special == "now":
        now = reading.now()
        micros = _micros(now)
        return micros if zoned else micros + offset_at(zone(settings.timezone), micros // 1_000_000)[0] * 1_000_000
    if fields.special:
        days = _special_date(fields.special, reading)
    else:
        days = reading.days(fields)
    local = days * DAY_US + reading.time(fields)
    if not FIRST_DAY * DAY_US <= local <= LAST_TIMESTAMP_US:
        raise DatetimeOverflow(f'timestamp out of range: "{text}"')
    if not zoned:
        return local
    second = local // 1_000_000
    offset = fields.zone(second) if fields.zone else offset_of_local(zone(settings.timezone), second)
    return local - offset * 1_000_000


def read_time(text: str, settings: InputSettings) -> int:
    """time_in: microseconds since midnight; a date before it is allowed and forgotten."""
    return _read_time_of_day("time", text, settings)[0]


def read_timetz(text: str, settings: InputSettings) -> tuple[int, int]:
    """timetz_in: microseconds since midnight and seconds east of UTC."""
    micros, fields, reading = _read_time_of_day("time with time zone", text, settings)
    second = reading.days(fields) * 86_400 if fields.year is not None else _today(settings) * 86_400
    second += micros // 1_000_000
    if fields.zone is not None:
        return micros, fields.zone(second)
    return micros, offset_of_local(zone(settings.timezone), second)


class Reading:
    """One text being read as one type; every error knows both."""

    def __init__(self, type_name: str, text: str, settings: InputSettings) -> None:
        self.type_name = type_name
        self.text = text
        self.settings = settings

    def fields(self) -> Fields:
        """Everything the text says. Raises InvalidDatetime, DatetimeOverflow, InvalidParameterValue."""
        found = Fields()
        at, end = 0, len(self.text.rstrip())
        if end == 0 or end > MAX_TEXT:
            raise self.bad()
        while at < end:
            match = TOKEN.match(self.text, at, end)
            if match is None:
                raise self.bad()
            at = match.end()
            kind = next(name for name in _HANDLERS if match[name] is not None)
            if kind in _COUNTED and any(whole_of(run) > INT4_MAX for run in DIGITS.findall(match[kind])):
                is_odd = kind == "digits" and (found.day is not None or self.type_name.startswith("time "))
                raise self.bad() if is_odd or self.type_name == "time" else self.overflow()  # strtoint()
            _HANDLERS[kind](self, found, match[kind])
        has_date = bool(found.numbers) or found.day is not None or found.yday is not None
        if has_date and (found.special or found.julian is not None):
            raise self.bad()
        self._place_numbers(found)
        return found

    def days(self, found: Fields) -> int:
        """The day number of the date fields; what is out of range is told before what is missing (ValidateDate)."""
        if found.julian is not None:
            return found.julian - 2_440_588
        year = None if found.year is None else self._year(found, found.year)
        if found.yday is not None and not 1 <= found.yday <= 366:
            raise self.overflow()
        for value, most in ((found.month, 12), (found.day, 31)):
            if value is not None and not 1 <= value <= most:
                name = "DateStyle" if since(self.settings.version, Since.SETTINGS_SPELLED) else "datestyle"
                raise self.overflow(hint=f'Perhaps you need a different "{name}" setting.')
        if year is not None and found.yday is not None:
            return day_number(year, 1, 1) + found.yday - 1
        if year is None or found.month is None or found.day is None:
            raise self.bad()
        if found.day > month_days(year, found.month):
            raise self.overflow()
        return day_number(year, found.month, found.day)

    def time(self, found: Fields) -> int:
        """Microseconds since midnight."""
        micros = found.time_us or 0
        if not found.meridian:
            return micros
        if micros >= 13 * 3_600_000_000:
            raise self.overflow()
        noon = 12 * 3_600_000_000
        if found.meridian == "am":
            return micros - noon if micros >= noon else micros
        return micros + noon if micros < noon else micros

    def now(self) -> datetime:
        """The transaction's start. Raises FeatureNotSupported where a statement must not depend on it."""
        if self.settings.now is None:
            raise FeatureNotSupported(
                f'"{self.text.strip()}" is not supported here', hint="Use current_date or current_timestamp."
            )
        return self.settings.now

    def bad(self) -> InvalidDatetime:
        """Text that is no date at all."""
        return InvalidDatetime(f'invalid input syntax for type {self.type_name}: "{self.text}"')

    def overflow(self, hint: str = "") -> DatetimeOverflow:
        """A field outside its range."""
        return DatetimeOverflow(f'date/time field value out of range: "{self.text}"', hint=hint)

    def on_time(self, found: Fields, token: str) -> None:
        """14:05, 14:05:06.789."""
        parts = clock_parts(token)
        if found.time_us is not None or parts is None:
            raise self.bad()
        found.time_us = self._clock(*parts)

    def on_date(self, found: Fields, token: str) -> None:
        """Three parts with one separator; the order follows the first part's length, a month's name, or DateStyle."""
        parts = [part for part in re.split(r"[-/.]|(?<=[A-Za-z])(?=\d)", token) if part]
        if found.year is not None or found.day is not None or len(parts) != 3:
            raise self.bad()
        named = next((at for at, part in enumerate(parts) if part.isalpha()), None)
        if named is not None:
            month = MONTHS.get(parts.pop(named).lower())
            if month is None:
                raise self.bad()
            found.month = month
            year_first = len(parts[0]) > 2 or (self.settings.order == "ymd" and len(parts[1]) <= 2)
            year, day = parts if year_first else reversed(parts)
        elif len(parts[0]) > 2 or self.settings.order == "ymd":
            year, month_text, day = parts
            found.month = int(month_text)
        elif self.settings.order == "dmy":
            day, month_text, year = parts
            found.month = int(month_text)
        else:
            month_text, day, year = parts
            found.month = int(month_text)
        found.year, found.day, found.year_digits = int(year), int(day), len(year)

    def on_yday(self, found: Fields, token: str) -> None:
        """2024.046."""
        year, yday = token.split(".")
        found.year, found.yday = int(year), int(yday)

    def on_offset(self, found: Fields, token: str) -> None:
        """+02, -0530, +05:30:15; ISO 8601's sign: east is positive."""
        if found.zone is not None or (found.time_us is None and not found.numbers and found.day is None):
            raise self.bad()
        digits = token[1:]
        if ":" not in digits and len(digits) > 6:
            digits = digits.lstrip("0").rjust(6, "0")
        if ":" in digits:
            parts = [int(part) for part in digits.split(":")]
        elif len(digits) <= 2:
            parts = [int(digits)]
        else:
            split = digits.rjust(len(digits) + len(digits) % 2, "0")
            parts = [int(split[at : at + 2]) for at in range(0, len(split), 2)]
        hours, minutes, seconds = (*parts, 0, 0)[:3]
        if len(parts) > 3 or hours > 15 or minutes > 59 or seconds > 59:
            raise DisplacementOutOfRange(f'time zone displacement out of range: "{self.text}"')
        total = hours * 3600 + minutes * 60 + seconds
        offset = -total if token[0] == "-" else total
        found.zone = lambda _second: offset

    def on_word(self, found: Fields, token: str) -> None:
        """Months, days, eras, meridians, special words, zones."""
        word = token.lower()
        if word in MONTHS:
            if found.month is not None and not found.numbers:
                raise self.bad()
            found.month, found.month_is_text = MONTHS[word], True
        elif word in DAY_NAMES or word in NOISE:
            found.after_t = word == "t"
        elif word in ("ad", "bc"):
            found.bc = word == "bc"
        elif word in ("am", "pm"):
            found.meridian = word
        elif word == "allballs":
            found.time_us, found.zone = 0, lambda _second: 0
        elif word in RELATIVE or word in ("infinity", "+infinity", "-infinity", "epoch"):
            if found.special or found.day is not None:
                raise self.bad()
            found.special = word
        elif re.fullmatch(r"[a-z]{3,9}\d+", word) and word.rstrip("0123456789") in MONTHS:
            self.on_word(found, word.rstrip("0123456789"))
            self.on_digits(found, word.lstrip("abcdefghijklmnopqrstuvwxyz"))
        else:
            self._on_zone(found, token)

    def on_julian(self, found: Fields, token: str) -> None:
        """J2451187: a Julian day."""
        found.julian = int(token[1:])

    def on_digits(self, found: Fields, token: str) -> None:
        """Runs of digits: 20240115, 240115, 140506, or a number whose place the rest decides."""
        whole, _, fraction = token.partition(".")
        if found.after_t or (found.day is not None and found.time_us is None and len(whole) in (4, 6)):
            if len(whole) not in (4, 6):
                raise self.bad()
            pairs = [whole[at : at + 2] for at in range(0, len(whole), 2)] + ["0", "0"]
            found.time_us = self._clock(int(pairs[0]), int(pairs[1]), Decimal(f"{pairs[2]}.{fraction or 0}"))
            found.after_t = False
        elif len(whole) == 8 and not found.month_is_text and found.day is None and not fraction:
            found.year, found.month, found.day = int(whole[:4]), int(whole[4:6]), int(whole[6:])
        elif len(whole) == 6 and not found.month_is_text and found.day is None and not fraction:
            found.year, found.month, found.day = int(whole[:2]), int(whole[2:4]), int(whole[4:])
            found.year_digits = 2
        elif fraction or token.endswith("."):
            raise self.bad()
        else:
            found.numbers.append(whole)

    def ignore(self, found: Fields, token: str) -> None:
        """Punctuation between fields."""

    def _on_zone(self, found: Fields, token: str) -> None:
        if found.zone is not None:
            raise self.bad()
        where = abbreviated(token)
        if where is None:
            where = find_zone(token) if re.search(r"[/_]|\d|^[A-Za-z]{3,}$", token) else None
        if where is None:
            if "/" in token and found.day is not None:
                raise InvalidParameterValue(f'time zone "{token.lower()}" not recognized')
            raise self.bad()
        found_zone = where
        found.zone = lambda second: offset_of_local(found_zone, second)

    def _place_numbers(self, found: Fields) -> None:
        """Bare numbers (DecodeNumber): by their length around a month's name, else in DateStyle's order."""
        for number in found.numbers:
            place = self._place_by_text_month(found, number) if found.month_is_text else self._place(found, number)
            if not place or getattr(found, place) is not None:
                raise self.bad()
            setattr(found, place, int(number))
            if place == "year":
                found.year_digits = len(number)

    def _place_by_text_month(self, found: Fields, number: str) -> str:
        if found.year is None and found.day is None:
            return "year" if len(number) > 2 or self.settings.order == "ymd" else "day"
        if found.day is None and found.year_digits <= 2 < len(number):
            found.day, found.year = found.year, None  # 13 Feb 2003 under YMD: the first number was the day
        return "day" if found.day is None else "year"

    def _place(self, found: Fields, number: str) -> str:
        if len(number) > 2 and found.year is None:
            return "year"
        order = {"mdy": ("month", "day", "year"), "dmy": ("day", "month", "year")}
        places = order.get(self.settings.order, ("year", "month", "day"))
        return next((name for name in places if getattr(found, name) is None), "")

    def _year(self, found: Fields, year: int) -> int:
        if found.year_digits <= 2 and found.bc is None:
            return year + (2000 if year < 70 else 1900)
        if year < 1:
            raise self.overflow()
        return 1 - year if found.bc else year

    def _clock(self, hours: int, minutes: int, seconds: Decimal) -> int:
        micros = round_half_even(seconds * 1_000_000)
        total = (hours * 60 + minutes) * 60_000_000 + micros
        if hours > 24 or minutes > 59 or micros > 60_000_000 or total > DAY_US:
            raise self.overflow()
        return total


class DisplacementOutOfRange(PgError):
    """invalid_time_zone_displacement_value."""

    sqlstate = "22009"


# Kinds of tokens whose numbers are ints; one of up to 14 digits is a date and a time in a row.
_COUNTED, DIGITS, INT4_MAX = (
    ("date", "named", "julian", "digits"),
    re.compile(r"\d{15,}|(?<=[-/.jJ])\d+|\d+(?=[-/])"),
    2**31 - 1,
)
_HANDLERS: dict[str, Callable[[Reading, Fields, str], None]] = {
    "time": Reading.on_time,
    "date": Reading.on_date,
    "named": Reading.on_date,
    "yday": Reading.on_yday,
    "offset": Reading.on_offset,
    "word": Reading.on_word,
    "julian": Reading.on_julian,
    "digits": Reading.on_digits,
    "skip": Reading.ignore,
}


def _read_time_of_day(type_name: str, text: str, settings: InputSettings) -> tuple[int, Fields, Reading]:
    reading = Reading(type_name, text, settings)
    if len(text) <= MAX_TEXT and re.fullmatch(r"\s*[tT]?\d{4,6}(\.\d*)?\s*", text):
        found = Fields()
        reading.on_digits(_expecting_time(found), text.strip().lstrip("tT"))
    else:
        found = reading.fields()
    if found.special == "now":
        micros = _micros(reading.now())
        offset = offset_at(zone(settings.timezone), micros // 1_000_000)[0]
        return (micros + offset * 1_000_000) % DAY_US, found, reading
    if found.time_us is None or (found.special and found.special not in RELATIVE):
        raise reading.bad()
    return reading.time(found), found, reading


def _expecting_time(found: Fields) -> Fields:
    found.after_t = True
    return found


def _special_date(word: str, reading: Reading) -> int:
    if word in ("infinity", "+infinity", "-infinity"):
        return -INFINITY_DATE if word == "-infinity" else INFINITY_DATE
    if word == "epoch":
        return 0
    reading.now()
    return _today(reading.settings) + {"now": 0, "today": 0, "tomorrow": 1, "yesterday": -1}[word]


def _today(settings: InputSettings) -> int:
    micros = _micros(settings.now or datetime.now(UTC))
    offset = offset_at(zone(settings.timezone), micros // 1_000_000)[0]
    return (micros + offset * 1_000_000) // DAY_US


def _micros(moment: datetime) -> int:
    span = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
