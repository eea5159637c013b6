"""What columns a value of a row type has: of a composite type its relation's, of a record those of the expression that makes it.

Follows a record through the columns of subqueries and WITH queries to that expression. Refuses to know names in scope. Facts:
src/backend/parser/parse_target.c (expandRecordVariable), src/backend/utils/fmgr/funcapi.c (get_expr_result_type).
"""

from __future__ import annotations

from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.scope import Statement

Columns = tuple[tuple[str, int, int], ...]


def row_columns(statement: Statement, value: ir.Expr) -> Columns:
    """(name, type, typmod) of each column; () where that is not known before the value is there."""
    base = statement.catalog.base_type(value.type)
    if base.kind == "c":
        relation = statement.catalog.relations.get(base.relation)
        return tuple((one.name, one.type_oid, one.typmod) for one in relation.columns) if relation is not None else ()
    if isinstance(value, ir.WholeRow):
        return tuple((name, column.type, column.typmod) for name, column in zip(value.names, value.columns))
    if isinstance(value, ir.RowLiteral):
        return tuple((f"f{at}", one.type, one.typmod) for at, one in enumerate(value.elements, 1))
    if isinstance(value, ir.Call):
        return tuple((name, oid, -1) for name, oid in output_columns(statement, value))
    if isinstance(value, ir.ColumnRef) and value.rte in statement.queries:
        made = _made(statement.queries[value.rte], value.column)
        return row_columns(statement, made) if made is not None else ()
    return ()


def output_columns(statement: Statement, call: ir.Call) -> list[tuple[str, int]]:
    """(name, type) of a function's OUT and TABLE parameters; of a polymorphic one, the types that this call gives them."""
    proc, given = call.proc, [arg.type for arg in call.args]
    return [
        (name, statement.coercer.generic(given, list(proc.args), oid)[1] if oid in t.POLYMORPHIC else oid)
        for name, oid, mode in zip(proc.arg_names, proc.all_args, proc.arg_modes)
        if mode in ("o", "b", "t")
    ]


def _made(query: ir.Query, output: str) -> ir.Expr | None:
    """The expression that gives a query's output column; of a set operation, the left side's."""
    place = next((at for at, (name, _, _) in enumerate(query.columns) if name == output), None)
    if place is None:
        return None
    if isinstance(query, ir.SetOperation):
        return _made(query.left, query.left.columns[place][0])
    if isinstance(query, ir.Values):
        return query.rows[0][place]
    return [target for target in query.targets if not target.junk][place].expr if isinstance(query, ir.Select) else None
