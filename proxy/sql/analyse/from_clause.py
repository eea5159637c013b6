"""FROM: tables, views, subqueries, CTEs, functions and joins → items for name lookup and their place in the tree.

Follows transformFromClauseItem in src/backend/parser/parse_clause.c and parse_relation.c. A view of the source is parsed and
analysed where it stands, with its own names. Refuses to know the other clauses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from policies.errors import PgError
from proxy.catalog.model import Catalog, RelationRow
from proxy.catalog.versions import Since
from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.errors import (
    FeatureNotSupported,
    InvalidColumnReference,
    SyntaxProblem,
    UndefinedTable,
    WrongObjectType,
)
from proxy.sql.analyse.expressions import boolean, expression
from proxy.sql.analyse.merging import merge, merged_names
from proxy.sql.analyse.rows import output_columns
from proxy.sql.analyse.scope import Item, ItemColumn, Scope, check_conflicts
from proxy.sql.parse import Node, kind_of, names_of, parse_statement, text_of

Columns = tuple[tuple[str, int, int], ...]
Found = tuple[ir.FromItem, Item, list[Item]]

_KIND_NAMES = {"i": "indexes", "I": "partitioned indexes", "c": "composite types", "t": "TOAST tables"}


def from_clause(scope: Scope, nodes: Sequence[Node]) -> tuple[ir.FromItem, ...]:
    """All items of FROM, left to right; earlier ones are visible to LATERAL ones."""
    trees = []
    for node in nodes:
        tree, _, items = _item(scope, node)
        check_conflicts(scope.lateral_items, items)
        scope.lateral_items += items
        trees.append(tree)
    scope.add(scope.lateral_items)
    scope.lateral_items = []
    return tuple(trees)


def _item(scope: Scope, node: Node) -> Found:
    kind, fields = kind_of(node)
    transform = _ITEMS.get(kind)
    if transform is None:
        raise FeatureNotSupported(f"{kind} in FROM is not supported")
    found = transform(scope, fields)
    if kind != "JoinExpr":
        scope.made.append(found[1])
    return found


def _new_rte(scope: Scope) -> int:
    rte = scope.statement.new_rte()
    scope.own_rtes.add(rte)
    return rte


# Tables, views and CTEs


def _range_var(scope: Scope, fields: Any) -> Found:
    name, schema = str(fields["relname"]), str(fields.get("schemaname", ""))
    position = scope.statement.offset_of(int(fields.get("location", 0)))
    if "catalogname" in fields and fields["catalogname"] != scope.statement.catalog.database:
        written = f"{fields['catalogname']}.{schema}.{name}"
        raise FeatureNotSupported(f'cross-database references are not implemented: "{written}"', position=position)
    if not schema and (cte := scope.cte(name)) is not None:
        rte = _new_rte(scope)
        columns = tuple((output, oid, typmod) for output, (_, oid, typmod) in zip(cte.outputs, cte.columns))
        shown = _derived(rte, columns, [column[0] for column in cte.columns])
        item = _aliased(Item(name, rte, shown), fields.get("alias"))
        scope.grows = scope.grows or cte.growing
        if cte.query is not None:
            scope.statement.queries[rte] = cte.query
        return ir.CteRef(rte=rte, cte=cte.unique, columns=columns), item, [item]
    relation = find_relation(scope, schema, name, position)
    scope.statement.check_relation(relation)
    relation = scope.statement.catalog.whole.relations[
        relation.oid
    ]  # with hidden columns, so that naming them is refused
    scope.statement.touch(relation.oid)
    rte = _new_rte(scope)
    if not relation.stored and relation.oid in scope.statement.whole:
        _view(scope, rte, relation, None, position)  # for what it touches
    if relation.stored or relation.oid in scope.statement.whole:
        item = stored_item(rte, relation)
        item = _aliased(item, fields.get("alias"))
        whole = scope.statement.catalog.whole
        has_more = relation.oid in whole.heirs or relation.kind == "p"
        only = has_more and not fields.get("inh")
        return (
            ir.RelationRef(rte=rte, relation=relation.oid, only=only, branched=has_more and not only),
            item,
            [item],
        )
    return _view(scope, rte, relation, fields.get("alias"), position)


def _require_readable(catalog: Catalog, relation: RelationRow, position: int) -> None:
    """table_open's own check."""
    if relation.kind in _KIND_NAMES:
        message, detail = not_opened(catalog, relation.kind, relation.name)
        raise WrongObjectType(message, position=position, detail=detail)


def not_opened(catalog: Catalog, kind: str, name: str) -> tuple[str, str]:
    """What table_open says of a relation of a kind without rows of its own: message and detail."""
    if catalog.has(Since.KIND_IN_DETAIL):
        return f'cannot open relation "{name}"', f"This operation is not supported for {_KIND_NAMES[kind]}."
    return f'"{name}" is {"a composite type" if kind == "c" else "an index"}', ""


def find_relation(scope: Scope, schema: str, name: str, position: int) -> RelationRow:
    """The relation of that name in the schema or along the search path. Raises UndefinedTable."""
    catalog = scope.statement.catalog
    if schema:
        if schema not in catalog.namespace_by_name:
            raise UndefinedTable(f'relation "{schema}.{name}" does not exist', position=position)
        path: tuple[int, ...] = (catalog.namespace_by_name[schema],)
    else:
        path = scope.statement.types.path
    for namespace in path:
        relation = catalog.relation_by_name.get((namespace, name))
        if relation is not None:
            _require_readable(catalog, relation, position)
            return relation
    for namespace in path:
        if (denied := catalog.denied.get((namespace, name))) is not None:
            return denied  # check_relation refuses it, unless a view that the role may read names it
    shown = f"{schema}.{name}" if schema else name
    later = not schema and any(name in around.later for around in scope.chain())
    raise UndefinedTable(
        f'relation "{shown}" does not exist', position=position,
        detail=f'There is a WITH item named "{name}", but it cannot be referenced from this part of the query.' if later else "",
        hint="Use WITH RECURSIVE, or re-order the WITH items to remove forward references." if later else "",
    )  # fmt: skip


def stored_item(rte: int, relation: RelationRow) -> Item:
    """A stored relation as it stands in FROM."""
    columns = tuple(
        ItemColumn(
            column.name,
            ir.ColumnRef(
                type=column.type_oid, typmod=column.typmod, rte=rte, column=f"c{column.attnum}", relation=relation.oid,
                attnum=column.attnum,
            ),
        )
        for column in relation.columns
    )  # fmt: skip
    return Item(relation.name, rte, columns, relation, schema_named=True)


def _view(scope: Scope, rte: int, relation: RelationRow, alias: Any, position: int) -> Found:
    from proxy.sql.analyse.queries import query

    statement = scope.statement
    if not relation.view_sql:
        raise FeatureNotSupported(f'relation "{relation.name}" cannot be read on the double', position=position)
    _, fields = parse_statement(relation.view_sql.rstrip().removesuffix(";"))
    inner = Scope(statement)
    types, path, catalog, check = statement.types, statement.types.path, statement.catalog, statement.check_relation
    types.path, types.catalog = (catalog.namespace_by_name["pg_catalog"],), catalog.whole
    statement.view_depth += 1
    statement.views.append(relation.oid)
    statement.check_relation = _everything
    try:
        tree = query(inner, fields)
    except PgError as error:
        # What a view's text says is not the client's, and may be about what a role must not know.
        told = "" if catalog.full else error.message
        raise FeatureNotSupported(
            f'view "{relation.name}" cannot be read on the double', position=position, detail=told
        ) from error
    finally:
        statement.view_depth -= 1
        statement.views.pop()
        types.path, types.catalog, statement.check_relation = path, catalog, check
    columns = tuple(
        ItemColumn(
            column.name,
            ir.ColumnRef(type=oid, typmod=typmod, rte=rte, column=output, relation=relation.oid, attnum=column.attnum),
        )
        for column, (output, oid, typmod) in zip(relation.columns, tree.columns)
    )
    item = _aliased(Item(relation.name, rte, columns, relation, schema_named=True), alias)
    return ir.SubqueryRef(rte=rte, query=tree, view=relation.oid), item, [item]


def _everything(relation: RelationRow) -> None:
    """Inside a view its relations are named by the source, not by the client; the access lists them all the same."""


def _derived(rte: int, columns: Columns, names: Sequence[str]) -> tuple[ItemColumn, ...]:
    return tuple(
        ItemColumn(name, ir.ColumnRef(type=oid, typmod=typmod, rte=rte, column=output))
        for name, (output, oid, typmod) in zip(names, columns)
    )


def _aliased(item: Item, alias: Any) -> Item:
    """The item under its alias, its first columns renamed."""
    if alias is None:
        return item
    name = str(alias["aliasname"])
    renamed = names_of(alias.get("colnames", []))
    if len(renamed) > len(item.columns):
        raise InvalidColumnReference(
            f'table "{name}" has {len(item.columns)} columns available but {len(renamed)} columns specified'
        )
    columns = tuple(
        ItemColumn(renamed[index], column.expr) if index < len(renamed) else column
        for index, column in enumerate(item.columns)
    )
    return replace(item, name=name, columns=columns, schema_named=False)


# Subqueries and functions


def _range_subselect(scope: Scope, fields: Any) -> Found:
    from proxy.sql.analyse.queries import query

    lateral = bool(fields.get("lateral"))
    before, scope.lateral_active = scope.lateral_active, lateral
    try:
        parent = scope if lateral else _without_items(scope)
        tree = query(Scope(scope.statement, parent=parent), fields["subquery"]["SelectStmt"])
    finally:
        scope.lateral_active = before
    rte = _new_rte(scope)
    scope.statement.queries[rte] = tree
    shown = tree.names
    item = Item("", rte, _derived(rte, tree.columns, shown), name_visible=False)
    if "alias" in fields:
        item = replace(_aliased(item, fields["alias"]), name_visible=True)
    return ir.SubqueryRef(rte=rte, query=tree, lateral=lateral), item, [item]


def _without_items(scope: Scope) -> Scope:
    """What a subquery that is not LATERAL sees around it: the outer queries and the CTEs, not its neighbours."""
    beside = [item for item in scope.lateral_items if item.name_visible]
    return Scope(scope.statement, parent=scope.parent, ctes=scope.ctes, made=scope.made, beside=beside)


def _range_function(scope: Scope, fields: Any) -> Found:
    nodes = _functions(fields)
    before, scope.lateral_active = scope.lateral_active, True
    kind, scope.kind = scope.kind, "functions in FROM"
    try:
        calls = [scope.statement.coercer.known(expression(scope, node)) for node in nodes]
    finally:
        scope.lateral_active, scope.kind = before, kind
    rte = _new_rte(scope)
    names, columns = _all_columns(scope, calls, nodes, fields)
    ordinality = bool(fields.get("ordinality"))
    all_columns = columns + (((f"c{len(columns) + 1}", t.INT8, -1),) if ordinality else ())
    shown = [*names, "ordinality"] if ordinality else names
    function_name = names_of(nodes[0]["FuncCall"]["funcname"])[-1] if "FuncCall" in nodes[0] else shown[0]
    call, *beside = calls
    is_named_row = not beside and not ordinality and scope.statement.catalog.base_type(call.type).kind == "c"
    item = Item(function_name, rte, _derived(rte, all_columns, shown), row_type=call.type if is_named_row else 0)
    item = _aliased(item, fields.get("alias"))
    return (
        ir.FunctionRef(
            rte=rte, call=call, columns=columns, ordinality=ordinality, names=tuple(names), beside=tuple(beside)
        ),
        item,
        [item],
    )


def _functions(fields: Any) -> list[Node]:
    """The functions of ROWS FROM; unnest of several arrays is one of each."""
    lists = [function["List"]["items"] for function in fields["functions"]]
    if len(lists) > 1 and any(len(items) > 1 and items[1] for items in lists):
        raise FeatureNotSupported("column definitions inside ROWS FROM are not supported")
    found: list[Node] = []
    for node, *_ in lists:
        call = node.get("FuncCall")
        several = call is not None and text_of(call["funcname"][-1]) == "unnest" and len(call.get("args", ())) > 1
        found += [{"FuncCall": {**call, "args": [arg]}} for arg in call["args"]] if several else [node]
    return found


def _all_columns(
    scope: Scope, calls: Sequence[ir.Expr], nodes: Sequence[Node], fields: Any
) -> tuple[list[str], Columns]:
    """The columns of every function, one after the other."""
    if len(calls) == 1:
        return _function_columns(scope, calls[0], nodes[0], fields)
    names: list[str] = []
    columns: list[tuple[str, int, int]] = []
    for call, node in zip(calls, nodes):
        more, found = _function_columns(scope, call, node, {})
        names += more
        columns += [(f"c{at}", oid, typmod) for at, (_, oid, typmod) in enumerate(found, len(columns) + 1)]
    return names, tuple(columns)


def _function_columns(scope: Scope, call: ir.Expr, node: Node, fields: Any) -> tuple[list[str], Columns]:
    statement = scope.statement
    definitions = fields.get("coldeflist")
    if definitions:
        if call.type != t.RECORD or (isinstance(call, ir.Call) and output_columns(statement, call)):
            raise SyntaxProblem(
                'a column definition list is only allowed for functions returning "record"',
                position=statement.offset_of(int(definitions[0]["ColumnDef"]["location"])),
            )
        found = []
        for definition in definitions:
            column = definition["ColumnDef"]
            position = statement.offset_of(int(column["typeName"].get("location", 0)))
            found.append((str(column["colname"]), *statement.types.resolve(column["typeName"], position)))
        return [name for name, _, _ in found], tuple(
            (f"c{n}", oid, typmod) for n, (_, oid, typmod) in enumerate(found, 1)
        )
    outputs = output_columns(statement, call) if isinstance(call, ir.Call) else []
    if len(outputs) > 1 and isinstance(call, ir.Call):
        return [name for name, _ in outputs], tuple((f"c{n}", oid, -1) for n, (_, oid) in enumerate(outputs, 1))
    row = statement.catalog.base_type(call.type)
    if row.kind == "c" and row.relation in statement.catalog.relations:
        relation = statement.catalog.relations[row.relation]
        columns = tuple((f"c{n}", one.type_oid, one.typmod) for n, one in enumerate(relation.columns, 1))
        return [one.name for one in relation.columns], columns
    if call.type == t.RECORD:
        raise SyntaxProblem(
            'a column definition list is required for functions returning "record"', position=call.position
        )
    alias = fields.get("alias")
    name = outputs[0][0] if outputs else str(alias["aliasname"]) if alias else ""
    if not name:
        name = names_of(node["FuncCall"]["funcname"])[-1] if "FuncCall" in node else "?column?"
    return [name], (("c1", call.type, call.typmod),)


# Joins


def _join(scope: Scope, fields: Any) -> Found:
    left_tree, left, left_items = _item(scope, fields["larg"])
    before = list(scope.lateral_items)
    scope.lateral_items += left_items
    try:
        right_tree, right, right_items = _item(scope, fields["rarg"])
    finally:
        scope.lateral_items = before
    check_conflicts(left_items, right_items)
    kind = {"JOIN_LEFT": "left", "JOIN_RIGHT": "right", "JOIN_FULL": "full"}.get(fields["jointype"], "inner")
    scope.statement.full_joins = scope.statement.full_joins or kind == "full"
    using = merged_names(fields, left, right)
    on: ir.Expr | None = None
    merged: list[ItemColumn] = []
    if using is not None:
        on, merged = merge(scope, kind, left, right, using)
        kind = kind if using or kind != "inner" else "cross"
    elif "quals" in fields:
        inner = Scope(scope.statement, parent=scope.parent, ctes=scope.ctes, kind="JOIN conditions")
        inner.items = [*left_items, *right_items]
        inner.lateral_items, inner.lateral_active = scope.lateral_items, True
        inner.own_rtes, inner.made = scope.own_rtes, scope.made
        on = boolean(inner, fields["quals"], "JOIN/ON")
    else:
        kind = "cross"
    names = set(using or ())
    columns = (
        *merged,
        *(column for column in left.columns if column.name not in names),
        *(column for column in right.columns if column.name not in names),
    )
    tree = ir.JoinRef(kind=kind, left=left_tree, right=right_tree, on=on)
    rte = _new_rte(scope)
    if "alias" in fields:
        item = _aliased(Item("", rte, columns), fields["alias"])
        return tree, item, [item]
    item = Item("", rte, columns, name_visible=False)
    below = [replace(one, columns_visible=False) for one in (*left_items, *right_items)]
    return tree, item, [item, *below]


_ITEMS: dict[str, Callable[[Scope, Any], Found]] = {
    "RangeVar": _range_var, "RangeSubselect": _range_subselect, "RangeFunction": _range_function, "JoinExpr": _join,
}  # fmt: skip
