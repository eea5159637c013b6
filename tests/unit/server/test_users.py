"""The users file: written whole or not at all, readable by its owner alone, and errors that name the line."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from proxy.server.users import UsersFileError, add_user, load_users
from proxy.wire.scram import make_verifier


def test_users_come_back(tmp_path: Path) -> None:
    """Names with spaces and letters of any kind, a second password replaces the first."""
    path = tmp_path / "state" / "users"
    for role, password in (("alice", "a"), ("Bob Ü", "b"), ("alice", "c")):
        add_user(path, role, password)
    users = load_users(path)
    assert set(users) == {"alice", "Bob Ü"}
    kept = users["alice"]
    assert make_verifier("c", kept.salt, kept.iterations) == kept
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["users"]
    assert "c" not in path.read_text().split(":")


def test_no_file_no_users(tmp_path: Path) -> None:
    """A server may start before the first `user add`."""
    assert load_users(tmp_path / "users") == {}


def test_comments_and_blank_lines(tmp_path: Path) -> None:
    """People edit it."""
    path = tmp_path / "users"
    path.write_text(f"# readers\n\nalice:{make_verifier('x').text()}\n")
    assert set(load_users(path)) == {"alice"}


@pytest.mark.parametrize("line", ["alice", "alice:secret", "alice:md5abc", "alice:SCRAM-SHA-256$nix"])
def test_a_broken_line_is_named(line: str, tmp_path: Path) -> None:
    """By file and number; never by its content, which may be a password."""
    path = tmp_path / "users"
    path.write_text(f"bob:{make_verifier('x').text()}\n{line}\n")
    with pytest.raises(UsersFileError, match=r"users:2: ") as raised:
        load_users(path)
    assert "secret" not in str(raised.value) + raised.value.hint


@pytest.mark.parametrize("role", ["", "a:b", "a\nb"])
def test_names_the_file_cannot_hold(role: str, tmp_path: Path) -> None:
    """Nothing is written."""
    with pytest.raises(UsersFileError):
        add_user(tmp_path / "users", role, "x")
    assert not (tmp_path / "users").exists()


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no temporary one."""
    path = tmp_path / "users"
    add_user(path, "alice", "a")
    before = path.read_text()

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("proxy.server.users.os.fsync", full)
    with pytest.raises(UsersFileError, match="No space left"):
        add_user(path, "bob", "b")
    assert path.read_text() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["users"]
