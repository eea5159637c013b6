"""A session's temporary tables through its transactions: what there is, since when, and what becomes of it at their ends.

The tables' definitions are values, so that a savepoint is the value at that time; rows carry the number of the statement that wrote them
(`moment`), so that going back is a number as well. Refuses to know statements and SQL. Facts: src/backend/commands/tablecmds.c
(PreCommit_on_commit_actions) for ON COMMIT.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from dataclasses import dataclass, replace

from proxy.catalog.model import Catalog
from proxy.pgtypes.errors import ProgramLimitExceeded
from proxy.session.ports import Engine, Results, TemporaryRows
from proxy.sql.compiled import Compiled
from proxy.sql.temporary import FIRST_OID, STAGED, Index, TempSchema, TempTable, overlay

# OIDs a table takes: its own, one a column for defaults, and two for each index and constraint behind them.
STRIDE, OWN = 4_000, 1_700
TABLES_MAX = STAGED // STRIDE - 1
_VERSIONS = itertools.count(1)


@dataclass(frozen=True, slots=True)
class _Point:
    """What a savepoint goes back to."""

    schema: TempSchema | None
    moment: int


class Temporary:
    """See the module. schema: None before the first table; moment: the number of the last statement that wrote."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._store: TemporaryRows | None = None
        self._points: list[_Point] = []
        self._made: dict[int, TempTable] = {}  # every table that has rows, in force or not
        self._tables = 0
        self._touched: set[int] = set()  # written in the open transaction, or since somebody reads what has ended
        self._ended: set[int] = set()
        self._overlay: tuple[Catalog, int, Catalog] | None = None
        self.schema: TempSchema | None = None
        self.moment = 0

    @property
    def store(self) -> TemporaryRows:
        """Where the rows are."""
        if self._store is None:
            self._store = self._engine.temporary()
        return self._store

    def catalog(self, base: Catalog) -> Catalog:
        """A catalog with the session's tables in it; the same one until something changes."""
        if self.schema is None:
            return base
        if self._overlay is None or self._overlay[0] is not base or self._overlay[1] != self.schema.version:
            self._overlay = base, self.schema.version, overlay(base, self.schema)
        return self._overlay[2]

    # Rows

    def open(self, compiled: Compiled, params: Sequence[object], timezone: str) -> Results:
        """A result that reads the tables as they are now."""
        return self.store.open(compiled, params, self.moment, timezone)

    def next_moment(self) -> int:
        """The number of a statement that writes."""
        self.moment += 1
        return self.moment

    def note_written(self, oid: int, *, ends: bool) -> None:
        """Rows of a table were made, or (ends) some have ended."""
        self._touched.add(oid)
        if ends:
            self._ended.add(oid)

    # Tables

    def require_schema(self) -> TempSchema:
        """The session's schema, made with the first table."""
        if self.schema is None:
            storage = self.store.schema
            number = int(storage[1:])
            self.schema = TempSchema(FIRST_OID - 1 - number % 10_000, f"pg_temp_{number}", storage, next(_VERSIONS))
        return self.schema

    def numbered(self, table: TempTable) -> TempTable:
        """A definition with OIDs."""
        if self._tables >= TABLES_MAX:
            raise ProgramLimitExceeded(
                "the session has made too many temporary tables", hint="Go on in another session."
            )
        schema, oid = self.require_schema(), FIRST_OID + self._tables * STRIDE
        self._tables += 1
        checks = tuple(replace(check, oid=oid + OWN + 1_500 + place) for place, check in enumerate(table.checks))
        indexes = tuple(replace(index, oid=oid + OWN + 2 * place) for place, index in enumerate(table.indexes))
        return replace(table, oid=oid, namespace=schema.namespace, checks=checks, indexes=indexes)

    def with_table(self, table: TempTable) -> TempSchema:
        """The schema as it would be with a table, new or changed."""
        schema = self.require_schema()
        return replace(schema, version=next(_VERSIONS), tables={**schema.tables, table.oid: table})

    def add(self, table: TempTable) -> None:
        """A table is in force from now on."""
        self.schema = self.with_table(table)
        self._made[table.oid] = table
        self._touched.add(table.oid)

    def remove(self, *oids: int) -> None:
        """Tables are gone, unless the transaction is rolled back."""
        schema = self.require_schema()
        kept = {oid: table for oid, table in schema.tables.items() if oid not in oids}
        if len(kept) != len(schema.tables):
            self.schema = replace(schema, version=next(_VERSIONS), tables=kept)

    # Transactions

    def save(self) -> None:
        """A transaction or a savepoint begins."""
        self._points.append(_Point(self.schema, self.moment))

    def release(self, index: int) -> None:
        """RELEASE: the savepoint and those after it are part of what surrounds them."""
        del self._points[index:]

    def rollback_to(self, index: int) -> None:
        """ROLLBACK TO: as it was at the savepoint, which stays."""
        point = self._points[index]
        del self._points[index + 1 :]
        self._back_to(point)

    def end(self, *, commit: bool, read: bool) -> None:
        """The transaction is over. read: somebody still reads rows that have ended, so that they stay for now."""
        if not commit and self._points:
            self._back_to(self._points[0])
        self._points.clear()
        if self.schema is None:
            return
        if commit:
            self._on_commit()
        if not read:
            self._collect()

    def _back_to(self, point: _Point) -> None:
        if self.schema is None or (self.moment == point.moment and self.schema is point.schema):
            return
        undone = self.moment != point.moment
        there = point.schema.tables if point.schema is not None else {}
        # The schema itself stays, as in Postgres, where it is made once for good.
        before = point.schema or replace(self.schema, version=next(_VERSIONS), tables={})
        for oid, table in there.items():
            if undone and oid in self._touched:
                self.store.undo(before, table, point.moment)
        self.schema = before

    def _on_commit(self) -> None:
        assert self.schema is not None
        for table in list(self.schema.tables.values()):
            if table.on_commit == "drop":
                self.remove(table.oid)
            elif table.on_commit == "delete" and table.oid in self._touched:
                self.store.truncate(self.schema, table, self.next_moment(), restart=False)
                self._ended.add(table.oid)

    def _collect(self) -> None:
        """Drop what nobody can see any more."""
        assert self.schema is not None
        for oid, table in list(self._made.items()):
            if oid not in self.schema.tables:
                self.store.drop(self.schema, table)
                del self._made[oid]
            elif oid in self._ended:
                self.store.clear(self.schema, table, everything=False)
        self._touched.clear()
        self._ended.clear()

    def close(self) -> None:
        """The session is over."""
        if (store := self._store) is not None:
            self._store = None
            threading.Thread(target=store.close, name="drop", daemon=True).start()


def with_index(table: TempTable, index: Index) -> TempTable:
    """The table with one more index, numbered."""
    oid = table.oid + OWN + 2 * (1 + max(((one.oid - table.oid - OWN) // 2 for one in table.indexes), default=-1))
    return replace(table, indexes=(*table.indexes, replace(index, oid=oid)))


def without_index(table: TempTable, name: str) -> TempTable:
    """The table without an index."""
    return replace(table, indexes=tuple(index for index in table.indexes if index.name != name))
