"""Composite types: rows of typed columns, stored as the text that Postgres prints for them.

Refuses to know the columns' types: it asks their codecs. Facts: src/backend/utils/adt/rowtypes.c (record_in, record_out, record_recv,
record_send), whose messages are repeated word for word.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from proxy.pgtypes.arrays import FIRST_GENBKI_OID, PATH, received_item
from proxy.pgtypes.codec import Codec, Input, Output, Raw
from proxy.pgtypes.errors import DatatypeMismatch, InvalidBinary, short_message
from proxy.pgtypes.fields import INT32, NULL_FIELD
from proxy.pgtypes.integers import excess
from proxy.pgtypes.names import format_type
from proxy.pgtypes.row_input import malformed, parse_row, row_text
from proxy.pgtypes.settings import DEFAULT_OUTPUT

OID = struct.Struct("!I")
Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the type: its type, typmod and codec."""

    oid: int
    typmod: int
    codec: Codec


class Composite(Codec):
    """A composite type, or the row type of a table."""

    def __init__(self, name: str, columns: tuple[Column, ...]) -> None:
        super().__init__(name)
        self.columns = columns

    @property
    def has_binary(self) -> bool:
        return all(column.codec.has_binary for column in self.columns)

    def text(self, raw: Raw, output: Output) -> str:
        if output.settings == DEFAULT_OUTPUT:
            return str(raw)
        return row_text(self._each(raw, lambda codec, value: codec.text(value, output)))

    def send(self, raw: Raw) -> bytes:
        sent = INT32.pack(len(self.columns))
        for column, value in zip(self.columns, self._each(raw, lambda codec, value: codec.send(value))):
            sent += OID.pack(column.oid) + (NULL_FIELD if value is None else INT32.pack(len(value)) + value)
        return sent

    def _each(self, raw: Raw, show: Callable[[Codec, Raw], Shown]) -> list[Shown | None]:
        texts = parse_row(raw)
        return [
            None if text is None else show(column.codec, column.codec.parse(text))
            for column, text in zip(self.columns, texts)
        ]

    def read(self, text: str, context: Input) -> str:
        items = parse_row(text)
        if len(items) < len(self.columns):
            raise malformed(text, "Too few columns.")
        if len(items) > max(len(self.columns), 1):
            raise malformed(text, "Too many columns.")
        return row_text([
            None if item is None else column.codec.read(item, replace(context, typmod=column.typmod))
            for column, item in zip(self.columns, items)
        ])  # fmt: skip

    def receive(self, data: bytes, context: Input) -> str:
        if len(data) < INT32.size:
            raise short_message()
        count: int = INT32.unpack_from(data)[0]
        if count != len(self.columns):
            raise DatatypeMismatch(f"wrong number of columns: {count}, expected {len(self.columns)}")
        at, texts = INT32.size, list[str | None]()
        for number, column in enumerate(self.columns, 1):
            if len(data) < at + OID.size:
                raise short_message()
            self._require_type(column, OID.unpack_from(data, at)[0], number, context)
            item, at = received_item(data, at + OID.size)
            texts.append(None if item is None else _received(column, item, number, context))
        if at != len(data):
            raise excess()
        return row_text(texts)

    def _require_type(self, column: Column, oid: int, number: int, context: Input) -> None:
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
