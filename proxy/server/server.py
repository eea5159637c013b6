"""The listening server: accepts connections, knows who is connected, hands out sessions, stops cleanly.

Composes a backend (planner, engine, users, limits) with sockets. Refuses to know what a backend does with a statement.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import ssl
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from policies.errors import PgError
from proxy.errors import AdminShutdown, TooManyConnections
from proxy.server.connection import Connection
from proxy.session.session import Session
from proxy.wire.framing import Startup
from proxy.wire.scram import Verifier


class Backend(Protocol):
    """What stands behind the sockets."""

    def verifier(self, role: str) -> tuple[Verifier, bool]:
        """(verifier, whether the role exists and may log in)."""

    def open_session(self, startup: Startup, pid: int, client: tuple[str, int]) -> Session:
        """The session of an authenticated role. Raises PgError."""

    def close_session(self, session: Session) -> None:
        """It is over."""


class CannotListen(PgError):
    """The address is taken or not ours."""

    sqlstate = "58000"


@dataclass(frozen=True, slots=True)
class ServerConfig:
    """Where to listen and with what. certificate and key: PEM files; None = no TLS."""

    host: str = "127.0.0.1"
    port: int = 5432
    certificate: Path | None = None
    key: Path | None = None
    connections_max: int = 200


@dataclass
class Server:
    """See the module. `start`, then `stop`; `port` is the real one."""

    config: ServerConfig
    backend: Backend
    tls: ssl.SSLContext | None = None
    channel_binding: bytes | None = None
    port: int = 0
    _connections: dict[int, Connection] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)
    _listener: asyncio.Server | None = None
    _last_pid: int = field(default_factory=lambda: 1000 + secrets.randbelow(30_000))

    async def start(self) -> None:
        """Bind and listen. Raises CannotListen."""
        self._load_tls()
        try:
            self._listener = await asyncio.start_server(self._accept, self.config.host, self.config.port)
        except OSError as error:
            raise CannotListen(
                f"cannot listen on {self.config.host}:{self.config.port}: {error.strerror or 'refused'}",
                hint="Another server uses the port, or the address is not this machine's; choose another with --port.",
            ) from error
        self.port = self._listener.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Tell every client, then close."""
        if self._listener is not None:
            self._listener.close()
        farewell = AdminShutdown("terminating connection due to administrator command")
        for connection in list(self._connections.values()):
            try:
                await asyncio.wait_for(connection.shut_down(farewell), timeout=2)
            except (ConnectionError, TimeoutError, ssl.SSLError):
                continue
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=5)

    async def serve_forever(self) -> None:
        """Until cancelled."""
        assert self._listener is not None, "start comes first"
        async with self._listener:
            await self._listener.serve_forever()

    def verifier(self, role: str) -> tuple[Verifier, bool]:
        """See Backend."""
        return self.backend.verifier(role)

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
        self._connections[self._last_pid] = connection
        return self._last_pid

    def forget(self, connection: Connection) -> None:
        """The connection is gone."""
        self._connections.pop(connection.pid, None)

    def cancel(self, pid: int, secret: bytes) -> None:
        """A CancelRequest; a wrong secret is ignored without a word."""
        connection = self._connections.get(pid)
        if connection is not None and secrets.compare_digest(connection.secret, secret):
            connection.interrupt()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        await Connection(self, reader, writer).run()

    def _load_tls(self) -> None:
        if self.config.certificate is None:
            return
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(self.config.certificate, self.config.key)
            pem = self.config.certificate.read_text(encoding="ascii")
        except (OSError, ssl.SSLError, ValueError) as error:
            raise CannotListen(
                f"cannot use the certificate {self.config.certificate}",
                hint="It must be a PEM file, with its key beside it or in `tls.key`.",
            ) from error
        end = "-----END CERTIFICATE-----"
        der = ssl.PEM_cert_to_DER_cert(pem[pem.index("-----BEGIN CERTIFICATE-----") : pem.index(end) + len(end)])
        # RFC 5929: the certificate's own hash function; certificates with MD5 or SHA-1 count as SHA-256, and so do all here.
        self.channel_binding = hashlib.sha256(der).digest()
        self.tls = context
