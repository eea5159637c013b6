"""INSERT, UPDATE and DELETE on a temporary table → the query whose rows they write, and what becomes of them.

Whatever such a statement reads, it reads by that query and by RETURNING's, so that who judges queries judges writes. Facts:
src/backend/parser/analyze.c (transformInsertStmt, transformUpdateStmt, transformDeleteStmt) and parse_target.c for checks, their order
and their words. Refuses to know rows and DuckDB.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.coerce import Context
from proxy.sql.analyse.errors import (
    DatatypeMismatch,
    DuplicateColumn,
    FeatureNotSupported,
    GeneratedAlways,
    InvalidColumnReference,
    SyntaxProblem,
    UndefinedColumn,
    UndefinedObject,
)
from proxy.sql.analyse.expressions import boolean, expression
from proxy.sql.analyse.from_clause import from_clause, stored_item
from proxy.sql.analyse.queries import outputs, query, target_list, with_clause
from proxy.sql.analyse.scope import Item, Scope, Statement
from proxy.sql.parse import Node, kind_of
from proxy.sql.temporary import ROW, STAGED, Index, TempColumn, TempTable
from proxy.sql.walking import substituted, walk

Found = tuple[ir.Query, ir.Write]


def insert(statement: Statement, fields: Any, table: TempTable) -> Found:
    """INSERT INTO table."""
    scope = Scope(statement)
    ctes = with_clause(scope, fields["withClause"]) if "withClause" in fields else ()
    named = _named_columns(statement, fields.get("cols", ()), table)
    source = fields.get("selectStmt", {}).get("SelectStmt")
    if source is None:
        columns, tree = _defaults_alone(scope, table)
    elif "valuesLists" in source and not {"sortClause", "limitCount", "limitOffset", "withClause"} & set(source):
        columns, tree = _from_values(scope, source, fields, named, table)
    else:
        columns, tree = _from_query(scope, source, fields, named, table)
    conflicts = _conflicts(statement, fields.get("onConflictClause"), table)
    item = stored_item(statement.new_rte(), table.relation)
    item = replace(item, name=_alias(fields["relation"], table))
    returning = _returning(statement, fields.get("returningList"), item, [item], table, [])
    if ctes:
        tree = replace(tree, ctes=(*ctes, *tree.ctes))
    return tree, ir.Write(kind="insert", table=table.oid, columns=columns, returning=returning, conflicts=conflicts)


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
            position=_leftmost(expr) if what == "expression" else None,
        )  # fmt: skip
    return coercer.cast(expr, row.type_oid, row.typmod, Context.ASSIGNMENT)


def _leftmost(expr: ir.Expr) -> int:
    """Where an expression begins (exprLocation): a cast's own place is its sign."""
    places = [node.position for node in walk(expr, (ir.Query,)) if isinstance(node, ir.Expr) and node.position >= 0]
    return min(places, default=expr.position)


# INSERT


def _named_columns(statement: Statement, nodes: Sequence[Node], table: TempTable) -> list[tuple[TempColumn, int]]:
    """(column, its position in the statement); all columns where none is named, at -1."""
    if not nodes:
        return [(column, -1) for column in table.columns]
    found: list[tuple[TempColumn, int]] = []
    for node in nodes:
        target = node["ResTarget"]
        position = statement.offset_of(int(target.get("location", 0)))
        column = _column(table, str(target["name"]), position)
        _require_whole(target, position)
        if any(column is known for known, _ in found):
            raise DuplicateColumn(f'column "{target["name"]}" specified more than once', position=position)
        found.append((column, position))
    return found


def _column(table: TempTable, name: str, position: int) -> TempColumn:
    found = next((column for column in table.columns if column.row.name == name), None)
    if found is None:
        raise UndefinedColumn(f'column "{name}" of relation "{table.name}" does not exist', position=position)
    return found


def _require_whole(target: Any, position: int) -> None:
    if target.get("indirection"):
        raise FeatureNotSupported(
            "assigning to a part of a column is not supported by the double", hint="Assign the whole value.",
            position=position,
        )  # fmt: skip


def _require_width(width: int, named: Sequence[tuple[TempColumn, int]], fields: Any, extra: Callable[[], int]) -> None:
    """As many expressions as columns; fewer where no column is named. extra: the position of the first that is too many."""
    if width > len(named):
        raise SyntaxProblem("INSERT has more expressions than target columns", position=extra())
    if fields.get("cols") and width < len(named):
        raise SyntaxProblem("INSERT has more target columns than expressions", position=named[width][1])


def _defaults_alone(scope: Scope, table: TempTable) -> tuple[tuple[int, ...], ir.Query]:
    filled = [column for column in table.columns if not column.counter]
    exprs = [default_value(scope.statement, column) for column in filled] or [ir.Const(type=t.INT4, value="0")]
    return _numbers(filled), ir.Values(columns=outputs(exprs), names=(), rows=(tuple(exprs),))


def _from_values(
    scope: Scope, source: Any, fields: Any, named: list[tuple[TempColumn, int]], table: TempTable
) -> tuple[tuple[int, ...], ir.Query]:
    """Each value is assigned to its column on its own, unlike those of a VALUES list that stands for itself."""
    scope.kind = "VALUES"
    rows = [node["List"]["items"] for node in source["valuesLists"]]
    if any(len(row) != len(rows[0]) for row in rows):
        raise SyntaxProblem("VALUES lists must all be the same length", position=_uneven(scope, rows))
    width = len(rows[0])
    _require_width(width, named, fields, lambda: expression(scope, rows[0][len(named)]).position)
    given = [column for column, _ in named[:width]]
    own = {place for place, column in enumerate(given) if _own_default(column, [row[place] for row in rows])}
    _require_allowed([column for place, column in enumerate(given) if place not in own], fields)
    kept = [column for place, column in enumerate(given) if place not in own]
    rest = [column for column in table.columns if column not in given and not column.counter]
    filled = [*kept, *rest]
    if not filled:
        return (), ir.Values(
            columns=(("c1", t.INT4, -1),), names=(), rows=tuple((ir.Const(type=t.INT4, value="0"),) for _ in rows)
        )
    found = []
    for row in rows:
        cells = [_cell(scope, node, column) for place, (node, column) in enumerate(zip(row, given)) if place not in own]
        found.append((*cells, *(default_value(scope.statement, column) for column in rest)))
    columns = tuple((f"c{place}", column.row.type_oid, column.row.typmod) for place, column in enumerate(filled, 1))
    return _numbers(filled), ir.Values(columns=columns, names=(), rows=tuple(found))


def _uneven(scope: Scope, rows: Sequence[Sequence[Node]]) -> int:
    """Where the first list of another length begins."""
    odd = next(row for row in rows if len(row) != len(rows[0]))
    return expression(scope, odd[0]).position


def _own_default(column: TempColumn, cells: Sequence[Node]) -> bool:
    """Whether a column's sequence fills all rows. Raises where it fills some."""
    asked = sum("SetToDefault" in cell for cell in cells)
    if column.counter and 0 < asked < len(cells):
        raise FeatureNotSupported(
            f'DEFAULT beside values for column "{column.row.name}" is not supported by the double',
            hint="Insert rows with and without a value by two statements.",
        )
    return bool(column.counter) and asked > 0


def _cell(scope: Scope, node: Node, column: TempColumn) -> ir.Expr:
    if "SetToDefault" in node:
        return default_value(scope.statement, column)
    return assigned_value(scope.statement, expression(scope, node), column)


def _require_allowed(given: Sequence[TempColumn], fields: Any) -> None:
    if fields.get("override") == "OVERRIDING_SYSTEM_VALUE":
        return
    for column in given:
        if column.counter == "always":
            raise GeneratedAlways(
                f'cannot insert a non-DEFAULT value into column "{column.row.name}"',
                detail=f'Column "{column.row.name}" is an identity column defined as GENERATED ALWAYS.',
                hint="Use OVERRIDING SYSTEM VALUE to override.",
            )


def _from_query(
    scope: Scope, source: Any, fields: Any, named: list[tuple[TempColumn, int]], table: TempTable
) -> tuple[tuple[int, ...], ir.Query]:
    statement = scope.statement
    tree = query(scope.child(), source, resolve=False)
    first = tree
    while isinstance(first, ir.SetOperation):
        first = first.left
    shown = [target for target in first.targets if not target.junk] if isinstance(first, ir.Select) else []
    _require_width(len(tree.columns), named, fields, lambda: shown[len(named)].expr.position if shown else -1)
    given = [column for column, _ in named[: len(tree.columns)]]
    _require_allowed(given, fields)
    tree = _literals_assigned(statement, tree, given)
    rte = statement.new_rte()
    places = [_leftmost(target.expr) for target in shown] or [-1] * len(given)
    refs = [
        ir.ColumnRef(type=oid, typmod=typmod, rte=rte, column=output, position=place)
        for (output, oid, typmod), place in zip(tree.columns, places)
    ]
    values = [assigned_value(statement, ref, column) for ref, column in zip(refs, given)]
    rest = [column for column in table.columns if column not in given and not column.counter]
    values += [default_value(statement, column) for column in rest]
    return _numbers([*given, *rest]), _select(values, (ir.SubqueryRef(rte=rte, query=tree),))


def _literals_assigned(statement: Statement, tree: ir.Query, columns: Sequence[TempColumn]) -> ir.Query:
    """Literals and parameters of no type yet take the type of their column."""
    if not isinstance(tree, ir.Select) or all(oid != t.UNKNOWN for _, oid, _ in tree.columns):
        return tree
    shown = [target for target in tree.targets if not target.junk]
    typed = [
        replace(target, expr=statement.coercer.cast(target.expr, column.row.type_oid, context=Context.ASSIGNMENT))
        if target.expr.type == t.UNKNOWN
        else target
        for target, column in zip(shown, columns)
    ]
    return replace(tree, targets=(*typed, *tree.targets[len(shown) :]), columns=outputs([one.expr for one in typed]))


def _conflicts(statement: Statement, clause: Any, table: TempTable) -> tuple[tuple[int, ...], ...]:
    """The keys of ON CONFLICT DO NOTHING."""
    if clause is None:
        return ()
    position = statement.offset_of(int(clause.get("location", 0)))
    if clause["action"] != "ONCONFLICT_NOTHING":
        raise FeatureNotSupported(
            "ON CONFLICT DO UPDATE is not supported by the double", position=position,
            hint="UPDATE the rows that are there, then INSERT the others with ON CONFLICT DO NOTHING.",
        )  # fmt: skip
    unique = [index for index in table.indexes if index.unique]
    infer = clause.get("infer", {}).get("InferClause", clause.get("infer", {}))
    if name := infer.get("conname"):
        unique = [index for index in unique if index.constraint and index.name == name]
        if not unique:
            raise UndefinedObject(f'constraint "{name}" for table "{table.name}" does not exist')
    elif elements := infer.get("indexElems"):
        unique = _inferred(statement, elements, unique, table)
    return tuple(index.columns for index in unique)


def _inferred(statement: Statement, elements: Sequence[Node], unique: list[Index], table: TempTable) -> list[Index]:
    asked = set()
    for node in elements:
        name = node["IndexElem"].get("name")
        if name is None:
            raise FeatureNotSupported("ON CONFLICT over an expression is not supported by the double")
        asked.add(_column(table, str(name), -1).row.attnum)
    found = [index for index in unique if set(index.columns) == asked]
    if not found:
        raise InvalidColumnReference(
            "there is no unique or exclusion constraint matching the ON CONFLICT specification"
        )
    return found


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
    item = replace(item, name=_alias(relation, table), schema_named="alias" not in relation)
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
    returning = _returning(statement, fields.get("returningList"), item, scope.items, table, extras)
    place = ir.ColumnRef(type=t.INT8, rte=item.rte, column=f"c{ROW}")
    own = ir.RelationRef(rte=item.rte, relation=table.oid)
    tree = _select([place, *values, *extras], (own, *sources), where)
    if joined.ctes:
        tree = replace(tree, ctes=joined.ctes)
    write = ir.Write(
        kind=kind, table=table.oid, columns=(ROW, *_numbers(table.columns)),
        extras=tuple(extra.type for extra in extras), repeated=bool(sources), returning=returning,
    )  # fmt: skip
    return tree, write


def _assignments(scope: Scope, nodes: Sequence[Node], table: TempTable) -> dict[int, ir.Expr]:
    found: dict[int, ir.Expr] = {}
    for node in nodes:
        target = node["ResTarget"]
        position = scope.statement.offset_of(int(target.get("location", 0)))
        value = _source(scope, target["val"])
        column = _column(table, str(target["name"]), position)
        _require_whole(target, position)
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
        found[column.row.attnum] = _cell(scope, value, column)
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


def _returning(
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
    tree = _select([one.expr for one in found], (ir.RelationRef(rte=rte, relation=table.oid + STAGED),))
    return replace(tree, names=tuple(one.name for one in found), targets=tuple(found))


def _ranges(item: Item) -> set[int]:
    """The range table entries whose columns an item offers; a join's are those of its sides."""
    found = {item.rte}
    for column in item.columns:
        if isinstance(column.expr, ir.ColumnRef):
            found.add(column.expr.rte)
    return found


# Both


def _select(exprs: Sequence[ir.Expr], sources: tuple[ir.FromItem, ...], where: ir.Expr | None = None) -> ir.Select:
    shown = tuple(ir.Target(name=f"c{place}", expr=expr) for place, expr in enumerate(exprs, 1))
    return ir.Select(
        columns=outputs(exprs), names=tuple(one.name for one in shown), targets=shown, sources=sources, where=where
    )


def _numbers(columns: Sequence[TempColumn]) -> tuple[int, ...]:
    return tuple(column.row.attnum for column in columns)


def _alias(relation: Any, table: TempTable) -> str:
    return str(relation["alias"]["aliasname"]) if "alias" in relation else table.name
