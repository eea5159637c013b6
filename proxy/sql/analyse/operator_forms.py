"""Operators as they are written: plain, over arrays, IN, BETWEEN, IS DISTINCT FROM, NULLIF.

Follows src/backend/parser/parse_expr.c, where all of these are A_Expr. Which operator is meant is `operators.py`; the operands' own
analysis is passed in. Refuses to know clauses.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.errors import FeatureNotSupported, SyntaxProblem
from proxy.sql.analyse.operators import array_operator, operator_call, row_operator
from proxy.sql.analyse.scope import Scope
from proxy.sql.parse import Node, names_of
from proxy.sql.walking import walk


@dataclass(frozen=True, slots=True)
class Form:
    """One A_Expr where it stands. expression, row_elements: how its operands are analysed."""

    scope: Scope
    fields: Any
    position: int
    expression: Callable[[Scope, Node], ir.Expr]
    row_elements: Callable[[Scope, Node], list[ir.Expr]]

    def typed(self, node: Node) -> ir.Expr:
        """An operand."""
        return self.expression(self.scope, node)

    def row(self, node: Node) -> list[ir.Expr]:
        """The parts of an operand that is a row."""
        return self.row_elements(self.scope, node)


def operator_form(form: Form) -> ir.Expr:
    """The typed form."""
    return _FORMS[form.fields["kind"]](form)


def _plain_operator(form: Form) -> ir.Expr:
    names = names_of(form.fields["name"])
    left, right = form.fields.get("lexpr"), form.fields["rexpr"]
    if left is not None and "RowExpr" in left and ("RowExpr" in right or "SubLink" in right):
        if "SubLink" in right:
            raise FeatureNotSupported("comparing a row with a subquery's row is not supported", position=form.position)
        return row_operator(form.scope, names, form.row(left), form.row(right), form.position)
    first = form.typed(left) if left is not None else None
    return operator_call(form.scope, names, first, form.typed(right), form.position)


def _array_any(form: Form) -> ir.Expr:
    left, right = form.typed(form.fields["lexpr"]), form.typed(form.fields["rexpr"])
    return array_operator(
        form.scope, names_of(form.fields["name"]), left, right, form.fields["kind"] == "AEXPR_OP_ALL", form.position
    )


def _distinct(form: Form) -> ir.Expr:
    negated = form.fields["kind"] == "AEXPR_NOT_DISTINCT"
    left, right = form.fields["lexpr"], form.fields["rexpr"]
    if "RowExpr" in left and "RowExpr" in right:
        return _distinct_rows(form, form.row(left), form.row(right), negated)
    first, second = form.typed(left), form.typed(right)
    for one, other in ((first, second), (second, first)):
        if isinstance(one, ir.Const) and one.value is None:
            known = form.scope.statement.coercer.known(other)
            return ir.Test(type=t.BOOL, position=form.position, arg=known, kind="null", negated=not negated, whole=True)
    return _distinct_pair(form, first, second, negated)


def _distinct_rows(form: Form, left: list[ir.Expr], right: list[ir.Expr], negated: bool) -> ir.Expr:
    """make_row_distinct_op."""
    if len(left) != len(right):
        raise SyntaxProblem("unequal number of entries in row expressions", position=form.position)
    parts = tuple(_distinct_pair(form, one, other, negated) for one, other in zip(left, right))
    if not parts:
        return ir.Const(type=t.BOOL, position=form.position, value="t" if negated else "f")
    return ir.Bool(type=t.BOOL, position=form.position, op="and" if negated else "or", args=parts)


def _distinct_pair(form: Form, left: ir.Expr, right: ir.Expr, negated: bool) -> ir.Expr:
    call = operator_call(form.scope, ["="], left, right, form.position)
    assert isinstance(call, ir.Call)
    return ir.Distinct(type=t.BOOL, position=form.position, call=call, negated=negated)


def _nullif(form: Form) -> ir.Expr:
    left, right = form.typed(form.fields["lexpr"]), form.typed(form.fields["rexpr"])
    call = operator_call(form.scope, ["="], left, right, form.position)
    assert isinstance(call, ir.Call)
    value = call.args[0]  # the first argument as the comparison sees it gives the type (transformAExprNullIf)
    return ir.NullIf(type=value.type, typmod=value.typmod, position=form.position, left=value, call=call)


def _in(form: Form) -> ir.Expr:
    names = names_of(form.fields["name"])
    negated = names == ["<>"]
    items: list[Node] = form.fields["rexpr"]["List"]["items"]
    if "RowExpr" in form.fields["lexpr"]:
        left = form.row(form.fields["lexpr"])
        parts = [row_operator(form.scope, ["="], left, form.row(item), form.position) for item in items]
        return _any_of(parts, negated, form.position)
    subject = form.typed(form.fields["lexpr"])
    values = [form.typed(item) for item in items]
    plain = [value for value in values if not _has_columns(value)]
    parts = [value for value in values if _has_columns(value)]
    found = []
    if len(plain) > 1 and (array := _as_array(form.scope, subject, plain)) is not None:
        found.append(array_operator(form.scope, names, subject, array, negated, form.position))
        found += [operator_call(form.scope, names, subject, value, form.position) for value in parts]
    else:
        found = [operator_call(form.scope, names, subject, value, form.position) for value in values]
    if len(found) == 1:
        return found[0]
    return ir.Bool(type=t.BOOL, position=form.position, op="and" if negated else "or", args=tuple(found))


def _as_array(scope: Scope, subject: ir.Expr, values: list[ir.Expr]) -> ir.Expr | None:
    types, coercer = scope.statement.types, scope.statement.coercer
    common = coercer.common_type([subject, *values], "")
    if not common or common == t.RECORD or not (array := types.array(common)):
        return None
    if not all(value.type == t.UNKNOWN or coercer.can([value.type], [common]) for value in values):
        return None
    elements = tuple(coercer.cast(value, common) for value in values)
    return ir.ArrayLiteral(type=array, position=values[0].position, elements=elements)


def _any_of(parts: list[ir.Expr], negated: bool, position: int) -> ir.Expr:
    found = parts[0] if len(parts) == 1 else ir.Bool(type=t.BOOL, position=position, op="or", args=tuple(parts))
    return ir.Bool(type=t.BOOL, position=position, op="not", args=(found,)) if negated else found


def _has_columns(expr: ir.Expr) -> bool:
    """Whether a column of the query is in it (contain_vars_of_level); subqueries count."""
    return any(isinstance(part, ir.ColumnRef | ir.Sublink) for part in walk(expr))


def _between(form: Form) -> ir.Expr:
    low_node, high_node = form.fields["rexpr"]["List"]["items"]
    subject = form.typed(form.fields["lexpr"])
    low, high = form.typed(low_node), form.typed(high_node)

    def inside(first: ir.Expr, second: ir.Expr, above: str, below: str, op: str) -> ir.Expr:
        parts = (
            operator_call(form.scope, [above], subject, first, form.position),
            operator_call(form.scope, [below], subject, second, form.position),
        )
        return ir.Bool(type=t.BOOL, position=form.position, op=op, args=parts)

    kind = form.fields["kind"]
    if kind == "AEXPR_BETWEEN":
        return inside(low, high, ">=", "<=", "and")
    if kind == "AEXPR_NOT_BETWEEN":
        return inside(low, high, "<", ">", "or")
    if kind == "AEXPR_BETWEEN_SYM":
        args = (inside(low, high, ">=", "<=", "and"), inside(high, low, ">=", "<=", "and"))
        return ir.Bool(type=t.BOOL, position=form.position, op="or", args=args)
    args = (inside(low, high, "<", ">", "or"), inside(high, low, "<", ">", "or"))
    return ir.Bool(type=t.BOOL, position=form.position, op="and", args=args)


_FORMS: dict[str, Callable[[Form], ir.Expr]] = {
    "AEXPR_OP": _plain_operator, "AEXPR_LIKE": _plain_operator, "AEXPR_ILIKE": _plain_operator,
    "AEXPR_SIMILAR": _plain_operator, "AEXPR_OP_ANY": _array_any, "AEXPR_OP_ALL": _array_any,
    "AEXPR_DISTINCT": _distinct, "AEXPR_NOT_DISTINCT": _distinct, "AEXPR_NULLIF": _nullif, "AEXPR_IN": _in,
    "AEXPR_BETWEEN": _between, "AEXPR_NOT_BETWEEN": _between, "AEXPR_BETWEEN_SYM": _between,
    "AEXPR_NOT_BETWEEN_SYM": _between,
}  # fmt: skip
