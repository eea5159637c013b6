"""How many dimensions an array has, as far as its writing shows, and the refusal where that is not enough.

DuckDB's lists of lists are another type than its lists, so what mixes them cannot be planned. Refuses to know what functions
compute. Facts: arrayfuncs.c; a column's arrays are taken to have one dimension, a parameter's
are planned anew where they have more.
"""

from __future__ import annotations

from collections.abc import Sequence

from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower.scope import Scope

# Functions whose rows know lists of lists.
NESTED = frozenset({
    "cardinality", "array_length", "array_upper", "array_lower", "array_ndims", "array_dims", "array_to_json", "to_json", "to_jsonb",
    "unnest", "array_eq", "array_ne", "count", "array_agg", "json_agg", "jsonb_agg", "json_build_array", "jsonb_build_array",
    "json_build_object", "jsonb_build_object", "array_position", "array_positions", "array_append", "array_prepend", "num_nulls",
    "num_nonnulls", "pg_typeof", "generate_subscripts", "array_cat", "array_fill", "json_object", "jsonb_object",
})  # fmt: skip
SAME = frozenset({"array_eq", "array_ne"})


def depth(scope: Scope, expr: ir.Expr) -> int:
    """Dimensions of an array; 1 for everything that is not known to have more."""
    if isinstance(expr, ir.ArrayLiteral) and expr.elements and expr.elements[0].type == expr.type:
        return 1 + depth(scope, expr.elements[0])
    if isinstance(expr, ir.Const) and expr.value is not None:
        return max(len(expr.value) - len(expr.value.lstrip("{")), 1) if scope.base(expr.type).is_true_array else 1
    if isinstance(expr, ir.Param):
        return scope.env.depths.get(expr.index, 1)
    if isinstance(expr, ir.Cast):
        alike = scope.base(expr.type).is_true_array and scope.base(expr.arg.type).is_true_array
        return depth(scope, expr.arg) if alike or expr.method in ("relabel", "domain", "length") else 1
    if isinstance(expr, ir.Subscript) and expr.is_slice:
        return depth(scope, expr.arg)
    return max((depth(scope, one) for one in _branches(expr)), default=1)


def _branches(expr: ir.Expr) -> list[ir.Expr]:
    """The expressions whose value this one may be."""
    if isinstance(expr, ir.Case):
        return [*(then for _, then in expr.whens), *([expr.default] if expr.default is not None else [])]
    return list(expr.args) if isinstance(expr, ir.Coalesce) else []


def require_alike(scope: Scope, branches: Sequence[ir.Expr]) -> None:
    """Raises FeatureNotSupported where the branches of one value have different numbers of dimensions; NULL has any."""
    known = {depth(scope, one) for one in branches if not (isinstance(one, ir.Const) and one.value is None)}
    if len(known) > 1:
        raise several()


def require_known(scope: Scope, call: ir.Call) -> None:
    """Raises FeatureNotSupported where a function takes an array of more dimensions than its row knows."""
    depths = [depth(scope, arg) for arg in call.args]
    if max(depths, default=1) == 1:
        return
    if call.proc.name not in NESTED or (call.proc.name in SAME and len(set(depths)) > 1):
        raise several(call.position)


def several(position: int = -1) -> FeatureNotSupported:
    """The refusal."""
    return FeatureNotSupported(
        "arrays of several dimensions are not supported by the double",
        hint="Use arrays of one dimension.", position=position if position >= 0 else None,
    )  # fmt: skip
