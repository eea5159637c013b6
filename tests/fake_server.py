"""A server over the fakes of `fakes.py`, in a thread of the test process, for tests of sockets and real clients."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from proxy.server.server import Server, ServerConfig
from proxy.session.session import Session
from proxy.wire.framing import Startup
from proxy.wire.scram import Verifier, make_verifier, mock_verifier
from tests.fakes import FakeEngine, FakePlanner, NotedLimits, fake_session

ROLE, PASSWORD, DATABASE = "alice", "wonderland", "fake"
KEY = b"k" * 32


@dataclass
class FakeBackend:
    """One role; keeps every session it gave out."""

    planner: FakePlanner = field(default_factory=FakePlanner)
    engine: FakeEngine = field(default_factory=FakeEngine)
    limits: NotedLimits = field(default_factory=NotedLimits)
    sessions: list[Session] = field(default_factory=list)
    closed: int = 0
    known: Verifier = field(default_factory=lambda: make_verifier(PASSWORD, iterations=64))

    def verifier(self, role: str) -> tuple[Verifier, bool]:
        """See Backend."""
        return (self.known, True) if role == ROLE else (mock_verifier(role, KEY), False)

    def prepare_role(self, role: str) -> None:
        """See Backend."""

    def open_session(self, startup: Startup, pid: int, client: tuple[str, int]) -> Session:
        """See Backend."""
        self.sessions.append(fake_session(self.planner, self.engine, self.limits, startup.parameters["user"], pid))
        return self.sessions[-1]

    def close_session(self, session: Session) -> None:
        """See Backend."""
        self.closed += 1


@dataclass
class Running:
    """A running server."""

    server: Server
    backend: FakeBackend
    stop: threading.Event

    @property
    def port(self) -> int:
        """Where it listens."""
        return self.server.port

    def dsn(self, password: str = PASSWORD, user: str = ROLE, extra: str = "") -> str:
        """A connection URI."""
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{DATABASE}{extra}"


@contextmanager
def running(
    config: ServerConfig | None = None,
    backend: FakeBackend | None = None,
    loop_factory: Callable[[], asyncio.AbstractEventLoop] = asyncio.new_event_loop,
) -> Iterator[Running]:
    """Serve until the block ends."""
    started, stop = threading.Event(), threading.Event()
    server = Server(config or ServerConfig(port=0), backend or FakeBackend())

    async def run() -> None:
        await server.start()
        started.set()
        while not stop.is_set():
            await asyncio.sleep(0.01)
        await server.stop()

    def work() -> None:
        with asyncio.Runner(loop_factory=loop_factory) as runner:
            runner.run(run())

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert started.wait(20), "the server did not start"
    try:
        assert isinstance(server.backend, FakeBackend)
        yield Running(server, server.backend, stop)
    finally:
        stop.set()
        thread.join(20)
        assert not thread.is_alive(), "the server did not stop"
