"""Ranges and multiranges: input, canonical form, text and binary, and the sets of values that they are.

Refuses to know SQL: `proxy.engine.functions.ranges` computes with the sets. Facts: src/backend/utils/adt/rangetypes.c and
multirangetypes.c; a bound is a cut before or after a value, so that every interval is half open between two cuts.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from policies.errors import PgError
from proxy.pgtypes.arrays import received_item
from proxy.pgtypes.codec import Codec, Input, Output, Raw
from proxy.pgtypes.errors import InvalidText, short_message
from proxy.pgtypes.fields import INT32
from proxy.pgtypes.integers import excess
from proxy.pgtypes.settings import DEFAULT_OUTPUT

EMPTY, LOWER_INC, UPPER_INC, LOWER_INF, UPPER_INF = 1, 2, 4, 8, 16
NEEDS_QUOTES = re.compile(r'["\\()\[\],\s]|^$', re.ASCII)
BLANK = re.compile(r"\s*+")
QUOTED = r'"(?:[^"\\]|""|\\.)*+"'  # to the first quote that no other one follows, and no other way
BOUND = re.compile(rf"(?:{QUOTED}|\\.|[^\"\\,)\]])*+", re.DOTALL)
OPENING = re.compile(r"\s*+(?:(empty)|[\[(])", re.IGNORECASE)
PART = re.compile(
    rf"\s*+(?:(empty)\s*+|([\[(])({BOUND.pattern}),({BOUND.pattern})([\])])\s*+)", re.IGNORECASE | re.DOTALL
)
PIECE = re.compile(r'"((?:[^"\\]|""|\\.)*+)"|\\(.)|([^"\\])', re.DOTALL)


class RangeOrder(PgError):
    """data_exception: a lower bound above the upper one."""

    sqlstate = "22000"


@dataclass(frozen=True, slots=True)
class Subtype:
    """What a range is of. read: text to raw value; key: raw value to what sorts as it. last: of discrete
    values, the largest, and the error of going beyond it."""

    oid: int
    codec: Codec
    read: Callable[[str, Input], Raw]
    key: Callable[[Raw], Any]
    last: tuple[int, type[PgError], str] | None = None


@dataclass(frozen=True, slots=True)
class Cut:
    """Between values: side 0 is before the value, 1 behind it. infinite: -1, 0 or 1."""

    infinite: int
    key: Any = None
    side: int = 0
    value: Raw = None

    @property
    def place(self) -> tuple[Any, ...]:
        """What sorts as the cuts do."""
        return (self.infinite, self.key, self.side) if not self.infinite else (self.infinite,)


Interval = tuple[Cut, Cut]
Intervals = tuple[Interval, ...]


def normal(subtype: Subtype, cut: Cut) -> Cut:
    """Discrete values are cut before them only. Raises the subtype's error where the last one is cut behind it."""
    if subtype.last is None or not cut.side or cut.infinite or _is_endless(subtype, cut.value):
        return cut
    largest, error, message = subtype.last
    if cut.value >= largest:
        raise error(message)
    return Cut(0, cut.key + 1, 0, cut.value + 1)


def _is_endless(subtype: Subtype, value: Raw) -> bool:
    return subtype.codec.text(value, Output(DEFAULT_OUTPUT)) in ("infinity", "-infinity")


def interval(subtype: Subtype, lower: Raw | None, upper: Raw | None, bounds: str) -> Intervals:
    """The set between two values, None for no bound. bounds: [) and its kin. Raises RangeOrder."""
    low = Cut(-1) if lower is None else Cut(0, subtype.key(lower), int(bounds[0] == "("), lower)
    high = Cut(1) if upper is None else Cut(0, subtype.key(upper), int(bounds[1] == "]"), upper)
    if not low.infinite and not high.infinite and low.key > high.key:
        raise RangeOrder("range lower bound must be less than or equal to range upper bound")
    if low.place >= high.place:  # what is empty has no canonical form
        return ()
    low, high = normal(subtype, low), normal(subtype, high)
    return ((low, high),) if low.place < high.place else ()


def parse_range(subtype: Subtype, text: str, context: Input) -> Intervals:
    """range_in."""
    match = PART.fullmatch(text)
    if match is None:
        raise malformed("range", text, _fault(text))
    return _matched(subtype, match, context)


def parse_multirange(subtype: Subtype, text: str, context: Input) -> Intervals:
    """multirange_in."""
    inside = text.strip()
    if not (inside.startswith("{") and inside.endswith("}")):
        raise malformed("multirange", text, "" if inside.startswith("{") else "Missing left brace.")
    inside, at = inside[1:-1], 0
    found: list[Interval] = []
    while at < len(inside) and not inside.isspace():
        match = PART.match(inside, at)
        if match is None:
            raise malformed("multirange", text)
        found += _matched(subtype, match, context)
        at = match.end()
        if at < len(inside):
            if inside[at] != "," or BLANK.fullmatch(inside, at + 1):
                raise malformed(
                    "multirange",
                    text,
                    "Expected range start." if inside[at] == "," else "Expected comma or end of multirange.",
                )
            at += 1
    return merged(found)


def _fault(text: str) -> str:
    """Why a text is no range."""
    opening = OPENING.match(text)
    if opening is None:
        return "Missing left parenthesis or bracket."
    if opening[1]:
        return 'Junk after "empty" key word.'
    lower = _end_of_bound(text, opening.end())
    if text[lower : lower + 1] != ",":
        return "Missing comma after lower bound." if lower < len(text) else "Unexpected end of input."
    upper = _end_of_bound(text, lower + 1)
    if upper == len(text):
        return "Unexpected end of input."
    return "Too many commas." if text[upper] == "," else "Junk after right parenthesis or bracket."


def _end_of_bound(text: str, at: int) -> int:
    """The end of the text where quotes or an escape are left open."""
    match = BOUND.match(text, at)
    end = match.end() if match is not None else at
    return len(text) if text[end : end + 1] in ('"', "\\") else end


def malformed(kind: str, text: str, detail: str = "") -> PgError:
    """22P02."""
    return InvalidText(f'malformed {kind} literal: "{text}"', detail=detail)


def _matched(subtype: Subtype, match: re.Match[str], context: Input) -> Intervals:
    if match[1]:
        return ()
    lower, upper = (None if not part else subtype.read(_unquoted(part), context) for part in (match[3], match[4]))
    return interval(subtype, lower, upper, match[2] + match[5])


def _unquoted(text: str) -> str:
    return "".join(
        re.sub(r'""|\\(.)', lambda two: two[1] or '"', piece[1]) if piece[1] is not None else piece[2] or piece[3]
        for piece in PIECE.finditer(text)
    )


def merged(intervals: Sequence[Interval]) -> Intervals:
    """Sorted, and joined where they overlap or touch; of equal bounds the later's digits stay."""
    found: list[Interval] = []
    for low, high in sorted(intervals, key=lambda one: (one[0].place, one[1].place)):
        if found and low.place <= found[-1][1].place:
            first = low if low.place == found[-1][0].place else found[-1][0]
            found[-1] = (first, max(high, found[-1][1], key=lambda cut: cut.place))
        else:
            found.append((low, high))
    return tuple(found)


def range_text(subtype: Subtype, intervals: Intervals, output: Output) -> str:
    """range_out; of at most one interval."""
    if not intervals:
        return "empty"
    low, high = intervals[0]
    shown = ["" if cut.infinite else _quoted(subtype.codec.text(cut.value, output)) for cut in (low, high)]
    return f"{'(' if low.infinite or low.side else '['}{shown[0]},{shown[1]}{']' if high.side and not high.infinite else ')'}"


def multirange_text(subtype: Subtype, intervals: Intervals, output: Output) -> str:
    """multirange_out."""
    return "{" + ",".join(range_text(subtype, (one,), output) for one in intervals) + "}"


def _quoted(text: str) -> str:
    if not NEEDS_QUOTES.search(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '""') + '"'


def range_bytes(subtype: Subtype, intervals: Intervals) -> bytes:
    """range_send."""
    if not intervals:
        return bytes((EMPTY,))
    low, high = intervals[0]
    flags = LOWER_INF if low.infinite else 0 if low.side else LOWER_INC
    flags |= UPPER_INF if high.infinite else UPPER_INC if high.side else 0
    sent = bytes((flags,))
    for cut in (low, high):
        if not cut.infinite:
            value = subtype.codec.send(cut.value)
            sent += struct.pack("!i", len(value)) + value
    return sent


def range_received(subtype: Subtype, data: bytes, context: Input) -> Intervals:
    """range_recv."""
    if not data:
        raise short_message()
    flags, at = data[0], 1
    bounds: list[Raw | None] = []
    for endless in (LOWER_INF, UPPER_INF):
        if flags & (EMPTY | endless):
            bounds.append(None)
            continue
        item, at = received_item(data, at)
        if item is None:
            raise short_message()
        bounds.append(subtype.read(subtype.codec.receive(item, context), context))
    if at != len(data):
        raise excess()
    if flags & EMPTY:
        return ()
    return interval(
        subtype, bounds[0], bounds[1], ("[" if flags & LOWER_INC else "(") + ("]" if flags & UPPER_INC else ")")
    )


class Range(Codec):
    """A range type: stored as its canonical text in UTC and DateStyle ISO."""

    def __init__(self, name: str, subtype: Subtype) -> None:
        super().__init__(name)
        self.subtype = subtype

    @property
    def has_binary(self) -> bool:
        return self.subtype.codec.has_binary

    def text(self, raw: Raw, output: Output) -> str:
        return range_text(self.subtype, parse_range(self.subtype, raw, Input()), output)

    def send(self, raw: Raw) -> bytes:
        return range_bytes(self.subtype, parse_range(self.subtype, raw, Input()))

    def read(self, text: str, context: Input) -> str:
        return range_text(self.subtype, parse_range(self.subtype, text, context), Output())

    def receive(self, data: bytes, context: Input) -> str:
        return range_text(self.subtype, range_received(self.subtype, data, _canonical(context)), Output())


class Multirange(Range):
    """A multirange type."""

    def text(self, raw: Raw, output: Output) -> str:
        return multirange_text(self.subtype, parse_multirange(self.subtype, raw, Input()), output)

    def send(self, raw: Raw) -> bytes:
        parts = [range_bytes(self.subtype, (one,)) for one in parse_multirange(self.subtype, raw, Input())]
        return struct.pack("!i", len(parts)) + b"".join(struct.pack("!i", len(part)) + part for part in parts)

    def read(self, text: str, context: Input) -> str:
        return multirange_text(self.subtype, parse_multirange(self.subtype, text, context), Output())

    def receive(self, data: bytes, context: Input) -> str:
        if len(data) < INT32.size:
            raise short_message()
        at, found = INT32.size, list[Interval]()
        for _ in range(INT32.unpack_from(data)[0]):
            item, at = received_item(data, at)
            if item is None:
                raise short_message()
            found += range_received(self.subtype, item, _canonical(context))
        if at != len(data):
            raise excess()
        return multirange_text(self.subtype, merged(found), Output())


def _canonical(context: Input) -> Input:
    """For values that a receive function has printed."""
    return Input(catalog=context.catalog)
