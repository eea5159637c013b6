"""point, lseg, box, path, polygon, line and circle: stored as Postgres prints them, sent as their coordinates.

Refuses to know operators on them. Facts: src/backend/utils/adt/geo_ops.c, whose readers are followed step by step: what they
take as a delimiter, and where.
"""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from policies.errors import PgError
from proxy.pgtypes.codec import Codec, Input, Output, Raw
from proxy.pgtypes.errors import InvalidBinary, InvalidText, invalid_input, short_message
from proxy.pgtypes.fields import INT32
from proxy.pgtypes.floats import Float
from proxy.pgtypes.integers import SPACE, excess
from proxy.pgtypes.settings import DEFAULT_OUTPUT

FLOAT8 = Float("double precision", 8)
NUMBER = re.compile(
    r"\s*+([+-]?(?:0x[0-9a-f.]++(?:p[+-]?\d++)?|(?:\d++\.?\d*+|\.\d++)(?:e[+-]?\d++)?|inf(?:inity)?|nan))\s*+",
    re.ASCII | re.IGNORECASE,
)
EPSILON = 1.0e-06
NO_DIRECTION = "invalid line specification: A and B cannot both be zero"
Numbers = tuple[float, ...]


class Wrong(ValueError):
    """The text is not of the type."""


@dataclass
class Reader:
    """A text and where its reading stands."""

    text: str
    at: int = 0

    @property
    def next(self) -> str:
        """The character that comes now, '' at the end."""
        return self.text[self.at : self.at + 1]

    def blanks(self) -> None:
        """Step over white space."""
        while self.next and self.next in SPACE:
            self.at += 1

    def take(self, *characters: str) -> bool:
        """Step over a character where it is one of these."""
        found = bool(self.next) and self.next in characters
        self.at += found
        return found

    def need(self, *characters: str) -> None:
        """Step over one of these. Raises Wrong."""
        if not self.take(*characters):
            raise Wrong

    def number(self) -> float:
        """single_decode."""
        match = NUMBER.match(self.text, self.at)
        if match is None:
            raise Wrong
        self.at = match.end()
        return FLOAT8.parse(match[1])

    def pair(self) -> Numbers:
        """pair_decode: `1,2` or `(1,2)`."""
        self.blanks()
        delimited = self.take("(")
        x = self.number()
        self.need(",")
        y = self.number()
        if delimited:
            self.need(")")
            self.blanks()
        return x, y

    def pairs(self, count: int, *, may_open: bool) -> tuple[Numbers, bool]:
        """path_decode: coordinates of `count` points, and whether square brackets stand around them."""
        self.blanks()
        depth, is_open = 0, self.next == "["
        if is_open:
            if not may_open:
                raise Wrong
            depth, self.at = 1, self.at + 1
        elif self.next == "(":
            inner = Reader(self.text, self.at + 1)
            inner.blanks()
            if inner.next == "(" or self.text.rfind("(") == self.at:
                depth, self.at = 1, inner.at
        found = list[float]()
        for _ in range(count):
            found += self.pair()
            self.take(",")
        while depth:
            self.need(")", *("]" if is_open and depth == 1 else ""))
            self.blanks()
            depth -= 1
        return tuple(found), is_open

    def end(self) -> None:
        """Raises Wrong where something is left."""
        if self.next:
            raise Wrong


def _points(numbers: Sequence[str]) -> str:
    return ",".join(f"({x},{y})" for x, y in zip(numbers[0::2], numbers[1::2]))


def _less(one: float, other: float) -> bool:
    """float8_lt: NaN is above all."""
    return (math.isnan(one), one) < (math.isnan(other), other) if not math.isnan(one) else False


def _box(numbers: Numbers) -> Numbers:
    """The upper right corner first."""
    x1, y1, x2, y2 = numbers
    if _less(x1, x2):
        x1, x2 = x2, x1
    if _less(y1, y2):
        y1, y2 = y2, y1
    return x1, y1, x2, y2


def _line(numbers: Numbers) -> Numbers:
    if abs(numbers[0]) <= EPSILON and abs(numbers[1]) <= EPSILON:
        raise InvalidText(NO_DIRECTION)
    return numbers


def _line_through(numbers: Numbers) -> Numbers:
    """line_construct of two points."""
    x1, y1, x2, y2 = numbers
    if abs(x1 - x2) <= EPSILON and abs(y1 - y2) <= EPSILON:
        raise InvalidText("invalid line specification: must be two distinct points")
    if abs(x1 - x2) <= EPSILON:
        return -1.0, 0.0, x1
    if abs(y1 - y2) <= EPSILON:
        return 0.0, -1.0, y1
    slope = (y1 - y2) / (x1 - x2)
    return slope, -1.0, (y1 - slope * x1) or 0.0


def _read_point(reader: Reader) -> Numbers:
    return reader.pair()


def _read_segment(reader: Reader) -> Numbers:
    return reader.pairs(2, may_open=True)[0]


def _read_box(reader: Reader) -> Numbers:
    return _box(reader.pairs(2, may_open=False)[0])


def _read_line(reader: Reader) -> Numbers:
    reader.blanks()
    if not reader.take("{"):
        return _line_through(reader.pairs(2, may_open=True)[0])
    a = reader.number()
    reader.need(",")
    b = reader.number()
    reader.need(",")
    c = reader.number()
    reader.need("}")
    reader.blanks()
    return _line((a, b, c))


def _read_circle(reader: Reader) -> Numbers:
    reader.blanks()
    depth = int(reader.take("<"))
    if not depth and reader.next == "(":
        inner = Reader(reader.text, reader.at + 1)
        inner.blanks()
        if inner.next == "(":
            depth, reader.at = 1, inner.at
    x, y = reader.pair()
    reader.take(",")
    radius = reader.number()
    if radius < 0:
        raise Wrong
    if depth:
        reader.need(")", ">")
        reader.blanks()
    return x, y, radius


class Shape(Codec):
    """A shape of a fixed number of coordinates. show: of their texts; check: what a client sent. Raw: the text."""

    def __init__(
        self,
        name: str,
        size: int,
        reader: Callable[[Reader], Numbers],
        show: Callable[[Sequence[str]], str],
        check: Callable[[Numbers], Numbers] = lambda numbers: numbers,
    ) -> None:
        super().__init__(name)
        self._layout = struct.Struct(f"!{size}d")
        self._reader, self._show, self._check = reader, show, check

    def read(self, text: str, context: Input) -> str:
        return self._shown(self._numbers(text), Output())

    def _numbers(self, text: str) -> Numbers:
        reader = Reader(text)
        try:
            numbers = self._reader(reader)
            reader.end()
        except Wrong:
            raise invalid_input(self.name, text) from None
        return numbers

    def _shown(self, numbers: Numbers, output: Output) -> str:
        return self._show([FLOAT8.text(number, output) for number in numbers])

    def text(self, raw: Raw, output: Output) -> str:
        if output.settings.extra_float_digits == DEFAULT_OUTPUT.extra_float_digits:
            return str(raw)
        return self._shown(self._numbers(raw), output)

    def send(self, raw: Raw) -> bytes:
        return self._layout.pack(*self._numbers(raw))

    def receive(self, data: bytes, context: Input) -> str:
        if len(data) != self._layout.size:
            raise short_message() if len(data) < self._layout.size else excess()
        try:
            return self._shown(self._check(self._layout.unpack(data)), Output())
        except InvalidText as error:
            raise InvalidBinary(error.message) from None


class Outline(Codec):
    """path and polygon: any number of points. A path may be open, which square brackets say."""

    def __init__(self, name: str, *, may_open: bool) -> None:
        super().__init__(name)
        self._may_open = may_open

    def read(self, text: str, context: Input) -> str:
        return self._shown(*self._read(text), Output())

    def _read(self, text: str) -> tuple[Numbers, bool]:
        commas = text.count(",")
        reader = Reader(text)
        try:
            if commas % 2 == 0:
                raise Wrong
            reader.blanks()
            around = self._may_open and reader.next == "(" and text.rfind("(") == reader.at
            reader.at += around
            numbers, is_open = reader.pairs((commas + 1) // 2, may_open=self._may_open)
            if around:
                reader.need(")")
                reader.blanks()
            reader.end()
        except Wrong:
            raise invalid_input(self.name, text) from None
        return numbers, is_open

    def _shown(self, numbers: Numbers, is_open: bool, output: Output) -> str:
        inside = _points([FLOAT8.text(number, output) for number in numbers])
        return f"[{inside}]" if is_open else f"({inside})"

    def text(self, raw: Raw, output: Output) -> str:
        if output.settings.extra_float_digits == DEFAULT_OUTPUT.extra_float_digits:
            return str(raw)
        return self._shown(*self._read(raw), output)

    def send(self, raw: Raw) -> bytes:
        numbers, is_open = self._read(raw)
        closed = bytes((not is_open,)) if self._may_open else b""
        return closed + INT32.pack(len(numbers) // 2) + struct.pack(f"!{len(numbers)}d", *numbers)

    def receive(self, data: bytes, context: Input) -> str:
        at = int(self._may_open)
        if len(data) < at + INT32.size:
            raise short_message()
        count: int = INT32.unpack_from(data, at)[0]
        if not 0 < count < 2**26:
            raise self._bad_count()
        at += INT32.size
        if len(data) != at + 16 * count:
            raise short_message() if len(data) < at + 16 * count else excess()
        is_open = self._may_open and not data[0]
        return self._shown(struct.unpack_from(f"!{2 * count}d", data, at), is_open, Output())

    def _bad_count(self) -> PgError:
        return InvalidBinary(f'invalid number of points in external "{self.name}" value')


def _circle(numbers: Numbers) -> Numbers:
    if numbers[2] < 0:
        raise InvalidText('invalid radius in external "circle" value')
    return numbers


POINT = Shape("point", 2, _read_point, _points)
SEGMENT = Shape("lseg", 4, _read_segment, lambda numbers: f"[{_points(numbers)}]")
BOX = Shape("box", 4, _read_box, _points, _box)
LINE = Shape("line", 3, _read_line, lambda numbers: "{" + ",".join(numbers) + "}", _line)
CIRCLE = Shape("circle", 3, _read_circle, lambda numbers: f"<{_points(numbers[:2])},{numbers[2]}>", _circle)
PATH = Outline("path", may_open=True)
POLYGON = Outline("polygon", may_open=False)
