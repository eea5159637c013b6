"""SELECT, VALUES, set operations and WITH → a typed query (transformStmt in src/backend/parser/analyze.c).

Orders the clauses as Postgres does, so that the same error comes first. Refuses to know how expressions are typed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from proxy.sql import ir
from proxy.sql.analyse.calls import sort_key, sortable
from proxy.sql.analyse.clauses import check_locks, distinct_clause, group_item, limits, named_target, sorted_by
from proxy.sql.analyse.errors import (
    DatatypeMismatch,
    DuplicateAlias,
    FeatureNotSupported,
    InvalidColumnReference,
    InvalidRecursion,
    SyntaxProblem,
    TooManyColumns,
)
from proxy.sql.analyse.expressions import boolean, expression, row_elements, starred
from proxy.sql.analyse.from_clause import from_clause
from proxy.sql.analyse.grouping import check_grouping, group_clause
from proxy.sql.analyse.names import column_name
from proxy.sql.analyse.places import first_place, output_places
from proxy.sql.analyse.rows import expanded
from proxy.sql.analyse.scope import CteInfo, Scope
from proxy.sql.analyse.windows import named_windows
from proxy.sql.parse import Node, kind_of, names_of
from proxy.sql.walking import walk

Fields = Any
TARGETS_MAX = 1_664  # MaxTupleAttributeNumber


def subquery(scope: Scope, node: Node) -> ir.Query:
    """A query inside an expression; it sees the scope around it."""
    return query(scope.child(), node["SelectStmt"])


def query(scope: Scope, fields: Fields, resolve: bool = True) -> ir.Query:
    """Any query in a scope of its own. resolve: unknown output columns become text."""
    if fields.get("intoClause"):
        raise ReadOnly("cannot execute SELECT INTO in a read-only transaction")
    ctes = with_clause(scope, fields["withClause"]) if "withClause" in fields else ()
    if fields.get("op", "SETOP_NONE") != "SETOP_NONE":
        found = _set_operation(scope, fields)
    elif "valuesLists" in fields:
        found = _values(scope, fields)
    else:
        found = _select(scope, fields, resolve)
    return replace(found, ctes=(*ctes, *found.ctes)) if ctes else found


class ReadOnly(FeatureNotSupported):
    """A statement that would write."""

    sqlstate = "25006"


def outputs(exprs: Sequence[ir.Expr]) -> tuple[tuple[str, int, int], ...]:
    """The columns of a query that shows these."""
    return tuple((f"c{number}", expr.type, expr.typmod) for number, expr in enumerate(exprs, 1))


# WITH


def with_clause(scope: Scope, fields: Fields) -> tuple[ir.Cte, ...]:
    """The CTEs of WITH, which are in scope from then on."""
    found = []
    names = [str(node["CommonTableExpr"]["ctename"]) for node in fields["ctes"]]
    for number, node in enumerate(fields["ctes"]):
        cte, name = node["CommonTableExpr"], names[number]
        scope.later = frozenset() if fields.get("recursive") else frozenset(names[number:])
        if name in scope.ctes:
            position = scope.statement.offset_of(int(cte.get("location", 0)))
            raise DuplicateAlias(f'WITH query name "{name}" specified more than once', position=position)
        if "SelectStmt" not in cte["ctequery"]:
            raise ReadOnly(
                f"cannot execute {kind_of(cte['ctequery'])[0].removesuffix('Stmt').upper()} in a read-only transaction"
            )
        recursive = bool(fields.get("recursive")) and _mentions(cte["ctequery"], name)
        unique = f"cte{scope.statement.next_cte}"
        scope.statement.next_cte += 1
        tree = (
            _recursive(scope, cte, name, unique) if recursive else query(scope.child(), cte["ctequery"]["SelectStmt"])
        )
        scope.ctes[name] = _cte_info(scope, unique, cte, tree)
        materialized = {"CTEMaterializeAlways": True, "CTEMaterializeNever": False}.get(cte.get("ctematerialized", ""))
        found.append(
            ir.Cte(
                name=unique,
                query=tree,
                columns=tree.columns,
                recursive=recursive,
                materialized=materialized,
                written=str(cte["ctename"]),
            )  # fmt: skip
        )
    scope.later = frozenset()
    return tuple(found)


def _cte_info(scope: Scope, unique: str, cte: Fields, tree: ir.Query) -> CteInfo:
    names = list(tree.names)
    renamed = names_of(cte.get("aliascolnames", []))
    if len(renamed) > len(names):
        raise InvalidColumnReference(
            f'WITH query "{cte["ctename"]}" has {len(names)} columns available but {len(renamed)} columns specified',
            position=scope.statement.offset_of(int(cte.get("location", 0))),
        )
    names = [*renamed, *names[len(renamed) :]]
    columns = tuple((name, oid, typmod) for name, (_, oid, typmod) in zip(names, tree.columns))
    return CteInfo(unique, columns, tuple(output for output, _, _ in tree.columns), query=tree)


def _recursive(scope: Scope, cte: Fields, name: str, unique: str) -> ir.Query:
    """The first branch alone gives the columns; then the whole is analysed with the CTE in scope."""
    fields = cte["ctequery"]["SelectStmt"]
    if fields.get("op") != "SETOP_UNION" or _mentions({"SelectStmt": fields["larg"]}, name):
        raise InvalidRecursion(
            f'recursive query "{name}" does not have the form non-recursive-term UNION [ALL] recursive-term',
            position=scope.statement.offset_of(int(cte.get("location", 0))),
        )
    inner = scope.child()
    first = query(inner.child(), fields["larg"])
    inner.ctes[name] = replace(_cte_info(scope, unique, cte, first), growing=True)
    tree = query(inner, fields)
    for number, ((_, declared, _), (_, overall, _)) in enumerate(zip(first.columns, tree.columns), 1):
        if declared != overall:
            types = scope.statement.types
            raise DatatypeMismatch(
                f'recursive query "{name}" column {number} has type {types.name(declared)} in non-recursive term but type '
                f"{types.name(overall)} overall",
                hint="Cast the output of the non-recursive term to the correct type.",
                position=output_places(first)[number - 1],
            )
    return tree


def _mentions(node: Any, name: str) -> bool:
    """Whether a raw tree refers to a table of that bare name."""
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, dict):
            if (
                "RangeVar" in current
                and current["RangeVar"].get("relname") == name
                and "schemaname" not in current["RangeVar"]
            ):
                return True
            pending += current.values()
        elif isinstance(current, list):
            pending += current
    return False


# SELECT


def _select(scope: Scope, fields: Fields, resolve: bool) -> ir.Select:
    coercer = scope.statement.coercer
    scope.windows = named_windows(scope, fields.get("windowClause", ()))
    scope.kind = "FROM"
    sources = from_clause(scope, fields.get("fromClause", ()))
    scope.kind = "SELECT"
    targets = target_list(scope, fields.get("targetList", ()))
    scope.kind = "WHERE"
    where = boolean(scope, fields["whereClause"], "WHERE") if "whereClause" in fields else None
    scope.kind = "HAVING"
    having = boolean(scope, fields["havingClause"], "HAVING") if "havingClause" in fields else None
    scope.kind = "ORDER BY"
    visible = list(targets)
    order = tuple(sorted_by(scope, node["SortBy"], targets, visible) for node in fields.get("sortClause", ()))
    scope.kind = "GROUP BY"
    group = group_clause(fields.get("groupClause", ()), lambda node: group_item(scope, node, visible))
    if resolve:
        targets = [replace(target, expr=coercer.known(target.expr)) for target in targets]
        order = tuple(replace(key, expr=coercer.known(key.expr)) for key in order)
    distinct = distinct_clause(scope, fields, targets, visible, order)
    shown = [target.expr for target in targets]
    if group is not None or scope.has_aggregates or having is not None:
        if scope.grows and scope.has_aggregates:
            raise InvalidRecursion(
                "aggregate functions are not allowed in a recursive query's recursive term", position=_aggregate(shown)
            )
        group = check_grouping(scope, group, [*shown, *([having] if having else []), *(key.expr for key in order)])
    check_locks(scope, fields.get("lockingClause", ()))
    found = ir.Select(
        columns=outputs([target.expr for target in targets if not target.junk]),
        names=tuple(target.name for target in targets if not target.junk), targets=tuple(targets), sources=sources,
        where=where, group=group, having=having, distinct=distinct, order=order, **limits(scope, fields),
    )  # fmt: skip
    return found


def _aggregate(exprs: Sequence[ir.Expr]) -> int:
    found = (part.position for expr in exprs for part in walk(expr, (ir.Query,)) if isinstance(part, ir.Aggregate))
    return min(found, default=-1)


def target_list(scope: Scope, nodes: Sequence[Node]) -> list[ir.Target]:
    """The columns of a SELECT list or of RETURNING."""
    found: list[ir.Target] = []
    for node in nodes:
        target = node["ResTarget"]
        value = target["val"]
        star = _star(scope, value)
        if star is not None:
            found += [ir.Target(name=name, expr=expr) for name, expr in star]
        else:
            name = str(target["name"]) if "name" in target else column_name(value)
            found.append(ir.Target(name=name, expr=expression(scope, value)))
    if len(found) > TARGETS_MAX:
        raise TooManyColumns(f"target lists can have at most {TARGETS_MAX} entries")
    return found


def _star(scope: Scope, node: Node) -> list[tuple[str, ir.Expr]] | None:
    """The columns of `*` and `t.*`; None for any other target."""
    kind, fields = kind_of(node)
    if kind == "A_Indirection" and "A_Star" in fields["indirection"][-1]:
        return expanded(scope.statement, starred(scope, fields))
    if kind != "ColumnRef" or "A_Star" not in fields["fields"][-1]:
        return None
    position = scope.statement.offset_of(int(fields.get("location", 0)))
    names = names_of(fields["fields"][:-1])
    if not names:
        items = [item for item in scope.items if item.columns_visible]
        if not items:
            raise SyntaxProblem("SELECT * with no tables specified is not valid", position=position)
    else:
        item = scope.item(names[-1], names[-2] if len(names) > 1 else "", position)
        if item is None:
            raise scope.missing_table(names[-1], position)
        items = [item]
    return [(column.name, scope.use(column.expr, position)) for item in items for column in item.columns]


# VALUES and set operations


def _values(scope: Scope, fields: Fields) -> ir.Query:
    scope.kind = "VALUES"
    rows = [row_elements(scope, {"RowExpr": {"args": node["List"]["items"]}}) for node in fields["valuesLists"]]
    width = len(rows[0])
    for row in rows:
        if len(row) != width:
            raise SyntaxProblem("VALUES lists must all be the same length", position=first_place(row))
    coercer = scope.statement.coercer
    typed = [coercer.to_common([row[place] for row in rows], "VALUES")[1] for place in range(width)]
    columns = tuple(
        (f"c{place + 1}", column[0].type, column[0].typmod if len({one.typmod for one in column}) == 1 else -1)
        for place, column in enumerate(typed)
    )
    names = tuple(f"column{number}" for number in range(1, width + 1))
    found = ir.Values(columns=columns, names=names, rows=tuple(zip(*typed)), **limits(scope, fields))
    return _ordered(scope, found, fields)


def _ordered(scope: Scope, tree: ir.Query, fields: Fields) -> ir.Query:
    """ORDER BY over a query that has no FROM of its own: by name or ordinal only."""
    outputs = [
        ir.Target(name=name, expr=ir.ColumnRef(type=oid, typmod=typmod, rte=-1, column=output))
        for name, (output, oid, typmod) in zip(tree.names, tree.columns)
    ]
    keys = []
    for node in fields.get("sortClause", ()):
        expr = named_target(scope, node["SortBy"]["node"], outputs, "ORDER BY", prefer_column=False)
        if expr is None:
            raise FeatureNotSupported(
                "invalid UNION/INTERSECT/EXCEPT ORDER BY clause",
                detail="Only result column names can be used, not expressions or functions.",
                hint="Add the expression/function to every SELECT, or move the UNION into a FROM clause.",
            )
        keys.append(sort_key(scope.statement.types, expr, node["SortBy"]))
    return replace(tree, order=tuple(keys))


def _set_operation(scope: Scope, fields: Fields) -> ir.Query:
    left = query(scope.child(), fields["larg"], resolve=False)
    right = query(scope.child(), fields["rarg"], resolve=False)
    op = str(fields["op"]).removeprefix("SETOP_")
    if len(left.columns) != len(right.columns):
        raise SyntaxProblem(f"each {op} query must have the same number of columns", position=output_places(right)[0])
    coercer = scope.statement.coercer
    common = []
    places = zip(output_places(left), output_places(right))
    for (_, first, first_mod), (_, second, second_mod), (there, here) in zip(left.columns, right.columns, places):
        sides = [ir.Const(type=first, value="", position=there), ir.Const(type=second, value="", position=here)]
        oid = coercer.common_type(sides, op)
        if not fields.get("all") or op != "UNION":
            sortable(scope.statement.types, ir.Const(type=oid, value="", position=there), "equality")
        common.append((oid, first_mod if (first, first_mod) == (second, second_mod) else -1))
    targets = [oid for oid, _ in common]
    left, right = with_types(scope, left, targets), with_types(scope, right, targets)
    columns = tuple((f"c{number}", oid, typmod) for number, (oid, typmod) in enumerate(common, 1))
    found = ir.SetOperation(
        columns=columns, names=left.names, op=op.lower(), all=bool(fields.get("all")), left=left, right=right,
        **limits(scope, fields),
    )  # fmt: skip
    return _ordered(scope, found, fields)


def with_types(scope: Scope, tree: ir.Query, targets: Sequence[int]) -> ir.Query:
    """The query with its output columns cast to the types given."""
    if [oid for _, oid, _ in tree.columns] == list(targets):
        return tree
    statement = scope.statement
    if isinstance(tree, ir.Select) and tree.distinct is None:
        kept = [target for target in tree.targets if not target.junk]
        cast = [replace(target, expr=statement.coercer.cast(target.expr, oid)) for target, oid in zip(kept, targets)]
        return replace(
            tree, targets=(*cast, *tree.targets[len(kept) :]), columns=outputs([target.expr for target in cast])
        )
    rte = statement.new_rte()
    refs = [ir.ColumnRef(type=oid, typmod=mod, rte=rte, column=output) for output, oid, mod in tree.columns]
    exprs = [statement.coercer.cast(ref, oid) for ref, oid in zip(refs, targets)]
    shown = tuple(ir.Target(name=name, expr=expr) for name, expr in zip(tree.names, exprs))
    return ir.Select(
        columns=outputs(exprs), names=tree.names, targets=shown, sources=(ir.SubqueryRef(rte=rte, query=tree),)
    )
