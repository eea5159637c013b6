"""The demo's processes: an embedded Postgres with the shop, a folder with policy and settings, a `serve` of its own.

Runs the very commands that a user would type, each as a process; only `init`, `check` and `build` are given the
source's DSN. Everything lives in one temporary folder and ends with the stage.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from importlib import resources
from pathlib import Path
from types import TracebackType

from pgdouble.demo.cluster import free_port
from pgdouble.demo.postgres import EmbeddedPostgres
from pgdouble.demo.psql import Server, ask
from pgdouble.demo.shop.load import DATABASE, READER, load_shop
from pgdouble.demo.shop.people import CUSTOMERS
from policies.errors import PgError

ANALYST = "analyst"
DSN_VARIABLE = "SHOP_DSN"
SERVE_TIMEOUT_S = 60
STOP_TIMEOUT_S = 20
LOG_LINES = 40
ROOT = Path(__file__).resolve().parents[2]  # so that a checkout that is not installed can run its own commands


class DemoFailed(PgError):
    """A step of the demo did not do what it must."""

    sqlstate = "58000"


class Stage:
    """Source, workspace and server of one demo, as a context manager."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="pgdouble-demo-"))
        self.postgres = EmbeddedPostgres()
        self.port = free_port()
        self.password = secrets.token_urlsafe(9)
        self._dsn = ""
        self._serve: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Stage:
        for name in ("policy.yaml", "pgdouble.yaml"):
            text = (resources.files("pgdouble.demo.shop") / name).read_text(encoding="utf-8")
            (self.folder / name).write_text(text, encoding="utf-8")
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop_serving()
        self.postgres.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start_source(self, customers: int = CUSTOMERS) -> None:
        """Start Postgres and fill it with the shop."""
        self.postgres.start()
        self._dsn = asyncio.run(load_shop(self.postgres, customers))

    def run(self, *arguments: str, stdin: str | None = None, capture: bool = False) -> str:
        """Run a pgdouble command to its end. Raises DemoFailed where it does not exit with 0."""
        done = subprocess.run(
            self._command(*arguments), env=self._environment(arguments[0]), cwd=self.folder, text=True, check=False,
            input=stdin, stdin=None if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE if capture else None,
        )  # fmt: skip
        if done.returncode:
            raise DemoFailed(f"pgdouble {' '.join(arguments)} ended with exit code {done.returncode}")
        return done.stdout or ""

    def serve(self) -> None:
        """Start `pgdouble serve` and wait until an analyst can log in."""
        with (self.folder / "serve.log").open("wb") as log:
            self._serve = subprocess.Popen(
                self._command("serve"), env=self._environment("serve"), cwd=self.folder,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        deadline = time.monotonic() + SERVE_TIMEOUT_S
        while time.monotonic() < deadline and self._serve.poll() is None:
            if not ask(self.double, "SELECT 1").sqlstate:
                return
            time.sleep(0.2)
        raise DemoFailed("pgdouble serve did not answer", detail=self.serve_log())

    def serve_log(self) -> str:
        """The last lines that `serve` logged."""
        return "\n".join((self.folder / "serve.log").read_text(errors="replace").splitlines()[-LOG_LINES:])

    def wait(self) -> None:
        """Until `serve` ends by itself; Ctrl-C leaves through KeyboardInterrupt."""
        if self._serve is not None:
            self._serve.wait()

    def stop_serving(self) -> None:
        """End `serve` as its operator would."""
        if self._serve is not None and self._serve.poll() is None:
            self._serve.terminate()
            try:
                self._serve.wait(timeout=STOP_TIMEOUT_S)
            except subprocess.TimeoutExpired:
                self._serve.kill()
                self._serve.wait()
        self._serve = None

    @property
    def source(self) -> Server:
        """The shop itself, through the reader role."""
        password = self._dsn.split(":")[2].split("@")[0]
        return Server(self.postgres.psql_path, "127.0.0.1", self.postgres.port, READER, password, DATABASE)

    @property
    def double(self) -> Server:
        """The double, as an analyst."""
        return Server(self.postgres.psql_path, "127.0.0.1", self.port, ANALYST, self.password, DATABASE)

    def _command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "pgdouble", "--config", str(self.folder / "pgdouble.yaml"), *arguments]

    def _environment(self, command: str) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("PGDOUBLE_", "PG", DSN_VARIABLE))
        }
        given = {"PGDOUBLE_LISTEN": f"127.0.0.1:{self.port}", "PYTHONPATH": str(ROOT)}
        if command in ("init", "check", "build"):
            given[DSN_VARIABLE] = self._dsn
        return kept | given
