"""One build as its operator runs it, and the tables as a client reads them: what every figure of quality is measured on.

Runs `pgdouble build` and `pgdouble serve` as processes of their own over a policy file; rows come over the wire by COPY. Refuses to know
data sets and measures.
"""

from __future__ import annotations

import io
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from ruamel.yaml import YAML

from pgdouble.demo.cluster import free_port
from synth.release.manifest import MANIFEST, Manifest, TableKind, current_release, folder_name

ROOT = Path(__file__).parents[2]
READER = "bench_reader"  # of the double: a role that may read all of it
SETTINGS = "policy: policy.yaml\nstate: state\nsource_dsn_env: SOURCE_DSN\n"
# Phases that are the engine's, up to the one in which rows are written.
MEASURED = ("discover", "refine", "fan-outs", "measure")
WRITTEN = "write:"


class BuildFailed(Exception):
    """`pgdouble build` or `serve` did not do what it must; holds the last lines that it printed."""


@dataclass(frozen=True, slots=True)
class Built:
    """seconds: of the whole process. engine_seconds: from the first question to the last generated row. peak_mb: of the process' memory.
    folder: of the deployment."""

    seconds: float
    engine_seconds: float
    peak_mb: float
    folder: Path = field(repr=False)

    @property
    def release(self) -> Path:
        """The folder of the release that was made."""
        number = current_release(self.folder / "state" / "releases")
        assert number is not None, "a build that ended well has published"
        return self.folder / "state" / "releases" / folder_name(number)


def budgeted(policy: str, epsilon: float, delta: float) -> str:
    """The policy's text with that budget for one release, and a role that may read everything."""
    yaml, out = YAML(), io.StringIO()
    found: dict[str, Any] = yaml.load(policy)
    found["privacy"] |= {
        "budget": {"epsilon": epsilon, "delta": delta, "window": "1d"},
        "lifetime": {"epsilon": epsilon, "delta": delta},
        "release": {"epsilon": epsilon},
    }
    found["roles"] = {READER: {"grants": [{"tables": ["*.*"]}]}}
    found.pop("tests", None)
    yaml.dump(found, out)
    return out.getvalue()


def build(dsn: str, policy: str, folder: Path, seed: int) -> Built:
    """Make a release of the database in a new deployment in `folder`. seed: of sampling, which is all that has one. Raises BuildFailed."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "policy.yaml").write_text(policy, encoding="utf-8")
    (folder / "pgdouble.yaml").write_text(SETTINGS, encoding="utf-8")
    command = [sys.executable, "-m", "pgdouble", "build", "--yes", "--seed", str(seed)]
    started = time.monotonic()
    process = subprocess.Popen(
        command, cwd=folder, env=_environment(SOURCE_DSN=dsn), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    phases: list[tuple[float, str]] = []
    lines: list[str] = []
    for line in process.stderr:
        phases.append((time.monotonic(), line.strip()))
        lines.append(line)
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - started
    if os.waitstatus_to_exitcode(status):
        raise BuildFailed("".join(lines[-20:]))
    return Built(seconds, _engine_seconds(phases), used.ru_maxrss / 1024, folder)


def _engine_seconds(phases: list[tuple[float, str]]) -> float:
    asked = [at for at, line in phases if line.startswith(MEASURED)]
    wrote = [at for at, line in phases if line.startswith(WRITTEN)]
    return wrote[0] - asked[0] if asked and wrote else float("nan")


@contextmanager
def served(built: Built) -> Iterator[str]:
    """Serve the release; gives a DSN of the role that reads all. Raises BuildFailed."""
    password, port = secrets.token_urlsafe(12), free_port()
    subprocess.run(
        [sys.executable, "-m", "pgdouble", "user", "add", READER, "--password-stdin"],
        input=password, text=True, check=True, cwd=built.folder, env=_environment(), stdout=subprocess.DEVNULL,
    )  # fmt: skip
    with (built.folder / "serve.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "pgdouble", "serve", "--listen", f"127.0.0.1:{port}"],
            cwd=built.folder, env=_environment(), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
        )  # fmt: skip
    dsn = f"postgresql://{READER}:{password}@127.0.0.1:{port}/{Manifest.read(built.release).source.database}"
    try:
        _wait(process, dsn, built.folder / "serve.log")
        yield dsn
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(process: subprocess.Popen[bytes], dsn: str, log: Path) -> None:
    """Until the server answers."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            psycopg.connect(dsn).close()
        except psycopg.OperationalError:
            time.sleep(0.1)
        else:
            return
    raise BuildFailed(log.read_text(errors="replace")[-4000:])


def _environment(**more: str) -> Mapping[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def private_tables(manifest: Manifest) -> list[tuple[str, str]]:
    """(schema, name) of the tables whose rows are made up."""
    made = (TableKind.PRIVATE, TableKind.ROW_LEVEL)
    return [(table.schema_name, table.name) for table in manifest.tables if table.kind in made]


def file_stem(schema: str, name: str) -> str:
    """What files of a table are called: its name, behind its schema unless that is `public`."""
    return name if schema == "public" else f"{schema}.{name}"


def copy_out(dsn: str, tables: list[tuple[str, str]], folder: Path, kind: str) -> None:
    """Each table as TABLE.kind.csv, with a header, as COPY writes it."""
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        for schema, name in tables:
            query = sql.SQL("COPY (SELECT * FROM {}) TO STDOUT (FORMAT csv, HEADER)").format(
                sql.Identifier(schema, name)
            )
            with (folder / f"{file_stem(schema, name)}.{kind}.csv").open("wb") as file, cursor.copy(query) as copy:
                for block in copy:
                    file.write(block)


def keep_manifest(built: Built, folder: Path) -> Manifest:
    """Copy the release's manifest to the folder, and read it."""
    (folder / MANIFEST).write_bytes((built.release / MANIFEST).read_bytes())
    return Manifest.read(folder)
