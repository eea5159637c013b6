"""How single fields of messages are read and written; a message's layout is a tuple of these.

A reader is total: it gives a value or raises BadMessageFormat, whatever the bytes. Refuses to know which message a field stands in.
Facts: protocol chapter "Message Data Types".
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from proxy.errors import BadMessageFormat

_INT16, _UINT16, _INT32, _UINT32 = (struct.Struct(code) for code in ("!h", "!H", "!i", "!I"))
_COLUMN = struct.Struct("!IhIhih")


class Reader:
    """A position in one message body."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._at = 0

    def take(self, count: int) -> bytes:
        """The next `count` bytes."""
        if count < 0 or self._at + count > len(self._body):
            raise BadMessageFormat("insufficient data left in message")
        self._at += count
        return self._body[self._at - count : self._at]

    def byte(self) -> bytes:
        """The next byte."""
        if self._at == len(self._body):
            raise BadMessageFormat("no data left in message")
        return self.take(1)

    def rest(self) -> bytes:
        """All that is left."""
        return self.take(len(self._body) - self._at)

    def cstring(self) -> str:
        """A string up to its zero byte, as UTF-8."""
        end = self._body.find(b"\0", self._at)
        if end < 0:
            raise BadMessageFormat("invalid string in message")
        text = self.take(end - self._at)
        self._at += 1
        try:
            return text.decode("utf-8")
        except UnicodeDecodeError as error:
            shown = " ".join(f"0x{byte:02x}" for byte in _sequence(text, error.start))
            raise InvalidEncoding(f'invalid byte sequence for encoding "UTF8": {shown}') from error

    def expect_end(self) -> None:
        """Refuse bytes that no field took."""
        if self._at != len(self._body):
            raise BadMessageFormat("invalid message format")


def _sequence(text: bytes, start: int) -> bytes:
    """The bytes that the first one announces, as Postgres shows them."""
    lead = text[start]
    length = next((size for size, first in ((4, 0xF0), (3, 0xE0), (2, 0xC0)) if first <= lead < 0xF8), 1)
    return text[start : start + length]


class InvalidEncoding(BadMessageFormat):
    """Text that is not UTF-8; the session goes on."""

    sqlstate = "22021"


@dataclass(frozen=True, slots=True)
class Field:
    """A way to read and a way to write one value."""

    read: Callable[[Reader], Any]
    write: Callable[[Any], bytes]


@dataclass(frozen=True, slots=True)
class Partial:
    """A list that breaks off. count: how many items it says it has."""

    count: int
    items: tuple[Any, ...]


def list_of(item: Field) -> Field:
    """An int16 count and that many items."""

    def read(reader: Reader) -> tuple[Any, ...]:
        (count,) = _UINT16.unpack(reader.take(2))
        items: list[Any] = []
        try:
            while len(items) < count:
                items.append(item.read(reader))
        except BadMessageFormat as error:
            error.read = (Partial(count, tuple(items)),)
            raise
        return tuple(items)

    def write(values: Sequence[Any]) -> bytes:
        return _UINT16.pack(len(values)) + b"".join(item.write(value) for value in values)

    return Field(read, write)


def _read_bytes(reader: Reader) -> bytes | None:
    length = _INT32.unpack(reader.take(4))[0]
    return None if length == -1 else reader.take(length)


def _write_bytes(value: bytes | None) -> bytes:
    return _INT32.pack(-1) if value is None else _INT32.pack(len(value)) + value


def _read_column(reader: Reader) -> tuple[Any, ...]:
    return (reader.cstring(), *_COLUMN.unpack(reader.take(_COLUMN.size)))


def _write_column(column: Sequence[Any]) -> bytes:
    return TEXT.write(column[0]) + _COLUMN.pack(*column[1:])


def _read_pairs(reader: Reader) -> tuple[tuple[str, str], ...]:
    pairs = []
    while (code := reader.take(1)) != b"\0":
        pairs.append((code.decode("latin-1"), reader.cstring()))
    return tuple(pairs)


def _write_pairs(pairs: Sequence[tuple[str, str]]) -> bytes:
    return b"".join(code.encode("latin-1") + TEXT.write(text) for code, text in pairs) + b"\0"


def _write_text(text: str) -> bytes:
    # A zero byte would end the string early and shift everything behind it; no text of ours or of a value may hold one.
    return text.replace("\0", "").encode("utf-8", "replace") + b"\0"


TEXT = Field(lambda reader: reader.cstring(), _write_text)
INT16 = Field(lambda reader: _INT16.unpack(reader.take(2))[0], _INT16.pack)
INT32 = Field(lambda reader: _INT32.unpack(reader.take(4))[0], _INT32.pack)
OID = Field(lambda reader: _UINT32.unpack(reader.take(4))[0], _UINT32.pack)
BYTE = Field(lambda reader: reader.byte(), lambda value: value)
BYTES = Field(_read_bytes, _write_bytes)
REST = Field(lambda reader: reader.rest(), lambda value: value)
COLUMN = Field(_read_column, _write_column)  # of a RowDescription
PAIRS = Field(_read_pairs, _write_pairs)  # of an ErrorResponse
