"""extract() and date_part(): the parts of intervals, dates, times and time stamps, as numeric text.

An instant is microseconds since 1970, an interval (months, days, micros). Refuses to know arithmetic on them. Facts:
src/backend/utils/adt/timestamp.c.
"""

from __future__ import annotations

from decimal import Decimal

from proxy.engine.functions.dates import DAY_US, HOUR_US, MINUTE_US, SECOND_US, Parts, truncated
from proxy.engine.functions.numeric import EXACT, divide, show
from proxy.engine.functions.udf import function
from proxy.engine.functions.units import no_part, part_of
from proxy.pgtypes.calendar import INFINITY_TIMESTAMP, civil, day_number
from proxy.pgtypes.timezones import find_zone, offset_at


@function("VARCHAR INTERVAL", "VARCHAR")
def interval_part(unit: str, parts: Parts) -> str:
    """extract(unit from interval) as numeric text."""
    months, days, micros = parts
    name = part_of(unit)
    years = truncated(months, 12)
    whole = {
        "millennium": truncated(years, 1000), "century": truncated(years, 100), "decade": truncated(years, 10), "year": years,
        "quarter": truncated(months - years * 12, 3) + 1, "month": months - years * 12, "week": truncated(days, 7), "day": days,
        "hour": truncated(micros, HOUR_US), "minute": truncated(micros, MINUTE_US) - truncated(micros, HOUR_US) * 60,
    }  # fmt: skip
    if name in whole:
        return str(whole[name])
    rest = micros - truncated(micros, MINUTE_US) * MINUTE_US
    if name == "second":
        return _scaled(rest, 6)
    if name == "millisecond":
        return _scaled(rest, 3)
    if name == "microsecond":
        return str(rest)
    if name == "epoch":
        seconds_of_months = years * 31_557_600 + (months - years * 12) * 2_592_000
        return _scaled((seconds_of_months + days * 86_400) * SECOND_US + micros, 6)
    raise no_part(unit, "interval")


def _scaled(number: int, scale: int) -> str:
    sign, digits = "-" if number < 0 else "", str(abs(number)).rjust(scale + 1, "0")
    return f"{sign}{digits[:-scale]}.{digits[-scale:]}"


@function("VARCHAR BIGINT VARCHAR VARCHAR", "VARCHAR")
def time_part(unit: str, micros: int, timezone: str, kind: str) -> str | None:
    """extract(unit from ...) as numeric text. timezone: '' for types without; kind: how messages name the type."""
    name = part_of(unit)
    if abs(micros) == INFINITY_TIMESTAMP:
        return _endless_part(unit, name, micros, kind)
    zone = find_zone(timezone) if timezone else None
    offset = offset_at(zone, micros // SECOND_US)[0] if zone is not None else 0
    local = micros + offset * SECOND_US
    if name == "epoch":
        return str(micros // SECOND_US) if kind == "date" else _scaled(micros, 6)
    zoned = {"timezone": offset, "timezone_hour": truncated(offset, 3600), "timezone_minute": truncated(offset, 60) % 60
             if offset >= 0 else -(truncated(-offset, 60) % 60)}  # fmt: skip
    if name in zoned and zone is not None:
        return str(zoned[name])
    found = None if name in zoned else _clock_part(name, local) if kind != "date" else None
    if found is None and not kind.startswith("time w") and name not in zoned:
        found = _calendar_part(name, local, kind)
    if found is None:
        raise no_part(unit, kind)
    return found


RISING = frozenset({"year", "decade", "century", "millennium", "julian", "isoyear", "epoch"})


def _endless_part(unit: str, name: str, micros: int, kind: str) -> str | None:
    """Of infinity: what only ever rises is infinite, what comes round again is unknown."""
    if name in RISING:
        return "Infinity" if micros > 0 else "-Infinity"
    of_dates = kind == "date" and (_clock_part(name, 0) is not None or name.startswith("timezone"))
    if not name or of_dates:
        raise no_part(unit, kind)
    return None


def _clock_part(name: str, local: int) -> str | None:
    time = local % DAY_US
    if name == "hour":
        return str(time // HOUR_US)
    if name == "minute":
        return str(time // MINUTE_US % 60)
    rest = time % MINUTE_US
    if name == "second":
        return _scaled(rest, 6)
    if name == "millisecond":
        return _scaled(rest, 3)
    return str(rest) if name == "microsecond" else None


def _calendar_part(name: str, local: int, kind: str) -> str | None:
    days, time = divmod(local, DAY_US)
    year, month, day = civil(days)
    shown = year if year > 0 else year - 1
    monday = (days + 3) % 7
    iso_year = civil(days - monday + 3)[0]
    parts = {
        "year": shown, "month": month, "day": day, "quarter": (month - 1) // 3 + 1, "dow": (days + 4) % 7,
        "isodow": monday + 1, "doy": days - day_number(year, 1, 1) + 1,
        "week": (days - monday + 3 - day_number(iso_year, 1, 1)) // 7 + 1,
        "isoyear": iso_year if iso_year > 0 else iso_year - 1,
        "decade": year // 10 if year >= 0 else -((8 - (year - 1)) // 10),
        "century": (year + 99) // 100 if year > 0 else -((99 - (year - 1)) // 100),
        "millennium": (year + 999) // 1000 if year > 0 else -((999 - (year - 1)) // 1000),
    }  # fmt: skip
    if name in parts:
        return str(parts[name])
    if name == "julian":
        whole = days + 2_440_588
        return str(whole) if kind == "date" else _julian(whole, time)
    return None


def _julian(whole: int, micros: int) -> str:
    """A Julian date with its fraction as numeric division prints it."""
    return show(EXACT.add(Decimal(whole), divide(Decimal(micros), Decimal(DAY_US))))
