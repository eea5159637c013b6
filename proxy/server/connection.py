"""One client connection: startup, TLS, authentication, then messages driven through its session.

Reads and writes one socket; the session's fetches run in threads, so that a long query blocks nobody else. Refuses to know SQL.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import ssl
import struct
from collections.abc import Generator
from typing import Protocol

from policies.errors import PgError
from proxy.errors import ProtocolViolation, QueryCanceled, told
from proxy.session.session import Session, error_response
from proxy.session.steps import Fetch, Send, Step, Stop
from proxy.wire import messages as wire
from proxy.wire.framing import CancelRequest, Framer, GSSENCRequest, SSLRequest, Startup
from proxy.wire.scram import ScramServer, Verifier

log = logging.getLogger("pgdouble")
READ_BYTES = 1 << 16
WRITE_BYTES = 1 << 16
AUTHENTICATION_TIMEOUT_S = 60.0
PROTOCOL_MINOR = 2


class Host(Protocol):
    """What a connection needs of its server."""

    tls: ssl.SSLContext | None
    channel_binding: bytes | None

    def verifier(self, role: str) -> tuple[Verifier, bool]:
        """(verifier, whether the role exists)."""

    def open_session(self, startup: Startup, pid: int, client: tuple[str, int]) -> Session:
        """The session of an authenticated role. Raises PgError."""

    def close_session(self, session: Session) -> None:
        """It is over."""

    def cancel(self, pid: int, secret: bytes) -> None:
        """Interrupt what that session runs."""

    def register(self, connection: Connection) -> int:
        """A process number for the connection. Raises TooManyConnections."""

    def forget(self, connection: Connection) -> None:
        """The connection is gone."""


class Connection:
    """See the module."""

    def __init__(self, host: Host, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._host, self._reader, self._writer = host, reader, writer
        self._framer = Framer()
        self._out = bytearray()
        self._session: Session | None = None
        self._running: Fetch | None = None
        self._cancel_reason = ""
        self._is_tls = False
        self.secret = secrets.token_bytes(4)
        self.pid = 0

    async def run(self) -> None:
        """From the first byte to the last."""
        try:
            async with asyncio.timeout(AUTHENTICATION_TIMEOUT_S):
                startup = await self._start()
                if startup is None:
                    return
                self.pid = self._host.register(self)
                await self._authenticate(startup)
            await self._open(startup)
            await self._messages()
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError, ssl.SSLError):
            log.debug("connection %s ended", self.pid)
        except PgError as error:
            await self._say_last(error)
        except Exception as error:  # noqa: BLE001  a bug costs one connection, never the server
            await self._say_last(told(error))
        finally:
            self._host.forget(self)
            if self._session is not None:
                self._session.end()
                self._host.close_session(self._session)
            self._writer.close()

    def interrupt(self, reason: str = "canceling statement due to user request") -> None:
        """Stop the running statement; nothing happens between statements."""
        if self._running is not None:
            self._cancel_reason = reason
            self._running.results.interrupt()

    async def shut_down(self, error: PgError) -> None:
        """Tell the client why and close."""
        self.interrupt(error.message)
        self._out += error_response(error)
        await self._flush()
        self._writer.close()

    # Startup

    async def _start(self) -> Startup | None:
        """TLS and the startup packet; None after a cancel request or a goodbye."""
        while True:
            packet = self._framer.startup()
            if packet is None:
                if not await self._more():
                    return None
                continue
            if isinstance(packet, SSLRequest):
                await self._offer_tls()
            elif isinstance(packet, GSSENCRequest):
                await self._raw(b"N")
            elif isinstance(packet, CancelRequest):
                self._host.cancel(packet.pid, packet.secret)
                return None
            else:
                return packet

    async def _offer_tls(self) -> None:
        if self._host.tls is None or self._is_tls:
            await self._raw(b"N")
            return
        if self._framer.pending:
            raise ProtocolViolation("received unencrypted data after SSL request", detail="This could be an attack.")
        await self._raw(b"S")
        await self._writer.start_tls(self._host.tls)
        self._is_tls = True

    async def _authenticate(self, startup: Startup) -> None:
        role = startup.parameters.get("user", "")
        if not role:
            raise NoUser("no PostgreSQL user name specified in startup packet")
        verifier, known = self._host.verifier(role)
        scram = ScramServer(verifier, known=known, binding=self._host.channel_binding if self._is_tls else None)
        offered = b"".join(name.encode() + b"\0" for name in scram.mechanisms) + b"\0"
        self._say(wire.Authentication(10, offered))
        mechanism, data = _sasl_initial(await self._password())
        self._say(wire.Authentication(11, scram.first(mechanism, data)))
        self._say(wire.Authentication(12, scram.final(await self._password(), role)))

    async def _password(self) -> bytes:
        await self._flush()
        while True:
            message = self._framer.message()
            if isinstance(message, wire.PasswordMessage):
                return message.body
            if message is not None:
                raise ProtocolViolation("expected SASL response")
            if not await self._more():
                raise ConnectionResetError

    async def _open(self, startup: Startup) -> None:
        peer = self._writer.get_extra_info("peername") or ("", 0)
        self._session = self._host.open_session(startup, self.pid, (str(peer[0]), int(peer[1]) if len(peer) > 1 else 0))
        self._say(wire.Authentication(0))
        unknown = [name for name in startup.parameters if name.startswith("_pq_.")]
        if startup.minor > PROTOCOL_MINOR or unknown:
            names = b"".join(name.encode() + b"\0" for name in unknown)
            self._say(
                wire.NegotiateProtocolVersion((3 << 16) | min(startup.minor, PROTOCOL_MINOR), len(unknown), names)
            )
        for name, value in self._session.settings.reported().items():
            self._say(wire.ParameterStatus(name, value))
        self._say(wire.BackendKeyData(self.pid, self.secret))
        self._say(wire.ReadyForQuery(b"I"))
        await self._flush()

    # Messages

    async def _messages(self) -> None:
        assert self._session is not None
        while True:
            message = self._framer.message()
            if message is None:
                # What was answered may wait while more of a pipeline is at hand, never while we wait ourselves.
                if not await self._more():
                    return
                continue
            if await self._drive(self._session.handle(message)):
                return

    async def _drive(self, steps: Generator[Step, object, None]) -> bool:
        """Carry out a message's steps; True ends the connection."""
        answer: object = None
        error: BaseException | None = None
        while True:
            try:
                step = steps.throw(error) if error is not None else steps.send(answer)
            except StopIteration:
                return False
            answer, error = None, None
            if isinstance(step, Send):
                self._out += step.data
                if step.rows and self._session is not None:
                    try:
                        self._session.limits.rows(step.rows)
                    except PgError as refused:
                        del self._out[-len(step.data) :]
                        error = refused
                        continue
                if len(self._out) >= WRITE_BYTES:
                    await self._flush()
            elif isinstance(step, Fetch):
                try:
                    answer = await self._fetch(step)
                except Exception as failed:  # noqa: BLE001  handed to the session, which answers it
                    error = failed
            elif isinstance(step, Stop):
                await self._flush()
                return True
            else:
                await self._flush()

    async def _fetch(self, step: Fetch) -> object:
        """A batch from the engine's thread, under the statement timeout."""
        assert self._session is not None
        loop = asyncio.get_running_loop()
        self._running, self._cancel_reason = step, ""
        timer = None
        if timeout := _timeout(self._session):
            timer = loop.call_later(timeout, self.interrupt, "canceling statement due to statement timeout")
        try:
            return await loop.run_in_executor(None, step.results.next_batch)
        except QueryCanceled as error:
            raise QueryCanceled(self._cancel_reason or error.message) from error
        except PgError as error:
            if error.sqlstate == QueryCanceled.sqlstate:
                raise QueryCanceled(self._cancel_reason or error.message) from error
            raise
        finally:
            self._running = None
            if timer is not None:
                timer.cancel()

    # Bytes

    def _say(self, message: wire.Message) -> None:
        self._out += wire.encode(message)

    async def _raw(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def _flush(self) -> None:
        """Backpressure: waits until the socket takes what was written."""
        if self._out:
            self._writer.write(bytes(self._out))
            self._out.clear()
            await self._writer.drain()

    async def _more(self) -> bool:
        if self._session is None or not self._out:
            await self._flush()
        data = await self._reader.read(READ_BYTES)
        self._framer.feed(data)
        return bool(data)

    async def _say_last(self, error: PgError) -> None:
        self._out += error_response(error, severity="FATAL")
        try:
            await self._flush()
        except (ConnectionError, ssl.SSLError):
            log.debug("connection %s was gone before its last message", self.pid)


class NoUser(PgError):
    """A startup packet without a user."""

    sqlstate = "28000"
    severity = "FATAL"


def _timeout(session: Session) -> float:
    """Seconds a statement may run: the least of the session's setting and the role's quota; 0 = no limit."""
    own = int(session.settings.show("statement_timeout")) / 1000
    limit = session.limits.timeout_s or 0.0
    return min(own, limit) if own and limit else own or limit


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
