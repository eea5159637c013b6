"""A double served by a process of its own, over a mirror or a release.

python -m tests.doubles RELEASES [POLICY ROLE ...]     serves until its standard input closes; prints port and database
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from policies.load import load_policy
from proxy.app import open_app
from proxy.server.server import Server, ServerConfig
from proxy.wire.scram import make_verifier

PASSWORD = "double"
ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class ServedDouble:
    """A running server. pid: of its process."""

    port: int
    database: str
    pid: int

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
) -> Iterator[ServedDouble]:
    """Serve the published release of a folder until the block ends. Every role has the same password."""
    arguments = [str(releases), *([str(policy), *roles] if policy is not None else [])]
    environment = {**os.environ, **({"TLS_CERTIFICATE": str(certificate), "TLS_KEY": str(key)} if certificate else {})}
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.doubles", *arguments],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment,
    )  # fmt: skip
    assert process.stdout is not None and process.stdin is not None
    words = process.stdout.readline().split()
    assert len(words) == 2, "the server did not start"
    try:
        yield ServedDouble(int(words[0]), words[1], process.pid)
    finally:
        process.stdin.close()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


async def _main(releases: Path, policy: Path | None, roles: list[str]) -> None:
    verifier = make_verifier(PASSWORD, iterations=64)
    users = dict.fromkeys(roles or ["postgres"], verifier)
    backend = open_app(releases, load_policy(policy) if policy else None, users=users)
    files = [Path(os.environ[name]) if name in os.environ else None for name in ("TLS_CERTIFICATE", "TLS_KEY")]
    server = Server(ServerConfig(port=0, certificate=files[0], key=files[1]), backend)
    await server.start()
    print(server.port, backend.engine.catalog.database, flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)
    await server.stop()
    backend.close()


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None, sys.argv[3:]))
