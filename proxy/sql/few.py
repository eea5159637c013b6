"""Whether a query gives a handful of rows at most, as its text and the keys of its tables say.

Refuses to know how rows are fetched. Facts: a row of a table is the only one with its primary key; an aggregate without GROUP BY gives
one row, a query without FROM one for each member of its sets.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from proxy.sql import ir
from proxy.sql.walking import walk

FEW = 64


def gives_few(query: ir.Query, keys: Mapping[int, tuple[int, ...]]) -> bool:
    """keys: attnums of the primary key of each table that has one."""
    if query.limit is not None and not query.with_ties:
        return isinstance(query.limit, ir.Const) and query.limit.value is not None and int(query.limit.value) <= FEW
    if isinstance(query, ir.Values):
        return len(query.rows) <= FEW
    if not isinstance(query, ir.Select) or any(_is_set(target.expr) for target in query.targets):
        return False
    if query.group is not None:
        return not query.group
    return not query.sources or _is_one_row(query, keys)


def _is_set(expr: ir.Expr) -> bool:
    return any(isinstance(part, ir.Call) and part.proc.returns_set for part in walk(expr))


def _is_one_row(query: ir.Select, keys: Mapping[int, tuple[int, ...]]) -> bool:
    """Whether the whole key of the one table in FROM is given."""
    source = query.sources[0]
    if len(query.sources) > 1 or not isinstance(source, ir.RelationRef) or query.where is None:
        return False
    key = keys.get(source.relation, ())
    return bool(key) and {*key} <= {*_given(query.where, source.rte)}


def _given(condition: ir.Expr, rte: int) -> Iterator[int]:
    """Columns of the table that equal a constant or a parameter."""
    if isinstance(condition, ir.Bool) and condition.op == "and":
        for part in condition.args:
            yield from _given(part, rte)
    elif isinstance(condition, ir.Call) and condition.operator is not None and condition.operator.name == "=":
        for one, other in (condition.args, condition.args[::-1]):
            column = one.arg if isinstance(one, ir.Cast) and one.method == "relabel" else one
            if isinstance(column, ir.ColumnRef) and column.rte == rte and isinstance(other, ir.Const | ir.Param):
                yield column.attnum
