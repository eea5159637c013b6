"""Equality and order of every type: turns values into SQL that DuckDB's own =, <, GROUP BY and ORDER BY treat as Postgres would.

Holds the keys (numeric text, enum labels, padded strings, jsonb, arrays and rows of them). Refuses to know where they are used.
Facts: each type's btree operator class; DuckDB compares VARCHAR by bytes, which is collation C.
"""

from __future__ import annotations

from collections.abc import Sequence

from proxy.catalog.collations import DEFAULT
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower.apply import fill
from proxy.sql.lower.collations import is_collated, text_key
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.ranges import range_key, subtype_of
from proxy.sql.lower.rows import opened, require_comparable
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import Fixed, Lowered, cast, common_fixed, number_text, quote_name, rescaled
from synth.release.storage import NUMERIC

BPCHAR, JSON, JSONB = 1042, 114, 3802
NATIVE = frozenset({
    16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 29, 30, 700, 701, 705, 1043, 1082, 1083, 1114, 1184, 1186, 2275, 2950,
    2202, 2203, 2204, 2205, 2206, 3734, 3769, 4089, 4096, 4191,
})  # fmt: skip
# Types stored as text that sorts otherwise than the values: what sorts as they do.
SORTED_BY = {
    1266: "pgf_timetz_key({0})",
    5069: "CAST({0} AS UBIGINT)",
    3220: "(lpad(split_part({0}, '/', 1), 8, '0') || lpad(split_part({0}, '/', 2), 8, '0'))",
    27: "(CAST(split_part(trim({0}, '()'), ',', 1) AS BIGINT) * 65536 + CAST(split_part(trim({0}, '()'), ',', 2) AS BIGINT))",
}
OPERATORS = {"=": "=", "<>": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
SWAPPED_ROUNDING = {"<": "ceil", ">=": "ceil", ">": "floor", "<=": "floor"}


def is_native(scope: Scope, oid: int) -> bool:
    """DuckDB compares the stored value as Postgres does."""
    row = scope.base(oid)
    return row.oid in NATIVE or (row.is_true_array and is_native(scope, row.element))


def orders_natively(scope: Scope, oid: int, collation: int) -> bool:
    """DuckDB orders the stored value as Postgres does."""
    return is_native(scope, oid) and not is_collated(scope, oid, collation)


def sort_key(scope: Scope, value: Lowered, oid: int, collation: int) -> str:
    """SQL to ORDER BY. Raises FeatureNotSupported for a type whose text does not sort as its values do."""
    row = scope.base(oid)
    if row.oid == JSONB and DEFAULT in scope.catalog.ordered_by:
        raise FeatureNotSupported(
            "ordering of jsonb by the collation of the database is not supported by the double",
            hint="Order by a cast of it to text.",
        )
    if row.oid == JSONB:
        return f"pgf_jsonb_key({value.sql})"
    if row.oid == JSON or not (_has_key(scope, oid) or scope.is_row(oid)):
        raise FeatureNotSupported(
            f"ordering by type {scope.shown_name(oid)} is not supported by the double",
            hint="Order by another column, or by a cast of this one to text.",
        )
    if scope.is_row(oid):
        return _row_key(scope, value, oid, ordered=True)
    return text_key(scope, _key(scope, value, oid), value.simple, oid, collation)


def order_by(lowering: Lowering, keys: Sequence[ir.SortKey]) -> str:
    """ORDER BY ... with NULLs always explicit."""
    return "ORDER BY " + ", ".join(sort_item(lowering, key) for key in keys)


def sort_item(lowering: Lowering, key: ir.SortKey, value: Lowered | None = None) -> str:
    """One ORDER BY item."""
    value = value if value is not None else lowering.expr(key.expr)
    shown = sort_key(lowering.scope, value, key.expr.type, key.expr.collation)
    return f"{shown} {'DESC' if key.descending else 'ASC'} NULLS {'FIRST' if key.nulls_first else 'LAST'}"


def group_key(scope: Scope, value: Lowered, oid: int) -> str:
    """SQL to GROUP BY or DISTINCT on: equal exactly where Postgres' equality says so."""
    row = scope.base(oid)
    if row.oid == JSONB:
        return f"pgf_jsonb_key({value.sql})"
    if scope.is_row(oid):
        return _row_key(scope, value, oid, ordered=False)
    if row.kind == "e":
        return value.sql  # equal labels are equal values
    if row.kind in "rm":
        return range_key(scope, value.sql, oid) if subtype_of(scope, oid) == NUMERIC else value.sql
    return _key(scope, value, oid)


def constant_key(scope: Scope, value: Lowered, oid: int) -> str:
    """SQL of a constant that rows are grouped by, of which the engine would see only that it is one."""
    return cast(number_text(value).sql, scope.storage(oid))


def is_identity(scope: Scope, value: Lowered, oid: int) -> bool:
    """The group key is the stored value itself, so DuckDB may keep it as the group's value."""
    return group_key(scope, value, oid) == value.sql


def is_sorted_as_is(scope: Scope, value: Lowered, oid: int, collation: int) -> bool:
    """The sort key is the stored value itself."""
    return sort_key(scope, value, oid, collation) == value.sql


def compare(
    scope: Scope, op: str, left: Lowered, left_type: int, right: Lowered, right_type: int, collation: int
) -> str:
    """SQL of a comparison of two values; NULL where either is NULL. collation: what texts are ordered by."""
    if op in ("=", "<>") and (between := _fixed_equals(left, right) or _fixed_equals(right, left)):
        return between if op == "=" else f"(NOT {between})"
    left, right = _as_moment(scope, left, left_type, right_type), _as_moment(scope, right, right_type, left_type)
    a, b = pair(scope, op, left, left_type, right, right_type, collation)
    return f"({a} {op} {b})"


DATE, MOMENTS = 1082, {1114: "TIMESTAMP", 1184: "TIMESTAMPTZ"}


def _as_moment(scope: Scope, value: Lowered, oid: int, other: int) -> Lowered:
    """A computed date beside a time stamp: one that no time stamp reaches is later than all, and no error (date_cmp_timestamp)."""
    stored = MOMENTS.get(scope.base(other).oid)
    stands_for_itself = value.simple and not value.sql.startswith("struct_extract(")  # a column or a constant
    if scope.base(oid).oid != DATE or stored is None or stands_for_itself:
        return value
    far = f"CASE WHEN {{0}} > DATE '294246-12-31' THEN CAST('infinity' AS {stored}) ELSE CAST({{0}} AS {stored}) END"
    return fill(scope, far, [value])


def _fixed_equals(left: Lowered, right: Lowered) -> str:
    """DECIMAL = constant or parameter of any scale, '' for other pairs: equal where it lies between both roundings."""
    if left.fixed is None or right.fixed is not None or not right.simple:
        return ""
    return f"({left.sql} BETWEEN {_rounded(right, left.fixed, 'ceil')} AND {_rounded(right, left.fixed, 'floor')})"


def pair(
    scope: Scope, op: str, left: Lowered, left_type: int, right: Lowered, right_type: int, collation: int
) -> tuple[str, str]:
    """Both sides so that DuckDB's `op` (=, <>, <, <=, >, >=, IS [NOT] DISTINCT FROM) compares them as Postgres would."""
    if scope.is_numeric(left_type) and scope.is_numeric(right_type):
        return _numeric_pair(op, left, right)
    _refuse_incomparable(scope, op, left_type)
    if scope.is_row(left_type):
        require_comparable(scope, left, right, left_type, right_type)
    if op in ("=", "<>") or "DISTINCT" in op:
        if scope.base(left_type).oid == JSONB and "pgf_jsonb_key" not in left.sql:
            return f"pgf_jsonb_key({left.sql})", f"pgf_jsonb_key({right.sql})"
        return group_key(scope, left, left_type), group_key(scope, right, right_type)
    return sort_key(scope, left, left_type, collation), sort_key(scope, right, right_type, collation)


def _refuse_incomparable(scope: Scope, op: str, oid: int) -> None:
    row = scope.base(oid)
    if row.category == "G" or row.oid == JSON:
        raise FeatureNotSupported(
            f"operator {op} of type {scope.shown_name(oid)} is not supported by the double",
            hint="Compare a cast to text instead.",
        )


def _numeric_pair(op: str, left: Lowered, right: Lowered) -> tuple[str, str]:
    if left.fixed and right.fixed:
        common = common_fixed([left.fixed, right.fixed])
        if common is not None and left.fixed.scale == right.fixed.scale:
            return left.sql, right.sql
        if common is not None:
            return rescaled(left, *common), rescaled(right, *common)
    elif left.fixed and (right.simple or right.query) and op in SWAPPED_ROUNDING:
        return left.sql, _rounded(right, left.fixed, SWAPPED_ROUNDING[op])
    elif right.fixed and (left.simple or left.query) and op in SWAPPED_ROUNDING:
        return _rounded(left, right.fixed, "floor" if SWAPPED_ROUNDING[op] == "ceil" else "ceil"), right.sql
    return numeric_key(left), numeric_key(right)


def _rounded(value: Lowered, fixed: Fixed, way: str) -> str:
    """A text numeric as a DECIMAL of the other side's scale, rounded so that the comparison's answer stays the same."""
    return _inside(value, f"CAST(pgf_numeric_{way}_at({{}}, {fixed.scale}) AS DECIMAL(38,{fixed.scale}))")


def _inside(value: Lowered, template: str) -> str:
    """A function of a numeric's text; of a subquery's one value it is computed in there, and not again for each row around it."""
    if value.query is None:
        return template.format(number_text(value).sql)
    sql, column = value.query
    inner = number_text(Lowered(f"q.{quote_name(column)}", simple=True, fixed=value.fixed)).sql
    return f"(SELECT {template.format(inner)} FROM ({sql}) AS q)"


def numeric_key(value: Lowered) -> str:
    """Text that sorts by bytes as the numbers sort, whatever the representation."""
    return _inside(value, "pgf_numeric_key({})")


def _has_key(scope: Scope, oid: int) -> bool:
    row = scope.base(oid)
    if row.is_true_array:
        return _has_key(scope, row.element)
    return (
        row.oid in NATIVE
        or row.oid in SORTED_BY
        or row.oid in (NUMERIC, BPCHAR, JSONB)
        or row.kind == "e"
        or bool(subtype_of(scope, oid))
    )


def _key(scope: Scope, value: Lowered, oid: int) -> str:
    row = scope.base(oid)
    if row.oid == NUMERIC:
        return value.sql if value.fixed else numeric_key(value)
    if row.kind in "rm":
        return range_key(scope, value.sql, oid)
    if row.oid in SORTED_BY:
        return SORTED_BY[row.oid].format(value.sql)
    if row.oid == BPCHAR:
        return f"rtrim({value.sql}, ' ')"
    if row.kind == "e":
        return f"list_position({scope.enum_labels(oid)}, {value.sql})"
    if row.is_true_array and not is_native(scope, oid) and _has_key(scope, row.element):
        return f"list_transform({value.sql}, lambda e: {_key(scope, Lowered('e', simple=True), row.element)})"
    return value.sql


def _row_key(scope: Scope, value: Lowered, oid: int, *, ordered: bool) -> str:
    """record_eq and record_cmp: NULL fields are equal, and sort last, as in DuckDB's structs."""
    fields = opened(scope, value, oid)
    if (
        ordered
        and value.fields is None
        and scope.catalog.whole.collated
        and any(map(scope.is_text, (one.type for one in fields)))
    ):
        raise FeatureNotSupported(
            "ordering by a stored composite value with text in it is not supported by the double here",
            hint="Order by its fields.",
        )
    keys = []
    for at, field in enumerate(fields):
        one = _comparable_field(field.value)
        key = sort_key(scope, one, field.type, field.collation) if ordered else group_key(scope, one, field.type)
        keys.append(f"{quote_name(f'f{at}')} := {key}")
    return value.if_there(f"struct_pack({', '.join(keys)})")


def _comparable_field(value: Lowered) -> Lowered:
    """Fields of two rows may be numerics of different scales: their keys are always those of text."""
    return number_text(value)
