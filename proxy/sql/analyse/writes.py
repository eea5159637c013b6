"""UPDATE and DELETE on a temporary table → the query whose rows they write, and what all writes share: assignments, RETURNING.

Whatever such a statement reads, it reads by that query and by RETURNING's, so that who judges queries judges writes. Facts:
src/backend/parser/analyze.c (transformInsertStmt, transformUpdateStmt, transformDeleteStmt) and parse_target.c for checks, their order
and their words. Refuses to know rows and DuckDB.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.coerce import Context
from proxy.sql.analyse.errors import (
    DatatypeMismatch,
    FeatureNotSupported,
    GeneratedAlways,
    SyntaxProblem,
    UndefinedColumn,
)
from proxy.sql.analyse.expressions import boolean, expression
from proxy.sql.analyse.from_clause import from_clause, stored_item
from proxy.sql.analyse.queries import outputs, target_list, with_clause
from proxy.sql.analyse.scope import Item, Scope, Statement
from proxy.sql.parse import Node, kind_of
from proxy.sql.temporary import ROW, STAGED, TempColumn, TempTable
from proxy.sql.walking import substituted, walk

Found = tuple[ir.Query, ir.Write]


def update(statement: Statement, fields: Any, table: TempTable) -> Found:
    """UPDATE table SET ... FROM ... WHERE."""
    joined = _joined(statement, fields, table, "fromClause")
    scope, item = joined.scope, joined.item
    scope.kind = "UPDATE"
    assigned = _assignments(scope, fields["targetList"], table)
    own = {column.expr.attnum: column.expr for column in item.columns if isinstance(column.expr, ir.ColumnRef)}
    values = [assigned.get(column.row.attnum, own[column.row.attnum]) for column in table.columns]
    return _found("update", statement, fields, table, joined, values)


def delete(statement: Statement, fields: Any, table: TempTable) -> Found:
    """DELETE FROM table USING ... WHERE."""
    joined = _joined(statement, fields, table, "usingClause")
    values = [column.expr for column in joined.item.columns]
    return _found("delete", statement, fields, table, joined, values)


def default_value(statement: Statement, column: TempColumn) -> ir.Expr:
    """What a column holds where nothing is said of it."""
    if column.default is None:
        return ir.Const(type=column.row.type_oid, typmod=column.row.typmod, value=None)
    statement.view_depth += 1  # its text is that of CREATE TABLE, and so are its positions
    try:
        return assigned_value(statement, expression(Scope(statement), column.default), column)
    finally:
        statement.view_depth -= 1


def assigned_value(statement: Statement, expr: ir.Expr, column: TempColumn, what: str = "expression") -> ir.Expr:
    """expr as a value of the column, by an assignment cast. Raises DatatypeMismatch."""
    coercer, row = statement.coercer, column.row
    if not coercer.can([expr.type], [row.type_oid], Context.ASSIGNMENT):
        raise DatatypeMismatch(
            f'column "{row.name}" is of type {statement.types.name(row.type_oid)} but {what} is of type '
            f"{statement.types.name(expr.type)}",
            hint="You will need to rewrite or cast the expression.",
            position=leftmost(expr) if what == "expression" else None,
        )  # fmt: skip
    return coercer.cast(expr, row.type_oid, row.typmod, Context.ASSIGNMENT)


def leftmost(expr: ir.Expr) -> int:
    """Where an expression begins (exprLocation): a cast's own place is its sign."""
    places = [node.position for node in walk(expr, (ir.Query,)) if isinstance(node, ir.Expr) and node.position >= 0]
    return min(places, default=expr.position)


def named_column(table: TempTable, name: str, position: int) -> TempColumn:
    """The column of that name. Raises UndefinedColumn."""
    found = next((column for column in table.columns if column.row.name == name), None)
    if found is None:
        raise UndefinedColumn(f'column "{name}" of relation "{table.name}" does not exist', position=position)
    return found


def require_whole(target: Any, position: int) -> None:
    """Raise FeatureNotSupported where a target is a part of a column."""
    if target.get("indirection"):
        raise FeatureNotSupported(
            "assigning to a part of a column is not supported by the double", hint="Assign the whole value.",
            position=position,
        )  # fmt: skip


def cell(scope: Scope, node: Node, column: TempColumn) -> ir.Expr:
    """What a SET or a VALUES list gives a column."""
    if "SetToDefault" in node:
        return default_value(scope.statement, column)
    return assigned_value(scope.statement, expression(scope, node), column)


# UPDATE and DELETE


@dataclass(frozen=True, slots=True)
class _Joined:
    """What UPDATE and DELETE range over."""

    scope: Scope
    item: Item
    sources: tuple[ir.FromItem, ...]
    ctes: tuple[ir.Cte, ...]


def _joined(statement: Statement, fields: Any, table: TempTable, clause: str) -> _Joined:
    """The table and what it is joined with."""
    scope = Scope(statement)
    ctes = with_clause(scope, fields["withClause"]) if "withClause" in fields else ()
    relation = fields["relation"]
    item = stored_item(statement.new_rte(), table.relation)
    item = replace(item, name=alias_of(relation, table), schema_named="alias" not in relation)
    scope.own_rtes.add(item.rte)
    scope.items.append(item)
    scope.kind = "FROM"
    return _Joined(scope, item, from_clause(scope, fields.get(clause, ())), ctes)


def _found(
    kind: str, statement: Statement, fields: Any, table: TempTable, joined: _Joined, values: Sequence[ir.Expr]
) -> Found:
    scope, item, sources = joined.scope, joined.item, joined.sources
    scope.kind = "WHERE"
    where = boolean(scope, fields["whereClause"], "WHERE") if "whereClause" in fields else None
    extras: list[ir.ColumnRef] = []
    returning = returning_query(statement, fields.get("returningList"), item, scope.items, table, extras)
    place = ir.ColumnRef(type=t.INT8, rte=item.rte, column=f"c{ROW}")
    own = ir.RelationRef(rte=item.rte, relation=table.oid)
    tree = select_of([place, *values, *extras], (own, *sources), where)
    if joined.ctes:
        tree = replace(tree, ctes=joined.ctes)
    write = ir.Write(
        kind=kind, table=table.oid, columns=(ROW, *numbers(table.columns)),
        extras=tuple(extra.type for extra in extras), repeated=bool(sources), returning=returning,
    )  # fmt: skip
    return tree, write


def _assignments(scope: Scope, nodes: Sequence[Node], table: TempTable) -> dict[int, ir.Expr]:
    found: dict[int, ir.Expr] = {}
    for node in nodes:
        target = node["ResTarget"]
        position = scope.statement.offset_of(int(target.get("location", 0)))
        value = _source(scope, target["val"])
        column = named_column(table, str(target["name"]), position)
        require_whole(target, position)
        if column.row.attnum in found:
            raise SyntaxProblem(f'multiple assignments to same column "{column.row.name}"')
        is_default = "SetToDefault" in value
        if column.counter == "always" and not is_default:
            raise GeneratedAlways(
                f'column "{column.row.name}" can only be updated to DEFAULT',
                detail=f'Column "{column.row.name}" is an identity column defined as GENERATED ALWAYS.',
            )
        if column.counter and is_default:
            raise FeatureNotSupported("a sequence in UPDATE is not supported by the double", position=position)
        found[column.row.attnum] = cell(scope, value, column)
    return found


def _source(scope: Scope, node: Node) -> Node:
    """The expression for a column: its own, or its part of `(a, b) = (x, y)`."""
    kind, fields = kind_of(node)
    if kind != "MultiAssignRef":
        return node
    source_kind, source = kind_of(fields["source"])
    if source_kind not in ("RowExpr", "SubLink"):
        raise FeatureNotSupported(
            "source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression",
            position=expression(scope, fields["source"]).position,
        )
    if source_kind == "SubLink":
        raise FeatureNotSupported(
            "assigning several columns from a subquery is not supported by the double",
            hint="Join the subquery in FROM and assign each column.",
        )
    args = source.get("args", ())
    if len(args) != int(fields["ncolumns"]):
        raise SyntaxProblem(
            "number of columns does not match number of values",
            position=scope.statement.offset_of(int(source.get("location", 0))),
        )
    found: Node = args[int(fields["colno"]) - 1]
    return found


# RETURNING


def returning_query(
    statement: Statement, nodes: Sequence[Node] | None, item: Item, items: Sequence[Item], table: TempTable,
    extras: list[ir.ColumnRef],
) -> ir.Query | None:  # fmt: skip
    """A query on the staged rows. extras: gets the columns of other relations, which have to be staged as well."""
    if not nodes:
        return None
    scope = Scope(statement, items=list(items), kind="RETURNING")
    shown = [replace(one, expr=statement.coercer.known(one.expr)) for one in target_list(scope, nodes)]
    rte = statement.new_rte()

    def staged(column: ir.ColumnRef) -> ir.Expr:
        if column.rte == item.rte:
            return replace(column, rte=rte)
        if not any(column.rte in _ranges(one) for one in items):
            return column
        if column not in extras:
            extras.append(column)
        return replace(column, rte=rte, column=f"f{extras.index(column) + 1}", relation=0, attnum=0)

    found = [substituted(one, staged) for one in shown]
    tree = select_of([one.expr for one in found], (ir.RelationRef(rte=rte, relation=table.oid + STAGED),))
    return replace(tree, names=tuple(one.name for one in found), targets=tuple(found))


def _ranges(item: Item) -> set[int]:
    """The range table entries whose columns an item offers; a join's are those of its sides."""
    found = {item.rte}
    for column in item.columns:
        if isinstance(column.expr, ir.ColumnRef):
            found.add(column.expr.rte)
    return found


# Both


def select_of(exprs: Sequence[ir.Expr], sources: tuple[ir.FromItem, ...], where: ir.Expr | None = None) -> ir.Select:
    """A SELECT of these."""
    shown = tuple(ir.Target(name=f"c{place}", expr=expr) for place, expr in enumerate(exprs, 1))
    return ir.Select(
        columns=outputs(exprs), names=tuple(one.name for one in shown), targets=shown, sources=sources, where=where
    )


def numbers(columns: Sequence[TempColumn]) -> tuple[int, ...]:
    """Their attnums."""
    return tuple(column.row.attnum for column in columns)


def alias_of(relation: Any, table: TempTable) -> str:
    """What a statement calls the table that it writes."""
    return str(relation["alias"]["aliasname"]) if "alias" in relation else table.name
