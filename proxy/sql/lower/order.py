"""Arguments are all computed, whatever the first of them is.

Postgres computes every argument of a strict function and then looks for NULLs; DuckDB stops at the first argument that is NULL in all
rows of a batch, and an error that a later one would raise is lost. Refuses to know what functions compute. Facts: measured on DuckDB
2.0; what it takes for NULL in all rows are CASEs, lists and functions of ours, never plain columns.
"""

from __future__ import annotations

import operator
import re
from dataclasses import replace

from proxy.sql import ir
from proxy.sql.constancy import is_constant, widens
from proxy.sql.lower.comparisons import OPERATORS
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.values import member, number_text

PLAIN = (ir.Const, ir.Param, ir.ColumnRef)
WHOLLY_NULL = re.compile(r"CASE |list_|pgf_|nullif\(|coalesce\(|greatest\(|least\(|\[")
FAILING = re.compile(r"error\(|pgf_| (?://|%|[-+*]|<<) |CAST\(")
HELD = -3  # the range table entry of arguments that are lowered already


def needs_order(call: ir.Call) -> bool:
    """Whether there are two arguments that are computed at all."""
    if not call.proc.strict or len(call.args) < 2:
        return False
    return sum(not _is_plain(arg) for arg in call.args) > 1


def _is_plain(expr: ir.Expr) -> bool:
    """A value that is there before the row is, or one that is widened."""
    if isinstance(expr, ir.Cast) and widens(expr):
        return _is_plain(expr.arg)
    return isinstance(expr, PLAIN) or is_constant(expr)


def held(lowering: Lowering, call: ir.Call) -> tuple[ir.Call, str, str]:
    """The call over arguments that are lowered once; where an earlier one may hide a later one's error, the name and the fields of the
    struct that computes them all, else two empty texts."""
    scope = lowering.scope
    lowered = [None if _is_plain(arg) else lowering.expr(arg) for arg in call.args]
    computed = [value for value in lowered if value is not None]
    texts = [value.sql for value in computed]
    apart = any(value.fields is not None for value in computed)
    nulls = {at for at, text in enumerate(texts) if WHOLLY_NULL.search(text)}
    fails = {at for at, text in enumerate(texts) if FAILING.search(text)}
    # a comparison's sides stay in their places; a template may turn its arguments round
    hides = operator.lt if call.operator is not None and call.operator.name in OPERATORS else operator.ne
    bind = not apart and any(hides(one, other) for one in nulls for other in fails)
    name = scope.fresh("o", call.proc.name + "".join(texts)) if bind else ""
    args, fields = [], []
    for at, (arg, value) in enumerate(zip(call.args, lowered)):
        if value is None:
            args.append(arg)
            continue
        if bind:
            value = number_text(value) if value.fixed and value.fixed.shown else value
            fields.append(f"a{at} := {value.sql}")
            value = value.named(member(name, f"a{at}"))
        key = scope.fresh("h", f"{at}{arg.type}{value.sql}{value.fixed}")
        scope.outputs[HELD, key] = value
        args.append(ir.ColumnRef(type=arg.type, typmod=arg.typmod, position=arg.position, rte=HELD, column=key))
    return replace(call, args=tuple(args)), name, ", ".join(fields)
