"""What a date's text is made of: the tokens, the words, and the fields they fill.

Holds tables only; refuses to know what the fields mean together (datetime_input.py). Facts:
src/backend/utils/adt/datetime.c, datetktbl and ParseDateTime.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal

RELATIVE = frozenset(("now", "today", "tomorrow", "yesterday"))
MONTH_NAMES = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
MONTHS = {name[:3]: at + 1 for at, name in enumerate(MONTH_NAMES)} | {
    name: at + 1 for at, name in enumerate(MONTH_NAMES)
}
MONTHS["sept"] = 9
DAY_NAMES = frozenset(
    [
        "sun",
        "sunday",
        "mon",
        "monday",
        "tue",
        "tues",
        "tuesday",
        "wed",
        "weds",
        "wednesday",
        "thu",
        "thur",
        "thurs",
        "thursday",
        "fri",
        "friday",
        "sat",
        "saturday",
    ]
)
NOISE = frozenset(("at", "on", "t"))

TOKEN = re.compile(
    r"\s*(?:"
    r"(?P<time>\d+:[\d:]*(?:\.\d*)?)"
    r"|(?P<date>\d+(?P<mark>[-/.])(?:\d+|[A-Za-z]+)(?P=mark)\d+|\d+-[A-Za-z]+-?\d+)"
    r"|(?P<named>(?:[A-Za-z]{3,9})-\d+-\d+)"
    r"|(?P<yday>\d{4}\.\d{3}(?!\d))"
    r"|(?P<offset>[+-]\d{1,2}(?::\d+){0,2}(?![\d:])|[+-]\d{3,}(?![\d:]))"
    r"|(?P<julian>[jJ]\d+)"
    r"|(?P<word>-infinity|[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)*(?:\d[A-Za-z]+)?)"
    r"|(?P<digits>\d+(?:\.\d*)?)"
    r"|(?P<skip>[,;]+)"
    r")"
)


@dataclass
class Fields:
    """What was found so far."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    month_is_text: bool = False
    year_digits: int = 4
    yday: int | None = None
    julian: int | None = None
    time_us: int | None = None
    meridian: str = ""
    bc: bool | None = None
    zone: Callable[[int], int] | None = None
    special: str = ""
    after_t: bool = False
    numbers: list[str] = field(default_factory=list)


CLOCK = re.compile(r"(\d+):(\d*)(?::(\d*(?:\.\d*)?)|(\.\d*))?")


def clock_parts(token: str) -> tuple[int, int, Decimal] | None:
    """Hours, minutes and seconds of `10:20`, `10:20:30.5`, `10:` and, as minutes and seconds, `10:20.5` (DecodeTime); None for others."""
    match = CLOCK.fullmatch(token)
    if match is None:
        return None
    first, second = int(match[1]), int(match[2] or 0)
    if match[4] is not None:
        return 0, first, second + _seconds(match[4])
    return first, second, _seconds(match[3] or "")


def _seconds(text: str) -> Decimal:
    return Decimal(f"0{text}".rstrip("."))
