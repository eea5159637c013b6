"""The epsilon that two samples of outputs prove: Clopper-Pearson's and the Gaussian bound, the larger of the two.

Refuses to know mechanisms. Half of the runs choose feature, threshold and direction, the other half is scored; as the choice never
sees what it is scored by, alpha is shared by the two bounds only, and the result exceeds the truth with a chance of alpha at most,
whatever was tried on the first half. Facts: Clopper and Pearson 1934; Berger and Boos 1994 (tests with a nuisance parameter);
Dong, Roth and Su 2022 (Gaussian differential privacy); Annamalai, Ganev and De Cristofaro 2024 (audits of synthesis).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, inf, lgamma, log
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

REPORT = 0.05  # alpha of a figure for people
ALARM = 5e-5  # alpha of a figure that a test fails on
_CUTS = 20  # thresholds tried for each feature
_TRIED = 5  # rules whose bound is worked out on the half that chooses: it is not as the promise says where a frequency is small
_CAUTION = 5.0  # standard deviations taken off what a rule promises: the best of many promises is a lucky one
_NORMAL = NormalDist()

Samples = NDArray[np.float64]  # shape (runs, features)


@dataclass(frozen=True, slots=True)
class Bound:
    """What samples prove. exact: by Clopper and Pearson. gaussian: as if the worlds were as far apart as two Gaussians of distance mu
    may be. feature: the column of the samples that proved most."""

    exact: float
    gaussian: float
    mu: float
    feature: int

    @property
    def epsilon(self) -> float:
        """The larger bound."""
        return max(self.exact, self.gaussian)


@dataclass(frozen=True, slots=True)
class Rule:
    """Runs whose feature is above the threshold (below it where sign is -1) are said to be of the second world."""

    feature: int
    threshold: float
    sign: int

    def claims(self, samples: Samples) -> int:
        """Number of runs that are said to be of the second world."""
        return int((self.sign * samples[:, self.feature] > self.sign * self.threshold).sum())


def lower_bound(first: Samples, second: Samples, delta: float, alpha: float = ALARM) -> Bound:
    """An epsilon that the mechanism's true epsilon at delta is not below, but for a chance of alpha."""
    assert first.shape == second.shape and first.ndim == 2 and len(first) >= 4
    half = len(first) // 2
    best_exact, likely = _choose(first[:half], second[:half])
    best_gaussian = max(likely, key=lambda rule: _mu(rule, first[:half], second[:half], alpha / 2))
    exact = _exact(best_exact, first[half:], second[half:], delta, alpha / 2)
    mu = _mu(best_gaussian, first[half:], second[half:], alpha / 2)
    gaussian = gaussian_epsilon(mu, delta)
    return Bound(exact, gaussian, mu, (best_exact if exact >= gaussian else best_gaussian).feature)


def _choose(first: Samples, second: Samples) -> tuple[Rule, list[Rule]]:
    """The rules that look best for either bound: the one of the largest ratio of frequencies, some of the largest distances in normal
    quantiles."""
    runs, exact, gaussian = len(first), (-inf, Rule(0, 0.0, 1)), [(-inf, Rule(0, 0.0, 1))]
    for feature in range(first.shape[1]):
        values = np.unique(np.concatenate([first[:, feature], second[:, feature]]))
        middles = (values[:-1] + values[1:]) / 2
        for threshold in np.unique(np.quantile(middles, np.linspace(0, 1, _CUTS))) if len(middles) else ():
            for sign in (1, -1):
                rule = Rule(feature, float(threshold), sign)
                # Half a run is added on either side, so that a lucky zero does not look like infinite evidence.
                low, high = ((rule.claims(each) + 0.5) / (runs + 1) for each in (first, second))
                noise = (1 / (low * (runs + 1)) + 1 / (high * (runs + 1))) ** 0.5
                exact = max(exact, (abs(log(high / low)) - noise, rule), key=lambda each: each[0])
                apart = _NORMAL.inv_cdf(high) - _NORMAL.inv_cdf(low)
                gaussian.append((apart - _CAUTION * _blur(low, high, runs), rule))
    gaussian.sort(key=lambda each: each[0], reverse=True)
    return exact[1], [rule for _, rule in gaussian[:_TRIED]]


def _blur(low: float, high: float, runs: int) -> float:
    """Standard deviation of the distance in normal quantiles of two frequencies."""
    parts = [p * (1 - p) / runs / _NORMAL.pdf(_NORMAL.inv_cdf(p)) ** 2 for p in (low, high)]
    return sum(parts) ** 0.5


def _exact(rule: Rule, first: Samples, second: Samples, delta: float, alpha: float) -> float:
    """log((P - delta) / Q) for the likelier world's P: at least, and Q: at most. The direction was seen on the other half, so both are
    tried and share alpha."""
    runs, low, high = len(first), rule.claims(first), rule.claims(second)
    found = 0.0
    for more, fewer in ((high, low), (low, high)):
        most, least = upper(fewer, runs, alpha / 4), 1 - upper(runs - more, runs, alpha / 4)
        found = max(found, log(max(least - delta, 1e-300) / most))
    return found


def _mu(rule: Rule, first: Samples, second: Samples, alpha: float) -> float:
    """Largest mu that is refused at alpha: no pair of frequencies mu apart in normal quantiles gives so distant counts with more chance.

    A pair is known by the quantile of its first frequency, which only ranges over its own confidence interval; that costs a tenth.
    """
    runs, low, high = len(first), rule.claims(first), rule.claims(second)
    nuisance = alpha / 10
    left = _quantile(1 - upper(runs - low, runs, nuisance / 2))
    right = _quantile(upper(low, runs, nuisance / 2))
    places = np.linspace(left, right, 81)
    quantiles = np.array([_NORMAL.inv_cdf((count + 0.5) / (runs + 1)) for count in range(runs + 1)])
    # For each count of the first world, the least count of the second that is as distant as what was seen.
    needed = np.searchsorted(quantiles, quantiles + (quantiles[high] - quantiles[low]) - 1e-12, side="left")
    seen = binomial(runs, np.array([_NORMAL.cdf(place) for place in places]))

    def chance(mu: float) -> float:
        tails = binomial(runs, np.array([_NORMAL.cdf(place + mu) for place in places]))[:, ::-1].cumsum(axis=1)[:, ::-1]
        tails = np.concatenate([tails, np.zeros((len(places), 1))], axis=1)
        return float((seen * tails[:, needed]).sum(axis=1).max())

    below, above = 0.0, 40.0
    if chance(0.0) > alpha - nuisance:
        return 0.0
    for _ in range(24):
        middle = (below + above) / 2
        below, above = (middle, above) if chance(middle) <= alpha - nuisance else (below, middle)
    return below


def gaussian_epsilon(mu: float, delta: float) -> float:
    """Epsilon at delta of a Gaussian mechanism of that mu, exactly: Balle and Wang 2018, Theorem 8."""
    if mu <= 0:
        return 0.0

    def loss(epsilon: float) -> float:
        second = -epsilon / mu - mu / 2  # far in the tail, e^epsilon is near infinity: their product is taken as logs
        tail = exp(epsilon + log_cdf(second)) if second < -5 else exp(epsilon) * _NORMAL.cdf(second)
        return _NORMAL.cdf(mu / 2 - epsilon / mu) - tail

    low, high = 0.0, mu * (mu / 2 + 10)
    if loss(0.0) <= delta:
        return 0.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if loss(middle) > delta else (low, middle)
    return low


def log_cdf(x: float) -> float:
    """log of the normal distribution function at x < -5, by Laplace's continued fraction."""
    fraction = 0.0
    for k in range(60, 0, -1):
        fraction = k / (-x + fraction)
    return -x * x / 2 - 0.5 * log(2 * np.pi) - log(-x + fraction)


def upper(hits: int, runs: int, alpha: float) -> float:
    """Clopper-Pearson upper bound of a frequency, by bisection."""
    if hits >= runs:
        return 1.0
    low, high = hits / runs, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        tail = float(binomial(runs, np.array([middle]))[0, : hits + 1].sum())
        low, high = (middle, high) if tail > alpha else (low, middle)
    return high


def binomial(runs: int, chances: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of each count 0 .. runs, a row for each chance."""
    counts = np.arange(runs + 1)
    ways = np.array([lgamma(runs + 1) - lgamma(k + 1) - lgamma(runs - k + 1) for k in range(runs + 1)])
    inside = np.clip(chances, 1e-300, 1 - 1e-16)[:, None]
    return np.asarray(np.exp(ways + counts * np.log(inside) + (runs - counts) * np.log1p(-inside)))


def _quantile(chance: float) -> float:
    return _NORMAL.inv_cdf(min(max(chance, 1e-15), 1 - 1e-15))
