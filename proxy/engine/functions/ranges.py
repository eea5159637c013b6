"""Functions and operators of ranges and multiranges, both as sets of intervals over their canonical texts.

Refuses to know types beyond the subtype's OID. Facts:
src/backend/utils/adt/rangetypes.c and multirangetypes.c.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.numeric import numeric_key
from proxy.engine.functions.udf import function
from proxy.pgtypes import InputSettings
from proxy.pgtypes.codec import Input, Output
from proxy.pgtypes.range_types import SUBTYPES, continuous
from proxy.pgtypes.ranges import (
    Cut,
    Intervals,
    Multirange,
    Range,
    Subtype,
    interval,
    merged,
    multirange_text,
    parse_multirange,
    parse_range,
    range_text,
)  # fmt: skip
from proxy.pgtypes.registry import codec_of

Texts = tuple[str | None, ...]
BOUNDS = ("[]", "[)", "(]", "()")


def parsed(subtype: Subtype, text: str) -> Intervals:
    """A range, or a multirange, from its text."""
    return (parse_multirange if text.startswith("{") else parse_range)(subtype, text, Input())


def _contains(a: Intervals, b: Intervals) -> bool:
    return all(any(x[0].place <= y[0].place and y[1].place <= x[1].place for x in a) for y in b)


def _overlaps(a: Intervals, b: Intervals) -> bool:
    return any(max(x[0].place, y[0].place) < min(x[1].place, y[1].place) for x in a for y in b)


def _before(a: Intervals, b: Intervals) -> bool:
    return bool(a and b) and a[-1][1].place <= b[0][0].place


def _adjacent(a: Intervals, b: Intervals) -> bool:
    return bool(a and b) and (a[-1][1].place == b[0][0].place or b[-1][1].place == a[0][0].place)


TESTS: dict[str, Callable[[Intervals, Intervals], bool]] = {
    "contains": _contains, "contained_by": lambda a, b: _contains(b, a), "overlaps": _overlaps, "before": _before,
    "after": lambda a, b: _before(b, a), "adjacent": _adjacent,
    "overleft": lambda a, b: bool(a and b) and a[-1][1].place <= b[-1][1].place,
    "overright": lambda a, b: bool(a and b) and a[0][0].place >= b[0][0].place,
}  # fmt: skip


def _intersection(a: Intervals, b: Intervals) -> Intervals:
    found = []
    for x in a:
        for y in b:
            low, high = max(x[0], y[0], key=_place), min(x[1], y[1], key=_place)
            if low.place < high.place:
                found.append((low, high))
    return tuple(found)


def _place(cut: Cut) -> tuple[object, ...]:
    return cut.place


def _difference(a: Intervals, b: Intervals) -> Intervals:
    rest = list(a)
    for low, high in b:
        kept = []
        for x in rest:
            if high.place <= x[0].place or x[1].place <= low.place:
                kept.append(x)
                continue
            kept += [(x[0], low)] if x[0].place < low.place else []
            kept += [(high, x[1])] if high.place < x[1].place else []
        rest = kept
    return tuple(rest)


def _hull(a: Intervals, b: Intervals) -> Intervals:
    """Of equal bounds the second's digits stay."""
    if not a or not b:
        return a or b
    return ((min(b[0][0], a[0][0], key=_place), max(b[-1][1], a[-1][1], key=_place)),)


def _union(a: Intervals, b: Intervals) -> Intervals:
    both = merged((*a, *b))
    return _hull(a, b) if len(both) == 1 and len(a) <= 1 and len(b) <= 1 else both


SETS: dict[str, Callable[[Intervals, Intervals], Intervals]] = {
    "union": _union, "intersect": _intersection, "minus": _difference, "merge": _hull,
}  # fmt: skip
WORDS = {"union": "union", "minus": "difference"}


@function("VARCHAR UINTEGER VARCHAR VARCHAR", "BOOLEAN")
def range_test(name: str, oid: int, left: str, right: str) -> bool:
    """Any of TESTS."""
    subtype = SUBTYPES[oid]
    return TESTS[name](parsed(subtype, left), parsed(subtype, right))


@function("UINTEGER VARCHAR VARCHAR VARCHAR", "BOOLEAN")
def range_holds(oid: int, text: str, element: str, timezone: str) -> bool:
    """Whether a value, by its text, is among a range's or multirange's."""
    subtype = SUBTYPES[oid]
    value = subtype.read(element, Input(InputSettings(timezone=timezone)))
    key = subtype.key(value)
    return _contains(parsed(subtype, text), ((Cut(0, key, 0, value), Cut(0, key, 1, value)),))


@function("VARCHAR UINTEGER VARCHAR VARCHAR BOOLEAN", "VARCHAR")
def range_set(name: str, oid: int, left: str, right: str, many: bool) -> str:
    """Any of SETS, as a multirange (many) or a range."""
    subtype = SUBTYPES[oid]
    found = SETS[name](parsed(subtype, left), parsed(subtype, right))
    if not many and len(found) > 1:
        raise PgDomainError("22000", f"result of range {WORDS[name]} would not be contiguous")
    return _shown(subtype, found, many)


def _shown(subtype: Subtype, found: Intervals, many: bool) -> str:
    return (multirange_text if many else range_text)(subtype, found, Output())


@function("VARCHAR UINTEGER VARCHAR VARCHAR", "VARCHAR")
def range_read(text: str, oid: int, kind: str, timezone: str) -> str:
    """range_in and multirange_in of a type of the source's own. oid: of what it is of; kind: r or m."""
    subtype = continuous(oid, codec_of(oid))
    assert subtype is not None
    codec = (Range if kind == "r" else Multirange)("range", subtype)
    return codec.read(text, Input(InputSettings(timezone=timezone)))


@function("UINTEGER VARCHAR VARCHAR VARCHAR VARCHAR", "VARCHAR", strict=False)
def range_make(oid: int, lower: str | None, upper: str | None, bounds: str | None, timezone: str) -> str:
    """A range type's constructor over the texts of two values."""
    if bounds is None:
        raise PgDomainError("22000", "range constructor flags argument must not be null")
    if bounds not in BOUNDS:
        raise PgDomainError("42601", "invalid range bound flags")
    subtype, context = SUBTYPES[oid], Input(InputSettings(timezone=timezone))
    values = [None if text is None else subtype.read(text, context) for text in (lower, upper)]
    return range_text(subtype, interval(subtype, values[0], values[1], bounds), Output())


@function("UINTEGER VARCHAR[]", "VARCHAR")
def multirange_make(oid: int, ranges: Texts) -> str:
    """A multirange type's constructor, and range_agg: of ranges or of multiranges."""
    subtype = SUBTYPES[oid]
    return multirange_text(subtype, merged([one for text in ranges if text for one in parsed(subtype, text)]), Output())


@function("UINTEGER VARCHAR[] BOOLEAN", "VARCHAR")
def range_common(oid: int, ranges: Texts, many: bool) -> str | None:
    """range_intersect_agg; NULL of none."""
    subtype = SUBTYPES[oid]
    read = [parsed(subtype, text) for text in ranges if text]
    if not read:
        return None
    found = read[0]
    for one in read[1:]:
        found = _intersection(found, one)
    return _shown(subtype, found, many)


@function("UINTEGER VARCHAR", "VARCHAR[]")
def multirange_items(oid: int, text: str) -> list[str]:
    """unnest."""
    subtype = SUBTYPES[oid]
    return [range_text(subtype, (one,), Output()) for one in parsed(subtype, text)]


@function("VARCHAR UINTEGER VARCHAR", "VARCHAR")
def range_bound(name: str, oid: int, text: str) -> object:
    """lower or upper, as text that the engine's cast reads; NULL where there is none."""
    subtype = SUBTYPES[oid]
    found = parsed(subtype, text)
    if not found:
        return None
    cut = found[0][0] if name == "lower" else found[-1][1]
    return None if cut.infinite else subtype.codec.engine(subtype.codec.text(cut.value, Output()))


@function("VARCHAR UINTEGER VARCHAR", "BOOLEAN")
def range_has(name: str, oid: int, text: str) -> bool:
    """isempty, lower_inc, upper_inc, lower_inf, upper_inf."""
    found = parsed(SUBTYPES[oid], text)
    if name == "isempty" or not found:
        return name == "isempty" and not found
    low, high = found[0][0], found[-1][1]
    return {
        "lower_inc": not low.infinite and not low.side, "upper_inc": not high.infinite and bool(high.side),
        "lower_inf": bool(low.infinite), "upper_inf": bool(high.infinite),
    }[name]  # fmt: skip


@function("UINTEGER VARCHAR", "VARCHAR")
def range_key(oid: int, text: str) -> str:
    """Text whose byte order is that of the ranges: empty first, then by lower and upper bound; equal for equal ranges."""
    return "".join(_cut_key(oid, cut) for one in parsed(SUBTYPES[oid], text) for cut in one)


def _cut_key(oid: int, cut: Cut) -> str:
    if cut.infinite:
        return "1" if cut.infinite < 0 else "3"
    shown = numeric_key(str(cut.value)) if oid == 1700 else f"{cut.value + (1 << 64):018x}"
    return f"2{shown} {cut.side}"
