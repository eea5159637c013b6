"""The compiled part of the encoder, where it was built: the same messages in fewer steps. Nothing needs it.

Refuses to know columns. Facts: `_rows.c`; what it brings is measured in docs/benchmarks.md. `PGDOUBLE_CORE=off` leaves it out.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Buffer: TypeAlias = pa.Buffer | npt.NDArray[np.generic] | None
# data; offsets, bytes of an offset (0: none), bytes of a value without offsets; validity; first row in offsets and validity; whether
# validity is a bit a row (else a byte)
Column: TypeAlias = tuple[Buffer, Buffer, int, int, Buffer, int, bool]
Assemble: TypeAlias = Callable[[list[Column], int], tuple[bytes, bytes]]


def _built() -> Assemble | None:
    """Messages end to end, and where each starts and the last ends, as int64. Raises OverflowError for a row that cannot be framed."""
    if os.environ.get("PGDOUBLE_CORE") == "off":
        return None
    try:
        from proxy.pgtypes._rows import assemble
    except ImportError:
        return None
    return assemble


ASSEMBLE = _built()
