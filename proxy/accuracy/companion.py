"""The statement beside a statement: the same rows and groups, with the moments of each cell as further columns.

Whatever the policy added to the statement stays; nothing is read that the statement does not read. Refuses to know what moments are for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from proxy.accuracy.reading import Cell, aggregate_of
from proxy.catalog.model import Catalog, ProcRow
from proxy.sql import ir

INT8, FLOAT8, RECORD = 20, 701, 2249
MOMENTS = 5  # columns a cell: rows, cells, mean, variance, cells without the values, as in `interval.Moments`


def with_moments(catalog: Catalog, analysed: ir.Analysed, cells: Sequence[Cell]) -> ir.Analysed:
    """MOMENTS more columns for each cell that has a basis, in their order; a count has NULL where it has no values."""
    query = analysed.query
    assert isinstance(query, ir.Select), "what has cells is a SELECT"
    shown = [target for target in query.targets if not target.junk]
    added: list[ir.Expr] = []
    for cell in cells:
        if cell.basis is not None:
            call = aggregate_of(shown[cell.place].expr)
            assert call is not None, "a cell is an aggregate"
            added += _moments(catalog, call, cell)
    names = [f"c{len(query.columns) + number}" for number in range(1, len(added) + 1)]
    targets = [ir.Target(name=name, expr=expr) for name, expr in zip(names, added, strict=True)]
    columns = [(name, expr.type, -1) for name, expr in zip(names, added, strict=True)]
    query = replace(
        query, targets=(*shown, *targets, *(target for target in query.targets if target.junk)),
        columns=(*query.columns, *columns), names=(*query.names, *names),
    )  # fmt: skip
    outputs = [ir.OutputColumn(name=name, type=oid, typmod=-1) for name, oid, _ in columns]
    return replace(analysed, query=query, columns=(*analysed.columns, *outputs))


def _moments(catalog: Catalog, call: ir.Aggregate, cell: Cell) -> list[ir.Expr]:
    rows = ir.Aggregate(
        type=INT8, proc=_proc(catalog, "count", len(call.args)), args=call.args, star=call.star, filter=call.filter
    )
    cells = _different(catalog, cell.told_apart, call.filter)
    if call.proc.name == "count":
        nothing = ir.Const(type=FLOAT8, value=None)
        return [rows, cells, nothing, nothing, nothing]
    value = _as_float(catalog, call.args[0])
    mean, variance = (
        ir.Aggregate(type=FLOAT8, proc=_proc(catalog, name, 1, FLOAT8), args=(value,), filter=call.filter)
        for name in ("avg", "var_pop")
    )
    return [rows, cells, mean, variance, _different(catalog, cell.counted, call.filter)]


def _different(catalog: Catalog, columns: tuple[ir.ColumnRef, ...], condition: ir.Expr | None) -> ir.Expr:
    """How many different values the columns have together."""
    if not columns:
        return ir.Const(type=INT8, value="1")
    together = columns[0] if len(columns) == 1 else ir.RowLiteral(type=RECORD, elements=columns)
    return ir.Aggregate(type=INT8, proc=_proc(catalog, "count", 1), args=(together,), distinct=True, filter=condition)


def _proc(catalog: Catalog, name: str, arguments: int, of: int = 0) -> ProcRow:
    found = (proc for proc in catalog.procs_by_name[name] if len(proc.args) == arguments)
    return next(proc for proc in found if not of or proc.args[0] == of)


def _as_float(catalog: Catalog, expr: ir.Expr) -> ir.Expr:
    source = catalog.base_type(expr.type).oid
    if source == FLOAT8:
        return ir.Cast(type=FLOAT8, arg=expr, method="relabel") if expr.type != FLOAT8 else expr
    cast = catalog.casts[source, FLOAT8]
    return ir.Cast(type=FLOAT8, arg=expr, method="function", proc=catalog.procs[cast.proc])
