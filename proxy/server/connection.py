"""One client connection: startup, TLS, authentication, then messages driven through its session.

Reads and writes one socket; what blocks runs in threads, so that a long query stops nobody else. Refuses to know SQL. Facts: protocol
chapter "Message Flow"; src/backend/tcop/backend_startup.c.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import ssl
import struct
import time
from collections.abc import Callable, Generator
from concurrent.futures import Executor
from functools import partial
from typing import Protocol, TypeVar

from policies.errors import PgError
from proxy.errors import InvalidAuthorization, ProtocolViolation, QueryCanceled, told
from proxy.session.answers import error_response
from proxy.session.session import Session
from proxy.session.steps import Fetch, Send, Step, Stop
from proxy.wire import messages as wire
from proxy.wire.framing import CancelRequest, Framer, GSSENCRequest, SSLRequest, Startup
from proxy.wire.scram import ScramServer, Verifier

log = logging.getLogger("pgdouble")
READ_BYTES = 1 << 16
WRITE_BYTES = 1 << 16
PROTOCOL_MINOR = 2
BY_USER = "canceling statement due to user request"
BY_TIMEOUT = "canceling statement due to statement timeout"
INTERRUPT_AGAIN_S = 0.05
WATCH_S = 1.0
HEAVY_CHARS = 4096  # some 10 ms of compiling; what is longer is worked on in a thread, for others must not wait for it
Worked = TypeVar("Worked")


class Host(Protocol):
    """What a connection needs of its server."""

    tls: ssl.SSLContext | None
    channel_binding: bytes | None
    executor: Executor
    authentication_timeout_s: float

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
        self._busy = False  # a message is being worked on: a cancel request means it
        self._cancel_reason = ""
        self._watch_timer: asyncio.TimerHandle | None = None
        self._is_tls = False
        self.secret = b""
        self.pid = 0

    async def run(self) -> None:
        """From the first byte to the last."""
        try:
            async with asyncio.timeout(self._host.authentication_timeout_s):
                startup = await self._start()
                if startup is None:
                    return
                self._negotiate(startup)
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

    def interrupt(self, reason: str = BY_USER) -> None:
        """Stop what is being worked on, now or at its next fetch; nothing happens between messages."""
        if self._busy and not self._cancel_reason:
            self._cancel_reason = reason
            self._stop_running()

    def _stop_running(self) -> None:
        """An interrupt that comes before the engine has begun is lost, so it is repeated until the fetch is over."""
        if self._running is not None and self._cancel_reason:
            self._running.results.interrupt()
            asyncio.get_running_loop().call_later(INTERRUPT_AGAIN_S, self._stop_running)

    async def shut_down(self, error: PgError) -> None:
        """Tell the client why and close."""
        self.interrupt(error.message)
        # INVARIANT: what is collected is whole messages, so one more fits behind them at any time.
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
                # Postgres answers nothing, whether the key was right or not.
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

    def _negotiate(self, startup: Startup) -> None:
        """A newer minor version or an unknown option is no error: the client learns what is spoken here, before it logs in."""
        unknown = [name for name in startup.parameters if name.startswith("_pq_.")]
        if startup.minor > PROTOCOL_MINOR or unknown:
            names = b"".join(name.encode() + b"\0" for name in unknown)
            self._say(
                wire.NegotiateProtocolVersion((3 << 16) | min(startup.minor, PROTOCOL_MINOR), len(unknown), names)
            )
        self.secret = secrets.token_bytes(32 if startup.minor >= 2 else 4)

    async def _authenticate(self, startup: Startup) -> None:
        role = startup.parameters.get("user", "")
        if not role:
            raise InvalidAuthorization("no PostgreSQL user name specified in startup packet")
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
                if not await self._more():
                    return
                continue
            self._busy, self._cancel_reason = True, ""
            heavy = self._session.weight(message) > HEAVY_CHARS
            steps = self._session.handle(message)
            try:
                if await self._drive(steps, self._session, heavy=heavy):
                    return
            finally:
                steps.close()
                self._busy = False

    async def _drive(self, steps: Generator[Step, object, None], session: Session, *, heavy: bool) -> bool:
        """Carry out a message's steps; True ends the connection."""
        answer: object = None
        error: BaseException | None = None
        while True:
            step = (
                await self._off_loop(partial(_advance, steps, answer, error))
                if heavy
                else _advance(steps, answer, error)
            )
            if step is None:
                return False
            answer, error = None, None
            try:
                if isinstance(step, Send):
                    if step.rows:
                        session.limits.rows(step.rows)
                    self._out += step.data
                    if len(self._out) >= WRITE_BYTES:
                        await self._flush()
                elif isinstance(step, Fetch):
                    answer = await self._fetch(step, session)
                else:
                    await self._flush()
                    if isinstance(step, Stop):
                        return True
            except (ConnectionError, ssl.SSLError):
                raise
            except Exception as failed:  # noqa: BLE001  handed to the session, which answers it
                error = failed

    async def _off_loop(self, work: Callable[[], Worked]) -> Worked:
        """What a thread works out. A server that stops waits for it: what a thread is in may not be taken from it."""
        running = asyncio.get_running_loop().run_in_executor(self._host.executor, work)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            self._cancel_reason = self._cancel_reason or BY_USER
            self._stop_running()
            await asyncio.wait([running])
            raise

    async def _fetch(self, step: Fetch, session: Session) -> object:
        """What a fetch gives, worked out in a thread under the statement timeout."""
        loop = asyncio.get_running_loop()
        left = _time_left(session)
        if left is not None and left <= 0:
            self._cancel_reason = self._cancel_reason or BY_TIMEOUT
        if self._cancel_reason:
            raise QueryCanceled(self._cancel_reason)
        self._running = step
        self._watch_timer = loop.call_later(WATCH_S, self._watch)
        timeout = loop.call_later(left, self.interrupt, BY_TIMEOUT) if left is not None else None
        try:
            return await self._off_loop(step.work)
        except PgError as error:
            if error.sqlstate == QueryCanceled.sqlstate:
                raise QueryCanceled(self._cancel_reason or error.message) from error
            raise
        finally:
            self._running = None
            if self._watch_timer is not None:
                self._watch_timer.cancel()
            if timeout is not None:
                timeout.cancel()

    def _watch(self) -> None:
        """A client that hung up wants no answer: stop the statement instead of working for nobody."""
        if self._reader.at_eof() or self._writer.is_closing():
            self.interrupt()
        else:
            self._watch_timer = asyncio.get_running_loop().call_later(WATCH_S, self._watch)

    # Bytes

    def _say(self, message: wire.Message) -> None:
        self._out += wire.encode(message)

    async def _raw(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def _flush(self) -> None:
        """Backpressure: waits until the socket takes what was written."""
        if self._out:
            if self._writer.is_closing():
                raise ConnectionResetError
            self._writer.write(bytes(self._out))
            self._out.clear()
            await self._writer.drain()

    async def _more(self) -> bool:
        if self._session is None:
            await self._flush()  # after that, Flush, Sync and errors say when
        data = await self._reader.read(READ_BYTES)
        self._framer.feed(data)
        return bool(data)

    async def _say_last(self, error: PgError) -> None:
        self._out += error_response(error, severity="FATAL")
        try:
            await self._flush()
        except (ConnectionError, ssl.SSLError):
            log.debug("connection %s was gone before its last message", self.pid)


def _advance(steps: Generator[Step, object, None], answer: object, error: BaseException | None) -> Step | None:
    """The session's next step; None at the end."""
    try:
        return steps.throw(error) if error is not None else steps.send(answer)
    except StopIteration:
        return None


def _time_left(session: Session) -> float | None:
    """Seconds the statement still has: of the least of the session's setting and the role's quota; None = no limit."""
    own = int(session.settings.value("statement_timeout")) / 1000
    limits = [limit for limit in (own, session.limits.timeout_s) if limit]
    return session.statement_began + min(limits) - time.monotonic() if limits else None


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
