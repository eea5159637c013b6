"""Values to and from text: each type's output and input function as DuckDB SQL, and constants.

Refuses to know casts between other types. Facts: the types' output functions in DateStyle ISO and IntervalStyle postgres; what DuckDB's own
casts print was compared with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from proxy.pgtypes import engine_value
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.pgtypes.range_types import KEYS
from proxy.pgtypes.registry import BUILT_IN
from proxy.sql.ir import RowColumn
from proxy.sql.lower.apply import fill
from proxy.sql.lower.registered import REG_TYPES, registered_text, to_registered
from proxy.sql.lower.scope import RECORD, Scope
from proxy.sql.lower.values import MAX_DIGITS, Fixed, Lowered, cast, number_text, quote_literal
from synth.release.storage import NUMERIC

BYTEA, INT2VECTOR, OIDVECTOR, UNKNOWN = 17, 22, 30, 705
PRINTED = {
    16: "CASE {0} WHEN true THEN 't' WHEN false THEN 'f' END",
    17: r"('\x' || lower(hex({0})))",
    22: "array_to_string({0}, ' ')",
    30: "array_to_string({0}, ' ')",
    700: "pgf_float4_text(CAST({0} AS DOUBLE), CAST({0} AS VARCHAR))",
    701: "pgf_float8_text({0})",
    1082: "replace(CAST({0} AS VARCHAR), ' (BC)', ' BC')",
    1114: r"regexp_replace(CAST({0} AS VARCHAR), '^(.*) \(BC\)(.*)$', '\1\2 BC')",
    1184: r"regexp_replace(CAST({0} AS VARCHAR), '^(.*) \(BC\)(.*)$', '\1\2 BC')",
    1186: "pgf_interval_text({0})",
}
# setting -> (what its value must start with, the types whose text depends on it); the double prints no other way inside a statement
TIMESTAMPTZ = 1184
DATES = frozenset({1082, 1114, 1184})
STYLES = {
    "datestyle": ("iso", DATES),
    "intervalstyle": ("postgres", frozenset({1186})),
    "bytea_output": ("hex", frozenset({BYTEA})),
    "extra_float_digits": ("1", frozenset({700, 701})),
}


def _has_style(scope: Scope, name: str) -> bool:
    needed = STYLES[name][0]
    value = scope.env.settings.get(name, needed).lower()
    return value.split(",")[0].strip() == needed or (needed == "1" and value in ("2", "3"))


def _require_style(scope: Scope, oid: int) -> None:
    for name, (needed, types) in STYLES.items():
        if oid in types and not _has_style(scope, name):
            value = scope.env.settings.get(name, needed).lower()
            raise FeatureNotSupported(
                f"{scope.shown_name(oid)} as text under {name} = {value} is not supported by the double",
                hint=f"Select the value itself, or set {name} to {needed}.",
            )


def _require_stored_form(scope: Scope, oid: int) -> None:
    """Ranges are stored as text in UTC and the ISO style."""
    subtype = next((of for one, (of, multirange) in scope.catalog.ranges.items() if oid in (one, multirange)), 0)
    _require_style(scope, subtype)
    if subtype == TIMESTAMPTZ and scope.env.timezone != "UTC":
        raise FeatureNotSupported(
            f"{scope.shown_name(oid)} as text in time zone {scope.env.timezone} is not supported by the double",
            hint="Select the value itself, or set TimeZone to UTC.",
        )


def columns_of(scope: Scope, value: Lowered, oid: int) -> tuple[RowColumn, ...] | None:
    """The columns of a row; None where they are not known."""
    if value.columns is not None or scope.base(oid).oid == RECORD:
        return value.columns
    relation = scope.catalog.relations.get(scope.base(oid).relation)
    if relation is None or relation.oid in scope.catalog.hidden_columns:
        return None
    return tuple(RowColumn(column.name, column.type_oid, column.typmod) for column in relation.columns)


def _is_printed_otherwise(scope: Scope, oid: int, columns: Sequence[RowColumn] | None = None) -> bool:
    """Whether the settings make another text of it than a row that is text already has."""
    row = scope.base(oid)
    if row.is_true_array:
        return _is_printed_otherwise(scope, row.element, columns)
    if scope.is_row(oid):
        inner = columns or columns_of(scope, Lowered(""), oid) or ()
        return any(_is_printed_otherwise(scope, column.type, column.row) for column in inner)
    subtype = next((of for one, (of, many) in scope.catalog.ranges.items() if row.oid in (one, many)), row.oid)
    zoned = subtype == TIMESTAMPTZ and scope.env.timezone != "UTC"
    return zoned or any(subtype in types and not _has_style(scope, name) for name, (_, types) in STYLES.items())


def text_of(scope: Scope, value: Lowered, oid: int) -> Lowered:
    """What the type's output function prints, as VARCHAR."""
    row = scope.base(oid)
    _require_style(scope, row.oid)
    if row.kind in "rm":
        _require_stored_form(scope, row.oid)
        return value
    if scope.is_row(oid):
        columns = columns_of(scope, value, oid) or ()
        if value.fields is None and any(_is_printed_otherwise(scope, column.type, column.row) for column in columns):
            return _row_from_text(scope, value, columns)
        return row_text(scope, value)
    if row.oid == NUMERIC:
        return number_text(value)
    if row.oid in PRINTED:
        return fill(scope, PRINTED[row.oid], [value])
    if row.oid in REG_TYPES:
        return registered_text(scope, value, row.oid)
    if row.is_true_array:
        return array_text(scope, value, row.element)
    if scope.storage(row.oid) == "VARCHAR":
        return value
    return Lowered(cast(value.sql, "VARCHAR"))


def array_text(scope: Scope, value: Lowered, element: int) -> Lowered:
    """array_out."""
    name = scope.fresh("e", value.sql)
    item = text_of(scope, Lowered(name, simple=True), element).sql
    return Lowered(f"pgf_array_text(list_transform({value.sql}, lambda {name}: {item}), '')")


def row_text(scope: Scope, value: Lowered) -> Lowered:
    """record_out; a stored composite is text already."""
    if value.fields is None:
        return value
    texts = ", ".join(text_of(scope, field.value, field.type).sql for field in value.fields)
    return Lowered(value.if_there(f"pgf_row_text(CAST([{texts}] AS VARCHAR[]))"), row=value.columns)


def from_text(scope: Scope, value: Lowered, oid: int, typmod: int = -1) -> Lowered:
    """The type's input function over text of the statement or of a column. typmod: of a row's column, which record_in applies."""
    row = scope.base(oid)
    storage = scope.storage(oid)
    if row.oid in DATES and not scope.env.settings.get("datestyle", "ISO, MDY").lower().endswith("mdy"):
        raise FeatureNotSupported(
            f"reading type {scope.shown_name(oid)} from text in this DateStyle is not supported by the double",
            hint="Set DateStyle to 'ISO, MDY', or use to_date.",
        )
    if row.kind == "e":
        wrong = "'PGERR|22P02|invalid input value for enum " + row.name.replace("'", "''") + ": \"' || {0} || '\"'"
        labels = scope.enum_labels(oid)
        return fill(
            scope,
            f"CASE WHEN {{0}} IS NULL OR list_contains({labels}, {{0}}) THEN {{0}} ELSE error({wrong}) END",
            [value],
        )
    if row.oid in REG_TYPES:
        return to_registered(scope, value, row.oid, missing_fails=True)
    if row.oid in (INT2VECTOR, OIDVECTOR):
        words = (
            f"list_filter(string_split(pgf_read({value.sql}, {row.oid}::UINTEGER, -1, 'UTC', {scope.catalog.version}), ' '), "
            "lambda w: w <> '')"
        )
        return Lowered(cast(words, storage))
    if row.is_true_array:
        if scope.base(row.element).oid in REG_TYPES:
            raise FeatureNotSupported(
                "looking up the names in an array is not supported by the double",
                hint="Use a literal, or look up each name.",
            )
        name = scope.fresh("e", value.sql)
        item = from_text(scope, Lowered(name, simple=True), row.element, typmod).sql
        return Lowered(
            f"list_transform(pgf_array_items({value.sql}, '{scope.base(row.element).delimiter}'), lambda {name}: {item})"
        )
    if row.kind == "c" and (columns := columns_of(scope, Lowered(""), oid)) is not None:
        return _row_from_text(scope, value, columns)
    if row.kind in "rm" and row.oid not in BUILT_IN and (subtype := _subtype(scope, row.oid)):
        zone = quote_literal(scope.env.timezone)
        return Lowered(f"pgf_range_read({value.sql}, {subtype}::UINTEGER, '{row.kind}', {zone})")
    if scope.is_row(oid) or (row.kind in "rm" and row.oid not in BUILT_IN):
        raise FeatureNotSupported(
            f"reading type {scope.shown_name(oid)} from text is not supported by the double", hint="Use a literal."
        )
    given = f"{quote_literal(scope.env.timezone)}, {scope.catalog.version}"
    read = f"pgf_read({value.sql}, CAST({row.oid} AS UINTEGER), {typmod}, {given})"
    if row.oid == BYTEA:
        return Lowered(f"unhex(substring({read}, 3))")
    return Lowered(read if storage == "VARCHAR" else cast(read, storage))


def _row_from_text(scope: Scope, value: Lowered, columns: Sequence[RowColumn]) -> Lowered:
    """record_in of a row of known columns: their own input functions, each with its column's length."""
    name = scope.fresh("i", value.sql)
    texts = []
    for at, column in enumerate(columns, 1):
        item = Lowered(f"{name}[{at}]", simple=True, row=column.row)
        read = item if scope.base(column.type).oid == RECORD else from_text(scope, item, column.type, column.typmod)
        texts.append(text_of(scope, read, column.type).sql)
    row = f"pgf_row_text(CAST([{', '.join(texts)}] AS VARCHAR[]))"
    found = f"[pgf_row_columns({value.sql}, {len(texts)})]"
    sql = f"list_transform({found}, lambda {name}: CASE WHEN {name} IS NOT NULL THEN {row} END)[1]"
    return Lowered(sql, row=value.row)


def _subtype(scope: Scope, oid: int) -> int:
    """What a range or multirange of the source's own is of, where its values can be read here; else 0."""
    found = next((subtype for one, (subtype, many) in scope.catalog.ranges.items() if oid in (one, many)), 0)
    return scope.base(found).oid if found and scope.base(found).oid in KEYS else 0


def constant(scope: Scope, oid: int, text: str | None) -> Lowered:
    """A constant of a type, from the text that Postgres would print for it."""
    base = scope.base(oid)
    storage = scope.storage(oid)
    if text is None:
        return Lowered(cast("NULL", storage), simple=True)
    if base.oid == NUMERIC:
        return number_constant(text)
    value = text if base.oid == UNKNOWN or scope.is_row(oid) else engine_value(base, text, scope.catalog)
    if isinstance(value, bytes):
        return Lowered(f"unhex('{value.hex()}')", simple=True)
    if isinstance(value, list):
        return Lowered(_list(value, storage), simple=True)
    return Lowered(cast(quote_literal(str(value)), storage), simple=True)


def _list(value: list[Any], storage: str) -> str:
    """A list constant; nested lists have a deeper type than the column type says."""
    depth, inner = 1, value
    while inner and isinstance(inner[0], list):
        depth, inner = depth + 1, inner[0]
    return cast(_items(value), storage + "[]" * (depth - storage.count("[]")))


def _items(value: list[Any]) -> str:
    parts = ("NULL" if item is None else _items(item) if isinstance(item, list)
             else f"unhex('{item.hex()}')" if isinstance(item, bytes) else quote_literal(str(item)) for item in value)  # fmt: skip
    return f"[{', '.join(parts)}]"


def number_constant(text: str) -> Lowered:
    """A numeric constant: a DECIMAL of just its digits where 38 are enough."""
    digits = text.lstrip("-")
    whole, _, fraction = digits.partition(".")
    precision = max(len(whole.lstrip("0")) + len(fraction), 1)
    if not digits.replace(".", "").isdigit() or precision > MAX_DIGITS:
        return Lowered(cast(quote_literal(text), "VARCHAR"), simple=True, literal=text)
    fixed = Fixed(precision, len(fraction))
    return Lowered(cast(quote_literal(text), fixed.duckdb_type), simple=True, fixed=fixed, literal=text)
