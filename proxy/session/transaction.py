"""Transaction blocks: a table of states, savepoints, and the timestamps that hold inside one.

The replica cannot change, so a block opens nothing in the engine. Refuses to know statements' text. Facts: protocol chapter
"ReadyForQuery"; transam/xact.c for warnings and tags.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime

from proxy.errors import InFailedTransaction, NoActiveTransaction, UndefinedSavepoint

IDLE, BLOCK, FAILED = b"I", b"T", b"E"


@dataclass
class Transaction:
    """The state of one session. is_open: a block, or the implicit transaction of a query string or of a batch up to Sync. is_implicit:
    that one counts as a block, for it holds several statements.
    """

    status: bytes = IDLE
    is_open: bool = False
    is_implicit: bool = False
    has_snapshot: bool = False  # a query was looked at in it
    savepoints: list[str] = field(default_factory=list)
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    statement_started: datetime = field(default_factory=lambda: datetime.now(UTC))

    def touch(self, *, fresh: bool) -> bool:
        """A statement starts; fresh: it is the first of its message. True where that opens a transaction."""
        now = datetime.now(UTC)
        if fresh:
            self.statement_started = now
        if self.is_open:
            return False
        self.is_open = True
        self.started = self.statement_started
        return True

    @property
    def in_block(self) -> bool:
        """Whether a statement's effects last beyond it, in a block of the client's or an implicit one."""
        return self.status != IDLE or self.is_implicit

    @property
    def shown(self) -> bytes:
        """The status that a client is told."""
        return BLOCK if self.status == IDLE and self.is_implicit else self.status

    def require_healthy(self) -> None:
        """Raises InFailedTransaction in a failed block."""
        if self.status == FAILED:
            raise InFailedTransaction("current transaction is aborted, commands ignored until end of transaction block")

    def begin(self) -> bool:
        """BEGIN; False where a block was open already."""
        if self.status != IDLE:
            return False
        self.status = BLOCK
        return True

    def end(self) -> bool:
        """COMMIT or ROLLBACK; False where no block was open."""
        was_block = self.status != IDLE
        self.status = IDLE
        self.is_open = self.is_implicit = self.has_snapshot = False
        self.savepoints.clear()
        return was_block

    def fail(self) -> None:
        """An error inside a block."""
        if self.status == BLOCK:
            self.status = FAILED

    def savepoint(self, name: str) -> None:
        """SAVEPOINT name."""
        self._require_block("SAVEPOINT")
        self.savepoints.append(name)

    def release(self, name: str) -> int:
        """RELEASE name; its index."""
        self._require_block("RELEASE SAVEPOINT")
        index = self._index(name)
        del self.savepoints[index:]
        return index

    def rollback_to(self, name: str) -> int:
        """ROLLBACK TO name; its index. Heals a failed block."""
        self._require_block("ROLLBACK TO SAVEPOINT")
        index = self._index(name)
        del self.savepoints[index + 1 :]
        self.status = BLOCK
        return index

    def _require_block(self, command: str) -> None:
        if self.status == IDLE:
            raise NoActiveTransaction(f"{command} can only be used in transaction blocks")

    def _index(self, name: str) -> int:
        for index in range(len(self.savepoints) - 1, -1, -1):
            if self.savepoints[index] == name:
                return index
        raise UndefinedSavepoint(f'savepoint "{name}" does not exist')
