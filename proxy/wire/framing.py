"""A byte stream cut into startup packets and messages. Total: any bytes give packets, wait for more, or one ProtocolViolation."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from proxy.errors import ProtocolViolation, UnsupportedStartup
from proxy.wire.fields import InvalidEncoding
from proxy.wire.messages import Message, decode

MESSAGE_MAX = 64 * 1024 * 1024
STARTUP_MAX = 10_000
SSL_REQUEST, GSSENC_REQUEST, CANCEL_REQUEST = 80877103, 80877104, 80877102


@dataclass(frozen=True, slots=True)
class SSLRequest:
    """May we speak TLS?"""


@dataclass(frozen=True, slots=True)
class GSSENCRequest:
    """May we speak GSS encryption?"""


@dataclass(frozen=True, slots=True)
class CancelRequest:
    """Stop what that backend does."""

    pid: int
    secret: bytes


@dataclass(frozen=True, slots=True)
class Startup:
    """minor: of protocol 3. parameters: user, database, options, settings."""

    minor: int
    parameters: dict[str, str]


@dataclass(frozen=True, slots=True)
class BadMessage:
    """A message whose text is not UTF-8: an error of that message alone."""

    error: InvalidEncoding
    is_simple: bool


StartupPacket = SSLRequest | GSSENCRequest | CancelRequest | Startup


class Framer:
    """Collects bytes and gives whole packets."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> None:
        """More bytes from the peer."""
        self._buffer += data

    @property
    def pending(self) -> int:
        """Bytes not yet taken."""
        return len(self._buffer)

    def startup(self) -> StartupPacket | None:
        """The next startup packet, None while it is incomplete."""
        if len(self._buffer) < 4:
            return None
        (length,) = struct.unpack_from("!i", self._buffer)
        if not 8 <= length <= STARTUP_MAX:
            raise ProtocolViolation("invalid length of startup packet")
        if len(self._buffer) < length:
            return None
        body = bytes(self._buffer[4:length])
        del self._buffer[:length]
        return _startup(body)

    def message(self) -> Message | BadMessage | None:
        """The next message, None while it is incomplete."""
        if len(self._buffer) < 5:
            return None
        (length,) = struct.unpack_from("!i", self._buffer, 1)
        if not 4 <= length <= MESSAGE_MAX:
            raise ProtocolViolation("invalid message length")
        if len(self._buffer) < length + 1:
            return None
        tag, body = bytes(self._buffer[:1]), bytes(self._buffer[5 : length + 1])
        del self._buffer[: length + 1]
        try:
            return decode(tag, body)
        except InvalidEncoding as error:
            return BadMessage(error, tag == b"Q")


def _startup(body: bytes) -> StartupPacket:
    (code,) = struct.unpack_from("!i", body)
    if code == SSL_REQUEST and len(body) == 4:
        return SSLRequest()
    if code == GSSENC_REQUEST and len(body) == 4:
        return GSSENCRequest()
    if code == CANCEL_REQUEST and len(body) >= 12:
        return CancelRequest(struct.unpack_from("!i", body, 4)[0], body[8:])
    major, minor = (code >> 16) & 0xFFFF, code & 0xFFFF
    if major != 3:
        raise UnsupportedStartup(f"unsupported frontend protocol {major}.{minor}: server supports 3.0 to 3.2")
    return Startup(minor, _parameters(body[4:]))


def _parameters(body: bytes) -> dict[str, str]:
    """Pairs of zero-terminated strings and a last zero byte."""
    if not body.endswith(b"\0"):
        raise ProtocolViolation("invalid startup packet layout: expected terminator as last byte")
    try:
        words = body[:-1].decode("utf-8").split("\0")
    except UnicodeDecodeError as error:
        raise ProtocolViolation("startup packet is not UTF-8") from error
    if words[-1] != "" or len(words) % 2 != 1:
        raise ProtocolViolation("invalid startup packet layout: expected terminator as last byte")
    return dict(zip(words[0:-1:2], words[1:-1:2]))
