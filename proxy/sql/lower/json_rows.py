"""json_to_record, json_populate_record and their kin: the members of objects as columns of declared types.

A member's text is read by its column's input function; refuses columns that are rows themselves. Facts: populate_record_worker and
populate_record_field in src/backend/utils/adt/jsonfuncs.c: null is NULL for every type, what is missing keeps the base row's value.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import repeat

from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower.casts import with_length
from proxy.sql.lower.json import JSON, JSONB
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.rows import opened
from proxy.sql.lower.texts import from_text, row_text
from proxy.sql.lower.values import Lowered, RowField, cast, fail, number_text, quote_literal, quote_name

Handler = Callable[[Lowering, ir.Call], Lowered]
SETS = ("json_to_recordset", "jsonb_to_recordset", "json_populate_recordset", "jsonb_populate_recordset")
SINGLE = ("json_to_record", "jsonb_to_record", "json_populate_record", "jsonb_populate_record")
NESTED = fail("0A000", "JSON arrays of arrays as columns are not supported by the double")
NO_ARRAY = fail("22P02", "expected JSON array")
Declared = tuple[str, int, int]


def reads_rows(call: ir.Expr) -> bool:
    """Whether a function in FROM is one of these."""
    return isinstance(call, ir.Call) and call.proc.name in (*SETS, *SINGLE)


def rows_from(lowering: Lowering, call: ir.Call, columns: Sequence[Declared], names: Sequence[str]) -> str:
    """SELECT of the rows of a function in FROM. columns: declared; names: what the query calls them."""
    kind = _kind(call)
    document, base = _document(lowering, call), _base(lowering, call)
    item = Lowered("u.item", simple=True)
    values = [_column(lowering, kind, item, column, default) for column, default in zip(columns, base or repeat(None))]
    shown = ", ".join(f"{number_text(value).sql} AS {quote_name(name)}" for value, name in zip(values, names))
    called = quote_literal(call.proc.name)
    if call.proc.name in SETS:
        return f"SELECT {shown} FROM (SELECT unnest(pgf_json_rows({document}, {called})) AS item) AS u"
    return f"SELECT {shown} FROM (SELECT pgf_json_row({document}) AS item) AS u"


def _kind(call: ir.Call) -> str:
    return call.proc.name.split("_", maxsplit=1)[0]


def _base(lowering: Lowering, call: ir.Call) -> list[Lowered] | None:
    """The columns of the row that is filled in; None where there is none, or it is NULL."""
    if "populate" not in call.proc.name:
        return None
    row = call.args[0]
    if isinstance(row, ir.Cast) and isinstance(row.arg, ir.Const) and row.arg.value is None:
        return None
    if isinstance(row, ir.Const) and row.value is None:
        return None
    return [field.value for field in opened(lowering.scope, lowering.expr(row), row.type)]


def _column(lowering: Lowering, kind: str, document: Lowered, column: Declared, default: Lowered | None) -> Lowered:
    """A member as a column."""
    name, oid, typmod = column
    scope, key = lowering.scope, quote_literal(name)
    raw, text = (f"pgf_{kind}_field{suffix}({document.sql}, {key})" for suffix in ("", "_text"))
    base = scope.base(oid)
    if scope.is_row(oid):
        raise FeatureNotSupported(f"{kind} members as rows are not supported by the double", hint="Use a json column.")
    if base.oid in (JSON, JSONB):
        value = Lowered(_document_of(kind, base.oid, raw))
    elif base.is_true_array:
        value = _array(lowering, kind, raw, text, oid)
    else:
        value = from_text(scope, Lowered(text), oid)
    if typmod >= 0:
        value = with_length(lowering, value, base.oid, typmod, False)
    if default is None:
        return value
    found = f"{raw} IS NOT NULL"
    return Lowered(f"CASE WHEN {found} THEN {number_text(value).sql} ELSE {number_text(default).sql} END")


def _document_of(kind: str, oid: int, raw: str) -> str:
    """A member as a document of its own, NULL for null. kind: of what it is a member."""
    member = f"nullif({raw}, 'null')"
    if kind == "jsonb":
        return member
    return f"pgf_json_requoted({member})" if oid == JSON else f"pgf_jsonb_in({member})"


def _array(lowering: Lowering, kind: str, raw: str, text: str, oid: int) -> Lowered:
    """A JSON array element by element, or a string in array_in's form."""
    scope = lowering.scope
    element = scope.base(oid).element
    name = scope.fresh("e", raw)
    items = f"pgf_json_elements_text({raw}, '{kind}', 'json_array_elements')"
    if scope.base(element).oid in (JSON, JSONB):
        items = f"pgf_json_elements({raw}, '{kind}', 'json_array_elements')"
        read = _document_of(kind, scope.base(element).oid, name)
    else:
        read = from_text(scope, Lowered(name, simple=True), element).sql
    head = f"left(ltrim({raw}, chr(32) || chr(9) || chr(10) || chr(13)), 1)"
    storage = scope.storage(oid)
    listed = f"list_transform({items}, lambda {name}: {read})"
    quoted = ""
    if scope.base(element).oid not in (JSON, JSONB):
        plain = f"pgf_json_elements({raw}, '{kind}', 'json_array_elements')"
        nested = f"list_bool_or(list_transform({plain}, lambda x: starts_with(ltrim(x), '[')))"
        listed = f"CASE WHEN {nested} THEN {cast(NESTED, storage)} ELSE {listed} END"
        quoted = f"WHEN '\"' THEN {from_text(scope, Lowered(text), oid).sql}"
    whens = f"WHEN '[' THEN {listed} {quoted} WHEN 'n' THEN NULL WHEN '' THEN NULL"
    return Lowered(f"CASE {head} {whens} ELSE CASE WHEN {raw} IS NOT NULL THEN {cast(NO_ARRAY, storage)} END END")


def _fields(lowering: Lowering, call: ir.Call, document: Lowered) -> tuple[RowField, ...]:
    """The columns of the base's type, filled from a document."""
    relation = lowering.scope.catalog.relations.get(lowering.scope.base(call.type).relation)
    if relation is None:
        raise FeatureNotSupported(
            f"{call.proc.name} of this row is not supported by the double", hint="Name a type of rows."
        )
    declared = [(one.name, one.type_oid, one.typmod) for one in relation.columns]
    return tuple(
        RowField(*one, _column(lowering, _kind(call), document, one, default))
        for one, default in zip(declared, _base(lowering, call) or repeat(None))
    )


def _document(lowering: Lowering, call: ir.Call) -> str:
    return lowering.expr(next(arg for arg in call.args if arg.type in (JSON, JSONB))).sql


def _populate(lowering: Lowering, call: ir.Call) -> Lowered:
    """json_populate_record in the select list: a row of the base's type."""
    fields = _fields(lowering, call, Lowered(f"pgf_json_row({_document(lowering, call)})"))
    return Lowered(row_text(lowering.scope, Lowered("", fields=fields)).sql, fields=fields)


def populated_set(lowering: Lowering, call: ir.Call) -> Lowered:
    """json_populate_recordset in the select list: rows as texts."""
    documents = f"pgf_json_rows({_document(lowering, call)}, {quote_literal(call.proc.name)})"
    name = lowering.scope.fresh("j", documents)
    text = row_text(lowering.scope, Lowered("", fields=_fields(lowering, call, Lowered(name, simple=True))))
    return Lowered(f"list_transform({documents}, lambda {name}: {text.sql})", row=text.row)


TEMPLATES: dict[str, str] = {}
HANDLERS: dict[str, Handler] = {"json_populate_record": _populate, "jsonb_populate_record": _populate}
