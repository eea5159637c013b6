"""json and jsonb: operators as templates over text, and SQL values as JSON.

Refuses to parse JSON (`proxy.engine.functions.jsonb` does). Facts: jsonfuncs.c and json.c: json_build_* put spaces
around colons, row_to_json does not; numbers and booleans stay bare, everything else is quoted text, times in ISO 8601.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.catalog.versions import Since
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.pgtypes.jsonb import quoted
from proxy.sql import ir
from proxy.sql.lower.apply import fill
from proxy.sql.lower.dimensions import depth
from proxy.sql.lower.failing import may_fail
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.rows import opened
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.texts import text_of
from proxy.sql.lower.values import Lowered, cast, fail, number_text, quote_literal
from synth.release.storage import NUMERIC

Handler = Callable[[Lowering, ir.Call], Lowered]
BOOL, JSON, JSONB, DATE, TIMESTAMP, TIMESTAMPTZ = 16, 114, 3802, 1082, 1114, 1184
BARE = frozenset({20, 21, 23})
FLOATS = frozenset({700, 701})
NULL_TEXT = "'null'"
PATH_CALLS = ("exists", "match", "query_array", "query_first")

TEMPLATES: dict[str, str] = {
    **{f"{kind}_{name}": f"pgf_{kind}_{function}({{0}}, {{1}})" for kind in ("json", "jsonb") for name, function in (
        ("object_field", "field"), ("object_field_text", "field_text"), ("array_element", "element"),
        ("array_element_text", "element_text"))},
    "jsonb_contains": "pgf_jsonb_contains({0}, {1})", "jsonb_contained": "pgf_jsonb_contains({1}, {0})",
    "jsonb_exists": "pgf_jsonb_exists({0}, {1})", "jsonb_exists_any": "pgf_jsonb_exists_any({0}, {1})",
    "jsonb_exists_all": "pgf_jsonb_exists_all({0}, {1})", "jsonb_concat": "pgf_jsonb_concat({0}, {1})",
    "jsonb_delete(jsonb,text)": "pgf_jsonb_delete({0}, {1})", "jsonb_delete(jsonb,int4)": "pgf_jsonb_delete_index({0}, {1})",
    "jsonb_delete(jsonb,_text)": "pgf_jsonb_delete_array({0}, {1})", "jsonb_delete_path": "pgf_jsonb_delete_path({0}, {1})",
    "jsonb_set": "pgf_jsonb_set({0}, {1}, {2}, {3})", "jsonb_insert": "pgf_jsonb_insert({0}, {1}, {2}, {3})",
    "jsonb_set_lax": "pgf_jsonb_set_lax({0}, {1}, {2}, {3}, {4})",
    "json_array_length": "pgf_json_length({0}, 'json')", "jsonb_array_length": "pgf_json_length({0}, 'jsonb')",
    "json_typeof": "pgf_json_typeof({0})", "jsonb_typeof": "pgf_json_typeof({0})", "jsonb_pretty": "pgf_jsonb_pretty({0})",
    "json_strip_nulls(json)": "pgf_json_strip_nulls({0}, false)", "jsonb_strip_nulls(jsonb)": "pgf_jsonb_strip_nulls({0}, false)",
    "json_strip_nulls(json,bool)": "pgf_json_strip_nulls({0}, {1})",
    "jsonb_strip_nulls(jsonb,bool)": "pgf_jsonb_strip_nulls({0}, {1})",
    "json_object(_text,_text)": "pgf_json_object({0}, {1})",
    "jsonb_object(_text,_text)": "pgf_jsonb_in(pgf_json_object({0}, {1}))",
}  # fmt: skip


def json_of(scope: Scope, value: Lowered, oid: int) -> str:
    """SQL of the JSON text of a value that may be NULL."""
    return f"coalesce({json_value(scope, value, oid)}, {NULL_TEXT})"


def json_value(scope: Scope, value: Lowered, oid: int) -> str:
    """SQL of the JSON text of a value; NULL for NULL (datum_to_json)."""
    row = scope.base(oid)
    if row.oid == NUMERIC:
        text = number_text(value).sql
        return text if value.fixed else _unless_special(text)
    if row.oid in FLOATS:
        return _unless_special(text_of(scope, value, oid).sql)
    if row.oid in BARE:
        return cast(value.sql, "VARCHAR")
    if row.oid == BOOL:
        return f"CASE {value.sql} WHEN true THEN 'true' WHEN false THEN 'false' END"
    if row.oid in (JSON, JSONB):
        return value.sql
    if row.oid in (TIMESTAMP, TIMESTAMPTZ):
        text = f"regexp_replace({text_of(scope, value, oid).sql}, ' ', 'T')"
        return f"pgf_json_quote({_iso_offset(text) if row.oid == TIMESTAMPTZ else text})"
    if row.is_true_array:
        name = scope.fresh("e", value.sql)
        item = json_of(scope, Lowered(name, simple=True), row.element)
        return _joined(scope, f"list_transform({value.sql}, lambda {name}: {item})", "','", known=value.simple)
    if scope.is_row(oid):
        return row_json(scope, value, oid)
    return f"pgf_json_quote({text_of(scope, value, oid).sql})"


def _joined(scope: Scope, items: str, between: str, *, known: bool) -> str:
    """A JSON array of its items' texts. array_to_string is a macro that names its list twice, of which the engine computes parts early:
    what may fail is bound first."""
    if known:
        return f"('[' || array_to_string({items}, {between}) || ']')"
    name = scope.fresh("j", items)
    return f"list_transform([{items}], lambda {name}: '[' || array_to_string({name}, {between}) || ']')[1]"


def _iso_offset(text: str) -> str:
    """JSON's offsets always have minutes."""
    return f"regexp_replace({text}, '([+-]\\d\\d)( BC)?$', '\\1:00\\2')"


def _unless_special(text: str) -> str:
    """NaN and infinities are strings in JSON."""
    return f"regexp_replace({text}, '^(-?[NI].*)$', '\"\\1\"')"


def row_json(scope: Scope, value: Lowered, oid: int, separator: str = ",") -> str:
    """row_to_json."""
    members = [
        quote_literal(f"{quoted(field.name)}:") + f" || {json_of(scope, field.value, field.type)}"
        for field in opened(scope, value, oid)
    ]
    return value.if_there("('{' || " + f" || {quote_literal(separator)} || ".join(members or ["''"]) + " || '}')")


def key_text(scope: Scope, value: Lowered, oid: int, call: ir.Call | ir.Aggregate, place: int = 0) -> str:
    """SQL of an object's key, quoted; NULL is an error. place: the argument's number, 0 in an aggregate."""
    wrong = ", ".join(quote_literal(word) for word in _null_key(scope, call.type, place))
    return f"pgf_json_key_text({text_of(scope, value, oid).sql}, {wrong})"


def _null_key(scope: Scope, oid: int, place: int) -> tuple[str, str, str]:
    """SQLSTATE, message and hint."""
    if oid == JSON and scope.catalog.has(Since.NULL_KEY_TOLD):
        return "22004", "null value not allowed for object key", ""
    if not place:
        return "22023", "field name must not be null", ""
    if oid == JSON:
        return "22023", f"argument {place} cannot be null", "Object keys should be text."
    return "22023", f"argument {place}: key must not be null", ""


def _arguments(lowering: Lowering, call: ir.Call) -> list[tuple[Lowered, int, int]]:
    """Each with its type and the dimensions that it has as an array."""
    if call.variadic_array:
        raise FeatureNotSupported(
            f"{call.proc.name}(VARIADIC ...) is not supported by the double", hint="Write the arguments one by one."
        )
    return [(lowering.expr(arg), arg.type, depth(lowering.scope, arg)) for arg in call.args]


def _build_object(lowering: Lowering, call: ir.Call) -> Lowered:
    scope, args = lowering.scope, _arguments(lowering, call)
    if len(args) % 2:
        raise OddArguments("argument list must have even number of elements",
                           hint=f"The arguments of {call.proc.name}() must consist of alternating keys and values.")  # fmt: skip
    keys = [key_text(scope, *args[at][:2], call, at + 1) for at in range(0, len(args), 2)]
    values = [_member(scope, arg, value) for arg, value in zip(call.args[1::2], args[1::2])]
    if any(
        may_fail(arg) for arg in call.args
    ):  # the engine computes from left to right, and a key is looked at after all arguments
        shape = ", ".join(f"{{{len(values) + at}}} : {{{at}}}" for at in range(len(values)))
        return _document(f"format({quote_literal('{{' + shape + '}}')}, {', '.join((*values, *keys))})", call)
    members = [f"{key} || ' : ' || {value}" for key, value in zip(keys, values)]
    return _document("('{' || " + " || ', ' || ".join(members or ["''"]) + " || '}')", call)


class OddArguments(FeatureNotSupported):
    """invalid_parameter_value."""

    sqlstate = "22023"


def _build_array(lowering: Lowering, call: ir.Call) -> Lowered:
    scope = lowering.scope
    items = [_member(scope, arg, value) for arg, value in zip(call.args, _arguments(lowering, call))]
    return _document("('[' || " + " || ', ' || ".join(items or ["''"]) + " || ']')", call)


def _member(scope: Scope, arg: ir.Expr, value: tuple[Lowered, int, int]) -> str:
    """SQL of a value's JSON text. The engine computes early what a coalesce holds, so that what may fail is kept out of one."""
    text = _json_of_depth(scope, *value)
    if not may_fail(arg):
        return f"coalesce({text}, {NULL_TEXT})"
    name = scope.fresh("m", text)
    return f"list_transform([{text}], lambda {name}: coalesce({name}, {NULL_TEXT}))[1]"


def _document(text: str, call: ir.Call | ir.Aggregate) -> Lowered:
    """jsonb is normalised, json stays as built."""
    return Lowered(f"pgf_jsonb_in({text})" if call.type == JSONB else text)


def _to_json(lowering: Lowering, call: ir.Call) -> Lowered:
    value, oid, deep = _arguments(lowering, call)[0]
    return _document(_json_of_depth(lowering.scope, value, oid, deep), call)


def _json_of_depth(scope: Scope, value: Lowered, oid: int, deep: int) -> str:
    """SQL of the JSON text of a value that may be an array of several dimensions; NULL for NULL."""
    return _nested(scope, value.sql, oid, deep, "','") if deep > 1 else json_value(scope, value, oid)


def _array_to_json(lowering: Lowering, call: ir.Call) -> Lowered:
    """array_to_json(array [, pretty]): line feeds between the elements of the outermost dimension."""
    scope, oid = lowering.scope, call.args[0].type
    value = lowering.expr(call.args[0])
    deep = depth(lowering.scope, call.args[0])
    if len(call.args) == 1:
        return Lowered(_nested(scope, value.sql, oid, deep, "','"))
    pretty, plain = (_nested(scope, "{0}", oid, deep, between) for between in ("',' || chr(10) || ' '", "','"))
    return fill(
        scope, f"CASE {{1}} WHEN true THEN {pretty} WHEN false THEN {plain} END", [value, lowering.expr(call.args[1])]
    )


def _nested(scope: Scope, sql: str, oid: int, deep: int, between: str) -> str:
    """An array as JSON text. between: SQL of the separator."""
    name = scope.fresh("e", f"{deep}{sql}")
    item = (
        _nested(scope, name, oid, deep - 1, "','")
        if deep > 1
        else json_of(scope, Lowered(name, simple=True), scope.base(oid).element)
    )
    return _joined(scope, f"list_transform({sql}, lambda {name}: {item})", between, known="(" not in sql)


def _row_to_json(lowering: Lowering, call: ir.Call) -> Lowered:
    """row_to_json(row [, pretty]): line feeds between the columns."""
    value, oid = lowering.expr(call.args[0]), call.args[0].type
    plain = row_json(lowering.scope, value, oid)
    if len(call.args) == 1:
        return Lowered(plain)
    pretty = row_json(lowering.scope, value, oid, ",\n ")
    flag = lowering.expr(call.args[1])
    return fill(lowering.scope, f"CASE {{0}} WHEN true THEN {pretty} WHEN false THEN {plain} END", [flag])


def _path(kind: str, text: str) -> Handler:
    """#>, #>> and the *_extract_path functions with their variadic paths."""

    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        document = lowering.expr(call.args[0]).sql
        if call.operator is not None or call.variadic_array:
            path = lowering.expr(call.args[1]).sql
        else:
            path = f"CAST([{', '.join(lowering.expr(arg).sql for arg in call.args[1:])}] AS VARCHAR[])"
        return Lowered(f"pgf_{kind}_path{text}({document}, {path})")

    return lower


def path_call(name: str, *, zoned: bool = False, silent: bool = False) -> Handler:
    """A function of jsonpath. zoned: its answer may depend on the session's time zone. silent: an operator, without variables."""

    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        given = "'', true" if silent else "{2}, {3}"
        zone = f"{quote_literal(lowering.scope.env.timezone)}, {str(zoned).lower()}"
        template = f"pgf_jsonpath_{name}({{0}}, {{1}}, {given}, {zone}, {lowering.scope.catalog.version})"
        return fill(lowering.scope, template, [lowering.expr(arg) for arg in call.args])

    return lower


def _pairs(wrapped: str) -> Handler:
    """json_object of one array: names and values in turn, or rows of two."""

    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        dimensions, items = depth(lowering.scope, call.args[0]), lowering.expr(call.args[0])
        if dimensions > 2:
            return Lowered(cast(fail("2202E", "wrong number of array subscripts"), "VARCHAR"))
        if dimensions == 2:
            wrong = fail("2202E", "array must have two columns")
            items = fill(lowering.scope, f"CASE WHEN len({{0}}[1]) <> 2 THEN {wrong} ELSE flatten({{0}}) END", [items])
        return Lowered(wrapped.format(f"pgf_json_object_pairs({items.sql})"))

    return lower


HANDLERS: dict[str, Handler] = {
    "json_object(_text)": _pairs("{}"), "jsonb_object(_text)": _pairs("pgf_jsonb_in({})"),
    "json_build_object": _build_object, "jsonb_build_object": _build_object, "json_build_array": _build_array,
    "jsonb_build_array": _build_array, "to_json": _to_json, "to_jsonb": _to_json, "row_to_json": _row_to_json,
    "array_to_json": _array_to_json, "json_extract_path": _path("json", ""), "json_extract_path_text": _path("json", "_text"),
    **{f"jsonb_path_{name}": path_call(name) for name in PATH_CALLS},
    **{f"jsonb_path_{name}_tz": path_call(name, zoned=True) for name in PATH_CALLS},
    **{f"jsonb_path_{name}_opr": path_call(name, silent=True) for name in ("exists", "match")},
    "jsonb_extract_path": _path("jsonb", ""), "jsonb_extract_path_text": _path("jsonb", "_text"),
}  # fmt: skip
