"""Answers that are kept: small results as the rows that were sent, the last used ones, bounded by memory.

The replica never changes, so that an answer is a function of the compiled statement, its parameters and how values are written.
Policy, quota and audit come before: who looks here has been let through. Any thread may ask. Refuses to know what rows mean.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

import pyarrow as pa

from proxy.pgtypes import EncodedRows, OutputSettings
from proxy.sql.compiled import Compiled

BYTES_MAX = 64 << 20
ANSWER_BYTES_MAX = 64 << 10
OVERHEAD = 1_000  # of an entry: objects, buffers, the key


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer depends on. compiled: by identity, since the planner gives the same one as long as nothing has changed. params: as
    Python writes them, for 1.0 and 1.00 are equal and print differently."""

    compiled: int
    params: str
    formats: tuple[int, ...]
    output: OutputSettings


@dataclass(frozen=True, slots=True)
class Answer:
    """All rows of a result, encoded, and the batch that they were, for who wants them in other formats. compiled: kept alive, so that no
    other statement has its identity."""

    compiled: Compiled
    batch: pa.RecordBatch | None
    rows: EncodedRows

    @property
    def bytes(self) -> int:
        """Roughly the memory that it takes: the batch is taken for twice its rows, since counting it is slow."""
        return OVERHEAD + 3 * self.rows.buffer.nbytes + self.rows.offsets.nbytes


class KeptAnswers:
    """See the module."""

    def __init__(self, bytes_max: int = BYTES_MAX) -> None:
        self._bytes_max = bytes_max
        self._kept: OrderedDict[Asked, Answer] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, asked: Asked) -> Answer | None:
        """What was put, if it is still there."""
        with self._lock:
            found = self._kept.get(asked)
            if found is not None:
                self._kept.move_to_end(asked)
            return found

    def put(self, asked: Asked, answer: Answer) -> None:
        """Keep an answer, unless it is large, and drop what was not used for longest."""
        if answer.bytes > ANSWER_BYTES_MAX:
            return
        with self._lock:
            if asked in self._kept:
                self._bytes -= self._kept.pop(asked).bytes
            self._kept[asked] = answer
            self._bytes += answer.bytes
            while self._bytes > self._bytes_max:
                self._bytes -= self._kept.popitem(last=False)[1].bytes
