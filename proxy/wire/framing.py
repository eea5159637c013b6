"""A byte stream cut into startup packets and messages. Total: any bytes give packets, wait for more, a
ProtocolViolation, or Unframed where the connection ends without a word.

Holds the limits of lengths: what Postgres refuses is refused as soon as it is announced; what only this server finds too long is passed
over without being kept, and the session goes on. Refuses to know what follows a packet. Facts: src/backend/tcop/postgres.c
(SocketBackend: which messages may be long) and backend_startup.c.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass

from policies.errors import PgError
from proxy.errors import BadMessageFormat, MessageTooLong, ProtocolViolation, Unframed, UnsupportedStartup
from proxy.wire.messages import FRONTEND, Message, PasswordMessage, decode

MESSAGE_MAX = 64 * 1024 * 1024  # that this server keeps: its sessions share one process's memory
POSTGRES_MAX = 0x3FFFFFFE  # that Postgres takes
SMALL_MESSAGE_MAX = 10_000
PASSWORD_MAX = 65_535
STARTUP_MAX = 10_000
PEEK_MAX = 4_096
LONG_MESSAGES = b"QPBdF"  # the only ones that carry text or values of a client's choice
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
    """A message that cannot be used, such as one whose text is not UTF-8: an error of that message alone. tag: which message it was."""

    error: PgError
    tag: bytes


StartupPacket = SSLRequest | GSSENCRequest | CancelRequest | Startup


class Framer:
    """Collects bytes and gives whole packets. known: the messages of the peer."""

    def __init__(self, known: Mapping[bytes, type[Message]] = FRONTEND) -> None:
        self._buffer = bytearray()
        self._known = known
        self._passing = 0  # bytes still to come of a message that is too long
        self._passed: BadMessage | None = None

    def feed(self, data: bytes) -> None:
        """More bytes from the peer."""
        dropped = min(self._passing, len(data))
        self._passing -= dropped
        self._buffer += memoryview(data)[dropped:]

    @property
    def pending(self) -> int:
        """Bytes not yet taken."""
        return len(self._buffer)

    def peek(self) -> bytes | None:
        """All bytes that are there, which stay; None where they are many or part of them is passed over."""
        if len(self._buffer) > PEEK_MAX or self._passed is not None:
            return None
        return bytes(self._buffer)

    def clear(self) -> None:
        """Take all bytes that are there."""
        self._buffer.clear()

    def startup(self) -> StartupPacket | None:
        """The next startup packet, None while it is incomplete."""
        if len(self._buffer) < 4:
            return None
        (length,) = struct.unpack_from("!i", self._buffer)
        if not 8 <= length <= STARTUP_MAX:
            raise Unframed("invalid length of startup packet")
        if len(self._buffer) < length:
            return None
        body = bytes(self._buffer[4:length])
        del self._buffer[:length]
        return _startup(body)

    def password(self) -> PasswordMessage | None:
        """The next message of a client that is not known yet: a password, and nothing else is waited for."""
        if self._buffer and self._buffer[:1] != PasswordMessage.tag:
            raise ProtocolViolation(f"expected SASL response, got message type {self._buffer[0]}")
        message = self.message()
        assert message is None or isinstance(message, PasswordMessage)
        return message

    def message(self) -> Message | BadMessage | None:
        """The next message, None while it is incomplete."""
        if self._passed is not None and not self._passing:
            passed, self._passed = self._passed, None
            return passed
        if not self._buffer:
            return None
        tag = bytes(self._buffer[:1])
        if tag not in self._known:
            raise ProtocolViolation(f"invalid frontend message type {tag[0]}")
        if len(self._buffer) < 5:
            return None
        (length,) = struct.unpack_from("!i", self._buffer, 1)
        if not 4 <= length <= self._longest(tag):
            raise Unframed("invalid message length")
        if length > MESSAGE_MAX:
            self._pass_over(tag, length)
            return self.message()
        if len(self._buffer) < length + 1:
            return None
        body = bytes(self._buffer[5 : length + 1])
        del self._buffer[: length + 1]
        try:
            return decode(tag, body, self._known)
        except BadMessageFormat as error:
            return BadMessage(error, tag)

    def _pass_over(self, tag: bytes, length: int) -> None:
        """Take a message's bytes, now and as they come, and keep none."""
        taken = min(length + 1, len(self._buffer))
        del self._buffer[:taken]
        self._passing = length + 1 - taken
        error = MessageTooLong(
            f"message of {length} bytes is too long", hint=f"This server takes messages of up to {MESSAGE_MAX} bytes."
        )
        self._passed = BadMessage(error, tag)

    def _longest(self, tag: bytes) -> int:
        if self._known is not FRONTEND or tag in LONG_MESSAGES:
            return POSTGRES_MAX
        return PASSWORD_MAX if tag == PasswordMessage.tag else SMALL_MESSAGE_MAX


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
