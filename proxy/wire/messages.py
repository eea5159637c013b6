"""The messages of protocol 3, one frozen dataclass each: a tag, a layout, and nothing else.

`decode` reads a complete body, a client's or (for tests that read a server) a server's; `encode` writes any message. Refuses to know
their order. Facts: protocol chapter "Message Formats".
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import ClassVar

from proxy.errors import BadMessageFormat, ProtocolViolation
from proxy.wire.fields import BYTE, BYTES, COLUMN, INT16, INT32, OID, PAIRS, REST, TEXT, Field, Reader, list_of


@dataclass(frozen=True, slots=True)
class Message:
    """Base: fields are in wire order and follow `layout`."""

    tag: ClassVar[bytes] = b""
    layout: ClassVar[tuple[Field, ...]] = ()


# Frontend


@dataclass(frozen=True, slots=True)
class Query(Message):
    """Simple query."""

    tag: ClassVar[bytes] = b"Q"
    layout: ClassVar[tuple[Field, ...]] = (TEXT,)
    sql: str


@dataclass(frozen=True, slots=True)
class Parse(Message):
    """Client names a statement."""

    tag: ClassVar[bytes] = b"P"
    layout: ClassVar[tuple[Field, ...]] = (TEXT, TEXT, list_of(OID))
    statement: str
    sql: str
    param_oids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Bind(Message):
    """Client makes a portal of a statement and values."""

    tag: ClassVar[bytes] = b"B"
    layout: ClassVar[tuple[Field, ...]] = (TEXT, TEXT, list_of(INT16), list_of(BYTES), list_of(INT16))
    portal: str
    statement: str
    param_formats: tuple[int, ...]
    params: tuple[bytes | None, ...]
    result_formats: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Describe(Message):
    """kind: S statement, P portal."""

    tag: ClassVar[bytes] = b"D"
    layout: ClassVar[tuple[Field, ...]] = (BYTE, TEXT)
    kind: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Execute(Message):
    """row_limit 0 = all."""

    tag: ClassVar[bytes] = b"E"
    layout: ClassVar[tuple[Field, ...]] = (TEXT, INT32)
    portal: str
    row_limit: int


@dataclass(frozen=True, slots=True)
class Close(Message):
    """kind: S statement, P portal."""

    tag: ClassVar[bytes] = b"C"
    layout: ClassVar[tuple[Field, ...]] = (BYTE, TEXT)
    kind: bytes
    name: str


@dataclass(frozen=True, slots=True)
class Flush(Message):
    """Send what there is."""

    tag: ClassVar[bytes] = b"H"


@dataclass(frozen=True, slots=True)
class Sync(Message):
    """End of an extended-query batch."""

    tag: ClassVar[bytes] = b"S"


@dataclass(frozen=True, slots=True)
class Terminate(Message):
    """Client says goodbye."""

    tag: ClassVar[bytes] = b"X"


@dataclass(frozen=True, slots=True)
class PasswordMessage(Message):
    """A password or a step of SASL; the authenticator reads the body."""

    tag: ClassVar[bytes] = b"p"
    layout: ClassVar[tuple[Field, ...]] = (REST,)
    body: bytes


@dataclass(frozen=True, slots=True)
class CopyData(Message):
    """COPY data; frontend ones are discarded outside COPY IN, which the double has not."""

    tag: ClassVar[bytes] = b"d"
    layout: ClassVar[tuple[Field, ...]] = (REST,)
    data: bytes


@dataclass(frozen=True, slots=True)
class CopyDone(Message):
    """End of COPY."""

    tag: ClassVar[bytes] = b"c"


@dataclass(frozen=True, slots=True)
class CopyFail(Message):
    """Client gives a COPY up."""

    tag: ClassVar[bytes] = b"f"
    layout: ClassVar[tuple[Field, ...]] = (TEXT,)
    reason: str


@dataclass(frozen=True, slots=True)
class FunctionCall(Message):
    """One function by its OID."""

    tag: ClassVar[bytes] = b"F"
    layout: ClassVar[tuple[Field, ...]] = (OID, list_of(INT16), list_of(BYTES), INT16)
    function: int
    formats: tuple[int, ...]
    arguments: tuple[bytes | None, ...]
    result_format: int


# Backend


@dataclass(frozen=True, slots=True)
class Authentication(Message):
    """code 0 ok, 10 SASL, 11 continue, 12 final; data as the code says."""

    tag: ClassVar[bytes] = b"R"
    layout: ClassVar[tuple[Field, ...]] = (INT32, REST)
    code: int
    data: bytes = b""


@dataclass(frozen=True, slots=True)
class BackendKeyData(Message):
    """What a CancelRequest must show."""

    tag: ClassVar[bytes] = b"K"
    layout: ClassVar[tuple[Field, ...]] = (INT32, REST)
    pid: int
    secret: bytes


@dataclass(frozen=True, slots=True)
class NegotiateProtocolVersion(Message):
    """The newest minor version the server speaks, and options it does not know."""

    tag: ClassVar[bytes] = b"v"
    layout: ClassVar[tuple[Field, ...]] = (INT32, INT32, REST)
    minor: int
    count: int
    options: bytes


@dataclass(frozen=True, slots=True)
class ParameterStatus(Message):
    """A setting clients track."""

    tag: ClassVar[bytes] = b"S"
    layout: ClassVar[tuple[Field, ...]] = (TEXT, TEXT)
    name: str
    value: str


@dataclass(frozen=True, slots=True)
class ReadyForQuery(Message):
    """status: I idle, T in a transaction, E failed."""

    tag: ClassVar[bytes] = b"Z"
    layout: ClassVar[tuple[Field, ...]] = (BYTE,)
    status: bytes


@dataclass(frozen=True, slots=True)
class RowDescription(Message):
    """(name, relation, attnum, type, size, typmod, format) a column."""

    tag: ClassVar[bytes] = b"T"
    layout: ClassVar[tuple[Field, ...]] = (list_of(COLUMN),)
    columns: tuple[tuple[str, int, int, int, int, int, int], ...]


@dataclass(frozen=True, slots=True)
class ParameterDescription(Message):
    """Types of a statement's parameters."""

    tag: ClassVar[bytes] = b"t"
    layout: ClassVar[tuple[Field, ...]] = (list_of(OID),)
    oids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FunctionCallResponse(Message):
    """What a function gave."""

    tag: ClassVar[bytes] = b"V"
    layout: ClassVar[tuple[Field, ...]] = (BYTES,)
    value: bytes | None


@dataclass(frozen=True, slots=True)
class DataRow(Message):
    """One row by hand; results of queries come encoded already."""

    tag: ClassVar[bytes] = b"D"
    layout: ClassVar[tuple[Field, ...]] = (list_of(BYTES),)
    values: tuple[bytes | None, ...]


@dataclass(frozen=True, slots=True)
class CommandComplete(Message):
    """A statement ended."""

    tag: ClassVar[bytes] = b"C"
    layout: ClassVar[tuple[Field, ...]] = (TEXT,)
    command: str


@dataclass(frozen=True, slots=True)
class NoData(Message):
    """A statement without rows."""

    tag: ClassVar[bytes] = b"n"


@dataclass(frozen=True, slots=True)
class ParseComplete(Message):
    """Parse is done."""

    tag: ClassVar[bytes] = b"1"


@dataclass(frozen=True, slots=True)
class BindComplete(Message):
    """Bind is done."""

    tag: ClassVar[bytes] = b"2"


@dataclass(frozen=True, slots=True)
class CloseComplete(Message):
    """Close is done."""

    tag: ClassVar[bytes] = b"3"


@dataclass(frozen=True, slots=True)
class EmptyQueryResponse(Message):
    """An empty statement."""

    tag: ClassVar[bytes] = b"I"


@dataclass(frozen=True, slots=True)
class PortalSuspended(Message):
    """The row limit was reached."""

    tag: ClassVar[bytes] = b"s"


@dataclass(frozen=True, slots=True)
class CopyOutResponse(Message):
    """COPY TO STDOUT starts; format 0 text, 1 binary, then one code a column."""

    tag: ClassVar[bytes] = b"H"
    layout: ClassVar[tuple[Field, ...]] = (BYTE, list_of(INT16))
    format: bytes
    formats: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CopyInResponse(Message):
    """COPY FROM STDIN waits for data; format 0 text, 1 binary, then one code a column."""

    tag: ClassVar[bytes] = b"G"
    layout: ClassVar[tuple[Field, ...]] = (BYTE, list_of(INT16))
    format: bytes
    formats: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ErrorResponse(Message):
    """pairs: (code letter, text)."""

    tag: ClassVar[bytes] = b"E"
    layout: ClassVar[tuple[Field, ...]] = (PAIRS,)
    pairs: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class NoticeResponse(ErrorResponse):
    """A warning."""

    tag: ClassVar[bytes] = b"N"


FRONTEND: Mapping[bytes, type[Message]] = {
    message.tag: message
    for message in (
        Query, Parse, Bind, Describe, Execute, Close, Flush, Sync, Terminate, PasswordMessage, CopyData, CopyDone, CopyFail,
        FunctionCall,
    )
}  # fmt: skip
BACKEND: Mapping[bytes, type[Message]] = {
    message.tag: message
    for message in (
        Authentication, BackendKeyData, NegotiateProtocolVersion, ParameterStatus, ReadyForQuery, RowDescription,
        ParameterDescription, DataRow, CommandComplete, NoData, ParseComplete, BindComplete, CloseComplete, EmptyQueryResponse,
        PortalSuspended, FunctionCallResponse, CopyInResponse, CopyOutResponse, CopyData, CopyDone, ErrorResponse, NoticeResponse,
    )
}  # fmt: skip


def decode(tag: bytes, body: bytes, known: Mapping[bytes, type[Message]] = FRONTEND) -> Message:
    """One complete body. Short, trailing or unknown bytes raise ProtocolViolation (BadMessageFormat)."""
    kind = known.get(tag)
    if kind is None:
        raise ProtocolViolation(f"invalid frontend message type {tag[0]}")
    reader = Reader(body)
    values: list[object] = []
    try:
        for field in kind.layout:
            values.append(field.read(reader))
        reader.expect_end()
    except BadMessageFormat as error:
        error.read = (*values, *error.read)
        raise
    return kind(*values)


def encode(message: Message) -> bytes:
    """The message with its tag and length."""
    body = b"".join([kind.write(getattr(message, name)) for name, kind in zip(_names(type(message)), message.layout)])
    return message.tag + struct.pack("!i", len(body) + 4) + body


def _names(kind: type[Message]) -> tuple[str, ...]:
    if kind not in _NAMES:
        _NAMES[kind] = tuple(field.name for field in fields(kind))
    return _NAMES[kind]


_NAMES: dict[type[Message], tuple[str, ...]] = {}
