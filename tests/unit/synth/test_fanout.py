"""Row counts and fan-outs from noisy answers: coverage of the interval, and a replica that follows the noisy total."""

from __future__ import annotations

import numpy as np
import pytest

from synth.relational.fanout import draw_counts, estimate, histogram_edges
from synth.relational.rowcount import RowCount

RHO = 0.05  # of one owned table of a small schema at epsilon 4, delta 1e-9
RUNS = 300


def customers(name: str) -> np.ndarray:
    """Rows of each owner, shaped like public data sets."""
    rng = np.random.default_rng(5)
    if name == "pagila":
        return np.clip(rng.normal(26.8, 5, 599), 12, 46).astype(np.int64)
    if name == "all the same":
        return np.full(500, 38)
    return np.clip((rng.pareto(0.9, 22_000) + 1).astype(np.int64), 1, 1_720)


@pytest.mark.parametrize(("name", "width"), [("pagila", 0.3), ("all the same", 0.5), ("heavy tail", 0.6)])
def test_the_interval_covers_the_source_and_is_narrow(name: str, width: float) -> None:
    # 300 runs of nominal 95 %: fewer than 88 % happens by chance less than once in a million.
    rows, edges, rng = customers(name), histogram_edges(), np.random.default_rng(7)
    exact = np.bincount(np.searchsorted(edges, rows, side="right") - 1, minlength=len(edges))
    sigma = 1 / np.sqrt(2 * RHO * 0.15)
    covered, halves = 0, []
    for _ in range(RUNS):
        fan_out = estimate(np.rint(exact + rng.normal(0, sigma, len(edges))), sigma, int(RHO * 0.68 * 1e9))
        noise = fan_out.count_mass / np.sqrt(2 * RHO * 0.17)
        count = RowCount(np.minimum(rows, fan_out.count_mass).sum() + rng.normal(0, noise), noise, fan_out.unseen)
        covered += count.low <= rows.sum() <= count.high
        halves.append((count.high - count.low) / 2 / rows.sum())
    assert covered / RUNS > 0.88
    assert np.median(halves) < width


def test_noise_alone_gives_a_modest_bound() -> None:
    rng, bounds = np.random.default_rng(1), []
    for _ in range(200):
        counts = np.rint(rng.normal(0, 10, len(histogram_edges())))
        bounds.append(estimate(counts, 10.0, 10**7).count_mass)
    assert np.median(bounds) < 500, "an empty table must not be given the widest bound"


def test_drawn_rows_follow_the_total() -> None:
    fan_out = estimate(np.array([0.0, 0, 0, 900, 900, 0] + [0.0] * (len(histogram_edges()) - 6)), 1.0, 10**7)
    bins = np.array([4, 5] * 500, dtype=np.int32)
    for total in (3_000.0, 5_000.0, 20_000.0, 0.0, -50.0):
        drawn = draw_counts(fan_out, bins, total, np.random.default_rng(2))
        assert drawn.min() >= 0 and abs(drawn.sum() - max(total, 0)) <= 0.05 * max(total, 1_000)


@pytest.mark.parametrize("sigma", [4.0, 10.0, 14.0, 20.0])
def test_the_interval_of_a_weak_signal_is_as_honest_as_a_strong_ones(sigma: float) -> None:
    """89 owners of about 22 rows each: at the larger noises the clearest window is often not the true one."""
    rng = np.random.default_rng(11)
    units = np.maximum(1, np.round(rng.lognormal(3.0, 0.75, 89))).astype(int)
    bins = np.searchsorted(histogram_edges(), units, side="right") - 1
    owners = np.bincount(bins, minlength=len(histogram_edges())).astype(float)
    inside = 0
    for _ in range(300):
        fan_out = estimate(owners + rng.normal(0, sigma, len(owners)), sigma, 20_000_000)
        noise = sigma * fan_out.count_mass
        counted = np.minimum(units, fan_out.count_mass).sum() + rng.normal(0, noise)
        rows = RowCount(counted, noise, fan_out.unseen)
        inside += rows.low <= units.sum() <= rows.high
    assert inside >= 300 * 0.94
