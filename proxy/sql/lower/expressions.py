"""Expressions: one function a kind of node, found by a table.

Calls, casts, comparisons, choices, aggregates and windows are their own modules'; subqueries come back through
`Lowering.query`. Refuses to know clauses.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.constancy import widens
from proxy.sql.lower.aggregates import lower_aggregate
from proxy.sql.lower.apply import fill
from proxy.sql.lower.arrays import nested, subscript
from proxy.sql.lower.calls import lower_call
from proxy.sql.lower.casts import lower_cast
from proxy.sql.lower.choices import lower_case, lower_coalesce, lower_null_if
from proxy.sql.lower.comparisons import compare, constant_key, group_key, is_native, pair
from proxy.sql.lower.dimensions import depth, several
from proxy.sql.lower.failing import computed, may_fail, told_null
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.rows import as_one, null_test, opened
from proxy.sql.lower.scope import FOUND, Scope
from proxy.sql.lower.set_returning import output_types, rows_of
from proxy.sql.lower.texts import columns_of, constant, row_text
from proxy.sql.lower.values import (
    Lowered,
    RowField,
    cast,
    member,
    number_text,
    quote_literal,
    quote_name,
)
from proxy.sql.lower.windows import lower_window
from proxy.sql.walking import walk

TEST_WORDS = {"null": "NULL", "true": "TRUE", "false": "FALSE", "unknown": "NULL"}


def lower_expression(lowering: Lowering, expr: ir.Expr) -> Lowered:
    """Any expression."""
    lower = _NODES.get(type(expr))
    if lower is None:
        raise FeatureNotSupported(f"{type(expr).__name__} is not supported by the double", hint="Write it another way.")
    return computed(lowering.scope, expr, lower(lowering, expr))


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
    for one in expr.elements:
        if depth(lowering.scope, one) > 1:  # a row prints its columns by their types
            raise several(one.position)
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
    value = told_null(lowering.scope, expr.arg, lowering.expr(expr.arg))
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


def _array_op(lowering: Lowering, expr: ir.ArrayOp) -> Lowered:
    """left op ANY (array): IN where the engine's equality is Postgres', else over the list of the operator's answers."""
    scope = lowering.scope
    left = lowering.expr(expr.left)
    items = _items(scope, expr.array)
    if items is not None and "SELECT" not in left.sql and _is_computed_whole(expr.left, items):
        items = None
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
    if left.fields is not None or left.simple and not may_fail(expr.left):
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


def _is_computed_whole(left: ir.Expr, items: Sequence[ir.Expr]) -> bool:
    """Whether an error would be lost where each element is compared on its own: they are, until one of them settles it. What reads no row
    the engine computes before."""
    if any(may_fail(item) and any(isinstance(node, ir.ColumnRef) for node in walk(item)) for item in items):
        return True
    return may_fail(left) and (not items or any(isinstance(item, ir.Const) and item.value is None for item in items))


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
    element, method = scope.base(array.type).element, "function"
    if array.method == "array" and array.proc is None:
        method = "relabel" if widens(array) else "io"
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
    word = "NOT IN" if expr.use_all else "IN"
    if is_native(scope, expr.left.type):
        types = LITERALS.get(scope.storage(expr.left.type), ())
        listed = (_literal(item, types) or lowering.expr(item).sql for item in items)
        return Lowered(f"({left.sql} {word} ({', '.join(listed)}))")
    values = [lowering.expr(item) for item in items]
    op, joined = ("<>", " AND ") if expr.use_all else ("=", " OR ")
    tests = (compare(scope, op, left, expr.left.type, value, item.type, 0) for value, item in zip(values, items))
    return Lowered("(" + joined.join(tests) + ")")


# Storage of a value -> types whose constants need no type of their own beside it: there may be thousands, and each word takes its time.
NUMBERS, TEXTS = (20, 21, 23), (25, 1043)
LITERALS = {**dict.fromkeys(("SMALLINT", "INTEGER", "BIGINT"), NUMBERS), "VARCHAR": TEXTS}


def _literal(item: ir.Expr, types: Sequence[int]) -> str:
    """A constant of one of these types as the engine reads it; '' for everything else."""
    if isinstance(item, ir.Cast) and widens(item):
        item = item.arg
    if not isinstance(item, ir.Const) or item.value is None or item.type not in types:
        return ""
    return item.value if item.type in NUMBERS else quote_literal(item.value)


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
    ir.Case: lower_case, ir.Coalesce: lower_coalesce, ir.NullIf: lower_null_if, ir.ArrayOp: _array_op, ir.Sublink: _sublink,
    ir.ArrayLiteral: _array, ir.Subscript: subscript, ir.FieldSelect: _field, ir.Collate: _collate, ir.Grouping: _grouping,
}  # fmt: skip
