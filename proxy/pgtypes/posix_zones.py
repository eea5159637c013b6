"""Time zones in POSIX form (`EST5EDT`, `<+03>-3`, `CET-1CEST,M3.5.0,M10.5.0/3`), as Postgres reads them where no zone has the name.

Gives tzinfo; refuses to know zones by name. Facts: tzparse in src/timezone/localtime.c, which takes any characters for a name, and
America's rules where daylight saving has none. The rules are computed by zoneinfo, as those at the end of a zone's file.
"""

from __future__ import annotations

import io
import re
import struct
from datetime import timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from proxy.pgtypes.errors import FeatureNotSupported

DEFAULT_RULES = ",M3.2.0,M11.1.0"
OFFSET = r"([+-]?)(\d{1,3})(?::(\d{1,2})(?::(\d{1,2})|(?!:))|(?!:))"
NAME = r"(<[^>]*>|[^\d,+<-][^\d,+-]*)"
FORM = re.compile(rf"(?:{NAME})?{OFFSET}(?:{NAME}(?:{OFFSET})?(,.*)?)?", re.DOTALL)
RULE = r"(?:J\d{1,3}|M\d{1,2}\.\d\.\d|\d{1,3})(?:/[+-]?\d{1,3}(?::\d{1,2}(?::\d{1,2})?)?)?"
RULES = re.compile(rf",{RULE},{RULE}")
SHOWN = re.compile(r"[A-Za-z0-9+-]{3,}")
HOURS_MAX, DAY = 167, 86_400


def posix_zone(text: str) -> tzinfo | None:
    """The zone of a POSIX form, without a key; None where Postgres takes it for none."""
    match = FORM.fullmatch(text.upper())
    if match is None:
        return None
    name, summer, rules = match[1] or "", match[6], match[11]
    standard, daylight = _seconds(match, 2), _seconds(match, 7)
    if standard is None or daylight is None or (rules and not RULES.fullmatch(rules)):
        return None
    if summer is None:
        shown = [_shown(name, "STD")] if name else []
        return timezone(timedelta(seconds=_near(standard)), *shown)
    daylight = _near(daylight if match[8] else standard + 3600)
    names = f"<{_shown(name, 'STD')}>{_clock(-_near(standard))}<{_shown(summer, 'DST')}>{_clock(-daylight)}"
    return _with_rules(f"{names}{rules or DEFAULT_RULES}")


def _near(offset: int) -> int:
    """An offset that Python can hold. Raises FeatureNotSupported for others, of which Postgres takes some."""
    if abs(offset) >= DAY:
        raise FeatureNotSupported(
            "a time zone a day or more from UTC is not supported by the double",
            hint="Name a time zone, such as Europe/Berlin.",
        )
    return offset


def _seconds(match: re.Match[str], first: int) -> int | None:
    """Seconds east of UTC of an offset, which counts west."""
    hours, minutes, seconds = (int(match[first + at] or 0) for at in (1, 2, 3))
    if hours > HOURS_MAX or minutes > 59 or seconds > 60:
        return None
    west = hours * 3600 + minutes * 60 + seconds
    return west if match[first] == "-" else -west


def _shown(name: str, otherwise: str) -> str:
    """An abbreviation that zoneinfo takes."""
    plain = name.strip("<>")
    return plain if SHOWN.fullmatch(plain) else otherwise


def _clock(seconds: int) -> str:
    sign, rest = ("-", -seconds) if seconds < 0 else ("", seconds)
    return f"{sign}{rest // 3600}:{rest // 60 % 60:02d}:{rest % 60:02d}"


def _with_rules(footer: str) -> tzinfo | None:
    """A zone file (RFC 8536) that has no transitions, one unused type and the rules."""
    header = struct.pack(">4sc15x6l", b"TZif", b"2", 0, 0, 0, 0, 1, 4)
    block = struct.pack(">lbb", 0, 0, 0) + b"UTC\0"
    data = header + block + header + block + b"\n" + footer.encode() + b"\n"
    try:
        return ZoneInfo.from_file(io.BytesIO(data))
    except ValueError:
        return None  # a rule whose numbers are out of range
