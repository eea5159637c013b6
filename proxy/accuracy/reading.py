"""A typed statement → for each count, sum and mean in its columns, which of a table's columns its cells depend on.

Only what can be told honestly: one SELECT over one generated table, public tables that its rows refer to, and its owner. Whatever is not
known to be so raises NoEstimate. Refuses to know arithmetic and policies. Facts: the tree; keys of the catalog, since a join to a whole key
gives each row one other.
"""

from __future__ import annotations

from dataclasses import dataclass

from proxy.accuracy.interval import Basis
from proxy.accuracy.joins import Joined, joined
from proxy.accuracy.known import Known, NoEstimate, basis
from proxy.catalog.model import Catalog
from proxy.sql import ir
from proxy.sql.walking import walk

KINDS = ("count", "sum", "avg")
PATTERNS = frozenset("~~ !~~ ~~* !~~* ~ !~ ~* !~* ^@".split())
NUMBER = "N"
_INSIDE = {
    ir.Sublink: "it has a subquery", ir.Window: "it has a window function", ir.WholeRow: "it uses whole rows",
    ir.GroupingSet: "it has grouping sets",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cell:
    """One output column that is an aggregate. place: among the columns. basis: None where `why` says that there is none. counting: basis of
    the number of rows that are summed. told_apart: columns whose values tell the cells apart that it is of; counted: without those that it
    sums."""

    place: int
    name: str
    kind: str
    basis: Basis | None
    why: str = ""
    counting: Basis | None = None
    told_apart: tuple[ir.ColumnRef, ...] = ()
    counted: tuple[ir.ColumnRef, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """cells: by column; keys: places of the other columns, which say which group a row is."""

    cells: tuple[Cell, ...]
    keys: tuple[int, ...]


def is_asked_of(analysed: ir.Analysed, own: frozenset[int]) -> bool:
    """Whether the statement aggregates rows of the source's tables at all. own: those among its relations."""
    return bool(own) and any(isinstance(node, ir.Aggregate) for node in walk(analysed.query))


def read(catalog: Catalog, analysed: ir.Analysed, known: Known, filtered: frozenset[int]) -> Reading:
    """filtered: relations of which the role is shown a part. Raises NoEstimate."""
    select = _plain(analysed)
    found = joined(catalog, select, known)
    if filtered & {source.relation for source in found.sources}:
        raise NoEstimate("the role is shown a part of the rows")
    columns = _Columns(catalog, found)
    shown = [target for target in select.targets if not target.junk]
    keys = tuple(place for place, target in enumerate(shown) if not _aggregates(target.expr))
    common = _Used()
    for expr in (*(select.group or ()), *found.conditions):
        common |= columns.of(expr)
    cells = tuple(_cell(columns, place, target, common) for place, target in enumerate(shown) if place not in keys)
    return Reading(cells, keys)


def aggregate_of(expr: ir.Expr) -> ir.Aggregate | None:
    """The aggregate that an output column is, conversions of its value aside."""
    while isinstance(expr, ir.Cast):
        expr = expr.arg
    return expr if isinstance(expr, ir.Aggregate) else None


def _plain(analysed: ir.Analysed) -> ir.Select:
    query = analysed.query
    if not isinstance(query, ir.Select) or query.ctes:
        raise NoEstimate("it is not one plain SELECT")
    wrong = {
        "it is volatile": analysed.volatile or analysed.relative,
        "it writes": analysed.write is not None,
        "it has DISTINCT": query.distinct is not None,
        "it has HAVING, which chooses groups by noisy values": query.having is not None,
        "it has LIMIT, which chooses groups by noisy values": query.limit is not None or query.offset is not None,
        "it uses system columns": any(analysed.system.values()),
    }
    for why, is_so in wrong.items():
        if is_so:
            raise NoEstimate(why)
    for node in walk(query):
        for kind, why in _INSIDE.items():
            if isinstance(node, kind):
                raise NoEstimate(why)
        if isinstance(node, ir.Call) and node.proc.returns_set:
            raise NoEstimate("it has a set-returning function")
    return query


def _aggregates(expr: ir.Expr) -> bool:
    return any(isinstance(node, ir.Aggregate) for node in walk(expr))


def _cell(columns: _Columns, place: int, target: ir.Target, common: _Used) -> Cell:
    call = aggregate_of(target.expr)
    kind = call.proc.name if call is not None else ""
    try:
        if call is None:
            raise NoEstimate("it is computed from aggregates")
        if kind not in KINDS or call.proc.namespace != _namespace(columns.catalog):
            raise NoEstimate(f"{kind} is none of count, sum and avg")
        if call.distinct or call.order:
            raise NoEstimate("it counts different values" if call.distinct else "it is ordered")
        return _estimated(columns, place, target.name, call, common)
    except NoEstimate as none:
        return Cell(place, target.name, kind, None, none.why)


def _namespace(catalog: Catalog) -> int:
    return catalog.namespace_by_name["pg_catalog"]


def _estimated(columns: _Columns, place: int, name: str, call: ir.Aggregate, common: _Used) -> Cell:
    """The cell of an aggregate. Raises NoEstimate."""
    kind, table = call.proc.name, columns.joined.table
    if kind != "count" and columns.catalog.base_type(call.args[0].type).category != NUMBER:
        raise NoEstimate("it is not of numbers")
    if table is None:
        return Cell(place, name, kind, Basis(0, 0, 0, words="public rows"))
    rows = common | columns.of(call.filter) if call.filter is not None else common
    used, half_bin = rows, 0.0
    if call.args and not (kind == "count" and columns.is_never_null(call.args[0])):
        used |= columns.of(call.args[0])
        half_bin = columns.half_bin(call.args[0]) if kind != "count" else 0.0
    found = basis(table, used.axes, blurred=rows.axes, half_bin=half_bin)
    counting = basis(table, rows.axes, blurred=rows.axes, half_bin=0.0) if kind == "sum" else None
    return Cell(place, name, kind, found, "", counting, used.columns, rows.columns)


@dataclass(frozen=True, slots=True)
class _Used:
    """What expressions depend on: places of axes, and the columns of the tables that are read."""

    axes: frozenset[int] = frozenset()
    columns: tuple[ir.ColumnRef, ...] = ()

    def __or__(self, other: _Used) -> _Used:
        return _Used(self.axes | other.axes, tuple(dict.fromkeys((*self.columns, *other.columns))))


@dataclass(frozen=True, slots=True)
class _Columns:
    """Which axes expressions depend on."""

    catalog: Catalog
    joined: Joined

    def of(self, expr: object) -> _Used:
        """What an expression depends on. Raises NoEstimate."""
        found = _Used()
        for node in walk(expr):
            if isinstance(node, ir.ColumnRef):
                found |= _Used(self.joined.axes(node), (node,))
            pattern = getattr(node, "operator", None)
            if (pattern is not None and pattern.name in PATTERNS) or _is_regexp(node):
                raise NoEstimate("it compares with a pattern")
        return found

    def is_never_null(self, expr: ir.Expr) -> bool:
        """Whether counting the expression counts rows."""
        if isinstance(expr, ir.Const):
            return expr.value is not None
        return isinstance(expr, ir.ColumnRef) and self.joined.is_never_null(expr)

    def half_bin(self, expr: ir.Expr) -> float:
        """What one value of the expression is off at most. Raises NoEstimate where a column's bins went into something else."""
        while isinstance(expr, ir.Cast):
            expr = expr.arg
        table = self.joined.table
        assert table is not None, "public rows have no bins"
        errors = [table.axes[axis].half_bin for axis in self.of(expr).axes]
        if not isinstance(expr, ir.ColumnRef) and any(errors):
            raise NoEstimate("it is computed from a number that is known by its bin")
        return max(errors, default=0.0)


def _is_regexp(node: object) -> bool:
    return isinstance(node, ir.Call) and node.proc.name.startswith(("regexp_", "similar_", "like_"))
