"""Operators as calls of the functions behind them (make_op, make_scalar_array_op, make_row_comparison_op in parse_oper.c)."""

from __future__ import annotations

from collections.abc import Sequence

from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.errors import DatatypeMismatch, FeatureNotSupported, SyntaxProblem, WrongObjectType
from proxy.sql.analyse.scope import Scope


def operator_call(scope: Scope, names: Sequence[str], left: ir.Expr | None, right: ir.Expr, position: int) -> ir.Expr:
    """left operator right, or operator right. Raises UndefinedFunction in Postgres' words."""
    statement = scope.statement
    row = statement.resolver.operator(names, left.type if left else 0, right.type, position)
    args = (left, right) if left is not None else (right,)
    declared = [row.left, row.right] if left is not None else [row.right]
    proc = statement.catalog.procs[row.proc]
    concrete, result = statement.coercer.generic([arg.type for arg in args], declared, proc.result)
    cast = tuple(statement.coercer.cast(arg, oid) for arg, oid in zip(args, concrete))
    statement.note_volatility(proc)
    return ir.Call(type=result, position=position, proc=proc, args=cast, operator=row)


def array_operator(
    scope: Scope, names: Sequence[str], left: ir.Expr, right: ir.Expr, use_all: bool, position: int
) -> ir.Expr:
    """left operator ANY/ALL (array)."""
    statement = scope.statement
    types = statement.types
    element = t.UNKNOWN if right.type == t.UNKNOWN else types.element(right.type)
    if not element and types.base(right.type) in (t.INT2VECTOR, t.OIDVECTOR):
        element = types.row(types.base(right.type)).element
    if not element:
        raise WrongObjectType("op ANY/ALL (array) requires array on right side", position=position)
    row = statement.resolver.operator(names, left.type, element, position)
    proc = statement.catalog.procs[row.proc]
    if proc.result != t.BOOL:
        raise WrongObjectType("op ANY/ALL (array) requires operator to yield boolean", position=position)
    concrete, _ = statement.coercer.generic([left.type, element], [row.left, row.right], t.BOOL)
    array = types.array(concrete[1])
    if not array:
        raise DatatypeMismatch(f"could not find array type for data type {types.name(concrete[1])}", position=position)
    cast_right = (
        right if types.base(right.type) in (t.INT2VECTOR, t.OIDVECTOR) else statement.coercer.cast(right, array)
    )
    return ir.ArrayOp(
        type=t.BOOL, position=position, left=statement.coercer.cast(left, concrete[0]), array=cast_right, operator=row,
        proc=proc, use_all=use_all,
    )  # fmt: skip


def row_operator(
    scope: Scope, names: Sequence[str], left: Sequence[ir.Expr], right: Sequence[ir.Expr], position: int
) -> ir.Expr:
    """(a, b) operator (c, d): equality by AND, inequality by OR, order by the first elements that differ."""
    if len(left) != len(right):
        raise SyntaxProblem("unequal number of entries in row expressions", position=position)
    if not left:
        raise FeatureNotSupported("cannot compare rows of zero length", position=position)
    name = names[-1]
    if name in ("=", "<>"):
        parts = tuple(operator_call(scope, names, a, b, position) for a, b in zip(left, right))
        op = "and" if name == "=" else "or"
        return parts[0] if len(parts) == 1 else ir.Bool(type=t.BOOL, position=position, op=op, args=parts)
    if name not in ("<", "<=", ">", ">="):
        raise FeatureNotSupported(
            f"could not determine interpretation of row comparison operator {name}", position=position
        )
    strict = name[0]
    found = operator_call(scope, [name], left[-1], right[-1], position)
    for a, b in zip(reversed(left[:-1]), reversed(right[:-1])):
        before = operator_call(scope, [strict], a, b, position)
        same = operator_call(scope, ["="], a, b, position)
        tail = ir.Bool(type=t.BOOL, position=position, op="and", args=(same, found))
        found = ir.Bool(type=t.BOOL, position=position, op="or", args=(before, tail))
    return found
