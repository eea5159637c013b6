"""Time zones: names and POSIX forms as Postgres reads them, offsets at an instant, and a table of offsets for whole
columns.

Refuses to know types. Facts: the system's tz database through zoneinfo; src/timezone/pgtz.c for names (any letter
case) and POSIX signs; src/backend/utils/adt/datetime.c for gaps and overlaps.
"""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from proxy.kept import kept_if_short
from proxy.pgtypes.errors import InvalidParameterValue
from proxy.pgtypes.posix_zones import posix_zone
from proxy.pgtypes.zone_abbreviations import CHANGING, FIXED

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAIVE_EPOCH = datetime(1970, 1, 1)
NAME_MAX = 255  # bytes: TZ_STRLEN_MAX
CYCLE_S = 146_097 * 86_400  # 400 years: after them weekdays and leap days repeat, and so do the rules of a zone
FIRST_S = int((datetime(1, 1, 3, tzinfo=UTC) - EPOCH).total_seconds())
LAST_S = int((datetime(9999, 12, 29, tzinfo=UTC) - EPOCH).total_seconds())
TABLE_FROM_S = int((datetime(1870, 1, 1, tzinfo=UTC) - EPOCH).total_seconds())
TABLE_TO_S = int((datetime(2101, 1, 1, tzinfo=UTC) - EPOCH).total_seconds())
STEP_S = 3 * 86_400  # no zone has changed its offset twice within three days


class Changing(tzinfo):
    """An abbreviation that has meant more than one offset: at each moment the one it had there last, else the zone's own."""

    def __init__(self, name: str, zone: tzinfo) -> None:
        self.name, self.zone = name.upper(), zone

    def fromutc(self, moment: datetime) -> datetime:
        """See tzinfo: the local time of an instant."""
        there = moment.replace(tzinfo=UTC).astimezone(self.zone)
        return (moment + timedelta(seconds=self.offset(_second_of(moment)))).replace(fold=there.fold)

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """See tzinfo; of a local time."""
        assert moment is not None
        offset = moment.replace(tzinfo=self.zone).utcoffset() or timedelta()
        return timedelta(seconds=self.offset(_second_of(moment - offset)))

    def dst(self, moment: datetime | None) -> None:
        """See tzinfo."""

    def tzname(self, moment: datetime | None) -> str:
        """See tzinfo."""
        return self.name

    def offset(self, second: int) -> int:
        """In seconds, at an instant."""
        changes = _table(self.zone)[0]
        began = int(np.searchsorted(changes, second, side="right"))
        spans = (second, *reversed(changes[:began].tolist()), *changes[began:].tolist())
        known = (offset for offset, name in (offset_at(self.zone, one) for one in spans) if name == self.name)
        return next(known, offset_at(self.zone, second)[0])


def _second_of(moment: datetime) -> int:
    return (moment.replace(tzinfo=None) - NAIVE_EPOCH) // timedelta(seconds=1)


@kept_if_short(256)
def abbreviated(name: str) -> tzinfo | None:
    """What an abbreviation in any letter case stands for; None where it is none."""
    folded = name.lower()
    if folded in CHANGING:
        return Changing(name, zoneinfo.ZoneInfo(CHANGING[folded]))
    return timezone(timedelta(seconds=FIXED[folded]), name.upper()) if folded in FIXED else None


def named_zone(name: str) -> tzinfo | None:
    """What AT TIME ZONE takes: an abbreviation before a zone of the same name, as CET is one in summer too (DecodeTimezoneName)."""
    return abbreviated(name) or find_zone(name)


@kept_if_short(256)
def find_zone(name: str) -> tzinfo | None:
    """The zone of a name in any letter case, or of a POSIX form (`EST5`, `<+02>-2`: positive is west); else None."""
    if len(name.encode()) > NAME_MAX:
        return None
    if name.lower() in ("utc", "gmt", "z", "zulu"):
        return UTC
    if name.lower().startswith("right/"):  # with leap seconds, which Postgres takes from none
        return None
    try:
        return zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        folded = _zone_names().get(name.lower())
    if folded is not None:
        return zoneinfo.ZoneInfo(folded)
    return posix_zone(name)


def zone(name: str) -> tzinfo:
    """The zone of a TimeZone setting. Raises InvalidParameterValue in Postgres' words."""
    found = find_zone(name)
    if found is None:
        raise InvalidParameterValue(f'invalid value for parameter "TimeZone": "{name}"')
    return found


def offset_at(where: tzinfo, second: int) -> tuple[int, str]:
    """Offset east of UTC in seconds, and the abbreviation, at an instant in seconds since 1970; any year."""
    if second > LAST_S:
        second -= -(-(second - LAST_S) // CYCLE_S) * CYCLE_S
    local = (EPOCH + timedelta(seconds=max(second, FIRST_S))).astimezone(where)
    return round((local.utcoffset() or timedelta()).total_seconds()), local.tzname() or ""


def offset_of_local(where: tzinfo, second: int) -> int:
    """Offset of a local time: before the change in a gap, after it in an overlap (DetermineTimeZoneOffset)."""
    if isinstance(where, Changing):
        return where.offset(second - offset_of_local(where.zone, second))
    if second > LAST_S:
        second -= -(-(second - LAST_S) // CYCLE_S) * CYCLE_S
    local = NAIVE_EPOCH + timedelta(seconds=max(second, FIRST_S))
    first = round((local.replace(tzinfo=where).utcoffset() or timedelta()).total_seconds())
    second_reading = round((local.replace(tzinfo=where, fold=1).utcoffset() or timedelta()).total_seconds())
    return min(first, second_reading) if first > second_reading else first


def offset_text(seconds: int) -> str:
    """`+02`, `+05:30`, `-00:25:21`."""
    sign = "-" if seconds < 0 else "+"
    hours, rest = divmod(abs(seconds), 3600)
    minutes, second = divmod(rest, 60)
    text = f"{sign}{hours:02d}"
    if minutes or second:
        text += f":{minutes:02d}"
    return f"{text}:{second:02d}" if second else text


def offsets_of(where: tzinfo, seconds: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Offsets of many instants (seconds since 1970); correct inside TABLE_FROM_S..TABLE_TO_S."""
    starts, offsets = _table(where)
    found: npt.NDArray[np.int64] = offsets[np.maximum(np.searchsorted(starts, seconds, side="right") - 1, 0)]
    return found


@lru_cache(maxsize=32)
def _table(where: tzinfo) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Instants from which an offset holds, ascending, and the offsets."""
    starts, offsets = [TABLE_FROM_S], [_offset(where, TABLE_FROM_S)]
    if not isinstance(where, timezone):
        for after in range(TABLE_FROM_S + STEP_S, TABLE_TO_S + STEP_S, STEP_S):
            offset = _offset(where, after)
            if offset != offsets[-1]:
                starts.append(_change(where, after - STEP_S, after, offset))
                offsets.append(offset)
    return np.array(starts, dtype=np.int64), np.array(offsets, dtype=np.int64)


def _offset(where: tzinfo, second: int) -> float:
    return ((EPOCH + timedelta(seconds=second)).astimezone(where).utcoffset() or timedelta()).total_seconds()


def _change(where: tzinfo, before: int, after: int, offset: float) -> int:
    """The first second at which the offset is that of `after`."""
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(where, middle) == offset:
            after = middle
        else:
            before = middle
    return after


@lru_cache(maxsize=1)
def _zone_names() -> dict[str, str]:
    return {name.lower(): name for name in zoneinfo.available_timezones()}
