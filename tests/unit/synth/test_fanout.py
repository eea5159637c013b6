"""Row counts and fan-outs from noisy answers: coverage of the interval, and a replica that follows the noisy total."""

from __future__ import annotations

import numpy as np
import pytest

from synth.relational.fanout import FanOut, Histogram, coarse, estimate, histogram_edges
from synth.relational.rowcount import RowCount
from synth.relational.spread import Spread, draw_counts, fine_edges

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


def estimated(counts: np.ndarray, sigma: float, rho_nano: int) -> FanOut:
    """Of a table whose rows units own themselves, from a noisy histogram over histogram_edges()."""
    found = Histogram(counts, np.full(len(counts), sigma))
    return estimate(found, found, rho_nano)


@pytest.mark.parametrize(("name", "width"), [("pagila", 0.3), ("all the same", 0.5), ("heavy tail", 0.6)])
def test_the_interval_covers_the_source_and_is_narrow(name: str, width: float) -> None:
    # 300 runs of nominal 95 %: fewer than 88 % happens by chance less than once in a million.
    rows, edges, rng = customers(name), histogram_edges(), np.random.default_rng(7)
    exact = np.bincount(np.searchsorted(edges, rows, side="right") - 1, minlength=len(edges))
    sigma = 1 / np.sqrt(2 * RHO * 0.15)
    covered, halves = 0, []
    for _ in range(RUNS):
        fan_out = estimated(np.rint(exact + rng.normal(0, sigma, len(edges))), sigma, int(RHO * 0.68 * 1e9))
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
        bounds.append(estimated(counts, 10.0, 10**7).count_mass)
    assert np.median(bounds) < 500, "an empty table must not be given the widest bound"


def test_a_finer_histogram_is_summed_into_bins() -> None:
    fine = np.arange(1.0, len(fine_edges()))
    found = coarse(fine, 2.0)
    assert len(found.counts) == len(histogram_edges()) and found.counts.sum() == fine.sum()
    cells = dict(zip(histogram_edges(), zip(found.counts, found.sigma)))
    assert cells[4] == (4 + 5, 2 * np.sqrt(2)) and cells[3] == (3, 2)


def line(owners: int) -> np.ndarray:
    """Owners as they are numbered."""
    return np.arange(owners, dtype=np.uint32)


def test_alike_owners_have_more_and_less_in_turn() -> None:
    """Of any 16 owners in line, numbers are those of all: their sum is what it should be, but for a number or so."""
    inside = Spread().inside((0, 16), 31)
    _, counts = draw_counts(inside, np.ones(6400, dtype=np.int32), 6400 * 23.5, line(6400), np.random.default_rng(5))
    assert np.abs(counts.reshape(-1, 16).sum(axis=1) - 16 * 23.5).max() <= 16 and len(np.unique(counts)) == 16
    assert abs(np.corrcoef(counts[:-16], counts[16:])[0, 1]) < 0.05


def test_numbers_inside_a_bin_lie_as_the_finer_histogram_has_them() -> None:
    weights = np.zeros(len(fine_edges()) - 1)
    weights[[0, 4, 5, 6]] = 900, 100, 300, 500  # of 1, 5, 6 and 7 rows
    inside = Spread(tuple(weights)).inside((0, 1, 4, 6), 7)
    assert [numbers.tolist() for numbers, _ in inside] == [[0], [1, 2, 3], [4, 5], [6, 7]]
    assert [shares.tolist() for _, shares in inside] == [[1], [1, 0, 0], [0, 1], [0.375, 0.625]]
    bins, counts = draw_counts(
        inside, np.array([2, 3] * 400, dtype=np.int32), 400 * 5 + 400 * 6.625, line(800), np.random.default_rng(3)
    )
    assert np.bincount(counts, minlength=8)[5:].tolist() == pytest.approx([400, 150, 250], abs=2)
    assert bins.tolist() == [2, 3] * 400


@pytest.mark.parametrize("total", [3_000.0, 5_000.0, 6_900.0, 0.0, -50.0])
def test_drawn_rows_follow_the_total(total: float) -> None:
    inside = Spread().inside((0, 1, 2, 4, 6), 7)
    start = np.array([1, 2, 3, 4] * 250, dtype=np.int32)
    bins, counts = draw_counts(inside, start, total, line(1000), np.random.default_rng(2))
    reached = min(max(total, 0), 1000 * 6.5)
    assert counts.min() >= 0 and abs(counts.sum() - reached) <= max(0.02 * reached, 1_010 if reached < 1_000 else 0)
    edges = np.array([0, 1, 2, 4, 6])
    assert (np.searchsorted(edges, counts, side="right") - 1 == bins).all()


def test_few_owners_change_their_bins_where_noise_put_some_far_up() -> None:
    inside = Spread().inside((0, 1, 2, 4, 64), 127)
    start = np.repeat(np.arange(5, dtype=np.int32), [100, 500, 300, 80, 20])
    bins, counts = draw_counts(inside, start, 500 + 300 * 2.5 + 80 * 33.5, line(1000), np.random.default_rng(4))
    assert (bins != start).mean() < 0.05
    assert abs(counts.sum() - 3930) < 300


def test_owners_far_beyond_a_gap_are_seen_where_they_are_certain() -> None:
    counts = np.zeros(len(histogram_edges()))
    counts[[0, histogram_edges().index(384)]] = 50, 10
    assert estimated(counts, 1.0, 20_000_000).count_mass >= 500
    assert estimated(counts, 4.0, 20_000_000).count_mass < 10, "a bump that noise makes now and then is not believed"


@pytest.mark.parametrize("sigma", [4.0, 10.0, 14.0, 20.0, 30.0])
def test_the_interval_of_a_weak_signal_is_as_honest_as_a_strong_ones(sigma: float) -> None:
    """89 owners of about 22 rows each: at the larger noises the clearest window is often not the true one."""
    rng = np.random.default_rng(11)
    units = np.maximum(1, np.round(rng.lognormal(3.0, 0.75, 89))).astype(int)
    bins = np.searchsorted(histogram_edges(), units, side="right") - 1
    owners = np.bincount(bins, minlength=len(histogram_edges())).astype(float)
    inside = far = 0
    for _ in range(300):
        fan_out = estimated(owners + rng.normal(0, sigma, len(owners)), sigma, 20_000_000)
        noise = sigma * fan_out.count_mass
        counted = np.minimum(units, fan_out.count_mass).sum() + rng.normal(0, noise)
        rows = RowCount(counted, noise, fan_out.unseen)
        inside += rows.low <= units.sum() <= rows.high
        far += units.sum() > rows.high + 0.75 * (rows.high - rows.low)
    assert inside >= 300 * 0.94
    assert far <= 300 * 0.02, "what is missed is missed by little"
