"""One client connection from its first byte to its last: login, session, messages, farewell.

Reads like a table of contents; the parts are the stream, the login, the worker and the driver. Refuses to know SQL. Facts: protocol
chapter "Message Flow".
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from enum import Enum
from typing import Protocol

from policies.errors import PgError
from proxy.errors import AdminShutdown, Unframed, told
from proxy.server.driver import TURN_S, Driver
from proxy.server.lanes import Lanes
from proxy.server.linger import Linger
from proxy.server.login import Gate, LoggedIn, log_in
from proxy.server.stream import ClientStream
from proxy.server.worker import Worker, soon
from proxy.session.answers import error_response
from proxy.session.controls import controlled
from proxy.session.repeating import is_at_rest, remember, repeated
from proxy.session.session import Session
from proxy.session.timeouts import is_timed, while_waiting
from proxy.wire import messages as wire
from proxy.wire.framing import Startup

log = logging.getLogger("pgdouble")
# How long a client may take to read its last message before it is cut off.
FAREWELL_S = 10.0


class Came(Enum):
    """How far the messages that are there were carried out: ALL that have come, so far; up to one that WAITS; MANY, and there may be more;
    up to the LAST one of the connection."""

    ALL, WAITS, MANY, LAST = range(4)


class Host(Gate, Protocol):
    """What a connection needs of its server."""

    helper: Lanes
    linger: Linger
    authentication_timeout_s: float

    def prepare_role(self, role: str) -> None:
        """Whatever takes long before its session can be opened; from any thread. Raises PgError."""

    def open_session(self, startup: Startup, pid: int, client: tuple[str, int]) -> Session:
        """The session of an authenticated role. Raises PgError."""

    def close_session(self, session: Session) -> None:
        """It is over."""

    def register(self, connection: Connection) -> int:
        """A process number for the connection. Raises TooManyConnections."""

    def forget(self, connection: Connection) -> None:
        """The connection is gone, and so is all that was done for it."""


class Connection:
    """See the module."""

    def __init__(self, host: Host, stream: ClientStream) -> None:
        self._host, self._stream = host, stream
        self._worker = Worker("session", host.linger)
        self._session: Session | None = None
        self._driver: Driver | None = None
        self._farewell: PgError | None = None
        self._arrival: asyncio.Future[Came] | None = None  # of what the listener left for the task
        self._batch: tuple[bytes, int] | None = None  # what is being answered, and how many bytes had come with it
        self._dismissal: asyncio.Future[None] | None = None
        self.secret = b""
        self.pid = 0

    async def run(self) -> None:
        """From the first byte to the last."""
        try:
            async with asyncio.timeout(self._host.authentication_timeout_s):
                came = await log_in(self._host, self._stream, self._admit)
            if came is not None:
                await self._open(came)
                await self._messages()
        except Unframed as error:
            log.info("connection %s: %s", self.pid, error)
        except (ConnectionError, TimeoutError, ssl.SSLError):
            log.debug("connection %s ended", self.pid)
        except PgError as error:
            await self._say_last(error)
        except Exception as error:  # noqa: BLE001  a bug costs one connection, never the server
            await self._say_last(told(error))
        finally:
            self._leave()
            # What a thread is still in counts as a connection: else a client that comes and goes could have any number of them.
            self._worker.end(lambda: self._host.forget(self))
            self._stream.close()

    def _leave(self) -> None:
        """The session is over. An audit log that cannot be written, say, keeps nobody's place."""
        if (session := self._session) is None:
            return
        session.others.leave(self.pid)
        for end in (session.end, lambda: self._host.close_session(session)):
            try:
                end()
            except Exception as error:  # noqa: BLE001  there is nobody to tell
                log.error("the end of connection %s: %s", self.pid, error)

    def cancel(self) -> None:
        """What a cancel request asks for."""
        if self._driver is not None:
            self._driver.cancel()

    def _terminate(self) -> None:
        """What another session asks for."""
        error = AdminShutdown("terminating connection due to administrator command")
        self._farewell = error
        if self._driver is not None and self._driver.is_busy:
            self._driver.cancel(error)
        else:
            self._dismissal = asyncio.ensure_future(self.shut_down(error))

    async def shut_down(self, error: PgError) -> None:
        """Tell the client why and close; a statement that runs is stopped and answers for itself."""
        self._farewell = error
        if self._driver is not None and self._driver.is_busy:
            self._driver.cancel(error)
        else:
            await self._say_last(error)
            self._stream.close()

    def _admit(self) -> None:
        self.pid = self._host.register(self)

    async def _open(self, came: LoggedIn) -> None:
        self._stream.say(wire.Authentication(0))  # what fails from now on is no matter of who it is
        role = came.startup.parameters["user"]
        await self._worker.begin(lambda: self._host.prepare_role(role)).answer
        session = self._session = self._host.open_session(came.startup, self.pid, self._stream.peer)
        self._driver = Driver(session, self._stream, self._worker, self._host.helper)
        self.secret = came.secret
        loop = asyncio.get_running_loop()
        session.others.enter(session, lambda: soon(loop, self.cancel), lambda: soon(loop, self._terminate))
        for name, value in session.settings.reported().items():
            self._stream.say(wire.ParameterStatus(name, value))
        self._stream.say(wire.BackendKeyData(self.pid, self.secret))
        self._stream.say(wire.ReadyForQuery(b"I"))
        await self._stream.flush()

    async def _messages(self) -> None:
        """Messages until the last. What needs no waiting is carried out where its bytes arrive, without a turn of this task."""
        assert self._driver is not None
        while True:
            came = self._carry_out()
            while came is Came.ALL:
                came = await self._arrived()
            if came is Came.LAST:
                return
            if came is Came.WAITS:
                await self._driver.finish()
            else:
                await asyncio.sleep(0)
            if self._farewell is not None and not self._driver.is_over:
                raise self._farewell

    def _carry_out(self) -> Came:
        """Messages that are there. Raises PgError, ConnectionError."""
        driver, stream = self._driver, self._stream
        assert driver is not None
        if self._is_repeated():
            return self._has_answered()
        until = time.monotonic() + TURN_S
        while time.monotonic() < until:
            if driver.is_over:
                return Came.LAST
            message = stream.next()
            if message is None:
                self._remember()
                return self._has_answered()
            if not driver.begin(message):
                return Came.WAITS
        return Came.MANY

    def _has_answered(self) -> Came:
        """All messages that came are answered; unless its end came too, the client may be about to send more."""
        if self._stream.is_over:
            return Came.LAST
        self._host.linger.answered(self)
        return Came.ALL

    def _is_repeated(self) -> bool:
        """Answer a batch that was answered before, or begins or ends a block; another one is looked at while it goes the long way. All go
        that way while the client does not read: there it is waited for."""
        session, stream, driver = self._session, self._stream, self._driver
        assert session is not None and driver is not None
        if stream.is_behind or not is_at_rest(session) or not (batch := stream.chunk()):
            return False
        answer = controlled(session, batch) or repeated(session, batch)
        if answer is not None:
            stream.skip()
            stream.collect(answer)
            stream.push()
            return True
        session.trace.clear()
        driver.record()
        self._batch = batch, stream.received
        return False

    def _remember(self) -> None:
        """Keep the answer to a batch that is over, unless more has come than the batch."""
        session, driver = self._session, self._driver
        assert session is not None and driver is not None
        if self._batch is None:
            return
        batch, received = self._batch
        answer, self._batch = driver.recorded(), None
        if answer and received == self._stream.received and is_at_rest(session):
            remember(session, batch, answer)

    async def _arrived(self) -> Came:
        """What came, where the listener does not settle it alone. Raises what ends a session that idles for too long."""
        assert self._session is not None
        left = while_waiting(self._session, time.monotonic())
        self._arrival = asyncio.get_running_loop().create_future()
        self._stream.listen(self._listen)
        patience = asyncio.timeout(None if left is None else max(0, left.seconds))
        try:
            async with patience:
                return await self._arrival
        except TimeoutError:
            if left is not None and patience.expired():
                raise left.error() from None
            raise
        finally:
            self._stream.listen(None)
            self._arrival = None

    def _listen(self) -> None:
        """Bytes have come, or no more will."""
        assert self._session is not None and self._arrival is not None
        if self._arrival.done():
            return
        was_timed = is_timed(self._session)
        try:
            came = self._carry_out()
        except Exception as error:  # noqa: BLE001  the task's to answer
            self._arrival.set_exception(error)
            return
        if came is not Came.ALL or was_timed or is_timed(self._session):
            self._arrival.set_result(came)  # the clock of idling starts anew with the task

    async def _say_last(self, error: PgError) -> None:
        self._stream.collected += error_response(error, severity="FATAL")
        try:
            async with asyncio.timeout(FAREWELL_S):
                await self._stream.flush()
        except (ConnectionError, TimeoutError, ssl.SSLError):
            log.debug("connection %s did not take its last message", self.pid)
            self._stream.abort()
