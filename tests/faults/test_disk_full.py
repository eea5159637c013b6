"""A disk that is full during a build: one sentence with the place and a hint, and nothing of the build but what the ledger keeps.

Each case mounts a small file system of its own, which takes root; without, the case of the release folder runs under a limit on file sizes.
"""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import pytest

from policies.stores.sqlite import SqliteLedger
from synth.release.manifest import CURRENT, current_release, require_whole
from synth.release.publish import TEMPORARY

SOURCE = "source"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shop's policy and settings."""
    for name in ("policy.yaml", "pgdouble.yaml"):
        shutil.copy(str(resources.files("pgdouble.demo.shop") / name), tmp_path / name)
    return tmp_path


@pytest.fixture
def small(folder: Path) -> Iterator[Path]:
    """A mounted file system of 160 MB."""
    place = folder / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", str(place)]
    if (
        os.geteuid()
        or shutil.which("mount") is None
        or subprocess.run(mount, capture_output=True, check=False).returncode
    ):
        pytest.skip("mounting a small file system takes root")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def build(
    folder: Path, reader: str, *, file_bytes: int | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    def limit() -> None:
        if file_bytes is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))

    root = str(Path(__file__).parents[2])
    return subprocess.run(
        [sys.executable, "-m", "pgdouble", "build", "--yes", "--epsilon", "0.5"], cwd=folder, capture_output=True, text=True,
        env={**os.environ, "PYTHONPATH": root, "SHOP_DSN": reader, **environment}, check=False, preexec_fn=limit,
    )  # fmt: skip


def fill(place: Path, leave: int) -> None:
    """Take all of a file system but `leave` bytes."""
    state = os.statvfs(place)
    (place / "filler").write_bytes(bytes(max(0, state.f_bavail * state.f_frsize - leave)))


def require_told(done: subprocess.CompletedProcess[str], *words: str) -> None:
    assert done.returncode == 1, done.stderr
    told = [line for line in done.stderr.splitlines() if line.startswith("pgdouble: ")]
    assert len(told) == 1 and "internal error" not in told[0] and "Traceback" not in done.stderr, done.stderr
    assert "  hint: " in done.stderr
    assert all(word in told[0] for word in words), told[0]


def require_unharmed(state: Path) -> None:
    """The first release serves, nothing half-made is left, and the ledger verifies."""
    releases = state / "releases"
    assert current_release(releases) == 1
    require_whole(releases / "000001")
    assert sorted(path.name for path in releases.iterdir() if path.name != ".lock") == ["000001", CURRENT]
    assert not list(releases.glob(f"{TEMPORARY}*")) and not list(state.glob("*.tmp"))
    ledger = SqliteLedger(state / "ledger.sqlite")
    ledger.verify()
    ledger.close()


def reserved(state: Path) -> tuple[int, int]:
    """(builds reserved for, nano-rho spent)."""
    ledger = SqliteLedger(state / "ledger.sqlite")
    entries = [str(entry.kind) for entry in ledger.entries()]
    spent = ledger.totals(SOURCE, "public.customers").spent_nano
    ledger.close()
    return entries.count("reserve") - entries.count("void"), spent


def test_the_release_folder_is_full(folder: Path, small_shop: str, small: Path) -> None:
    (folder / "state").mkdir()
    (folder / "state" / "releases").symlink_to(small)
    assert build(folder, small_shop).returncode == 0
    before = reserved(folder / "state")
    fill(small, 300_000)
    require_told(build(folder, small_shop), "no space is left for", "releases")
    (small / "filler").unlink()
    require_unharmed(folder / "state")
    after = reserved(folder / "state")
    assert after[0] == before[0] + 1 and after[1] > before[1], "what was read stays paid for"
    assert build(folder, small_shop).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("leave", [0, 30_000, 200_000])
def test_the_state_folder_is_full(folder: Path, small_shop: str, small: Path, leave: int) -> None:
    """With the ledger on it: its log, its head or the release ends first, by what is left."""
    (folder / "state").symlink_to(small)
    assert build(folder, small_shop).returncode == 0
    before = reserved(small)
    fill(small, leave)
    require_told(build(folder, small_shop))
    (small / "filler").unlink()
    require_unharmed(small)
    assert reserved(small) >= before
    assert build(folder, small_shop).returncode == 0


def test_the_folder_for_temporary_files_is_full(folder: Path, small_shop: str, small: Path) -> None:
    """The policy keeps checks, so the compiler wants the catalog, which it holds in memory: nothing of a source is written there."""
    fill(small, 100_000)  # Python looks for another folder where it cannot write at all
    assert build(folder, small_shop, TMPDIR=str(small)).returncode == 0


def test_a_limit_on_file_sizes_is_told_alike(folder: Path, small_shop: str) -> None:
    """What an unprivileged account can try: the catalog's file is the first that does not fit."""
    assert build(folder, small_shop).returncode == 0
    require_told(build(folder, small_shop, file_bytes=1_500_000), "no space is left for", "releases")
    require_unharmed(folder / "state")
