"""How many at a time, shared by the workers of one node: a page of memory for each gauge, with a slot for each worker.

A statement enters and leaves a gauge, so this is no database: a lock, a sum and a number. A page is a file of the state folder that
need not survive the machine. What a worker that died left in its slots is forgotten when one of its name starts. Refuses to know what
is counted. Facts: flock(2): a lock is an open file's and ends with it.
"""

from __future__ import annotations

import fcntl
import hashlib
import mmap
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from policies.errors import LedgerUnavailable

SLOTS = 128  # workers of a node
_SLOT = struct.Struct("=i")
_ALL = struct.Struct(f"={SLOTS}i")
_EMPTY = bytes(_ALL.size)
WORKERS = "workers"


class Gauges:
    """The gauges of a state folder, opened by one worker."""

    def __init__(self, folder: Path, worker: str) -> None:
        self._folder = folder
        self._pages: dict[tuple[str, str], tuple[int, mmap.mmap]] = {}
        self._lock = threading.Lock()
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._at = self._slot(worker) * _SLOT.size
        except OSError as error:
            raise _unavailable(error) from error

    def enter(self, role: str, what: str, limit: int) -> bool:
        """One more, unless the limit is reached."""
        with self._page(role, what) as page:
            used = sum(_ALL.unpack(page[: _ALL.size]))
            if used >= limit:
                return False
            self._put(page, 1)
        return True

    def has_room(self, role: str, what: str, limit: int) -> bool:
        """Whether `enter` would be let in now. Numbers are written whole, so that nothing is locked."""
        if (found := self._pages.get((role, what))) is not None:
            page = found[1]
            return limit > 0 if page[: _ALL.size] == _EMPTY else bool(sum(_ALL.unpack_from(page)) < limit)
        with self._page(role, what) as page:  # other workers may have entered it
            return bool(sum(_ALL.unpack_from(page)) < limit)

    def leave(self, role: str, what: str) -> None:
        """One less."""
        with self._page(role, what) as page:
            self._put(page, -1)

    def forget(self, worker: str | None = None) -> None:
        """Empty the slots of a worker that is gone; None: of all."""
        at = None if worker is None else self._slot(worker) * _SLOT.size
        for path in self._folder.glob("*.gauge"):
            with path.open("r+b") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.seek(at or 0)
                file.write(bytes(_ALL.size if at is None else _SLOT.size))

    def close(self) -> None:
        """Let go of the files."""
        with self._lock:
            for descriptor, page in self._pages.values():
                page.close()
                os.close(descriptor)
            self._pages.clear()

    def _put(self, page: mmap.mmap, change: int) -> None:
        (own,) = _SLOT.unpack_from(page, self._at)
        _SLOT.pack_into(page, self._at, max(0, own + change))

    @contextmanager
    def _page(self, role: str, what: str) -> Iterator[mmap.mmap]:
        """A gauge's page, locked against threads and processes."""
        with self._lock:
            found = self._pages.get((role, what))
            if found is None:
                try:
                    found = self._pages[role, what] = self._open(role, what)
                except OSError as error:
                    raise _unavailable(error) from error
            descriptor, page = found
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            try:
                yield page
            finally:
                fcntl.flock(descriptor, fcntl.LOCK_UN)

    def _open(self, role: str, what: str) -> tuple[int, mmap.mmap]:
        name = hashlib.sha256(f"{what}\0{role}".encode()).hexdigest()[:32]
        descriptor = os.open(self._folder / f"{name}.gauge", os.O_RDWR | os.O_CREAT, 0o600)
        if os.fstat(descriptor).st_size < _ALL.size:
            os.ftruncate(descriptor, _ALL.size)
        return descriptor, mmap.mmap(descriptor, _ALL.size)

    def _slot(self, worker: str) -> int:
        """A worker's place, by its name, the same for ever."""
        descriptor = os.open(self._folder / WORKERS, os.O_RDWR | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            names = file.read().split("\n")[:-1]
            quoted = worker.encode("unicode_escape").decode("ascii")
            if quoted not in names:
                if len(names) >= SLOTS:
                    raise LedgerUnavailable(
                        f"more than {SLOTS} workers have used this state folder",
                        hint=f"Remove its folder {self._folder.name}.",
                    )
                names.append(quoted)
                file.write(f"{quoted}\n")
            return names.index(quoted)


def _unavailable(error: OSError) -> LedgerUnavailable:
    return LedgerUnavailable(
        f"the usage gauges cannot be opened: {error.strerror}", hint="Check the state folder's rights."
    )
