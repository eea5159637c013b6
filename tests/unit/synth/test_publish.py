"""Release folders: numbers are never used twice, CURRENT is swapped whole, the leftovers of dead builds go."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth.release.manifest import CURRENT, MANIFEST, current_release
from synth.release.publish import (
    TEMPORARY,
    BuildRunning,
    ReleaseAbsent,
    building,
    next_number,
    publish,
    seal,
    temporary_folder,
)


def test_a_release_appears_whole(tmp_path: Path) -> None:
    with building(tmp_path), temporary_folder(tmp_path, 1) as folder:
        assert folder.stat().st_mode & 0o777 == 0o700
        (folder / MANIFEST).write_text("{}")
        sealed = seal(folder, tmp_path, 1)
    assert sealed.name == "000001" and current_release(tmp_path) is None
    publish(tmp_path, 1)
    assert (tmp_path / CURRENT).read_text() == "1\n"
    assert not list(tmp_path.glob(f"{TEMPORARY}*"))


def test_a_failed_build_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), building(tmp_path), temporary_folder(tmp_path, 1) as folder:
        (folder / "replica.duckdb").write_text("x")
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == [".lock"]


def test_leftovers_of_a_killed_build_go_at_the_next_start(tmp_path: Path) -> None:
    (tmp_path / f"{TEMPORARY}000003").mkdir()
    with building(tmp_path):
        assert not list(tmp_path.glob(f"{TEMPORARY}*"))


def test_two_builds_do_not_share_a_folder(tmp_path: Path) -> None:
    with building(tmp_path), pytest.raises(BuildRunning), building(tmp_path):
        pass


def test_numbers_are_never_used_twice(tmp_path: Path) -> None:
    (tmp_path / "000002").mkdir()
    assert next_number(tmp_path) == 3
    assert next_number(tmp_path, published=[7]) == 8, "a release that was deleted is remembered by the ledger"


def test_what_is_not_there_cannot_be_published(tmp_path: Path) -> None:
    with pytest.raises(ReleaseAbsent):
        publish(tmp_path, 9)
    assert current_release(tmp_path) is None
