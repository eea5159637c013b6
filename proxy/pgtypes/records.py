"""Rows as values: composite types and records whose columns are known, in text and in binary.

Stored and computed with as the text that record_out prints; refuses to know the types of the columns: it asks their codecs. Facts:
src/backend/utils/adt/rowtypes.c (record_in, record_out, record_recv, record_send), whose messages are repeated word for word.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from proxy.pgtypes.arrays import FIRST_GENBKI_OID, PATH, received_item
from proxy.pgtypes.codec import Codec, Input, Output, Raw
from proxy.pgtypes.errors import DatatypeMismatch, FeatureNotSupported, InvalidBinary, StorageMismatch, short_message
from proxy.pgtypes.fields import INT32, NULL_FIELD
from proxy.pgtypes.integers import excess
from proxy.pgtypes.names import format_type
from proxy.pgtypes.row_input import malformed, parse_row, row_text
from proxy.pgtypes.settings import DEFAULT_OUTPUT

OID = struct.Struct("!I")
Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a row: its type, typmod and codec."""

    oid: int
    typmod: int
    codec: Codec


class Composite(Codec):
    """A row type; columns: None where a value itself would have to say what it is of. context: for reading what it printed."""

    def __init__(self, name: str, columns: Sequence[Column] | None, context: Input | None = None) -> None:
        super().__init__(name)
        self.columns = columns
        self.context = context or Input()

    @property
    def has_binary(self) -> bool:
        return self.columns is not None and all(column.codec.has_binary for column in self.columns)

    def text(self, raw: Raw, output: Output) -> str:
        if self.columns is None or output.settings == DEFAULT_OUTPUT:
            return str(raw)
        return row_text(self._each(self.columns, str(raw), lambda codec, value: codec.text(value, output)))

    def send(self, raw: Raw) -> bytes:
        assert self.columns is not None
        parts = [INT32.pack(len(self.columns))]
        for column, data in zip(
            self.columns, self._each(self.columns, str(raw), lambda codec, value: codec.send(value))
        ):
            parts += (OID.pack(column.oid), NULL_FIELD if data is None else INT32.pack(len(data)) + data)
        return b"".join(parts)

    def _each(self, columns: Sequence[Column], text: str, show: Callable[[Codec, Raw], Shown]) -> list[Shown | None]:
        items = parse_row(text)
        if len(items) != max(len(columns), 1):
            raise StorageMismatch(f"a row of {len(items)} columns arrived as type {self.name}")
        return [
            None if item is None else show(column.codec, column.codec.parsed(item, self.context))
            for column, item in zip(columns, items)
        ]

    def read(self, text: str, context: Input) -> str:
        columns = self._known()
        items = parse_row(text)
        if len(items) != max(len(columns), 1):
            raise malformed(text, "Too few columns." if len(items) < len(columns) else "Too many columns.")
        return row_text([
            None if item is None else column.codec.read(item, replace(context, typmod=column.typmod))
            for column, item in zip(columns, items)
        ])  # fmt: skip

    def receive(self, data: bytes, context: Input) -> str:
        columns = self._known()
        if len(data) < INT32.size:
            raise short_message()
        count: int = INT32.unpack_from(data)[0]
        if count != len(columns):
            raise DatatypeMismatch(f"wrong number of columns: {count}, expected {len(columns)}")
        at, texts = INT32.size, list[str | None]()
        for number, column in enumerate(columns, 1):
            if len(data) < at + OID.size:
                raise short_message()
            _require_type(column, OID.unpack_from(data, at)[0], number, context)
            item, at = received_item(data, at + OID.size)
            texts.append(None if item is None else _received(column, item, number, context))
        if at != len(data):
            raise excess()
        return row_text(texts)

    def _known(self) -> Sequence[Column]:
        if self.columns is None:
            raise FeatureNotSupported("input of anonymous composite types is not implemented")
        return self.columns


def _require_type(column: Column, oid: int, number: int, context: Input) -> None:
    if oid == column.oid or max(oid, column.oid) >= FIRST_GENBKI_OID:
        return
    names = [
        "" if context.catalog is None else f" ({format_type(one, None, context.catalog, PATH)})"
        for one in (oid, column.oid)
    ]
    raise DatatypeMismatch(
        f"binary data has type {oid}{names[0]} instead of expected {column.oid}{names[1]} in record column {number}"
    )


def _received(column: Column, data: bytes, number: int, context: Input) -> str:
    try:
        return column.codec.receive(data, replace(context, typmod=column.typmod))
    except InvalidBinary as error:
        if not error.message.startswith("incorrect binary data format"):
            raise
        raise InvalidBinary(f"improper binary format in record column {number}") from None
