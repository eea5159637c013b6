"""Prepared statements and portals: what they hold, and how a portal gives its rows piece by piece.

A portal that was not read to its end keeps its place: the engine's result and the rows already encoded. Refuses to know the order of
messages. Facts: protocol chapter "Extended Query", on row limits.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar, cast

import pyarrow as pa

from proxy.answers import Asked
from proxy.errors import NotInPrerequisiteState
from proxy.pgtypes import EncodedRows, RowEncoder
from proxy.pgtypes.fields import assemble_few
from proxy.session.ahead import Ahead
from proxy.session.ports import Results
from proxy.session.scrolling import Spool
from proxy.session.steps import Fetch, Send, Step, at_once, worked_out
from proxy.sql.compiled import Compiled
from proxy.sql.ir import OutputColumn
from proxy.sql.statements import Statement
from proxy.wire import messages as wire

Encoded = TypeVar("Encoded")
NO_ROWS = assemble_few(())
CELL = 10  # what a row counts, in characters of text that take as long


@dataclass(frozen=True, slots=True)
class Prepared:
    """A named or unnamed statement. statement is None for an empty one; compiled where the engine runs it or
    a query that it carries (DECLARE, COPY). columns: None where the statement gives no rows.
    """

    name: str
    statement: Statement | None
    declared: tuple[int, ...]
    parameters: tuple[int, ...]
    columns: tuple[OutputColumn, ...] | None
    compiled: Compiled | None = None


@dataclass
class Portal:
    """A statement with its values. results is None before the first row is asked for, and for a command's own rows."""

    name: str
    prepared: Prepared
    columns: tuple[OutputColumn, ...] | None
    formats: tuple[int, ...]
    compiled: Compiled | None = None
    params: tuple[object, ...] = ()
    results: Results | None = None
    encoder: RowEncoder | None = None
    started: bool = False
    done: bool = False
    failed: bool = False  # while it ran
    stale: bool = False  # the transaction that made it failed: not even its end is run by it
    running: bool = False  # a command, which may close all portals but its own
    holds: bool = False  # WITH HOLD: outlives its transaction
    fresh: bool = True  # made in the transaction that is open
    spool: Spool | None = None  # of a cursor that goes back: its rows so far
    place: int = 0  # as `scrolling` counts, for FETCH
    ended: bool = False  # that place is behind the last row
    scrolls: bool = False  # it went back: its rows are read from the spool
    depth: int = 0  # savepoints that were open when it was made
    total: int = 0  # rows sent so far
    tag: str = ""  # of a command that gives rows
    inner: Portal | None = None  # EXECUTE and FETCH: where the rows come from
    nested: int = 0  # EXECUTE: how many others it is inside
    left: int | None = None  # FETCH: how many more; None = all
    asked: Asked | None = None  # under what its answer is to be kept
    notices: deque[bytes] = field(default_factory=deque, repr=False)  # of its session: what a function has to say
    whole: tuple[pa.RecordBatch | None, EncodedRows] | None = field(
        default=None, repr=False
    )  # all rows, where one batch has them
    _batch: pa.RecordBatch | None = field(default=None, repr=False)
    _rows: EncodedRows = field(default=NO_ROWS, repr=False)
    _at: int = 0
    _ahead: Ahead[Any] | None = field(default=None, repr=False)

    @property
    def is_executing(self) -> bool:
        """Whether it is an EXECUTE whose statement is running."""
        return self.running and self.inner is not None and self.inner.nested > 0

    @property
    def is_on_temporary(self) -> bool:
        """Whether its rows are, or come from, those of temporary tables."""
        return self.compiled is not None and self.compiled.temporary

    def passed(self, rows: int, wanted: int) -> None:
        """It went so many rows forward, of those wanted (0 = all): with fewer it stands behind its last row."""
        self.place += rows
        if not wanted or rows < wanted:
            self.place += not self.ended
            self.ended = True

    def answer(self, batch: pa.RecordBatch | None, rows: EncodedRows) -> None:
        """All rows, as they were once worked out."""
        self.started = True
        self._batch, self._rows, self._at = batch, rows, 0

    def hold_rows(self, rows: Sequence[Sequence[bytes | None]]) -> None:
        """Rows of a command, in place of the engine's."""
        self._rows, self._at = assemble_few(rows), 0

    def rows(
        self, limit: int, *, encoder: RowEncoder | None = None, silent: bool = False
    ) -> Generator[Step, object, int]:
        """Send up to `limit` rows (0 = all); returns how many. `done` tells whether the end was reached.

        encoder: another one than the portal's own, where FETCH was bound to other formats. silent: pass over the rows.
        """
        if self.failed:
            raise NotInPrerequisiteState(f'portal "{self.name}" cannot be run')
        sent = 0
        while not self.done and (not limit or sent < limit):
            if self._at >= len(self._rows):
                yield from self._next(whole=not limit)
                continue
            count = len(self._rows) - self._at if not limit else min(len(self._rows) - self._at, limit - sent)
            if not silent:
                yield Send((yield from self._slice(count, encoder)), count)
            sent += count
            self.total += count
            self._at += count
        return sent

    def _slice(self, count: int, encoder: RowEncoder | None) -> Generator[Step, object, memoryview]:
        if encoder is None or self._batch is None or not encoder.columns:
            return self._rows.span(self._at, self._at + count)
        encoded = yield from worked_out(count * CELL, encoder.encode, self._batch.slice(self._at, count))
        return encoded.span(0, len(encoded))

    def first(self) -> tuple[bytes | None, ...]:
        """The first row, which there is."""
        row = wire.decode(wire.DataRow.tag, bytes(self._rows.span(0, 1))[5:], wire.BACKEND)
        assert isinstance(row, wire.DataRow)
        return row.values

    def fill(self) -> Generator[Step, object, None]:
        """Work out the first rows, where there are none yet."""
        if not self.done and self._at >= len(self._rows):
            yield from self._next(whole=False)

    def _next(self, *, whole: bool) -> Generator[Step, object, None]:
        encoder, spool = self.encoder, self.spool

        def encode(batch: pa.RecordBatch, _: int) -> tuple[pa.RecordBatch, EncodedRows]:
            assert encoder is not None
            if spool is not None:
                spool.add(batch)
            # The engine cannot give a row without columns, so that it gives one that nobody asked for.
            return batch, encoder.encode(batch) if encoder.columns else assemble_few([()] * batch.num_rows)

        is_first = self._ahead is None
        self._batch, self._rows = (yield from self.fetch(encode, whole=whole and spool is None)) or (None, NO_ROWS)
        self._at = 0
        if is_first and (self._ahead is None or self._ahead.is_over):
            self.whole = self._batch, self._rows

    def fetch(
        self, encode: Callable[[pa.RecordBatch, int], Encoded], *, whole: bool = True
    ) -> Generator[Step, object, Encoded | None]:
        """The engine's next batch, encoded in other threads; None at the end. One encode for all batches of a portal. whole: all of
        them are wanted now."""
        results = self.results
        if results is None:
            self.done = True
            return None

        if self._ahead is None:
            self._ahead = Ahead(results, encode)
        ahead: Ahead[Encoded] = self._ahead
        found = (
            None if ahead.is_over else cast("Encoded | None", (yield Fetch(results, partial(ahead.next, ahead=whole))))
        )
        while self.notices:
            yield from at_once(self.notices.popleft())
        if found is None:
            self.done = True
            self.close()
        return found

    def fail(self) -> None:
        """Drop the engine's result; the portal gives nothing any more."""
        self.failed = True
        self.close()

    def close(self) -> None:
        """Drop the engine's result."""
        if self.results is not None:
            self.results.close()
            self.results = None
        if self._ahead is not None:
            self._ahead.close()
            self._ahead = None
        if self.inner is not None and self.inner.nested:
            self.inner.close()
        self._batch, self._rows = None, NO_ROWS
