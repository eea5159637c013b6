"""Length coercions that Postgres' planner makes nothing of: what RowDescription then says of a call written by name.

`numeric(n, 0)`, `varchar(v, 100, false)` and their kin become relabelings where they cannot change a value; a relabeling has the typmod.
Refuses to know values. Facts: numeric_support, varchar_support, interval_support and TemporalSimplify.
"""

from __future__ import annotations

from proxy.pgtypes.intervals import LOWEST_FIRST
from proxy.sql import ir
from proxy.sql.walking import walk

READ = (ir.ColumnRef, ir.Aggregate, ir.Window, ir.Sublink)
INT4, NUMERIC_MIN, PRECISION_MAX = 23, 4, 6
FULL_PRECISION, FULL_RANGE = 0xFFFF, 0x7FFF
TEMPORAL = frozenset(("time", "timetz", "timestamp", "timestamptz"))


def shown_typmod(expr: ir.Expr) -> int:
    """The typmod of an output column."""
    if not isinstance(expr, ir.Call) or not is_relabelled(expr):
        return expr.typmod
    wanted = expr.args[1]
    assert isinstance(wanted, ir.Const) and wanted.value is not None
    return int(wanted.value)


def is_relabelled(call: ir.Call) -> bool:
    """Whether the call is its first argument under another typmod: what else it is given is never looked at."""
    if call.operator is not None or len(call.args) < 2 or call.typmod >= 0 or call.args[0].type != call.type:
        return False
    source, wanted = call.args[:2]
    if not isinstance(wanted, ir.Const) or wanted.type != INT4 or wanted.value is None:
        return False
    if not any(isinstance(part, READ) for part in walk(source)):  # constants are folded first, typmod and all
        return False
    return _is_nothing(call.proc.name, source.typmod, int(wanted.value))


def _is_nothing(name: str, old: int, new: int) -> bool:
    if name == "numeric":
        same_scale = (old - 4) & 0x7FF == (new - 4) & 0x7FF
        return new < NUMERIC_MIN or (old >= NUMERIC_MIN and same_scale and new >> 16 >= old >> 16)
    if name == "varchar":
        return new < 0 or 0 <= old <= new
    if name in TEMPORAL:
        return new < 0 or new == PRECISION_MAX or 0 <= old <= new
    return name == "interval" and (new < 0 or _interval_is_nothing(old, new))


def _interval_is_nothing(old: int, new: int) -> bool:
    """The last field stays or is a smaller one, and a fraction of seconds is not cut."""
    (old_field, old_digits), (new_field, new_digits) = _last_field(old), _last_field(new)
    return new_field <= old_field and (old_field > 0 or new_digits >= PRECISION_MAX or new_digits >= old_digits)


def _last_field(typmod: int) -> tuple[int, int]:
    """The place of an interval's last field among those that LOWEST_FIRST names, and its digits of a second."""
    if typmod < 0:
        return 0, FULL_PRECISION
    fields = typmod >> 16 & FULL_RANGE
    place = next((at for at, (_, bit) in enumerate(LOWEST_FIRST) if fields & bit), 0)
    return (0 if fields == FULL_RANGE else place), typmod & FULL_PRECISION
