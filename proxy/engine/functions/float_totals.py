"""Sums, variances and regressions of floats, by the updates and in the order in which Postgres makes them: the last digit depends on both.

Works on lists that the engine has collected; refuses to know how values were grouped. Facts: src/backend/utils/adt/float.c
(float8_accum, float8_regr_accum: the algorithm of Youngs and Cramer, and their final functions).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.udf import function

Floats = Sequence[float | None]


@dataclass(slots=True)
class Moments:
    """Transition values: the count, the sums, and the sums of squares and products about the means."""

    count: float = 0.0
    sum_x: float = 0.0
    sum_y: float = 0.0
    sxx: float = 0.0
    syy: float = 0.0
    sxy: float = 0.0

    def add(self, x: float, y: float) -> None:
        """float8_regr_accum."""
        self.count += 1.0
        self.sum_x += x
        self.sum_y += y
        if self.count == 1.0:
            if not math.isfinite(x):
                self.sxx = self.sxy = math.nan
            if not math.isfinite(y):
                self.syy = self.sxy = math.nan
            return
        off_x, off_y = x * self.count - self.sum_x, y * self.count - self.sum_y
        scale = 1.0 / (self.count * (self.count - 1.0))
        self.sxx += off_x * off_x * scale
        self.syy += off_y * off_y * scale
        self.sxy += off_x * off_y * scale


def _moments(xs: Floats, ys: Floats) -> Moments:
    found = Moments()
    finite = True
    for x, y in zip(xs, ys):
        if x is not None and y is not None:
            found.add(x, y)
            finite = finite and math.isfinite(x) and math.isfinite(y)
    sums = (found.sum_x, found.sum_y, found.sxx, found.syy, found.sxy)
    if finite and not all(math.isfinite(one) for one in sums):
        raise PgDomainError("22003", "value out of range: overflow")
    return found


@function("DOUBLE[] VARCHAR", "DOUBLE")
def float_spread(values: tuple[float | None, ...], kind: str) -> float | None:
    """variance and stddev; kind: var_samp, var_pop, stddev_samp, stddev_pop."""
    found = _moments(values, values)
    divisor = found.count - 1.0 if kind.endswith("samp") else found.count
    if divisor <= 0:
        return None
    variance = found.sxx / divisor
    return math.sqrt(variance) if kind.startswith("stddev") else variance


@function("DOUBLE[] DOUBLE[] VARCHAR", "DOUBLE")
def float_regression(ys: tuple[float | None, ...], xs: tuple[float | None, ...], kind: str) -> float | None:
    """corr, covar_* and regr_*, whose first argument is the dependent one."""
    found = _moments(xs, ys)
    return RESULTS[kind](found) if found.count else None


@function("DOUBLE[]", "DOUBLE")
def float4_sum(values: tuple[float | None, ...]) -> float | None:
    """float4pl over all values: every intermediate sum is a float4."""
    total: float | None = None
    for value in values:
        if value is not None:
            total = value if total is None else _float4(total + value)
    return total


def _float4(value: float) -> float:
    try:
        found: float = struct.unpack("<f", struct.pack("<f", value))[0]
    except OverflowError:
        raise PgDomainError("22003", "value out of range: overflow") from None
    return found


def _corr(found: Moments) -> float | None:
    if found.sxx == 0 or found.syy == 0:
        return None
    return found.sxy / math.sqrt(found.sxx * found.syy)


def _r2(found: Moments) -> float | None:
    if found.sxx == 0:
        return None
    return 1.0 if found.syy == 0 else (found.sxy * found.sxy) / (found.sxx * found.syy)


def _intercept(found: Moments) -> float | None:
    return None if found.sxx == 0 else (found.sum_y - found.sum_x * found.sxy / found.sxx) / found.count


RESULTS: dict[str, Callable[[Moments], float | None]] = {
    "corr": _corr, "regr_r2": _r2, "regr_intercept": _intercept,
    "regr_slope": lambda found: None if found.sxx == 0 else found.sxy / found.sxx,
    "covar_pop": lambda found: found.sxy / found.count,
    "covar_samp": lambda found: None if found.count < 2 else found.sxy / (found.count - 1.0),
    "regr_avgx": lambda found: found.sum_x / found.count, "regr_avgy": lambda found: found.sum_y / found.count,
    "regr_sxx": lambda found: found.sxx, "regr_syy": lambda found: found.syy, "regr_sxy": lambda found: found.sxy,
}  # fmt: skip
