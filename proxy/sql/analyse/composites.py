"""Rows as values: a FROM item used as one, and the fields of a composite or of a function's OUT parameters.

Follows ParseFuncOrColumn and transformWholeRowRef in src/backend/parser. Refuses to know how the expression around it is read.
"""

from __future__ import annotations

from dataclasses import replace

from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.errors import FeatureNotSupported, UndefinedColumn, WrongObjectType
from proxy.sql.analyse.rows import row_columns
from proxy.sql.analyse.scope import Item, Scope


def whole_row(scope: Scope, item: Item, position: int) -> ir.Expr:
    """A FROM item as a value: its only column for a scalar function, else its row."""
    if item.relation is None and len(item.columns) == 1 and item.columns[0].name == item.name:
        return scope.use(item.columns[0].expr, position)
    columns = tuple(scope.use(column.expr, position) for column in item.columns)
    types = scope.statement.types
    oid = t.RECORD
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
    if isinstance(arg, ir.WholeRow) and name in arg.names:
        return replace(arg.columns[arg.names.index(name)], position=position)
    if isinstance(arg, ir.WholeRow) and (item := scope.item_of(arg.rte)) is not None:
        raise UndefinedColumn(f"column {item.name}.{name} does not exist", position=position)
    types = scope.statement.types
    base = types.catalog.base_type(arg.type)
    if base.oid != t.RECORD and base.kind != "c":
        raise WrongObjectType(f"column notation .{name} applied to type {types.name(arg.type)}, which is not a composite type",
                              position=position)  # fmt: skip
    for number, (column, oid, typmod) in enumerate(row_columns(scope.statement, arg), 1):
        if column == name:
            return ir.FieldSelect(type=oid, typmod=typmod, position=position, arg=arg, name=name, number=number)
    if base.oid == t.RECORD:
        raise UndefinedColumn(f'could not identify column "{name}" in record data type', position=position)
    raise UndefinedColumn(f'column "{name}" not found in data type {types.name(arg.type)}', position=position)
