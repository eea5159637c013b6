"""Rows as values: composite types and records whose columns are known, in text and in binary.

Stored and computed with as the text that record_out prints; refuses to know the types of the columns: it asks their codecs. Facts:
src/backend/utils/adt/rowtypes.c (record_in, record_out, record_recv, record_send).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from proxy.pgtypes.codec import Codec, Input, Output, Raw
from proxy.pgtypes.errors import DatatypeMismatch, FeatureNotSupported, InvalidText, StorageMismatch, short_message
from proxy.pgtypes.fields import INT32, NULL_FIELD
from proxy.pgtypes.settings import DEFAULT_OUTPUT

NEEDS_QUOTES = re.compile(r'[(),"\\\s]', re.ASCII)
SPACE = " \t\n\v\f\r"
HEAD = struct.Struct("!Ii")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a row."""

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
        shown = []
        for column, item in zip(self.columns, self._items(str(raw))):
            value = None if item is None else column.codec.parsed(item, self.context)
            shown.append(None if value is None else column.codec.text(value, output))
        return record_text(shown)

    def send(self, raw: Raw) -> bytes:
        assert self.columns is not None
        parts = [INT32.pack(len(self.columns))]
        for column, text in zip(self.columns, self._items(str(raw))):
            parts.append(struct.pack("!I", column.oid))
            if text is None:
                parts.append(NULL_FIELD)
            else:
                data = column.codec.send(column.codec.parsed(text, self.context))
                parts += (INT32.pack(len(data)), data)
        return b"".join(parts)

    def _items(self, text: str) -> list[str | None]:
        items = parse_record(text)
        if self.columns is None or len(items) != len(self.columns):
            raise StorageMismatch(f"a row of {len(items)} columns arrived as type {self.name}")
        return items

    def read(self, text: str, context: Input) -> str:
        columns = self._known()
        items = parse_record(text)
        if len(items) != len(columns):
            detail = "Too few columns." if len(items) < len(columns) else "Too many columns."
            raise malformed(text, detail)
        return record_text(
            [None if item is None else _read(column, item, context) for column, item in zip(columns, items)]
        )

    def receive(self, data: bytes, context: Input) -> str:
        columns, at = self._known(), INT32.size
        if len(data) < at:
            raise short_message()
        count = INT32.unpack_from(data)[0]
        if count != len(columns):
            raise DatatypeMismatch(f"wrong number of columns: {count}, expected {len(columns)}")
        items: list[str | None] = []
        for place, column in enumerate(columns, 1):
            if len(data) < at + HEAD.size:
                raise short_message()
            oid, size = HEAD.unpack_from(data, at)
            at += HEAD.size
            if oid != column.oid:
                raise DatatypeMismatch(
                    f"binary data has type {oid} instead of expected {column.oid} in record column {place}"
                )
            if size < 0:
                items.append(None)
                continue
            if len(data) < at + size:
                raise short_message()
            items.append(column.codec.receive(data[at : at + size], _with_typmod(context, column)))
            at += size
        return record_text(items)

    def _known(self) -> Sequence[Column]:
        if self.columns is None:
            raise FeatureNotSupported("input of anonymous composite types is not implemented")
        return self.columns


def _with_typmod(context: Input, column: Column) -> Input:
    return Input(context.settings, context.catalog, column.typmod)


def _read(column: Column, text: str, context: Input) -> str:
    return column.codec.read(text, _with_typmod(context, column))


def malformed(text: str, detail: str) -> InvalidText:
    """What record_in says of text that is no row."""
    return InvalidText(f'malformed record literal: "{text}"', detail=detail)


def record_text(items: Sequence[str | None]) -> str:
    """record_out of the texts of its columns."""
    return "(" + ",".join("" if item is None else _quoted(item) for item in items) + ")"


def _quoted(text: str) -> str:
    if text and not NEEDS_QUOTES.search(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '""') + '"'


def parse_record(text: str) -> list[str | None]:
    """The texts of a row's columns; None for NULL. Raises InvalidText."""
    body = text.strip(SPACE)
    if not body.startswith("("):
        raise malformed(text, "Missing left parenthesis.")
    items: list[str | None] = []
    at = 1
    while True:
        item, at = _item(text, body, at)
        items.append(item)
        if body[at] == ")":
            break
        at += 1
    if at + 1 != len(body):
        raise malformed(text, "Junk after right parenthesis.")
    return [] if items == [None] and body[1] == ")" else items


def _item(text: str, body: str, at: int) -> tuple[str | None, int]:
    """A column's text, and where what ends it stands."""
    if body[at : at + 1] in (",", ")"):
        return None, at
    out, quoted = [], False
    while at < len(body) and (quoted or body[at] not in ",)"):
        char = body[at]
        if char == "\\":
            at += 1
            out.append(body[at : at + 1])
        elif char == '"' and quoted and body[at + 1 : at + 2] == '"':
            at += 1
            out.append('"')
        elif char == '"':
            quoted = not quoted
        else:
            out.append(char)
        at += 1
    if at >= len(body):
        raise malformed(text, "Unexpected end of input.")
    return "".join(out), at
