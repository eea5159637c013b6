"""The compiled part of the encoder, where it was built: the same bytes in fewer steps. Nothing needs it.

Refuses to know types; a codec asks for a column to be written and goes its own way where the answer is None. Facts: `_rows.c`,
`_values.c`; what they bring is measured in docs/benchmarks.md. `PGDOUBLE_CORE=off` leaves them out.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Buffer: TypeAlias = pa.Buffer | npt.NDArray[np.generic] | bytes | None
# data; offsets, bytes of an offset (0: none), bytes of a value without offsets; validity; first row in offsets and validity; whether
# validity is a bit a row (else a byte)
Column: TypeAlias = tuple[Buffer, Buffer, int, int, Buffer, int, bool]
Assemble: TypeAlias = Callable[[list[Column], int], tuple[bytes, bytes]]
# values, bytes of one (4, 8, 16), bits of validity, rows, digits behind the point -> bytes end to end and their int32 offsets; None where a
# value needs more than 64 bits, or is out of what the form has
Write: TypeAlias = Callable[[Buffer, int, Buffer, int, int], tuple[bytes, bytes] | None]
SCALE_MAX = 18


def _rows() -> Assemble | None:
    """Messages end to end, and where each starts and the last ends, as int64. Raises OverflowError for a row that cannot be framed."""
    if os.environ.get("PGDOUBLE_CORE") == "off":
        return None
    try:
        from proxy.pgtypes._rows import assemble
    except ImportError:
        return None
    return assemble


def _values() -> tuple[Write | None, Write | None, Write | None]:
    """Whole numbers and decimals as text, the same as numeric's binary form, and moments (microseconds since 1970) as text."""
    if os.environ.get("PGDOUBLE_CORE") == "off":
        return None, None, None
    try:
        from proxy.pgtypes._values import moments, numbers, numerics
    except ImportError:
        return None, None, None
    return numbers, numerics, moments


ASSEMBLE = _rows()
NUMBERS, NUMERICS, MOMENTS = _values()


def written(
    write: Write | None, column: pa.Array, kind: pa.DataType, *, scale: int = 0, values: Buffer = None
) -> pa.Array | None:
    """A column of values of fixed width as a string or binary array. values: instead of the column's own, 64 bits each."""
    if write is None or column.offset or not 0 <= scale <= SCALE_MAX or not len(column):
        return None
    bits, data = column.buffers()
    width = column.type.bit_width // 8 if values is None else 8
    found = write(data if values is None else values, width, bits, len(column), scale)
    if found is None:
        return None
    return pa.Array.from_buffers(kind, len(column), [bits, pa.py_buffer(found[1]), pa.py_buffer(found[0])])
