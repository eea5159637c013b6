"""From the first byte to an authenticated role: TLS, the startup packet, protocol version, SCRAM.

Refuses to know sessions and what a role may do. Facts: protocol chapters "Start-up" and "SASL Authentication";
src/backend/tcop/backend_startup.c.
"""

from __future__ import annotations

import secrets
import ssl
import struct
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from proxy.errors import InvalidAuthorization, ProtocolViolation
from proxy.server.stream import ClientStream
from proxy.wire import messages as wire
from proxy.wire.framing import CancelRequest, GSSENCRequest, SSLRequest, Startup
from proxy.wire.scram import ScramServer, Verifier

PROTOCOL_MINOR = 2


class Gate(Protocol):
    """What a login needs of its server."""

    tls: ssl.SSLContext | None
    channel_binding: bytes | None

    def verifier(self, role: str) -> tuple[Verifier, bool]:
        """(verifier, whether the role exists)."""

    def cancel(self, pid: int, secret: bytes) -> None:
        """Interrupt what that session runs."""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """Who came in. secret: the key of their cancel requests."""

    startup: Startup
    secret: bytes


async def log_in(gate: Gate, stream: ClientStream, admit: Callable[[], None]) -> LoggedIn | None:
    """Who came in; None after a cancel request or a goodbye. admit: called before a password is asked for. Raises PgError."""
    startup = await _startup(gate, stream)
    if startup is None:
        return None
    _negotiate(stream, startup)
    admit()
    await _authenticate(gate, stream, startup)
    return LoggedIn(startup, secrets.token_bytes(32 if startup.minor >= 2 else 4))


async def _startup(gate: Gate, stream: ClientStream) -> Startup | None:
    while (packet := await stream.startup()) is not None:
        if isinstance(packet, SSLRequest):
            if gate.tls is None or stream.is_tls:
                await stream.raw(b"N")
            else:
                await stream.start_tls(gate.tls)
        elif isinstance(packet, GSSENCRequest):
            await stream.raw(b"N")
        elif isinstance(packet, CancelRequest):
            # Postgres answers nothing, whether the key was right or not.
            gate.cancel(packet.pid, packet.secret)
            return None
        else:
            return packet
    return None


def _negotiate(stream: ClientStream, startup: Startup) -> None:
    """A newer minor version or an unknown option is no error: the client learns what is spoken here, before it logs in."""
    unknown = [name for name in startup.parameters if name.startswith("_pq_.")]
    if startup.minor > PROTOCOL_MINOR or unknown:
        names = b"".join(name.encode() + b"\0" for name in unknown)
        stream.say(wire.NegotiateProtocolVersion((3 << 16) | min(startup.minor, PROTOCOL_MINOR), len(unknown), names))


async def _authenticate(gate: Gate, stream: ClientStream, startup: Startup) -> None:
    role = startup.parameters.get("user", "")
    if not role:
        raise InvalidAuthorization("no PostgreSQL user name specified in startup packet")
    verifier, known = gate.verifier(role)
    scram = ScramServer(verifier, known=known, binding=gate.channel_binding if stream.is_tls else None)
    offered = b"".join(name.encode() + b"\0" for name in scram.mechanisms) + b"\0"
    stream.say(wire.Authentication(10, offered))
    mechanism, data = _sasl_initial(await _password(stream))
    stream.say(wire.Authentication(11, scram.first(mechanism, data)))
    stream.say(wire.Authentication(12, scram.final(await _password(stream), role)))


async def _password(stream: ClientStream) -> bytes:
    await stream.flush()
    message = await stream.password()
    if message is None:
        raise ConnectionResetError
    return message.body


def _sasl_initial(body: bytes) -> tuple[str, bytes]:
    """Mechanism and first message of a SASLInitialResponse."""
    name, separator, rest = body.partition(b"\0")
    if not separator or len(rest) < 4:
        raise ProtocolViolation("malformed SASL initial response")
    (length,) = struct.unpack_from("!i", rest)
    data = rest[4:]
    if length == -1 or length != len(data):
        raise ProtocolViolation("malformed SASL initial response")
    return name.decode("ascii", "replace"), data
