"""time with time zone beyond its order: parts, precision, other zones and the series of a zone's days.

Works on the text that Postgres prints; refuses to know columns. Facts: timetz_part, timetz_scale, timetz_zone and timetz_at_local in
src/backend/utils/adt/date.c, generate_series_timestamptz_internal in timestamp.c.
"""

from __future__ import annotations

from proxy.engine.functions.date_parts import time_part
from proxy.engine.functions.dates import DAY_US, SECOND_US, zoned_add
from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.numeric import SERIES_MAX
from proxy.engine.functions.udf import function
from proxy.engine.functions.units import part_of
from proxy.pgtypes import InputSettings
from proxy.pgtypes.calendar import round_us
from proxy.pgtypes.datetime_input import read_timetz
from proxy.pgtypes.datetimes import time_text
from proxy.pgtypes.timezones import named_zone, offset_at, offset_text

KIND = "time with time zone"


@function("VARCHAR VARCHAR", "VARCHAR")
def timetz_part(unit: str, text: str) -> str | None:
    """extract(unit from timetz)."""
    micros, east = read_timetz(text, InputSettings())
    name = part_of(unit)
    if name == "epoch":
        micros -= east * SECOND_US
        sign, size = ("-", -micros) if micros < 0 else ("", micros)
        return f"{sign}{size // SECOND_US}.{size % SECOND_US:06d}"
    if name == "timezone":
        return str(east)
    if name in ("timezone_hour", "timezone_minute"):
        hours, minutes = divmod(abs(east) // 60, 60)
        part = hours if name == "timezone_hour" else minutes
        return str(-part if east < 0 else part)
    return time_part(unit, micros, "", KIND)


@function("VARCHAR INTEGER", "VARCHAR")
def timetz_typmod(text: str, digits: int) -> str:
    """timetz(p)."""
    micros, east = read_timetz(text, InputSettings())
    return time_text(round_us(micros, digits)) + offset_text(east)


@function("VARCHAR VARCHAR BIGINT", "VARCHAR")
def timetz_in_zone(text: str, name: str, now: int) -> str:
    """timetz AT TIME ZONE: the offset that the zone has now."""
    micros, east = read_timetz(text, InputSettings())
    zone = named_zone(name)
    if zone is None:
        raise PgDomainError("22023", f'time zone "{name}" not recognized')
    offset = offset_at(zone, now // SECOND_US)[0]
    return time_text((micros + (offset - east) * SECOND_US) % DAY_US) + offset_text(offset)


@function("BIGINT BIGINT INTERVAL VARCHAR", "BIGINT[]")
def zoned_series(start: int, stop: int, step: tuple[int, int, int], timezone: str) -> list[int]:
    """generate_series of instants, days and months by the zone's calendar."""
    months, days, micros = step
    size = (months * 30 + days) * DAY_US + micros
    if not size:
        raise PgDomainError("22023", "step size cannot equal zero")
    found = []
    while start <= stop if size > 0 else start >= stop:
        found.append(start)
        if len(found) > SERIES_MAX:
            raise PgDomainError("54000", "a series of so many rows is not supported by the double here")
        start = zoned_add(start, step, timezone)
    return found
