"""The noise against its exact distribution. Each statistical test says how often it fails without a fault."""

from __future__ import annotations

from fractions import Fraction
from math import exp, log, sqrt
from statistics import NormalDist

import numpy as np
import pytest

from synth.measure.noise import discrete_gaussian

ALARM = 1e-6  # false alarms of each test here


def _chi2_limit(freedom: int) -> float:
    """Upper ALARM quantile of chi-square by Wilson and Hilferty (1931)."""
    z = NormalDist().inv_cdf(1 - ALARM)
    return freedom * (1 - 2 / (9 * freedom) + z * sqrt(2 / (9 * freedom))) ** 3


def _chi2(draws: np.ndarray, sigma: float, reach: int) -> tuple[float, int]:
    values = np.arange(-reach, reach + 1)
    mass = np.array([exp(-(v**2) / (2 * sigma**2)) for v in range(-40 * int(sigma + 1), 40 * int(sigma + 1) + 1)])
    expected = len(draws) * np.exp(-(values**2) / (2 * sigma**2)) / mass.sum()
    observed = np.array([(draws == v).sum() for v in values], dtype=float)
    expected = np.append(expected, len(draws) - expected.sum())
    observed = np.append(observed, len(draws) - observed.sum())
    return float(((observed - expected) ** 2 / expected).sum()), len(values)


@pytest.mark.parametrize(("sigma", "reach"), [(Fraction(3, 4), 2), (Fraction(3), 8), (Fraction(8), 20)])
def test_small_sigma_has_the_exact_probabilities(sigma: Fraction, reach: int) -> None:
    draws = discrete_gaussian(np.zeros(20_000, dtype=np.int64), sigma)
    statistic, freedom = _chi2(draws, float(sigma), reach)
    assert statistic < _chi2_limit(freedom)


def test_the_chi_square_test_sees_a_wrong_sigma() -> None:
    draws = discrete_gaussian(np.zeros(20_000, dtype=np.int64), Fraction(11, 4))
    statistic, freedom = _chi2(draws, 3.0, 8)
    assert statistic > _chi2_limit(freedom)


def test_large_sigma_follows_the_normal() -> None:
    sigma = 5000.0
    draws = np.sort(discrete_gaussian(np.zeros(20_000, dtype=np.int64), sigma))
    normal = np.array([NormalDist(0, sigma).cdf(x + 0.5) for x in draws.tolist()])
    gap = np.abs(normal - np.arange(1, len(draws) + 1) / len(draws)).max()
    # Dvoretzky, Kiefer and Wolfowitz with Massart's constant, plus the step of the discrete distribution.
    assert gap < sqrt(log(2 / ALARM) / (2 * len(draws))) + 1 / sigma


def test_noise_is_added_cell_by_cell_and_keeps_the_shape() -> None:
    exact = np.arange(6, dtype=np.int64).reshape(2, 3) * 10**9
    noisy = discrete_gaussian(exact, Fraction(1, 1024))  # this sigma gives zero but for a chance of e^-500000
    assert noisy.dtype == np.int64 and (noisy == exact).all()


def test_calls_share_no_randomness() -> None:
    first = discrete_gaussian(np.zeros(64, dtype=np.int64), 1000.0)
    np.random.seed(0)
    second = discrete_gaussian(np.zeros(64, dtype=np.int64), 1000.0)
    np.random.seed(0)
    third = discrete_gaussian(np.zeros(64, dtype=np.int64), 1000.0)
    assert (first != second).any() and (second != third).any()


def test_blocks_join_without_a_seam() -> None:
    exact = np.arange((1 << 16) + 3, dtype=np.int64) * 1000
    assert (discrete_gaussian(exact, Fraction(1, 1024)) == exact).all()


def test_floats_are_refused() -> None:
    with pytest.raises(AssertionError):
        discrete_gaussian(np.zeros(3), 1.0)  # type: ignore[arg-type]
