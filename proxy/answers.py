"""Answers that are kept: small results as the rows that were sent, and whole batches of messages with all that they were answered.

The replica never changes, so that an answer is a function of the compiled statement, its parameters and how values are written.
Policy, quota and audit come before: who looks here has been let through. Refuses to know what rows and messages mean.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from sys import getsizeof
from typing import TYPE_CHECKING

import pyarrow as pa

from proxy.kept import Kept
from proxy.pgtypes import EncodedRows, OutputSettings
from proxy.sql.compiled import Compiled

if TYPE_CHECKING:
    from proxy.lookups import Lookups
    from proxy.session.portals import Prepared
    from proxy.session.ports import StatementEnd
    from proxy.session.templates import Template

ENTRIES_MAX, BYTES_MAX = 50_000, 64 << 20
ANSWER_BYTES_MAX = 1 << 20
WORLDS_MAX = TEMPLATES_MAX = 1_000
WORLDS_BYTES_MAX = 16 << 20
OVERHEAD = 1_000  # of an entry: objects, buffers, the key


@dataclass(frozen=True, slots=True)
class Asked:
    """What an answer depends on. compiled: by identity, since the planner gives the same one as long as nothing has changed. params: as
    Python writes them, for 1.0 and 1.00 are equal and print differently."""

    compiled: int
    params: str
    formats: tuple[int, ...]
    output: OutputSettings

    @property
    def bytes(self) -> int:
        """The memory of what may be long in it."""
        return getsizeof(self.params)


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
        rows = 3 * self.rows.buffer.nbytes + self.rows.offsets.nbytes
        return OVERHEAD + rows + len(self.compiled.sql)


@dataclass(frozen=True, slots=True)
class Repeat:
    """A batch of messages that ran one statement to its end. answer: all bytes up to ReadyForQuery. end: what quota and audit are told.
    unnamed: the unnamed statement afterwards, where the batch made or dropped it. run: kept alive, as in an Answer. left: formats of the
    unnamed portal that the batch leaves to its block; None where it leaves none."""

    answer: bytes
    end: StatementEnd
    run: Prepared
    replaces: bool
    unnamed: Prepared | None
    left: tuple[int, ...] | None = None

    @property
    def bytes(self) -> int:
        """Roughly the memory that it takes, and what it keeps alive."""
        statement, compiled = self.run.statement, self.run.compiled
        text = len(statement.text) if statement is not None else 0
        return OVERHEAD + 2 * len(self.answer) + text + (len(compiled.sql) if compiled is not None else 0)


@dataclass(frozen=True, slots=True)
class Recent:
    """A Repeat that one session has at hand. world, version: what the session has set and what is in force that it holds in. prepared: the
    statement of that name, which the batch binds; None where it binds none."""

    world: object
    version: Hashable
    name: str | None
    prepared: Prepared | None
    repeat: Repeat


class Repeats:
    """Batches that are kept, by whatever their answer depends on, what many of them have in common, and the worlds that sessions ask in."""

    def __init__(self) -> None:
        self.batches: Kept[Repeat] = Kept(ENTRIES_MAX, BYTES_MAX, ANSWER_BYTES_MAX)
        self.templates: Kept[Template] = Kept(TEMPLATES_MAX, BYTES_MAX)
        self._worlds: Kept[object] = Kept(WORLDS_MAX, WORLDS_BYTES_MAX)

    def shown(self, answers: Kept[Answer], lookups: Lookups) -> str:
        """What is kept, for a person: entries and roughly their memory."""
        held = {"answers": answers.held(), "batches": self.batches.held(), "tables of lookups": lookups.held()}
        return "; ".join(f"{count} {name}, {size >> 10} kB" for name, (count, size) in held.items())

    def world(self, size: int, *values: Hashable) -> object:
        """One and the same object for equal values, which takes no time to compare. size: characters in them; of too many, another one
        each time."""
        found = self._worlds.get(values)
        if found is None:
            found = object()
            self._worlds.put(values, found, OVERHEAD + size)
        return found


def kept_answers() -> Kept[Answer]:
    """Where answers are kept, by what was asked."""
    return Kept(ENTRIES_MAX, BYTES_MAX, ANSWER_BYTES_MAX)
