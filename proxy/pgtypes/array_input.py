"""The text form of arrays: `{1,NULL,"a \\"b\\""}`, nested braces and explicit bounds `[0:1]={a,b}`.

Gives nested lists of raw element texts; refuses to know element types. Facts: src/backend/utils/adt/arrayfuncs.c
(ReadArrayStr, ReadArrayToken, ReadArrayDimensions) of PostgreSQL 17 and later, whose details are repeated word for
word.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from proxy.pgtypes.errors import ArraySubscriptError, InvalidText, ProgramLimitExceeded
from proxy.pgtypes.integers import SPACE, c_number

MAX_DIMENSIONS = 6
BOUND = re.compile(r"[+-]?[0-9]++")
INT4_MAX = 2**31 - 1
MAX_ITEMS = 2**27 - 1
NO_BOUNDS = '"[" must introduce explicitly-specified array dimensions.'
MISMATCH = "Multidimensional arrays must have sub-arrays with matching dimensions."


@dataclass(frozen=True, slots=True)
class ParsedArray:
    """items: nested lists of texts and None. bounds: (lower, upper) of each dimension."""

    items: list[Any]
    bounds: list[tuple[int, int]]

    @property
    def prefix(self) -> str:
        """`[0:1]=` where a lower bound is not 1, else nothing."""
        if not self.items or all(lower == 1 for lower, _ in self.bounds):
            return ""
        return "".join(f"[{lower}:{upper}]" for lower, upper in self.bounds) + "="


def parse_array(text: str, delimiter: str = ",", *, wrapping: bool = False) -> ParsedArray:
    """Read an array literal. wrapping: bounds as up to PostgreSQL 16, cut to an int as atoi() does. Raises InvalidText,
    ArraySubscriptError, ProgramLimitExceeded."""
    bounds, at = _bounds(text, wrapping)
    reader = _Reader(text, at, delimiter)
    items = reader.array()
    sizes = reader.sizes
    if bounds and ([upper - lower + 1 for lower, upper in bounds] != sizes):
        raise reader.malformed("Specified array dimensions do not match array contents.")
    return ParsedArray(items, bounds or [(1, size) for size in sizes])


def _bounds(text: str, wrapping: bool) -> tuple[list[tuple[int, int]], int]:
    """ReadArrayDimensions: the bounds before the equals sign, and where what is behind it begins."""
    bounds: list[tuple[int, int]] = []
    at = _after_space(text, 0)
    while text[at : at + 1] == "[":
        if len(bounds) == MAX_DIMENSIONS:
            raise ProgramLimitExceeded(f"number of array dimensions exceeds the maximum allowed ({MAX_DIMENSIONS})")
        first, at = _bound(text, at + 1, NO_BOUNDS, wrapping)
        lower, upper = 1, first
        if text[at : at + 1] == ":":
            upper, at = _bound(text, at + 1, "Missing array dimension value.", wrapping)
            lower = first
        if text[at : at + 1] != "]":
            raise _malformed(text, 'Missing "]" after array dimensions.')
        bounds.append(_sound(lower, upper, wrapping))
        at = _after_space(text, at + 1)
    if not bounds:
        return bounds, at
    if text[at : at + 1] != "=":
        raise _malformed(text, 'Missing "=" after array dimensions.')
    return bounds, at + 1


def _bound(text: str, at: int, missing: str, wrapping: bool) -> tuple[int, int]:
    """A whole number without blanks before it, and where it ends."""
    match = BOUND.match(text, at)
    if match is None:
        raise _malformed(text, missing)
    number, end = c_number(text, at)
    if wrapping:
        return (number + INT4_MAX + 1) % 2**32 - INT4_MAX - 1, end
    if not -INT4_MAX - 1 <= number <= INT4_MAX:
        raise ProgramLimitExceeded("array bound is out of integer range")
    return number, end


def _sound(lower: int, upper: int, wrapping: bool) -> tuple[int, int]:
    """The bounds of one dimension, whose size an int holds."""
    if upper == INT4_MAX and not wrapping:
        raise ProgramLimitExceeded(f"array upper bound is too large: {upper}")
    if upper < lower:
        raise ArraySubscriptError("upper bound cannot be less than lower bound")
    if upper == INT4_MAX:
        raise ProgramLimitExceeded(f"array lower bound is too large: {lower}")
    if upper - lower >= INT4_MAX:
        raise ProgramLimitExceeded(f"array size exceeds the maximum allowed ({MAX_ITEMS})")
    return lower, upper


def _after_space(text: str, at: int) -> int:
    while text[at : at + 1] and text[at] in SPACE:
        at += 1
    return at


def _malformed(text: str, detail: str) -> InvalidText:
    return InvalidText(f'malformed array literal: "{text}"', detail=detail)


class _Reader:
    """A cursor over one literal; `sizes` is the shape found so far, by depth."""

    def __init__(self, text: str, at: int, delimiter: str) -> None:
        self.text = text
        self.at = at
        self.delimiter = delimiter
        self.sizes: list[int] = []
        self.leaf_depth = 0
        self.opened = text[at - 1 : at] == "="

    def array(self) -> list[Any]:
        """The whole literal from the first brace on."""
        self._skip_space()
        if self._peek() != "{":
            if self.opened:
                raise self.malformed('Array contents must start with "{".')
            raise self.malformed('Array value must start with "{" or dimension information.')
        items = self._braces(1)
        self._skip_space()
        if self.at < len(self.text):
            raise self.malformed("Junk after closing right brace.")
        if 0 in self.sizes:
            self.sizes = []
            return []
        return items

    def malformed(self, detail: str) -> InvalidText:
        """The one message, with what is wrong in the detail."""
        return _malformed(self.text, detail)

    def _braces(self, depth: int) -> list[Any]:
        if depth > MAX_DIMENSIONS:
            raise ProgramLimitExceeded(f"number of array dimensions exceeds the maximum allowed ({MAX_DIMENSIONS})")
        self.at += 1
        items: list[Any] = []
        self._skip_space()
        if self._peek() == "}":
            self.at += 1
            return self._closed(items, depth)
        while True:
            self._skip_space()
            items.append(self._item(depth))
            self._skip_space()
            char = self._next()
            if char == "}":
                return self._closed(items, depth)
            if char != self.delimiter:
                raise self.malformed(self._unexpected(char))

    def _item(self, depth: int) -> Any:
        char = self._peek()
        if char == "{":
            if self.leaf_depth and depth >= self.leaf_depth:
                raise self.malformed(MISMATCH)
            return self._braces(depth + 1)
        if char == "":
            raise self.malformed("Unexpected end of input.")
        if char in ("}", self.delimiter):
            raise self.malformed(f'Unexpected "{char}" character.')
        if self.leaf_depth and self.leaf_depth != depth or len(self.sizes) > depth:
            raise self.malformed(MISMATCH)
        self.leaf_depth = depth
        return self._quoted() if char == '"' else self._plain()

    def _closed(self, items: list[Any], depth: int) -> list[Any]:
        while len(self.sizes) < depth:
            self.sizes.append(-1)
        if self.sizes[depth - 1] not in (-1, len(items)):
            raise self.malformed(MISMATCH)
        self.sizes[depth - 1] = len(items)
        return items

    def _quoted(self) -> str:
        self.at += 1
        chars: list[str] = []
        while True:
            char = self._next()
            if char == '"':
                break
            chars.append(self._next() if char == "\\" else char)
        self._skip_space()
        if self._peek() not in ("}", self.delimiter, ""):
            raise self.malformed("Incorrectly quoted array element.")
        return "".join(chars)

    def _plain(self) -> str | None:
        chars: list[str] = []
        kept = 0
        escaped = False
        while True:
            char = self._peek()
            if char in ("}", self.delimiter, ""):
                break
            if char in ('"', "{"):
                detail = "Incorrectly quoted array element." if char == '"' else 'Unexpected "{" character.'
                raise self.malformed(detail)
            self.at += 1
            if char == "\\":
                escaped = True
                chars.append(self._next())
                kept = len(chars)
                continue
            chars.append(char)
            if char not in SPACE:
                kept = len(chars)
        word = "".join(chars[:kept])
        return None if word.lower() == "null" and not escaped else word

    def _unexpected(self, char: str) -> str:
        return f'Unexpected "{char}" character.' if char in "{}" else "Unexpected array element."

    def _skip_space(self) -> None:
        self.at = _after_space(self.text, self.at)

    def _peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def _next(self) -> str:
        char = self._peek()
        if not char:
            raise self.malformed("Unexpected end of input.")
        self.at += 1
        return char
