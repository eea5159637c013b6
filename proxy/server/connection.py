"""One client connection from its first byte to its last: login, session, messages, farewell.

Reads like a table of contents; the parts are the stream, the login, the worker and the driver. Refuses to know SQL. Facts: protocol
chapter "Message Flow".
"""

from __future__ import annotations

import asyncio
import logging
import ssl
import time
from typing import Protocol

from policies.errors import PgError
from proxy.errors import told
from proxy.server.driver import Driver
from proxy.server.helper import Helper
from proxy.server.login import Gate, LoggedIn, log_in
from proxy.server.stream import ClientStream
from proxy.server.worker import Worker
from proxy.session.answers import error_response
from proxy.session.session import Session
from proxy.session.timeouts import while_waiting
from proxy.wire import messages as wire
from proxy.wire.framing import BadMessage, Startup

log = logging.getLogger("pgdouble")
# How long a client may take to read its last message before it is cut off.
FAREWELL_S = 10.0


class Host(Gate, Protocol):
    """What a connection needs of its server."""

    helper: Helper
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

    def __init__(self, host: Host, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._host = host
        self._stream = ClientStream(reader, writer)
        self._worker = Worker("session")
        self._session: Session | None = None
        self._driver: Driver | None = None
        self._farewell: PgError | None = None
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
        except (ConnectionError, asyncio.IncompleteReadError, TimeoutError, ssl.SSLError):
            log.debug("connection %s ended", self.pid)
        except PgError as error:
            await self._say_last(error)
        except Exception as error:  # noqa: BLE001  a bug costs one connection, never the server
            await self._say_last(told(error))
        finally:
            if self._session is not None:
                self._session.end()
                self._host.close_session(self._session)
            # What a thread is still in counts as a connection: else a client that comes and goes could have any number of them.
            self._worker.end(lambda: self._host.forget(self))
            self._stream.close()

    def cancel(self) -> None:
        """What a cancel request asks for."""
        if self._driver is not None:
            self._driver.cancel()

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
        role = came.startup.parameters["user"]
        await self._worker.begin(lambda: self._host.prepare_role(role)).answer
        session = self._session = self._host.open_session(came.startup, self.pid, self._stream.peer)
        self._driver = Driver(session, self._stream, self._worker, self._host.helper)
        self.secret = came.secret
        self._stream.say(wire.Authentication(0))
        for name, value in session.settings.reported().items():
            self._stream.say(wire.ParameterStatus(name, value))
        self._stream.say(wire.BackendKeyData(self.pid, self.secret))
        self._stream.say(wire.ReadyForQuery(b"I"))
        await self._stream.flush()

    async def _messages(self) -> None:
        assert self._driver is not None
        while (message := await self._next()) is not None:
            if await self._driver.carry_out(message):
                return
            if self._farewell is not None:
                raise self._farewell

    async def _next(self) -> wire.Message | BadMessage | None:
        """The client's next message. Raises what ends a session that idles for too long."""
        assert self._session is not None
        left = while_waiting(self._session, time.monotonic())
        if left is None:
            return await self._stream.message()
        patience = asyncio.timeout(max(0, left.seconds))
        try:
            async with patience:
                return await self._stream.message()
        except TimeoutError:
            if patience.expired():
                raise left.error() from None
            raise

    async def _say_last(self, error: PgError) -> None:
        self._stream.collected += error_response(error, severity="FATAL")
        try:
            async with asyncio.timeout(FAREWELL_S):
                await self._stream.flush()
        except (ConnectionError, TimeoutError, ssl.SSLError):
            log.debug("connection %s did not take its last message", self.pid)
            self._stream.abort()
