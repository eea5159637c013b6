"""Tiers T0 and T1: an attacker who has nothing but releases, each a whole synthesis.

T0: with next to no budget, arbitrarily different sources must look alike. 20 units of one value are held against 27 of another at
epsilon = 0.001, so any 47 units may be exchanged for 47 epsilon; what a build takes from data without paying (a row count, a domain, a
decision) shows at once. T1: one canary unit with values that nobody else has, at epsilon = 1. Both for a table of units and for a
parent with its children. A false alarm has a chance of estimator.ALARM a test.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.privacy.audit import faults
from tests.privacy.audit.engine import DELTA, Group, World, plan_of, samples
from tests.privacy.audit.estimator import lower_bound

RUNS = {False: 250, True: 120}  # of a table of units, and with children
DETERMINISTIC_RUNS = 80  # what shows in every release shows in few


@dataclass(frozen=True, slots=True)
class Tier:
    """Two worlds, the budget of a release, and the epsilon that its releases may prove."""

    first: World
    second: World
    epsilon: float
    allowed: float

    def proven(self, runs: int, *, related: bool) -> float:
        """Epsilon that `runs` releases of each world prove."""
        return lower_bound(
            *samples(plan_of(self.epsilon, related=related), (self.first, self.second), runs), DELTA
        ).epsilon


NULL_BUDGET = Tier((Group(0, 20, 2),), (Group(3, 27, 5),), 1e-3, 47e-3)
CANARY = Tier((Group(0, 20, 1),), (Group(0, 20, 1), Group(3, 1, 8)), 1.0, 1.0)


@pytest.mark.parametrize("related", [False, True])
@pytest.mark.parametrize("tier", [NULL_BUDGET, CANARY], ids=["T0", "T1"])
def test_a_clean_engine_shows_no_more_than_epsilon(tier: Tier, related: bool) -> None:
    assert tier.proven(RUNS[related], related=related) <= tier.allowed


@pytest.mark.parametrize("related", [False, True])
@pytest.mark.parametrize("fault", [faults.domain_from_data, faults.exact_row_count, faults.real_fill])
def test_without_a_budget_is_seen(fault: faults.Fault, related: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch)
    assert NULL_BUDGET.proven(DETERMINISTIC_RUNS, related=related) > NULL_BUDGET.allowed


def test_noise_on_filled_cells_only_is_seen_without_a_budget(monkeypatch: pytest.MonkeyPatch) -> None:
    """In half of the releases: the noise of the one filled cell has either sign."""
    faults.zero_skip(monkeypatch)
    assert NULL_BUDGET.proven(400, related=False) > NULL_BUDGET.allowed


@pytest.mark.parametrize(
    ("fault", "related"),
    [(faults.domain_from_data, False), (faults.zero_skip, False), (faults.exact_row_count, False),
     (faults.exact_row_count, True)],
)  # fmt: skip
def test_a_canary_shows_by(fault: faults.Fault, related: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch)
    runs = 500 if fault is faults.zero_skip else RUNS[related]  # which not every release shows
    assert CANARY.proven(runs, related=related) > CANARY.allowed
