"""zCDP arithmetic against its definition, both budgets, and exposures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from math import exp, inf, log, log1p, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.budget import Promise, check_budgets, outside_window
from policies.errors import BudgetExhausted
from policies.exposure import Published, check_exposure, exposure_epsilon
from policies.model import Budget, Lifetime, PrivacyPolicy, ReleaseShare
from policies.privacy import FEMTO, NANO, epsilon_of, gaussian_rho_nano, rho_nano_for

NOW = datetime(2026, 3, 1, tzinfo=UTC)
PRIVACY = PrivacyPolicy(
    unit="public.t",
    budget=Budget(epsilon=2, delta=1e-9, window=timedelta(days=10)),
    lifetime=Lifetime(epsilon=3, delta=1e-8),
    release=ReleaseShare(epsilon=1),
)
FULL = rho_nano_for(2, 1e-9)


def delta_of(rho: float, epsilon: float) -> float:
    """Delta of rho-zCDP at epsilon, by a grid over alpha. Canonne, Kamath, Steinke 2020, Corollary 13."""
    grid = (1 + 10 ** (power / 400) for power in range(-1200, 1600))
    return exp(
        min((alpha - 1) * (alpha * rho - epsilon) + alpha * log1p(-1 / alpha) - log(alpha - 1) for alpha in grid)
    )


@pytest.mark.parametrize("rho", [1e-6, 1e-4, 0.003, 0.01656, 0.1, 1.0, 5.0])
@pytest.mark.parametrize("delta", [1e-12, 1e-9, 1e-5])
def test_epsilon_agrees_with_delta(rho: float, delta: float) -> None:
    """The two directions of one theorem, computed apart: epsilon here is the one at which delta is the asked."""
    epsilon = epsilon_of(round(rho * NANO), delta)
    assert delta_of(rho, epsilon) == pytest.approx(delta, rel=0.02)
    assert epsilon < rho + 2 * sqrt(rho * log(1 / delta))  # Bun and Steinke's looser bound


def test_nothing_costs_nothing_and_no_delta_is_no_guarantee() -> None:
    assert epsilon_of(0, 1e-9) == 0
    assert epsilon_of(1, 1e-9, 1_000_000) == inf
    assert rho_nano_for(1, 1e-9, 1_000_000) == 0


@settings(deadline=None, max_examples=40)
@given(st.floats(0.01, 20), st.sampled_from([1e-12, 1e-9, 1e-6]), st.integers(0, 900))
def test_the_largest_cost_that_fits(epsilon: float, delta: float, used_permille: int) -> None:
    femto = int(delta * FEMTO) * used_permille // 1000
    rho = rho_nano_for(epsilon, delta, femto)
    assert epsilon_of(rho, delta, femto) <= epsilon < epsilon_of(rho + 1, delta, femto)
    assert rho <= rho_nano_for(epsilon, delta)


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=8))
def test_every_charge_adds_to_epsilon(costs: list[int]) -> None:
    totals = [epsilon_of(sum(costs[: index + 1]), 1e-9) for index in range(len(costs))]
    assert totals == sorted(totals)


@given(st.integers(1, 10**6), st.fractions(Fraction(1, 1000), 10**6, max_denominator=10**6))
def test_a_measurement_never_costs_less_than_its_formula(sensitivity: int, sigma: Fraction) -> None:
    exact = NANO * Fraction(sensitivity) ** 2 / (2 * sigma**2)
    assert exact <= gaussian_rho_nano(sensitivity, sigma) < exact + 1


def test_a_measurement_without_noise_has_no_cost() -> None:
    with pytest.raises(ValueError):
        gaussian_rho_nano(1, Fraction(0))


def promise(days_ago: int, rho: int, delta: int = 0, seq: int = 1) -> Promise:
    return Promise(seq, NOW - timedelta(days=days_ago), rho, delta)


BUDGETS = [
    ("nothing spent", [], FULL, 0, ""),
    ("one too many", [], FULL + 1, 0, "window of 10 days"),
    ("the window counts", [promise(9, FULL)], 1, 0, "window of 10 days"),
    ("the window's last moment", [promise(10, FULL)], 1, 0, ""),
    ("a promise from a clock that was ahead", [promise(-5, FULL)], 1, 0, "window of 10 days"),
    ("the lifetime counts all", [promise(40, FULL, seq=2), promise(20, FULL)], FULL, 0, "lifetime"),
    ("discoveries take delta", [promise(1, FULL // 2, 900_000)], FULL // 2 - 10**6, 0, "window"),
    ("all delta gone", [promise(1, 0, 500_000)], 1, 500_000, "delta is used up"),
]


@pytest.mark.parametrize(("title", "taken", "rho", "delta", "refusal"), BUDGETS, ids=[case[0] for case in BUDGETS])
def test_budgets(title: str, taken: list[Promise], rho: int, delta: int, refusal: str) -> None:
    if not refusal:
        check_budgets(PRIVACY, taken, rho, delta, NOW)
        return
    with pytest.raises(BudgetExhausted, match=refusal) as caught:
        check_budgets(PRIVACY, taken, rho, delta, NOW)
    assert all(word in caught.value.message for word in ("asked", "spent", "left"))
    assert caught.value.sqlstate == "53400"


def test_what_is_left_can_be_had() -> None:
    """The figure in the refusal is true: a build of that cost fits, a slightly larger one does not."""
    taken = [promise(1, FULL // 3)]
    left = FULL - FULL // 3
    check_budgets(PRIVACY, taken, left, 0, NOW)
    with pytest.raises(BudgetExhausted, match=f"left for one more build {epsilon_of(left, 1e-9):.3g}"):
        check_budgets(PRIVACY, taken, left + 1, 0, NOW)


def test_the_renewal_is_that_of_the_oldest_promise() -> None:
    with pytest.raises(BudgetExhausted) as caught:
        check_budgets(PRIVACY, [promise(4, FULL // 2), promise(2, FULL // 2)], FULL, 0, NOW)
    assert "It renews from 2026-03-07" in caught.value.hint


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, FULL)), max_size=5), st.integers(0, 40))
def test_a_clock_moved_back_renews_nothing(taken: list[tuple[int, int]], back: int) -> None:
    """What is outside the window at an earlier time is outside at a later one, never the other way round."""
    promises = [promise(days, cost, seq=place) for place, (days, cost) in enumerate(taken)]
    earlier = {one.seq for one in outside_window(PRIVACY, promises, NOW - timedelta(days=back))}
    assert earlier <= {one.seq for one in outside_window(PRIVACY, promises, NOW)}


def test_exposure_counts_a_build_once_however_often_it_was_published() -> None:
    rho = rho_nano_for(1, 1e-9)
    once = [Published(1, 7, rho, 0)]
    again = [*once, Published(2, 7, rho, 0)]
    other = [*again, Published(3, 9, rho, 0)]
    assert exposure_epsilon(once, PRIVACY) == exposure_epsilon(again, PRIVACY) <= 1
    assert exposure_epsilon(other, PRIVACY) > 1
    assert exposure_epsilon([], PRIVACY) == 0
    check_exposure({"tight": 1.0}, again, PRIVACY)
    check_exposure({}, other, PRIVACY)
    with pytest.raises(BudgetExhausted, match='role "tight".*of 1'):
        check_exposure({"wide": 9.0, "tight": 1.0}, other, PRIVACY)
