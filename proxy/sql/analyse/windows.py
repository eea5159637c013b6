"""OVER clauses: named windows, frames, and the checks Postgres makes of them (transformWindowDefinitions in parse_clause.c)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from proxy.sql import ir
from proxy.sql.analyse import types as t
from proxy.sql.analyse.calls import sort_key, sortable
from proxy.sql.analyse.errors import FeatureNotSupported, UndefinedObject, WindowingError
from proxy.sql.analyse.places import place
from proxy.sql.analyse.scope import Scope, refuse_columns
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
        partition = tuple(
            sortable(scope.statement.types, known(expression(scope, node)))
            for node in definition.get("partitionClause", ())
        )
        order = tuple(
            sort_key(scope.statement.types, known(expression(scope, node["SortBy"]["node"])), node["SortBy"])
            for node in definition.get("orderClause", ())
        )
        options = int(definition.get("frameOptions", 0))
        start = _bound(scope, definition, options, _START, "startOffset", order, expression)
        end = _bound(scope, definition, options, _END, "endOffset", order, expression)
    finally:
        scope.inside_window, scope.kind = before, kind
    mode = "rows" if options & _ROWS else "groups" if options & _GROUPS else "range"
    if mode == "groups" and not order:
        raise WindowingError("GROUPS mode requires an ORDER BY clause", position=_place(scope, over))
    explicit = bool(options & _NONDEFAULT)
    return ir.Window(
        type=call.type, typmod=call.typmod, position=position, call=call, partition=partition, order=order,
        mode=mode if explicit else "", start=start if explicit else None, end=end if explicit else None,
        exclude=next((name for bit, name in _EXCLUDE if options & bit), ""),
    )  # fmt: skip


def named_windows(scope: Scope, nodes: Sequence[Node]) -> dict[str, Any]:
    """The definitions of a WINDOW clause by name."""
    found: dict[str, Any] = {}
    for definition in (node["WindowDef"] for node in nodes):
        name = str(definition["name"])
        if name in found:
            raise WindowingError(f'window "{name}" is already defined', position=_place(scope, definition))
        found[name] = definition
    return found


def _place(scope: Scope, definition: Any) -> int:
    return scope.statement.offset_of(int(definition.get("location", 0)))


def _merged(scope: Scope, over: Any) -> dict[str, Any]:
    """The definition with what it takes over from a named window."""
    name = over.get("name")
    if name:
        return _named(scope, str(name), over)
    definition = dict(over)
    if "refname" in over:
        base = _named(scope, str(over["refname"]), over)
        if "partitionClause" in over:
            raise WindowingError(
                f'cannot override PARTITION BY clause of window "{over["refname"]}"', position=_place(scope, over)
            )
        if "orderClause" in over and "orderClause" in base:
            raise WindowingError(
                f'cannot override ORDER BY clause of window "{over["refname"]}"', position=_place(scope, over)
            )
        definition["partitionClause"] = base.get("partitionClause", [])
        definition["orderClause"] = over.get("orderClause") or base.get("orderClause", [])
    return definition


def _named(scope: Scope, name: str, over: Any) -> dict[str, Any]:
    if name not in scope.windows:
        raise UndefinedObject(f'window "{name}" does not exist', position=_place(scope, over))
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
    coercer, name = scope.statement.coercer, scope.statement.types.name
    mode = "ROWS" if options & _ROWS else "GROUPS" if options & _GROUPS else "RANGE"
    refuse_columns(value, scope.own_rtes, mode)
    if mode != "RANGE":
        otherwise = f"argument of {mode} must be type bigint, not type {name(value.type)}"
        return ir.FrameBound(kind=kind, offset=coercer.assigned(value, t.INT8, otherwise))
    if len(order) != 1:
        raise WindowingError(
            "RANGE with offset PRECEDING/FOLLOWING requires exactly one ORDER BY column",
            position=_place(scope, definition),
        )
    sorted_by = order[0].expr.type
    refused = f"RANGE with offset PRECEDING/FOLLOWING is not supported for column type {name(sorted_by)}"
    target = t.INTERVAL if sorted_by in _TIMES else sorted_by if sorted_by in _NUMBERS else 0
    if not target:
        raise FeatureNotSupported(refused, position=place(value))
    otherwise = f"{refused} and offset type {name(value.type)}"
    return ir.FrameBound(kind=kind, offset=coercer.assigned(value, target, otherwise))


# The types with an in_range function, by the type of its offset.
_TIMES = frozenset({t.DATE, t.TIME, t.TIMETZ, t.TIMESTAMP, t.TIMESTAMPTZ, t.INTERVAL})
_NUMBERS = frozenset({t.INT2, t.INT4, t.INT8, t.NUMERIC, t.FLOAT4, t.FLOAT8})
