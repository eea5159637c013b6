"""min and max of intervals over what the engine has collected.

Refuses to know how values were grouped. Facts: interval_larger and interval_cmp_value in src/backend/utils/adt/timestamp.c: a month
counts 30 days, and of equal spans the last one stays, which may be written otherwise.
"""

from __future__ import annotations

import pyarrow as pa

from proxy.engine.functions.dates import DAY_US
from proxy.engine.functions.udf import function, interval

Parts = tuple[int, int, int]


@function("INTERVAL[]", "INTERVAL")
def interval_max(values: tuple[Parts | None, ...]) -> pa.MonthDayNano | None:
    return _last_of_equals(values, larger=True)


@function("INTERVAL[]", "INTERVAL")
def interval_min(values: tuple[Parts | None, ...]) -> pa.MonthDayNano | None:
    return _last_of_equals(values, larger=False)


def _last_of_equals(values: tuple[Parts | None, ...], *, larger: bool) -> pa.MonthDayNano | None:
    found, best = None, 0
    for value in values:
        if value is None:
            continue
        span = (value[0] * 30 + value[1]) * DAY_US + value[2]
        if found is None or (span >= best if larger else span <= best):
            found, best = value, span
    return None if found is None else interval(*found)
