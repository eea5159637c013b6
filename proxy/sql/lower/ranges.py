"""Ranges of the built-in types: constructors, bounds, tests and what two of them make, as calls of our functions over their text.

Refuses ranges whose bounds depend on the session's time zone, ranges of users' own types and multiranges. Facts: rangetypes.c.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.engine.functions.ranges import COMBINED, FACTS, SUBTYPES, TESTS, parsed
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.texts import text_of
from proxy.sql.lower.values import Lowered, cast
from synth.release.storage import NUMERIC

Handler = Callable[[Lowering, ir.Call], Lowered]
TEMPLATES: dict[str, str] = {}
NAMES = ("int4range", "int8range", "numrange", "daterange", "tsrange")


def _subtype(lowering: Lowering, oid: int) -> int:
    """The type of a range's bounds. Raises FeatureNotSupported for a range without a row."""
    found = SUBTYPES.get(lowering.scope.base(oid).oid)
    if found is None:
        raise FeatureNotSupported(
            f"type {lowering.scope.shown_name(oid)} in expressions is not supported by the double", hint="Compute it on the client."
        )  # fmt: skip
    return found


def _oid(subtype: int) -> str:
    return cast(str(subtype), "UINTEGER")


def _made(lowering: Lowering, call: ir.Call) -> Lowered:
    """int4range(lower, upper [, flags]) and its kin."""
    lower, upper = (text_of(lowering.scope, lowering.expr(arg), arg.type).sql for arg in call.args[:2])
    flags = lowering.expr(call.args[2]).sql if len(call.args) > 2 else "'[)'"
    return Lowered(f"pgf_range_make({lower}, {upper}, {flags}, {_oid(_subtype(lowering, call.type))})")


def _bound(lowering: Lowering, call: ir.Call) -> Lowered:
    """lower(range) and upper(range)."""
    subtype = _subtype(lowering, call.args[0].type)
    found = f"pgf_range_bound({lowering.expr(call.args[0]).sql}, {_oid(subtype)}, '{call.proc.name}')"
    return Lowered(found if subtype == NUMERIC else cast(found, lowering.scope.storage(subtype)))


def _fact(lowering: Lowering, call: ir.Call) -> Lowered:
    subtype = _oid(_subtype(lowering, call.args[0].type))
    return Lowered(f"pgf_range_fact({lowering.expr(call.args[0]).sql}, {subtype}, '{call.proc.name}')")


def _two(function: str) -> Handler:
    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        left, right = (lowering.expr(arg).sql for arg in call.args)
        return Lowered(
            f"{function}({left}, {right}, {_oid(_subtype(lowering, call.args[0].type))}, '{call.proc.name}')"
        )

    return lower


def _holds(at: int) -> Handler:
    """range @> element and element <@ range. at: where the range stands."""

    def lower(lowering: Lowering, call: ir.Call) -> Lowered:
        whole, element = call.args[at], call.args[1 - at]
        if isinstance(whole, ir.Const) and whole.value is not None:
            # Postgres plans these away, so that they hold of NULL as well
            known = parsed(whole.value, _subtype(lowering, whole.type))
            if known is None:
                return Lowered(cast("'f'", "BOOLEAN"))
            if known.lower.text is None and known.upper.text is None:
                return Lowered(cast("'t'", "BOOLEAN"))
        text = text_of(lowering.scope, lowering.expr(element), element.type).sql
        return Lowered(f"pgf_range_holds({lowering.expr(whole).sql}, {text}, {_oid(_subtype(lowering, whole.type))})")

    return lower


def unbounded(call: ir.Call) -> bool:
    """Whether it is the bound of a constant range that has none there: Postgres computes it before anything else."""
    arg = call.args[0] if len(call.args) == 1 else None
    if (
        call.proc.name not in ("lower", "upper")
        or not isinstance(arg, ir.Const)
        or arg.type not in SUBTYPES
        or arg.value is None
    ):
        return False
    known = parsed(arg.value, SUBTYPES[arg.type])
    return known is None or (known.lower if call.proc.name == "lower" else known.upper).text is None


HANDLERS: dict[str, Handler] = {
    **dict.fromkeys(NAMES, _made), "lower(anyrange)": _bound, "upper(anyrange)": _bound,
    **{f"{name}(anyrange)": _fact for name in FACTS},
    **dict.fromkeys(TESTS, _two("pgf_range_test")), **dict.fromkeys((set(COMBINED) - {"range_merge"}), _two("pgf_range_combined")),
    "range_merge(anyrange,anyrange)": _two("pgf_range_combined"),
    "range_contains_elem": _holds(0), "elem_contained_by_range": _holds(1),
}  # fmt: skip
