"""The functions behind numeric(p, s), varchar(n), timestamp(p) and their kin, called by name with a typmod.

Refuses to compute lengths (`casts.py` does). Facts: pg_cast's functions of two and three arguments.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.sql import ir
from proxy.sql.analyse.simplified import is_relabelled
from proxy.sql.lower.apply import fill
from proxy.sql.lower.casts import with_length
from proxy.sql.lower.lowering import Lowering
from proxy.sql.lower.values import Lowered, number_text, room_for

Handler = Callable[[Lowering, ir.Call], Lowered]
NAMES = ("numeric(numeric,int4)", "time(time,int4)", "timestamp(timestamp,int4)",
         "timestamptz(timestamptz,int4)", "interval(interval,int4)", "varchar(varchar,int4,bool)", "bpchar(bpchar,int4,bool)")  # fmt: skip


def _constant(expr: ir.Expr) -> str | None:
    return expr.value if isinstance(expr, ir.Const) else None


def _with_typmod(lowering: Lowering, call: ir.Call) -> Lowered:
    if is_relabelled(call):
        return lowering.expr(call.args[0])
    typmod = _constant(call.args[1])
    explicit = _constant(call.args[2]) if len(call.args) > 2 else "f"
    if typmod is None or explicit is None:
        return _computed(lowering, call)
    value = lowering.expr(call.args[0])
    shortest = 4 if call.proc.name in ("varchar", "bpchar") else 0
    return value if int(typmod) < shortest else with_length(lowering, value, call.type, int(typmod), explicit == "t")


def _computed(lowering: Lowering, call: ir.Call) -> Lowered:
    """A typmod that differs from row to row."""
    name = call.proc.name
    args = [number_text(lowering.expr(arg)) for arg in call.args]
    if name in COMPUTED:
        return fill(lowering.scope, COMPUTED[name], args)
    value = Lowered("{0}", simple=True)
    rounded = (f"WHEN {digits} THEN {with_length(lowering, value, call.type, digits, True).sql}" for digits in range(6))
    template = f"CASE {{1}} {' '.join(rounded)} ELSE CASE WHEN {{1}} IS NOT NULL THEN {{0}} END END"
    return fill(lowering.scope, template, args)


def _characters(kind: str, short: str) -> str:
    """varchar(n) and char(n): what is cut off must be blanks unless the cast was written. {1}: four more than n."""
    limit = "(CAST({1} AS BIGINT) - 4)"
    wrong = f"error('PGERR|22001|value too long for type {kind}(' || {limit} || ')')"
    return (
        f"CASE WHEN {{1}} IS NULL OR {{2}} IS NULL THEN NULL WHEN {{1}} < 4 THEN {{0}} WHEN length({{0}}) <= {limit} THEN {short} "
        f"WHEN {{2}} OR length(rtrim({{0}}, ' ')) <= {limit} THEN left({{0}}, {limit}) ELSE {wrong} END"
    )


COMPUTED = {
    "varchar": _characters("character varying", "{0}"),
    "bpchar": _characters(
        "character", f"rpad({{0}}, CAST({room_for('CAST({1} AS BIGINT)', '{1}')} AS INTEGER) - 4, ' ')"
    ),
    "numeric": "pgf_numeric_typmod({0}, {1})",
    "interval": "pgf_interval_typmod({0}, {1})",
}
HANDLERS: dict[str, Handler] = dict.fromkeys(NAMES, _with_typmod)
