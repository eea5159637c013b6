"""to_char of dates, times and intervals: Postgres' templates (`YYYY-MM-DD HH24:MI:SS`, `FMMonth`, `Q`, `TZH`).

A port of DCH_to_char in src/backend/utils/adt/formatting.c, locale C. Refuses to know how text is read back (`dates.py`) and DuckDB's
types: an instant is microseconds since 1970.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from proxy.engine.functions.dates import truncated
from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.picture import ordinal
from proxy.engine.functions.udf import function
from proxy.kept import kept_if_short
from proxy.pgtypes.calendar import civil
from proxy.pgtypes.timezones import offset_at, zone

MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")  # fmt: skip
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
ROMAN_MONTHS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
KEYWORDS = (
    "Y,YYY", "SSSSS", "MONTH", "Month", "month", "IYYY", "YYYY", "HH24", "HH12", "SSSS", "IDDD", "A.M.", "P.M.", "a.m.",
    "p.m.", "A.D.", "B.C.", "a.d.", "b.c.", "FX", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6", "IYY", "YYY", "TZH", "TZM", "DDD",
    "DAY", "Day", "day", "MON", "Mon", "mon", "AM", "PM", "am", "pm", "AD", "BC", "ad", "bc", "HH", "MI", "MM", "SS", "MS",
    "US", "YY", "IY", "DD", "DY", "Dy", "dy", "ID", "IW", "WW", "CC", "RM", "rm", "TZ", "tz", "OF", "Y", "I", "D", "W",
    "J", "Q",
)  # fmt: skip
EXACT_CASE = frozenset(word for word in KEYWORDS if not word.isupper() or word.upper() in (
    "MONTH", "DAY", "MON", "DY", "A.M.", "P.M.", "A.D.", "B.C.", "AM", "PM", "AD", "BC", "RM", "TZ"))  # fmt: skip
MINUTE_US, HOUR_US, DAY_US = 60_000_000, 3_600_000_000, 86_400_000_000


@dataclass(frozen=True, slots=True)
class Moment:
    """What a template can show. year is astronomical (0 = 1 BC); hour may pass 24 in an interval."""

    year: int
    month: int
    day: int
    micros: int
    days: int = 0
    is_interval: bool = False
    offset: int = 0
    zone_name: str = ""

    @property
    def hour(self) -> int:
        """Hours, truncated toward zero."""
        return int(abs(self.micros) // HOUR_US) * (-1 if self.micros < 0 else 1)

    def part(self, unit: int, size: int) -> int:
        """micros // unit % size, truncated toward zero."""
        return int(abs(self.micros) // unit % size) * (-1 if self.micros < 0 else 1)

    @property
    def weekday(self) -> int:
        """0 is Sunday."""
        return (self.days + 4) % 7

    @property
    def day_of_year(self) -> int:
        """1..366; of an interval its days, a month taken as 30."""
        if self.is_interval:
            return (self.year * 12 + self.month) * 30 + self.day
        leap = self.year % 4 == 0 and (self.year % 100 != 0 or self.year % 400 == 0)
        before = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334)[self.month - 1]
        return before + self.day + (1 if leap and self.month > 2 else 0)

    @property
    def iso(self) -> tuple[int, int]:
        """ISO year and week; of an interval as if its parts were a date's (date2isoyear, date2isoweek)."""
        day, year = _julian(self), self.year
        if day < _first_monday(year):
            year -= 1
        elif day >= _first_monday(year + 1):
            year += 1
        return year, (day - _first_monday(year)) // 7 + 1

    @property
    def shown_year(self) -> int:
        """The year as written, without its era."""
        return self.year if self.is_interval or self.year > 0 else 1 - self.year


@dataclass(frozen=True, slots=True)
class Node:
    """A keyword with its prefix and suffix, or a literal character.

    separates: it stands for any separator of a text that is read. written: the keyword in the template's own case.
    """

    word: str
    text: str = ""
    fill: bool = False
    suffix: str = ""
    separates: bool = False
    written: str = ""


PREFIX, SUFFIX = re.compile("FM|fm|TM|tm"), re.compile("TH|th|SP")
KEYWORD = re.compile(
    "|".join(re.escape(one) for word in KEYWORDS for one in (word, *(() if word in EXACT_CASE else (word.lower(),))))
)
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"?', re.DOTALL)


@kept_if_short(512)
def nodes_of(template: str) -> tuple[Node, ...]:
    """Split a template into keywords and literal characters (parse_format)."""
    out: list[Node] = []
    at = 0
    while at < len(template):
        prefix = PREFIX.match(template, at)
        at += 2 if prefix else 0
        if found := KEYWORD.match(template, at):
            written, at = found[0], found.end()
            word = written if written in KEYWORDS else written.upper()
            suffix = SUFFIX.match(template, at)
            at += 2 if suffix else 0
            fill = prefix is not None and prefix[0] in ("FM", "fm")
            out.append(Node(word, fill=fill, suffix=suffix[0] if suffix else "", written=written))
        elif quoted := QUOTED.match(template, at):
            out += [Node("", char) for char in re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL)]
            at = quoted.end()
        elif at < len(template):
            at += template.startswith('\\"', at)
            char = template[at]
            out.append(Node("", char, separates=char.isspace() or (" " < char < "\x7f" and not char.isalnum())))
            at += 1
    return tuple(out)


@function("BIGINT VARCHAR VARCHAR", "VARCHAR")
def to_char_time(micros: int, template: str, timezone: str) -> str | None:
    """to_char of a timestamp; timezone '' for one without zone."""
    if not template:
        return None
    offset, name = offset_at(zone(timezone), micros // 1_000_000) if timezone else (0, "")
    days, rest = divmod(micros + offset * 1_000_000, DAY_US)
    year, month, day = civil(days)
    return shown(Moment(year, month, day, rest, days, offset=offset, zone_name=name), template, bool(timezone))


@function("INTERVAL VARCHAR", "VARCHAR")
def to_char_interval(parts: tuple[int, int, int], template: str) -> str | None:
    """to_char of an interval."""
    if not template:
        return None
    months, days, micros = parts
    years = int(abs(months) // 12) * (-1 if months < 0 else 1)
    return shown(Moment(years, months - years * 12, days, micros, is_interval=True), template, False)


def shown(moment: Moment, template: str, zoned: bool) -> str:
    """The template filled in."""
    out = []
    for node in nodes_of(template):
        if not node.word:
            out.append(node.text)
            continue
        text = _text(moment, node, zoned)
        if node.suffix in ("TH", "th") and text.lstrip("-").isdigit():
            text += ordinal(text, node.suffix == "TH")
        out.append(text)
    return "".join(out)


# Numbers that a minus makes longer; in others it takes a digit's place.
WIDER = frozenset("HH HH12 HH24 MI SS MM CC YYYY YYY YY Y IYYY IYY IY I".split())
NOT_FOR_INTERVALS = re.compile(r"(?i)(A\.?D\.?|B\.?C\.?|MONTH|MON|DAY|DY|D|ID|TZ|TZH|TZM|OF)")


def _text(moment: Moment, node: Node, zoned: bool) -> str:
    word = node.word
    if moment.is_interval and NOT_FOR_INTERVALS.fullmatch(word):
        raise PgDomainError("22007", "invalid format specification for an interval value")
    if word.upper() in NAMES:
        return NAMES[word.upper()](moment, word, node.fill)
    if word in ("TZ", "tz"):
        return (moment.zone_name if word == "TZ" else moment.zone_name.lower()) if zoned else ""
    number = NUMBERS[word.upper()]
    value, width = number(moment)
    if node.fill or width == 0:
        return str(value)
    return f"{value:0{width + (value < 0 and word.upper() in WIDER)}d}"


def _name(names: tuple[str, ...], place: int, short: bool, word: str, fill: bool) -> str:
    text = names[place][:3] if short else names[place]
    text = text.upper() if word.isupper() else text.lower() if word.islower() else text
    return text if fill or short else text.ljust(9)


def _half(moment: Moment, word: str, fill: bool) -> str:
    text = "PM" if moment.hour > 0 and moment.hour % 24 >= 12 else "AM"
    text = f"{text[0]}.{text[1]}." if "." in word else text
    return text if word.isupper() else text.lower()


def _era(moment: Moment, word: str, fill: bool) -> str:
    text = "BC" if moment.year <= 0 else "AD"
    text = f"{text[0]}.{text[1]}." if "." in word else text
    return text if word.isupper() else text.lower()


def _roman_month(moment: Moment, word: str, fill: bool) -> str:
    if not moment.month and not moment.year:
        return ""
    if moment.month:
        text = ROMAN_MONTHS[moment.month - 1 if moment.month > 0 else moment.month]
    else:  # whole years of an interval
        text = ROMAN_MONTHS[-1 if moment.year > 0 else 0]
    text = text if word == "RM" else text.lower()
    return text if fill else text.ljust(4)


def _quarter(moment: Moment, word: str, fill: bool) -> str:
    return str(truncated(moment.month - 1, 3) + 1) if moment.month else ""


def _offset(moment: Moment, word: str, fill: bool) -> str:
    hours, rest = divmod(abs(moment.offset), 3600)
    text = f"{'-' if moment.offset < 0 else '+'}{hours:02d}"
    return f"{text}:{rest // 60:02d}" if rest else text


def _zone_hour(moment: Moment, word: str, fill: bool) -> str:
    return f"{'-' if moment.offset < 0 else '+'}{abs(moment.offset) // 3600:02d}"


def _thousands(moment: Moment, word: str, fill: bool) -> str:
    year = moment.shown_year
    whole = truncated(year, 1000)
    return f"{whole},{year - whole * 1000:03d}"


Named = Callable[[Moment, str, bool], str]
NAMES: dict[str, Named] = {
    "MONTH": lambda m, w, f: _name(MONTHS, m.month - 1, False, w, f), "MON": lambda m, w, f: _name(MONTHS, m.month - 1, True, w, f),
    "DAY": lambda m, w, f: _name(DAYS, m.weekday, False, w, f), "DY": lambda m, w, f: _name(DAYS, m.weekday, True, w, f),
    "AM": _half, "PM": _half, "A.M.": _half, "P.M.": _half, "AD": _era, "BC": _era, "A.D.": _era, "B.C.": _era,
    "RM": _roman_month, "Q": _quarter, "FX": lambda m, w, f: "",
    "OF": _offset, "TZH": _zone_hour, "TZM": lambda m, w, f: f"{abs(m.offset) % 3600 // 60:02d}",
    "Y,YYY": _thousands,
}  # fmt: skip


def _century(moment: Moment) -> int:
    if moment.is_interval:
        return truncated(moment.year, 100)
    if moment.year > 0:
        return (moment.year - 1) // 100 + 1
    return -((-moment.year) // 100 + 1)


def _iso_year(moment: Moment) -> int:
    year = moment.iso[0]
    return year if year > 0 or moment.is_interval else 1 - year


def _iso_digits(moment: Moment, count: int) -> tuple[int, int]:
    """The sign takes a digit's place unless the year has one too."""
    value, width = _last_digits(_iso_year(moment), count) if count < 4 else (_iso_year(moment), 4)
    return value, max(width - (value < 0 <= moment.year), 0)


def _last_digits(year: int, count: int) -> tuple[int, int]:
    """With the sign that an interval's year may have."""
    unit = 10**count
    return year - truncated(year, unit) * unit, count if count > 1 else 0


def _half_day(hour: int) -> int:
    rest = int(abs(hour) % 12) * (-1 if hour < 0 else 1)
    return rest or 12


def _fraction(digits: int) -> Callable[[Moment], tuple[int, int]]:
    return lambda moment: (moment.part(10 ** (6 - digits), 10**digits), digits)


def _julian(moment: Moment) -> int:
    """The Julian day, which of an interval counts from the numbers of its parts."""
    return date2j(moment.year, moment.month, moment.day) if moment.is_interval else moment.days + 2_440_588


def date2j(year: int, month: int, day: int) -> int:
    """The Julian day of any numbers."""
    late = month > 2
    month, year = month + (1 if late else 13), year + (4800 if late else 4799)
    century = truncated(year, 100)
    days = year * 365 - 32_167 + truncated(year, 4) - century + truncated(century, 4)
    return days + truncated(7834 * month, 256) + day


def _first_monday(year: int) -> int:
    """The Julian day on which an ISO year starts."""
    fourth = date2j(year, 1, 4)
    return fourth - fourth % 7


NUMBERS: dict[str, Callable[[Moment], tuple[int, int]]] = {
    "HH": lambda m: (_half_day(m.hour), 2), "HH12": lambda m: (_half_day(m.hour), 2), "HH24": lambda m: (m.hour, 2),
    "MI": lambda m: (m.part(MINUTE_US, 60), 2), "SS": lambda m: (m.part(1_000_000, 60), 2),
    "MS": lambda m: (m.part(1000, 1000), 3), "US": lambda m: (m.part(1, 1_000_000), 6),
    "SSSS": lambda m: (truncated(m.micros, 1_000_000), 0), "SSSSS": lambda m: (truncated(m.micros, 1_000_000), 0),
    "YYYY": lambda m: (m.shown_year, 4), "YYY": lambda m: _last_digits(m.shown_year, 3), "YY": lambda m: _last_digits(m.shown_year, 2),
    "Y": lambda m: _last_digits(m.shown_year, 1), "IYYY": lambda m: _iso_digits(m, 4), "IYY": lambda m: _iso_digits(m, 3),
    "IY": lambda m: _iso_digits(m, 2), "I": lambda m: _iso_digits(m, 1), "MM": lambda m: (m.month, 2),
    "DDD": lambda m: (m.day_of_year, 3), "DD": lambda m: (m.day, 2), "D": lambda m: (m.weekday + 1, 0),
    "ID": lambda m: (m.weekday or 7, 0), "W": lambda m: (truncated(m.day - 1, 7) + 1, 0),
    "WW": lambda m: (truncated(m.day_of_year - 1, 7) + 1, 2), "IW": lambda m: (m.iso[1], 2),
    "IDDD": lambda m: (_julian(m) - _first_monday(m.iso[0]) + 1, 3), "CC": lambda m: (_century(m), 2),
    "J": lambda m: (_julian(m), 0),
    **{f"FF{digits}": _fraction(digits) for digits in range(1, 7)},
}  # fmt: skip
