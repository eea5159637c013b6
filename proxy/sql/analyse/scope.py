"""Who is visible where: the statement's state, and the chain of scopes in which names are looked up.

Follows Postgres' namespaces (src/backend/parser/parse_relation.c): tables in FROM, merged join columns, CTEs, outer queries,
LATERAL. Every column that is resolved is recorded as accessed. Refuses to know expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from proxy.catalog.model import Catalog, ProcRow, RelationRow
from proxy.catalog.versions import Since
from proxy.sql import ir
from proxy.sql.analyse.coerce import Coercer
from proxy.sql.analyse.errors import (
    AmbiguousAlias,
    AmbiguousColumn,
    DuplicateAlias,
    InvalidColumnReference,
    UndefinedColumn,
    UndefinedTable,
)
from proxy.sql.analyse.functions import Resolver
from proxy.sql.analyse.missing import Entry, missing_column, missing_table
from proxy.sql.analyse.types import Types
from proxy.sql.parse import Node, char_offset
from proxy.sql.walking import walk

Missing = TypeVar("Missing", UndefinedColumn, UndefinedTable)
# attnum and type (src/backend/catalog/heap.c). Views have none of them.
SYSTEM_COLUMNS = {
    "ctid": (-1, 27),
    "xmin": (-2, 28),
    "cmin": (-3, 29),
    "xmax": (-4, 28),
    "cmax": (-5, 29),
    "tableoid": (-6, 26),
}
_WITHOUT_SYSTEM_COLUMNS = frozenset("v")


@dataclass(frozen=True, slots=True)
class ItemColumn:
    """A column that a FROM item offers: its visible name and what it stands for."""

    name: str
    expr: ir.Expr


@dataclass(frozen=True, slots=True)
class Item:
    """A FROM item. relation: the stored relation or view behind it; schema_named: no alias hides its schema. row_type: of a function
    that gives rows of a named type; 0 elsewhere.

    columns_visible: unqualified names find it; name_visible: `name.column` finds it.
    """

    name: str
    rte: int
    columns: tuple[ItemColumn, ...]
    relation: RelationRow | None = None
    row_type: int = 0
    schema_named: bool = False
    columns_visible: bool = True
    name_visible: bool = True

    def find(self, name: str) -> list[ItemColumn]:
        """Columns of that name."""
        own = [column for column in self.columns if column.name == name]
        return own or [ItemColumn(name, column) for column in self._system(name)]

    def _system(self, name: str) -> Iterator[ir.ColumnRef]:
        if name in SYSTEM_COLUMNS and self.relation is not None and self.relation.kind not in _WITHOUT_SYSTEM_COLUMNS:
            attnum, oid = SYSTEM_COLUMNS[name]
            yield ir.ColumnRef(
                type=oid, typmod=-1, rte=self.rte, column=name, relation=self.relation.oid, attnum=attnum
            )


@dataclass(frozen=True, slots=True)
class CteInfo:
    """A CTE in scope: its unique name in the tree, and its columns (name, type, typmod) under the client's names.

    outputs: the same columns under the names they have in the tree. growing: it is being defined, by a recursive term. query: what
    gives its rows, once that is known.
    """

    unique: str
    columns: tuple[tuple[str, int, int], ...]
    outputs: tuple[str, ...]
    growing: bool = False
    query: ir.Query | None = None


@dataclass
class Statement:
    """What all scopes of one statement share."""

    types: Types
    coercer: Coercer
    resolver: Resolver
    sql: str
    check_relation: Callable[[RelationRow], None]
    refuse_columns: Callable[[RelationRow], None]
    whole: frozenset[int] = frozenset()
    access: dict[int, dict[int, set[int]]] = field(default_factory=dict)  # by the view that reads, 0 = the statement
    system: dict[int, set[str]] = field(default_factory=dict)  # system columns that are read, by range table entry
    views: list[int] = field(default_factory=list)  # being expanded, outermost first
    queries: dict[int, ir.Query] = field(
        default_factory=dict
    )  # what range table entries of subqueries and WITH queries give
    volatile: bool = False
    full_joins: bool = False
    relative: bool = False
    collated: bool = False  # COLLATE stands in it, or it asks for a collation
    next_rte: int = 1
    next_cte: int = 1
    view_depth: int = 0

    @property
    def catalog(self) -> Catalog:
        """The catalog in force: the role's, and inside a view everything."""
        return self.types.catalog

    def new_rte(self) -> int:
        """A number no other range table entry of the statement has."""
        self.next_rte += 1
        return self.next_rte - 1

    def note_volatility(self, proc: ProcRow) -> None:
        """A function that is not immutable makes the answer depend on more than the statement."""
        self.volatile = self.volatile or proc.volatility != "i"

    def note_clock(self) -> None:
        """A literal such as 'today' was read."""
        self.volatile = self.relative = True

    def offset_of(self, byte_offset: int) -> int:
        """Character offset of a place in the tree; -1 inside a view, whose text is not the client's."""
        return -1 if self.view_depth else char_offset(self.sql, byte_offset)

    def touch(self, relation: int, attnum: int = 0) -> None:
        """Record an access; attnum 0 is the relation alone."""
        reader = self.views[-1] if self.views else 0
        columns = self.access.setdefault(reader, {}).setdefault(relation, set())
        if attnum:
            columns.add(attnum)


@dataclass
class Scope:
    """One query level. kind: the clause being analysed, as messages name it.

    made: every FROM item of the level, in reach or not; beside: those that LATERAL would bring into reach. grows: FROM names a
    query whose recursive term this is.
    """

    statement: Statement
    parent: Scope | None = None
    items: list[Item] = field(default_factory=list)
    lateral_items: list[Item] = field(default_factory=list)
    lateral_active: bool = False
    ctes: dict[str, CteInfo] = field(default_factory=dict)
    kind: str = ""
    has_aggregates: bool = False
    has_windows: bool = False
    inside_aggregate: bool = False
    inside_window: bool = False
    windows: dict[str, Node] = field(default_factory=dict)
    own_rtes: set[int] = field(default_factory=set)
    made: list[Item] = field(default_factory=list)
    beside: list[Item] = field(default_factory=list)
    grows: bool = False
    later: frozenset[str] = frozenset()  # of WITH, what cannot be named yet
    sets: list[int] = field(default_factory=list)  # where set-returning functions stand

    def child(self) -> Scope:
        """A scope for a subquery of this one."""
        return Scope(self.statement, parent=self)

    def visible(self) -> Iterator[Item]:
        """Items that a name in this scope may mean: FROM items, or earlier ones while a LATERAL item is analysed."""
        yield from self.items
        if self.lateral_active:
            yield from self.lateral_items

    def chain(self) -> Iterator[Scope]:
        """This scope and the ones around it."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    def cte(self, name: str) -> CteInfo | None:
        """The nearest CTE of that name."""
        return next((scope.ctes[name] for scope in self.chain() if name in scope.ctes), None)

    def column(self, name: str, position: int) -> ir.Expr | None:
        """An unqualified column: the nearest scope that has it; twice in one scope is ambiguous."""
        for scope in self.chain():
            found = [(item, column) for item in scope.visible() if item.columns_visible for column in item.find(name)]
            if len(found) > 1:
                raise AmbiguousColumn(f'column reference "{name}" is ambiguous', position=position)
            if found:
                return self.use(found[0][1].expr, position)
        return None

    def item(self, name: str, schema: str, position: int) -> Item | None:
        """The FROM item of that name, nearest first."""
        for scope in self.chain():
            found = [
                item for item in scope.visible() if item.name_visible and _is_named(item, name, schema, self.statement)
            ]
            if len(found) > 1:
                raise AmbiguousAlias(f'table reference "{name}" is ambiguous', position=position)
            if found:
                return found[0]
        return None

    def item_of(self, rte: int) -> Item | None:
        """The item that stands for a range table entry."""
        return next((item for scope in self.chain() for item in scope.made if item.rte == rte), None)

    def qualified(self, item: Item, name: str, shown: str, position: int) -> ir.Expr:
        """item.name. Raises UndefinedColumn with the nearest name that the role can see."""
        found = item.find(name)
        if len(found) > 1:
            raise AmbiguousColumn(f'column reference "{name}" is ambiguous', position=position)
        if not found:
            raise self._told(missing_column(self._entries(), shown, name, position))
        return self.use(found[0].expr, position)

    def use(self, expr: ir.Expr, position: int) -> ir.Expr:
        """A column's expression at a place of the statement; records what it touches. A hidden column is refused before its type
        can tell of it."""
        for part in _columns(expr):
            if part.attnum < 0:
                self.statement.system.setdefault(part.rte, set()).add(part.column)
            elif part.relation:
                self.statement.touch(part.relation, part.attnum)
                if self._is_hidden(part):
                    self.statement.refuse_columns(self.statement.catalog.whole.relations[part.relation])
        return replace(expr, position=position)

    def missing(self, name: str, position: int) -> UndefinedColumn:
        """The error for an unqualified name that nothing has."""
        return self._told(missing_column(self._entries(), "", name, position))

    def _entries(self) -> list[Entry]:
        """Every item of this level and those around it, joins left out: their columns are their sides'."""
        return [
            Entry(item.name, self._seen(item), item in scope.beside, item.name_visible and item in scope.items, item.relation)
            for scope in self.chain()
            for item in scope.made
        ]  # fmt: skip

    def _seen(self, item: Item) -> tuple[str, ...]:
        """The columns that the role may know."""
        return tuple(
            column.name for column in item.columns if not any(self._is_hidden(part) for part in _columns(column.expr))
        )

    def _is_hidden(self, column: ir.ColumnRef) -> bool:
        return column.attnum in self.statement.catalog.hidden_columns.get(column.relation, ())

    def missing_table(self, name: str, position: int) -> UndefinedTable:
        """The error for `name.column` where no FROM item has the name."""
        catalog = self.statement.catalog
        paths = ((namespace, name) for namespace in self.statement.types.path)
        relation = next((catalog.relation_by_name[path] for path in paths if path in catalog.relation_by_name), None)
        whole = catalog.whole.relations[relation.oid] if relation is not None else None
        entries = self._entries()
        return self._told(
            missing_table(entries, lambda alias: self.item(alias, "", position) is not None, whole, name, position)
        )

    def _told(self, error: Missing) -> Missing:
        """What is out of reach was a hint before there were hints of how to reach it."""
        if error.detail and not self.statement.catalog.has(Since.LATERAL_HINTED):
            error.detail, error.hint = "", error.detail
        return error

    def add(self, items: Sequence[Item]) -> None:
        """Items of the FROM clause, checked for names given twice."""
        check_conflicts(self.items, items)
        self.items.extend(items)


def refuse_columns(expr: ir.Expr, own: set[int], clause: str) -> None:
    """For clauses that hold for the query as a whole, such as LIMIT."""
    found = [part.position for part in walk(expr) if isinstance(part, ir.ColumnRef) and part.rte in own]
    if found:
        raise InvalidColumnReference(f"argument of {clause} must not contain variables", position=min(found))


def check_conflicts(first: Sequence[Item], second: Sequence[Item]) -> None:
    """checkNameSpaceConflicts: an alias may stand once, a bare table name once a schema."""
    for one in first:
        for other in second:
            if not (one.name_visible and other.name_visible) or one.name != other.name:
                continue
            both = one.schema_named and other.schema_named and one.relation and other.relation
            if both and one.relation is not other.relation:
                continue
            raise DuplicateAlias(f'table name "{other.name}" specified more than once')


def _is_named(item: Item, name: str, schema: str, statement: Statement) -> bool:
    if item.name != name:
        return False
    if not schema:
        return True
    relation = item.relation
    return (
        item.schema_named
        and relation is not None
        and statement.catalog.namespace_by_name.get(schema) == relation.namespace
    )


def _columns(expr: ir.Expr) -> Iterator[ir.ColumnRef]:
    if isinstance(expr, ir.ColumnRef):
        yield expr
    elif isinstance(expr, ir.Coalesce):
        for part in expr.args:
            yield from _columns(part)
    elif isinstance(expr, ir.Cast):
        yield from _columns(expr.arg)
