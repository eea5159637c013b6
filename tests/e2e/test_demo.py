"""The demo as its user runs it: from another folder, without a terminal, twice, and what its processes may know.

`test_small_demo` goes through every step on a shop of a few hundred customers; the whole demo is slow.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pgdouble.demo.judge import fault
from pgdouble.demo.psql import ask
from pgdouble.demo.stage import DSN_VARIABLE, Stage
from pgdouble.demo.statements import QUESTIONS, Question

ROOT = Path(__file__).resolve().parents[2]
CUSTOMERS = 3000


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    """Source, release and server of a small shop."""
    with Stage() as ready:
        ready.start_source(CUSTOMERS)
        ready.run("check")
        ready.run("build", "--yes")
        ready.run("user", "add", "analyst", "--password-stdin", stdin=ready.password + "\n")
        ready.serve()
        yield ready


def run(stage: Stage, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command in the stage's folder, whatever its exit code."""
    return subprocess.run(
        [sys.executable, "-m", "pgdouble", "--config", str(stage.folder / "pgdouble.yaml"), *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **variables}, cwd=stage.folder,
        stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.title)
def test_small_demo(stage: Stage, question: Question) -> None:
    """Each of the demo's questions, judged as the demo judges them."""
    source, double = ask(stage.source, question.sql), ask(stage.double, question.sql)
    assert fault(question.expect, source, double) == "", double.text


def test_init_drafts_what_check_accepts(stage: Stage) -> None:
    """Reads no row; every column of the source is named; the draft is a policy without further edits."""
    stage.run("init", "--output", "draft.yaml")
    dsn = stage.postgres.dsn("shop", stage.source.user, stage.source.password)
    done = run(stage, "check", PGDOUBLE_POLICY="draft.yaml", PGDOUBLE_STATE="fresh", **{DSN_VARIABLE: dsn})
    assert done.returncode == 0, done.stderr


def test_serve_holds_no_credential_of_the_source(stage: Stage) -> None:
    """Neither in its environment nor in any file of the state folder."""
    assert stage._serve is not None
    environment = Path(f"/proc/{stage._serve.pid}/environ")
    if environment.exists():
        assert stage.source.password.encode() not in environment.read_bytes()
    files = [file for file in stage.folder.rglob("*") if file.is_file()]
    assert files
    assert [file for file in files if stage.source.password.encode() in file.read_bytes()] == []


def test_the_ledger_holds_what_the_release_cost(stage: Stage) -> None:
    """Spent by the build, verified against the manifest, unchanged by any question."""
    before = json.loads(stage.run("ledger", "show", "--json", capture=True))["totals"]
    assert before[0]["epsilon"] > 0
    assert not ask(stage.double, "SELECT count(*) FROM orders").sqlstate
    assert json.loads(stage.run("ledger", "show", "--json", capture=True))["totals"] == before
    stage.run("ledger", "verify", "--against", str(stage.folder / "state" / "releases"))


def test_explain_shows_the_decision(stage: Stage) -> None:
    """Denied statements exit with 2 and say what would allow them."""
    allowed = run(stage, "explain", "--role", "analyst", "SELECT country FROM customers")
    assert allowed.returncode == 0, allowed.stderr
    assert "effect: allow" in allowed.stdout
    denied = run(stage, "explain", "--role", "analyst", "SELECT email FROM customers")
    assert denied.returncode == 2
    assert "customers" in denied.stdout + denied.stderr


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("time", ["first", "second"])
def test_whole_demo(time: str, tmp_path: Path) -> None:
    """Twice in a row, from a folder that is not the project's, without a terminal."""
    done = subprocess.run(
        [sys.executable, "-m", "pgdouble", "demo"], cwd=tmp_path, stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert "What it cost" in done.stdout
    assert list(tmp_path.iterdir()) == []
