"""Set-returning functions: each is a list of DuckDB's, unnested in FROM or in the select list.

A function of several columns gives one list a column, all of one length. Facts: Postgres' "Set Returning Functions".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.lower.emitter import Emitter
from proxy.sql.lower.value import Sql, cast

Lists = Callable[[Emitter, ir.Call], tuple[str, ...]]


def emit_function_source(emitter: Emitter, source: ir.FunctionRef) -> str:
    """A function in FROM: its lists unnested side by side, numbered where ORDINALITY asks for it."""
    names = [name for name, _, _ in source.columns]
    lists = _lists(emitter, source.call)
    for name in names:
        emitter.shapes[source.rte, name] = None
    parts = [f"unnest({one}) AS {name}" for one, name in zip(lists, names)]
    if source.ordinality:
        parts.append(f"unnest(range(1, len({lists[0]}) + 1)) AS c{len(names) + 1}")
    return f"LATERAL (SELECT {', '.join(parts)}) AS r{source.rte}"


def emit_set_in_list(emitter: Emitter, node: ir.Call) -> Sql:
    """A set-returning function in the select list."""
    lists = _lists(emitter, node)
    if len(lists) != 1:
        raise emitter.unsupported(f"{node.proc.name} in the select list", node.position)
    return Sql(f"unnest({lists[0]})")


def _lists(emitter: Emitter, node: ir.Expr) -> tuple[str, ...]:
    if not isinstance(node, ir.Call) or not node.proc.returns_set:
        value = emitter.text(node)
        return (f"[{value}]",)
    build = _SETS.get(node.proc.name)
    if build is None:
        raise emitter.unsupported(f"set-returning function {node.proc.name}", node.position)
    return build(emitter, node)


def _unnest(emitter: Emitter, node: ir.Call) -> tuple[str, ...]:
    return (emitter.text(node.args[0]),)


def _series(emitter: Emitter, node: ir.Call) -> tuple[str, ...]:
    kind = emitter.base(node.type)
    if kind == t.NUMERIC:
        raise emitter.unsupported("generate_series of numerics", node.position)
    args = [emitter.text(arg) for arg in node.args]
    if len(args) == 4:
        raise emitter.unsupported("generate_series in a time zone", node.position)
    if kind in (t.INT4, t.INT8) and len(args) == 3:
        args[2] = f"CASE WHEN {args[2]} = 0 THEN pgd_raise('22023', 'step size cannot equal zero') ELSE {args[2]} END"
    return (cast(f"generate_series({', '.join(args)})", emitter.storage(kind) + "[]"),)


def _subscripts(emitter: Emitter, node: ir.Call) -> tuple[str, ...]:
    array = emitter.text(node.args[0])
    first = 0 if emitter.base(node.args[0].type) in (t.INT2VECTOR, t.OIDVECTOR) else 1
    return (cast(f"range({first}, len({array}) + {first})", "INTEGER[]"),)


def _over(function: str) -> Lists:
    return lambda emitter, node: (f"{function}({emitter.text(node.args[0])})",)


def _each(values: str) -> Lists:
    def build(emitter: Emitter, node: ir.Call) -> tuple[str, ...]:
        document = emitter.text(node.args[0])
        return (f"pgd_json_keys({document})", f"{values}({document})")

    return build


def _expand_array(emitter: Emitter, node: ir.Call) -> tuple[str, ...]:
    array = emitter.text(node.args[0])
    return (array, cast(f"range(1, len({array}) + 1)", "INTEGER[]"))


def _split(emitter: Emitter, node: ir.Call) -> tuple[str, ...]:
    from proxy.sql.lower.strings import pattern_sql

    pattern, _ = pattern_sql(emitter, node.args[1])
    return (f"regexp_split_to_array({emitter.text(node.args[0])}, {pattern})",)


def _nothing(*kinds: str) -> Lists:
    return lambda emitter, node: tuple(f"CAST([] AS {kind}[])" for kind in kinds)


_SETS: Mapping[str, Lists] = {
    "unnest": _unnest, "generate_series": _series, "generate_subscripts": _subscripts,
    "jsonb_array_elements": _over("pgd_json_elements"), "json_array_elements": _over("pgd_json_elements"),
    "jsonb_array_elements_text": _over("pgd_json_element_texts"), "json_array_elements_text": _over("pgd_json_element_texts"),
    "jsonb_object_keys": _over("pgd_json_keys"), "json_object_keys": _over("pgd_json_keys"), "jsonb_each": _each("pgd_json_values"),
    "json_each": _each("pgd_json_values"), "jsonb_each_text": _each("pgd_json_value_texts"),
    "json_each_text": _each("pgd_json_value_texts"), "_pg_expandarray": _expand_array, "regexp_split_to_table": _split,
    "string_to_table": lambda emitter, node: (f"string_split({emitter.text(node.args[0])}, {emitter.text(node.args[1])})",),
    "pg_partition_ancestors": lambda emitter, node: (f"[{emitter.text(node.args[0])}]",),
    "aclexplode": _nothing("UINTEGER", "UINTEGER", "VARCHAR", "BOOLEAN"),
}  # fmt: skip
