"""Raw binary fields of numbers and times -> int64 ticks, vectorised; other types are read as text.

A tick is the unit that a column's domain counts in: 10^-scale of a number, a day of a date, a microsecond of a time or
timestamp (since 1970). What a tick cannot hold saturates, so that no value of a row can make a build fail. Facts:
PostgreSQL's *_send functions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

BIG = 1 << 62  # beyond every declared bound; infinities and NaN saturate here and are clamped by the domain
DAYS_1970_TO_2000 = 10_957
MICROS_1970_TO_2000 = DAYS_1970_TO_2000 * 86_400_000_000

INT_TYPES = {21: ">i2", 23: ">i4", 20: ">i8", 26: ">u4"}
FLOAT_TYPES = {700: ">f4", 701: ">f8"}
NUMERIC, DATE, TIME, TIMESTAMP, TIMESTAMPTZ = 1700, 1082, 1083, 1114, 1184
TIME_TYPES = frozenset({TIME, TIMESTAMP, TIMESTAMPTZ})
NUMBER_TYPES = frozenset(INT_TYPES) | frozenset(FLOAT_TYPES) | {NUMERIC, DATE} | TIME_TYPES


def to_ticks(base_oid: int, scale: int, fields: Sequence[bytes | None]) -> tuple[Ints, NDArray[np.bool_]]:
    """(ticks, is NULL) of one batch of a column of a NUMBER_TYPES type. scale: decimals of a tick of a number."""
    null = np.fromiter((field is None for field in fields), np.bool_, len(fields))
    if base_oid == NUMERIC:
        return _scaled(_numerics([field or b"" for field in fields]), scale), null
    if base_oid in FLOAT_TYPES:
        return _scaled(_fixed(FLOAT_TYPES[base_oid], fields).astype(np.float64), scale), null
    integers: Ints = _fixed(_WIRE[base_oid], fields).astype(np.int64)
    return _INTEGERS[base_oid](integers, scale), null


def _fixed(dtype: str, fields: Sequence[bytes | None]) -> NDArray[Any]:
    zero = bytes(np.dtype(dtype).itemsize)
    return np.frombuffer(b"".join([zero if field is None else field for field in fields]), dtype=dtype)


def _scaled(values: Floats, scale: int) -> Ints:
    """round(value * 10^scale), saturated; NaN sorts above every number, as in Postgres."""
    with np.errstate(all="ignore"):
        ticks = np.rint(values * 10.0**scale)
    ticks = np.nan_to_num(ticks, nan=float(BIG), posinf=float(BIG), neginf=-float(BIG))
    return np.clip(ticks, -float(BIG), float(BIG)).astype(np.int64)


def _integer(values: Ints, scale: int) -> Ints:
    factor = 10**scale
    ticks: Ints = np.clip(values, -(BIG // factor), BIG // factor) * factor
    return ticks


def _date(values: Ints, _: int) -> Ints:
    return values + DAYS_1970_TO_2000


def _timestamp(values: Ints, _: int) -> Ints:
    return np.clip(values, -BIG, BIG) + MICROS_1970_TO_2000


def _time(values: Ints, _: int) -> Ints:
    return values


_WIRE = {**INT_TYPES, DATE: ">i4", TIME: ">i8", TIMESTAMP: ">i8", TIMESTAMPTZ: ">i8"}
_INTEGERS: dict[int, Callable[[Ints, int], Ints]] = {
    **dict.fromkeys(INT_TYPES, _integer),
    DATE: _date,
    TIME: _time,
    TIMESTAMP: _timestamp,
    TIMESTAMPTZ: _timestamp,
}

_NAN, _POSITIVE_INFINITY, _NEGATIVE_INFINITY, _NEGATIVE = 0xC000, 0xD000, 0xF000, 0x4000


_WEIGHT_MAX = 70.0


def _numerics(fields: Sequence[bytes]) -> Floats:
    """Float value of numeric fields: header (ndigits, weight, sign, dscale), then base-10000 digits. Empty is 0."""
    padded = [field if len(field) >= 8 else bytes(8) for field in fields]
    words = np.frombuffer(b"".join(padded), dtype=">u2").astype(np.int64)
    lengths = np.fromiter(map(len, padded), np.int64, len(padded)) // 2
    starts = np.cumsum(lengths) - lengths
    digits, sign = words[starts], words[starts + 2]
    weight = words[starts + 1].astype(np.int16).astype(np.float64)
    value = np.zeros(len(padded), dtype=np.float64)
    with np.errstate(all="ignore"):
        for place in range(int(digits.max(initial=0))):
            held = np.flatnonzero(digits > place)
            power = np.minimum(weight[held] - place, _WEIGHT_MAX)  # finite, for a zero digit times infinity is NaN
            value[held] += words[starts[held] + 4 + place] * np.power(10_000.0, power)
    value[sign == _NEGATIVE] *= -1
    value[sign == _NAN] = np.nan
    value[sign == _POSITIVE_INFINITY] = np.inf
    value[sign == _NEGATIVE_INFINITY] = -np.inf
    return value
