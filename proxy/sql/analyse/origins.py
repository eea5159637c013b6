"""Which table's column an output column is, as RowDescription tells it: looked up through subqueries and CTEs, not through views.

Refuses to know what may be read. Facts: src/backend/parser/parse_target.c (markTargetListOrigin).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from proxy.sql import ir

NONE = (0, 0)


def origin(tree: ir.Query, place: int, outer: Mapping[str, ir.Cte] | None = None) -> tuple[int, int]:
    """(relation, attnum) of the output at a place, 0 for what is computed. outer: CTEs that the query sees around it."""
    if not isinstance(tree, ir.Select):
        return NONE
    targets = [target for target in tree.targets if not target.junk]
    expr = targets[place].expr
    if not isinstance(expr, ir.ColumnRef):
        return NONE
    if expr.relation:
        return expr.relation, expr.attnum
    ctes = {**(outer or {}), **{cte.name: cte for cte in tree.ctes}}
    source = next((item for item in _items(tree.sources) if item.rte == expr.rte), None)
    if isinstance(source, ir.SubqueryRef):
        return _through(source.query, expr.column, ctes)
    if isinstance(source, ir.CteRef) and source.cte in ctes and not ctes[source.cte].recursive:
        return _through(ctes[source.cte].query, expr.column, ctes)
    return NONE


def _through(query: ir.Query, column: str, ctes: Mapping[str, ir.Cte]) -> tuple[int, int]:
    place = next((place for place, (name, _, _) in enumerate(query.columns) if name == column), None)
    return NONE if place is None else origin(query, place, ctes)


def _items(sources: tuple[ir.FromItem, ...]) -> Iterator[ir.RelationRef | ir.SubqueryRef | ir.CteRef | ir.FunctionRef]:
    for source in sources:
        if isinstance(source, ir.JoinRef):
            yield from _items((source.left, source.right))
        else:
            yield source
