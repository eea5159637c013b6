"""to_char, to_date, to_timestamp and to_number: Postgres' format patterns on one value.

A pattern is split once into pieces and cached. Refuses to know DuckDB. Facts: src/backend/utils/adt/formatting.c.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from proxy.engine.routines.errors import PgDomainError

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")

_KEYS = (
    "HH24 HH12 SSSSS SSSS MONTH Month month MON Mon mon YYYY Y,YYY IYYY A.D. a.d. B.C. b.c. A.M. a.m. P.M. p.m. DAY Day day IDDD DDD "
    "DY Dy dy DD HH MI MM MS MS SS US YYY IYY YY IY Y I AD ad BC bc AM am PM pm ID IW WW W D CC J Q RM rm TZH TZM TZ tz OF "
    "FF1 FF2 FF3 FF4 FF5 FF6"
).split()  # fmt: skip
_PATTERN = re.compile("|".join(["FM", "TM", "FX", *map(re.escape, sorted(_KEYS, key=len, reverse=True))]))
_SUFFIX = re.compile(r"TH|th")


@lru_cache(maxsize=512)
def _pieces(pattern: str) -> tuple[tuple[str, str, bool, str], ...]:
    """(kind, text, fill mode off, TH suffix); kind is key or text."""
    found: list[tuple[str, str, bool, str]] = []
    at, fill = 0, False
    while at < len(pattern):
        if pattern[at] == '"':
            end = pattern.find('"', at + 1)
            end = len(pattern) if end < 0 else end
            found.append(("text", pattern[at + 1 : end], False, ""))
            at = end + 1
            continue
        match = _PATTERN.match(pattern, at)
        if match is None:
            found.append(("text", pattern[at], False, ""))
            at += 1
        elif match[0] in ("FM", "TM", "FX"):
            fill = match[0] == "FM" or fill
            at = match.end()
        else:
            suffix = _SUFFIX.match(pattern, match.end())
            found.append(("key", match[0], fill, suffix[0] if suffix else ""))
            at = suffix.end() if suffix else match.end()
            fill = False
    return tuple(found)


def format_timestamp(moment: datetime, pattern: str) -> str:
    """to_char(timestamp, text). moment: with its zone for a timestamptz."""
    out = []
    for kind, text, fill, suffix in _pieces(pattern):
        if kind == "text":
            out.append(text)
        else:
            piece = _FIELDS[text](moment, fill)
            out.append(piece + (_ordinal(piece, suffix) if suffix else ""))
    return "".join(out)


def _ordinal(text: str, suffix: str) -> str:
    number = int(re.sub(r"\D", "", text) or 0)
    word = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return word.upper() if suffix == "TH" else word


_Field = Callable[[datetime, bool], str]


def _number(width: int, get: Callable[[datetime], int]) -> _Field:
    return lambda moment, fill: str(get(moment)) if fill else str(get(moment)).rjust(width, "0")


def _word(width: int, get: Callable[[datetime], str]) -> _Field:
    return lambda moment, fill: get(moment) if fill else get(moment).ljust(width)


def _weekday(moment: datetime) -> int:
    """0 = Sunday."""
    return (moment.weekday() + 1) % 7


def _half_day(am: str, pm: str) -> _Field:
    return lambda moment, fill: pm if moment.hour >= 12 else am


def _offset(moment: datetime) -> timedelta:
    return moment.utcoffset() or timedelta(0)


def _offset_text(moment: datetime) -> str:
    minutes = int(_offset(moment).total_seconds()) // 60
    sign, minutes = ("-" if minutes < 0 else "+"), abs(minutes)
    return f"{sign}{minutes // 60:02d}" + (f":{minutes % 60:02d}" if minutes % 60 else "")


def _zone_name(moment: datetime) -> str:
    return (moment.tzname() or "") if moment.tzinfo else ""


def _clock(moment: datetime) -> int:
    return moment.hour % 12 or 12


def _fraction(digits: int) -> _Field:
    return lambda moment, fill: f"{moment.microsecond:06d}"[:digits]


_FIELDS: dict[str, _Field] = {
    "HH24": _number(2, lambda m: m.hour), "HH12": _number(2, _clock), "HH": _number(2, _clock), "MI": _number(2, lambda m: m.minute),
    "SS": _number(2, lambda m: m.second), "MS": _number(3, lambda m: m.microsecond // 1000), "US": _number(6, lambda m: m.microsecond),
    "SSSS": _number(1, lambda m: m.hour * 3600 + m.minute * 60 + m.second),
    "SSSSS": _number(1, lambda m: m.hour * 3600 + m.minute * 60 + m.second),
    "YYYY": _number(4, lambda m: m.year), "YYY": _number(3, lambda m: m.year % 1000), "YY": _number(2, lambda m: m.year % 100),
    "Y": _number(1, lambda m: m.year % 10), "Y,YYY": lambda m, fill: f"{m.year // 1000},{m.year % 1000:03d}",
    "IYYY": _number(4, lambda m: m.isocalendar()[0]), "IYY": _number(3, lambda m: m.isocalendar()[0] % 1000),
    "IY": _number(2, lambda m: m.isocalendar()[0] % 100), "I": _number(1, lambda m: m.isocalendar()[0] % 10),
    "MM": _number(2, lambda m: m.month), "DD": _number(2, lambda m: m.day), "DDD": _number(3, lambda m: m.timetuple().tm_yday),
    "IDDD": _number(3, lambda m: (m.isocalendar()[1] - 1) * 7 + m.isocalendar()[2]),
    "D": _number(1, lambda m: _weekday(m) + 1), "ID": _number(1, lambda m: m.isoweekday()),
    "WW": _number(2, lambda m: (m.timetuple().tm_yday - 1) // 7 + 1), "IW": _number(2, lambda m: m.isocalendar()[1]),
    "W": _number(1, lambda m: (m.day - 1) // 7 + 1), "Q": _number(1, lambda m: (m.month - 1) // 3 + 1),
    "CC": _number(2, lambda m: (m.year - 1) // 100 + 1), "J": _number(1, lambda m: m.toordinal() + 1721425),
    "MONTH": _word(9, lambda m: MONTHS[m.month - 1].upper()), "Month": _word(9, lambda m: MONTHS[m.month - 1]),
    "month": _word(9, lambda m: MONTHS[m.month - 1].lower()), "MON": _word(3, lambda m: MONTHS[m.month - 1][:3].upper()),
    "Mon": _word(3, lambda m: MONTHS[m.month - 1][:3]), "mon": _word(3, lambda m: MONTHS[m.month - 1][:3].lower()),
    "DAY": _word(9, lambda m: DAYS[_weekday(m)].upper()), "Day": _word(9, lambda m: DAYS[_weekday(m)]),
    "day": _word(9, lambda m: DAYS[_weekday(m)].lower()), "DY": _word(3, lambda m: DAYS[_weekday(m)][:3].upper()),
    "Dy": _word(3, lambda m: DAYS[_weekday(m)][:3]), "dy": _word(3, lambda m: DAYS[_weekday(m)][:3].lower()),
    "AM": _half_day("AM", "PM"), "PM": _half_day("AM", "PM"), "am": _half_day("am", "pm"), "pm": _half_day("am", "pm"),
    "A.M.": _half_day("A.M.", "P.M."), "P.M.": _half_day("A.M.", "P.M."), "a.m.": _half_day("a.m.", "p.m."),
    "p.m.": _half_day("a.m.", "p.m."), "AD": lambda m, fill: "AD", "BC": lambda m, fill: "AD", "ad": lambda m, fill: "ad",
    "bc": lambda m, fill: "ad", "A.D.": lambda m, fill: "A.D.", "B.C.": lambda m, fill: "A.D.", "a.d.": lambda m, fill: "a.d.",
    "b.c.": lambda m, fill: "a.d.", "RM": _word(4, lambda m: _ROMAN[m.month - 1]), "rm": _word(4, lambda m: _ROMAN[m.month - 1].lower()),
    "TZ": lambda m, fill: _zone_name(m).upper(), "tz": lambda m, fill: _zone_name(m).lower(),
    "TZH": lambda m, fill: _offset_text(m)[:3], "TZM": lambda m, fill: f"{abs(int(_offset(m).total_seconds())) // 60 % 60:02d}",
    "OF": lambda m, fill: _offset_text(m),
    **{f"FF{n}": _fraction(n) for n in range(1, 7)},
}  # fmt: skip


def format_number(value: str, pattern: str) -> str:
    """to_char(numeric, text). value: canonical numeric text."""
    if value in ("NaN", "Infinity", "-Infinity"):
        raise PgDomainError("0A000", "to_char of NaN or infinity is not supported by the double")
    text = pattern
    fill = "FM" in text
    text = text.replace("FM", "")
    if re.search(r"EEEE|RN|rn|V|TH|th|C|\"", text):
        raise PgDomainError("0A000", f'the number format "{pattern}" is not supported by the double')
    whole, point, fraction = re.split(r"([.D])", text, maxsplit=1) if re.search(r"[.D]", text) else (text, "", "")
    places = sum(char in "09" for char in fraction)
    number = Decimal(value).quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    negative = number < 0
    digits = f"{abs(number):f}"
    int_digits, _, frac_digits = digits.partition(".")
    int_digits = "" if int_digits == "0" else int_digits
    slots = sum(char in "09" for char in whole)
    if len(int_digits) > slots:
        int_digits = "#" * slots
        frac_digits = "#" * places
    body, first = _whole_part(whole, int_digits.rjust(slots), fill)
    tail = _fraction_part(fraction, frac_digits, fill)
    return _signed(text, body, point and ".", tail, negative, fill, first)


def _whole_part(pattern: str, digits: str, fill: bool) -> tuple[str, int]:
    """The digits before the point in their pattern; leading blanks become zeros from the first `0` of the pattern on."""
    out, at, started = [], 0, False
    zero_from = pattern.find("0") if "0" in pattern else len(pattern) + 1
    for place, char in enumerate(pattern):
        if char in "09":
            digit = digits[at]
            at += 1
            if digit == " " and place >= zero_from:
                digit = "0"
            started = started or digit != " "
            out.append(digit)
        elif char in ",G":
            out.append("," if started else " ")
        elif char in "SMIPLR$":
            continue
        else:
            out.append(char)
    text = "".join(out)
    return (text.lstrip(" ") if fill else text), zero_from


def _fraction_part(pattern: str, digits: str, fill: bool) -> str:
    out, at = [], 0
    for char in pattern:
        if char in "09":
            out.append(digits[at])
            at += 1
        elif char in "SMIPLR$":
            continue
        else:
            out.append(char)
    text = "".join(out)
    if fill:
        keep = pattern.rfind("0") + 1
        while len(text) > keep and text.endswith("0"):
            text = text[:-1]
    return text


def _signed(pattern: str, body: str, point: str, tail: str, negative: bool, fill: bool, first: int) -> str:
    """Where the sign stands: S anchored to the number, MI, PR, or the default blank before it."""
    number = body + point + tail
    if not fill and not body.strip() and point:
        number = body[:-1] + "0" + point + tail if body and pattern.lstrip("S")[:1] == "0" else number
    if "PR" in pattern:
        return f"<{number.strip()}>" if negative and fill else _wrap(number, "<>" if negative else "  ", fill)
    if pattern.startswith("S"):
        stripped = number.lstrip(" ")
        return ("" if fill else " " * (len(number) - len(stripped))) + ("-" if negative else "+") + stripped
    if pattern.endswith("S"):
        return number + ("-" if negative else "+")
    if "MI" in pattern:
        mark = "-" if negative else ("" if fill else " ")
        return number + mark if pattern.endswith("MI") else mark + number
    stripped = number.lstrip(" ")
    if fill:
        return ("-" if negative else "") + stripped
    return " " * (len(number) - len(stripped)) + ("-" if negative else " ") + stripped


def _wrap(number: str, marks: str, fill: bool) -> str:
    stripped = number.lstrip(" ")
    text = " " * (len(number) - len(stripped)) + marks[0] + stripped + marks[1]
    return text.strip() if fill else text


def parse_number(text: str, pattern: str) -> str:
    """to_number(text, pattern): digits in the pattern's places."""
    kept = re.sub(r"[^0-9.+-]", "", text.replace(",", ""))
    found = re.match(r"^[+-]?\d*\.?\d*", kept)
    number = found[0] if found else ""
    negative = "-" in kept
    digits = number.lstrip("+-")
    if not re.search(r"\d", digits):
        raise PgDomainError("22P02", 'invalid input syntax for type numeric: " "')
    places = (
        sum(char in "09" for char in re.split(r"[.D]", pattern, maxsplit=1)[1]) if re.search(r"[.D]", pattern) else 0
    )
    whole, _, fraction = digits.partition(".")
    fraction = fraction[:places]
    body = f"{int(whole or 0)}" + (f".{fraction}" if fraction else "")
    return ("-" if negative else "") + body


_WIDTHS = {"YYYY": 4, "IYYY": 4, "YYY": 3, "YY": 2, "MM": 2, "DD": 2, "DDD": 3, "HH24": 2, "HH12": 2, "HH": 2, "MI": 2, "SS": 2,
           "MS": 3, "US": 6, "Y": 1, "Q": 1, "D": 1, "ID": 1, "IW": 2, "WW": 2, "W": 1, "CC": 2, "J": 7, "SSSS": 5, "SSSSS": 5}  # fmt: skip


def parse_timestamp(text: str, pattern: str) -> datetime:
    """to_timestamp(text, pattern) without a zone: fields in the order of the pattern, blanks and separators loosely."""
    fields: dict[str, int] = {}
    at = 0
    for kind, piece, _, _ in _pieces(pattern):
        if kind == "text":
            while at < len(text) and (
                text[at] == piece or (not piece.isalnum() and not text[at].isalnum() and text[at] not in "+-")
            ):
                at += 1
                if piece.isalnum():
                    break
            continue
        while at < len(text) and text[at].isspace():
            at += 1
        at = _parse_field(text, at, piece, fields, pattern)
    return _assembled(fields, text)


def _parse_field(text: str, at: int, piece: str, fields: dict[str, int], pattern: str) -> int:
    upper = piece.upper()
    if upper in ("MONTH", "MON", "DAY", "DY"):
        names = MONTHS if upper.startswith("MON") else DAYS
        for number, name in enumerate(names, 1):
            shown = name if upper in ("MONTH", "DAY") else name[:3]
            if text[at : at + len(shown)].lower() == shown.lower():
                fields["MM" if names is MONTHS else "DAYNAME"] = number
                return at + len(shown)
        raise PgDomainError("22007", f'invalid value "{text[at : at + 9]}" for "{piece}"')
    if upper.replace(".", "") in ("AM", "PM"):
        word = text[at : at + len(piece)].upper().replace(".", "")
        fields["PM"] = int(word.startswith("P"))
        return at + len(piece)
    if piece not in _WIDTHS:
        raise PgDomainError("0A000", f'the format "{pattern}" is not supported by the double')
    width = _WIDTHS[piece] if piece not in ("YYYY",) or re.match(r"\d{8}", text[at:]) else 10
    found = re.match(rf"[+-]?\d{{1,{width}}}", text[at:])
    if found is None:
        raise PgDomainError("22007", f'invalid value "{text[at : at + 4]}" for "{piece}"')
    value = int(found[0])
    if piece == "MS":
        value *= 10 ** (3 - len(found[0])) * 1000
    elif piece == "US":
        value *= 10 ** (6 - len(found[0]))
    elif piece == "YY":
        value += 2000 if value < 70 else 1900
    fields["YYYY" if piece == "YY" else piece] = value
    return at + len(found[0])


def _assembled(fields: dict[str, int], text: str) -> datetime:
    hour = fields.get("HH24", fields.get("HH12", fields.get("HH", 0)))
    if "PM" in fields:
        hour = hour % 12 + 12 * fields["PM"]
    try:
        if "DDD" in fields:
            day = date(fields.get("YYYY", 1), 1, 1) + timedelta(days=fields["DDD"] - 1)
        elif "J" in fields:
            day = date.fromordinal(fields["J"] - 1721425)
        else:
            day = date(fields.get("YYYY", 1), fields.get("MM", 1), fields.get("DD", 1))
        moment = datetime(day.year, day.month, day.day, hour, fields.get("MI", 0), fields.get("SS", 0))
        return moment + timedelta(microseconds=fields.get("MS", 0) + fields.get("US", 0))
    except ValueError as error:
        raise PgDomainError("22008", f'date/time field value out of range: "{text}"') from error
