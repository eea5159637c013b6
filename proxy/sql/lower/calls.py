"""Function and operator calls: the one mechanism that finds a row for a function of pg_proc and fills it in.

Joins the families' tables; a function without a row is refused by name. Refuses to know aggregates, window functions
and sets. A row is found by name and declared argument types, else by name alone (names of operators' functions are
unique).
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.catalog.versions import Since
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.constancy import deciding
from proxy.sql.lower import (
    aliases,
    arithmetic,
    arrays,
    binary,
    catalog_details,
    catalog_functions,
    datetimes,
    enums,
    images,
    index_properties,
    inputs,
    json,
    json_rows,
    lengths,
    letters,
    numerics,
    objects,
    ranges,
    session_functions,
    strings,
    timetz,
)  # fmt: skip
from proxy.sql.lower.apply import fill
from proxy.sql.lower.casts import convert
from proxy.sql.lower.comparisons import OPERATORS, compare
from proxy.sql.lower.dimensions import depth, require_known
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.older import of_version, older
from proxy.sql.lower.order import held, needs_order
from proxy.sql.lower.ranges import lower_range_call
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.texts import row_text
from proxy.sql.lower.values import Lowered, cast, number_text

Handler = Callable[[Lowering, ir.Call], Lowered]
FAMILIES = (
    arithmetic,
    numerics,
    strings,
    binary,
    ranges,
    datetimes,
    json,
    arrays,
    catalog_functions,
    catalog_details,
    session_functions,
    aliases,
    timetz,
)
TEMPLATES: dict[str, str] = {name: row for family in FAMILIES for name, row in family.TEMPLATES.items()}
HANDLERS: dict[str, Handler] = {
    name: row
    for family in (
        strings, letters, datetimes, timetz, enums, images, lengths, json, json_rows, arrays, catalog_functions, catalog_details,
        objects, inputs,
        index_properties, session_functions, aliases,
    )
    for name, row in family.HANDLERS.items()
}  # fmt: skip
# Functions that Postgres knows by a second name as well: what it is called inside -> what has a row.
SAME = {
    "dexp": "exp(float8)", "dlog1": "ln(float8)", "dlog10": "log(float8)", "dround": "round(float8)", "dtrunc": "trunc(float8)",
    "numeric_exp": "exp(numeric)", "numeric_ln": "ln(numeric)", "numeric_log": "log(numeric,numeric)", "numeric_sqrt": "sqrt(numeric)",
    "numeric_div_trunc": "div(numeric,numeric)", "textlen": "length(text)",
}  # fmt: skip
PATTERN_OPERATORS = {"~<~": "<", "~<=~": "<=", "~>~": ">", "~>=~": ">="}
JSONB = 3802
NARROW = {21: "SMALLINT", 23: "INTEGER"}
SYSTEM_SCHEMAS = ("pg_catalog", "information_schema")


def lower_call(lowering: Lowering, call: ir.Call) -> Lowered:
    """A call of a function that is neither aggregate nor set-returning."""
    scope, proc = lowering.scope, call.proc
    if scope.catalog.namespaces.get(proc.namespace) not in SYSTEM_SCHEMAS:
        raise refused(scope, call)
    if is_null(call, scope):
        return Lowered(cast("NULL", scope.storage(call.type)))
    require_known(scope, call)
    for arg in call.args:
        if depth(scope, arg) > 1:
            lowering.expr(arg)  # refuses what may be of one dimension or of more
    if needs_order(call) and not any(depth(scope, arg) > 1 for arg in call.args):
        ordered, name, fields = held(lowering, call)
        value = _lowered(lowering, ordered)
        if not name or "SELECT" in value.sql or value.fields is not None:
            return value if not name else _lowered(lowering, call)
        value = number_text(value) if value.fixed and value.fixed.shown else value
        return Lowered(
            f"list_transform([struct_pack({fields})], lambda {name}: {value.sql})[1]", fixed=value.fixed, row=value.row
        )
    return _lowered(lowering, call)


def _lowered(lowering: Lowering, call: ir.Call) -> Lowered:
    """The call by its row."""
    scope, proc = lowering.scope, call.proc
    op = comparison_of(scope, call)
    if op:
        left, right = call.args
        collation = 0 if _by_bytes(call) else call.input_collation
        return Lowered(compare(scope, op, lowering.expr(left), left.type, lowering.expr(right), right.type, collation))
    signature = signature_of(scope, call)
    for key in (signature, SAME.get(proc.name, proc.name)):
        if key in HANDLERS:
            return HANDLERS[key](lowering, call)
        if key in numerics.OPERATORS and not older(scope, key):
            return numerics.OPERATORS[key](scope, [lowering.expr(arg) for arg in call.args])
        if key in numerics.ROUNDING:
            return numerics.ROUNDING[key](lowering, call, [lowering.expr(arg) for arg in call.args])
        if key in TEMPLATES:
            args = [_argument(scope, lowering.expr(arg)) for arg in call.args]
            if before := older(scope, key):
                return fill(scope, before, args)
            if letters.takes_pattern(TEMPLATES[key]):
                args[1] = letters.pattern(scope, args[1], call.input_collation)
            return _as_declared(fill(scope, of_version(scope, TEMPLATES[key]), args), call.type)
    ranged = lower_range_call(lowering, call)
    if ranged is not None:
        return ranged
    if _is_cast(scope, call):
        return convert(lowering, lowering.expr(call.args[0]), call.args[0].type, call.type)
    raise refused(scope, call)


def _as_declared(value: Lowered, oid: int) -> Lowered:
    """DuckDB counts in BIGINT: an integer narrower than that is made what Postgres declares, for what stands around it."""
    storage = NARROW.get(oid)
    if storage is None or value.sql.startswith("CAST(") and value.sql.endswith(f" AS {storage})"):
        return value
    return Lowered(cast(value.sql, storage))


def is_null(expr: ir.Expr, scope: Scope) -> bool:
    """Whether Postgres knows it for NULL without computing anything: what else stands beside it is never looked at."""
    if isinstance(expr, ir.Const):
        return expr.value is None
    if isinstance(expr, ir.Cast):
        return is_null(expr.arg, scope) or (_is_json_null(expr) and scope.catalog.has(Since.JSON_NULL_CAST))
    if isinstance(expr, ir.Bool):
        return all(is_null(arg, scope) for arg in expr.args)
    if not isinstance(expr, ir.Call) or not expr.proc.strict or expr.proc.volatility == "v":
        return False
    return any(is_null(arg, scope) for arg in deciding(expr)) or ranges.unbounded(expr)


def _is_json_null(cast_: ir.Cast) -> bool:
    """jsonb's null as a number or a boolean."""
    arg = cast_.arg
    return isinstance(arg, ir.Const) and arg.value == "null" and arg.type == JSONB and cast_.method == "function"


def _argument(scope: Scope, value: Lowered) -> Lowered:
    """Templates take numerics as text and rows as text."""
    return row_text(scope, value) if value.fields is not None else number_text(value)


def signature_of(scope: Scope, call: ir.Call) -> str:
    """name(type,type) by the declared argument types."""
    return f"{call.proc.name}({','.join(scope.signature_name(oid) for oid in call.proc.args)})"


def comparison_of(scope: Scope, call: ir.Call) -> str:
    """=, <>, <, ... where the call is a comparison of two values, '' otherwise."""
    if len(call.args) != 2 or call.proc.result != 16:
        return ""
    names = [call.operator.name] if call.operator is not None else []
    if call.operator is None:
        names = [row.name for row in scope.catalog.operators.values() if row.proc == call.proc.oid]
    for name in names:
        if name in OPERATORS:
            return OPERATORS[name]
        if name in PATTERN_OPERATORS:
            return PATTERN_OPERATORS[name]
    return ""


def _by_bytes(call: ir.Call) -> bool:
    """text_pattern_lt and its kin."""
    return "_pattern_" in call.proc.name


def _is_cast(scope: Scope, call: ir.Call) -> bool:
    """Functions behind casts may be called by name: float8(x), text(x), date(ts)."""
    return len(call.args) == 1 and any(
        row.proc == call.proc.oid and row.target == call.type for row in scope.catalog.casts.values()
    )


def refused(scope: Scope, call: ir.Call) -> FeatureNotSupported:
    """The error for a function without a row."""
    shown = ", ".join(scope.shown_name(arg.type) for arg in call.args)
    what = f"function {call.proc.name}({shown})"
    if call.operator is not None:
        sides = [scope.shown_name(arg.type) for arg in call.args]
        what = f"operator {' '.join([sides[0], call.operator.name, sides[1]] if len(sides) == 2 else [call.operator.name, *sides])}"
    return FeatureNotSupported(
        f"{what} is not supported by the double",
        hint="Compute it on the client, or write it in another way.",
        position=call.position if call.position >= 0 else None,
    )
