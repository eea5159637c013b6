"""A session's temporary tables as the compiler sees them: their definitions, and a catalog with them laid over it.

Values that never change: what a statement does to them gives another `TempSchema`, so that a rollback is the old value again. Refuses to
know rows, sessions and DuckDB. Facts: src/backend/catalog/namespace.c for the schema's names and its place on the search path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from proxy.catalog.model import Catalog, ColumnRow, RelationRow
from proxy.sql.parse import Node

FIRST_OID = 4_100_000_000  # above what a source hands out, below the roles that policies add
STAGED = 50_000_000  # what a table's OID and that of its staged rows differ by
ALIAS = "pg_temp"
STAGED_SCHEMA = "*staged*"
ROW, ROW_NAME, INT8 = 1601, "*row*", 20  # one more than the columns a table may have: where a row is


@dataclass(frozen=True, slots=True)
class TempColumn:
    """row: as pg_attribute has it. default: its raw tree, and text as it was written. counter: 'serial', 'always' or 'by default',
    where a sequence of its own fills it."""

    row: ColumnRow
    default: Node | None = None
    default_text: str = ""
    counter: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """A CHECK constraint: its name, its condition as it was written, and its OID."""

    name: str
    text: str
    oid: int = 0


@dataclass(frozen=True, slots=True)
class Index:
    """columns: attnums, 0 for an expression. constraint: it stands behind PRIMARY KEY or UNIQUE. definition: as pg_get_indexdef's."""

    name: str
    columns: tuple[int, ...]
    unique: bool
    primary: bool = False
    constraint: bool = False
    nulls_equal: bool = False
    oid: int = 0


@dataclass(frozen=True, slots=True)
class TempTable:
    """on_commit: 'preserve', 'delete' or 'drop'."""

    name: str
    columns: tuple[TempColumn, ...]
    checks: tuple[Check, ...] = ()
    indexes: tuple[Index, ...] = ()
    on_commit: str = "preserve"
    oid: int = 0
    namespace: int = 0

    @property
    def relation(self) -> RelationRow:
        """The table as a relation of the catalog."""
        return RelationRow(
            self.oid, self.name, self.namespace, "r", tuple(column.row for column in self.columns), "temporary"
        )

    @property
    def staged(self) -> RelationRow:
        """Rows on their way in or out, with the table's columns and their place."""
        relation = self.relation
        place = ColumnRow(ROW, ROW_NAME, INT8, -1, 0, True, "BIGINT")
        return replace(
            relation, oid=self.oid + STAGED, namespace=self.namespace + STAGED, columns=(*relation.columns, place)
        )

    @property
    def primary_key(self) -> tuple[int, ...]:
        """Its attnums."""
        return next((index.columns for index in self.indexes if index.primary), ())

    @property
    def guarded(self) -> bool:
        """Whether rows have to be looked at before they may stay."""
        unique = any(index.unique for index in self.indexes)
        return unique or bool(self.checks) or any(column.row.not_null for column in self.columns)


@dataclass(frozen=True, slots=True)
class TempSchema:
    """All temporary tables of a session. storage: the DuckDB schema of their rows. version: unlike that of any other value."""

    namespace: int
    name: str
    storage: str
    version: int = 0
    tables: Mapping[int, TempTable] = field(default_factory=dict)

    def find(self, name: str) -> TempTable | None:
        """The table of that name."""
        return next((table for table in self.tables.values() if table.name == name), None)

    def has_relation(self, name: str) -> bool:
        """Whether a table or an index has that name."""
        return any(
            name in (table.name, *(index.name for index in table.indexes), *counters(table))
            for table in self.tables.values()
        )

    def is_called(self, schema: str) -> bool:
        """Whether that is a name of this schema."""
        return schema in (ALIAS, self.name)


def counters(table: TempTable) -> tuple[str, ...]:
    """Names of a table's sequences."""
    return tuple(f"{table.name}_{column.row.name}_seq" for column in table.columns if column.counter)


def overlay(catalog: Catalog, schema: TempSchema, *, staged: bool = False) -> Catalog:
    """The catalog with the session's tables in it. staged: and their staged rows under a schema of their own that only our checks name."""
    rows = [table.relation for table in schema.tables.values()]
    hidden = [table.staged for table in schema.tables.values()]
    indexes = [
        RelationRow(index.oid, index.name, schema.namespace, "i", ())
        for table in schema.tables.values()
        for index in table.indexes
    ]
    named = [*rows, *indexes, *(hidden if staged else ())]
    names = {schema.namespace: schema.name, **({schema.namespace + STAGED: STAGED_SCHEMA} if staged else {})}
    return replace(
        catalog,
        relations={**catalog.relations, **{row.oid: row for row in (*rows, *hidden, *indexes)}},
        relation_by_name={**catalog.relation_by_name, **{(row.namespace, row.name): row for row in named}},
        namespaces={**catalog.namespaces, **names},
        namespace_by_name={
            **catalog.namespace_by_name, **{name: oid for oid, name in names.items()}, ALIAS: schema.namespace
        },
        primary_keys={
            **catalog.primary_keys, **{table.oid: key for table in schema.tables.values() if (key := table.primary_key)}
        },
        full=None if catalog.full is None else overlay(catalog.full, schema, staged=staged),
    )  # fmt: skip


def lookup_path(path: Sequence[str], schema: TempSchema | None) -> tuple[str, ...]:
    """The schemas that names are looked up in: pg_temp and pg_catalog come first where the search path does not list them."""
    listed = tuple(path)
    implicit = [] if "pg_catalog" in listed else ["pg_catalog"]
    if schema is not None and not any(schema.is_called(name) for name in listed):
        implicit.insert(0, schema.name)
    return (*implicit, *listed)


def own_namespaces(catalog: Catalog) -> frozenset[int]:
    """The namespaces of temporary tables and staged rows in a catalog that has some."""
    found = catalog.namespace_by_name.get(ALIAS)
    return frozenset() if found is None else frozenset((found, found + STAGED))
