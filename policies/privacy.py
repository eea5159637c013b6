"""zCDP arithmetic: composition is a sum of integers (1e-9 rho), conversion to (epsilon, delta) is Canonne, Kamath, Steinke 2020.

Pure; rounds against the spender: a cost never reads lower, a budget never higher. Refuses to know measurements.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import ceil, inf, log, log1p

NANO = 10**9
FEMTO = 10**15
_STEPS = 300
# Every alpha gives a valid epsilon, so the search can only lose; this covers the rounding of the few float operations.
_ROUNDING = 1 + 1e-12


def compose(costs_nano: Iterable[int]) -> int:
    """Cost of all together, in 1e-9 rho. Bun and Steinke 2016, Lemma 1.7."""
    return sum(costs_nano)


def gaussian_rho_nano(sensitivity: int, sigma: Fraction) -> int:
    """Cost of one Gaussian answer, in 1e-9 rho, rounded up: sensitivity^2 / (2 sigma^2). Bun and Steinke 2016, Prop. 1.6."""
    if sigma <= 0:
        raise ValueError("noise must be more than nothing")
    return ceil(NANO * (sensitivity / sigma) ** 2 / 2)


def epsilon_of(rho_nano: int, delta: float, discovery_delta_femto: int = 0) -> float:
    """Smallest epsilon for which rho-zCDP is (epsilon, delta)-DP; discoveries' delta' is taken off delta first.

    min over alpha > 1 of alpha rho + (log(1/delta) + (alpha - 1) log(1 - 1/alpha) - log(alpha)) / (alpha - 1):
    Canonne, Kamath and Steinke 2020, Corollary 13. Infinite where nothing is left of delta.
    """
    left = delta - discovery_delta_femto / FEMTO
    if left <= 0:
        return inf
    if rho_nano <= 0:
        return 0.0
    rho = rho_nano / NANO
    low, high = 1 + 1e-9, 2 + log(1 / left) / rho
    for _ in range(_STEPS):  # the bound has one minimum in alpha
        first, second = low + (high - low) / 3, high - (high - low) / 3
        if _bound(rho, left, first) < _bound(rho, left, second):
            high = second
        else:
            low = first
    return max(0.0, _bound(rho, left, (low + high) / 2)) * _ROUNDING


def rho_nano_for(epsilon: float, delta: float, discovery_delta_femto: int = 0) -> int:
    """Largest cost, in 1e-9 rho, that converts to at most epsilon at delta."""
    low, high = 0, NANO
    while epsilon_of(high, delta, discovery_delta_femto) <= epsilon:
        high *= 2
    while high - low > 1:
        middle = (low + high) // 2
        if epsilon_of(middle, delta, discovery_delta_femto) <= epsilon:
            low = middle
        else:
            high = middle
    return low


def _bound(rho: float, delta: float, alpha: float) -> float:
    return alpha * rho + (log(1 / delta) + (alpha - 1) * log1p(-1 / alpha) - log(alpha)) / (alpha - 1)
