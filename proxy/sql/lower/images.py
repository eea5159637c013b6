"""*=, *<>, *< and their kin: records compared by the bytes of their columns.

Refuses columns whose bytes do not sort as their text or number does. Facts: record_image_cmp in src/backend/utils/adt/rowtypes.c:
values that are passed by value compare as unsigned numbers, others byte by byte; NULLs are equal and last.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.rows import opened, require_comparable
from proxy.sql.lower.scope import TEXT_TYPES, Scope
from proxy.sql.lower.texts import row_text
from proxy.sql.lower.values import Lowered, RowField

Handler = Callable[[Lowering, ir.Call], Lowered]
BY_VALUE = {16: "CAST({0} AS INTEGER)", 20: "{0}", 21: "{0}", 23: "{0}", 26: "{0}"}
UNSIGNED = "CAST({0} AS HUGEINT) + CASE WHEN {0} < 0 THEN 18446744073709551616 ELSE 0 END"
BYTES = frozenset({17, 2950}) | TEXT_TYPES
OPERATORS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}


def _image(scope: Scope, field: RowField) -> str:
    """SQL that sorts as the bytes of a column's value do."""
    base = scope.base(field.type)
    if base.oid in BY_VALUE:
        return UNSIGNED.format(BY_VALUE[base.oid].format(field.value.sql))
    if base.oid in BYTES and base.oid != 18:
        return field.value.sql
    raise FeatureNotSupported(
        f"the order of the bytes of type {scope.shown_name(field.type)} is not supported by the double",
        hint="Compare the columns by their own operators.",
    )


def _compared(name: str) -> Handler:
    op = OPERATORS[name]

    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        scope, types = lowering.scope, [arg.type for arg in call.args]
        rows = [lowering.expr(arg) for arg in call.args]
        require_comparable(scope, rows[0], rows[1], types[0], types[1])
        texts = [row_text(scope, row).sql for row in rows]
        if op in ("=", "<>"):  # equal bytes print alike, and others do not
            return Lowered(f"({texts[0]} {op} {texts[1]})")
        keys = []
        for row, oid, text in zip(rows, types, texts):
            fields = ", ".join(f"f{at} := {_image(scope, field)}" for at, field in enumerate(opened(scope, row, oid)))
            keys.append(f"CASE WHEN {text} IS NOT NULL THEN struct_pack({fields}) END")
        return Lowered(f"({keys[0]} {op} {keys[1]})")

    return lower


TEMPLATES: dict[str, str] = {}
HANDLERS: dict[str, Handler] = {f"record_image_{name}": _compared(name) for name in OPERATORS}
