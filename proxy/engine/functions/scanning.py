"""Text read by a template of to_date and to_timestamp: the fields that it fills.

A port of DCH_from_char in src/backend/utils/adt/formatting.c, locale C. Refuses to know what day the fields mean together (`reading.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from proxy.catalog.versions import Since, since
from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.formatting import DAYS, MONTHS, ROMAN_MONTHS, Node, nodes_of
from proxy.pgtypes.integers import c_int, c_number
from proxy.pgtypes.timezones import abbreviated
from proxy.pgtypes.zone_abbreviations import CHANGING, FIXED

INT4, INT8 = range(-(2**31), 2**31), range(-(2**63), 2**63)
SPACE = " \t\n\v\f\r"
NO_INTEGER = "Value must be an integer."
NO_NAME = "The given value did not match any of the allowed values for this field."
FIXED_WIDTH = 'If your source string is not fixed-width, try using the "FM" modifier.'
# Fields of numbers -> (where they go, how many characters they take); the others' names are as long as their numbers.
PLACES = {
    "HH": "hour", "HH12": "hour", "HH24": "hour", "MI": "minute", "SS": "second", "SSSS": "seconds", "SSSSS": "seconds", "MM": "month",
    "DD": "day", "DDD": "yday", "IDDD": "yday", "D": "weekday", "ID": "weekday", "WW": "week", "IW": "week", "W": "month_week",
    "CC": "century", "J": "julian", "Q": "", "MS": "millis", "US": "micros",
    **{f"FF{digits}": "micros" for digits in range(1, 7)},
    **dict.fromkeys(("YYYY", "YYY", "YY", "Y", "IYYY", "IYY", "IY", "I"), "year"), "TZM": "zone_minutes",
}  # fmt: skip
WIDTHS = {
    "HH12": 2,
    "HH24": 2,
    "MS": 3,
    "US": 6,
    "IDDD": 3,
    "ID": 1,
    "TZM": 2,
    **{f"FF{digits}": digits for digits in range(1, 7)},
}
GREGORIAN = frozenset("MM MONTH MON RM DDD DD D WW W Y,YYY YYYY YYY YY Y".split())
ISO_WEEK = frozenset("IDDD ID IW IYYY IYY IY I".split())
LETTERS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("AM", "PM"), ("am", "pm")), **dict.fromkeys(("A.M.", "P.M."), ("a.m.", "p.m.")),
    **dict.fromkeys(("AD", "BC"), ("ad", "bc")), **dict.fromkeys(("A.D.", "B.C."), ("a.d.", "b.c.")),
    "MONTH": MONTHS, "MON": tuple(name[:3] for name in MONTHS), "DAY": DAYS, "DY": tuple(name[:3] for name in DAYS),
    "RM": ROMAN_MONTHS[::-1],
}  # fmt: skip


@dataclass
class Scanned:
    """TmFromChar: 0 where the text says nothing."""

    numbers: dict[str, int] = field(default_factory=dict)
    year_digits: int = 0
    precision: int = 6
    twelve_hours: bool = False
    convention: str = ""
    sign: int = 0
    named_offset: int | None = None

    def __getitem__(self, place: str) -> int:
        return self.numbers.get(place, 0)


def scanned(text: str, template: str, version: int) -> Scanned:
    """The fields of a text, as a server of that version reads it. Raises PgDomainError."""
    scan = _Scan(text, nodes_of(template), version)
    scan.run()
    return scan.found


class _Scan:
    """One pass over text and template. extra: characters skipped beyond those that the template has."""

    def __init__(self, text: str, nodes: tuple[Node, ...], version: int) -> None:
        self.text, self.nodes, self.version = text, nodes, version
        self.at = self.extra = 0
        self.exact = False
        self.found = Scanned()

    def run(self) -> None:
        for place, node in enumerate(self.nodes):
            if self.at >= len(self.text):
                return
            if not self.exact and node.word != "FX" and (node.word or place == 0):
                self._skip_space()
            if node.word:
                self._field(place, node)
            elif node.separates and not self.exact:
                self._separator()
            else:
                self._literal()

    def _skip_space(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in SPACE:
            self.at += 1
            self.extra += 1

    def _separator(self) -> None:
        """Matches one separator of the text, or nothing."""
        self.extra -= 1
        char = self.text[self.at : self.at + 1]
        if char and (char in SPACE or (" " < char < "\x7f" and not char.isalnum())):
            self.at += 1
            self.extra += 1

    def _literal(self) -> None:
        """Takes one character, whatever it is, unless one too many was skipped."""
        if self.extra > 0 and not self.exact:
            self.extra -= 1
        else:
            self.at += 1

    def _field(self, place: int, node: Node) -> None:
        word = node.word.upper()
        convention = "g" if word in GREGORIAN else "i" if word in ISO_WEEK else ""
        if convention and self.found.convention not in ("", convention):
            hint = "Do not mix Gregorian and ISO week date conventions in a formatting template."
            raise PgDomainError("22007", "invalid combination of date conventions", hint=hint)
        self.found.convention = self.found.convention or convention
        if word == "FX":
            self.exact = True
        elif word in LETTERS:
            self._letters(word, node)
        elif word in PLACES:
            self._number(place, node, word)
        else:
            SPECIAL[word](self, place, node)
        if not self.exact:
            self.extra = 0
            self._skip_space()

    def set(self, place: str, value: int, node: Node) -> None:
        """from_char_set_int."""
        if self.found[place] not in (0, value):
            raise PgDomainError(
                "22007",
                f'conflicting values for "{node.written}" field in formatting string',
                "This value contradicts a previous setting for the same field type.",
            )
        self.found.numbers[place] = value

    def _letters(self, word: str, node: Node) -> None:
        """from_char_seq_search."""
        rest = self.text[self.at :]
        names = LETTERS[word]
        which = next((at for at, name in enumerate(names) if rest[: len(name)].lower() == name.lower()), None)
        if which is None:
            raise _invalid(re.split(f"[{SPACE}]", rest)[0], node, NO_NAME)
        self.at += len(names[which])
        if word in ("AM", "PM", "A.M.", "P.M."):
            self.found.twelve_hours = True
            self.set("afternoon", which, node)
        elif word in ("AD", "BC", "A.D.", "B.C."):
            self.set("before_christ", which, node)
        elif word == "RM":
            self.set("month", 12 - which, node)
        else:
            self._set_name("month" if names[0][0] == "J" else "weekday", which, node)

    def _set_name(self, place: str, which: int, node: Node) -> None:
        """A weekday is compared as it is counted from 0, and kept counted from 1."""
        self.set(place, which if place == "weekday" else which + 1, node)
        self.found.numbers[place] = which + 1

    def _number(self, place: int, node: Node, word: str) -> None:
        value, length = self.integer(place, node, WIDTHS.get(word, len(word)))
        where = PLACES[word]
        if where:
            self.set(where, value, node)  # what an earlier field said is compared as it was written
        if where == "year":
            self.found.year_digits = 4 if len(word) == 4 else len(word.lstrip("I")) + (word[0] == "I")
            value = _full_year(value) if length < 4 and len(word) < 4 else value
        elif where in ("millis", "micros"):
            value *= 10 ** max((3 if where == "millis" else 6) - length, 0)
            self.found.precision = int(word[2]) if word.startswith("FF") else self.found.precision
        elif word == "ID":
            value = value + 1 if value < 7 else 1  # Sunday is 1
        elif word in ("HH", "HH12"):
            self.found.twelve_hours = True
        elif word == "TZM":
            self.found.sign = self.found.sign or 1
        if where:
            self.found.numbers[where] = value
        if node.suffix in ("TH", "th") and word != "TZM":
            self.at += 2

    def integer(self, place: int, node: Node, width: int) -> tuple[int, int]:
        """from_char_parse_int_len: the number and how many characters it took."""
        start = self.at
        while self.at < len(self.text) and self.text[self.at] in SPACE:
            self.at += 1
        shown = self.text[self.at : self.at + width]
        greedy = node.fill or node.suffix in ("TH", "th") or self._ends_digits(place)
        remain = len(self.text[self.at :].encode())
        if not greedy and remain < width:
            detail = f"Field requires {width} characters, but only {remain} remain."
            raise PgDomainError(
                "22007", f'source string too short for "{node.written}" formatting field', detail, FIXED_WIDTH
            )
        match = re.compile(rf"[{SPACE}]*+[+-]?[0-9]++").match(self.text if greedy else shown, self.at if greedy else 0)
        used = len(match[0]) if match else 0
        if not greedy and 0 < used < width:
            detail = f"Field requires {width} characters, but only {used} could be parsed."
            raise PgDomainError("22007", f'invalid value "{shown}" for "{node.written}"', detail, FIXED_WIDTH)
        self.at = self.at + used if used or not greedy else start
        if self.at == start:
            raise _invalid(shown, node, NO_INTEGER)
        value = c_number(match[0])[0] if match else 0  # blanks alone are a zero to Postgres
        if value not in INT4:
            detail = f"Value must be in the range {INT4.start} to {INT4.stop - 1}."
            raise PgDomainError("22008", f'value for "{node.written}" in source string is out of range', detail)
        return value, self.at - start

    def _ends_digits(self, place: int) -> bool:
        """is_next_separator: nothing that follows in the template may be a digit."""
        if place + 1 == len(self.nodes):
            return True
        following = self.nodes[place + 1]
        word = following.word.upper()
        return not (word in PLACES or word == "Y,YYY") if word else not following.text.isdigit()

    def signed_hours(self, place: int, node: Node) -> None:
        """TZH; a minus may have been taken for a separator."""
        char = self.text[self.at : self.at + 1]
        if char and char in "+- ":
            self.found.sign = -1 if char == "-" else 1
            self.at += 1
        else:
            self.found.sign = -1 if self.extra > 0 and self.text[self.at - 1] == "-" else 1
        self.set("zone_hours", self.integer(place, node, 2)[0], node)

    def offset(self, place: int, node: Node) -> None:
        """OF: hours, with minutes behind a colon."""
        self._require_reading(node)
        self.signed_hours(place, node)
        if self.text[self.at : self.at + 1] == ":":
            self.at += 1
            self.set("zone_minutes", self.integer(place, node, 2)[0], node)

    def zone(self, place: int, node: Node) -> None:
        """TZ: an abbreviation, else what OF takes."""
        self._require_reading(node)
        letters = re.compile("[A-Za-z]*").match(self.text, self.at)
        word = letters[0].lower() if letters else ""
        known = next((word[:size] for size in range(len(word), 0, -1) if abbreviated(word[:size])), "")
        if known in CHANGING:
            raise PgDomainError("0A000", f'time zone abbreviation "{known}" is not supported by the double here')
        if known:
            self.found.named_offset, self.found.sign = FIXED[known], 0
            self.at += len(known)
        elif word:
            raise _invalid(self.text[self.at :], node, "Time zone abbreviation is not recognized.")
        else:
            self.offset(place, node)

    def _require_reading(self, node: Node) -> None:
        if not since(self.version, Since.FORMAT_ZONE_READ):
            raise PgDomainError("0A000", f'formatting field "{node.written}" is only supported in to_char')

    def thousands(self, _place: int, node: Node) -> None:
        """Y,YYY; its numbers are C's: what is too wide for them loses its upper bits."""
        checked = since(self.version, Since.THOUSANDS_CHECKED)
        match = re.compile(rf"[{SPACE}]*+([+-]?[0-9]++),[{SPACE}]*+([+-][0-9]{{1,2}}|[0-9]{{1,3}})").match(
            self.text, self.at
        )
        if match is None:
            wrong = f'invalid value "{self.text[self.at :]}" for' if checked else "invalid input string for"
            raise PgDomainError("22007", f'{wrong} "Y,YYY"')
        year = c_int(match[1]) * 1000 + int(match[2])
        if checked and year not in INT4:
            raise PgDomainError("22008", f'value for "{node.written}" in source string is out of range')
        self.set("year", c_int(str(year)), node)
        self.found.year_digits = 4
        self.at = match.end() + (2 if node.suffix in ("TH", "th") else 0)


SPECIAL: dict[str, Callable[[_Scan, int, Node], None]] = {
    "TZH": _Scan.signed_hours, "OF": _Scan.offset, "TZ": _Scan.zone, "Y,YYY": _Scan.thousands,
}  # fmt: skip


def _full_year(year: int) -> int:
    """adjust_partial_year_to_2020."""
    if year < 100:
        return year + (2000 if year < 70 else 1900)
    return year + (2000 if year < 520 else 1000) if year < 1000 else year


def _invalid(piece: str, node: Node, detail: str) -> PgDomainError:
    return PgDomainError("22007", f'invalid value "{piece}" for "{node.written}"', detail)
