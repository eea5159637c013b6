"""A few rows as DuckDB gives them to Python, made into the batch that a stream would have brought.

Holds which types come whole that way: intervals, times with zones, lists and structs do not, and of dates and timestamps those that
Python's own cannot tell (infinity, before Christ, after 9999) are noticed and left to the stream. Refuses to know statements. Facts:
DuckDB 2.0, measured; a timestamptz comes in the session's zone, where an hour may be there twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

TEXT, NUMERIC, UUID, DATE, TIMESTAMP, TIMESTAMPTZ = 25, 1700, 2950, 1082, 1114, 1184
READABLE = frozenset(
    {16, 17, 18, 19, 20, 21, 23, TEXT, 26, 114, 700, 701, 1042, 1043, NUMERIC, 3802, UUID, DATE, TIMESTAMP, TIMESTAMPTZ}
)
UTC = "UTC"
MOMENTS = {DATE: date, TIMESTAMP: datetime, TIMESTAMPTZ: datetime}
ENDS = {date.min, date.max, datetime.min, datetime.max}


def is_readable(kinds: Sequence[int], timezone: str) -> bool:
    """Whether rows of these types are worth trying in a session of that zone."""
    return timezone == UTC or TIMESTAMPTZ not in kinds


def batch_of(rows: Sequence[tuple[Any, ...]], kinds: Sequence[int]) -> pa.RecordBatch | None:
    """The rows as a batch, columns named by their place; None where a value is not what was stored."""
    columns = list(zip(*rows)) if rows else [()] * len(kinds)
    if not all(_is_whole(column, kind) for column, kind in zip(columns, kinds)):
        return None
    arrays = [_array(column, kind) for column, kind in zip(columns, kinds)]
    return pa.RecordBatch.from_arrays(arrays, [str(at) for at in range(len(arrays))])


def _is_whole(column: Sequence[Any], kind: int) -> bool:
    expected = MOMENTS.get(kind)
    if expected is None:
        return True
    return all(value is None or (isinstance(value, expected) and _naive(value) not in ENDS) for value in column)


def _naive(value: date) -> date:
    return value.replace(tzinfo=None) if isinstance(value, datetime) else value


def _array(column: Sequence[Any], kind: int) -> pa.Array:
    """Arrow knows no UUIDs, and of whole numbers only those that fit its integers."""
    if kind == UUID:
        column = [None if value is None else str(value) for value in column]
    elif kind == NUMERIC:
        column = [Decimal(value) if isinstance(value, int) else value for value in column]
    return pa.array(column)
