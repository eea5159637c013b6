"""Raw expressions → typed ones: one function a kind of node, found by a table.

Follows src/backend/parser/parse_expr.c. Function calls are `calls.py`, operators `operators.py`, subqueries come back from
`queries.py`. Refuses to know clauses; a scope says what is visible and where we are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby
from typing import Any

from proxy.pgtypes.array_input import MAX_DIMENSIONS
from proxy.pgtypes.errors import ProgramLimitExceeded
from proxy.pgtypes.integers import whole_of
from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.calls import call_function, simple_call
from proxy.sql.analyse.coerce import Context
from proxy.sql.analyse.constants import constant
from proxy.sql.analyse.errors import (
    DatatypeMismatch,
    FeatureNotSupported,
    IndeterminateDatatype,
    SyntaxProblem,
    UndefinedObject,
    UndefinedTable,
)
from proxy.sql.analyse.operator_forms import Form, operator_form
from proxy.sql.analyse.operators import operator_call
from proxy.sql.analyse.rows import expanded, field_select, whole_row
from proxy.sql.analyse.scope import Scope
from proxy.sql.analyse.sublinks import sublink
from proxy.sql.parse import Node, kind_of, names_of, text_of

Fields = Any


def expression(scope: Scope, node: Node) -> ir.Expr:
    """The typed form of a raw expression. Unknown literals stay unknown; the caller decides what they become."""
    kind, fields = kind_of(node)
    transform = _TRANSFORMS.get(kind)
    if transform is None:
        raise FeatureNotSupported(f"{kind} is not supported", position=_position(scope, fields))
    return transform(scope, fields)


def boolean(scope: Scope, node: Node, clause: str) -> ir.Expr:
    """An expression that must be boolean."""
    return scope.statement.coercer.boolean(expression(scope, node), clause)


def _position(scope: Scope, fields: Fields) -> int:
    location = fields.get("location", 0)
    return scope.statement.offset_of(int(location)) if location >= 0 else -1


def _column_ref(scope: Scope, fields: Fields) -> ir.Expr:
    position = _position(scope, fields)
    nodes: list[Node] = fields["fields"]
    if "A_Star" in nodes[-1]:
        if len(nodes) > 1 and (item := scope.item(text_of(nodes[-2]), "", position)) is not None:
            return whole_row(scope, item, position)
        raise SyntaxProblem('row expansion via "*" is not supported here', position=position)
    names = names_of(nodes)
    if len(names) == 1:
        found = scope.column(names[0], position)
        if found is not None:
            return found
        if item := scope.item(names[0], "", position):
            return whole_row(scope, item, position)
        raise scope.missing(names[0], position)
    schema = names[-3] if len(names) == 3 else ""
    item = scope.item(names[-2], schema, position)
    if item is not None:
        return scope.qualified(item, names[-1], names[-2], position)
    if len(names) > 3:
        raise SyntaxProblem("improper qualified name (too many dotted names): " + ".".join(names), position=position)
    raise scope.missing_table(names[-2], position)


def _constant(scope: Scope, fields: Fields) -> ir.Expr:
    return constant(fields, _position(scope, fields))


def _parameter(scope: Scope, fields: Fields) -> ir.Expr:
    number = int(fields.get("number", 0))
    position = _position(scope, fields)
    written = _PARAMETER.match(scope.statement.sql, position) if position >= 0 else None
    if written is not None and whole_of(written[1]) >= 2**31:
        raise SyntaxProblem(f'parameter number too large at or near "{written[0]}"', position=position)
    if not 0 < number <= 65535:
        raise NoParameter(f"there is no parameter ${number}", position=position)
    known = scope.statement.coercer.parameters.setdefault(number, t.UNKNOWN)
    return ir.Param(type=known, position=position, index=number)


_PARAMETER = re.compile(r"\$([0-9]++)")  # of which the parser tells the lower half


class NoParameter(UndefinedTable):
    """A parameter number out of range."""

    sqlstate = "42P02"


def _type_cast(scope: Scope, fields: Fields) -> ir.Expr:
    statement = scope.statement
    position = _position(scope, fields)
    name = fields["typeName"]
    type_position = _position(scope, name)
    oid, typmod = statement.types.resolve(name, type_position)
    inner_kind, inner = kind_of(fields["arg"])
    if inner_kind == "A_ArrayExpr" and statement.types.element(oid):
        arg = _array(scope, inner, statement.types.base(oid))
    else:
        arg = expression(scope, fields["arg"])
    place = position if position >= 0 else type_position
    return explicit_cast(scope, arg, oid, typmod, place)


def explicit_cast(scope: Scope, arg: ir.Expr, oid: int, typmod: int, position: int) -> ir.Expr:
    """arg::type. A cast of an unknown constant is located at the constant, as in Postgres."""
    found = scope.statement.coercer.cast(arg, oid, typmod, Context.EXPLICIT, position)
    if found is arg or isinstance(found, ir.Const | ir.Param):
        return replace(found, position=arg.position) if found is not arg else found
    return found


def _collate(scope: Scope, fields: Fields) -> ir.Expr:
    arg = expression(scope, fields["arg"])
    names = names_of(fields["collname"])
    position = _position(scope, fields)
    if names[-1] not in scope.statement.catalog.collations.values():
        raise UndefinedObject(f'collation "{".".join(names)}" for encoding "UTF8" does not exist', position=position)
    arg = scope.statement.coercer.known(arg) if isinstance(arg, ir.Const) else arg
    scope.statement.collated = True
    types = scope.statement.types
    if not types.row(arg.type).collation and arg.type != t.UNKNOWN:
        raise DatatypeMismatch(f"collations are not supported by type {types.name(arg.type)}", position=position)
    return ir.Collate(
        type=arg.type, typmod=arg.typmod, position=arg.position, arg=arg, name=names[-1], written=position
    )


def _bool_expr(scope: Scope, fields: Fields) -> ir.Expr:
    op = {"AND_EXPR": "and", "OR_EXPR": "or", "NOT_EXPR": "not"}[fields["boolop"]]
    args = tuple(boolean(scope, arg, op.upper()) for arg in fields["args"])
    return ir.Bool(type=t.BOOL, position=_position(scope, fields), op=op, args=args)


def _null_test(scope: Scope, fields: Fields) -> ir.Expr:
    arg = scope.statement.coercer.known(expression(scope, fields["arg"]))
    negated = fields.get("nulltesttype") == "IS_NOT_NULL"
    return ir.Test(type=t.BOOL, position=_position(scope, fields), arg=arg, kind="null", negated=negated)


def _boolean_test(scope: Scope, fields: Fields) -> ir.Expr:
    words = str(fields.get("booltesttype", "IS_TRUE")).split("_")
    arg = boolean(scope, fields["arg"], " ".join(words))
    return ir.Test(
        type=t.BOOL, position=_position(scope, fields), arg=arg, kind=words[-1].lower(), negated="NOT" in words
    )


def _case(scope: Scope, fields: Fields) -> ir.Expr:
    coercer, before = scope.statement.coercer, len(scope.sets)
    position = _position(scope, fields)
    subject = coercer.known(expression(scope, fields["arg"])) if "arg" in fields else None
    conditions, results = [], []
    for node in fields["args"]:
        when = node["CaseWhen"]
        if subject is None:
            conditions.append(boolean(scope, when["expr"], "CASE/WHEN"))
        else:
            condition = operator_call(scope, ["="], subject, expression(scope, when["expr"]), _position(scope, when))
            conditions.append(coercer.boolean(condition, "CASE/WHEN"))
        results.append(expression(scope, when["result"]))
    default = expression(scope, fields["defresult"]) if "defresult" in fields else None
    first = default if default is not None else ir.Const(type=t.UNKNOWN, value=None)
    _refuse_sets(scope, before, "CASE")
    oid, cast = coercer.to_common([first, *results], "CASE")
    typmod = common_typmod(cast, oid)
    return ir.Case(
        type=oid, typmod=typmod, position=position, whens=tuple(zip(conditions, cast[1:])),
        default=cast[0] if default is not None else None,
    )  # fmt: skip


def common_typmod(exprs: Sequence[ir.Expr], oid: int) -> int:
    """The typmod all share, else -1. NULL constants do not count against it."""
    found = {expr.typmod for expr in exprs if expr.type == oid}
    return found.pop() if len(found) == 1 else -1


def _refuse_sets(scope: Scope, before: int, clause: str) -> None:
    """No set-returning function may have come since: which branch is taken would say how many rows there are."""
    if len(scope.sets) > before:
        raise FeatureNotSupported(
            f"set-returning functions are not allowed in {clause}", position=scope.sets[-1],
            hint="You might be able to move the set-returning function into a LATERAL FROM item.",
        )  # fmt: skip


def _coalesce(scope: Scope, fields: Fields) -> ir.Expr:
    return _least_common(scope, fields, "coalesce", "COALESCE")


def _min_max(scope: Scope, fields: Fields) -> ir.Expr:
    kind = "least" if fields.get("op") == "IS_LEAST" else "greatest"
    return _least_common(scope, fields, kind, kind.upper())


def _least_common(scope: Scope, fields: Fields, kind: str, clause: str) -> ir.Expr:
    before = len(scope.sets)
    args = [expression(scope, arg) for arg in fields["args"]]
    if kind == "coalesce":
        _refuse_sets(scope, before, clause)
    oid, cast = scope.statement.coercer.to_common(args, clause)
    return ir.Coalesce(
        type=oid, typmod=common_typmod(cast, oid), position=_position(scope, fields), kind=kind, args=tuple(cast)
    )


def _array_expr(scope: Scope, fields: Fields) -> ir.Expr:
    return _array(scope, fields, 0)


def _array(scope: Scope, fields: Fields, target: int, depth: int = 1) -> ir.Expr:
    """ARRAY[...]; target: the array type of an enclosing cast, or 0; depth: of how many brackets it is."""
    if depth > MAX_DIMENSIONS:
        raise ProgramLimitExceeded(
            f"number of array dimensions ({depth}) exceeds the maximum allowed ({MAX_DIMENSIONS})"
        )
    statement, position = scope.statement, _position(scope, fields)
    elements: list[ir.Expr] = []
    nested = False
    for node in fields.get("elements", ()):
        kind, inner = kind_of(node)
        if kind == "A_ArrayExpr":
            elements.append(_array(scope, inner, target, depth + 1))
            nested = True
        else:
            elements.append(expression(scope, node))
            nested = nested or bool(statement.types.element(elements[-1].type))
    if target:
        item = target if nested else statement.types.element(target)
        cast = [explicit_cast(scope, element, item, -1, position) for element in elements]
        return ir.ArrayLiteral(type=target, position=position, elements=tuple(cast))
    if not elements:
        raise IndeterminateDatatype(
            "cannot determine type of empty array", position=position,
            hint="Explicitly cast to the desired type, for example ARRAY[]::integer[].",
        )  # fmt: skip
    item, cast = statement.coercer.to_common(elements, "ARRAY")
    oid = item if statement.types.element(item) else statement.types.array(item)
    if not oid:
        raise UndefinedObject(
            f"could not find array type for data type {statement.types.name(item)}", position=position
        )
    return ir.ArrayLiteral(type=oid, typmod=common_typmod(cast, item), position=position, elements=tuple(cast))


def _row(scope: Scope, fields: Fields) -> ir.Expr:
    elements = tuple(row_elements(scope, {"RowExpr": fields}))  # a quoted constant stays of unknown type here
    return ir.RowLiteral(type=t.RECORD, position=_position(scope, fields), elements=elements)


def row_elements(scope: Scope, node: Node) -> list[ir.Expr]:
    """The elements of a RowExpr, `t.*` expanded."""
    found: list[ir.Expr] = []
    for arg in node["RowExpr"].get("args", ()):
        if "ColumnRef" in arg and "A_Star" in arg["ColumnRef"]["fields"][-1]:
            item = scope.item(text_of(arg["ColumnRef"]["fields"][-2]), "", -1)
            if item is None:
                raise scope.missing_table(text_of(arg["ColumnRef"]["fields"][-2]), -1)
            found += [scope.use(column.expr, -1) for column in item.columns]
        elif "A_Indirection" in arg and "A_Star" in arg["A_Indirection"]["indirection"][-1]:
            found += [field for _, field in expanded(scope.statement, starred(scope, arg["A_Indirection"]))]
        else:
            found.append(expression(scope, arg))
    return found


def starred(scope: Scope, fields: Fields) -> ir.Expr:
    """What the star of `(a).b.*` is of."""
    *steps, _ = fields["indirection"]
    if not steps:
        return expression(scope, fields["arg"])
    return _indirection(scope, {**fields, "indirection": steps})


def _indirection(scope: Scope, fields: Fields) -> ir.Expr:
    found = expression(scope, fields["arg"])
    for kind, steps in groupby((kind_of(node) for node in fields["indirection"]), key=lambda step: step[0]):
        if kind == "A_Indices":
            found = _subscripts(scope, found, [step for _, step in steps])
            continue
        for _, step in steps:
            if kind != "String":
                raise FeatureNotSupported('row expansion via "*" is not supported here', position=found.position)
            found = field_select(scope, found, str(step["sval"]), found.position)
    return found


def _subscripts(scope: Scope, arg: ir.Expr, steps: list[Fields]) -> ir.Expr:
    """Neighbouring pairs of brackets are of one array; where one of them is a slice, [n] stands for [1:n]."""
    types, coercer = scope.statement.types, scope.statement.coercer
    base = types.row(types.base(arg.type))
    if base.name == "jsonb":
        return _member(scope, arg, steps)
    element = types.element(arg.type) or (base.element if base.oid in (t.INT2VECTOR, t.OIDVECTOR) else 0)
    if not element:
        raise DatatypeMismatch(
            f"cannot subscript type {types.name(arg.type)} because it does not support subscripting",
            position=arg.position,
        )

    def bound(step: Fields, name: str) -> ir.Expr | None:
        if name not in step:
            return None
        return coercer.assigned(expression(scope, step[name]), t.INT4, "array subscript must have type integer")

    bounds = tuple(ir.Bounds(lower=bound(step, "lidx"), upper=bound(step, "uidx")) for step in steps)
    if any(step.get("is_slice") for step in steps):
        return ir.Subscript(type=base.oid, position=arg.position, arg=arg, bounds=bounds, is_slice=True)
    return ir.Subscript(type=element, typmod=arg.typmod, position=arg.position, arg=arg, bounds=bounds)


def _member(scope: Scope, arg: ir.Expr, steps: list[Fields]) -> ir.Expr:
    """A subscripted jsonb: what lies at the path of its subscripts."""
    if any(step.get("is_slice") for step in steps):
        raise DatatypeMismatch("jsonb subscript does not support slices", position=arg.position)
    keys = []
    for step in steps:
        key = expression(scope, step["uidx"])
        if scope.statement.types.base(key.type) not in (t.UNKNOWN, t.TEXT, t.INT2, t.INT4, t.INT8):
            raise DatatypeMismatch(f"subscript type {scope.statement.types.name(key.type)} is not supported",
                                   hint="jsonb subscript must be coercible to either integer or text.", position=key.position)  # fmt: skip
        keys.append(scope.statement.coercer.cast(key, t.TEXT, context=Context.EXPLICIT))
    path = ir.ArrayLiteral(type=scope.statement.types.array(t.TEXT), elements=tuple(keys))
    return operator_call(scope, ["#>"], arg, path, arg.position)


def _a_expr(scope: Scope, fields: Fields) -> ir.Expr:
    return operator_form(Form(scope, fields, _position(scope, fields), expression, row_elements))


def _value_function(scope: Scope, fields: Fields) -> ir.Expr:
    """CURRENT_DATE and its kin: the functions behind them, cast where the type asks for it."""
    position, op = _position(scope, fields), str(fields["op"])
    if op in _USER_FUNCTIONS:
        return simple_call(scope, _USER_FUNCTIONS[op], (), position)
    now = simple_call(scope, "now", (), position)
    oid = next(oid for prefix, oid in _TIME_FUNCTIONS if op.startswith(prefix))
    typmod = int(fields.get("typmod", -1)) if op.endswith("_N") else -1
    return scope.statement.coercer.cast(now, oid, typmod, Context.EXPLICIT, position)


_USER_FUNCTIONS = {
    "SVFOP_CURRENT_ROLE": "current_user", "SVFOP_CURRENT_USER": "current_user", "SVFOP_USER": "current_user",
    "SVFOP_SESSION_USER": "session_user", "SVFOP_CURRENT_CATALOG": "current_database",
    "SVFOP_CURRENT_SCHEMA": "current_schema",
}  # fmt: skip
_TIME_FUNCTIONS = (
    ("SVFOP_CURRENT_DATE", t.DATE), ("SVFOP_CURRENT_TIMESTAMP", t.TIMESTAMPTZ), ("SVFOP_LOCALTIMESTAMP", t.TIMESTAMP),
    ("SVFOP_CURRENT_TIME", t.TIMETZ), ("SVFOP_LOCALTIME", t.TIME),
)  # fmt: skip


def _grouping(scope: Scope, fields: Fields) -> ir.Expr:
    args = tuple(expression(scope, arg) for arg in fields["args"])
    scope.has_aggregates = True
    return ir.Grouping(type=t.INT4, position=_position(scope, fields), args=args)


def _func_call(scope: Scope, fields: Fields) -> ir.Expr:
    return call_function(scope, fields, _position(scope, fields), expression)


def _sub_link(scope: Scope, fields: Fields) -> ir.Expr:
    return sublink(scope, fields, _position(scope, fields), expression, row_elements)


_Transform = Callable[[Scope, Fields], ir.Expr]
_TRANSFORMS: dict[str, _Transform] = {
    "A_ArrayExpr": _array_expr, "A_Const": _constant, "A_Expr": _a_expr, "A_Indirection": _indirection,
    "BoolExpr": _bool_expr, "BooleanTest": _boolean_test, "CaseExpr": _case, "CoalesceExpr": _coalesce,
    "CollateClause": _collate, "ColumnRef": _column_ref, "FuncCall": _func_call, "GroupingFunc": _grouping,
    "MinMaxExpr": _min_max, "NullTest": _null_test, "ParamRef": _parameter, "RowExpr": _row,
    "SQLValueFunction": _value_function, "SubLink": _sub_link, "TypeCast": _type_cast,
}  # fmt: skip
