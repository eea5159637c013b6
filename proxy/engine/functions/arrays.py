"""Arrays as text, and the few array functions that SQL over lists cannot say.

Elements arrive as the text of their output functions; refuses to know element types. Facts: src/backend/utils/adt/arrayfuncs.c.
"""

from __future__ import annotations

import re

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.udf import function
from proxy.pgtypes import row_input
from proxy.pgtypes.array_input import parse_array
from proxy.pgtypes.arrays import MAX_DIMENSIONS, MAX_ELEMENTS

NEEDS_QUOTES = re.compile(r'[{},"\\\s]', re.ASCII)
Texts = tuple[str | None, ...]
Numbers = tuple[int | None, ...]


@function("VARCHAR[] VARCHAR", "VARCHAR")
def array_text(items: Texts, kind: str) -> str:
    """array_out of a list of texts. kind: 'n' nested braces are elements already printed, '' plain."""
    return "{" + ",".join("NULL" if item is None else item if kind == "n" else _quoted(item) for item in items) + "}"


def _quoted(text: str) -> str:
    if text == "" or text.upper() == "NULL" or NEEDS_QUOTES.search(text):
        return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'
    return text


@function("VARCHAR[]", "VARCHAR")
def row_text(items: Texts) -> str:
    """record_out of a list of texts."""
    return row_input.row_text(items)


@function("VARCHAR INTEGER", "VARCHAR[]")
def row_columns(text: str, count: int) -> list[str | None]:
    """The columns of a row that a client wrote for a type with so many."""
    items = row_input.parse_row(text)
    if len(items) != max(count, 1):
        raise row_input.malformed(text, "Too few columns." if len(items) < count else "Too many columns.")
    return items


@function("VARCHAR", "VARCHAR[]")
def row_items(text: str) -> list[str | None]:
    """The columns of a row that was printed."""
    return row_input.parse_row(text)


@function("VARCHAR[] VARCHAR VARCHAR", "VARCHAR", strict=False)
def array_to_string(items: Texts | None, separator: str | None, null_text: str | None) -> str | None:
    if items is None or separator is None:
        return None
    shown = (null_text if item is None else item for item in items)
    return separator.join(item for item in shown if item is not None)


@function("BOOLEAN[]", "INTEGER")
def array_bucket(reached: tuple[bool, ...]) -> int:
    """width_bucket's search among thresholds that need not be sorted: it halves them as Postgres does."""
    low, high = 0, len(reached)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if reached[middle] else (low, middle)
    return low


@function("INTEGER[] INTEGER[] BOOLEAN", "INTEGER", strict=False)
def array_fill_size(lengths: Numbers | None, bounds: Numbers | None, bounded: bool) -> int:
    """The elements of array_fill(…, lengths [, bounds]). Raises 0A000 where the array is not one that starts at 1."""
    if lengths is None or (bounded and bounds is None):
        raise PgDomainError("22004", "dimension array or low bound array cannot be null")
    if None in lengths:
        raise PgDomainError("22004", "dimension values cannot be null")
    if len(lengths) > MAX_DIMENSIONS:
        raise PgDomainError(
            "54000", f"number of array dimensions ({len(lengths)}) exceeds the maximum allowed ({MAX_DIMENSIONS})"
        )
    if bounds is not None and None in bounds:
        raise PgDomainError("22004", "dimension values cannot be null")
    if bounds is not None and len(bounds) != len(lengths):
        detail = "Low bound array has different size than dimensions array."
        raise PgDomainError("2202E", "wrong number of array subscripts", detail)
    size = _size([length or 0 for length in lengths])
    if size and len(lengths) > 1:
        raise PgDomainError("0A000", "arrays of several dimensions are not supported by the double")
    if size and bounds and bounds[0] is not None and bounds[0] != 1:
        if bounds[0] + size > 2**31 - 1:
            raise PgDomainError("22003", f"array lower bound is too large: {bounds[0]}")
        raise PgDomainError("0A000", "arrays with a lower bound other than 1 are not supported by the double")
    return size


def _size(lengths: list[int]) -> int:
    """ArrayGetNItems: a length of 0 does not excuse a negative one before it."""
    size = 1 if lengths else 0
    for length in lengths:
        size *= length
        if length < 0 or size > MAX_ELEMENTS:
            raise PgDomainError("54000", f"array size exceeds the maximum allowed ({MAX_ELEMENTS})")
    return size


@function("VARCHAR VARCHAR VARCHAR", "VARCHAR[]", strict=False)
def string_to_array(text: str | None, separator: str | None, null_text: str | None) -> list[str | None] | None:
    if text is None:
        return None
    if not text:
        return []
    parts: list[str] = list(text) if separator is None else text.split(separator) if separator else [text]
    return [None if null_text is not None and part == null_text else part for part in parts]


@function("VARCHAR VARCHAR", "VARCHAR[]")
def array_items(text: str, delimiter: str) -> list[str | None]:
    """The elements of a one-dimensional array literal, as their input functions will read them."""
    items = parse_array(text, delimiter).items
    if any(isinstance(item, list) for item in items):
        raise PgDomainError(
            "0A000", "arrays of several dimensions are not supported by the double", "", "Use arrays of one dimension."
        )
    return items
