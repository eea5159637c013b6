"""to_char of numbers: Postgres' numeric pictures (`FM9,999.00`, `S0D99`, `RN`, `9.9EEEE`).

A port of NUMDesc_prepare, NUM_processor and NUM_numpart_to_char in src/backend/utils/adt/formatting.c, locale C. Refuses to know dates.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.numeric import EXACT, bounded, parse, rounded
from proxy.engine.functions.udf import function
from proxy.kept import kept_if_short
from proxy.pgtypes.numeric import canonical

KEYWORD = re.compile(r"EEEE|eeee|FM|fm|MI|mi|PL|pl|PR|pr|RN|rn|SG|sg|SP|sp|TH|th|[,.09BbCcDdGgLlSsVv]")
QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"?')
ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
         (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))  # fmt: skip
ROMAN_WIDTH = 15
DOUBLE_DIGITS, REAL_DIGITS = 15, 6
END = "\0"  # what a place gets for which the number has no digit; the text ends there


@dataclass
class Picture:
    """A parsed picture. nodes: (keyword, '') or ('', literal text); counts as NUMDesc has them."""

    nodes: list[tuple[str, str]] = field(default_factory=list)
    flags: set[str] = field(default_factory=set)
    pre: int = 0
    post: int = 0
    multi: int = 0
    zero_start: int = 0
    zero_end: int = 0
    sign_place: str = ""
    sign_after: int = 0


@kept_if_short(512)
def picture(text: str) -> Picture:
    """Parse a picture. Raises PgDomainError 42601 where keywords contradict each other."""
    found, at = Picture(), 0
    while at < len(text):
        if match := KEYWORD.match(text, at):
            word = match[0] if match[0] in ("th", "rn") else match[0].upper()
            found.nodes.append((word, ""))
            _prepare(found, word)
            at = match.end()
        elif text[at] == '"' and (match := QUOTED.match(text, at)):
            found.nodes.append(("", re.sub(r"\\(.)", r"\1", match[1])))
            at = match.end()
        else:
            at += text[at] == "\\" and text[at + 1 : at + 2] == '"'
            found.nodes.append(("", text[at : at + 1]))
            at += 1
    return found


def _clash(message: str) -> PgDomainError:
    return PgDomainError("42601", message)


def _prepare(one: Picture, word: str) -> None:
    """NUMDesc_prepare."""
    flags = one.flags
    if "EEEE" in flags and word != "EEEE":
        raise _clash('"EEEE" must be the last pattern used')
    if word in ("9", "0"):
        if "PR" in flags:
            raise _clash(f'"{word}" must be ahead of "PR"')
        _digit(one, word)
    elif word in (".", "D"):
        if "." in flags:
            raise _clash("multiple decimal points")
        if "V" in flags:
            raise _clash('cannot use "V" and decimal point together')
        flags.add(".")
    elif word == "S":
        if "S" in flags:
            raise _clash('cannot use "S" twice')
        if flags & {"PL", "MI", "PR"}:
            raise _clash('cannot use "S" and "PL"/"MI"/"SG"/"PR" together')
        flags.add("S")
        one.sign_place = "post" if "." in flags else "pre"
        one.sign_after = one.pre
    elif word in ("MI", "PL", "SG", "PR"):
        if word == "PR" and flags & {"S", "PL", "MI"}:
            raise _clash('cannot use "PR" and "S"/"PL"/"MI"/"SG" together')
        if "S" in flags:
            raise _clash(f'cannot use "S" and "{word}" together')
        flags.update({"MI", "PL"} if word == "SG" else {word})
    elif word == "V":
        if "." in flags:
            raise _clash('cannot use "V" and decimal point together')
        flags.add("V")
    elif word == "EEEE":
        if "EEEE" in flags:
            raise _clash('cannot use "EEEE" twice')
        if flags & {"FM", "S", "PR", "MI", "PL", "RN", "V"}:
            raise _clash('"EEEE" is incompatible with other formats')
        flags.add("EEEE")
    elif word in ("FM", "RN", "rn"):
        if word != "FM" and "RN" in flags:
            raise _clash('cannot use "RN" twice')
        flags.add(word.upper())


def _digit(one: Picture, word: str) -> None:
    if "V" in one.flags and word == "9":
        one.multi += 1
        return
    if word == "0" and "." not in one.flags and "0" not in one.flags:
        one.flags.add("0")
        one.zero_start = one.pre + 1
    if "." in one.flags:
        one.post += 1
    else:
        one.pre += 1
    if word == "0":
        one.zero_end = one.pre + one.post


@function("VARCHAR VARCHAR INTEGER", "VARCHAR")
def to_char_whole(value: str, template: str, bits: int) -> str:
    """to_char(integer, text), of so many bits beside the sign."""
    one, number = picture(template), parse(value)
    if one.multi and not one.flags & {"RN", "EEEE"}:
        factor = 10**one.multi
        if factor >= 1 << bits or not -(1 << bits) <= int(number) * factor < 1 << bits:
            raise PgDomainError("22003", f"{'bigint' if bits > 32 else 'integer'} out of range")
    return _shown_number(one, number)


@function("VARCHAR VARCHAR", "VARCHAR")
def to_char_wrapped(value: str, template: str) -> str:
    """to_char(int4, text) of a server that multiplies in 32 bits, whatever comes of it."""
    one, number = picture(template), parse(value)
    if not one.multi or one.flags & {"RN", "EEEE"}:
        return _shown_number(one, number)
    factor = 10**one.multi if 10**one.multi < 1 << 31 else -(1 << 31)  # what a float beyond an int is converted to
    wrapped = (int(number) * factor + (1 << 31)) % (1 << 32) - (1 << 31)
    return _sized(one, canonical(rounded(Decimal(wrapped), one.post)), one.pre + one.multi)


@function("VARCHAR VARCHAR", "VARCHAR")
def to_char_number(value: str, template: str) -> str:
    """to_char(numeric, text)."""
    return _shown_number(picture(template), parse(value))


def _shown_number(one: Picture, number: Decimal) -> str:
    if "RN" in one.flags:
        return _roman(one, number)
    if "EEEE" in one.flags:
        return _scientific(one, number)
    if not number.is_finite():
        return _sized(one, "NaN", one.pre) if number.is_nan() else _overflow(one, number)
    if one.multi:
        number = EXACT.multiply(number, Decimal(10) ** one.multi)
        pre = one.pre + one.multi
    else:
        pre = one.pre
    text = canonical(rounded(number, one.post))
    return _sized(one, text, pre)


def _overflow(one: Picture, number: Decimal) -> str:
    return _sized(one, ("-" if number < 0 else "") + "1" + "0" * (one.pre + 1), one.pre)


@function("DOUBLE VARCHAR", "VARCHAR")
def to_char_float(value: float, template: str) -> str:
    """to_char(float8, text)."""
    return _shown_float(value, template, DOUBLE_DIGITS)


@function("DOUBLE VARCHAR", "VARCHAR")
def to_char_real(value: float, template: str) -> str:
    """to_char(float4, text)."""
    return _shown_float(value, template, REAL_DIGITS)


def _shown_float(value: float, template: str, most: int) -> str:
    """most: digits that are shown (DBL_DIG, FLT_DIG)."""
    one = picture(template)
    if math.isnan(value) or math.isinf(value):
        if "EEEE" in one.flags or "RN" in one.flags:
            return _scientific(one, Decimal(value)) if "EEEE" in one.flags else "#" * ROMAN_WIDTH
        return _sized(one, "NaN", one.pre) if math.isnan(value) else _overflow(one, Decimal(value))
    if one.flags & {"RN", "EEEE"}:
        return _roman(one, Decimal(value)) if "RN" in one.flags else _scientific(one, Decimal(repr(value)))
    scaled = value * 10.0**one.multi
    if most == REAL_DIGITS:
        with np.errstate(over="ignore"):  # what is too large becomes infinite, as in C
            scaled = float(np.float32(scaled))
    whole = len(f"{abs(scaled):.0f}")
    post = 0 if whole >= most else min(one.post, most - whole)
    text = f"{scaled:.{post}f}"
    return _sized(one, text, one.pre + one.multi, post)


def _sized(one: Picture, text: str, pre: int, post: int | None = None) -> str:
    # a float that is shown as zero keeps its sign, a numeric has none there
    sign = "-" if text.startswith("-") and (post is not None or re.search("[1-9]", text)) else "+"
    digits = text.lstrip("-")
    whole = len(digits.split(".")[0])
    if whole > pre:
        places = one.post if post is None else post
        digits, whole = "#" * pre + "." + "#" * places, pre
    return _written(one, digits, sign, max(pre - whole, 0), pre)


def _written(one: Picture, number: str, sign: str, spaces: int = 0, pre: int | None = None) -> str:
    return _Writer(one, number, sign, spaces, one.pre if pre is None else pre).run()


class _Writer:
    """NUM_processor for to_char."""

    def __init__(self, one: Picture, number: str, sign: str, spaces: int, pre: int) -> None:
        self.one, self.number, self.sign, self.spaces = one, number, sign, spaces
        flags = one.flags
        self.fill = "FM" in flags
        self.bracket = "PR" in flags
        self.zero = "0" in flags
        self.zero_start = max(one.zero_start - 1, 0)
        self.sign_place = one.sign_place
        if flags & {"PL", "MI"}:
            self.sign_written = not ("PL" in flags and "MI" not in flags)
        else:
            self.bracket = self.bracket and not (sign != "-" and self.fill)
            self.sign_written = sign == "+" and self.fill and "S" not in flags
            if self.sign_place == "pre" and one.pre == one.sign_after:
                self.sign_place = "post"
        self.count = one.post + pre - 1 + (not self.sign_written and spaces == 0)
        self.last_relevant = self._last_relevant() if self.fill and "." in flags else -1
        self.at = self.current = 0
        self.inside = False
        self.out: list[str] = []

    def _last_relevant(self) -> int:
        """get_last_relevant_decnum, then not below the last `0` of the picture."""
        point = self.number.find(".")
        if point < 0:
            return -1
        last = len(self.number.rstrip("0")) - 1
        last = max(last, point)
        if self.one.zero_end > self.spaces:
            last = max(last, min(len(self.number) - 1, self.one.zero_end - self.spaces))
        return last

    def run(self) -> str:
        for word, literal in self.one.nodes:
            if not word:
                self.out.append(literal)
            elif word in ("9", "0", ".", "D"):
                self._part(word)
            elif word in (",", "G"):
                self.out.append("," if self.inside else "" if self.fill else " ")
            elif word == "L":
                self.out.append(" ")
            elif word in ("TH", "th"):
                self._ordinal(word)
            elif word in ("MI", "PL", "SG"):
                self._sign(word)
        return "".join(self.out).split(END, 1)[0]

    def _sign(self, word: str) -> None:
        shown = {"MI": "-", "PL": "+", "SG": self.sign}[word]
        self.out.append(shown if self.sign == shown else "" if self.fill else " ")

    def _ordinal(self, word: str) -> None:
        if not self.number.startswith("#") and self.sign != "-" and "." not in self.one.flags:
            if not self.number[-1:].isdigit():
                raise PgDomainError("22P02", f'"{self.number or "."}" is not a number')
            self.out.append(ordinal(self.number, word == "TH"))

    def _predecimal_space(self) -> bool:
        return not self.zero and self.at == 0 and self.number[:1] == "0" and self.one.post != 0

    def _ends_in_point(self) -> bool:
        return self.last_relevant >= 0 and self.number[self.last_relevant] == "."

    def _part(self, word: str) -> None:
        """NUM_numpart_to_char."""
        self.inside = False
        reached = self.current >= self.spaces or (self.zero and self.zero_start == self.current)
        if not self.sign_written and reached and (not self._predecimal_space() or self._ends_in_point()):
            self._leading_sign()
        if self.current < self.spaces and (self.zero_start > self.current or not self.zero):
            self.out.append("" if self.fill else " ")
        elif self.zero and self.current < self.spaces:
            self.out.append("0")
            self.inside = True
        else:
            self._digit_or_point(word)
        end = self.count + (1 if self.spaces else 0) + (1 if "." in self.one.flags else 0)
        if self.last_relevant >= 0 and self.last_relevant == self.at:
            end = self.current
        if self.current + 1 == end:
            if self.sign_written and self.bracket:
                self.out.append(" " if self.sign == "+" else ">")
            elif "S" in self.one.flags and self.sign_place == "post":
                self.out.append(self.sign)
        self.current += 1

    def _leading_sign(self) -> None:
        if "S" in self.one.flags:
            if self.sign_place == "pre":
                self.out.append(self.sign)
                self.sign_written = True
            return
        if self.bracket:
            self.out.append(" " if self.sign == "+" else "<")
        elif self.sign == "+":
            self.out.append("" if self.fill else " ")
        else:
            self.out.append("-")
        self.sign_written = True

    def _digit_or_point(self, word: str) -> None:
        char = self.number[self.at : self.at + 1]
        if char == ".":
            self.out.append(".")
        elif self.last_relevant >= 0 and self.at > self.last_relevant and word != "0":
            pass
        elif self._predecimal_space():
            self.out.append("" if self.fill and not self._ends_in_point() else "0" if self.fill else " ")
        else:
            self.out.append(char or END)
            self.inside = True
        self.at += char != ""


def ordinal(number: str, upper: bool) -> str:
    """The English ending of an ordinal number."""
    last, teen = number[-1:], number[-2:-1] == "1"
    ending = "th" if teen else {"1": "st", "2": "nd", "3": "rd"}.get(last, "th")
    return ending.upper() if upper else ending


def _roman(one: Picture, number: Decimal) -> str:
    whole = bounded(rounded(number, 0)) if number.is_finite() else 0
    if not 1 <= whole <= 3999:
        return "#" * ROMAN_WIDTH
    text = ""
    for value, letters in ROMAN:
        while whole >= value:
            text, whole = text + letters, whole - value
    if ("rn", "") in one.nodes:
        text = text.lower()
    return text if "FM" in one.flags else text.rjust(ROMAN_WIDTH)


def _scientific(one: Picture, number: Decimal) -> str:
    if not number.is_finite():
        return " " + "#" * one.pre + "." + "#" * (one.post + 4)
    exponent = number.adjusted() if number else 0
    mantissa = rounded(number.scaleb(-exponent, context=EXACT), one.post)
    if mantissa.copy_abs() >= 10:
        exponent += 1
        mantissa = rounded(number.scaleb(-exponent, context=EXACT), one.post)
    text = f"{canonical(mantissa)}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    return text if text.startswith("-") else f" {text}"
