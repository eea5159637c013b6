"""The columns of a value of type record, where the expression tells them: rows that are written, functions' OUT parameters, and what a
subquery's column of that kind was made of.

Refuses to know composite types. Facts: get_expr_result_tupdesc in src/backend/utils/fmgr/funcapi.c and expandRecordVariable in
parse_target.c.
"""

from __future__ import annotations

from proxy.sql import ir
from proxy.sql.analyse.scope import Scope

OUTPUT = ("o", "b", "t")
Columns = list[tuple[str, int, int]]


def record_columns(scope: Scope, expr: ir.Expr) -> Columns:
    """(name, type, typmod) of each column; [] where the expression does not tell."""
    if isinstance(expr, ir.RowLiteral):
        return [(f"f{at}", one.type, one.typmod) for at, one in enumerate(expr.elements, 1)]
    if isinstance(expr, ir.WholeRow):
        return [(name, column.type, column.typmod) for name, column in zip(expr.names, expr.columns)]
    if isinstance(expr, ir.Call):
        proc = expr.proc
        return [
            (name, oid, -1) for name, oid, mode in zip(proc.arg_names, proc.all_args, proc.arg_modes) if mode in OUTPUT
        ]
    if isinstance(expr, ir.ColumnRef) and (query := scope.statement.derived.get(expr.rte)) is not None:
        place = next((at for at, (name, _, _) in enumerate(query.columns) if name == expr.column), None)
        if place is not None and isinstance(query, ir.Select):
            return record_columns(scope, [target for target in query.targets if not target.junk][place].expr)
    return []
