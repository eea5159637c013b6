"""Arrays of any element type, and the two vectors: text with Postgres' quoting, binary with dimensions and element
OID.

Refuses to know element types: it asks their codec. Facts: src/backend/utils/adt/arrayfuncs.c (array_in, array_out,
array_recv, array_send) and int.c, oid.c for int2vector and oidvector, whose lower bound is 0.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from policies.errors import PgError
from proxy.catalog.model import Catalog
from proxy.catalog.versions import Since
from proxy.pgtypes.array_input import ParsedArray, parse_array
from proxy.pgtypes.codec import Codec, Input, Output, Raw
from proxy.pgtypes.errors import (
    ArraySubscriptError,
    DatatypeMismatch,
    FeatureNotSupported,
    InvalidBinary,
    ProgramLimitExceeded,
    StorageMismatch,
    invalid_input,
    short_message,
)
from proxy.pgtypes.fields import INT32, NULL_FIELD, Field, field_values
from proxy.pgtypes.integers import SPACE, excess
from proxy.pgtypes.names import PG_CATALOG, format_type

MAX_DIMENSIONS = 6
FIRST_GENBKI_OID = 10_000
PATH = (PG_CATALOG,)
MAX_ELEMENTS = 134_217_727
HEADER = struct.Struct("!iiI")
DIMENSION = struct.Struct("!ii")
NEEDS_QUOTES = re.compile(r'["\\{}\s]', re.ASCII)


class Items(list[Any]):
    """An array's items. nulls: what its binary form says of NULLs, whether or not any are left."""

    nulls = False


class Array(Codec):
    """An array type; lower bounds other than 1 are read and printed but the engine has none.

    A slice arrives as STRUCT(items, nulls), since its binary form tells of NULLs in what it was cut from.
    """

    def __init__(self, name: str, element: Codec, element_oid: int, delimiter: str = ",") -> None:
        super().__init__(name)
        self.element = element
        self.element_oid = element_oid
        self.delimiter = delimiter

    @property
    def has_binary(self) -> bool:
        return self.element.has_binary

    def no_binary(self, column: str) -> PgError:
        return self.element.no_binary(column)

    @property
    def within(self) -> int:
        """How many lists deep an element is: a vector is a list itself."""
        return int(isinstance(self.element, Vector))

    def raw(self, column: pa.Array) -> list[Raw | None]:
        return _flagged(column, lambda items: _nested(items, self.element.raw, self.name, self.within))

    def text(self, raw: Raw, output: Output) -> str:
        return self._printed(raw, lambda value: self.element.text(value, output))

    def send(self, raw: Raw) -> bytes:
        return self._sent(raw, self.element.send)

    def text_column(self, column: pa.Array, output: Output) -> Field:
        def texts(child: pa.Array) -> list[str | None]:
            fields = field_values(self.element.text_column(child, output))
            return [None if field is None else field.decode() for field in fields]

        rows = _flagged(column, lambda items: _nested(items, texts, self.name, self.within))
        return pa.array([None if row is None else self._printed(row, str) for row in rows], pa.large_string())

    def send_column(self, column: pa.Array) -> Field:
        def sent(items: pa.Array) -> list[Any]:
            return _nested(items, lambda child: field_values(self.element.send_column(child)), self.name, self.within)

        rows = _flagged(column, sent)
        return pa.array([None if row is None else self._sent(row, bytes) for row in rows], pa.large_binary())

    def read(self, text: str, context: Input) -> str:
        parsed = parse_array(text, self.delimiter, wrapping=not context.has(Since.ARRAY_BOUNDS_CHECKED))
        items = _mapped(parsed.items, lambda item: self.element.read(item, context))
        return parsed.prefix + self._printed(items, str)

    def parsed(self, text: str, context: Input) -> Raw:
        return _mapped(parse_array(text, self.delimiter).items, lambda item: self.element.parsed(item, context))

    def receive(self, data: bytes, context: Input) -> str:
        bounds, items = _received(data, self.element_oid, context.catalog)
        texts = _mapped(items, lambda item: self.element.receive(item, context))
        return ParsedArray(texts, bounds).prefix + self._printed(texts, str)

    def engine(self, text: str) -> object:
        parsed = parse_array(text, self.delimiter)
        if parsed.prefix:
            raise FeatureNotSupported(
                "arrays with a lower bound other than 1 are not supported", hint="Write the array without its bounds."
            )
        return _mapped(parsed.items, self.element.engine)

    def _printed(self, items: list[Any], show: Callable[[Any], str]) -> str:
        if not _dimensions(items):
            return "{}"
        return self._braced(items, show)

    def _braced(self, items: list[Any], show: Callable[[Any], str]) -> str:
        parts = [
            "NULL" if item is None else self._braced(item, show) if isinstance(item, list) else self._quoted(show(item))
            for item in items
        ]
        return "{" + self.delimiter.join(parts) + "}"

    def _quoted(self, text: str) -> str:
        if text and text.lower() != "null" and not NEEDS_QUOTES.search(text) and self.delimiter not in text:
            return text
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'

    def _sent(self, items: list[Any], send: Callable[[Any], bytes], lower: int = 1) -> bytes:
        sizes = _dimensions(items)
        flat = list(_flat(items)) if sizes else []
        parts = [
            HEADER.pack(
                len(sizes), int(None in flat or (bool(flat) and getattr(items, "nulls", False))), self.element_oid
            )
        ]
        parts += [DIMENSION.pack(size, lower) for size in sizes]
        for item in flat:
            if item is None:
                parts.append(NULL_FIELD)
            else:
                data = send(item)
                parts += (INT32.pack(len(data)), data)
        return b"".join(parts)


class Vector(Array):
    """int2vector and oidvector: numbers with spaces between; never NULL inside, lower bound 0. A tuple, unlike a dimension."""

    def raw(self, column: pa.Array) -> list[Raw | None]:
        return [None if row is None else tuple(row) for row in super().raw(column)]

    def _printed(self, items: list[Any], show: Callable[[Any], str]) -> str:
        return " ".join(show(item) for item in items)

    def _sent(self, items: list[Any], send: Callable[[Any], bytes], lower: int = 0) -> bytes:
        data = super()._sent(list(items), send, lower)
        return data if items else HEADER.pack(1, 0, self.element_oid) + DIMENSION.pack(0, 0)

    def read(self, text: str, context: Input) -> str:
        words = text.split()
        if text.strip(SPACE) and not words:
            raise invalid_input(self.name, text)
        return " ".join(self.element.read(word, context) for word in words)

    def parsed(self, text: str, context: Input) -> Raw:
        return tuple(self.element.parsed(word, context) for word in text.split())

    def receive(self, data: bytes, context: Input) -> str:
        bounds, items = _received(data, self.element_oid, context.catalog)
        if not items or bounds[0][0] != 0 or any(item is None or isinstance(item, list) for item in items):
            raise InvalidBinary(f"invalid {self.name} data")
        return " ".join(self.element.receive(item, context) for item in items)

    def engine(self, text: str) -> object:
        return [self.element.engine(word) for word in text.split()]


def is_list(kind: pa.DataType) -> bool:
    """Whether values are lists of any length."""
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


def _flagged(column: pa.Array, convert: Callable[[pa.Array], list[Any]]) -> list[Any]:
    """The rows of a column, those of slices with their flag."""
    if not pa.types.is_struct(column.type):
        return convert(column)
    rows: list[Any] = []
    for items, nulls in zip(convert(column.field("items")), column.field("nulls").to_pylist()):
        row = None if items is None else Items(items)
        if row is not None:
            row.nulls = bool(nulls)
        rows.append(row)
    return rows


def _nested(column: pa.Array, convert: Callable[[pa.Array], list[Any]], name: str, within: int = 0) -> list[Any]:
    """A list column as Python lists, its innermost values converted in one go. within: how many lists deep such a value is itself."""
    kind = column.type
    if pa.types.is_null(kind):
        return [None] * len(column)
    if pa.types.is_fixed_size_list(kind):
        column = column.cast(pa.list_(kind.value_type))
    elif not is_list(kind):
        raise StorageMismatch(f"a column of type {name} arrived as {kind}")
    offsets = column.offsets.to_pylist()
    child = column.values.slice(offsets[0], offsets[-1] - offsets[0])
    if pa.types.is_dictionary(child.type):
        child = child.dictionary_decode()
    inner = child.type
    for _ in range(within):
        inner = inner.value_type if is_list(inner) else inner
    is_nested = is_list(inner)
    items = _nested(child, convert, name, within) if is_nested else convert(child)
    rows = [items[start - offsets[0] : stop - offsets[0]] for start, stop in zip(offsets, offsets[1:])]
    if column.null_count == 0:
        return rows
    return [row if valid else None for row, valid in zip(rows, column.is_valid().to_pylist())]


def _dimensions(items: list[Any]) -> list[int]:
    """Size of each dimension; [] for an empty array. Raises ArraySubscriptError where the array is not rectangular."""
    sizes: list[int] = []
    level: list[Any] = [items]
    while level and all(isinstance(item, list) for item in level):
        lengths = {len(item) for item in level}
        if len(lengths) != 1:
            raise ArraySubscriptError("multidimensional arrays must have array expressions with matching dimensions")
        sizes.append(lengths.pop())
        level = [inner for item in level for inner in item]
    if any(isinstance(item, list) for item in level):
        raise ArraySubscriptError("multidimensional arrays must have array expressions with matching dimensions")
    return [] if 0 in sizes else sizes


def _flat(items: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for item in items:
        if isinstance(item, list):
            flat += _flat(item)
        else:
            flat.append(item)
    return flat


def _mapped(items: list[Any], convert: Callable[[Any], Any]) -> list[Any]:
    return [
        None if item is None else _mapped(item, convert) if isinstance(item, list) else convert(item) for item in items
    ]


def _received(data: bytes, element_oid: int, catalog: Catalog | None) -> tuple[list[tuple[int, int]], list[Any]]:
    """Bounds (lower, upper) and nested lists of the elements' bytes. Types that are not Postgres' own are taken for another's."""
    if len(data) < HEADER.size:
        raise short_message()
    dimensions, flags, element = HEADER.unpack_from(data)
    if not 0 <= dimensions <= MAX_DIMENSIONS:
        raise ProgramLimitExceeded(
            f"number of array dimensions ({dimensions}) exceeds the maximum allowed ({MAX_DIMENSIONS})"
        )
    if flags not in (0, 1):
        raise InvalidBinary("invalid array flags")
    if element != element_oid and max(element, element_oid) < FIRST_GENBKI_OID:
        names = [
            "" if catalog is None else f" ({format_type(oid, None, catalog, PATH)})" for oid in (element, element_oid)
        ]
        raise DatatypeMismatch(
            f"binary data has array element type {element}{names[0]} instead of expected {element_oid}{names[1]}"
        )
    at = HEADER.size
    if len(data) < at + DIMENSION.size * dimensions:
        raise short_message()
    shape = [DIMENSION.unpack_from(data, at + DIMENSION.size * one) for one in range(dimensions)]
    at += DIMENSION.size * dimensions
    total = 1 if shape else 0
    for size, _ in shape:
        total *= size
        if size < 0 or total > MAX_ELEMENTS:
            raise ProgramLimitExceeded(f"array size exceeds the maximum allowed ({MAX_ELEMENTS})")
    flat: list[Any] = []
    for _ in range(total):
        item, at = received_item(data, at)
        flat.append(item)
    if at != len(data):
        raise excess()
    for size, _ in reversed(shape[1:]):
        flat = [flat[start : start + size] for start in range(0, len(flat), size)] if size else []
    return [(lower, lower + size - 1) for size, lower in shape], flat


def received_item(data: bytes, at: int) -> tuple[bytes | None, int]:
    """A value with its length before it, None for NULL; and where the next one begins."""
    if len(data) < at + 4:
        raise short_message()
    size: int = INT32.unpack_from(data, at)[0]
    if size == -1:
        return None, at + 4
    if size < 0 or len(data) < at + 4 + size:
        raise short_message()
    return data[at + 4 : at + 4 + size], at + 4 + size
