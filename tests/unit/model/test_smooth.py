"""Counts without noise that tells nothing: flat stretches become flat, clear steps stay, and the error falls."""

from __future__ import annotations

import numpy as np
import pytest

from synth.model.smooth import in_runs, smoothed


def test_what_noise_does_not_tell_apart_is_alike() -> None:
    rng = np.random.default_rng(1)
    flat = np.full(60, 500.0)
    found = smoothed(flat + rng.normal(0, 50, 60), 50.0, ordered=True)
    assert np.abs(found - flat).sum() < 0.5 * np.abs(rng.normal(0, 50, 60)).sum()


def test_clear_steps_and_spikes_stay() -> None:
    truth = np.concatenate([np.full(20, 100.0), np.full(20, 900.0), [5_000.0], np.full(20, 100.0)])
    found = smoothed(truth + np.random.default_rng(2).normal(0, 20, len(truth)), 20.0, ordered=True)
    assert np.abs(found - truth).max() < 40
    assert abs(found[40] - 5_000) < 80


def test_a_curve_is_followed_where_it_is_nearer_than_steps() -> None:
    rng = np.random.default_rng(6)
    hill = 5_000 * np.exp(-0.5 * (np.linspace(-3, 3, 100)) ** 2)
    off = [(noisy := hill + rng.normal(0, 150, 100), smoothed(noisy, 150.0, ordered=True, even=100)) for _ in range(10)]
    curved = np.mean([np.abs(found - hill).sum() for _, found in off])
    assert curved < 0.7 * np.mean([np.abs(in_runs(noisy, 150.0) - hill).sum() for noisy, _ in off])


def test_what_is_not_even_does_not_bend_a_curve() -> None:
    """A code for NULL lies beside no value."""
    rng = np.random.default_rng(7)
    noisy = np.append(300.0 + np.arange(60.0) + rng.normal(0, 20, 60), 9_000.0)
    found = smoothed(noisy, 20.0, ordered=True, even=60)
    assert found[60] == 9_000 and np.abs(found[:60] - 300 - np.arange(60)).max() < 20


@pytest.mark.parametrize("height", [0, 500])
def test_the_sum_is_kept(height: float) -> None:
    noisy = np.random.default_rng(3).normal(10, 30, 200) + height * np.sin(np.linspace(0, 3, 200))
    assert smoothed(noisy, 30.0, ordered=True, even=190).sum() == pytest.approx(noisy.sum())


@pytest.mark.parametrize("noisy", [np.array([]), np.array([3.0]), np.array([1.0, 9.0])])
def test_few_cells_stay_as_they_are(noisy: np.ndarray) -> None:
    assert smoothed(noisy, 5.0, ordered=True) is noisy


def test_columns_without_an_order_stay_as_they_are() -> None:
    noisy = np.random.default_rng(4).normal(0, 1, 30)
    assert smoothed(noisy, 1.0, ordered=False) is noisy


def test_it_is_the_best_division_of_all() -> None:
    """Against every division of eight cells."""
    noisy, sigma = np.random.default_rng(5).normal(0, 10, 8), 4.0

    def cost(cuts: int) -> float:
        runs = np.split(noisy, [at for at in range(1, 8) if cuts >> (at - 1) & 1])
        return sum(float(((run - run.mean()) ** 2).sum()) for run in runs) + 6.0 * sigma**2 * len(runs)

    found = in_runs(noisy, sigma)
    runs = np.split(found, np.flatnonzero(np.diff(found)) + 1)
    reached = float(((noisy - found) ** 2).sum()) + 6.0 * sigma**2 * len(runs)
    assert reached == pytest.approx(min(cost(cuts) for cuts in range(1 << 7)))
