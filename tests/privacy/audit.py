"""Lower bounds on the privacy loss that two samples of outputs prove, for tests that try to catch a leak.

Refuses to know mechanisms. Half of the runs choose feature, threshold and direction, the other half is scored, so that a
bound is wrong with probability ALARM at most, whatever was tried on the first half. Facts: Clopper and Pearson 1934;
Annamalai, Ganev and De Cristofaro 2024 (audits of synthesis); Dong, Roth and Su 2022 (Gaussian differential privacy).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import exp, lgamma, log
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

ALARM = 1e-4  # chance that a bound exceeds the truth, by itself

Samples = NDArray[np.float64]  # shape (runs, features)


def epsilon_lower(first: Samples, second: Samples, delta: float = 0.0) -> float:
    """An epsilon that the mechanism's true epsilon (at delta) is not below, but for a chance of ALARM."""
    return max(0.0, _bound(first, second, lambda fpr, fnr: log(max(1 - fnr - delta, 1e-300) / fpr)))


def mu_lower(first: Samples, second: Samples) -> float:
    """The same in Gaussian differential privacy: a Gaussian mechanism of this mu separates the worlds no better."""
    normal = NormalDist()
    return max(0.0, _bound(first, second, lambda fpr, fnr: normal.inv_cdf(1 - fpr) - normal.inv_cdf(fnr)))


def upper(hits: int, runs: int, alarm: float) -> float:
    """Clopper-Pearson upper bound of a frequency, by bisection."""
    if hits >= runs:
        return 1.0
    low, high = hits / runs, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _tail(hits, runs, middle) > alarm else (low, middle)
    return high


def _bound(first: Samples, second: Samples, loss: Callable[[float, float], float]) -> float:
    half = len(first) // 2
    feature, threshold, flip = _choose(first[:half], second[:half])
    sign = -1.0 if flip else 1.0
    fpr = upper(int((sign * first[half:, feature] > sign * threshold).sum()), len(first) - half, ALARM / 2)
    fnr = upper(int((sign * second[half:, feature] <= sign * threshold).sum()), len(second) - half, ALARM / 2)
    return loss(fpr, fnr) if fpr + fnr < 1 else 0.0


def _choose(first: Samples, second: Samples) -> tuple[int, float, bool]:
    """Feature, threshold and direction with the fewest errors of both kinds; ties to the balanced one."""
    best = (2.1, 0, 0.0, False)
    for feature in range(first.shape[1]):
        values = np.unique(np.concatenate([first[:, feature], second[:, feature]]))
        cuts = np.unique(np.quantile(values, np.linspace(0, 1, 41))) if len(values) > 1 else values
        for threshold in (cuts[:-1] + cuts[1:]) / 2 if len(cuts) > 1 else cuts:
            above = float((first[:, feature] > threshold).mean()), float((second[:, feature] > threshold).mean())
            for flip, errors in ((False, (above[0], 1 - above[1])), (True, (1 - above[0], above[1]))):
                score = sum(errors) + 0.1 * abs(errors[0] - errors[1])
                if score < best[0]:
                    best = (score, feature, float(threshold), flip)
    return best[1:]


def _tail(hits: int, runs: int, p: float) -> float:
    """P(Binomial(runs, p) <= hits)."""
    terms: Sequence[float] = [
        lgamma(runs + 1) - lgamma(k + 1) - lgamma(runs - k + 1) + k * log(p) + (runs - k) * log(1 - p)
        for k in range(hits + 1)
        if 0 < p < 1
    ]
    return sum(exp(term) for term in terms)
