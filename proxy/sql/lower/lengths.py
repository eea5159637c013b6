"""The functions behind numeric(p, s), varchar(n), timestamp(p) and their kin, called by name with a constant typmod.

Refuses to compute lengths (`casts.py` does). Facts: pg_cast's functions of two and three arguments.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower.casts import with_length
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.values import Lowered

Handler = Callable[[Lowering, ir.Call], Lowered]
NAMES = ("numeric(numeric,int4)", "time(time,int4)", "timestamp(timestamp,int4)",
         "timestamptz(timestamptz,int4)", "varchar(varchar,int4,bool)", "bpchar(bpchar,int4,bool)")  # fmt: skip


def _constant(expr: ir.Expr) -> str | None:
    return expr.value if isinstance(expr, ir.Const) else None


def _with_typmod(lowering: Lowering, call: ir.Call) -> Lowered:
    typmod = _constant(call.args[1])
    explicit = _constant(call.args[2]) if len(call.args) > 2 else "f"
    if typmod is None or explicit is None:
        raise FeatureNotSupported(
            f"function {call.proc.name} with a computed length is not supported by the double", hint="Write a cast."
        )
    value = lowering.expr(call.args[0])
    shortest = 4 if call.proc.name in ("varchar", "bpchar") else 0
    return value if int(typmod) < shortest else with_length(lowering, value, call.type, int(typmod), explicit == "t")


HANDLERS: dict[str, Handler] = dict.fromkeys(NAMES, _with_typmod)
