"""The audit log of one process: a file of JSON lines that only grows, readable by its owner alone.

Refuses to know what the events mean. A line is written before the answer it is about is complete, and on disk within a second; whoever
needs each line on disk at once asks for `each`.
"""

from __future__ import annotations

import errno
import os
import threading
import time
from pathlib import Path

from policies.audit import AuditEvent
from policies.errors import AuditUnavailable

SYNC_EVERY_S = 1.0


class AuditFile:
    """An open audit log. Any thread may write."""

    def __init__(self, path: Path, *, each: bool = False) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._each = each
        self._synced = 0.0
        self._lock = threading.Lock()

    def write(self, event: AuditEvent) -> None:
        """Append an event, whole or not at all. Raises AuditUnavailable."""
        self.write_line(event.line())

    def write_line(self, text: str) -> None:
        """Append an event's line. Raises AuditUnavailable."""
        line = text.encode("ascii")
        try:
            with self._lock:
                self._append(line)
        except OSError as error:
            raise AuditUnavailable(
                f"the audit log cannot be written: {error.strerror}", hint="Make room on its disk, then try again."
            ) from error

    def _append(self, line: bytes) -> None:
        written = os.write(self._file, line)
        if written < len(line):  # the disk became full in the middle; half a line would spoil the next
            os.ftruncate(self._file, os.fstat(self._file).st_size - written)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        if self._each or time.monotonic() - self._synced > SYNC_EVERY_S:
            os.fsync(self._file)
            self._synced = time.monotonic()

    def close(self) -> None:
        """Sync and close."""
        with self._lock:
            os.fsync(self._file)
            os.close(self._file)
