"""Tier T2: a white-box attacker reads every noisy answer; errors of scale show at a high budget.

The attacker sums what the canary row moves, weighed by precision: the best test there is. Gaussian noise is audited in
mu: the answers may prove no more than sqrt(2 rho) of what was charged, and must prove most of it, or the audit itself
would be blind. False alarm: audit.ALARM a test.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import sqrt

import numpy as np
import pytest

from synth.measure import choke as choke_module
from synth.measure.choke import Choke
from synth.measure.measurement import GRID, NANO, sigma_for
from synth.measure.noise import discrete_gaussian
from tests.privacy.audit import mu_lower
from tests.privacy.worlds import SIZES, World, choke_of, world

RUNS = 1200
FAULTY_RUNS = 500  # a fault of this size shows sooner
GROUP = 10
RHO_NANO = 2 * NANO  # mu = 2 for each kind of question
FIRST, SECOND = world((0, 20)), world((0, 20), (3, 1))
PAIRS = list(combinations(SIZES, 2))


def marginals(choke: Choke) -> float:
    """Three columns and three pairs, a sixth of the budget each; precision-weighed sum of the canary's cells."""
    share = RHO_NANO // 6
    sigma = sigma_for(GRID, share)
    cliques = [(name,) for name in SIZES] + PAIRS
    answers = [choke.marginal("t", clique, sigma, "audit") for clique in cliques]
    return float(sum(answer.counts[(3,) * len(answer.columns)] / answer.sigma**2 for answer in answers))


def scores(choke: Choke) -> float:
    """Scores of an empty model: each is the table's whole weight, which the canary moves by one in all of them."""
    sigma = sigma_for(choke_module.stacked_sensitivity(GRID, len(PAIRS)), RHO_NANO)
    answer = choke.scores("t", PAIRS, [np.zeros((4, 4))] * len(PAIRS), sigma, "audit")
    return float(answer.values.sum())


def histogram(choke: Choke) -> float:
    """Owners with one row: all of them. A grid of 1 needs a sigma of several, where the discrete Gaussian is one in mu."""
    return float(choke.histogram("t", [1, 2], sigma_for(1, RHO_NANO // GROUP**2), "audit").counts[0])


def proven(ask: Callable[[Choke], float], second: World = SECOND, runs: int = RUNS) -> tuple[float, float]:
    """mu that the answers prove, and the mu that was charged."""
    samples, charged = [], 0
    for rows in (FIRST, second):
        choke = choke_of(rows, 10 * RHO_NANO * runs)
        samples.append(np.array([[ask(choke)] for _ in range(runs)]))
        charged = sum(row.rho_nano for row in choke.log) // runs
    return mu_lower(*samples), sqrt(2 * charged / NANO)


@pytest.mark.parametrize("ask", [marginals, scores])
def test_answers_prove_what_was_charged_and_no_more(ask: Callable[[Choke], float]) -> None:
    found, charged = proven(ask)
    assert charged <= sqrt(2 * RHO_NANO / NANO) * (1 + 1e-6)
    assert 0.5 * charged <= found <= charged


def test_a_group_of_owners_shows_as_many_times_what_was_charged() -> None:
    found, charged = proven(histogram, world((0, 20), (3, GROUP)))
    assert 0.5 * GROUP * charged <= found <= GROUP * charged


def test_the_audit_sees_half_the_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(choke_module, "discrete_gaussian", lambda exact, sigma: discrete_gaussian(exact, sigma / 2))
    found, charged = proven(marginals, runs=FAULTY_RUNS)
    assert found > charged


def test_the_audit_sees_a_forgotten_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """Scores priced as if they were one answer."""
    monkeypatch.setattr(choke_module, "stacked_sensitivity", lambda sensitivity, count: sensitivity)
    found, charged = proven(scores)
    assert found > charged


def test_the_audit_sees_noise_on_filled_cells_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def sparing(exact: np.ndarray, sigma: float) -> np.ndarray:
        return np.where(exact == 0, 0, discrete_gaussian(exact, sigma))

    monkeypatch.setattr(choke_module, "discrete_gaussian", sparing)
    found, charged = proven(marginals, runs=FAULTY_RUNS)
    assert found > charged
