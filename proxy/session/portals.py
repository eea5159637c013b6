"""Prepared statements and portals: what they hold, and how a portal gives its rows piece by piece.

A portal that was not read to its end keeps its place: the engine's result and the rows already encoded. Refuses to know the order of
messages. Facts: protocol chapter "Extended Query", on row limits.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass, field

from proxy.pgtypes import EncodedRows, RowEncoder
from proxy.pgtypes.fields import assemble_few
from proxy.session.ports import Results
from proxy.session.steps import Batch, Fetch, Send, Step
from proxy.sql.compiled import Compiled
from proxy.sql.ir import OutputColumn
from proxy.sql.statements import Statement


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
    holds: bool = False  # WITH HOLD: outlives its transaction
    fresh: bool = True  # made in the transaction that is open
    depth: int = 0  # savepoints that were open when it was made
    total: int = 0  # rows sent so far
    tag: str = ""  # of a command that gives rows
    inner: Portal | None = None  # EXECUTE and FETCH: where the rows come from
    left: int | None = None  # FETCH: how many more; None = all
    _rows: EncodedRows | None = field(default=None, repr=False)
    _at: int = 0

    def hold_rows(self, rows: Sequence[Sequence[bytes | None]]) -> None:
        """Rows of a command, in place of the engine's."""
        self._rows, self._at = assemble_few(rows), 0

    def rows(self, limit: int, *, silent: bool = False) -> Generator[Step, object, int]:
        """Send up to `limit` rows (0 = all); returns how many. silent: pass over them. `done` tells whether the end was reached."""
        sent = 0
        while not self.done and (not limit or sent < limit):
            if self._rows is None or self._at >= len(self._rows):
                yield from self._fetch()
                continue
            stop = len(self._rows) if not limit else min(len(self._rows), self._at + limit - sent)
            if not silent:
                yield Send(self._rows.span(self._at, stop), stop - self._at)
            sent += stop - self._at
            self.total += stop - self._at
            self._at = stop
        return sent

    def batches(self) -> Generator[Step, object, Batch | None]:
        """The engine's next batch as it comes, for COPY; None at the end."""
        assert self.results is not None
        batch = yield Fetch(self.results)
        if batch is None:
            self.done = True
            self.close()
        return batch

    def _fetch(self) -> Generator[Step, object, None]:
        if self.results is None:
            self.done = True
            return
        batch = yield from self.batches()
        if batch is not None:
            assert self.encoder is not None
            self._rows, self._at = self.encoder.encode(batch), 0

    def close(self) -> None:
        """Drop the engine's result."""
        if self.results is not None:
            self.results.close()
            self.results = None
        if self.inner is not None and not self.inner.name:
            self.inner.close()
        self._rows = None
