"""Fresh surrogate keys: numbers 1 .. n, short codes or random UUIDs, by the column's type and the CHECKs that the policy keeps.

Never a key, a maximum or a sequence state of the source. Refuses to know rows.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from policies.errors import PgError
from synth.encode.cells import Cells, text_cells
from synth.encode.formats import base36, random_uuid
from synth.encode.patterns import texts_of
from synth.plan.columns import UUID
from synth.plan.model import ColumnPlan
from synth.source.binary import INT_TYPES
from synth.source.schema import Column

NUMERIC = 1700
INT_TOPS = {21: (1 << 15) - 1, 23: (1 << 31) - 1, 20: (1 << 63) - 1, 26: (1 << 32) - 1}


class KeysExhausted(PgError):
    """A type has fewer values than the release has rows."""

    sqlstate = "54000"


def key_room(column: Column) -> int | None:
    """How many different keys the type has, None where it does not end."""
    if column.base_oid in INT_TYPES:
        return INT_TOPS[column.base_oid]
    if column.base_oid == NUMERIC and column.typmod >= 4:
        digits, scale = ((column.typmod - 4) >> 16) & 0xFFFF, (column.typmod - 4) & 0x7FF
        return int(10 ** max(0, digits - scale)) - 1
    if column.length is not None:
        return int(36**column.length)
    return 1 if column.base_oid == 18 else None


def fresh_keys(plan: ColumnPlan, rows: int, rng: np.random.Generator) -> Cells:
    """A different key for each row; fewer where the shape that a CHECK asks for has no more."""
    column = plan.column
    room = key_room(column)
    if room is not None and rows > room:
        raise KeysExhausted(
            f'column "{column.name}" of type {column.type_name} has too few different keys for the release',
            hint="Lower `--scale`, or exclude the table.",
        )
    if column.base_oid in INT_TYPES:
        return Cells(pa.array(plan.first + plan.step * np.arange(rows), pa.int64()))
    if column.base_oid == NUMERIC:
        return Cells(pa.array(plan.first + plan.step * np.arange(rows), pa.int64()), scale=0)
    if column.base_oid == UUID:
        return text_cells([random_uuid(row, rng) for row in range(rows)])
    if plan.shape:
        return text_cells(
            [text for text in texts_of(plan.shape, 0, rows) if column.length is None or len(text) <= column.length]
        )
    return text_cells(_codes(column, rows))


def _codes(column: Column, rows: int) -> list[str]:
    """Codes of one length: a prefix of zeros would read as another key's shape."""
    width = max(1, len(base36(max(0, rows - 1))))
    if column.length is not None:
        width = column.length if column.base_oid == 1042 else min(column.length, max(width, 5))
    return [base36(row).rjust(width, "0") for row in range(rows)]
