"""What ORDER BY, GROUP BY, DISTINCT, LIMIT and FOR UPDATE may say of a query's columns (src/backend/parser/parse_clause.c).

A name, an ordinal or an expression is found among the output columns or made; what must not stand there is refused. Refuses to know
how a query is put together, and what expressions mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.calls import sort_key, sortable
from proxy.sql.analyse.errors import (
    AmbiguousColumn,
    GroupingError,
    InvalidColumnReference,
    SyntaxProblem,
    UndefinedTable,
)
from proxy.sql.analyse.expressions import expression
from proxy.sql.analyse.places import place
from proxy.sql.analyse.scope import Scope, refuse_columns
from proxy.sql.parse import Node, kind_of, text_of
from proxy.sql.walking import walk

Fields = Any


def sorted_by(scope: Scope, fields: Fields, targets: list[ir.Target], visible: list[ir.Target]) -> ir.SortKey:
    """One item of ORDER BY; what is not among the targets joins them as junk."""
    expr = named_target(scope, fields["node"], visible, "ORDER BY", prefer_column=False)
    if expr is None:
        expr = scope.statement.coercer.known(expression(scope, fields["node"]))
        if all(target.expr != expr for target in targets):
            targets.append(ir.Target(name="", expr=expr, junk=True))
    return sort_key(scope.statement.types, scope.statement.coercer.known(expr), fields)


def group_item(scope: Scope, node: Node, visible: list[ir.Target]) -> ir.Expr:
    """One expression of GROUP BY."""
    expr = named_target(scope, node, visible, "GROUP BY", prefer_column=True)
    if expr is not None:
        for part in walk(expr, (ir.Query,)):
            if isinstance(part, ir.Aggregate):
                raise GroupingError("aggregate functions are not allowed in GROUP BY", position=part.position)
    known = scope.statement.coercer.known(expr if expr is not None else expression(scope, node))
    return sortable(scope.statement.types, known, "equality")


def named_target(
    scope: Scope, node: Node, visible: list[ir.Target], clause: str, prefer_column: bool
) -> ir.Expr | None:
    """findTargetlistEntrySQL92: an output column by name or ordinal; None for an expression."""
    kind, fields = kind_of(node)
    if kind == "ColumnRef" and len(fields["fields"]) == 1 and "String" in fields["fields"][0]:
        name = text_of(fields["fields"][0])
        position = scope.statement.offset_of(int(fields.get("location", 0)))
        if prefer_column and any(item.columns_visible and item.find(name) for item in scope.items):
            return None
        found = [target.expr for target in visible if target.name == name]
        if found and any(expr != found[0] for expr in found):
            raise AmbiguousColumn(f'{clause} "{name}" is ambiguous', position=position)
        return found[0] if found else None
    if kind == "A_Const":
        position = scope.statement.offset_of(int(fields.get("location", 0)))
        if "ival" not in fields:
            raise SyntaxProblem(f"non-integer constant in {clause}", position=position)
        number = int(fields["ival"].get("ival", 0))
        if not 1 <= number <= len(visible):
            raise InvalidColumnReference(f"{clause} position {number} is not in select list", position=position)
        return visible[number - 1].expr
    return None


def distinct_clause(
    scope: Scope, fields: Fields, targets: list[ir.Target], visible: list[ir.Target], order: tuple[ir.SortKey, ...]
) -> tuple[ir.Expr, ...] | None:
    """The expressions of DISTINCT ON, none of them for plain DISTINCT; None where neither is written."""
    nodes = fields.get("distinctClause")
    if nodes is None:
        return None
    if nodes == [{}]:
        if any(target.junk for target in targets):
            junk = next(target for target in targets if target.junk)
            raise InvalidColumnReference(
                "for SELECT DISTINCT, ORDER BY expressions must appear in select list", position=place(junk.expr)
            )
        for target in targets:
            sortable(scope.statement.types, target.expr, "equality")
        return ()
    scope.kind = "DISTINCT ON"
    found = []
    for node in nodes:
        expr = named_target(scope, node, visible, "DISTINCT ON", prefer_column=False)
        found.append(scope.statement.coercer.known(expr if expr is not None else expression(scope, node)))
    _check_order(scope, nodes, found, [key.expr for key in order])
    return tuple(found)


def _check_order(scope: Scope, nodes: Sequence[Node], distinct: Sequence[ir.Expr], order: Sequence[ir.Expr]) -> None:
    """ORDER BY begins with the expressions of DISTINCT ON, in any order; the first that comes too late is complained of."""
    skipped = False
    late: ir.Expr | None = None
    for expr in order:
        if expr not in distinct:
            skipped = True
        elif skipped:
            late = expr
            break
    if late is None and skipped:
        late = next((expr for expr in distinct if expr not in order), None)
    if late is not None:
        location = next(iter(nodes[distinct.index(late)].values())).get("location")
        raise InvalidColumnReference(
            "SELECT DISTINCT ON expressions must match initial ORDER BY expressions",
            position=place(late) if location is None else scope.statement.offset_of(int(location)),
        )


def limits(scope: Scope, fields: Fields) -> dict[str, Any]:
    """LIMIT, OFFSET and WITH TIES, as the fields of a query."""
    found: dict[str, Any] = {}
    for name, key, clause in (("limit", "limitCount", "LIMIT"), ("offset", "limitOffset", "OFFSET")):
        if key in fields:
            kind, scope.kind = scope.kind, clause
            expr = expression(scope, fields[key])
            own = {item.rte for item in scope.items} | scope.own_rtes
            refuse_columns(expr, own, clause)
            shown = scope.statement.types.name(expr.type)
            found[name] = scope.statement.coercer.assigned(
                expr, t.INT8, f"argument of {clause} must be type bigint, not type {shown}"
            )
            scope.kind = kind
    if fields.get("limitOption") == "LIMIT_OPTION_WITH_TIES":
        found["with_ties"] = True
    return found


def check_locks(scope: Scope, nodes: Sequence[Node]) -> None:
    """FOR UPDATE OF names what is in FROM; nothing is locked, for nothing is written."""
    for clause in (node["LockingClause"] for node in nodes):
        written = _LOCKS[clause["strength"]]
        for named in (node["RangeVar"] for node in clause.get("lockedRels", ())):
            if not any(item.name == named["relname"] and item.name_visible for item in scope.items):
                raise UndefinedTable(
                    f'relation "{named["relname"]}" in {written} clause not found in FROM clause',
                    position=scope.statement.offset_of(int(named.get("location", 0))),
                )


_LOCKS = {
    "LCS_FORUPDATE": "FOR UPDATE", "LCS_FORNOKEYUPDATE": "FOR NO KEY UPDATE", "LCS_FORSHARE": "FOR SHARE",
    "LCS_FORKEYSHARE": "FOR KEY SHARE",
}  # fmt: skip
