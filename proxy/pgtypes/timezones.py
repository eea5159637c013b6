"""Time zones: names and POSIX forms as Postgres reads them, offsets at an instant, and a table of offsets for whole
columns.

Refuses to know types. Facts: the system's tz database through zoneinfo; src/timezone/pgtz.c for names (any letter
case) and POSIX signs; src/backend/utils/adt/datetime.c for gaps and overlaps; src/timezone/tznames/Default for
abbreviations.
"""

from __future__ import annotations

import zoneinfo
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from proxy.pgtypes.errors import InvalidParameterValue
from proxy.pgtypes.posix_zones import posix_zone

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAIVE_EPOCH = datetime(1970, 1, 1)
CYCLE_S = 146_097 * 86_400  # 400 years: after them weekdays and leap days repeat, and so do the rules of a zone
FIRST_S = int((datetime(1, 1, 3, tzinfo=UTC) - EPOCH).total_seconds())
LAST_S = int((datetime(9999, 12, 29, tzinfo=UTC) - EPOCH).total_seconds())
TABLE_FROM_S = int((datetime(1870, 1, 1, tzinfo=UTC) - EPOCH).total_seconds())
TABLE_TO_S = int((datetime(2101, 1, 1, tzinfo=UTC) - EPOCH).total_seconds())
STEP_S = 3 * 86_400  # no zone has changed its offset twice within three days

ABBREVIATIONS: dict[str, int] = {
    name: round(hours * 3600)
    for hours, names in {
        0: "utc ut gmt z zulu wet azost egst",
        1: "cet met bst west wetdst",
        2: "eet cest mest cetdst mez sast ist_il",
        3: "eest msk eat eetdst",
        4: "msd gst_ae",
        5: "pkt uzt",
        5.5: "ist",
        6: "bdt almt",
        7: "ict novt",
        8: "awst hkt sgt pht",
        9: "jst kst",
        9.5: "acst",
        10: "aest",
        10.5: "acdt",
        11: "aedt",
        12: "nzst",
        13: "nzdt",
        -1: "azot",
        -2: "fnt uyst",
        -2.5: "ndt",
        -3: "brt art adt gft",
        -3.5: "nst nft_nl",
        -4: "ast edt clt bot",
        -5: "est cdt cot pet",
        -6: "cst mdt galt",
        -7: "mst pdt",
        -8: "pst akdt",
        -9: "akst hdt",
        -10: "hst",
    }.items()
    for name in names.split()
}


@lru_cache(maxsize=256)
def find_zone(name: str) -> tzinfo | None:
    """The zone of a name in any letter case, or of a POSIX form (`EST5`, `<+02>-2`: positive is west); else None."""
    if name.lower() in ("utc", "gmt", "z", "zulu"):
        return UTC
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
