"""Prepared statements and portals: what they hold, and how a portal gives its rows piece by piece.

A portal that was not read to its end keeps its place: the engine's result and the rows already encoded. Refuses to know messages'
order. Facts: protocol chapter "Extended Query", on row limits.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field

import pyarrow as pa

from proxy.pgtypes import EncodedRows, RowEncoder
from proxy.pgtypes.fields import assemble_few
from proxy.session.ports import Results
from proxy.session.steps import Fetch, Send, Step
from proxy.sql.compiled import Compiled
from proxy.sql.ir import OutputColumn
from proxy.sql.statements import Statement


@dataclass(frozen=True, slots=True)
class Prepared:
    """A named or unnamed statement. statement is None for an empty one; compiled for queries only."""

    name: str
    statement: Statement | None
    declared: tuple[int, ...]
    parameters: tuple[int, ...]
    columns: tuple[OutputColumn, ...]
    compiled: Compiled | None = None


@dataclass
class Portal:
    """A statement with its values. results is None for a session command or where nothing ran yet."""

    name: str
    prepared: Prepared
    columns: tuple[OutputColumn, ...]
    formats: tuple[int, ...]
    compiled: Compiled | None = None
    params: tuple[object, ...] = ()
    results: Results | None = None
    encoder: RowEncoder | None = None
    done: bool = False
    started: bool = False
    holds: bool = False
    _rows: EncodedRows | None = field(default=None, repr=False)
    _at: int = 0

    def rows(self, limit: int) -> Generator[Step, object, int]:
        """Send up to `limit` rows (0 = all); returns how many. `done` tells whether the end was reached."""
        sent = 0
        while not self.done and (not limit or sent < limit):
            if self._rows is None or self._at >= len(self._rows):
                yield from self._fetch()
                continue
            stop = len(self._rows) if not limit else min(len(self._rows), self._at + limit - sent)
            yield Send(self._rows.span(self._at, stop), stop - self._at)
            sent += stop - self._at
            self._at = stop
        return sent

    def _fetch(self) -> Generator[Step, object, None]:
        assert self.results is not None and self.encoder is not None
        batch = yield Fetch(self.results)
        if batch is None:
            self.done = True
            self.close()
            return
        assert isinstance(batch, pa.RecordBatch)
        # A SELECT without columns still has rows; the engine's stand-in column is not sent.
        self._rows = self.encoder.encode(batch) if self.columns else assemble_few([()] * batch.num_rows)
        self._at = 0

    def close(self) -> None:
        """Drop the engine's result."""
        if self.results is not None:
            self.results.close()
            self.results = None
        self._rows = None
