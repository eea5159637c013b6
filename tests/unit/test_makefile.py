"""The Makefile's promises that cost nothing to hold: help, and a clear word where a prerequisite is missing."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make in the project's folder."""
    return subprocess.run(["make", *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def test_help_is_the_default_and_lists_every_target_a_person_types() -> None:
    """`make` alone changes nothing."""
    done = make()
    assert done.returncode == 0
    for target in ("demo", "test", "test-all", "oracle", "lint", "format", "bench"):
        assert f"make {target} " in done.stdout


def test_a_missing_python_is_named_with_the_line_that_installs_it() -> None:
    """Before anything else happens."""
    done = make("prerequisites", "PYTHON=no-such-python")
    assert done.returncode != 0
    assert "no-such-python" in done.stdout
    assert "sudo apt-get install python3 python3-venv make" in done.stdout


def test_an_old_python_is_refused(tmp_path: Path) -> None:
    """A stand-in that says no to the version question, as 3.10 would."""
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.10.0" && exit 0\nexit 1\n', encoding="utf-8")
    old.chmod(0o755)
    done = make("prerequisites", f"PYTHON={old}")
    assert done.returncode != 0
    assert "needs Python 3.11 or newer" in done.stdout


def test_the_environment_depends_on_what_is_pinned() -> None:
    """So that a changed pin is installed, and an unchanged one costs nothing."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "$(READY): pyproject.toml constraints.txt $(wildcard proxy/pgtypes/*.c) | prerequisites" in text


def test_ci_runs_what_a_change_must_pass() -> None:
    """Bash that stops at the first failure; lint, the demo without a terminal, the tests."""
    script = ROOT / ".ci" / "run"
    text = script.read_text(encoding="utf-8")
    assert text.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in text
    for command in ("make lint", "make demo </dev/null", "make test"):
        assert command in text
    assert script.stat().st_mode & 0o111
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
