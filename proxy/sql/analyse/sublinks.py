"""Subqueries in expressions: EXISTS, scalar, ARRAY, IN, ANY and ALL (transformSubLink in parse_expr.c)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.errors import DatatypeMismatch, FeatureNotSupported, SyntaxProblem, WrongObjectType
from proxy.sql.analyse.scope import Scope
from proxy.sql.parse import Node, names_of


def sublink(
    scope: Scope,
    fields: Any,
    position: int,
    expression: Callable[[Scope, Node], ir.Expr],
    row_elements: Callable[[Scope, Node], list[ir.Expr]],
) -> ir.Expr:
    """The typed form of a SubLink node."""
    from proxy.sql.analyse.queries import subquery

    kind = fields["subLinkType"]
    query = subquery(scope, fields["subselect"])
    types = scope.statement.types
    if kind == "EXISTS_SUBLINK":
        return ir.Sublink(type=t.BOOL, position=position, kind="exists", query=query)
    if kind in ("EXPR_SUBLINK", "ARRAY_SUBLINK"):
        if len(query.columns) != 1:
            raise SyntaxProblem("subquery must return only one column", position=position)
        _, oid, typmod = query.columns[0]
        if kind == "EXPR_SUBLINK":
            return ir.Sublink(type=oid, typmod=typmod, position=position, kind="scalar", query=query)
        array = oid if types.element(oid) else types.array(oid)
        if not array:
            raise DatatypeMismatch(f"could not find array type for data type {types.name(oid)}", position=position)
        return ir.Sublink(type=array, position=position, kind="array", query=query)
    if kind not in ("ANY_SUBLINK", "ALL_SUBLINK"):
        raise FeatureNotSupported("comparing a row with a subquery's row is not supported", position=position)
    test = fields["testexpr"]
    left = row_elements(scope, test) if "RowExpr" in test else [expression(scope, test)]
    names = names_of(fields["operName"]) if "operName" in fields else ["="]
    return _quantified(scope, "any" if kind == "ANY_SUBLINK" else "all", names, left, query, position)


def _quantified(
    scope: Scope, kind: str, names: list[str], left: list[ir.Expr], query: ir.Query, position: int
) -> ir.Expr:
    if len(left) != len(query.columns):
        many = "few" if len(query.columns) < len(left) else "many"
        raise SyntaxProblem(f"subquery has too {many} columns", position=position)
    statement = scope.statement
    operators, cast_left, targets = [], [], []
    for expr, (_, oid, _) in zip(left, query.columns):
        row = statement.resolver.operator(names, expr.type, oid, position)
        proc = statement.catalog.procs[row.proc]
        if proc.result != t.BOOL:
            raise WrongObjectType(f"operator {names[-1]} must return type boolean", position=position)
        concrete, _ = statement.coercer.generic([expr.type, oid], [row.left, row.right], t.BOOL)
        operators.append((row, proc))
        cast_left.append(statement.coercer.cast(expr, concrete[0]))
        targets.append(concrete[1])
    if len(operators) > 1 and names[-1] not in ("=", "<>"):
        raise FeatureNotSupported("ordering rows against a subquery is not supported", position=position)
    from proxy.sql.analyse.queries import with_types

    query = with_types(scope, query, targets)
    return ir.Sublink(
        type=t.BOOL, position=position, kind=kind, query=query, left=tuple(cast_left), operators=tuple(operators)
    )
