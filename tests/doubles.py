"""A double served in a thread of the test process, over a mirror or a release."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from policies.load import LoadedPolicy
from proxy.app import Double, open_app
from proxy.server.server import Server, ServerConfig
from proxy.wire.scram import make_verifier

PASSWORD = "double"


@dataclass(frozen=True, slots=True)
class ServedDouble:
    """A running server."""

    port: int
    database: str
    backend: Double

    def dsn(self, role: str = "postgres", password: str = PASSWORD) -> str:
        """A connection URI."""
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{self.database}"


@contextmanager
def serve(backend: Double, config: ServerConfig | None = None) -> Iterator[ServedDouble]:
    """Serve a backend until the block ends."""
    started, stop = threading.Event(), threading.Event()
    server = Server(config or ServerConfig(port=0), backend)

    async def run() -> None:
        await server.start()
        started.set()
        while not stop.is_set():
            await asyncio.sleep(0.02)
        await server.stop()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert started.wait(30), "the server did not start"
    try:
        yield ServedDouble(server.port, backend.engine.catalog.database, backend)
    finally:
        stop.set()
        thread.join(20)
        backend.close()


@contextmanager
def serve_mirror(releases: Path) -> Iterator[ServedDouble]:
    """Serve a mirror to `postgres`, without a policy."""
    users = {"postgres": make_verifier(PASSWORD, iterations=64)}
    with serve(open_app(releases, None, users=users)) as double:
        yield double


@contextmanager
def serve_release(releases: Path, policy: LoadedPolicy, roles: tuple[str, ...]) -> Iterator[ServedDouble]:
    """Serve a release under a policy; every role has the same password."""
    verifier = make_verifier(PASSWORD, iterations=64)
    with serve(open_app(releases, policy, users=dict.fromkeys(roles, verifier))) as double:
        yield double
