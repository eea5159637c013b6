"""The listening server: accepts connections, knows who is connected, hands out sessions, stops cleanly.

Composes a backend (planner, engine, users, limits) with sockets. Refuses to know what a backend does with a statement. Facts:
src/backend/postmaster/postmaster.c for what a server over its limits answers.
"""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import socket
import ssl
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from proxy.errors import AdminShutdown, TooManyConnections
from proxy.server.connection import Connection
from proxy.server.errors import CannotListen
from proxy.server.lanes import Lanes
from proxy.server.linger import Linger
from proxy.server.stream import ClientStream
from proxy.server.tls import load_tls
from proxy.server.worker import make_room_for_depth
from proxy.session.session import Session
from proxy.wire.framing import Startup
from proxy.wire.scram import Verifier

log = logging.getLogger("pgdouble")
STOP_S = 2.0
SPARE_SOCKETS = 32
BACKLOG = 100  # connections that the kernel holds before they are accepted


class Backend(Protocol):
    """What stands behind the sockets."""

    def verifier(self, role: str) -> tuple[Verifier, bool]:
        """(verifier, whether the role exists and may log in)."""

    def prepare_role(self, role: str) -> None:
        """Whatever takes long before the role's session can be opened; from any thread. Raises PgError."""

    def open_session(self, startup: Startup, pid: int, client: tuple[str, int]) -> Session:
        """The session of an authenticated role. Raises PgError."""

    def close_session(self, session: Session) -> None:
        """It is over."""


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Where to listen and with what. certificate and key: PEM files; None = no TLS. helper_bytes: address space that compiling
    one very long statement may take; there are two such processes at most.
    """

    host: str = "127.0.0.1"
    port: int = 5432
    certificate: Path | None = None
    key: Path | None = None
    connections_max: int = 200
    authentication_timeout_s: float = 60.0
    keepalive_idle_s: int = 60
    helper_bytes: int = 4 << 30


@dataclass
class Server:
    """See the module. `start`, then `stop`; `port` is the real one."""

    config: ServerConfig
    backend: Backend
    tls: ssl.SSLContext | None = None
    channel_binding: bytes | None = None
    port: int = 0
    helper: Lanes = field(init=False)
    linger: Linger = field(default_factory=Linger)
    authentication_timeout_s: float = field(init=False)
    _connections: dict[int, Connection] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _strangers: dict[Connection, ClientStream] = field(default_factory=dict)  # not logged in, the oldest first
    _listener: asyncio.Server | None = None
    _last_pid: int = field(default_factory=lambda: 1000 + secrets.randbelow(30_000))

    def __post_init__(self) -> None:
        self.helper = Lanes(self.config.helper_bytes)
        self.authentication_timeout_s = self.config.authentication_timeout_s

    async def start(self) -> None:
        """Bind and listen. Raises CannotListen."""
        self._load_tls()
        make_room_for_depth()
        try:
            loop = asyncio.get_running_loop()
            self._listener = await loop.create_server(
                lambda: ClientStream(self._accept), self.config.host, self.config.port, backlog=BACKLOG
            )
        except OSError as error:
            raise CannotListen(
                f"cannot listen on {self.config.host}:{self.config.port}: {os.strerror(error.errno).lower() if error.errno else 'refused'}",
                hint="Another server uses the port, or the address is not this machine's; choose another with --listen.",
            ) from error
        self.port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> bool:
        """Tell every client, then close. Whether no thread is left that works for a client."""
        if self._listener is not None:
            self._listener.close()
        farewell = AdminShutdown("terminating connection due to administrator command")
        await asyncio.gather(*(self._dismiss(connection, farewell) for connection in list(self._connections.values())))
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=STOP_S)
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late, timeout=STOP_S)
        self.helper.close()
        deadline = time.monotonic() + STOP_S
        while self._connections and time.monotonic() < deadline:
            await asyncio.sleep(0.01)
        return not self._connections

    async def _dismiss(self, connection: Connection, farewell: AdminShutdown) -> None:
        """A client that does not read is not waited for."""
        try:
            await asyncio.wait_for(connection.shut_down(farewell), timeout=STOP_S)
        except (ConnectionError, TimeoutError, ssl.SSLError):
            log.debug("connection %s did not take its farewell", connection.pid)

    async def serve_forever(self) -> None:
        """Until cancelled."""
        assert self._listener is not None, "start comes first"
        async with self._listener:
            await self._listener.serve_forever()

    def verifier(self, role: str) -> tuple[Verifier, bool]:
        """See Backend."""
        return self.backend.verifier(role)

    def prepare_role(self, role: str) -> None:
        """See Backend."""
        self.backend.prepare_role(role)

    def open_session(self, startup: Startup, pid: int, client: tuple[str, int]) -> Session:
        """See Backend."""
        return self.backend.open_session(startup, pid, client)

    def close_session(self, session: Session) -> None:
        """See Backend."""
        self.backend.close_session(session)

    def register(self, connection: Connection) -> int:
        """A process number no other connection has. Raises TooManyConnections."""
        if len(self._connections) >= self.config.connections_max:
            raise TooManyConnections(
                "sorry, too many clients already", hint="Try again later, or raise connections_max."
            )
        self._last_pid += 1
        self._strangers.pop(connection, None)
        self._connections[self._last_pid] = connection
        return self._last_pid

    def forget(self, connection: Connection) -> None:
        """The connection is gone."""
        self._connections.pop(connection.pid, None)

    def cancel(self, pid: int, secret: bytes) -> None:
        """A CancelRequest; a wrong secret is ignored without a word."""
        connection = self._connections.get(pid)
        if connection is not None and secrets.compare_digest(connection.secret, secret):
            connection.cancel()

    def _accept(self, stream: ClientStream) -> None:
        if len(self._tasks) >= 2 * self.config.connections_max + SPARE_SOCKETS:
            self._make_room()  # a client over the limit is told so after its startup packet
        connection = Connection(self, stream)
        self._strangers[connection] = stream
        self._keep_alive(stream)
        task = asyncio.get_running_loop().create_task(self._run(connection))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, connection: Connection) -> None:
        try:
            await connection.run()
        finally:
            self._strangers.pop(connection, None)

    def _make_room(self) -> None:
        """A flood of sockets that never log in must not lock out who does: the one that has been silent for longest goes."""
        oldest = next(iter(self._strangers), None)
        if oldest is not None:
            self._strangers.pop(oldest).abort()
            log.warning("too many sockets are waiting to log in: the oldest was closed")

    def _keep_alive(self, stream: ClientStream) -> None:
        """A peer that vanished without a word is noticed, and its session's place becomes free."""
        peer = stream.extra("socket")
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        idle = self.config.keepalive_idle_s
        for name, value in (
            ("TCP_KEEPIDLE", idle),
            ("TCP_KEEPINTVL", 10),
            ("TCP_KEEPCNT", 6),
            ("TCP_USER_TIMEOUT", (idle + 60) * 1000),
        ):
            if hasattr(socket, name):
                peer.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)

    def _load_tls(self) -> None:
        if self.config.certificate is not None:
            self.tls, self.channel_binding = load_tls(self.config.certificate, self.config.key)


def runner() -> asyncio.Runner:
    """An event loop: uvloop's where it is installed; it has no build for some platforms."""
    try:
        import uvloop
    except ImportError:
        return asyncio.Runner()
    return asyncio.Runner(loop_factory=uvloop.new_event_loop)
