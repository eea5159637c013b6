"""to_date and to_timestamp: the day and the instant that a text's fields mean.

A port of do_to_timestamp, to_date and to_timestamp in src/backend/utils/adt/formatting.c. Refuses to know how the fields are found
(`scanning.py`), DuckDB's types and printing.
"""

from __future__ import annotations

from dataclasses import dataclass

from proxy.engine.functions.dates import DAY_US, HOUR_US, MINUTE_US, SECOND_US, truncated
from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.scanning import INT4, Scanned, scanned
from proxy.engine.functions.udf import function
from proxy.pgtypes.calendar import FIRST_DAY, LAST_DATE, LAST_TIMESTAMP_US, civil, day_number, month_days, round_us
from proxy.pgtypes.timezones import offset_of_local, zone

JULIAN_1970 = 2_440_588
ZONE_HOURS = 15


@dataclass
class Date:
    """A date being put together. known: which of its parts something said."""

    year: int = 0
    month: int = 1
    day: int = 1
    known: str = ""

    def become(self, days: int) -> None:
        """All of a day since 1970."""
        self.year, self.month, self.day = civil(days)
        self.known = "ymd"


@function("VARCHAR VARCHAR INTEGER", "INTEGER")
def read_date(text: str, template: str, version: int) -> int:
    """to_date, as days since 1970."""
    found = scanned(text, template, version)
    clock = _clock(found)
    days = _days(_date(found, text))
    _micros(found, clock, text)
    _offset(found, text)
    if not FIRST_DAY <= days <= LAST_DATE:
        raise PgDomainError("22008", f'date out of range: "{text}"')
    return days


@function("VARCHAR VARCHAR VARCHAR INTEGER", "BIGINT")
def read_time(text: str, template: str, timezone: str, version: int) -> int:
    """to_timestamp, as microseconds since 1970; timezone is the session's, for texts that name none."""
    found = scanned(text, template, version)
    clock = _clock(found)
    days = _days(_date(found, text))
    local = days * DAY_US + _micros(found, clock, text)
    offset = _offset(found, text)
    if offset is None and abs(local) < 2**63:
        offset = offset_of_local(zone(timezone), local // SECOND_US)
    micros = local - (offset or 0) * SECOND_US
    if not FIRST_DAY * DAY_US <= micros <= LAST_TIMESTAMP_US:
        raise PgDomainError("22008", "timestamp out of range")
    return round_us(micros, found.precision)


def _overflow(text: str) -> PgDomainError:
    return PgDomainError("22008", f'date/time field value out of range: "{text}"')


def _date(found: Scanned, text: str) -> Date:
    """In the order that later fields override earlier ones."""
    date = Date()
    _set_year(date, found, text)
    if found["julian"]:
        date.become(found["julian"] - JULIAN_1970)
    yday, day = found["yday"], found["day"]
    if found["week"] and found.convention == "i":
        date.become(_monday(date.year, found["week"]) + _weekday(found["weekday"]))
    elif found["week"]:
        yday = _week_start(found["week"], text)
    if found["month_week"]:
        day = _week_start(found["month_week"], text)
    if day:
        date.day, date.known = day, date.known + "d"
    if found["month"]:
        date.month, date.known = found["month"], date.known + "m"
    if yday and (date.month <= 1 or date.day <= 1):
        _set_day_of_year(date, found, yday)
    _check(date, text)
    return date


def _set_year(date: Date, found: Scanned, text: str) -> None:
    """A year of two digits or fewer is completed by its century."""
    before, year = bool(found["before_christ"]), found["year"]
    century = -found["century"] if before else found["century"]
    if not (year or century):
        return
    if year and not (century and found.year_digits <= 2):
        date.year = (
            -year + 1 if before and year > 0 else year + 1 if not before and year < 0 else -year if before else year
        )
    elif not year:
        date.year = (century - 1) * 100 + 1 if century >= 0 else century * 100 + 1
    elif rest := abs(year) % 100 * (1 if year > 0 else -1):
        date.year = rest + (century - 1) * 100 if century >= 0 else (century + 1) * 100 - rest + 1
    else:
        date.year = century * 100 + (century < 0)
    if date.year not in INT4:
        raise _overflow(text)
    date.known += "y"


def _week_start(week: int, text: str) -> int:
    day = (week - 1) * 7 + 1
    if day not in INT4:
        raise _overflow(text)
    return day


def _monday(year: int, week: int) -> int:
    """isoweek2j, since 1970."""
    fourth = day_number(year, 1, 4)
    return fourth - (fourth + 3) % 7 + (week - 1) * 7


def _weekday(number: int) -> int:
    """Days after Monday; without a number it is Monday, and whatever is below Sunday's 1 counts as Sunday (isoweekdate2date)."""
    return number - 2 if number > 1 else 6 if number else 0


def _set_day_of_year(date: Date, found: Scanned, yday: int) -> None:
    if not date.year and not found["before_christ"]:
        raise PgDomainError("22007", "cannot calculate day of year without year information")
    if found.convention == "i":
        date.become(_monday(date.year, 1) + yday - 1)
        return
    month, rest = 1, yday
    while month <= 12 and rest > month_days(date.year, month):
        rest, month = rest - month_days(date.year, month), month + 1
    if date.month <= 1:
        date.month = month
    if date.day <= 1:
        date.day = rest
    date.known += "md"


def _check(date: Date, text: str) -> None:
    """ValidateDate: a part that nothing said is not looked at."""
    wrong = "m" in date.known and not 1 <= date.month <= 12
    wrong = wrong or ("d" in date.known and not 1 <= date.day <= 31)
    wrong = wrong or (set(date.known) == set("ymd") and date.day > month_days(date.year, date.month))
    if wrong:
        raise _overflow(text)


def _days(date: Date) -> int:
    return day_number(date.year, date.month, date.day)


def _clock(found: Scanned) -> tuple[int, int, int]:
    """Hour, minute and second; of them only the hour of a 12-hour clock is looked at before the date."""
    seconds = found["seconds"]
    hour = found["hour"] or truncated(seconds, 3600)
    rest = seconds - truncated(seconds, 3600) * 3600
    minute, second = found["minute"] or truncated(rest, 60), found["second"] or rest - truncated(rest, 60) * 60
    if found.twelve_hours:
        if not 1 <= hour <= 12:
            hint = "Use the 24-hour clock, or give an hour between 1 and 12."
            raise PgDomainError("22007", f'hour "{hour}" is invalid for the 12-hour clock', hint=hint)
        hour = hour % 12 + (12 if found["afternoon"] else 0)
    return hour, minute, second


def _micros(found: Scanned, clock: tuple[int, int, int], text: str) -> int:
    """Microseconds of the day."""
    hour, minute, second = clock
    micros = found["millis"] * 1000 + found["micros"]
    if not (0 <= hour < 24 and 0 <= minute < 60 and 0 <= second < 60 and 0 <= micros < SECOND_US):
        raise _overflow(text)
    return hour * HOUR_US + minute * MINUTE_US + second * SECOND_US + micros


def _offset(found: Scanned, text: str) -> int | None:
    """Seconds east of UTC, where the text says so."""
    if not found.sign:
        return found.named_offset
    hours, minutes = found["zone_hours"], found["zone_minutes"]
    if not (0 <= hours <= ZONE_HOURS and 0 <= minutes < 60):
        raise PgDomainError("22009", f'time zone displacement out of range: "{text}"')
    return found.sign * (hours * 60 + minutes) * 60
