"""A throw-away Postgres cluster: made, started, asked and removed. Where its binaries come from is a subclass's matter.

Listens on a free port of 127.0.0.1, with SCRAM authentication. As root the server runs as `nobody`, for Postgres refuses root.
Refuses to know versions, locales and TLS beyond the options that a subclass names.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from policies.errors import PgError

START_TIMEOUT_S = 60
UNPRIVILEGED = "nobody"

SETTINGS: Mapping[str, str] = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "timezone": "UTC",
    "max_connections": "100",
    "log_min_messages": "warning",
}


class ClusterError(PgError):
    """A Postgres cannot be found, started or asked."""

    sqlstate = "58000"


def free_port() -> int:
    """A TCP port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Cluster(ABC):
    """A running cluster as a context manager; superuser `postgres` with a random password."""

    user = "postgres"

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        self.settings = {**SETTINGS, **(settings or {})}
        self.password = secrets.token_urlsafe(18)
        self.surroundings: dict[str, str] = {}  # more environment variables of the server
        self.port = 0
        self.as_root = os.geteuid() == 0
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    @abstractmethod
    def psql_path(self) -> Path:
        """A psql of the server's version, runnable by the caller."""

    @property
    @abstractmethod
    def locale(self) -> tuple[str, ...]:
        """initdb's options for encoding and locale."""

    @abstractmethod
    def binaries(self, folder: Path) -> Path:
        """The folder of initdb and postgres, runnable by the server's user; may be made in `folder`."""

    @abstractmethod
    def prepare(self, home: Path) -> None:
        """Do what a fresh cluster in `home`/data needs before it starts; whatever is written there goes to the server's user."""

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Make the cluster and wait until it answers. Raises ClusterError with the server's own last words."""
        self._folder = Path(tempfile.mkdtemp(prefix="pgdouble-pg-"))
        self._folder.chmod(0o755)
        bin_folder = self.binaries(self._folder)
        home = self._folder / "cluster"
        home.mkdir(mode=0o700)
        self.give_away(home)
        self._initdb(home, bin_folder)
        self.prepare(home)
        self._launch(home, bin_folder)
        try:
            self._wait(home)
        except ClusterError:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop the server at once and remove its folder; safe to call twice."""
        if self._process is not None:
            if self._process.poll() is None:
                self._process.send_signal(3)  # SIGQUIT: immediate shutdown, nothing of it is kept
                try:
                    self._process.wait(timeout=20)
                except subprocess.TimeoutExpired:
                    self._process.kill()
                    self._process.wait()
            self._process = None
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None

    def dsn(self, database: str = "postgres", user: str | None = None, password: str | None = None) -> str:
        """A connection URI of the superuser or of the user given."""
        user, password = user or self.user, password or self.password
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    def environment(self, database: str = "postgres") -> dict[str, str]:
        """libpq's variables for the superuser."""
        return {
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": self.user,
            "PGPASSWORD": self.password,
            "PGDATABASE": database,
        }

    def psql(self, *arguments: str, database: str = "postgres", stdin: str | None = None) -> str:
        """Run psql as the superuser and return what it printed. Raises ClusterError with its error text."""
        result = subprocess.run(
            [str(self.psql_path), "-X", "-q", "-v", "ON_ERROR_STOP=1", *arguments],
            env={**os.environ, **self.environment(database)},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise ClusterError(f"psql failed: {result.stderr.strip()[:400]}")
        return result.stdout

    def create_database(self, name: str) -> str:
        """An empty database; returns its DSN."""
        self.psql("-c", f'CREATE DATABASE "{name}"')
        return self.dsn(name)

    def _command(self, *arguments: str) -> list[str]:
        if not self.as_root:
            return list(arguments)
        return ["setpriv", f"--reuid={UNPRIVILEGED}", "--regid=nogroup", "--clear-groups", *arguments]

    def give_away(self, path: Path) -> None:
        """Make it the server's user's own."""
        if self.as_root:
            shutil.chown(path, UNPRIVILEGED, "nogroup")

    def _initdb(self, home: Path, bin_folder: Path) -> None:
        secret = home / "superuser"
        secret.touch(mode=0o600)
        secret.write_text(self.password + "\n", encoding="utf-8")
        self.give_away(secret)
        result = subprocess.run(
            self._command(
                str(bin_folder / "initdb"), "-D", str(home / "data"), "-U", self.user, f"--pwfile={secret}",
                "-A", "scram-sha-256", "--no-sync", *self.locale,
            ),
            capture_output=True, text=True, check=False, cwd=home, env=self._environment(home),
        )  # fmt: skip
        secret.unlink()
        if result.returncode:
            raise ClusterError(f"initdb failed: {result.stderr.strip()[-400:]}")

    def _launch(self, home: Path, bin_folder: Path) -> None:
        self.port = free_port()
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        log = (home / "server.log").open("wb")
        self._process = subprocess.Popen(
            self._command(str(bin_folder / "postgres"), "-D", str(home / "data"), "-p", str(self.port), *options),
            stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=home, env=self._environment(home),
            start_new_session=True,
        )  # fmt: skip
        log.close()

    def _environment(self, home: Path) -> dict[str, str]:
        path = os.environ.get("PATH", "/usr/bin:/bin")
        return {"PATH": path, "HOME": str(home), "LC_ALL": "C.UTF-8", "TZ": "UTC", **self.surroundings}

    def _wait(self, home: Path) -> None:
        ready = [str(self.psql_path), "-X", "-q", "-c", "select 1"]
        environment = {**os.environ, **self.environment(), "PGCONNECT_TIMEOUT": "5"}
        deadline = time.monotonic() + START_TIMEOUT_S
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                break
            if subprocess.run(ready, env=environment, capture_output=True, check=False).returncode == 0:
                return
            time.sleep(0.05)
        words = (home / "server.log").read_text(errors="replace").strip()[-400:]
        raise ClusterError(f"Postgres did not start: {words}")
