"""The shape of a typed statement: whether its rows are groups, and the conditions that keep small groups out.

Pure: a tree in, a judgement or a tree out. Refuses to know policies and roles; it is told which relations must be aggregated. What an
aggregate may give away is a table of names over pg_aggregate's functions, everything else counts as showing its input.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from proxy.catalog.model import Catalog
from proxy.sql import ir
from proxy.sql.walking import walk, with_inner

# Summaries of all their input rows.
SUMMARIES = frozenset(
    "count sum avg stddev stddev_pop stddev_samp variance var_pop var_samp corr covar_pop covar_samp regr_avgx regr_avgy "
    "regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy bool_and bool_or every bit_and bit_or bit_xor "
    "percentile_cont".split()
)
# One of their input values: a summary where values are measures, a row's content where they are texts or keys.
PICKS = frozenset("min max mode percentile_disc".split())
MEASURES = "NDTB"  # pg_type.typcategory: numbers, dates and times, intervals, booleans


class Hidden(Exception):
    """A relation that must be aggregated is read in a way that shows its rows. why and how to do better, as sentences."""

    def __init__(self, relation: int, why: str, remedy: str) -> None:
        super().__init__(why)
        self.relation, self.why, self.remedy = relation, why, remedy


def aggregates_only(catalog: Catalog, query: ir.Query, system: frozenset[int]) -> bool:
    """Whether no output row stands for, or depends on, a single row of a relation. system: namespaces that do not count."""
    return not _Exposure(catalog, system).query(query, {})


def keep_small_groups_out(
    catalog: Catalog, query: ir.Query, least: Mapping[int, int], keys: Mapping[int, tuple[int, ...]]
) -> ir.Query:
    """The query, its groups of fewer than least[oid] rows of a relation left out wherever that relation is read.

    keys: primary keys that may be read; rows are counted by them, so that a join does not multiply them. Raises Hidden for a shape in
    which that cannot be seen.
    """
    return _Groups(catalog, least, keys).query(query)


def is_block(select: ir.Select) -> bool:
    """Whether the SELECT aggregates: each of its rows is a group."""
    return select.group is not None or any(True for _ in _own_aggregates(select))


def _shown(select: ir.Select) -> list[ir.Expr]:
    """Expressions evaluated once a group: targets, HAVING, and ORDER BY."""
    having = [select.having] if select.having is not None else []
    return [*(target.expr for target in select.targets), *having, *(key.expr for key in select.order)]


def _row_by_row(select: ir.Select) -> Iterator[object]:
    """Every node of the SELECT's own expressions, those of GROUP BY included."""
    for expr in (*_shown(select), *(select.group or ())):
        yield from walk(expr, (ir.Query,))


def _own_aggregates(select: ir.Select) -> Iterator[ir.Aggregate]:
    """The SELECT's own aggregates: not those of its subqueries, and not window functions, whose arguments may hold some."""
    for expr in _shown(select):
        windows = {node.call for node in walk(expr, (ir.Query,)) if isinstance(node, ir.Window)}
        for node in walk(expr, (ir.Query,)):
            if isinstance(node, ir.Aggregate) and node not in windows:
                yield node


def _sublinks(nodes: object, stop: tuple[type, ...] = ()) -> Iterator[ir.Query]:
    """Subqueries directly inside expressions or FROM items; subqueries in FROM are not among them."""
    for node in walk(nodes, (ir.Query, *stop)):
        if isinstance(node, ir.Sublink):
            yield node.query


@dataclass(frozen=True, slots=True)
class _Exposure:
    """Whether rows of a query show rows of a relation. ctes: what each CTE in reach exposes."""

    catalog: Catalog
    system: frozenset[int]

    def query(self, query: ir.Query, ctes: Mapping[str, bool]) -> bool:
        known = dict(ctes)
        for cte in query.ctes:
            known[cte.name] = True if cte.recursive else self.query(cte.query, known)
        if isinstance(query, ir.SetOperation):
            return self.query(query.left, known) or self.query(query.right, known)
        if isinstance(query, ir.Select):
            return self._select(query, known)
        return any(self.query(inner, known) for inner in _inside(query))

    def _select(self, select: ir.Select, ctes: Mapping[str, bool]) -> bool:
        read = any(self._source(source, ctes) for source in select.sources)
        if not is_block(select):
            return read or any(self.query(inner, ctes) for inner in _inside(select))
        if read and not all(self._summarises(each) for each in _own_aggregates(select)):
            return True
        # What is evaluated row by row vanishes in the group, unless there are no rows but what the subqueries say.
        shown = [inner for expr in _shown(select) for inner in _sublinks(expr, (ir.Aggregate,) if read else ())]
        return any(self.query(inner, ctes) for inner in (shown if read else _inside(select)))

    def _summarises(self, call: ir.Aggregate) -> bool:
        name = call.proc.name
        category = self.catalog.base_type(call.type).category
        return name in SUMMARIES or (name in PICKS and category in MEASURES)

    def _source(self, source: ir.FromItem, ctes: Mapping[str, bool]) -> bool:
        if isinstance(source, ir.JoinRef):
            on = any(self.query(inner, ctes) for inner in _sublinks(source.on)) if source.on is not None else False
            return on or self._source(source.left, ctes) or self._source(source.right, ctes)
        if isinstance(source, ir.RelationRef):
            return self.catalog.relations[source.relation].namespace not in self.system
        if isinstance(source, ir.SubqueryRef):
            return self.query(source.query, ctes)
        if isinstance(source, ir.CteRef):
            return ctes.get(source.cte, True)
        return any(self.query(inner, ctes) for inner in _sublinks(source.call))


def _inside(query: ir.Query) -> Iterator[ir.Query]:
    """Subqueries of a query's expressions; those of its CTEs and FROM list are left to whoever asks."""
    if isinstance(query, ir.Select):
        group = query.group or ()
        nodes: list[object] = [*_shown(query), *group, query.where, query.limit, query.offset, *(query.distinct or ())]
    elif isinstance(query, ir.Values):
        nodes = [expr for row in query.rows for expr in row]
    else:
        nodes = []
    for node in nodes:
        if node is not None:
            yield from _sublinks(node)


@dataclass(frozen=True, slots=True)
class _Groups:
    """Adds to every block that reads a limited relation the conditions on its groups."""

    catalog: Catalog
    least: Mapping[int, int]
    keys: Mapping[int, tuple[int, ...]]

    def query(self, query: ir.Query) -> ir.Query:
        limited = list(self._limited(query))
        if not isinstance(query, ir.Select) or not limited:
            return self._below(query)
        if not is_block(query):
            raise Hidden(limited[0][0], "its rows are read one by one", _AGGREGATE)
        for call in _own_aggregates(query):
            if not _Exposure(self.catalog, frozenset())._summarises(call):
                raise Hidden(limited[0][0], f"{call.proc.name} shows values of single rows", _AGGREGATE)
        if any(isinstance(node, ir.Call) and node.proc.returns_set for node in _row_by_row(query)):
            raise Hidden(limited[0][0], "a set-returning function multiplies its rows", _ALONE)
        alone = len(query.sources) == 1 and not isinstance(query.sources[0], ir.JoinRef)
        filters = dict.fromkeys([None, *(call.filter for call in _own_aggregates(query))])
        conditions = [
            self._enough(relation, rte, condition, alone=alone) for relation, rte in limited for condition in filters
        ]
        having = conditions if query.having is None else [query.having, *conditions]
        kept = having[0] if len(having) == 1 else ir.Bool(type=16, op="and", args=tuple(having))
        return self._below(replace(query, having=kept))

    def _below(self, node: ir.Query) -> ir.Query:
        """The query with its inner ones treated."""
        return with_inner(node, self.query)

    def _limited(self, query: ir.Query) -> Iterator[tuple[int, int]]:
        """(relation, rte) of every limited relation or view in the FROM list."""
        pending: list[ir.FromItem] = list(query.sources) if isinstance(query, ir.Select) else []
        while pending:
            source = pending.pop(0)
            if isinstance(source, ir.JoinRef):
                pending += [source.left, source.right]
            elif isinstance(source, ir.RelationRef) and source.relation in self.least:
                yield source.relation, source.rte
            elif isinstance(source, ir.SubqueryRef) and source.view in self.least:
                yield source.view, source.rte

    def _enough(self, relation: int, rte: int, condition: ir.Expr | None, *, alone: bool) -> ir.Expr:
        """count(DISTINCT key) [FILTER (condition)] >= the least number of rows; count(*) where no join can multiply them."""
        args: tuple[ir.Expr, ...] = ()
        if not alone:
            args = (self._key(relation, rte),)
        count = next(proc for proc in self.catalog.procs_by_name["count"] if len(proc.args) == len(args))
        counted = ir.Aggregate(type=20, proc=count, args=args, star=alone, distinct=not alone, filter=condition)
        at_least = next(row for row in self.catalog.operators_by_name[">="] if (row.left, row.right) == (20, 20))
        limit = ir.Const(type=20, value=str(self.least[relation]))
        return ir.Call(type=16, proc=self.catalog.procs[at_least.proc], operator=at_least, args=(counted, limit))

    def _key(self, relation: int, rte: int) -> ir.Expr:
        row = self.catalog.relations[relation]
        key = self.keys.get(relation, ())
        columns = tuple(
            ir.ColumnRef(
                type=column.type_oid, typmod=column.typmod, rte=rte, column=f"c{column.attnum}", relation=relation,
                attnum=column.attnum,
            )
            for column in row.columns
            if column.attnum in key
        )  # fmt: skip
        if not columns:
            raise Hidden(
                relation, "a join may multiply its rows, and no primary key that may be read tells them apart", _ALONE
            )
        return columns[0] if len(columns) == 1 else ir.RowLiteral(type=2249, elements=columns)


_AGGREGATE = (
    "Aggregate the table itself: count, sum, avg and the like, with GROUP BY and without subqueries over its rows."
)
_ALONE = "Aggregate it alone, without a join or a set-returning function."
