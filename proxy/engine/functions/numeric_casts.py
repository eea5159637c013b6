"""numeric to and from floats and integers.

Works on canonical text; refuses to know DECIMAL columns. Facts: src/backend/utils/adt/numeric.c (float8_numeric, numeric_int4,
numeric_float8, whose overflow is an error of float8's own input function).
"""

from __future__ import annotations

import math

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.numeric import bounded, parse, rounded
from proxy.engine.functions.udf import function
from proxy.pgtypes import read_text
from proxy.pgtypes.numeric import parse_numeric

FLOATS = {"real": 700, "double precision": 701}


@function("DOUBLE INTEGER", "VARCHAR")
def float_numeric(value: float, digits: int) -> str:
    """float8_numeric and float4_numeric: %.15g or %.6g."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    return parse_numeric(f"{value:.{digits}g}")


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_integer(value: str, kind: str) -> str:
    """A numeric rounded half away from zero for a cast to an integer type; kind: as messages name it."""
    number = parse(value)
    if not number.is_finite():
        shown = "NaN" if number.is_nan() else "infinity"
        raise PgDomainError("0A000", f"cannot convert {shown} to {kind}")
    found = bounded(rounded(number, 0))
    bits = {"smallint": 15, "integer": 31, "bigint": 63}[kind]
    if not -(2**bits) <= found < 2**bits:
        raise PgDomainError("22003", f"{kind} out of range")
    return str(found)


@function("VARCHAR", "DOUBLE")
def numeric_endless(value: str) -> float:
    """The nearest float8; what is beyond the last one is infinite."""
    return float(value)


@function("VARCHAR VARCHAR", "VARCHAR")
def numeric_float(value: str, kind: str) -> str:
    """The text itself where the float type reads it; kind: as messages name it."""
    read_text(FLOATS[kind], value, None)
    return value
