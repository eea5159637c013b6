"""How a configuration parameter's text is checked, kept and shown: one class a type, and four parameters with rules of their own.

Refuses to know names and values in force. Facts: src/backend/utils/misc/guc.c (units, ranges, words) and
src/backend/commands/variable.c (DateStyle, TimeZone, client_encoding).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timezone
from zoneinfo import ZoneInfo

from proxy.errors import InvalidSetting
from proxy.pgtypes.errors import FeatureNotSupported, NumericOutOfRange
from proxy.pgtypes.geometry import FLOAT8
from proxy.pgtypes.timezones import find_zone

_BOOLEANS = {"on": True, "true": True, "yes": True, "1": True, "off": False, "false": False, "no": False, "0": False}
_TIMES = {"us": 0.001, "ms": 1.0, "s": 1e3, "min": 6e4, "h": 3.6e6, "d": 8.64e7}  # in ms
_SIZES = {"B": 1 / 1024, "kB": 1.0, "MB": 1024.0, "GB": 1024.0**2, "TB": 1024.0**3}  # in kB
_UNITS = {
    **{unit: (_TIMES, scale) for unit, scale in _TIMES.items()},
    **{unit: (_SIZES, scale) for unit, scale in _SIZES.items()},
}
_UNITS["8kB"] = (_SIZES, 8.0)
_UTC_NAMES = {"utc": "UTC", "gmt": "GMT", "zulu": "Zulu"}
_NUMBER = re.compile(
    r"\s*+([+-]?(?:0[xX][0-9a-fA-F]++|\d++\.?\d*+(?:[eE][+-]?\d++)?|\.\d++(?:[eE][+-]?\d++)?))\s*+([A-Za-z]*+)\s*+",
    re.ASCII,
)
_OCTAL = re.compile("[+-]?0[0-9]++")
_NAME_BYTES = 63


class Kind:
    """A parameter that takes any text."""

    def check(self, name: str, value: str, current: str) -> str:
        """The text that is kept; current: what is in force. Raises InvalidSetting."""
        return value

    def show(self, kept: str) -> str:
        """What SHOW prints."""
        return kept


class Boolean(Kind):
    """on and off, in any unambiguous abbreviation."""

    def check(self, name: str, value: str, current: str) -> str:
        """See Kind."""
        word = value.strip().lower()
        found = {truth for full, truth in _BOOLEANS.items() if word and full.startswith(word) and word != "o"}
        if len(found) != 1:
            raise InvalidSetting(f'parameter "{name}" requires a Boolean value')
        return "on" if found.pop() else "off"


@dataclass(frozen=True, slots=True)
class Only(Boolean):
    """A switch that the double has in one position; to pretend the other one would change what statements mean."""

    word: str

    def check(self, name: str, value: str, current: str) -> str:
        """See Kind. Raises FeatureNotSupported for the other position."""
        word = Boolean.check(self, name, value, current)
        if word != self.word:
            raise FeatureNotSupported(
                f'"{name}" cannot be {word} on the double', hint=f"Write statements for {self.word}."
            )
        return word


@dataclass(frozen=True, slots=True)
class Enum(Kind):
    """One of a list of words; where on and off are among them, other Booleans stand for these."""

    words: tuple[str, ...]

    def check(self, name: str, value: str, current: str) -> str:
        """See Kind."""
        word = value.lower()
        if "on" in self.words and word in _BOOLEANS:
            word = "on" if _BOOLEANS[word] else "off"
        if word not in self.words:
            raise invalid(name, value, hint="Available values: " + ", ".join(self.words) + ".")
        return word


@dataclass(frozen=True, slots=True)
class Number(Kind):
    """A number between bounds, in a unit; integers are rounded as Postgres rounds them."""

    low: float
    high: float
    unit: str = ""
    whole: bool = True

    def check(self, name: str, value: str, current: str) -> str:
        """See Kind."""
        found = _NUMBER.fullmatch(value)
        if found is None:
            raise invalid(name, value)
        digits, unit = found.groups()
        number = self._number(name, value, digits)
        if unit:
            number *= self._scale(name, value, unit)
        if self.whole and (abs(number) >= 2**32 or abs(number := round(number)) >= 2**31):
            raise invalid(name, value, hint="Value exceeds integer range.")
        if not self.low <= number <= self.high:
            suffix = f" {self.unit}" if self.unit else ""
            shown, low, high = (self._plain(part) + suffix for part in (number, self.low, self.high))
            raise InvalidSetting(f'{shown} is outside the valid range for parameter "{name}" ({low} .. {high})')
        return self._plain(number)

    def _number(self, name: str, value: str, digits: str) -> float:
        """strtol() of whole numbers, of which those that begin with a zero are octal, and strtod()."""
        if self.whole and _OCTAL.fullmatch(digits):
            if set("89") & set(digits):
                raise invalid(name, value)
            return float(max(-(2**63), min(int(digits, 8), 2**63)))
        try:
            return FLOAT8.parse(digits)
        except NumericOutOfRange:
            raise invalid(name, value) from None

    def show(self, kept: str) -> str:
        """In the largest unit that gives a whole number."""
        number = float(kept)
        if not self.unit or number <= 0:
            return kept
        units, own = _UNITS[self.unit]
        for unit in sorted(units, key=units.__getitem__, reverse=True):
            count = number * own / units[unit]
            if count >= 1 and abs(count - round(count)) < 1e-9:
                return f"{round(count)}{unit}"
        return f"{kept}{self.unit}"

    def _scale(self, name: str, value: str, unit: str) -> float:
        units, own = _UNITS.get(self.unit, ({}, 1.0))
        if unit not in units:
            words = [f'"{word}"' for word in units]
            hint = f"Valid units for this parameter are {', '.join(words[:-1])}, and {words[-1]}." if words else ""
            raise invalid(name, value, hint=hint)
        return units[unit] / own

    def _plain(self, number: float) -> str:
        return str(int(number)) if self.whole else f"{number:g}"


class Ascii(Kind):
    """application_name: what is not printable ASCII is written as \\xNN."""

    def check(self, name: str, value: str, current: str) -> str:
        """See Kind."""
        kept = value.encode()[:_NAME_BYTES].decode(errors="ignore").encode()
        return "".join(chr(byte) if 32 <= byte < 127 else f"\\x{byte:02x}" for byte in kept)


class DateStyle(Kind):
    """A style and an order of day and month, in either order."""

    STYLES = {"iso": "ISO", "sql": "SQL", "postgres": "Postgres", "german": "German"}
    ORDERS = {"ymd": "YMD", "dmy": "DMY", "euro": "DMY", "european": "DMY", "mdy": "MDY", "us": "MDY", "noneuro": "MDY",
              "noneuropean": "MDY"}  # fmt: skip

    def check(self, name: str, value: str, current: str) -> str:
        """See Kind. What is not named stays as it is; German alone means DMY."""
        style, order, conflicts = "", "", False
        # however often a part is written, it says what it says once
        parts = dict.fromkeys(value.split(",")) if value.strip() else ()
        for word in (part.strip().strip('"').lower() for part in parts):
            if word in self.STYLES:
                conflicts = style not in ("", self.STYLES[word])
                style = self.STYLES[word]
            elif word in self.ORDERS:
                conflicts = order not in ("", self.ORDERS[word])
                order = self.ORDERS[word]
            elif word != "default":
                raise invalid(name, value, detail=f'Unrecognized key word: "{word}".')
            if conflicts:
                raise invalid(name, value, detail='Conflicting "DateStyle" specifications.')
        style_now, _, order_now = current.partition(", ")
        return f"{style or style_now}, {order or ('DMY' if style == 'German' else order_now)}"


class TimeZone(Kind):
    """A zone's name in its own spelling, a POSIX form, or hours east of UTC."""

    def check(self, name: str, value: str, current: str) -> str:
        """See Kind."""
        text = value.strip()
        if (known := _UTC_NAMES.get(text.lower())) is not None:
            return known
        if re.fullmatch(r"[+-]?[0-9]+(\.[0-9]*)?", text):
            return posix_zone(self._hours(name, value, float(text)))
        zone = find_zone(text)
        if zone is None or text.lower() == "z":
            raise invalid(name, value)
        if isinstance(zone, ZoneInfo) and zone.key is None:
            raise FeatureNotSupported(
                "a TimeZone with rules of its own is not supported by the double",
                hint="Name a time zone, such as Europe/Berlin.",
            )
        return str(zone.key) if isinstance(zone, ZoneInfo) else text.upper()

    @staticmethod
    def _hours(name: str, value: str, hours: float) -> int:
        if abs(hours) >= 168:
            raise invalid(name, value, detail="UTC timezone offset is out of range.")
        seconds = round(hours * 3600)
        if abs(seconds) >= 86_400:
            raise FeatureNotSupported(
                "a time zone a day or more from UTC is not supported by the double",
                hint="Name a time zone, such as Europe/Berlin.",
            )
        return seconds


class Encoding(Kind):
    """client_encoding: text is UTF-8 or not converted at all."""

    def check(self, name: str, value: str, current: str) -> str:
        """See Kind."""
        plain = re.sub(r"[^a-z0-9]", "", value.lower())
        if plain in ("utf8", "unicode"):
            return "UTF8"
        if plain == "sqlascii":
            return "SQL_ASCII"
        raise invalid(name, value, hint="The double speaks UTF8; set PGCLIENTENCODING=UTF8.")


def invalid(name: str, value: str, *, detail: str = "", hint: str = "") -> InvalidSetting:
    """What Postgres says of a value it cannot read."""
    return InvalidSetting(f'invalid value for parameter "{name}": "{value}"', detail=detail, hint=hint)


def posix_zone(seconds: int) -> str:
    """An offset east of UTC as SHOW prints it: 8 hours west are `<-08>+08`."""
    minutes, second = divmod(abs(seconds), 60)
    size = f"{minutes // 60:02d}"
    if minutes % 60 or second:
        size += f":{minutes % 60:02d}"
    if second:
        size += f":{second:02d}"
    return f"<-{size}>+{size}" if seconds < 0 else f"<+{size}>-{size}"


def common_zone(name: str) -> str:
    """A name of the zone that means the same to Postgres and to the engine, where there is one."""
    zone = find_zone(name)
    if isinstance(zone, ZoneInfo):
        return str(zone.key)
    offset = zone.utcoffset(None) if isinstance(zone, timezone) else None
    hours, rest = divmod(round(offset.total_seconds()), 3600) if offset is not None else (0, 0)
    if not offset:
        return "UTC"
    return f"Etc/GMT{-hours:+d}" if rest == 0 and -12 <= hours <= 14 else name


def engine_zone(name: str) -> str:
    """The zone as the engine's SET TimeZone reads it; its `GMT+5:30` is east, POSIX' is west."""
    common = common_zone(name)
    zone = find_zone(common)
    if isinstance(zone, ZoneInfo) or common == "UTC" or zone is None:
        return common
    offset = zone.utcoffset(None)
    seconds = round(offset.total_seconds()) if offset is not None else 0
    minutes, second = divmod(abs(seconds), 60)
    return f"GMT{'-' if seconds < 0 else '+'}{minutes // 60:02d}:{minutes % 60:02d}" + (
        f":{second:02d}" if second else ""
    )
