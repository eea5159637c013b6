"""Floats as text, and the functions of them that DuckDB has not.

Refuses to know numeric. Facts: src/backend/utils/adt/float.c; Python's erf and erfc are the C library's, as Postgres' are.
"""

from __future__ import annotations

import math

from proxy.engine.functions.udf import function
from proxy.pgtypes.floats import layout


@function("DOUBLE", "VARCHAR")
def float8_text(value: float) -> str:
    return _float_text(value, repr(value), 15)


@function("DOUBLE VARCHAR", "VARCHAR")
def float4_text(value: float, shortest: str) -> str:
    """shortest: as DuckDB prints a FLOAT, which is the shortest text that reads back."""
    return _float_text(value, shortest, 6)


def _float_text(value: float, shortest: str, exponent_limit: int) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return layout(shortest, exponent_limit)


@function("DOUBLE", "DOUBLE")
def erf(value: float) -> float:
    return math.erf(value)


@function("DOUBLE", "DOUBLE")
def erfc(value: float) -> float:
    return math.erfc(value)
