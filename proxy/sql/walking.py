"""Ways through the typed tree: the nodes below a node, and a tree with the queries inside it replaced.

Knows that nodes are frozen dataclasses whose fields hold nodes or tuples of them, and nothing of what they mean.
Facts: `proxy.sql.ir`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from types import UnionType
from typing import Any, TypeVar, cast

from proxy.sql import ir

Node = TypeVar("Node", bound=Any)  # a frozen dataclass of proxy.sql.ir
NODES = (
    ir.Expr, ir.SortKey, ir.FrameBound, ir.Target, ir.RelationRef, ir.SubqueryRef, ir.CteRef, ir.FunctionRef, ir.JoinRef,
    ir.GroupingSet, ir.Cte, ir.Query, ir.Bounds,
)  # fmt: skip


def holding(node: object) -> tuple[str, ...]:
    """The fields of a node that may hold nodes."""
    kind: type = type(node)
    return _holding(kind)


@cache
def _holding(kind: type) -> tuple[str, ...]:
    """The fields of a kind of node that may hold nodes, as their declared types say; the others are most of them."""
    nodes = {
        name for name, one in vars(ir).items()
        if isinstance(one, UnionType) or (isinstance(one, type) and issubclass(one, NODES))
    }  # fmt: skip
    declared = getattr(kind, "__dataclass_fields__", {})
    return tuple(name for name, field in declared.items() if nodes & set(re.findall(r"\w+", str(field.type))))


def children(node: object) -> list[object]:
    """The nodes directly below a node, those inside tuples included."""
    found: list[object] = []
    for name in holding(node):
        _add_nodes(getattr(node, name), found)
    return found


def _add_nodes(value: object, found: list[object]) -> None:
    if isinstance(value, NODES):
        found.append(value)
    elif isinstance(value, tuple):
        for item in value:
            _add_nodes(item, found)


def walk(node: object, stop: tuple[type, ...] = ()) -> Iterator[object]:
    """A node and all below it, parents first; nodes of a type in `stop` are given but not entered."""
    pending = [node]
    while pending:
        current = pending.pop()
        yield current
        if not isinstance(current, stop):
            pending.extend(children(current))


def with_inner(node: Node, treat: Callable[[ir.Query], ir.Query]) -> Node:
    """A node with every query directly inside it, wherever it hides, replaced by what `treat` makes of it."""
    changed = {name: _with_inner(getattr(node, name), treat) for name in holding(node)}
    return replace(node, **changed)


def _with_inner(value: object, treat: Callable[[ir.Query], ir.Query]) -> object:
    if isinstance(value, tuple):
        return tuple(_with_inner(item, treat) for item in value)
    if isinstance(value, ir.Query):
        return treat(value)
    return with_inner(value, treat) if isinstance(value, NODES) else value


def substituted(node: Node, replacement: Callable[[ir.ColumnRef], ir.Expr]) -> Node:
    """A node with every column below it replaced, those in queries inside it too."""
    if isinstance(node, ir.ColumnRef):
        return cast("Node", replacement(node))
    changed = {name: _substituted(getattr(node, name), replacement) for name in holding(node)}
    return replace(node, **changed)


def _substituted(value: object, replacement: Callable[[ir.ColumnRef], ir.Expr]) -> object:
    if isinstance(value, tuple):
        return tuple(_substituted(item, replacement) for item in value)
    return substituted(value, replacement) if isinstance(value, NODES) else value
