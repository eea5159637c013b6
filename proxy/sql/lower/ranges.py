"""Ranges and multiranges: functions and operators by what their names in pg_proc say, constructors, aggregates and unnest.

Refuses to compute with bounds (`proxy.engine.functions.ranges` does). Facts: pg_range, pg_proc; one rule serves ranges and
multiranges.
"""

from __future__ import annotations

import re

from proxy.catalog.versions import Since
from proxy.engine.functions.ranges import parsed
from proxy.pgtypes.range_types import BUILT_IN_RANGES, SUBTYPES
from proxy.pgtypes.ranges import Intervals
from proxy.sql import ir
from proxy.sql.constancy import is_constant
from proxy.sql.lower.apply import fill
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.texts import text_of
from proxy.sql.lower.values import Lowered, cast, number_text, quote_literal

WORDS = re.compile(
    r"(?:multi)?range_(contains|contained_by|overlaps|before|after|adjacent|overleft|overright)(?:_(?:multi)?range)?"
)
HOLDING = re.compile(r"(?:multi)?range_contains_elem|elem_contained_by_(?:multi)?range")
SETS = re.compile(r"(?:multi)?range_(union|minus|intersect|merge)")
TEMPLATES: dict[str, str] = {f"{name}range_canonical": "{0}" for name in ("int4", "int8", "date")}
BOUNDS = ("lower", "upper")
BUILT_IN = {oid: subtype for _, subtype, one, _, many, _ in BUILT_IN_RANGES for oid in (one, many)}
QUESTIONS = ("isempty", "lower_inc", "upper_inc", "lower_inf", "upper_inf")


def subtype_of(scope: Scope, oid: int) -> int:
    """What a range or multirange type is of, where the double computes with it; else 0."""
    row = scope.base(oid)
    if row.kind not in "rm":
        return 0
    pairs = scope.catalog.ranges.items()
    subtype = next((inner for one, (inner, multirange) in pairs if row.oid in (one, multirange)), 0)
    return scope.base(subtype).oid if subtype and scope.base(subtype).oid in SUBTYPES else 0


def is_multirange(scope: Scope, oid: int) -> bool:
    """As against a range."""
    return scope.base(oid).kind == "m"


def lower_range_call(lowering: Lowering, call: ir.Call) -> Lowered | None:
    """A function of ranges; None where it is none that is known."""
    scope = lowering.scope
    subtype = next(
        (found for found in (subtype_of(scope, oid) for oid in (*(arg.type for arg in call.args), call.type)) if found),
        0,
    )
    if not subtype:
        return None
    name = call.proc.name
    of = f"CAST({subtype} AS UINTEGER)"
    if name in BOUNDS:
        value = f"pgf_range_bound('{name}', {of}, {lowering.expr(call.args[0]).sql})"
        return Lowered(value if subtype == 1700 else cast(value, scope.storage(call.type)))
    if name in QUESTIONS:
        return Lowered(f"pgf_range_has('{name}', {of}, {lowering.expr(call.args[0]).sql})")
    if match := WORDS.fullmatch(name):
        left, right = (lowering.expr(arg).sql for arg in call.args)
        return Lowered(f"pgf_range_test('{match[1]}', {of}, {left}, {right})")
    if HOLDING.fullmatch(name):
        whole, element = call.args if name.endswith("_elem") else reversed(call.args)
        return _holds(lowering, whole, element, of)
    if match := SETS.fullmatch(name):
        sides = [lowering.expr(arg).sql for arg in call.args]
        many = "true" if is_multirange(scope, call.type) else "false"
        return fill(
            scope, f"pgf_range_set('{match[1]}', {of}, {{0}}, {{1}}, {many})", [Lowered(sides[0]), Lowered(sides[-1])]
        )
    return _made(lowering, call, of)


def _holds(lowering: Lowering, whole: ir.Expr, element: ir.Expr, of: str) -> Lowered:
    """range @> element; Postgres plans an empty and an endless constant away, so that they hold of NULL as well."""
    zone = quote_literal(lowering.scope.env.timezone)
    test = f"pgf_range_holds({of}, {{0}}, {{1}}, {zone})"
    planned = lowering.scope.catalog.has(Since.ENDLESS_RANGES_PLANNED) and not is_multirange(lowering.scope, whole.type)
    if not planned or not is_constant(whole):
        return fill(lowering.scope, test, [lowering.expr(whole), _text(lowering, element)])
    is_so = {one: f"pgf_range_has('{one}', {of}, {{0}})" for one in ("isempty", "lower_inf", "upper_inf")}
    template = f"CASE WHEN {is_so['isempty']} THEN false WHEN {is_so['lower_inf']} AND {is_so['upper_inf']} THEN true ELSE {test} END"
    return fill(lowering.scope, template, [lowering.expr(whole), _text(lowering, element)], lazy={1})


def _known(expr: ir.Expr) -> Intervals | None:
    """A constant of a built-in range or multirange type."""
    if not isinstance(expr, ir.Const) or expr.value is None or expr.type not in BUILT_IN:
        return None
    return parsed(SUBTYPES[BUILT_IN[expr.type]], expr.value)


def unbounded(call: ir.Call) -> bool:
    """Whether it is the bound of a constant that has none there: Postgres computes it before anything else."""
    known = _known(call.args[0]) if call.proc.name in BOUNDS and len(call.args) == 1 else None
    if known is None:
        return False
    return not known or bool((known[0][0] if call.proc.name == "lower" else known[-1][1]).infinite)


def _text(lowering: Lowering, arg: ir.Expr) -> Lowered:
    return number_text(text_of(lowering.scope, lowering.expr(arg), arg.type))


def _made(lowering: Lowering, call: ir.Call, of: str) -> Lowered | None:
    """Constructors: of a range from two values, of a multirange from ranges."""
    scope, name = lowering.scope, call.proc.name
    kinds = [bool(subtype_of(scope, arg.type)) for arg in call.args]
    if (
        name == scope.base(call.type).name
        and not is_multirange(scope, call.type)
        and len(call.args) >= 2
        and not any(kinds)
    ):
        low, high = (_text(lowering, arg).sql for arg in call.args[:2])
        bounds = lowering.expr(call.args[2]).sql if len(call.args) > 2 else "'[)'"
        return Lowered(f"pgf_range_make({of}, {low}, {high}, {bounds}, {quote_literal(scope.env.timezone)})")
    if not is_multirange(scope, call.type) or name not in (scope.base(call.type).name, "multirange"):
        return None
    if call.variadic_array:
        return Lowered(f"pgf_multirange_make({of}, {lowering.expr(call.args[0]).sql})")
    parts = [lowering.expr(arg).sql for arg in call.args]
    listed = f"pgf_multirange_make({of}, CAST([{', '.join(parts)}] AS VARCHAR[]))"
    return Lowered(
        f"CASE WHEN {' AND '.join(f'{part} IS NOT NULL' for part in parts)} THEN {listed} END" if parts else listed
    )


def unnested(lowering: Lowering, call: ir.Call) -> Lowered:
    """unnest(anymultirange)."""
    of = subtype_of(lowering.scope, call.args[0].type)
    return Lowered(f"pgf_multirange_items(CAST({of} AS UINTEGER), {lowering.expr(call.args[0]).sql})")


def range_key(scope: Scope, value: str, oid: int) -> str:
    """SQL that sorts as ranges do."""
    return f"pgf_range_key(CAST({subtype_of(scope, oid)} AS UINTEGER), {value})"
