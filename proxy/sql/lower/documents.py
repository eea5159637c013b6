"""json, jsonb and arrays: operators, builders, element access.

json is text; jsonb is its canonical text. Facts: Postgres' JSON and array functions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.lower.emitter import JSON, JSONB, Emitter
from proxy.sql.lower.value import Sql, numeric_text


def _json_rows() -> dict[str, str]:
    rows: dict[str, str] = {}
    for name in ("jsonb", "json"):
        rows |= {
            f"{name}_object_field": "pgd_json_get({0}, {1})", f"{name}_object_field_text": "pgd_json_get_text({0}, {1})",
            f"{name}_array_element": "pgd_json_at({0}, {1})", f"{name}_array_element_text": "pgd_json_at_text({0}, {1})",
            f"{name}_extract_path": "pgd_json_path({0}, {1})", f"{name}_extract_path_text": "pgd_json_path_text({0}, {1})",
            f"{name}_typeof": "pgd_json_typeof({0})", f"{name}_array_length": "pgd_json_length({0})",
        }  # fmt: skip
    return rows


TEMPLATES: Mapping[str, str] = {
    **_json_rows(),
    "jsonb_exists": "pgd_json_exists({0}, {1})", "jsonb_exists_any": "pgd_json_exists_any({0}, {1})",
    "jsonb_exists_all": "pgd_json_exists_all({0}, {1})", "jsonb_contains": "pgd_json_contains({0}, {1})",
    "jsonb_contained": "pgd_json_contains({1}, {0})", "jsonb_concat": "pgd_json_concat({0}, {1})",
    "jsonb_delete(jsonb,text)": "pgd_json_delete({0}, {1})", "jsonb_delete(jsonb,int4)": "pgd_json_delete_at({0}, {1})",
    "jsonb_pretty": "pgd_json_pretty({0})", "jsonb_strip_nulls": "pgd_json_strip_nulls({0})",
    "array_upper": "CASE WHEN {1} = 1 AND len({0}) > 0 THEN CAST(len({0}) AS INTEGER) END",
    "array_lower": "CASE WHEN {1} = 1 AND len({0}) > 0 THEN 1 END",
    "array_length": "CASE WHEN {1} = 1 AND len({0}) > 0 THEN CAST(len({0}) AS INTEGER) END",
    "array_ndims": "CASE WHEN len({0}) > 0 THEN 1 END",
    "array_cat": "list_concat({0}, {1})", "array_append": "list_append({0}, {1})", "array_prepend": "list_prepend({0}, {1})",
    "array_position": "CAST(list_position({0}, {1}) AS INTEGER)",
    "array_remove": "list_filter({0}, lambda e: e IS DISTINCT FROM {1})",
    "arraycontains": "list_has_all({0}, {1})", "arraycontained": "list_has_all({1}, {0})", "arrayoverlap": "list_has_any({0}, {1})",
    "array_replace": "list_transform({0}, lambda e: CASE WHEN e IS NOT DISTINCT FROM {1} THEN {2} ELSE e END)",
}  # fmt: skip


def json_of(emitter: Emitter, value: Sql, oid: int, position: int = -1) -> str:
    """A value as JSON text: numbers and booleans bare, JSON as it is, all else a string of its text; NULL stays NULL."""
    from proxy.sql.lower.casts import text_of

    row = emitter.catalog.base_type(oid)
    if row.oid in (JSON, JSONB):
        return value.text
    if row.oid == t.NUMERIC:
        return numeric_text(value)
    if row.oid == t.BOOL:
        return f"CAST({value.text} AS VARCHAR)"
    if row.oid in (t.INT2, t.INT4, t.INT8):
        return f"CAST({value.text} AS VARCHAR)"
    if row.oid in (t.FLOAT4, t.FLOAT8):
        return text_of(emitter, value, oid, position)
    if row.oid in (t.TIMESTAMP, t.TIMESTAMPTZ):
        shown = f"replace({text_of(emitter, value, oid, position)}, ' ', 'T')"
        if row.oid == t.TIMESTAMPTZ:
            shown = f"regexp_replace({shown}, '([+-]\\d\\d)$', '\\1:00')"
        return f"pgd_json_string({shown})"
    element = emitter.element(oid)
    if element:
        name = emitter.variable()
        inner = json_of(emitter, Sql(name), element, position)
        return f"pgd_jsonb_array(list_transform({value.text}, lambda {name}: {inner}))"
    if row.kind == "c" or row.oid == t.RECORD:
        raise emitter.unsupported("a row as JSON", position)
    return f"pgd_json_string({text_of(emitter, value, oid, position)})"


def _jsons(emitter: Emitter, nodes: Sequence[ir.Expr]) -> list[str]:
    return [json_of(emitter, emitter.expr(node), node.type, node.position) for node in nodes]


def _build_array(function: str) -> Callable[[Emitter, ir.Call], Sql]:
    def emit(emitter: Emitter, node: ir.Call) -> Sql:
        if node.variadic_array:
            raise emitter.unsupported("VARIADIC here", node.position)
        return Sql(f"{function}(CAST([{', '.join(_jsons(emitter, node.args))}] AS VARCHAR[]))")

    return emit


def _build_object(function: str) -> Callable[[Emitter, ir.Call], Sql]:
    def emit(emitter: Emitter, node: ir.Call) -> Sql:
        from proxy.sql.lower.strings import texts_of

        if node.variadic_array or len(node.args) % 2:
            raise emitter.unsupported("an odd argument list or VARIADIC here", node.position)
        names, values = texts_of(emitter, node.args[::2]), _jsons(emitter, node.args[1::2])
        return Sql(f"{function}(CAST([{', '.join(names)}] AS VARCHAR[]), CAST([{', '.join(values)}] AS VARCHAR[]))")

    return emit


def _to_json(emitter: Emitter, node: ir.Call) -> Sql:
    inner = json_of(emitter, emitter.expr(node.args[0]), node.args[0].type, node.position)
    if node.proc.name == "to_json" and emitter.element(node.args[0].type):
        raise emitter.unsupported("to_json of an array", node.position)
    return Sql(inner)


def _cardinality(emitter: Emitter, node: ir.Call) -> Sql:
    """All elements; only a literal can be seen to have more than one dimension."""
    array = node.args[0]
    nested = isinstance(array, ir.ArrayLiteral) and any(emitter.element(one.type) for one in array.elements)
    text = emitter.text(array)
    return Sql(f"CAST(len({f'flatten({text})' if nested else text}) AS INTEGER)")


BUILDERS: Mapping[str, Callable[[Emitter, ir.Call], Sql]] = {
    "cardinality": _cardinality,
    "jsonb_build_array": _build_array("pgd_jsonb_array"), "json_build_array": _build_array("pgd_json_array"),
    "jsonb_build_object": _build_object("pgd_jsonb_object"), "json_build_object": _build_object("pgd_json_object"),
    "to_jsonb": _to_json, "to_json": _to_json,
}  # fmt: skip
