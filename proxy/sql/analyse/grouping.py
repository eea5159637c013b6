"""GROUP BY, and the rule that what is shown is grouped or aggregated (parseCheckAggregates in parse_agg.c)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from proxy.sql import ir
from proxy.sql.analyse.errors import GroupingError
from proxy.sql.analyse.places import place
from proxy.sql.analyse.scope import Scope
from proxy.sql.parse import Node, kind_of
from proxy.sql.walking import children, walk

Group = tuple[ir.Expr | ir.GroupingSet, ...]
Find = Callable[[Node], ir.Expr]

_SETS = {"GROUPING_SET_ROLLUP": "rollup", "GROUPING_SET_CUBE": "cube", "GROUPING_SET_SETS": "sets"}


def group_clause(nodes: Sequence[Node], find: Find) -> Group | None:
    """The GROUP BY list; find analyses one expression, ordinal or alias. None where there is no GROUP BY."""
    if not nodes:
        return None
    found: list[ir.Expr | ir.GroupingSet] = []
    for node in nodes:
        kind, fields = kind_of(node)
        if kind == "GroupingSet":
            found.append(_grouping_set(fields, find))
        elif kind == "RowExpr":
            found += [find(arg) for arg in fields.get("args", ())]
        else:
            found.append(find(node))
    return tuple(found)


def _grouping_set(fields: Any, find: Find) -> ir.GroupingSet:
    kind = fields["kind"]
    if kind == "GROUPING_SET_EMPTY":
        return ir.GroupingSet(kind="simple", items=())
    items: list[ir.Expr | ir.GroupingSet | tuple[ir.Expr, ...]] = []
    for node in fields.get("content", ()):
        inner_kind, inner = kind_of(node)
        if inner_kind == "GroupingSet":
            items.append(_grouping_set(inner, find))
        elif inner_kind == "RowExpr":
            items.append(tuple(find(arg) for arg in inner.get("args", ())))
        else:
            items.append(find(node))
    return ir.GroupingSet(kind=_SETS.get(kind, "simple"), items=tuple(items))


def grouped_expressions(group: Group) -> Iterator[ir.Expr]:
    """Every expression that some grouping set groups by."""
    for item in group:
        if isinstance(item, ir.Expr):
            yield item
        else:
            yield from _set_expressions(item)


def _set_expressions(group: ir.GroupingSet) -> Iterator[ir.Expr]:
    for item in group.items:
        if isinstance(item, ir.Expr):
            yield item
        elif isinstance(item, tuple):
            yield from item
        else:
            yield from _set_expressions(item)


def check_grouping(scope: Scope, group: Group | None, shown: Sequence[ir.Expr]) -> Group | None:
    """GROUP BY with the columns added that a grouped primary key determines. Raises GroupingError for any other column."""
    grouped = list(grouped_expressions(group or ()))
    simple = group is not None and all(isinstance(item, ir.Expr) for item in group)
    added: list[ir.ColumnRef] = []
    for expr in shown:
        _check_grouping_calls(expr, grouped)
        for column, in_subquery in _ungrouped(expr, grouped, scope.own_rtes, False):
            if simple and _determined(scope, column, grouped):
                parts = column.columns if isinstance(column, ir.WholeRow) else (column,)
                added += [part for part in parts if part not in added]
                continue
            name = f"{_name_of(scope, column)}"
            if in_subquery:
                raise GroupingError(
                    f'subquery uses ungrouped column "{name}" from outer query', position=column.position
                )
            raise GroupingError(
                f'column "{name}" must appear in the GROUP BY clause or be used in an aggregate function',
                position=column.position,
            )
    return (*group, *added) if group is not None else None


def _ungrouped(
    node: object, grouped: list[ir.Expr], own: set[int], in_subquery: bool
) -> Iterator[tuple[ir.ColumnRef | ir.WholeRow, bool]]:
    """Columns and whole rows of this query level that are neither grouped nor inside one of its aggregates."""
    if isinstance(node, ir.Expr) and node in grouped:
        return
    if isinstance(node, ir.Aggregate) and not in_subquery:
        for part in node.direct:
            yield from _ungrouped(part, grouped, own, in_subquery)
        return
    if isinstance(node, ir.Grouping):
        return
    if isinstance(node, ir.ColumnRef | ir.WholeRow):
        if node.rte in own:
            yield node, in_subquery
        return
    below = in_subquery or isinstance(node, ir.Query)
    if isinstance(node, ir.Window) and isinstance(node.call, ir.Aggregate):
        for inner in (*node.call.args, *node.partition, *node.order):
            yield from _ungrouped(inner, grouped, own, below)
        return
    for child in children(node):
        yield from _ungrouped(child, grouped, own, below)


def _check_grouping_calls(expr: ir.Expr, grouped: Sequence[ir.Expr]) -> None:
    for call in (part for part in walk(expr, (ir.Query,)) if isinstance(part, ir.Grouping)):
        for arg in call.args:
            if arg not in grouped:
                raise GroupingError(
                    "arguments to GROUPING must be grouping expressions of the associated query level",
                    position=place(arg),
                )


def _determined(scope: Scope, column: ir.ColumnRef | ir.WholeRow, grouped: Sequence[ir.Expr]) -> bool:
    relation = (
        column.relation if isinstance(column, ir.ColumnRef) else column.columns[0].relation if column.columns else 0
    )
    key = scope.statement.catalog.primary_keys.get(relation)
    if not key:
        return False
    held = {expr.attnum for expr in grouped if isinstance(expr, ir.ColumnRef) and expr.rte == column.rte}
    return set(key) <= held


def _name_of(scope: Scope, column: ir.ColumnRef | ir.WholeRow) -> str:
    if isinstance(column, ir.WholeRow):
        item_of = scope.item_of(column.rte)
        return f"{item_of.name if item_of is not None else ''}.*"
    for item in scope.items:
        if item.rte == column.rte and column.attnum < 0:
            return f"{item.name}.{column.column}"
        for offered in item.columns:
            if item.rte == column.rte and offered.expr == column:
                return f"{item.name}.{offered.name}" if item.name else offered.name
    return column.column
