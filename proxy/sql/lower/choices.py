"""What gives one of several values: CASE, COALESCE, GREATEST, LEAST and NULLIF.

Branches are brought to one representation; what the engine would compute too early stands in a CASE. Refuses to know comparisons.
Facts: a numeric's digits shown are part of its value, so that they are chosen along with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from proxy.sql import ir
from proxy.sql.lower.apply import fill
from proxy.sql.lower.calls import is_null
from proxy.sql.lower.comparisons import compare, orders_natively, sort_key
from proxy.sql.lower.dimensions import require_alike
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.numerics import unified
from proxy.sql.lower.rows import as_one
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import SHOWN_LIMIT, Fixed, Lowered, cast, common_fixed, member, number_text, shown_of

INTERVAL = 1186
# A column, a parameter or a constant: neither can fail.
PLAIN = re.compile(r"\w+\.c\d+|\$\d+|NULL|CAST\((?:'[^']*'|\$\d+|\d+|NULL) AS [\w, ()]+\)")


def lower_case(lowering: Lowering, expr: ir.Case) -> Lowered:
    conditions = [lowering.expr(when).sql for when, _ in expr.whens]
    default = expr.default if expr.default is not None else ir.Const(type=expr.type, value=None)
    require_alike(lowering.scope, [*(then for _, then in expr.whens), default])
    results = [lowering.expr(result) for result in (*(then for _, then in expr.whens), default)]
    if lowering.scope.is_numeric(expr.type):
        return _numeric_case(conditions, _typed_nulls(lowering, expr, results))
    row: tuple[ir.RowColumn, ...] | None = None
    if lowering.scope.is_row(expr.type):
        results, row = as_one(lowering.scope, results)
    values = [*(then for _, then in expr.whens), default]
    return Lowered(_case_sql(conditions, _bare_nulls(lowering, values, [result.sql for result in results])), row=row)


def _bare_nulls(lowering: Lowering, exprs: Sequence[ir.Expr], sqls: list[str]) -> list[str]:
    """Arrays beside a NULL: it is of one dimension where its type is printed, and they may be of more."""
    if not lowering.scope.base(exprs[0].type).is_true_array or all(map(_is_none, exprs)):
        return sqls
    return ["NULL" if _is_none(expr) else sql for expr, sql in zip(exprs, sqls)]


def _is_none(expr: ir.Expr) -> bool:
    """Whether it is the constant."""
    return isinstance(expr, ir.Const) and expr.value is None


def _typed_nulls(lowering: Lowering, expr: ir.Case, results: list[Lowered]) -> list[Lowered]:
    """A NULL branch takes the representation of the others."""
    branches = [*(then for _, then in expr.whens), expr.default]
    fixed = next((result.fixed for result in results if result.fixed), None)
    if fixed is None:
        return results
    return [
        Lowered(cast("NULL", fixed.duckdb_type), fixed=Fixed(fixed.precision, fixed.scale))
        if branch is None or (isinstance(branch, ir.Const) and branch.value is None) else result
        for branch, result in zip(branches, results)
    ]  # fmt: skip


def _case_sql(conditions: list[str], results: list[str]) -> str:
    whens = " ".join(f"WHEN {condition} THEN {result}" for condition, result in zip(conditions, results))
    return f"CASE {whens} ELSE {results[-1]} END"


def _numeric_case(conditions: list[str], results: list[Lowered]) -> Lowered:
    """One DECIMAL for all branches; where their scales differ the digits shown are a second CASE."""
    branches = unified(results)
    fixed = [branch.fixed for branch in branches]
    known = [one for one in fixed if one is not None]
    sql = _case_sql(conditions, [branch.sql for branch in branches])
    if len(known) != len(fixed):
        return Lowered(sql)
    common = common_fixed([one for one in (result.fixed for result in results) if one is not None])
    assert common is not None
    shown = [shown_of(one) for one in known]
    bound = common[1] + max(one.digits - one.scale for one in (result.fixed for result in results) if one is not None)
    if len(set(shown)) == 1 and shown[0] == str(common[1]):
        return Lowered(sql, fixed=Fixed(*common, bound=bound))
    digits = _case_sql(conditions, shown)
    if len(digits) > SHOWN_LIMIT:
        return Lowered(_case_sql(conditions, [number_text(result).sql for result in results]))
    return Lowered(sql, fixed=Fixed(*common, digits, bound))


def lower_coalesce(lowering: Lowering, expr: ir.Coalesce) -> Lowered:
    scope = lowering.scope
    require_alike(scope, expr.args)
    values = [lowering.expr(arg) for arg in expr.args]
    if scope.is_numeric(expr.type):
        return _numeric_choice(lowering, expr, values)
    if expr.kind == "coalesce":
        row: tuple[ir.RowColumn, ...] | None = None
        if scope.is_row(expr.type):
            values, row = as_one(scope, values)
        bare = _bare_nulls(lowering, expr.args, [value.sql for value in values])
        found = _first(scope, [replace(value, sql=sql) for value, sql in zip(values, bare)])
        return replace(found, row=row)
    # DuckDB finds the greatest interval by its months first
    if orders_natively(scope, expr.type, expr.collation) and scope.base(expr.type).oid != INTERVAL:
        return Lowered(f"{expr.kind}({', '.join(value.sql for value in values)})")
    return _by_key(lowering, expr, values)


def _first(scope: Scope, values: list[Lowered]) -> Lowered:
    """The first value that is not NULL, as a CASE where a later one is computed: the engine computes what a coalesce repeats before it
    knows whether it is needed, and that may fail."""
    if all(PLAIN.fullmatch(value.sql) for value in values[1:]) or any("SELECT" in value.sql for value in values):
        return Lowered(f"coalesce({', '.join(value.sql for value in values)})")
    rest = values[1] if len(values) == 2 else _first(scope, values[1:])
    return fill(scope, "CASE WHEN {0} IS NOT NULL THEN {0} ELSE {1} END", [values[0], rest], lazy={1})


def _by_key(lowering: Lowering, expr: ir.Coalesce, values: list[Lowered]) -> Lowered:
    """GREATEST and LEAST of a type whose order is a key's: the first value with the extreme key; NULLs do not count."""
    given = ", ".join(number_text(value).sql for value in values)
    name = lowering.scope.fresh("e", given)
    columns = as_one(lowering.scope, values)[1]
    key = sort_key(lowering.scope, Lowered(name, simple=True, row=columns), expr.type, expr.collation)
    items = f"list_filter([{given}], lambda {name}: {name} IS NOT NULL)"
    sign, direction = ("-", "DESC") if expr.kind == "greatest" else ("", "ASC")
    pairs = f"list_transform({items}, lambda {name}, i: struct_pack(k := {key}, i := {sign}i, v := {name}))"
    return Lowered(f"list_sort({pairs}, '{direction}')[1].v", row=columns)


def _numeric_choice(lowering: Lowering, expr: ir.Coalesce, values: list[Lowered]) -> Lowered:
    present = [value for value, arg in zip(values, expr.args) if not (isinstance(arg, ir.Const) and arg.value is None)]
    if not present:
        return Lowered("CAST(NULL AS VARCHAR)", simple=True)
    fixed = [value.fixed for value in present]
    known = [one for one in fixed if one is not None]
    common = common_fixed(known) if len(known) == len(fixed) else None
    if common is not None:
        branches = unified(present)
        shown = [shown_of(one) for one in known]
        if expr.kind == "coalesce" or set(shown) == {str(common[1])}:
            sql = f"{expr.kind}({', '.join(branch.sql for branch in branches)})"
            if set(shown) == {str(common[1])}:
                return Lowered(sql, fixed=Fixed(*common))
            tests = [f"{branch.sql} IS NOT NULL" for branch in branches]
            digits = _case_sql(tests, [*shown, shown[-1]])
            if len(digits) <= SHOWN_LIMIT:
                return Lowered(sql, fixed=Fixed(*common, digits))
    if expr.kind == "coalesce":
        return _first(lowering.scope, [number_text(value) for value in present])
    return _by_key(lowering, expr, present)


def lower_null_if(lowering: Lowering, expr: ir.NullIf) -> Lowered:
    if any(is_null(arg, lowering.scope) for arg in expr.call.args):
        return lowering.expr(expr.left)
    left, right = (lowering.expr(arg) for arg in expr.call.args)
    scope = lowering.scope
    value = lowering.expr(expr.left)
    if not value.simple and not value.fixed:
        name = scope.fresh("v", left.sql + right.sql)
        a, b = (Lowered(member(name, key), simple=True, row=one.columns) for key, one in (("a", left), ("b", right)))
        test = compare(scope, "=", a, expr.call.args[0].type, b, expr.call.args[1].type, 0)
        packed = f"[struct_pack(a := {number_text(left).sql}, b := {number_text(right).sql})]"
        return Lowered(
            f"list_transform({packed}, lambda {name}: CASE WHEN {test} THEN NULL ELSE {member(name, 'a')} END)[1]",
            row=value.columns,
        )
    test = compare(scope, "=", left, expr.call.args[0].type, right, expr.call.args[1].type, 0)
    return Lowered(f"CASE WHEN {test} THEN NULL ELSE {value.sql} END", fixed=value.fixed, row=value.columns)
