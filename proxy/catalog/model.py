"""The source's catalog as the compiler sees it: rows of pg_type, pg_proc, pg_operator, pg_cast, pg_class, pg_attribute.

Holds plain frozen rows and the lookups that name resolution needs; refuses to know SQL text, sessions and DuckDB.
Facts: the release's catalog.duckdb, which holds the source's own rows. Loaded by `load.py`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from proxy.catalog.collations import Collation
from proxy.catalog.versions import NEWEST, Since, since


@dataclass(frozen=True, slots=True)
class TypeRow:
    """A row of pg_type. kind is typtype (b, c, d, e, p, r, m); enum_labels in sort order."""

    oid: int
    name: str
    namespace: int
    length: int
    kind: str
    category: str
    preferred: bool
    delimiter: str
    relation: int
    element: int
    array: int
    base: int
    typmod: int
    not_null: bool
    collation: int
    is_true_array: bool
    enum_labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcRow:
    """A row of pg_proc. kind is prokind (f, a, w, p); defaults counts pronargdefaults; agg_kind is n, o, h or ''."""

    oid: int
    name: str
    namespace: int
    kind: str
    strict: bool
    returns_set: bool
    volatility: str
    variadic: int
    defaults: int
    result: int
    args: tuple[int, ...]
    all_args: tuple[int, ...] = ()
    arg_modes: tuple[str, ...] = ()
    arg_names: tuple[str, ...] = ()
    default_exprs: str = ""
    agg_kind: str = ""
    agg_direct_args: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True)
class OperatorRow:
    """A row of pg_operator; left is 0 for a prefix operator; proc is oprcode."""

    oid: int
    name: str
    namespace: int
    kind: str
    left: int
    right: int
    result: int
    proc: int
    commutator: int = 0
    negator: int = 0


@dataclass(frozen=True, slots=True)
class CastRow:
    """A row of pg_cast. context: i implicit, a assignment, e explicit. method: f function, i inout, b binary."""

    source: int
    target: int
    proc: int
    context: str
    method: str


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """A row of pg_attribute (attnum > 0, not dropped). storage: the DuckDB type that holds it, '' where not stored.

    generated: computed from the row's other columns. digits: before the point of its numbers, at most; 0 where that is not known."""

    attnum: int
    name: str
    type_oid: int
    typmod: int
    collation: int
    not_null: bool
    storage: str = ""
    generated: bool = False
    digits: int = 0


@dataclass(frozen=True, slots=True)
class RelationRow:
    """A row of pg_class. kind is relkind. stored: 'replica', 'catalog' or '' (a view to expand, or nothing to read)."""

    oid: int
    name: str
    namespace: int
    kind: str
    columns: tuple[ColumnRow, ...]
    stored: str = ""
    view_sql: str = ""

    def column(self, name: str) -> ColumnRow | None:
        """The column of that exact name."""
        return next((column for column in self.columns if column.name == name), None)


@dataclass
class Catalog:
    """One release's catalog, or what a role knows of it. Namespaces map oid <-> name; every index is built once by `index()`.

    partition_roots: partition -> the root above it. leaves: partitioned table -> the partitions below it that hold rows.
    heirs: table -> all that inherit from it, partitions apart. ranges: range type -> what it is of, and its multirange type.
    text_search: for regconfig and regdictionary, (namespace, name) of each OID.
    version_text: what version() says. ordered_by: collations that do not order by bytes.
    Of a role's catalog (`hiding.py`): denied, relations that it may not know, by namespace and name; hidden_columns, attnums of
    such columns; hidden_types, types without a name; full, the catalog it was cut from. operators_found: what written ones mean, kept.
    collated: whether a column or a type is under one of `ordered_by`.
    """

    types: dict[int, TypeRow]
    procs: dict[int, ProcRow]
    operators: dict[int, OperatorRow]
    casts: dict[tuple[int, int], CastRow]
    relations: dict[int, RelationRow]
    namespaces: dict[int, str]
    roles: dict[int, str]
    collations: dict[int, str]
    settings: dict[str, str]
    database: str
    server_version: str
    version_text: str = ""
    primary_keys: dict[int, tuple[int, ...]] = field(default_factory=dict)
    partition_roots: dict[int, int] = field(default_factory=dict)
    leaves: dict[int, tuple[int, ...]] = field(default_factory=dict)
    heirs: dict[int, tuple[int, ...]] = field(default_factory=dict)
    ranges: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    text_search: Mapping[int, Mapping[int, tuple[int, str]]] = field(default_factory=dict)
    ordered_by: Mapping[int, Collation] = field(default_factory=dict)
    denied: Mapping[tuple[int, str], RelationRow] = field(default_factory=dict)
    hidden_columns: Mapping[int, frozenset[int]] = field(default_factory=dict)
    hidden_types: frozenset[int] = frozenset()
    full: Catalog | None = None
    type_by_name: dict[tuple[int, str], TypeRow] = field(default_factory=dict)
    procs_by_name: dict[str, list[ProcRow]] = field(default_factory=dict)
    operators_by_name: dict[str, list[OperatorRow]] = field(default_factory=dict)
    relation_by_name: dict[tuple[int, str], RelationRow] = field(default_factory=dict)
    namespace_by_name: dict[str, int] = field(default_factory=dict)
    operators_found: dict[tuple[object, ...], OperatorRow] = field(default_factory=dict, init=False)
    collated: bool = False

    def index(self) -> Catalog:
        """Build the by-name lookups; returns itself."""
        self.type_by_name = {(row.namespace, row.name): row for oid, row in self.types.items() if self.knows_type(oid)}
        self.procs_by_name = _grouped(self.procs.values())
        self.operators_by_name = _grouped(self.operators.values())
        self.relation_by_name = {(row.namespace, row.name): row for row in self.relations.values()}
        self.namespace_by_name = {name: oid for oid, name in self.namespaces.items()}
        used = {row.collation for row in self.types.values()}
        used |= {column.collation for relation in self.relations.values() for column in relation.columns}
        self.collated = not used.isdisjoint(self.ordered_by)
        return self

    @property
    def whole(self) -> Catalog:
        """The catalog with everything in it."""
        return self.full or self

    @property
    def version(self) -> int:
        """The source's server_version_num."""
        return int(self.settings.get("server_version_num") or NEWEST)

    def has(self, change: Since) -> bool:
        """Whether the source's version does it."""
        return since(self.version, change)

    def knows_type(self, oid: int) -> bool:
        """Whether there is such a type and it has a name here."""
        return oid in self.types and oid not in self.hidden_types

    def base_type(self, oid: int) -> TypeRow:
        """The type below every domain."""
        row = self.types[oid]
        while row.kind == "d":
            row = self.types[row.base]
        return row


Named = TypeVar("Named", ProcRow, OperatorRow)


def _grouped(rows: Iterable[Named]) -> dict[str, list[Named]]:
    groups: dict[str, list[Named]] = defaultdict(list)
    for row in rows:
        groups[row.name].append(row)
    return dict(groups)
