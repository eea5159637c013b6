"""Rows as values: a FROM item used as one, what columns a row has, and its fields, one by its name or all of them.

The columns are a composite type's own, or those of the expression that makes the record: it is followed through the columns of
subqueries and WITH queries. Refuses to know how the expression around is read. Facts: src/backend/parser/parse_func.c
(ParseComplexProjection), parse_expr.c (transformWholeRowRef), parse_target.c (expandRecordVariable), src/backend/utils/fmgr/funcapi.c
(get_expr_result_type).
"""

from __future__ import annotations

from dataclasses import replace

from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.errors import FeatureNotSupported, UndefinedColumn, WrongObjectType
from proxy.sql.analyse.scope import Item, Scope, Statement

Columns = tuple[tuple[str, int, int], ...]


def whole_row(scope: Scope, item: Item, position: int) -> ir.Expr:
    """A FROM item as a value: its only column for a scalar function, else its row."""
    if item.relation is None and len(item.columns) == 1 and item.columns[0].name == item.name:
        return scope.use(item.columns[0].expr, position)
    columns = tuple(scope.use(column.expr, position) for column in item.columns)
    types = scope.statement.types
    oid = item.row_type or t.RECORD
    if item.relation is not None:
        oid = next(
            (row.oid for row in types.catalog.types.values() if row.relation == item.relation.oid and row.kind == "c"),
            oid,
        )
    refs = tuple(column for column in columns if isinstance(column, ir.ColumnRef))
    if len(refs) != len(columns):
        raise FeatureNotSupported("a join used as a row is not supported", position=position)
    names = tuple(column.name for column in item.columns)
    return ir.WholeRow(type=oid, position=position, rte=item.rte, columns=refs, names=names)


def field_select(scope: Scope, arg: ir.Expr, name: str, position: int) -> ir.Expr:
    """(composite).name."""
    if (found := field_of(scope, arg, name)) is not None:
        return replace(found, position=position)
    if isinstance(arg, ir.WholeRow) and (item := scope.item_of(arg.rte)) is not None:
        raise UndefinedColumn(f"column {item.name}.{name} does not exist", position=position)
    types = scope.statement.types
    base = types.catalog.base_type(arg.type)
    if not types.is_complex(base.oid):
        raise WrongObjectType(f"column notation .{name} applied to type {types.name(arg.type)}, which is not a composite type",
                              position=position)  # fmt: skip
    if base.oid == t.RECORD:
        raise UndefinedColumn(f'could not identify column "{name}" in record data type', position=position)
    raise UndefinedColumn(f'column "{name}" not found in data type {types.name(arg.type)}', position=position)


def field_of(scope: Scope, arg: ir.Expr, name: str) -> ir.Expr | None:
    """A row's column of that name; None where there is none, or no row."""
    return next((field for one, field in fields_of(scope.statement, arg) if one == name), None)


def fields_of(statement: Statement, arg: ir.Expr) -> list[tuple[str, ir.Expr]]:
    """Every column of a row with its name; none where they are not known."""
    if isinstance(arg, ir.WholeRow):
        return list(zip(arg.names, arg.columns))
    return [
        (name, ir.FieldSelect(type=oid, typmod=typmod, position=arg.position, arg=arg, name=name, number=number))
        for number, (name, oid, typmod) in enumerate(row_columns(statement, arg), 1)
    ]


def expanded(statement: Statement, arg: ir.Expr) -> list[tuple[str, ir.Expr]]:
    """(composite).*"""
    if found := fields_of(statement, arg):
        return found
    raise FeatureNotSupported('row expansion via "*" of this expression is not supported', position=arg.position)


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
