"""Expressions: one function a kind of node, found by a table.

Calls, casts, comparisons, aggregates and windows are their own modules'; subqueries come back through
`Lowering.query`. Refuses to know clauses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower.aggregates import lower_aggregate
from proxy.sql.lower.apply import fill
from proxy.sql.lower.arrays import nested, subscript
from proxy.sql.lower.calls import is_null, lower_call
from proxy.sql.lower.casts import lower_cast
from proxy.sql.lower.comparisons import compare, constant_key, group_key, is_native, orders_natively, pair, sort_key
from proxy.sql.lower.dimensions import depth, require_alike, several
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.numerics import unified
from proxy.sql.lower.rows import as_one, null_test, opened
from proxy.sql.lower.scope import FOUND, Scope
from proxy.sql.lower.set_returning import output_types, rows_of
from proxy.sql.lower.texts import columns_of, constant, row_text
from proxy.sql.lower.values import (
    SHOWN_LIMIT,
    Fixed,
    Lowered,
    RowField,
    cast,
    common_fixed,
    member,
    number_text,
    quote_name,
    shown_of,
)
from proxy.sql.lower.windows import lower_window

INTERVAL = 1186
TEST_WORDS = {"null": "NULL", "true": "TRUE", "false": "FALSE", "unknown": "NULL"}


def lower_expression(lowering: Lowering, expr: ir.Expr) -> Lowered:
    """Any expression."""
    lower = _NODES.get(type(expr))
    if lower is None:
        raise FeatureNotSupported(f"{type(expr).__name__} is not supported by the double", hint="Write it another way.")
    return lower(lowering, expr)


def _const(lowering: Lowering, expr: ir.Const) -> Lowered:
    return constant(lowering.scope, expr.type, expr.value)


def _param(lowering: Lowering, expr: ir.Param) -> Lowered:
    storage = lowering.scope.storage(expr.type) + "[]" * (depth(lowering.scope, expr) - 1)
    return Lowered(cast(f"${expr.index}", storage), simple=True)


def _column(lowering: Lowering, expr: ir.ColumnRef) -> Lowered:
    scope = lowering.scope
    known = scope.outputs.get((expr.rte, expr.column))
    if known is not None:
        return known
    return Lowered(f"r{expr.rte}.{quote_name(expr.column)}", simple=True)


def _whole_row(lowering: Lowering, expr: ir.WholeRow) -> Lowered:
    """A row of a table; of an outer join's missing side it is NULL."""
    fields = tuple(
        RowField(name, column.type, column.typmod, lowering.expr(column), column.collation)
        for name, column in zip(expr.names, expr.columns)
    )
    may_miss = (expr.rte, FOUND) in lowering.scope.outputs
    return row_value(lowering, fields, lowering.expr(lowering.scope.found(expr.rte)).sql if may_miss else "")


def row_value(lowering: Lowering, fields: tuple[RowField, ...], found: str = "") -> Lowered:
    """A row whose fields are still apart; its SQL is what it prints as."""
    value = Lowered("", fields=fields, found=found)
    return replace(value, sql=row_text(lowering.scope, value).sql)


def _row(lowering: Lowering, expr: ir.RowLiteral) -> Lowered:
    declared = columns_of(lowering.scope, Lowered(""), expr.type)
    fields = tuple(
        RowField(
            declared[at].name if declared else f"f{at + 1}", one.type, one.typmod, lowering.expr(one), one.collation
        )
        for at, one in enumerate(expr.elements)
    )
    return row_value(lowering, fields)


def _call(lowering: Lowering, expr: ir.Call) -> Lowered:
    if expr.proc.returns_set:
        listed = _listed(lowering, expr)
        return Lowered(f"unnest({listed.sql})", row=listed.row)
    return lower_call(lowering, expr)


def _listed(lowering: Lowering, expr: ir.Call) -> Lowered:
    """The rows of a set as a list of values; rows of several columns as their text."""
    rows = rows_of(lowering, expr)
    if not rows.names:
        return rows.items
    name = lowering.scope.fresh("p", rows.items.sql)
    outputs = output_types(lowering.scope, expr)
    fields = tuple(
        RowField(column, oid, -1, Lowered(f"{name}.c{at}", simple=True))
        for at, (column, oid) in enumerate(zip(rows.names, outputs), 1)
    )
    text = row_text(lowering.scope, Lowered("", fields=fields))
    return Lowered(f"list_transform({rows.items.sql}, lambda {name}: {text.sql})", row=text.row)


def _bool(lowering: Lowering, expr: ir.Bool) -> Lowered:
    parts = [lowering.expr(arg).sql for arg in expr.args]
    if expr.op == "not":
        return Lowered(f"(NOT {parts[0]})")
    return Lowered("(" + f" {expr.op.upper()} ".join(parts) + ")")


def _test(lowering: Lowering, expr: ir.Test) -> Lowered:
    value = lowering.expr(expr.arg)
    negation = "NOT " if expr.negated else ""
    if expr.kind == "null" and lowering.scope.is_row(expr.arg.type) and not expr.whole:
        return Lowered(null_test(lowering.scope, value, negated=expr.negated))
    if expr.kind in ("null", "unknown"):
        return Lowered(f"({value.sql} IS {negation}NULL)")
    return Lowered(f"({value.sql} IS {negation}{TEST_WORDS[expr.kind]})")


def _distinct(lowering: Lowering, expr: ir.Distinct) -> Lowered:
    scope = lowering.scope
    left, right = expr.call.args
    a, b = pair(scope, "IS DISTINCT FROM", lowering.expr(left), left.type, lowering.expr(right), right.type, 0)
    return Lowered(f"({a} IS {'NOT ' if expr.negated else ''}DISTINCT FROM {b})")


def _case(lowering: Lowering, expr: ir.Case) -> Lowered:
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


def _coalesce(lowering: Lowering, expr: ir.Coalesce) -> Lowered:
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
    if all(value.simple for value in values[1:]) or any("SELECT" in value.sql for value in values):
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


def _null_if(lowering: Lowering, expr: ir.NullIf) -> Lowered:
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


def _array_op(lowering: Lowering, expr: ir.ArrayOp) -> Lowered:
    """left op ANY (array): IN where the engine's equality is Postgres', else over the list of the operator's answers."""
    scope = lowering.scope
    left = lowering.expr(expr.left)
    items = _items(scope, expr.array)
    element = scope.base(expr.array.type).element
    if items and expr.operator.name in ("=", "<>") and (expr.operator.name == "=") != expr.use_all:
        return _in_list(lowering, expr, left, items)
    if items is not None:
        joined = " AND " if expr.use_all else " OR "
        tests = [_element_test(lowering, expr, left, lowering.expr(item), item.type) for item in items]
        return Lowered(f"({joined.join(tests)})" if tests else ("true" if expr.use_all else "false"))
    if depth(scope, expr.array) > 1:
        raise several(expr.position)
    array = lowering.expr(expr.array)
    macro = "pgf_all" if expr.use_all else "pgf_any"
    name = scope.fresh("e", array.sql + left.sql)
    if "SELECT" in left.sql:
        raise FeatureNotSupported(
            "ANY/ALL over an array with a subquery on the left is not supported by the double", hint="Use a join."
        )
    if left.simple or left.fields is not None:
        test = _element_test(lowering, expr, left, Lowered(name, simple=True), element)
        return fill(scope, f"{macro}({{0}})", [Lowered(f"list_transform({array.sql}, lambda {name}: {test})")])
    # the left side is computed once, and even where there is no element to compare it with
    held = scope.fresh("l", array.sql + left.sql)
    left = number_text(left) if left.fixed and left.fixed.shown else left
    bound = left.named(member(held, "l"))
    test = _element_test(lowering, expr, bound, Lowered(name, simple=True), element)
    answers = fill(scope, f"{macro}({{0}})", [Lowered(f"list_transform({member(held, 'a')}, lambda {name}: {test})")])
    packed = f"[struct_pack(l := {left.sql}, a := {array.sql})]"
    return Lowered(f"list_transform({packed}, lambda {held}: {answers.sql})[1]")


def _items(scope: Scope, array: ir.Expr) -> tuple[ir.Expr, ...] | None:
    """The elements of an array that is written out, each converted where the whole is: ARRAY[...]::text[]."""
    if isinstance(array, ir.ArrayLiteral):
        return array.elements
    if (
        not isinstance(array, ir.Cast)
        or array.method not in ("relabel", "array")
        or not isinstance(array.arg, ir.ArrayLiteral)
    ):
        return None
    if any(scope.base(item.type).is_true_array for item in array.arg.elements):
        return None
    element, method = (
        scope.base(array.type).element,
        "io" if array.method == "array" and array.proc is None else "function",
    )
    return tuple(
        ir.Cast(type=element, arg=item, method=method, proc=array.proc, position=item.position)
        for item in array.arg.elements
    )


def _element_test(lowering: Lowering, expr: ir.ArrayOp, left: Lowered, item: Lowered, item_type: int) -> str:
    scope = lowering.scope
    if expr.operator.name in ("=", "<>", "<", "<=", ">", ">="):
        return compare(scope, expr.operator.name, left, expr.left.type, item, item_type, expr.input_collation)
    bound = {"left": left, "item": item}
    placeholders = tuple(
        ir.ColumnRef(type=oid, rte=-2, column=key) for key, oid in (("left", expr.left.type), ("item", item_type))
    )
    for ref in placeholders:
        scope.outputs[ref.rte, ref.column] = bound[ref.column]
    collation = expr.input_collation
    call = ir.Call(type=16, proc=expr.proc, operator=expr.operator, args=placeholders, input_collation=collation)
    return lower_call(lowering, call).sql


def _in_list(lowering: Lowering, expr: ir.ArrayOp, left: Lowered, items: tuple[ir.Expr, ...]) -> Lowered:
    scope = lowering.scope
    values = [lowering.expr(item) for item in items]
    word = "NOT IN" if expr.use_all else "IN"
    if is_native(scope, expr.left.type):
        return Lowered(f"({left.sql} {word} ({', '.join(value.sql for value in values)}))")
    op, joined = ("<>", " AND ") if expr.use_all else ("=", " OR ")
    tests = (compare(scope, op, left, expr.left.type, value, item.type, 0) for value, item in zip(values, items))
    return Lowered("(" + joined.join(tests) + ")")


def _sublink(lowering: Lowering, expr: ir.Sublink) -> Lowered:
    sql, outputs = lowering.query(expr.query)
    if expr.kind == "exists":
        return Lowered(f"EXISTS ({sql})")
    if expr.kind == "scalar":
        return Lowered(f"({sql})", fixed=outputs[0].fixed, row=outputs[0].row, query=(sql, expr.query.columns[0][0]))
    if expr.kind == "array":
        column = quote_name(expr.query.columns[0][0])
        item = number_text(Lowered(column, fixed=outputs[0].fixed)).sql
        return Lowered(f"ARRAY(SELECT {item} FROM ({sql}) AS s)", row=outputs[0].row)
    return _quantified(lowering, expr, sql, outputs)


def _quantified(lowering: Lowering, expr: ir.Sublink, sql: str, outputs: tuple[Lowered, ...]) -> Lowered:
    """IN, ANY, ALL over a subquery in three-valued logic."""
    scope = lowering.scope
    ops = [operator.name for operator, _ in expr.operators]
    native = all(is_native(scope, left.type) for left in expr.left)
    if len(expr.left) == 1 and native and (expr.kind, ops[0]) in (("any", "="), ("all", "<>")):
        return Lowered(f"({lowering.expr(expr.left[0]).sql} {'IN' if expr.kind == 'any' else 'NOT IN'} ({sql}))")
    name = scope.fresh("s", sql)
    tests = []
    collations = expr.input_collations or (0,) * len(expr.left)
    sides = zip(expr.left, expr.operators, outputs, expr.query.columns, collations)
    for left, (operator, proc), output, column, collation in sides:
        right = output.named(f"{name}.{quote_name(column[0])}")
        probe = ir.ArrayOp(type=16, left=left, array=left, operator=operator, proc=proc, input_collation=collation)
        tests.append(_element_test(lowering, probe, lowering.expr(left), right, column[1]))
    joined = " OR " if ops[0] == "<>" and len(tests) > 1 else " AND "
    answers = f"FROM (SELECT ({joined.join(tests)}) AS c FROM ({sql}) AS {name}) AS a"
    if expr.kind == "any":
        return Lowered(
            f"(SELECT CASE WHEN bool_or(a.c) THEN true WHEN count(*) > count(a.c) THEN NULL ELSE false END {answers})"
        )
    return Lowered(
        f"(SELECT CASE WHEN NOT bool_and(a.c) THEN false WHEN count(*) > count(a.c) THEN NULL ELSE true END {answers})"
    )


def _array(lowering: Lowering, expr: ir.ArrayLiteral) -> Lowered:
    scope = lowering.scope
    items = [number_text(lowering.expr(item)) for item in expr.elements]
    if any(scope.base(item.type).is_true_array for item in expr.elements):  # a dimension more
        return nested(lowering, expr, items)
    return Lowered(
        cast(f"[{', '.join(item.sql for item in items)}]", scope.storage(expr.type)),
        simple=all(item.simple for item in items),
        row=as_one(scope, items)[1] if scope.is_row(scope.base(expr.type).element) else None,
    )


def _field(lowering: Lowering, expr: ir.FieldSelect) -> Lowered:
    """A row whose fields are not apart any more is read from its text, field by field."""
    if isinstance(expr.arg, ir.Call) and expr.arg.proc.returns_set:
        rows = rows_of(lowering, expr.arg)
        if expr.name in rows.names:
            return Lowered(f"struct_extract(unnest({rows.items.sql}), 'c{expr.number}')")
    value = lowering.expr(expr.arg)
    return opened(lowering.scope, value, expr.arg.type)[expr.number - 1].value


def _collate(lowering: Lowering, expr: ir.Collate) -> Lowered:
    return lowering.expr(expr.arg)


def _grouping(lowering: Lowering, expr: ir.Grouping) -> Lowered:
    keys = (
        constant_key(lowering.scope, lowering.raw(arg), arg.type)
        if isinstance(arg, ir.Const)
        else group_key(lowering.scope, lowering.raw(arg), arg.type)
        for arg in expr.args
    )
    return Lowered(cast(f"grouping({', '.join(keys)})", "INTEGER"))


Lower = Callable[[Lowering, Any], Lowered]
_NODES: dict[type, Lower] = {
    ir.Const: _const, ir.Param: _param, ir.ColumnRef: _column, ir.WholeRow: _whole_row, ir.RowLiteral: _row, ir.Call: _call,
    ir.Aggregate: lower_aggregate, ir.Window: lower_window, ir.Cast: lower_cast, ir.Bool: _bool, ir.Test: _test, ir.Distinct: _distinct,
    ir.Case: _case, ir.Coalesce: _coalesce, ir.NullIf: _null_if, ir.ArrayOp: _array_op, ir.Sublink: _sublink,
    ir.ArrayLiteral: _array, ir.Subscript: subscript, ir.FieldSelect: _field, ir.Collate: _collate, ir.Grouping: _grouping,
}  # fmt: skip
