"""The dates and times of a jsonpath: what .datetime() and its kin read, how they convert, compare and print.

Knows documents' strings only; refuses to know items. Facts: executeDateTimeMethod and compareDatetime in
src/backend/utils/adt/jsonpath_exec.c (the ISO formats are tried in turn), JsonEncodeDateTime in json.c.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from datetime import tzinfo

from proxy.engine.functions.dates import DAY_US, SECOND_US
from proxy.engine.functions.errors import PgDomainError
from proxy.pgtypes.calendar import civil, day_number, month_days, round_us
from proxy.pgtypes.datetimes import time_text
from proxy.pgtypes.timezones import find_zone, offset_at, offset_of_local, offset_text
from proxy.pgtypes.timezones import zone as zone_of

TYPE_NAMES = {
    "date": "date", "time": "time without time zone", "timetz": "time with time zone", "timestamp": "timestamp without time zone",
    "timestamptz": "timestamp with time zone",
}  # fmt: skip
KINDS = {"date": "date", "time": "time", "time_tz": "timetz", "timestamp": "timestamp", "timestamp_tz": "timestamptz"}
PRECISION_MAX = 6
YEAR_MAX, DATE_YEAR_MAX = 294_276, 5_874_897
MOMENT_MAX = day_number(YEAR_MAX + 1, 1, 1) * DAY_US
OFFSET_MAX_S = 15 * 3600 + 59 * 60 + 59
DATE = r"(?P<year>[0-9]+)-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
CLOCK = r"(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{1,2}):(?P<second>[0-9]{1,2})(?:\.(?P<fraction>[0-9]{1,6}))?"
OFFSET = r"(?:(?P<sign>[-+ ])(?P<off_hour>[-+]?[0-9]{1,2})(?::(?P<off_minute>[0-9]{1,2}))?|(?P<zone>[A-Za-z]+))"
ISO = re.compile(rf"{DATE}(?:[ T]{CLOCK}{OFFSET}?)?|{CLOCK.replace('<', '<t_')}{OFFSET.replace('<', '<t_')}?")


@dataclass(frozen=True, slots=True)
class Moment:
    """kind: a key of TYPE_NAMES. micros: local since 1970, of the day for times; of a timestamptz in UTC. offset_s: east of UTC."""

    kind: str
    micros: int
    offset_s: int = 0

    @property
    def text(self) -> str:
        """As JSON shows it."""
        local = self.micros + self.offset_s * SECOND_US if self.kind == "timestamptz" else self.micros
        days, clock = divmod(local, DAY_US)
        year, month, day = civil(days)
        date = f"{1 - year if year <= 0 else year:04d}-{month:02d}-{day:02d}"
        era = " BC" if year <= 0 else ""
        shown_offset = offset_text(self.offset_s)
        shown_offset += ":00" if len(shown_offset) == 3 else ""
        return {
            "date": date + era, "time": time_text(self.micros), "timetz": time_text(self.micros) + shown_offset,
            "timestamp": f"{date}T{time_text(clock)}{era}", "timestamptz": f"{date}T{time_text(clock)}{shown_offset}{era}",
        }[self.kind]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Zone:
    """The session's time zone. usable: whether a path may depend on it, as those of the _tz functions may."""

    name: str
    usable: bool

    @property
    def info(self) -> tzinfo:
        """Its rules."""
        return zone_of(self.name)

    def require(self, source: str, target: str) -> None:
        """Raises PgDomainError where a path may not depend on it."""
        if not self.usable:
            raise PgDomainError(
                "0A000",
                f"cannot convert value from {source} to {target} without time zone usage",
                hint="Use *_tz() function for time zone support.",
            )


def read_iso(text: str, *, zones: bool) -> Moment | None:
    """The first of the ISO formats that fits; None where none does. zones: whether a zone may be named by its abbreviation."""
    match = ISO.fullmatch(text)
    if match is None:
        return None
    prefix = "" if match["year"] else "t_"
    if match[f"{prefix}zone"] and not zones:
        return None
    offset = _offset(match, prefix)
    clock = _clock(match, prefix) if match[f"{prefix}hour"] else 0
    if clock is None or (offset is None and (match[f"{prefix}sign"] or match[f"{prefix}zone"])):
        return None
    if prefix:
        return Moment("time", clock) if offset is None else Moment("timetz", clock, offset)
    year, month, day = (int(match[part]) for part in ("year", "month", "day"))
    year_max = YEAR_MAX if match["hour"] else DATE_YEAR_MAX
    if not (1 <= month <= 12 and year <= year_max and 1 <= day <= month_days(year, month)):
        return None
    micros = day_number(year, month, day) * DAY_US + clock
    if not match["hour"]:
        return Moment("date", micros)
    return Moment("timestamp", micros) if offset is None else Moment("timestamptz", micros - offset * SECOND_US, offset)


def _clock(match: re.Match[str], prefix: str) -> int | None:
    hour, minute, second = (int(match[prefix + part]) for part in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 59:
        return None
    fraction = int((match[f"{prefix}fraction"] or "0").ljust(6, "0"))
    return (hour * 3600 + minute * 60 + second) * SECOND_US + fraction


def _offset(match: re.Match[str], prefix: str) -> int | None:
    """Seconds east of UTC, of an abbreviation its own; None where there is none that means anything."""
    if name := match[f"{prefix}zone"]:
        found = find_zone(name)
        return None if found is None else offset_at(found, 0)[0]
    if not match[f"{prefix}sign"]:
        return None
    seconds = int(match[f"{prefix}off_hour"]) * 3600 + int(match[f"{prefix}off_minute"] or 0) * 60
    if abs(seconds) > OFFSET_MAX_S or int(match[f"{prefix}off_minute"] or 0) > 59:
        return None
    return -seconds if match[f"{prefix}sign"] == "-" else seconds


def converted(moment: Moment, kind: str, zone: Zone) -> Moment | None:
    """As another type; None where there is no such conversion."""
    source = moment.kind
    if source == kind:
        return moment
    if (source, kind) in IMPOSSIBLE:
        return None
    if "tz" in source + kind and (source, kind) != ("timestamptz", "timetz"):
        zone.require(source, kind)
    if source == "timestamptz" or (source == "timetz" and kind == "time"):
        return _without_zone(moment, kind, zone)
    if kind == "timestamptz":
        offset = offset_of_local(zone.info, moment.micros // SECOND_US)
        return Moment(kind, moment.micros - offset * SECOND_US, offset)
    if kind == "timetz":
        return Moment(kind, moment.micros, offset_at(zone.info, int(time.time()))[0])
    return Moment(kind, _part(moment.micros, kind))


def _part(local: int, kind: str) -> int:
    """Of a local time: its day, its time of day, or all of it."""
    clock = local % DAY_US
    return clock if kind in ("time", "timetz") else local - clock if kind == "date" else local


IMPOSSIBLE = frozenset([("time", "date"), ("timetz", "date"), ("date", "time"), ("date", "timetz"), ("timestamp", "timetz"),
                        ("time", "timestamp"), ("timetz", "timestamp"), ("time", "timestamptz"), ("timetz", "timestamptz")])  # fmt: skip


def _without_zone(moment: Moment, kind: str, zone: Zone) -> Moment:
    """A timestamptz as the session's local time, a timetz without its offset."""
    if moment.kind == "timetz":
        return Moment(kind, moment.micros)
    offset = offset_at(zone.info, moment.micros // SECOND_US)[0]
    local = moment.micros + offset * SECOND_US
    return Moment(kind, _part(local, kind), offset if kind == "timetz" else 0)


def precise(moment: Moment, digits: int) -> Moment:
    """With that many digits of a second."""
    return replace(moment, micros=round_us(moment.micros, min(digits, PRECISION_MAX)))


def compared(left: Moment, right: Moment, zone: Zone) -> int | None:
    """Below, at or above zero; None for what cannot be compared."""
    clocks = ("time", "timetz")
    if (left.kind in clocks) != (right.kind in clocks):
        return None
    wider = {"date": 0, "time": 0, "timestamp": 1, "timetz": 1, "timestamptz": 2}
    kind = max(left.kind, right.kind, key=wider.__getitem__)
    if left.kind != right.kind and kind != "timestamp":
        zone.require(next(one.kind for one in (left, right) if one.kind != kind), kind)
    a, b = (_order(converted(one, kind, zone) or one) for one in (left, right))
    return (a > b) - (a < b)


def _order(moment: Moment) -> tuple[int, int]:
    if moment.kind == "timetz":
        return moment.micros - moment.offset_s * SECOND_US, -moment.offset_s
    return moment.micros, 0
