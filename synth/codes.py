"""Codes of a domain as the narrowest integers that hold it: a byte for most columns, which decides what a row costs in memory."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

# The annotation that most of synth uses says int32, the widest of them.
Codes = NDArray[np.int32]


def code_type(size: int) -> Any:
    """The type of codes 0 .. size - 1."""
    return next((kind for kind in (np.uint8, np.uint16) if size - 1 <= np.iinfo(kind).max), np.int32)
