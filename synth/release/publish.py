"""Release folders: a temporary one while a build writes, a rename when all is on disk, then the swap of CURRENT.

A build that dies leaves a temporary folder that the next start removes, and nothing a server would read. Release
numbers are never used twice. Refuses to know what is in the files.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from policies.errors import PgError
from synth.release.manifest import CURRENT, MANIFEST, Manifest, folder_name

TEMPORARY = ".building-"
LOCK = ".lock"


class BuildRunning(PgError):
    """Another build holds the releases folder."""

    sqlstate = "55006"


class ReleaseAbsent(PgError):
    """There is no such release."""

    sqlstate = "42704"


@contextmanager
def building(releases: Path) -> Iterator[None]:
    """Hold the releases folder for one build, and clean up after builds that died. Raises BuildRunning."""
    releases.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (releases / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BuildRunning(f"another build is writing to {releases}", hint="Wait until it has finished.") from None
        for stale in releases.glob(f"{TEMPORARY}*"):
            shutil.rmtree(stale)
        yield


def next_number(releases: Path, published: Iterable[int] = ()) -> int:
    """A number that no folder has and no ledger entry names."""
    folders = (int(path.name) for path in releases.glob("[0-9]*") if path.name.isdigit())
    return 1 + max([0, *folders, *published])


@contextmanager
def temporary_folder(releases: Path, number: int) -> Iterator[Path]:
    """A private folder for the release's files; removed where the build fails."""
    folder = releases / f"{TEMPORARY}{folder_name(number)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        if folder.exists():
            shutil.rmtree(folder)


def seal(folder: Path, releases: Path, number: int) -> Path:
    """Put every file on disk, then give the folder its number. From here on it is a release, though not the current
    one."""
    for path in sorted(folder.iterdir()):
        path.chmod(0o400)
        _sync(path)
    _sync(folder)
    target = releases / folder_name(number)
    folder.rename(target)
    _sync(releases)
    return target


def publish(releases: Path, number: int) -> None:
    """Swap CURRENT to a sealed release, atomically."""
    if not (releases / folder_name(number) / MANIFEST).exists():
        raise ReleaseAbsent(f"there is no release {number}", hint="`pgdouble release list` shows what there is.")
    fresh = releases / f".{CURRENT}.new"
    try:
        with fresh.open("w", encoding="ascii") as file:
            file.write(f"{number}\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(releases / CURRENT)
    finally:
        fresh.unlink(missing_ok=True)
    _sync(releases)


def ledger_heads(releases: Path) -> list[tuple[int, str]]:
    """(sequence number, head) that each release embeds: what a ledger must still hold."""
    manifests = (Manifest.read(path.parent) for path in sorted(releases.glob(f"[0-9]*/{MANIFEST}")))
    return [(manifest.ledger_seq, manifest.ledger_head) for manifest in manifests if not manifest.mirror]


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
