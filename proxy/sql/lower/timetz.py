"""time with time zone: parts, precision and other zones, as templates.

Refuses to know its order (`comparisons.py`) and its arithmetic (`datetimes.py`). Facts: pg_proc's signatures.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.sql import ir
from proxy.sql.lower.apply import fill
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.values import Lowered, quote_literal

Handler = Callable[[Lowering, ir.Call], Lowered]
TEMPLATES: dict[str, str] = {
    "extract(text,timetz)": "pgf_timetz_part({0}, {1})", "date_part(text,timetz)": "CAST(pgf_timetz_part({0}, {1}) AS DOUBLE)",
    "timetz(timetz,int4)": "pgf_timetz_typmod({0}, {1})",
}  # fmt: skip


def _in_zone(lowering: Lowering, call: ir.Call) -> Lowered:
    """timezone(zone, timetz), and timezone(timetz) in the session's."""
    scope = lowering.scope
    now = f"epoch_us(TIMESTAMPTZ '{scope.env.transaction_timestamp.isoformat(sep=' ')}')"
    args = [lowering.expr(arg) for arg in call.args]
    zone = "{0}" if len(args) > 1 else quote_literal(scope.env.timezone)
    return fill(scope, f"pgf_timetz_in_zone({{{len(args) - 1}}}, {zone}, {now})", args)


HANDLERS: dict[str, Handler] = {"timezone(text,timetz)": _in_zone, "timezone(timetz)": _in_zone}
