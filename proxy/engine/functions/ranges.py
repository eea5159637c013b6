"""Ranges over their text: bounds, containment, order of bounds, union, difference and hull.

A range is the text that Postgres prints, discrete ones as [lower,upper). Refuses to know multiranges. Facts:
src/backend/utils/adt/rangetypes.c.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.udf import function
from proxy.pgtypes import InputSettings, read_text
from proxy.pgtypes.calendar import civil
from proxy.pgtypes.datetime_input import read_date, read_timestamp

INT4, INT8, NUMERIC, DATE, TIMESTAMP, TIMESTAMPTZ = 23, 20, 1700, 1082, 1114, 1184
SUBTYPES = {3904: INT4, 3926: INT8, 3906: NUMERIC, 3912: DATE, 3908: TIMESTAMP}
DISCRETE = frozenset({INT4, INT8, DATE})
LARGEST = {INT4: 2**31 - 1, INT8: 2**63 - 1}
BOUND = r'((?:[^"\\,()\[\]]|\\.|"(?:[^"\\]|\\.|"")*")*)'
TEXT = re.compile(rf"\s*([\[(]){BOUND},{BOUND}([\])])\s*", re.DOTALL)
NEEDS_QUOTES = re.compile(r'^$|["\\(),\[\]\s]')
SETTINGS = InputSettings(timezone="UTC")
# NaN is above infinity, and both are beyond every number that has digits
SPECIAL = {"NaN": Decimal("Infinity"), "Infinity": Decimal("1E+200000"), "-Infinity": Decimal("-1E+200000")}
Key = tuple[int, Decimal | int, int]


@dataclass(frozen=True, slots=True)
class Bound:
    """text is None where it is infinite; value orders it."""

    text: str | None
    value: Decimal | int
    inclusive: bool
    is_lower: bool

    @property
    def key(self) -> Key:
        """range_cmp_bounds as an order of tuples."""
        if self.text is None:
            return (-1 if self.is_lower else 1, 0, 0)
        return (0, self.value, 0 if self.inclusive else 1 if self.is_lower else -1)

    def flipped(self) -> Bound:
        """The bound of what begins or ends where this one does."""
        return replace(self, inclusive=not self.inclusive, is_lower=not self.is_lower)


@dataclass(frozen=True, slots=True)
class Range:
    """Not empty."""

    lower: Bound
    upper: Bound


def bound(text: str | None, subtype: int, inclusive: bool, is_lower: bool) -> Bound:
    """A bound from its text."""
    if text is None:
        return Bound(None, 0, False, is_lower)
    shown = read_text(subtype, text, None, -1, SETTINGS)
    if subtype == DATE:
        return Bound(shown, read_date(shown, SETTINGS), inclusive, is_lower)
    if subtype == TIMESTAMP:
        return Bound(shown, read_timestamp(shown, SETTINGS, zoned=False), inclusive, is_lower)
    if subtype in (INT4, INT8):
        return Bound(shown, int(shown), inclusive, is_lower)
    return Bound(shown, SPECIAL.get(shown) or Decimal(shown), inclusive, is_lower)


def made(lower: Bound, upper: Bound, subtype: int) -> Range | None:
    """make_range: None is the empty one."""
    if subtype in DISCRETE:
        lower, upper = _next(lower, subtype, not lower.inclusive), _next(upper, subtype, upper.inclusive)
    if lower.text is not None and upper.text is not None:
        if lower.value > upper.value:
            raise PgDomainError("22000", "range lower bound must be less than or equal to range upper bound")
        if lower.value == upper.value and not (lower.inclusive and upper.inclusive):
            return None
    return Range(lower, upper)


def _next(one: Bound, subtype: int, moved: bool) -> Bound:
    """A discrete bound in its canonical form: lower ones inclusive, upper ones not."""
    if one.text is None or not moved or one.text.endswith("infinity"):
        return one
    value = int(one.value) + 1
    if value > LARGEST.get(subtype, value):
        raise PgDomainError("22003", f"{'integer' if subtype == INT4 else 'bigint'} out of range")
    return Bound(_shown(value, subtype), value, one.is_lower, one.is_lower)


def _shown(value: int, subtype: int) -> str:
    if subtype != DATE:
        return str(value)
    year, month, day = civil(value)
    era = "" if year > 0 else " BC"
    return f"{year if year > 0 else 1 - year:04d}-{month:02d}-{day:02d}{era}"


@lru_cache(maxsize=4096)
def parsed(text: str, subtype: int) -> Range | None:
    """range_in."""
    if text.strip().lower() == "empty":
        return None
    match = TEXT.fullmatch(text)
    if match is None:
        raise PgDomainError("22P02", f'malformed range literal: "{text}"')
    lower, upper = (bound(_unquoted(match[at]), subtype, match[side] in "[]", at == 2) for at, side in ((2, 1), (3, 4)))
    if lower.text is not None and upper.text is not None and lower.value > upper.value:
        raise PgDomainError("22000", "range lower bound must be less than or equal to range upper bound")
    return made(lower, upper, subtype)


def _unquoted(text: str) -> str | None:
    if text == "":
        return None
    return re.sub(r'""|"|\\(.)', lambda match: match[1] or ('"' if match[0] == '""' else ""), text, flags=re.DOTALL)


def show(one: Range | None) -> str:
    """range_out."""
    if one is None:
        return "empty"
    opening, closing = "[" if one.lower.inclusive else "(", "]" if one.upper.inclusive else ")"
    return f"{opening}{_quoted(one.lower.text)},{_quoted(one.upper.text)}{closing}"


def _quoted(text: str | None) -> str:
    if text is None:
        return ""
    return '"' + re.sub(r'(["\\])', r"\1\1", text) + '"' if NEEDS_QUOTES.search(text) else text


@function("VARCHAR VARCHAR VARCHAR UINTEGER", "VARCHAR", strict=False)
def range_make(lower: str | None, upper: str | None, flags: str | None, subtype: int) -> str:
    if flags is None:
        raise PgDomainError("22000", "range constructor flags argument must not be null")
    if flags not in ("[]", "[)", "(]", "()"):
        raise PgDomainError("42601", "invalid range bound flags")
    low, high = bound(lower, subtype, flags[0] == "[", True), bound(upper, subtype, flags[1] == "]", False)
    if low.text is not None and high.text is not None and low.value > high.value:
        raise PgDomainError("22000", "range lower bound must be less than or equal to range upper bound")
    return show(made(low, high, subtype))


@function("VARCHAR UINTEGER VARCHAR", "VARCHAR")
def range_bound(text: str, subtype: int, which: str) -> str | None:
    one = parsed(text, subtype)
    return None if one is None else (one.lower if which == "lower" else one.upper).text


FACTS: dict[str, Callable[[Range | None], bool]] = {
    "isempty": lambda one: one is None,
    "lower_inc": lambda one: one is not None and one.lower.inclusive,
    "upper_inc": lambda one: one is not None and one.upper.inclusive,
    "lower_inf": lambda one: one is not None and one.lower.text is None,
    "upper_inf": lambda one: one is not None and one.upper.text is None,
}  # fmt: skip


@function("VARCHAR UINTEGER VARCHAR", "BOOLEAN")
def range_fact(text: str, subtype: int, which: str) -> bool:
    return FACTS[which](parsed(text, subtype))


def _contains(a: Range | None, b: Range | None) -> bool:
    if b is None:
        return True
    return a is not None and a.lower.key <= b.lower.key and a.upper.key >= b.upper.key


def _overlap(a: Range | None, b: Range | None) -> bool:
    return a is not None and b is not None and a.lower.key <= b.upper.key and b.lower.key <= a.upper.key


def _touch(upper: Bound, lower: Bound) -> bool:
    finite = upper.text is not None and lower.text is not None
    return finite and upper.value == lower.value and upper.inclusive != lower.inclusive


def _adjacent(a: Range | None, b: Range | None) -> bool:
    return a is not None and b is not None and (_touch(a.upper, b.lower) or _touch(b.upper, a.lower))


Two = Range | None
TESTS: dict[str, Callable[[Two, Two], bool]] = {
    "range_contains": _contains, "range_contained_by": lambda a, b: _contains(b, a), "range_overlaps": _overlap,
    "range_adjacent": _adjacent,
    "range_before": lambda a, b: a is not None and b is not None and a.upper.key < b.lower.key,
    "range_after": lambda a, b: a is not None and b is not None and a.lower.key > b.upper.key,
    "range_overleft": lambda a, b: a is not None and b is not None and a.upper.key <= b.upper.key,
    "range_overright": lambda a, b: a is not None and b is not None and a.lower.key >= b.lower.key,
}  # fmt: skip


@function("VARCHAR VARCHAR UINTEGER VARCHAR", "BOOLEAN")
def range_test(left: str, right: str, subtype: int, which: str) -> bool:
    return TESTS[which](parsed(left, subtype), parsed(right, subtype))


@function("VARCHAR VARCHAR UINTEGER", "BOOLEAN")
def range_holds(text: str, element: str, subtype: int) -> bool:
    point = bound(element, subtype, True, True)
    return _contains(parsed(text, subtype), Range(point, replace(point, is_lower=False)))


def _hull(a: Two, b: Two) -> Two:
    if a is None or b is None:
        return a or b
    # of equal bounds the second's digits stay
    return Range(min(b.lower, a.lower, key=lambda one: one.key), max(b.upper, a.upper, key=lambda one: one.key))


def _union(a: Two, b: Two, _: int) -> Two:
    if a is not None and b is not None and not (_overlap(a, b) or _adjacent(a, b)):
        raise PgDomainError("22000", "result of range union would not be contiguous")
    return _hull(a, b)


def _intersect(a: Two, b: Two, subtype: int) -> Two:
    if a is None or b is None or not _overlap(a, b):
        return None
    lower = max(a.lower, b.lower, key=lambda one: one.key)
    return made(lower, min(a.upper, b.upper, key=lambda one: one.key), subtype)


def _minus(a: Two, b: Two, subtype: int) -> Two:
    if a is None or b is None or not _overlap(a, b):
        return a
    before, behind = a.lower.key < b.lower.key, a.upper.key > b.upper.key
    if before and behind:
        raise PgDomainError("22000", "result of range difference would not be contiguous")
    if before:
        return made(a.lower, b.lower.flipped(), subtype)
    return made(b.upper.flipped(), a.upper, subtype) if behind else None


COMBINED: dict[str, Callable[[Two, Two, int], Two]] = {
    "range_union": _union, "range_merge": lambda a, b, _: _hull(a, b), "range_intersect": _intersect, "range_minus": _minus,
}  # fmt: skip


@function("VARCHAR VARCHAR UINTEGER VARCHAR", "VARCHAR")
def range_combined(left: str, right: str, subtype: int, which: str) -> str:
    return show(COMBINED[which](parsed(left, subtype), parsed(right, subtype), subtype))
