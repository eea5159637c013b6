"""INSERT into a temporary table → the query whose rows it writes.

Values and queries are assigned to columns by Postgres' rules; a column that is not named gets its default. Facts:
src/backend/parser/analyze.c (transformInsertStmt) and parse_target.c for checks, their order and their words. Refuses to know rows and
DuckDB.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.coerce import Context
from proxy.sql.analyse.errors import (
    DuplicateColumn,
    FeatureNotSupported,
    GeneratedAlways,
    InvalidColumnReference,
    SyntaxProblem,
    UndefinedObject,
)
from proxy.sql.analyse.expressions import expression
from proxy.sql.analyse.from_clause import stored_item
from proxy.sql.analyse.queries import outputs, query, with_clause
from proxy.sql.analyse.scope import Scope, Statement
from proxy.sql.analyse.writes import (
    Found,
    alias_of,
    assigned_value,
    cell,
    default_value,
    leftmost,
    named_column,
    numbers,
    require_whole,
    returning_query,
    select_of,
)
from proxy.sql.parse import Node
from proxy.sql.temporary import Index, TempColumn, TempTable


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
    item = replace(item, name=alias_of(fields["relation"], table))
    returning = returning_query(statement, fields.get("returningList"), item, [item], table, [])
    if ctes:
        tree = replace(tree, ctes=(*ctes, *tree.ctes))
    return tree, ir.Write(kind="insert", table=table.oid, columns=columns, returning=returning, conflicts=conflicts)


def _named_columns(statement: Statement, nodes: Sequence[Node], table: TempTable) -> list[tuple[TempColumn, int]]:
    """(column, its position in the statement); all columns where none is named, at -1."""
    if not nodes:
        return [(column, -1) for column in table.columns]
    found: list[tuple[TempColumn, int]] = []
    for node in nodes:
        target = node["ResTarget"]
        position = statement.offset_of(int(target.get("location", 0)))
        column = named_column(table, str(target["name"]), position)
        require_whole(target, position)
        if any(column is known for known, _ in found):
            raise DuplicateColumn(f'column "{target["name"]}" specified more than once', position=position)
        found.append((column, position))
    return found


def _require_width(width: int, named: Sequence[tuple[TempColumn, int]], fields: Any, extra: Callable[[], int]) -> None:
    """As many expressions as columns; fewer where no column is named. extra: the position of the first that is too many."""
    if width > len(named):
        raise SyntaxProblem("INSERT has more expressions than target columns", position=extra())
    if fields.get("cols") and width < len(named):
        raise SyntaxProblem("INSERT has more target columns than expressions", position=named[width][1])


def _defaults_alone(scope: Scope, table: TempTable) -> tuple[tuple[int, ...], ir.Query]:
    filled = [column for column in table.columns if not column.counter]
    exprs = [default_value(scope.statement, column) for column in filled] or [ir.Const(type=t.INT4, value="0")]
    return numbers(filled), ir.Values(columns=outputs(exprs), names=(), rows=(tuple(exprs),))


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
        cells = [cell(scope, node, column) for place, (node, column) in enumerate(zip(row, given)) if place not in own]
        found.append((*cells, *(default_value(scope.statement, column) for column in rest)))
    columns = tuple((f"c{place}", column.row.type_oid, column.row.typmod) for place, column in enumerate(filled, 1))
    return numbers(filled), ir.Values(columns=columns, names=(), rows=tuple(found))


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
    places = [leftmost(target.expr) for target in shown] or [-1] * len(given)
    refs = [
        ir.ColumnRef(type=oid, typmod=typmod, rte=rte, column=output, position=place)
        for (output, oid, typmod), place in zip(tree.columns, places)
    ]
    values = [assigned_value(statement, ref, column) for ref, column in zip(refs, given)]
    rest = [column for column in table.columns if column not in given and not column.counter]
    values += [default_value(statement, column) for column in rest]
    return numbers([*given, *rest]), select_of(values, (ir.SubqueryRef(rte=rte, query=tree),))


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
        asked.add(named_column(table, str(name), -1).row.attnum)
    found = [index for index in unique if set(index.columns) == asked]
    if not found:
        raise InvalidColumnReference(
            "there is no unique or exclusion constraint matching the ON CONFLICT specification"
        )
    return found
