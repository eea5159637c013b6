"""Values of one column as an Arrow array and the DuckDB SQL that turns it into the column's stored type.

Two forms: ticks of numbers and times, and texts. Both are loaded by one SELECT, so nothing here loops over rows in
Python. Refuses to know where values come from. Facts: the forms of `expressions.as_text`; exact decimals of DuckDB.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from synth.codes import code_type
from synth.encode.expressions import load_expression
from synth.source.binary import DATE, FLOAT_TYPES, INT_TYPES, NUMERIC, TIME, TIMESTAMP, TIMESTAMPTZ, Ints
from synth.source.schema import Column

_TIME_ARROW = {
    DATE: pa.date32(),
    TIME: pa.time64("us"),
    TIMESTAMP: pa.timestamp("us"),
    TIMESTAMPTZ: pa.timestamp("us", "UTC"),
}


@dataclass(frozen=True, slots=True)
class Cells:
    """array: one entry a row. scale: decimals of integers that stand for a decimal number, -1 where the array is loaded
    as it is."""

    array: pa.Array
    scale: int = -1

    def take(self, rows: Ints) -> Cells:
        """The entries of these rows; a negative row is NULL."""
        indices = pa.array(rows, pa.int64(), mask=rows < 0)
        return Cells(self.array.take(indices), self.scale)

    def load(self, name: str, storage: str) -> str:
        """DuckDB SQL: the array's column -> the stored type."""
        if self.scale >= 0:
            unit = f"CAST('{'0.' + '0' * (self.scale - 1) + '1'}' AS DECIMAL({self.scale + 1},{self.scale}))"
            exact = f"CAST({name} AS DECIMAL(19,0)) * {unit}" if self.scale else f"CAST({name} AS DECIMAL(19,0))"
            return f"CAST({exact} AS {storage})"
        if pa.types.is_string(self.array.type) or pa.types.is_dictionary(self.array.type):
            return load_expression(name, storage)
        return f"CAST({name} AS {storage})"


def tick_cells(column: Column, ticks: Ints, null: np.ndarray, scale: int) -> Cells:
    """Cells of a number or time."""
    integers = pa.array(ticks, pa.int64(), mask=null if null.any() else None)  # without a mask nothing is copied
    if column.base_oid == DATE:
        return Cells(integers.cast(pa.int32()).cast(pa.date32()))
    if column.base_oid in _TIME_ARROW:
        return Cells(integers.cast(_TIME_ARROW[column.base_oid]))
    if column.base_oid in INT_TYPES:
        return Cells(integers)
    assert column.base_oid == NUMERIC or column.base_oid in FLOAT_TYPES
    return Cells(integers, scale)


def text_cells(values: Sequence[str | None]) -> Cells:
    """Cells of texts."""
    return Cells(pa.array(values, pa.string()))


def coded_cells(values: Sequence[str | None], codes: np.ndarray) -> Cells:
    """Cells of a list of values, one a code. Rows hold codes as narrow as the list allows; NULL is in the list."""
    return Cells(
        pa.DictionaryArray.from_arrays(pa.array(codes.astype(code_type(len(values)))), pa.array(values, pa.string()))
    )


def constant_cells(value: str | None, rows: int) -> Cells:
    """The same text in every row."""
    return coded_cells([value], np.zeros(rows, dtype=np.uint8))
