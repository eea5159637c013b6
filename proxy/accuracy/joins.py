"""What a FROM list is: one generated table, and others of which each of its rows has one.

A relation hangs on another where its whole primary key is compared with the other's columns, as foreign keys do; then it adds columns and
no rows, and its columns follow from those that refer to it. Raises NoEstimate for anything else. Refuses to know aggregates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from proxy.accuracy.known import Known, NoEstimate
from proxy.catalog.model import Catalog
from proxy.sql import ir
from synth.release.accuracy import TableAccuracy

Links = Mapping[int, tuple[ir.ColumnRef, ...]]


@dataclass(frozen=True, slots=True)
class Joined:
    """sources: the relations. table: the generated one; None where all are public. base: its number in the range table. links: for each
    other, the columns that refer to its key. conditions: of WHERE and joins, but for those that only join."""

    catalog: Catalog
    sources: tuple[ir.RelationRef, ...]
    table: TableAccuracy | None
    base: int = 0
    links: Links = field(default_factory=dict)
    conditions: tuple[ir.Expr, ...] = ()
    outer: frozenset[int] = frozenset()

    def axes(self, column: ir.ColumnRef) -> frozenset[int]:
        """The axes of the generated table that a column follows from. Raises NoEstimate."""
        if self.table is None:
            return frozenset()
        if not column.attnum:
            raise NoEstimate("it uses a computed column")
        if column.rte == self.base or column.relation == self.table.owner:
            for place, axis in enumerate(self.table.axes):
                if axis.relation == column.relation and column.attnum in axis.attnums:
                    return frozenset((place,))
            name = next(c.name for c in self.catalog.relations[column.relation].columns if c.attnum == column.attnum)
            if column.rte == self.base:
                raise NoEstimate(f'column "{name}" has made-up values')
            raise NoEstimate(f'"{name}" of the owner was not learned together with its rows')
        if column.rte not in self.links:
            raise NoEstimate("it joins in another way than along foreign keys")
        return frozenset(axis for one in self.links[column.rte] for axis in self.axes(one))

    def is_never_null(self, column: ir.ColumnRef) -> bool:
        """Whether no row has NULL there."""
        return column.rte not in self.outer and _not_null(self.catalog, column)


def joined(catalog: Catalog, select: ir.Select, known: Known) -> Joined:
    """Raises NoEstimate."""
    look = _Look()
    for source in select.sources:
        look.at(source)
    if select.where is not None:
        look.conditions += _conjuncts(select.where)
    for source in look.sources:
        if source.relation not in known.tables and source.relation not in known.public:
            relation = catalog.relations[source.relation]
            raise NoEstimate(known.nothing or f'nothing is known of the rows of "{relation.name}" alone')
        if source.only:
            raise NoEstimate("it has ONLY")
    private = [source for source in look.sources if source.relation in known.tables]
    if not private:
        return Joined(catalog, tuple(look.sources), None)
    for base in private:
        table = known.tables[base.relation]
        others = {source.relation for source in private if source is not base}
        may_be = base.rte not in look.outer and others <= {table.owner} and len(private) <= 2
        if may_be and (found := _hung(catalog, look, table, base.rte)) is not None:
            return found
    raise NoEstimate("it joins generated tables in another way than rows with their owner")


class _Look:
    """A FROM list, flat."""

    def __init__(self) -> None:
        self.sources: list[ir.RelationRef] = []
        self.conditions: list[ir.Expr] = []  # of WHERE and of inner joins
        self.outer_conditions: dict[int, list[ir.Expr]] = {}  # of left joins, by what they are about
        self.outer: set[int] = set()

    def at(self, item: ir.FromItem) -> None:
        if isinstance(item, ir.RelationRef):
            self.sources.append(item)
        elif isinstance(item, ir.JoinRef) and item.kind in ("inner", "cross"):
            self.at(item.left)
            self.at(item.right)
            self.conditions += _conjuncts(item.on) if item.on is not None else []
        elif isinstance(item, ir.JoinRef) and item.kind == "left" and isinstance(item.right, ir.RelationRef):
            self.at(item.left)
            self.at(item.right)
            self.outer.add(item.right.rte)
            self.outer_conditions[item.right.rte] = list(_conjuncts(item.on)) if item.on is not None else []
        else:
            raise NoEstimate("it reads something else than tables joined along foreign keys")


def _hung(catalog: Catalog, look: _Look, table: TableAccuracy, base: int) -> Joined | None:
    """The FROM list with everything hung on one table; None where something does not hang on it."""
    links: dict[int, tuple[ir.ColumnRef, ...]] = {}
    joining: list[ir.Expr] = []
    waiting = [source for source in look.sources if source.rte != base]
    while waiting:
        for source in waiting:
            is_outer = source.rte in look.outer
            conditions = look.outer_conditions[source.rte] if is_outer else look.conditions
            key = _key(catalog, source, conditions, {base, *links})
            if key is not None and not (is_outer and len(key) != len(conditions)):
                break
        else:
            return None
        columns = tuple(column for column, _ in key)
        if source.relation == table.owner:
            if {(column.rte, column.attnum) for column in columns} != {(base, each) for each in table.owner_columns}:
                return None
        elif not is_outer:  # an inner join drops rows that refer to nothing
            joining += [column for column in columns if not _not_null(catalog, column)]
        links[source.rte] = columns
        look.conditions = [part for part in look.conditions if not any(part is one for _, one in key)]
        waiting.remove(source)
    kept = (*look.conditions, *joining)
    return Joined(catalog, tuple(look.sources), table, base, links, kept, frozenset(look.outer))


def _key(
    catalog: Catalog, source: ir.RelationRef, conditions: list[ir.Expr], hung: set[int]
) -> list[tuple[ir.ColumnRef, ir.Expr]] | None:
    """For each column of the relation's primary key the column that it equals, of what hangs already, and the condition that says so; None
    where one is missing."""
    found: dict[int, tuple[ir.ColumnRef, ir.Expr]] = {}
    for part in conditions:
        if isinstance(part, ir.Call) and part.operator is not None and part.operator.name == "=":
            for one, other in (part.args, part.args[::-1]):
                mine, theirs = _bare(one), _bare(other)
                if mine is not None and theirs is not None and mine.rte == source.rte and theirs.rte in hung:
                    found.setdefault(mine.attnum, (theirs, part))
    key = catalog.primary_keys.get(source.relation, ())
    return [found[attnum] for attnum in key] if key and found.keys() >= {*key} else None


def _bare(expr: ir.Expr) -> ir.ColumnRef | None:
    """The column that an expression is, under another type perhaps."""
    while isinstance(expr, ir.Cast):
        expr = expr.arg
    return expr if isinstance(expr, ir.ColumnRef) else None


def _conjuncts(condition: ir.Expr) -> Iterator[ir.Expr]:
    if isinstance(condition, ir.Bool) and condition.op == "and":
        for part in condition.args:
            yield from _conjuncts(part)
    else:
        yield condition


def _not_null(catalog: Catalog, column: ir.ColumnRef) -> bool:
    row = next((one for one in catalog.relations[column.relation].columns if one.attnum == column.attnum), None)
    return row is not None and row.not_null
