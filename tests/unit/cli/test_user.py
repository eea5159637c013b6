"""`user add` and `user list`: verifiers, never passwords; roles of the policy alone."""

from __future__ import annotations

import io
import json
import shutil
import stat
from importlib import resources
from pathlib import Path

import pytest

from pgdouble.cli.main import run


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the shop's policy, as the current one."""
    for name in ("policy.yaml", "pgdouble.yaml"):
        shutil.copy(str(resources.files("pgdouble.demo.shop") / name), tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def add(role: str, password: str, monkeypatch: pytest.MonkeyPatch) -> int:
    """Add a user by stdin."""
    monkeypatch.setattr("sys.stdin", io.StringIO(password))
    return run(["user", "add", role, "--password-stdin"])


def test_a_user_is_stored_as_a_verifier(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Readable by its owner alone; the password stands nowhere."""
    assert add("analyst", "open sesame\n", monkeypatch) == 0
    file = folder / "state" / "users"
    assert "sesame" not in file.read_text(encoding="utf-8")
    assert file.read_text(encoding="utf-8").startswith("analyst:SCRAM-SHA-256$")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "state").stat().st_mode) == 0o700
    capsys.readouterr()
    assert run(["user", "list", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == ["analyst"]


def test_a_user_must_be_a_role(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A name without a grant could log in and see nothing; the message lists the roles there are."""
    assert add("analist", "x\n", monkeypatch) == 1
    assert "analyst, contractor" in capsys.readouterr().err
    assert not (folder / "state").exists()


def test_an_empty_password_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As from a closed stdin."""
    assert add("analyst", "", monkeypatch) == 1
    assert "empty" in capsys.readouterr().err
    assert not (folder / "state").exists()


def test_adding_twice_changes_the_password(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line a user."""
    assert add("analyst", "one\n", monkeypatch) == 0
    first = (folder / "state" / "users").read_text(encoding="utf-8")
    assert add("analyst", "two\n", monkeypatch) == 0
    second = (folder / "state" / "users").read_text(encoding="utf-8")
    assert second.count("\n") == 1
    assert second != first
