"""to_date and to_timestamp: text read by Postgres' templates.

Gives local microseconds since 1970 and the offset that the text itself names. Refuses to know DuckDB's types and printing.
Facts: DCH_from_char in src/backend/utils/adt/formatting.c.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from proxy.engine.functions.dates import DAY_US, HOUR_US, MINUTE_US, SECOND_US
from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.formatting import DAYS, MONTHS, ROMAN_MONTHS, Node, nodes_of
from proxy.engine.functions.udf import function
from proxy.pgtypes.calendar import day_number, month_days


@dataclass
class Reading:
    """What DCH_from_char has collected."""

    fields: dict[str, int] = field(default_factory=dict)
    half: str = ""
    before_christ: bool = False
    offset: int | None = None


@function("VARCHAR VARCHAR VARCHAR", "BIGINT")
def read_time(text: str, template: str, target: str) -> int:
    """to_timestamp and to_date: local microseconds since 1970; for a time zone in the text see read_offset."""
    return _local_micros(_reading(text, template), text)


@function("VARCHAR", "VARCHAR")
def without_zone(template: str) -> str:
    """The template, where it reads no offset as PostgreSQL reads one since 17."""
    if word := next((node.word for node in nodes_of(template) if node.word.upper() == "OF"), ""):
        raise PgDomainError("0A000", f'formatting field "{word}" is only supported in to_char')
    return template


@function("VARCHAR VARCHAR", "INTEGER", strict=True)
def read_offset(text: str, template: str) -> int | None:
    """Seconds east of UTC that TZH, TZM or OF read, else NULL."""
    return _reading(text, template).offset


DIGITS = {
    "YYYY": 4, "YYY": 3, "YY": 2, "Y": 1, "MM": 2, "DD": 2, "DDD": 3, "HH24": 2, "HH12": 2, "HH": 2, "MI": 2, "SS": 2, "MS": 3,
    "US": 6, "SSSS": 5, "SSSSS": 5, "J": 7, "D": 1, "ID": 1, "Q": 1, "IYYY": 4, "IW": 2, "WW": 2, "W": 1, "CC": 2, "IDDD": 3,
    "TZM": 2, "FF1": 1, "FF2": 2, "FF3": 3, "FF4": 4, "FF5": 5, "FF6": 6, "IYY": 3, "IY": 2, "I": 1,
}  # fmt: skip


def _reading(text: str, template: str) -> Reading:
    found, at, nodes = Reading(), 0, nodes_of(template)
    for place, node in enumerate(nodes):
        while at < len(text) and text[at].isspace() and (node.word or node.text.isspace() is False):
            at += 1
        if not node.word:
            at = _literal(text, at, node)
            continue
        at = _read_node(found, node, text, at, nodes[place + 1] if place + 1 < len(nodes) else None)
        if node.suffix in ("TH", "th"):
            at += 2
    return found


def _literal(text: str, at: int, node: Node) -> int:
    """Separators match any one separator or nothing; other literal characters skip one character."""
    if node.text.isalnum() or len(node.text) > 1:
        return min(at + len(node.text), len(text))
    if at < len(text) and not text[at].isalnum() and text[at] not in "+-":
        return at + 1
    if at < len(text) and text[at] == node.text:
        return at + 1
    return at


def _read_node(found: Reading, node: Node, text: str, at: int, following: Node | None) -> int:
    word = node.word.upper()
    if word in DIGITS:
        return _read_number(found, word, node, text, at, following)
    if word in ("MONTH", "MON"):
        return _read_name(found, "MM", MONTHS, word == "MON", text, at, node.word)
    if word in ("DAY", "DY"):
        return _read_name(found, "", DAYS, word == "DY", text, at, node.word)
    if word in ("AM", "PM", "A.M.", "P.M."):
        match = re.match(r"(?i)([ap])\.?m\.?", text[at:])
        if match is None:
            raise _invalid(text[at : at + len(word)], node.word)
        found.half = match[1].lower()
        return at + match.end()
    if word in ("AD", "BC", "A.D.", "B.C."):
        match = re.match(r"(?i)(a\.?d\.?|b\.?c\.?)", text[at:])
        if match is None:
            raise _invalid(text[at : at + len(word)], node.word)
        found.before_christ = match[1][0].lower() == "b"
        return at + match.end()
    if word == "RM":
        for place in range(11, -1, -1):
            if text[at:].upper().startswith(ROMAN_MONTHS[place]) and _longest_roman(text[at:], place):
                found.fields["MM"] = place + 1
                return at + len(ROMAN_MONTHS[place])
        raise _invalid(text[at : at + 4], node.word)
    if word in ("TZH", "OF"):
        return _read_offset(found, text, at, word)
    if word == "Y,YYY":
        match = re.match(r"(\d+),(\d{3})", text[at:])
        if match is None:
            raise _invalid(text[at : at + 5], node.word)
        found.fields["YYYY"] = int(match[1]) * 1000 + int(match[2])
        return at + match.end()
    raise PgDomainError("0A000", f'formatting field "{node.word}" is only supported in to_char')


def _longest_roman(rest: str, place: int) -> bool:
    head = re.match(r"(?i)[ivx]+", rest)
    return head is not None and head[0].upper() == ROMAN_MONTHS[place]


def _read_number(found: Reading, word: str, node: Node, text: str, at: int, following: Node | None) -> int:
    next_is_digit = following is not None and (following.word.upper() in DIGITS or following.text[:1].isdigit())
    width = (
        DIGITS[word] if next_is_digit else 9 if word not in ("MS", "US") and not word.startswith("FF") else DIGITS[word]
    )
    match = re.match(rf"[+-]?\d{{1,{width}}}", text[at:])
    if match is None:
        raise _invalid(text[at : at + DIGITS[word]], node.word, NO_INTEGER)
    value, digits = int(match[0]), match[0].lstrip("+-")
    if word in ("YYY", "YY", "Y") and len(digits) < 4:
        value += 2000 if value < 70 else 1900 if value < 100 else 1000 if value >= 520 else 2000
        word = "YYYY"
    if word in ("YYY", "YY", "Y"):
        word = "YYYY"
    if word in ("MS", "US") or word.startswith("FF"):
        word, value = "US", int(digits.ljust(6, "0")[:6])
    found.fields["SSSS" if word == "SSSSS" else word] = value
    return at + match.end()


def _read_name(found: Reading, key: str, names: tuple[str, ...], short: bool, text: str, at: int, word: str) -> int:
    rest = text[at:].lower()
    for place, name in enumerate(names):
        shown = name[:3].lower() if short else name.lower()
        if rest.startswith(shown):
            if key:
                found.fields[key] = place + 1
            return at + len(shown)
    raise _invalid(text[at : at + 9].split(" ")[0], word, NO_NAME)


def _read_offset(found: Reading, text: str, at: int, word: str) -> int:
    match = re.match(r"([+-])?(\d{1,2})" + (r"(?::(\d{2}))?" if word == "OF" else ""), text[at:])
    if match is None:
        raise _invalid(text[at : at + 3], word)
    minutes = int(match[3] or 0) if word == "OF" else 0
    found.offset = (int(match[2]) * 3600 + minutes * 60) * (-1 if match[1] == "-" else 1)
    return at + match.end()


NO_INTEGER = "Value must be an integer."
NO_NAME = "The given value did not match any of the allowed values for this field."


def _invalid(piece: str, word: str, detail: str = "") -> PgDomainError:
    return PgDomainError("22007", f'invalid value "{piece}" for "{word}"', detail)


def _local_micros(one: Reading, text: str) -> int:
    get = one.fields.get
    if "TZM" in one.fields and one.offset is not None:
        one.offset += (-60 if one.offset < 0 else 60) * one.fields["TZM"]
    hour = get("HH24", get("HH12", get("HH", 0)))
    if one.half or ("HH24" not in one.fields and ("HH12" in one.fields or "HH" in one.fields)):
        if "HH24" not in one.fields and not 1 <= hour <= 12:
            raise PgDomainError("22007", f'hour "{hour}" is invalid for the 12-hour clock')
        if one.half == "p" and hour < 12:
            hour += 12
        elif one.half != "p" and hour == 12:
            hour = 0
    minute, second = get("MI", 0), get("SS", 0)
    if "SSSS" in one.fields:
        hour, minute, second = get("SSSS", 0) // 3600, get("SSSS", 0) // 60 % 60, get("SSSS", 0) % 60
    if hour > 23 or minute > 59 or second > 59:
        raise PgDomainError("22008", f'date/time field value out of range: "{text}"')
    return _days(one, text) * DAY_US + hour * HOUR_US + minute * MINUTE_US + second * SECOND_US + get("US", 0)


def _days(one: Reading, text: str) -> int:
    get = one.fields.get
    if "J" in one.fields:
        return get("J", 0) - 2_440_588
    if "IYYY" in one.fields:
        return _iso_days(one)
    year = get("YYYY", 1 if one.before_christ or "CC" not in one.fields else (get("CC", 1) - 1) * 100 + 1)
    year = 1 - year if one.before_christ else year
    if "YYYY" not in one.fields and not one.before_christ and "CC" not in one.fields:
        year = 0
    month, day = get("MM", 1), get("DD", 1)
    if "Q" in one.fields and "MM" not in one.fields:
        month = 1
    if "DDD" in one.fields and "MM" not in one.fields:
        return day_number(year, 1, 1) + get("DDD", 1) - 1
    if "WW" in one.fields and "MM" not in one.fields:
        return day_number(year, 1, 1) + (get("WW", 1) - 1) * 7
    if not 1 <= month <= 12 or not 1 <= day <= month_days(year, month):
        raise PgDomainError("22008", f'date/time field value out of range: "{text}"')
    return day_number(year, month, day)


def _iso_days(one: Reading) -> int:
    year = one.fields["IYYY"]
    fourth = day_number(year, 1, 4)
    monday = fourth - (fourth + 3) % 7
    if "IDDD" in one.fields:
        return monday + one.fields["IDDD"] - 1
    return monday + (one.fields.get("IW", 1) - 1) * 7 + one.fields.get("ID", 1) - 1
