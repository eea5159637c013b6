"""OVER clauses: named windows, frames, and the checks Postgres makes of them (transformWindowDefinitions in parse_clause.c)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.calls import sort_key
from proxy.sql.analyse.coerce import Context
from proxy.sql.analyse.errors import UndefinedObject, WindowingError
from proxy.sql.analyse.scope import Scope
from proxy.sql.parse import Node

_NONDEFAULT, _RANGE, _ROWS, _GROUPS = 0x1, 0x2, 0x4, 0x8
_START = (
    (0x20, "unbounded preceding"), (0x80, "unbounded following"), (0x200, "current row"), (0x800, "preceding"),
    (0x2000, "following"),
)  # fmt: skip
_END = (
    (0x40, "unbounded preceding"), (0x100, "unbounded following"), (0x400, "current row"), (0x1000, "preceding"),
    (0x4000, "following"),
)  # fmt: skip
_EXCLUDE = ((0x8000, "current row"), (0x10000, "group"), (0x20000, "ties"))


def window(
    scope: Scope, call: ir.Call | ir.Aggregate, over: Any, position: int, expression: Callable[[Scope, Node], ir.Expr]
) -> ir.Window:
    """call OVER (definition or name)."""
    definition = _merged(scope, over)
    before, scope.inside_window = scope.inside_window, True
    kind, scope.kind = scope.kind, "window definitions"
    try:
        known = scope.statement.coercer.known
        partition = tuple(known(expression(scope, node)) for node in definition.get("partitionClause", ()))
        order = tuple(
            sort_key(known(expression(scope, node["SortBy"]["node"])), node["SortBy"])
            for node in definition.get("orderClause", ())
        )
        options = int(definition.get("frameOptions", 0))
        start = _bound(scope, definition, options, _START, "startOffset", order, expression)
        end = _bound(scope, definition, options, _END, "endOffset", order, expression)
    finally:
        scope.inside_window, scope.kind = before, kind
    mode = "rows" if options & _ROWS else "groups" if options & _GROUPS else "range"
    if mode == "groups" and not order:
        raise WindowingError("GROUPS mode requires an ORDER BY clause", position=position)
    explicit = bool(options & _NONDEFAULT)
    return ir.Window(
        type=call.type, typmod=call.typmod, position=position, call=call, partition=partition, order=order,
        mode=mode if explicit else "", start=start if explicit else None, end=end if explicit else None,
        exclude=next((name for bit, name in _EXCLUDE if options & bit), ""),
    )  # fmt: skip


def _merged(scope: Scope, over: Any) -> dict[str, Any]:
    """The definition with what it takes over from a named window."""
    name = over.get("name")
    if name:
        return _named(scope, str(name), over)
    definition = dict(over)
    if "refname" in over:
        base = _named(scope, str(over["refname"]), over)
        if "partitionClause" in over:
            raise WindowingError(f'cannot override PARTITION BY clause of window "{over["refname"]}"')
        if "orderClause" in over and "orderClause" in base:
            raise WindowingError(f'cannot override ORDER BY clause of window "{over["refname"]}"')
        definition["partitionClause"] = base.get("partitionClause", [])
        definition["orderClause"] = over.get("orderClause") or base.get("orderClause", [])
    return definition


def _named(scope: Scope, name: str, over: Any) -> dict[str, Any]:
    if name not in scope.windows:
        location = int(over.get("location", 0))
        raise UndefinedObject(f'window "{name}" does not exist', position=scope.statement.offset_of(location))
    return _merged(scope, {key: value for key, value in scope.windows[name].items() if key != "name"})


def _bound(
    scope: Scope,
    definition: dict[str, Any],
    options: int,
    kinds: tuple[tuple[int, str], ...],
    offset: str,
    order: tuple[ir.SortKey, ...],
    expression: Callable[[Scope, Node], ir.Expr],
) -> ir.FrameBound:
    kind = next((name for bit, name in kinds if options & bit), "current row")
    if kind not in ("preceding", "following"):
        return ir.FrameBound(kind=kind)
    value = expression(scope, definition[offset])
    coercer = scope.statement.coercer
    if options & (_ROWS | _GROUPS):
        return ir.FrameBound(kind=kind, offset=coercer.cast(value, t.INT8, context=Context.ASSIGNMENT))
    if len(order) != 1:
        raise WindowingError("RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column")
    target = _range_offset(order[0].expr.type)
    return ir.FrameBound(kind=kind, offset=coercer.cast(value, target, context=Context.ASSIGNMENT))


def _range_offset(sort_type: int) -> int:
    """The offset type of RANGE frames: intervals for dates and times, the type itself for numbers."""
    return t.INTERVAL if sort_type in (t.DATE, t.TIME, t.TIMETZ, t.TIMESTAMP, t.TIMESTAMPTZ, t.INTERVAL) else sort_type
