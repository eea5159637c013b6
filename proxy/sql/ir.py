"""The typed tree between analysis and lowering: Postgres' Query in a small, frozen form.

`analyse` builds it (names resolved, every expression typed, every implicit cast explicit); `lower` prints it as DuckDB SQL.
Holds no text of the statement, no DuckDB type and no role. Facts: PostgreSQL's parse analysis (documentation chapter 10).
Every expression has `type` (OID), `typmod` and `position` (0-based character offset into the statement, -1 unknown).
`collation` is what a text is ordered by (OID); 0: by bytes, or no text. `input_collation` is that of a call's arguments.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from proxy.catalog.model import OperatorRow, ProcRow


@dataclass(frozen=True, kw_only=True)
class Expr:
    """Base of all expressions."""

    type: int
    typmod: int = -1
    position: int = field(default=-1, compare=False)
    collation: int = field(default=0, compare=False)


@dataclass(frozen=True, kw_only=True)
class Const(Expr):
    """A constant as the text Postgres would print for it; None is NULL. Input was checked by the type's reader."""

    value: str | None


@dataclass(frozen=True, kw_only=True)
class Param(Expr):
    """$index, 1-based; its type was declared or inferred."""

    index: int


@dataclass(frozen=True, kw_only=True)
class ColumnRef(Expr):
    """A column of a range table entry: `r<rte>.<column>` in the output. relation/attnum are 0 for derived columns."""

    rte: int
    column: str
    relation: int = 0
    attnum: int = 0


@dataclass(frozen=True, kw_only=True)
class WholeRow(Expr):
    """A range table entry used as a value (composite or record): its columns in order."""

    rte: int
    columns: tuple[ColumnRef, ...]
    names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Call(Expr):
    """A function or operator call. args are already coerced to proc's argument types (polymorphic: to the chosen types).

    operator is set where it was written as an operator; variadic_array where VARIADIC arr was written;
    variadic arguments otherwise stand expanded in args after proc's fixed ones.
    """

    proc: ProcRow
    args: tuple[Expr, ...]
    operator: OperatorRow | None = None
    variadic_array: bool = False
    input_collation: int = field(default=0, compare=False)


@dataclass(frozen=True, kw_only=True)
class SortKey:
    """An ORDER BY item; nulls_first is explicit always."""

    expr: Expr
    descending: bool = False
    nulls_first: bool = False


@dataclass(frozen=True, kw_only=True)
class Aggregate(Expr):
    """An aggregate call. star: count(*). direct: the direct arguments of an ordered-set aggregate, args its sorted ones."""

    proc: ProcRow
    args: tuple[Expr, ...]
    star: bool = False
    distinct: bool = False
    order: tuple[SortKey, ...] = ()
    filter: Expr | None = None
    direct: tuple[Expr, ...] = ()
    input_collation: int = field(default=0, compare=False)


@dataclass(frozen=True, kw_only=True)
class FrameBound:
    """kind: 'unbounded preceding', 'preceding', 'current row', 'following', 'unbounded following'."""

    kind: str
    offset: Expr | None = None


@dataclass(frozen=True, kw_only=True)
class Window(Expr):
    """A window or aggregate function over a window; call is a Call (window function) or an Aggregate."""

    call: Call | Aggregate
    partition: tuple[Expr, ...] = ()
    order: tuple[SortKey, ...] = ()
    mode: str = ""  # rows, range, groups; '' = default frame
    start: FrameBound | None = None
    end: FrameBound | None = None
    exclude: str = ""  # '', 'current row', 'group', 'ties'


@dataclass(frozen=True, kw_only=True)
class Cast(Expr):
    """A conversion of arg to `type`/`typmod`.

    method: 'relabel' (binary), 'function' (proc set), 'io' (through text), 'array' (element by element, inner proc or io),
    'domain' (value already of the base type), 'length' (apply typmod, type unchanged).
    """

    arg: Expr
    method: str
    proc: ProcRow | None = None
    explicit: bool = True


@dataclass(frozen=True, kw_only=True)
class Bool(Expr):
    """op: 'and', 'or', 'not'."""

    op: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, kw_only=True)
class Test(Expr):
    """IS [NOT] NULL / TRUE / FALSE / UNKNOWN. kind: 'null', 'true', 'false', 'unknown'. whole: a row is asked itself, not its columns."""

    arg: Expr
    kind: str
    negated: bool = False
    whole: bool = False


@dataclass(frozen=True, kw_only=True)
class Distinct(Expr):
    """left IS [NOT] DISTINCT FROM right; call is the equality call over both."""

    call: Call
    negated: bool = False


@dataclass(frozen=True, kw_only=True)
class Case(Expr):
    """Searched CASE; a simple CASE is analysed into one, its equality calls in the conditions."""

    whens: tuple[tuple[Expr, Expr], ...]
    default: Expr | None


@dataclass(frozen=True, kw_only=True)
class Coalesce(Expr):
    """kind: 'coalesce', 'greatest', 'least'."""

    kind: str
    args: tuple[Expr, ...]


@dataclass(frozen=True, kw_only=True)
class NullIf(Expr):
    """NULLIF; call is the equality call over both arguments; the value is its first argument, left."""

    left: Expr
    call: Call


@dataclass(frozen=True, kw_only=True)
class ArrayOp(Expr):
    """left operator ANY/ALL (array); also IN (list), whose array is an ArrayLiteral. call types one element comparison."""

    left: Expr
    array: Expr
    operator: OperatorRow
    proc: ProcRow
    use_all: bool = False
    input_collation: int = field(default=0, compare=False)


@dataclass(frozen=True, kw_only=True)
class Sublink(Expr):
    """A subquery expression. kind: 'exists', 'scalar', 'array', 'any', 'all'.

    any/all: left are the row's expressions, operators one (operator, proc) each; query gives as many columns, input_collations too.
    """

    kind: str
    query: Query
    left: tuple[Expr, ...] = ()
    operators: tuple[tuple[OperatorRow, ProcRow], ...] = ()
    input_collations: tuple[int, ...] = field(default=(), compare=False)


@dataclass(frozen=True, kw_only=True)
class ArrayLiteral(Expr):
    """ARRAY[...]; type is the array type; nested where elements are themselves arrays."""

    elements: tuple[Expr, ...]


@dataclass(frozen=True, kw_only=True)
class RowLiteral(Expr):
    """ROW(...); of a named type, its columns as they are declared."""

    elements: tuple[Expr, ...]


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What stands in one pair of brackets: [index], then lower is None and not a slice, or [lower:upper]."""

    lower: Expr | None = None
    upper: Expr | None = None


@dataclass(frozen=True, kw_only=True)
class Subscript(Expr):
    """arg[index]…, or with is_slice arg[lower:upper]…; of an element the bounds' upper is its index."""

    arg: Expr
    bounds: tuple[Bounds, ...]
    is_slice: bool = False


@dataclass(frozen=True, kw_only=True)
class FieldSelect(Expr):
    """(composite).name; number: its place among the row's columns, from 1."""

    arg: Expr
    name: str
    number: int


@dataclass(frozen=True, kw_only=True)
class Grouping(Expr):
    """GROUPING(args): bit mask of the grouping expressions that are not grouped in the current set."""

    args: tuple[Expr, ...]


@dataclass(frozen=True, kw_only=True)
class Collate(Expr):
    """arg COLLATE name. written: where the word stands."""

    arg: Expr
    name: str
    written: int = field(default=-1, compare=False)


# Queries


@dataclass(frozen=True, kw_only=True)
class Target:
    """An output column; junk targets (for ORDER BY) come last and are not sent."""

    name: str
    expr: Expr
    junk: bool = False


@dataclass(frozen=True, kw_only=True)
class RelationRef:
    """A stored relation in FROM. only: without the rows of its heirs and partitions. branched: it has some, and they are read."""

    rte: int
    relation: int
    only: bool = False
    branched: bool = False


@dataclass(frozen=True, kw_only=True)
class SubqueryRef:
    """A subquery, an expanded view (its OID in `view`) or a VALUES list in FROM; columns are named as in query.columns."""

    rte: int
    query: Query
    lateral: bool = False
    view: int = 0


@dataclass(frozen=True, kw_only=True)
class CteRef:
    """A reference to a CTE by its statement-unique name."""

    rte: int
    cte: str
    columns: tuple[tuple[str, int, int], ...]  # (output name, type, typmod)


@dataclass(frozen=True, kw_only=True)
class FunctionRef:
    """A function in FROM; columns (name, type, typmod); ordinality adds one more, int8, last. names: what the columns are called where
    they are declared, by a definition list or a row type. beside: further functions whose rows stand next to the first one's."""

    rte: int
    call: Expr
    columns: tuple[tuple[str, int, int], ...]
    ordinality: bool = False
    lateral: bool = True
    names: tuple[str, ...] = ()
    beside: tuple[Expr, ...] = ()


@dataclass(frozen=True, kw_only=True)
class JoinRef:
    """kind: inner, left, right, full, cross. USING/NATURAL is analysed into `on`; merged columns are Coalesce/ColumnRef."""

    kind: str
    left: FromItem
    right: FromItem
    on: Expr | None = None


FromItem = RelationRef | SubqueryRef | CteRef | FunctionRef | JoinRef


@dataclass(frozen=True, kw_only=True)
class GroupingSet:
    """kind: 'simple', 'rollup', 'cube', 'sets'; items are expressions or nested sets; () is the empty set."""

    kind: str
    items: tuple[Expr | GroupingSet | tuple[Expr, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Cte:
    """WITH name AS [NOT] [MATERIALIZED] (query); columns (output name, type, typmod). written: the name in the statement."""

    name: str
    query: Query
    columns: tuple[tuple[str, int, int], ...]
    recursive: bool = False
    materialized: bool | None = None
    written: str = field(default="", compare=False)


@dataclass(frozen=True, kw_only=True)
class Query:
    """Base of queries. columns: (output name, type, typmod), output names unique inside the query (c1, c2, ...).

    names: what the client calls them. ctes, order, limit and offset belong to every kind; order keys of a SetOperation
    or Values are ColumnRefs with rte = -1.
    """

    columns: tuple[tuple[str, int, int], ...]
    names: tuple[str, ...] = ()
    ctes: tuple[Cte, ...] = ()
    order: tuple[SortKey, ...] = ()
    limit: Expr | None = None
    offset: Expr | None = None
    with_ties: bool = False


@dataclass(frozen=True, kw_only=True)
class Select(Query):
    """SELECT. distinct: None no, () plain DISTINCT, (exprs) DISTINCT ON. group: None = no GROUP BY."""

    targets: tuple[Target, ...]
    sources: tuple[FromItem, ...] = ()
    where: Expr | None = None
    group: tuple[Expr | GroupingSet, ...] | None = None
    having: Expr | None = None
    distinct: tuple[Expr, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class SetOperation(Query):
    """op: 'union', 'intersect', 'except'. Both sides give `columns`' types (casts were added inside them)."""

    op: str
    all: bool
    left: Query
    right: Query


@dataclass(frozen=True, kw_only=True)
class Values(Query):
    """VALUES; every row coerced to `columns`' types."""

    rows: tuple[tuple[Expr, ...], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class RowColumn:
    """A column of the rows that a record, or an array of records, holds; row: of its own, where it is one again."""

    name: str
    type: int
    typmod: int
    row: tuple[RowColumn, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class OutputColumn:
    """A column as RowDescription describes it; relation/attnum are 0 where the value is computed. row: what its records are of."""

    name: str
    type: int
    typmod: int
    relation: int = 0
    attnum: int = 0
    row: tuple[RowColumn, ...] | None = None


@dataclass(frozen=True, kw_only=True)
class Write:
    """What a statement does to a temporary table with the rows of its query.

    kind: 'create', 'insert', 'update', 'delete'. table: its OID, 0 where it is made. columns: of those that the query's columns fill, in
    order; an update's and a delete's first one is the row's place. extras: types of further columns, which RETURNING reads. repeated:
    the query may name a row more than once. returning: reads the staged rows. conflicts: unique keys whose violation drops a row.
    """

    kind: str
    table: int
    columns: tuple[int, ...]
    extras: tuple[int, ...] = ()
    repeated: bool = False
    returning: Query | None = None
    conflicts: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Analysed:
    """A whole query statement: the tree, what the client sees, its parameters' types, and what it touches.

    access: {relation oid: attnums}, wherever the columns hide; no attnums: use of the relation alone, as in count(*).
    views: what each view named in `access`, or reached through one, reads itself. volatile: calls a function not immutable.
    relative: a literal such as 'today' was read, and stands in the tree as what it meant then. system: names of system columns that
    are read, by range table entry. write: what becomes of the rows, where the statement does not show them.
    """

    query: Query
    columns: tuple[OutputColumn, ...]
    parameters: tuple[int, ...]
    access: dict[int, frozenset[int]]
    views: dict[int, dict[int, frozenset[int]]] = field(default_factory=dict)
    volatile: bool = False
    relative: bool = False
    system: dict[int, frozenset[str]] = field(default_factory=dict)
    write: Write | None = None

    @property
    def relations(self) -> frozenset[int]:
        """Every relation that is read, through views as well."""
        return frozenset(self.access).union(*self.views.values())
