"""Trigonometry in degrees: exact where the answer is a round number.

Refuses to know radians. Facts: src/backend/utils/adt/float.c, whose reductions and quotients are kept one for one, as their
last digits depend on them; Python's sin and cos are the C library's, as Postgres' are.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.udf import function

UNIT = 0.0174532925199432957692  # RADIANS_PER_DEGREE
SIN_30 = math.sin(30.0 * UNIT)
ONE_MINUS_COS_60 = 1.0 - math.cos(60.0 * UNIT)
ASIN_HALF, ACOS_HALF, ATAN_ONE = math.asin(0.5), math.acos(0.5), math.atan(1.0)


def _sin_to_30(x: float) -> float:
    return (math.sin(x * UNIT) / SIN_30) / 2.0


def _cos_to_60(x: float) -> float:
    return 1.0 - ((1.0 - math.cos(x * UNIT)) / ONE_MINUS_COS_60) / 2.0


def _sin_quarter(x: float) -> float:
    return _sin_to_30(x) if x <= 30.0 else _cos_to_60(90.0 - x)


def _cos_quarter(x: float) -> float:
    return _cos_to_60(x) if x <= 60.0 else _sin_to_30(90.0 - x)


TAN_45 = _sin_quarter(45.0) / _cos_quarter(45.0)
COT_45 = _cos_quarter(45.0) / _sin_quarter(45.0)


def _of_angle(quarter: Callable[[float], float], *, odd: bool, flips: bool) -> Callable[[float], float]:
    """A function of any angle from its first quarter. odd: f(-x) = -f(x); flips: f(180 - x) = -f(x)."""

    def of(value: float) -> float:
        if math.isnan(value):
            return value
        if math.isinf(value):
            raise PgDomainError("22003", "input is out of range")
        x, sign = math.fmod(value, 360.0), 1.0
        if x < 0.0:
            x, sign = -x, -sign if odd else sign
        if x > 180.0:
            x, sign = 360.0 - x, -sign if odd else sign
        if x > 90.0:
            x, sign = 180.0 - x, -sign if flips else sign
        return sign * quarter(x)

    return of


def _ratio(over: float, under: float, at_45: float) -> float:
    """A tangent's quotient, which has no sign where it is zero."""
    if under == 0.0:
        return math.inf
    return (over / under) / at_45


_SIN = _of_angle(_sin_quarter, odd=True, flips=False)
_COS = _of_angle(_cos_quarter, odd=False, flips=True)
_TAN = _of_angle(lambda x: _ratio(_sin_quarter(x), _cos_quarter(x), TAN_45), odd=True, flips=True)
_COT = _of_angle(lambda x: _ratio(_cos_quarter(x), _sin_quarter(x), COT_45), odd=True, flips=True)


@function("DOUBLE", "DOUBLE")
def sind(value: float) -> float:
    return _SIN(value)


@function("DOUBLE", "DOUBLE")
def cosd(value: float) -> float:
    return _COS(value)


@function("DOUBLE", "DOUBLE")
def tand(value: float) -> float:
    return _TAN(value) + 0.0  # minus zero is zero


@function("DOUBLE", "DOUBLE")
def cotd(value: float) -> float:
    return _COT(value) + 0.0


def _inverse(value: float) -> None:
    if value < -1.0 or value > 1.0:
        raise PgDomainError("22003", "input is out of range")


def _asin_quarter(x: float) -> float:
    if x <= 0.5:
        return (math.asin(x) / ASIN_HALF) * 30.0
    return 90.0 - (math.acos(x) / ACOS_HALF) * 60.0


def _acos_quarter(x: float) -> float:
    if x <= 0.5:
        return 90.0 - (math.asin(x) / ASIN_HALF) * 30.0
    return (math.acos(x) / ACOS_HALF) * 60.0


@function("DOUBLE", "DOUBLE")
def asind(value: float) -> float:
    _inverse(value)
    return _asin_quarter(value) if value >= 0.0 else -_asin_quarter(-value)


@function("DOUBLE", "DOUBLE")
def acosd(value: float) -> float:
    _inverse(value)
    return _acos_quarter(value) if value >= 0.0 else 90.0 + _asin_quarter(-value)


@function("DOUBLE", "DOUBLE")
def atand(value: float) -> float:
    return (math.atan(value) / ATAN_ONE) * 45.0


@function("DOUBLE DOUBLE", "DOUBLE")
def atan2d(y: float, x: float) -> float:
    return (math.atan2(y, x) / ATAN_ONE) * 45.0
