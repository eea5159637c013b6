"""A double served by a process of its own, over a mirror or a release.

python -m tests.doubles RELEASES [POLICY ROLE ...]     serves until its standard input closes or SIGTERM; prints port and database
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from policies.load import load_policy
from policies.stores.audit_file import AuditFile
from policies.stores.usage import SqliteUsage
from proxy.app import Double, Governance, open_app
from proxy.engine.instance import ReleaseEngine
from proxy.engine.settings import EngineLimits
from proxy.server.server import Server, ServerConfig, runner
from proxy.wire.scram import make_verifier
from synth.release.manifest import current_release, folder_name

PASSWORD = "double"
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class ServedDouble:
    """A running server. pid: of its process; wait: for its end, gives its exit code."""

    port: int
    database: str
    pid: int
    wait: Callable[[], int]

    def dsn(self, role: str = "postgres", password: str = PASSWORD) -> str:
        """A connection URI."""
        return f"postgresql://{role}:{password}@127.0.0.1:{self.port}/{self.database}"


@contextmanager
def serve(
    releases: Path,
    policy: Path | None = None,
    roles: tuple[str, ...] = ("postgres",),
    *,
    certificate: Path | None = None,
    key: Path | None = None,
    state: Path | None = None,
    memory: str = "",
    compiled: bool = True,
    **config: float,
) -> Iterator[ServedDouble]:
    """Serve the published release of a folder until the block ends. Every role has the same password. state: a folder for quotas and audit,
    which are kept in memory and nowhere without. compiled: with the compiled part of the encoder, where there is one. config: of
    ServerConfig."""
    arguments = [str(releases), *([str(policy), *roles] if policy is not None else [])]
    environment = {**os.environ, **({"TLS_CERTIFICATE": str(certificate), "TLS_KEY": str(key)} if certificate else {})}
    environment |= {"STATE_FOLDER": str(state)} if state else {}
    environment |= {"ENGINE_MEMORY": memory} if memory else {}
    environment |= {} if compiled else {"PGDOUBLE_CORE": "off"}
    environment["SERVER_CONFIG"] = json.dumps(config)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.doubles", *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment,
    )  # fmt: skip
    assert process.stdout is not None and process.stdin is not None
    words = process.stdout.readline().split()
    assert len(words) == 2, "the server did not start"
    try:
        yield ServedDouble(int(words[0]), words[1], process.pid, lambda: process.wait(20))
    finally:
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def _main(releases: Path, policy: Path | None, roles: list[str]) -> None:
    verifier = make_verifier(PASSWORD, iterations=4096)
    users = dict.fromkeys(roles or ["postgres"], verifier)
    loaded = load_policy(policy) if policy else None
    limits = EngineLimits(memory=os.environ.get("ENGINE_MEMORY", EngineLimits().memory))
    if folder := os.environ.get("STATE_FOLDER"):
        # A mirror under a policy is a measurement's privilege.
        governance = Governance(SqliteUsage(Path(folder)), AuditFile(Path(folder) / "audit.jsonl"))
        number = current_release(releases)
        assert number is not None
        backend = Double(ReleaseEngine(releases / folder_name(number), limits), loaded, users, governance)
    else:
        backend = open_app(releases, loaded, users=users, limits=limits)
    files = [Path(os.environ[name]) if name in os.environ else None for name in ("TLS_CERTIFICATE", "TLS_KEY")]
    config = json.loads(os.environ.get("SERVER_CONFIG", "{}"))
    server = Server(ServerConfig(port=0, certificate=files[0], key=files[1], **config), backend)
    await server.start()
    gc.collect()
    gc.freeze()  # as `pgdouble serve` does
    print(server.port, backend.engine.catalog.database, flush=True)
    await _told_to_stop()
    left = await server.stop()
    backend.close()
    if not left:
        os._exit(0)  # as `pgdouble serve` does


async def _told_to_stop() -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, stop.set)
    threading.Thread(target=lambda: (sys.stdin.read(), loop.call_soon_threadsafe(stop.set)), daemon=True).start()
    await stop.wait()


if __name__ == "__main__":
    with runner() as loop:
        loop.run(_main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None, sys.argv[3:]))
