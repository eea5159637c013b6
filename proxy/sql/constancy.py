"""Which expressions Postgres computes before a statement runs, whatever stands around them.

Refuses to know what becomes of them (`folding.py` does). Facts: only immutable functions are folded (contain_mutable_functions in
src/backend/optimizer/util/clauses.c), and casts through text where both types' functions are (pg_type, pg_proc.provolatile).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from proxy.sql import ir
from proxy.sql.walking import holding, walk

# Types whose input and output functions are immutable, so that a cast through text is.
STEADY_TEXT = frozenset({
    16, 17, 18, 19, 20, 21, 23, 25, 26, 27, 28, 29, 114, 600, 601, 602, 603, 604, 628, 650, 700, 701, 718, 774, 829, 869, 1042, 1043,
    1560, 1562, 1700, 2950, 3220, 3614, 3615, 3802, 4072, 5069,
})  # fmt: skip
WHOLE = (ir.ArrayLiteral, ir.RowLiteral, ir.Subscript, ir.Collate, ir.NullIf, ir.Distinct, ir.Test, ir.Bool, ir.Case, ir.Coalesce,
         ir.Bounds)  # fmt: skip
INTERVAL, NULL = 1186, ir.Const(type=1186, value=None)
BOOL, LOOKING = 16, frozenset({"->", "->>", "#>", "#>>"})
TIMES = frozenset({1083, 1266})
BOUNDS, TEXTS, JSONB = ("lower", "upper"), (19, 25), 3802
# Conversions that no value makes fail, from -> to: integers, and varchar[] as text[].
WIDENING = {21: (23, 20, 1700, 700, 701), 23: (20, 1700, 701), 20: (1700, 701), 1015: (1009,)}


def deciding(call: ir.Call) -> tuple[ir.Expr, ...]:
    """The arguments of which each, where it is NULL, makes the call NULL."""
    proc = call.proc
    if not proc.strict or proc.kind != "f":
        return ()
    # arguments that are spread into an array, which is not NULL; an operator is given the array
    spread = proc.variadic != 0 and not call.variadic_array and call.operator is None
    return call.args[: len(proc.args) - 1] if spread else call.args


def without_lengths(call: ir.Call) -> ir.Call:
    """OVERLAPS without the length of a period whose start is NULL: its body adds the two, and nothing is computed of such a sum."""
    args = call.args
    if call.proc.name != "overlaps" or INTERVAL not in (args[1].type, args[3].type):
        return call
    ends = [
        NULL if end.type == INTERVAL and isinstance(start, ir.Const) and start.value is None else end
        for start, end in zip(args[::2], args[1::2])
    ]
    return replace(call, args=(args[0], ends[0], args[2], ends[1]))


def is_constant(expr: object) -> bool:
    """Whether Postgres folds the whole of it."""
    if isinstance(expr, ir.Const):
        return True
    if isinstance(expr, ir.Call):
        if expr.proc.returns_set or expr.proc.kind != "f" or expr.proc.volatility != "i":
            return False
        return all(is_constant(arg) for arg in expr.args)
    if isinstance(expr, ir.Cast):
        return _is_steady(expr) and is_constant(expr.arg)
    if isinstance(expr, ir.ArrayOp):
        return expr.proc.volatility == "i" and is_constant(expr.left) and is_constant(expr.array)
    return isinstance(expr, WHOLE) and all(is_constant(part) for part in _parts(expr))


def _is_steady(cast: ir.Cast) -> bool:
    if cast.method == "io":
        return {cast.type, cast.arg.type} <= STEADY_TEXT
    return cast.method in ("relabel", "function", "length", "array") and (
        cast.proc is None or cast.proc.volatility == "i"
    )


def _parts(expr: object) -> Iterator[object]:
    for name in holding(expr):
        pending = [getattr(expr, name)]
        while pending:
            one = pending.pop(0)
            if isinstance(one, ir.Expr | ir.Bounds):
                yield one
            elif isinstance(one, tuple):
                pending[:0] = one


def widens(expr: ir.Cast) -> bool:
    """Whether no value makes the conversion fail."""
    return expr.method == "relabel" or expr.type in WIDENING.get(expr.arg.type, ())


def keeps_null(cast: ir.Cast) -> bool:
    """Whether NULL is converted to NULL."""
    if cast.method == "domain":
        return False
    return cast.method in ("relabel", "io", "array", "length") or (cast.proc is not None and cast.proc.strict)


def is_read_as_null(node: object) -> bool:
    """What the lowering may know for NULL by a constant's text, with no look at what stands beside it: the bound of a range that has none,
    JSON's null as a number."""
    if isinstance(node, ir.Call):
        arg = node.args[0] if len(node.args) == 1 else None
        return node.proc.name in BOUNDS and isinstance(arg, ir.Const) and arg.type not in TEXTS
    return isinstance(node, ir.Cast) and isinstance(node.arg, ir.Const) and node.arg.type == JSONB


def may_be_null(arg: ir.Expr) -> bool:
    """A constant of which only its value tells: where a function, a look into a document or an array, or a time of day is part of it.
    Other strict operators and casts over constants that are not NULL give values."""
    return is_constant(arg) and any(_gives_null(node) for node in walk(arg))


def _gives_null(node: object) -> bool:
    if isinstance(node, ir.Call):
        return node.operator is None or not node.proc.strict or node.operator.name in LOOKING
    if isinstance(node, ir.Cast):
        return node.type in TIMES and node.method == "function"  # infinity has no time of day
    return isinstance(node, ir.NullIf | ir.Subscript | ir.Case)


def is_computed(call: ir.Call) -> bool:
    """Whether another argument could fail where NULL decides."""
    return any(not isinstance(arg, ir.Const | ir.Param | ir.ColumnRef) and not is_constant(arg) for arg in call.args)


def converts(node: object) -> bool:
    """Whether it is a conversion that a value may make fail."""
    return isinstance(node, ir.Cast) and not widens(node)


def is_settled(value: object) -> bool:
    """Whether there is nothing to fold or to note in it, as in each of the thousands of constants that a list may have."""
    if isinstance(value, ir.Cast) and widens(value):
        value = value.arg
        return isinstance(value, ir.ColumnRef | ir.Param) or (isinstance(value, ir.Const) and value.value is not None)
    return isinstance(value, ir.ColumnRef | ir.Param | ir.Const)


def is_null(expr: object) -> bool:
    """Whether it is the constant."""
    return isinstance(expr, ir.Const) and expr.value is None


def truth(expr: object) -> str:
    """'t', 'f' or 'null' of a literal truth value, '' of everything else."""
    if not isinstance(expr, ir.Const) or expr.type != BOOL:
        return ""
    return "null" if expr.value is None else "t" if expr.value.startswith("t") else "f"


def null(expr: ir.Expr) -> ir.Const:
    """The NULL that stands for an expression."""
    return ir.Const(type=expr.type, typmod=expr.typmod, position=expr.position, value=None)
