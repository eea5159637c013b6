"""The estimator itself: right for mechanisms whose epsilon is known, and wrong no more often than it says.

Seeded, so nothing here is left to chance.
"""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from tests.privacy.audit.estimator import gaussian_epsilon, log_cdf, lower_bound, upper


def normal(rng: np.random.Generator, mean: float, runs: int) -> np.ndarray:
    """One telling feature between two that are not."""
    return np.stack([rng.random(runs), rng.normal(mean, 1.0, runs), np.zeros(runs)], axis=1)


@pytest.mark.parametrize(("hits", "runs", "alpha", "expected"), [(0, 100, 0.05, 1 - 0.05**0.01), (100, 100, 0.05, 1.0)])
def test_clopper_pearson_at_its_ends(hits: int, runs: int, alpha: float, expected: float) -> None:
    assert upper(hits, runs, alpha) == pytest.approx(expected, rel=1e-6)


def test_epsilon_of_a_gaussian() -> None:
    """Balle and Wang's formula at points worked out with mpmath, and the tail that a double has no room for."""
    assert gaussian_epsilon(1.0, 1e-5) == pytest.approx(4.3777, abs=1e-3)
    assert gaussian_epsilon(1.4770143560575164, 1e-9) == pytest.approx(9.5513, abs=1e-3)
    assert gaussian_epsilon(0.0, 1e-9) == 0.0
    assert log_cdf(-10.0) == pytest.approx(-53.23128515, rel=1e-9)


def test_the_bound_is_near_the_truth_and_below_it() -> None:
    rng, delta, mu = np.random.default_rng(3), 1e-9, 1.477
    truth = gaussian_epsilon(mu, delta)
    proven = [lower_bound(normal(rng, 0, 2000), normal(rng, mu, 2000), delta, 0.05).epsilon / truth for _ in range(6)]
    assert 0.75 <= np.mean(proven) <= 1.0


def test_a_bound_is_wrong_no_more_often_than_alpha() -> None:
    """At alpha = 0.2 of 100 audits 20 may be wrong; 36 is four deviations more."""
    rng, delta, mu = np.random.default_rng(5), 1e-3, 1.0
    truth = gaussian_epsilon(mu, delta)
    found = [lower_bound(normal(rng, 0, 200), normal(rng, mu, 200), delta, 0.2) for _ in range(100)]
    assert sum(bound.gaussian > truth for bound in found) <= 36
    assert sum(bound.exact > truth for bound in found) <= 36


def test_pure_epsilon_is_found_by_frequencies() -> None:
    """Randomised response at epsilon = log 3, in either direction."""
    rng = np.random.default_rng(7)
    first, second = (rng.random((4000, 1)) < 0.25).astype(float), (rng.random((4000, 1)) < 0.75).astype(float)
    for pair in ((first, second), (second, first)):
        assert 0.8 <= lower_bound(*pair, 0.0, 0.05).exact <= log(3)


def test_a_deterministic_leak_proves_as_much_as_its_runs_allow() -> None:
    few, many = (lower_bound(np.zeros((runs, 1)), np.ones((runs, 1)), 0.0, 0.05).exact for runs in (40, 2000))
    assert 0.7 < few < many and many > 4.5


def test_nothing_is_proven_of_equal_worlds() -> None:
    rng = np.random.default_rng(9)
    assert lower_bound(normal(rng, 0, 600), normal(rng, 0, 600), 1e-9).epsilon == 0.0
