"""Trigonometry in degrees, exact where Postgres makes it exact: sind(30) is 0.5, not nearly.

Refuses to know radians. Facts: src/backend/utils/adt/float.c (sind_q1, cosd_q1, asind_q1, acosd_q1 and their callers).
"""

from __future__ import annotations

import math
from collections.abc import Callable

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.udf import function

DEGREE = 0.0174532925199432957692
SIN_30 = math.sin(30 * DEGREE)
ONE_MINUS_COS_60 = 1.0 - math.cos(60 * DEGREE)
ASIN_HALF, ACOS_HALF, ATAN_1 = math.asin(0.5), math.acos(0.5), math.atan(1.0)


def _small_sine(x: float) -> float:
    return (math.sin(x * DEGREE) / SIN_30) / 2.0


def _small_cosine(x: float) -> float:
    return 1.0 - ((1.0 - math.cos(x * DEGREE)) / ONE_MINUS_COS_60) / 2.0


def _sine(x: float) -> float:
    """Of the first quadrant."""
    return _small_sine(x) if x <= 30.0 else _small_cosine(90.0 - x)


def _cosine(x: float) -> float:
    """Of the first quadrant."""
    return _small_cosine(x) if x <= 60.0 else _small_sine(90.0 - x)


TAN_45, COT_45 = _sine(45.0) / _cosine(45.0), _cosine(45.0) / _sine(45.0)


def _wrapped(value: float, signs: tuple[int, int, int]) -> tuple[float, int]:
    """An angle in the first quadrant, and the sign: signs are what below 0, beyond 180 and beyond 90 degrees multiply it by."""
    if math.isinf(value):
        raise PgDomainError("22003", "input is out of range")
    angle, sign = math.fmod(value, 360.0), 1
    if angle < 0.0:
        angle, sign = -angle, sign * signs[0]
    if angle > 180.0:
        angle, sign = 360.0 - angle, sign * signs[1]
    if angle > 90.0:
        angle, sign = 180.0 - angle, sign * signs[2]
    return angle, sign


def _ratio(above: float, below: float, one: float, sign: int) -> float:
    if below == 0.0:
        return math.copysign(math.inf, sign * above * math.copysign(1.0, below))
    return sign * ((above / below) / one) or 0.0  # no negative zero


def _sind(value: float) -> float:
    angle, sign = _wrapped(value, (-1, -1, 1))
    return sign * _sine(angle)


def _cosd(value: float) -> float:
    angle, sign = _wrapped(value, (1, 1, -1))
    return sign * _cosine(angle)


def _tand(value: float) -> float:
    angle, sign = _wrapped(value, (-1, -1, -1))
    return _ratio(_sine(angle), _cosine(angle), TAN_45, sign)


def _cotd(value: float) -> float:
    angle, sign = _wrapped(value, (-1, -1, -1))
    return _ratio(_cosine(angle), _sine(angle), COT_45, sign)


def _arcsine(x: float) -> float:
    """asind of 0 to 1."""
    return (math.asin(x) / ASIN_HALF) * 30.0 if x <= 0.5 else 90.0 - (math.acos(x) / ACOS_HALF) * 60.0


def _arccosine(x: float) -> float:
    """acosd of 0 to 1."""
    return 90.0 - (math.asin(x) / ASIN_HALF) * 30.0 if x <= 0.5 else (math.acos(x) / ACOS_HALF) * 60.0


def _asind(value: float) -> float:
    return _arcsine(_unit(value)) if value >= 0.0 else -_arcsine(-_unit(value))


def _acosd(value: float) -> float:
    return _arccosine(_unit(value)) if value >= 0.0 else 90.0 + _arcsine(-_unit(value))


def _unit(value: float) -> float:
    if not -1.0 <= value <= 1.0:
        raise PgDomainError("22003", "input is out of range")
    return value


def _atand(value: float) -> float:
    return (math.atan(value) / ATAN_1) * 45.0


FUNCTIONS: dict[str, Callable[[float], float]] = {
    "sind": _sind, "cosd": _cosd, "tand": _tand, "cotd": _cotd, "asind": _asind, "acosd": _acosd, "atand": _atand,
}  # fmt: skip


@function("VARCHAR DOUBLE", "DOUBLE")
def degrees_of(name: str, value: float) -> float:
    """Any of FUNCTIONS."""
    return value if math.isnan(value) else FUNCTIONS[name](value)


@function("DOUBLE DOUBLE", "DOUBLE")
def atan2d(y: float, x: float) -> float:
    return (math.atan2(y, x) / ATAN_1) * 45.0
