"""Typed queries → DuckDB SQL: FROM, grouping, ordering, set operations, WITH.

Refuses to know expressions. NULLS FIRST/LAST is always written; ORDER BY repeats the expression, since an output name could be a
column's. Facts: DuckDB's SELECT grammar.
"""

from __future__ import annotations

from collections.abc import Sequence

from policies.errors import PgError
from proxy.sql import ir
from proxy.sql.lower.emitter import Emitter, relation_shape, typmod_shape
from proxy.sql.lower.value import Sql, as_decimal, numeric_text

Shape = tuple[int, int] | None
RECORD = 2249


class NegativeLimit(PgError):
    """LIMIT below zero."""

    sqlstate = "2201W"


class NegativeOffset(PgError):
    """OFFSET below zero."""

    sqlstate = "2201X"


NegativeCount = {"2201W": NegativeLimit, "2201X": NegativeOffset}


def emit_query(emitter: Emitter, query: ir.Query) -> tuple[str, tuple[Shape, ...]]:
    """SQL of a query with output columns named as in query.columns, and how its numerics are held."""
    prefix = _with(emitter, query.ctes)
    if isinstance(query, ir.Select):
        text, shapes = _select(emitter, query)
    elif isinstance(query, ir.SetOperation):
        text, shapes = _set_operation(emitter, query)
    else:
        assert isinstance(query, ir.Values)
        text, shapes = _values(emitter, query)
    return prefix + text, shapes


def _with(emitter: Emitter, ctes: Sequence[ir.Cte]) -> str:
    if not ctes:
        return ""
    parts = []
    for cte in ctes:
        if cte.recursive:
            emitter.cte_shapes[cte.name] = tuple(None for _ in cte.columns)
        text, shapes = emit_query(emitter, cte.query)
        emitter.cte_shapes[cte.name] = shapes
        names = ", ".join(name for name, _, _ in cte.columns)
        hint = (
            ""
            if cte.materialized is None or cte.recursive
            else "MATERIALIZED "
            if cte.materialized
            else "NOT MATERIALIZED "
        )
        parts.append(f"{cte.name}({names}) AS {hint}({text})")
    recursive = "RECURSIVE " if any(cte.recursive for cte in ctes) else ""
    return f"WITH {recursive}{', '.join(parts)} "


def _select(emitter: Emitter, query: ir.Select) -> tuple[str, tuple[Shape, ...]]:
    outer, emitter.grouped = emitter.grouped, {}
    try:
        return _select_body(emitter, query)
    finally:
        emitter.grouped = outer


def _select_body(emitter: Emitter, query: ir.Select) -> tuple[str, tuple[Shape, ...]]:
    sources = ", ".join(_source(emitter, source) for source in query.sources)
    where = f" WHERE {emitter.text(query.where)}" if query.where is not None else ""
    group = _group(emitter, query)
    shown = [target for target in query.targets if not target.junk]
    values = [emitter.expr(target.expr) for target in shown]
    names = [name for name, _, _ in query.columns]
    targets = [f"{value.text} AS {name}" for value, name in zip(values, names)] or ["NULL AS c0"]
    having = f" HAVING {emitter.text(query.having)}" if query.having is not None else ""
    body = f"{' FROM ' + sources if sources else ''}{where}{group}{having}"
    shapes = tuple(value.decimal for value in values)
    if query.distinct == ():
        return _distinct(emitter, query, targets, body, shapes), shapes
    on = f"DISTINCT ON ({', '.join(emitter.sort_text(expr) for expr in query.distinct)}) " if query.distinct else ""
    keys = [_key(emitter, query, key) for key in query.order]
    if query.with_ties:
        return _with_ties(emitter, query, targets, body, keys), shapes
    order = f" ORDER BY {', '.join(keys)}" if keys else ""
    return f"SELECT {on}{', '.join(targets)}{body}{order}{_limit(emitter, query)}", shapes


def _key(emitter: Emitter, query: ir.Select, key: ir.SortKey) -> str:
    """An ORDER BY item; one that is a set-returning or volatile target is named by its ordinal."""
    place = next(
        (index for index, target in enumerate(query.targets) if target.expr == key.expr and not target.junk), None
    )
    if place is not None and any(_by_ordinal(node) for node in ir.walk(key.expr)):
        return str(place + 1) + _direction(key)
    if isinstance(key.expr, ir.Const):
        return "NULL" + _direction(key)
    return emitter.sort_text(key.expr) + _direction(key)


def _by_ordinal(node: object) -> bool:
    return isinstance(node, ir.Call) and (node.proc.returns_set or node.proc.volatility == "v")


def _direction(key: ir.SortKey) -> str:
    return f" {'DESC' if key.descending else 'ASC'} NULLS {'FIRST' if key.nulls_first else 'LAST'}"


def _distinct(emitter: Emitter, query: ir.Select, targets: list[str], body: str, shapes: tuple[Shape, ...]) -> str:
    """DISTINCT, then ORDER BY over its columns, so that a key need not be a column itself."""
    for target, shape in zip(query.targets, shapes):
        if emitter.is_numeric(target.expr.type) and shape is None:
            raise emitter.unsupported("DISTINCT on a numeric without a fixed scale", target.expr.position)
    inner = f"SELECT DISTINCT {', '.join(targets)}{body}"
    if not query.order:
        return inner + _limit(emitter, query)
    keys = []
    for key in query.order:
        place = next(index for index, target in enumerate(query.targets) if target.expr == key.expr)
        output = Sql(f"s.{query.columns[place][0]}", shapes[place])
        keys.append(emitter.key(output, key.expr.type) + _direction(key))
    names = ", ".join(f"s.{name}" for name, _, _ in query.columns)
    return f"SELECT {names} FROM ({inner}) s ORDER BY {', '.join(keys)}{_limit(emitter, query)}"


def _with_ties(emitter: Emitter, query: ir.Select, targets: list[str], body: str, keys: list[str]) -> str:
    """FETCH FIRST n ROWS WITH TIES: rows whose rank is within n."""
    if query.offset is not None or query.limit is None:
        raise emitter.unsupported("WITH TIES with OFFSET")
    names = ", ".join(f"s.{name}" for name, _, _ in query.columns)
    over = f"OVER (ORDER BY {', '.join(keys)})"
    ranked = f"SELECT {', '.join(targets)}, rank() {over} AS ties, row_number() {over} AS place{body}"
    return f"SELECT {names} FROM ({ranked}) s WHERE s.ties <= {emitter.text(query.limit)} ORDER BY s.place"


def _limit(emitter: Emitter, query: ir.Query) -> str:
    found = ""
    if query.limit is not None and not (isinstance(query.limit, ir.Const) and query.limit.value is None):
        found += f" LIMIT {_count(emitter, query.limit, 'LIMIT', '2201W')}"
    if query.offset is not None and not (isinstance(query.offset, ir.Const) and query.offset.value is None):
        found += f" OFFSET {_count(emitter, query.offset, 'OFFSET', '2201X')}"
    return found


def _count(emitter: Emitter, expr: ir.Expr, clause: str, sqlstate: str) -> str:
    while isinstance(expr, ir.Cast) and expr.method == "function":
        expr = expr.arg
    if isinstance(expr, ir.Const) and expr.value is not None and expr.value.lstrip("-").isdigit():
        if int(expr.value) < 0:
            raise NegativeCount[sqlstate](f"{clause} must not be negative")
        return expr.value
    return f"({emitter.text(expr)})"


# Grouping


def _group(emitter: Emitter, query: ir.Select) -> str:
    if query.group is None:
        return ""
    if not query.group:
        return ""
    return " GROUP BY " + ", ".join(_group_item(emitter, item) for item in query.group)


def _group_item(emitter: Emitter, item: ir.Expr | ir.GroupingSet | tuple[ir.Expr, ...]) -> str:
    if isinstance(item, ir.Expr):
        value = emitter.expr(item)
        if emitter.is_numeric(item.type) and value.decimal is None:
            # Equal numbers are one group whatever scale they show; the group shows one of its members.
            emitter.grouped[item] = Sql(f"any_value({value.text})")
            return f"pgd_num_sort_key({value.text})"
        if isinstance(item, ir.Const):
            return f"({value.text})"
        return value.text
    if isinstance(item, tuple):
        return "(" + ", ".join(_group_item(emitter, one) for one in item) + ")"
    inner = ", ".join(_group_item(emitter, one) for one in item.items)
    words = {"rollup": "ROLLUP", "cube": "CUBE", "sets": "GROUPING SETS"}
    return f"{words[item.kind]} ({inner})" if item.kind in words else f"({inner})"


# FROM


def _source(emitter: Emitter, source: ir.FromItem) -> str:
    if isinstance(source, ir.RelationRef):
        relation = emitter.catalog.relations[source.relation]
        for column in relation.columns:
            if emitter.is_numeric(column.type_oid):
                shape = relation_shape(column.storage) if column.storage else typmod_shape(column.typmod)
                emitter.shapes[source.rte, f"c{column.attnum}"] = shape
        read = emitter.env.only_sql if source.only else emitter.env.relation_sql
        return f"{read(source.relation)} AS r{source.rte}"
    if isinstance(source, ir.SubqueryRef):
        text, shapes = emit_query(emitter, source.query)
        _note(emitter, source.rte, source.query.columns, shapes)
        return f"{'LATERAL ' if source.lateral else ''}({text}) AS r{source.rte}"
    if isinstance(source, ir.CteRef):
        _note(emitter, source.rte, source.columns, emitter.cte_shapes[source.cte])
        return f"{source.cte} AS r{source.rte}"
    if isinstance(source, ir.FunctionRef):
        from proxy.sql.lower.sets import emit_function_source

        return emit_function_source(emitter, source)
    return _join(emitter, source)


def _note(emitter: Emitter, rte: int, columns: Sequence[tuple[str, int, int]], shapes: Sequence[Shape]) -> None:
    for (name, _, _), shape in zip(columns, shapes):
        emitter.shapes[rte, name] = shape


def _join(emitter: Emitter, source: ir.JoinRef) -> str:
    left, right = _source(emitter, source.left), _source(emitter, source.right)
    if isinstance(source.right, ir.JoinRef):
        right = f"({right})"
    if source.kind == "cross" or (source.on is None and source.kind == "inner"):
        return f"{left} CROSS JOIN {right}"
    on = emitter.text(source.on) if source.on is not None else "true"
    return f"{left} {source.kind.upper()} JOIN {right} ON {on}"


# Set operations and VALUES


def _set_operation(emitter: Emitter, query: ir.SetOperation) -> tuple[str, tuple[Shape, ...]]:
    left, left_shapes = emit_query(emitter, query.left)
    right, right_shapes = emit_query(emitter, query.right)
    shapes = tuple(
        _merged(emitter, oid, one, other, query)
        for (_, oid, _), one, other in zip(query.columns, left_shapes, right_shapes)
    )
    left = _reshaped(emitter, query, query.left, left, left_shapes, shapes)
    right = _reshaped(emitter, query, query.right, right, right_shapes, shapes)
    text = f"({left}) {query.op.upper()}{' ALL' if query.all else ''} ({right})"
    return _ordered(emitter, query, text, shapes), shapes


def _merged(emitter: Emitter, oid: int, one: Shape, other: Shape, query: ir.SetOperation) -> Shape:
    if not emitter.is_numeric(oid):
        return None
    if one is not None and other is not None and one[1] == other[1]:
        return max(one, other)
    if not query.all:
        raise emitter.unsupported(f"{query.op.upper()} of numerics of different scales")
    return None


def _reshaped(
    emitter: Emitter, query: ir.SetOperation, side: ir.Query, text: str, have: Sequence[Shape], want: Sequence[Shape]
) -> str:
    parts = []
    for (name, oid, _), (given, _, _), one, other in zip(query.columns, side.columns, have, want):
        value = Sql(f"s.{given}", one)
        if emitter.is_numeric(oid):
            shown = numeric_text(value) if other is None else as_decimal(value, other)
        else:
            shown = value.text
        parts.append(f"{shown} AS {name}")
    return f"SELECT {', '.join(parts)} FROM ({text}) s"


def _ordered(emitter: Emitter, query: ir.Query, text: str, shapes: Sequence[Shape]) -> str:
    limit = _limit(emitter, query)
    if not query.order:
        return text + limit if not limit else f"SELECT * FROM ({text}) s{limit}"
    held = {name: shape for (name, _, _), shape in zip(query.columns, shapes)}
    keys = []
    for key in query.order:
        assert isinstance(key.expr, ir.ColumnRef)
        value = Sql(f"s.{key.expr.column}", held[key.expr.column])
        keys.append(emitter.key(value, key.expr.type) + _direction(key))
    return f"SELECT * FROM ({text}) s ORDER BY {', '.join(keys)}{limit}"


def _values(emitter: Emitter, query: ir.Values) -> tuple[str, tuple[Shape, ...]]:
    columns = [emitter.alternatives(list(column)) for column in zip(*query.rows)]
    rows = ", ".join("(" + ", ".join(row) + ")" for row in zip(*(texts for texts, _ in columns)))
    names = ", ".join(name for name, _, _ in query.columns)
    kinds = [
        f"CAST(v.{name} AS {emitter.storage(oid)}) AS {name}" if not emitter.is_numeric(oid) else f"v.{name} AS {name}"
        for name, oid, _ in query.columns
    ]
    shapes = tuple(shape for _, shape in columns)
    text = f"SELECT {', '.join(kinds)} FROM (VALUES {rows}) v({names})"
    return _ordered(emitter, query, text, shapes), shapes


def output_sql(emitter: Emitter, query: ir.Query) -> str:
    """The whole statement: an interval leaves as its three parts; a row as a value is refused."""
    for _, oid, _ in query.columns:
        if emitter.catalog.base_type(oid).kind == "c" or emitter.base(oid) == RECORD:
            raise emitter.unsupported("a row as a result column")
    text, _ = emit_query(emitter, query)
    if not any(emitter.base(oid) == 1186 for _, oid, _ in query.columns):
        return text
    parts = [
        f"pgd_interval(o.{name}) AS {name}" if emitter.base(oid) == 1186 else f"o.{name}"
        for name, oid, _ in query.columns
    ]
    return f"SELECT {', '.join(parts)} FROM ({text}) o"
