"""enum_first, enum_last and enum_range: the labels in their order, as the catalog has them.

Refuses to know comparisons of labels. Facts: src/backend/utils/adt/enum.c; the argument's value does not matter, its type does.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.sql import ir
from proxy.sql.lower.apply import fill
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.values import Lowered

Handler = Callable[[Lowering, ir.Call], Lowered]


def _label(place: int) -> Handler:
    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        return Lowered(f"({lowering.scope.enum_labels(call.args[0].type)})[{place}]", simple=True)

    return lower


def _range(lowering: Lowering, call: ir.Call) -> Lowered:
    """All labels, or those between two, either of which may be NULL for an open end."""
    scope = lowering.scope
    labels = scope.enum_labels(call.args[0].type)
    if len(call.args) == 1:
        return Lowered(labels, simple=True)
    low, high = (lowering.expr(arg) for arg in call.args)
    first = f"coalesce(list_position({labels}, {{0}}), 1)"
    last = f"coalesce(list_position({labels}, {{1}}), len({labels}))"
    return fill(scope, f"({labels})[{first} : {last}]", [low, high])


HANDLERS: dict[str, Handler] = {
    "enum_first(anyenum)": _label(1), "enum_last(anyenum)": _label(-1), "enum_range(anyenum)": _range,
    "enum_range(anyenum,anyenum)": _range,
}  # fmt: skip
