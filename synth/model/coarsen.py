"""Merging the cells of one axis that are too rare to be told from noise, and splitting them again.

Sees a noisy 1-way marginal only. Ordered axes merge neighbours, others gather what is rare in one bucket; inside a
bucket the noisy 1-way decides who is who (post-processing, so free). The threshold was measured: 3 to 6 sigma is a flat
optimum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synth.measure.counts import Floats

Codes = NDArray[np.int32]

RARE_SIGMAS = 4.0
HALVINGS = 12  # of the search for how heavy runs are


@dataclass(frozen=True, slots=True)
class Coarsening:
    """codes: coarse code of each fine one, onto 0 .. size-1. shares: each fine code's part of its bucket."""

    codes: Codes = field(repr=False)
    size: int
    shares: Floats = field(repr=False)

    def gather(self, fine: Floats) -> Floats:
        """Sums of a fine 1-way over the buckets."""
        return np.bincount(self.codes, weights=fine, minlength=self.size).astype(np.float64)

    def onward(self, codes: Codes) -> Codes:
        """The coarser code of each bucket. codes: of each fine code, the same inside a bucket."""
        found = np.zeros(self.size, dtype=np.int32)
        found[self.codes] = codes
        return found

    @property
    def members(self) -> NDArray[np.int64]:
        """Number of fine codes in each bucket."""
        return np.bincount(self.codes, minlength=self.size)


def coarsen(noisy: Floats, sigma: float, total: float, *, ordered: bool, size_max: int) -> Coarsening:
    """Merge an axis' cells below RARE_SIGMAS * sigma, and further until at most size_max are left."""
    counts = project(noisy, total)
    codes = _merge(counts, RARE_SIGMAS * sigma, ordered)
    limit = RARE_SIGMAS * sigma
    if ordered and codes.max(initial=0) >= size_max:
        return with_shares(runs_of(counts, size_max), counts)
    while codes.max(initial=0) + 1 > size_max:
        limit = max(2 * limit, total / (4 * size_max), 1e-9)
        codes = _merge(counts, limit, ordered)
    return with_shares(codes, counts)


def runs_of(counts: Floats, most: int, least: float = 0.0) -> Codes:
    """Neighbours in at most that many runs, about as heavy as each other; a cell that is heavier is a run of its own. least: that a run
    weighs in any case."""
    if (runs := _merge_neighbours(counts, least)).max(initial=0) < most:
        return runs
    low, high = least, max(float(counts.sum()), least, 1e-9)
    for _ in range(HALVINGS):
        limit = (low + high) / 2
        if _merge_neighbours(counts, limit).max(initial=0) < most:
            high = limit
        else:
            low = limit
    return _merge_neighbours(counts, high)


def with_shares(codes: Codes, counts: Floats) -> Coarsening:
    """A coarsening whose shares follow non-negative counts; a bucket without any is shared equally."""
    size = int(codes.max()) + 1
    held = np.bincount(codes, weights=counts, minlength=size)
    members = np.bincount(codes, minlength=size)
    shares = np.where(held[codes] > 0, counts / np.where(held > 0, held, 1.0)[codes], 1.0 / members[codes])
    return Coarsening(codes.astype(np.int32), size, shares)


def split(table: Floats, columns: tuple[str, ...], merged: Mapping[str, Coarsening]) -> Floats:
    """A table over coarse codes → over fine ones, each bucket divided by its shares."""
    for axis, name in enumerate(columns):
        shares = merged[name].shares.reshape([-1 if k == axis else 1 for k in range(len(columns))])
        table = np.take(table, merged[name].codes, axis=axis) * shares
    return table


def project(noisy: Floats, total: float) -> Floats:
    """The nearest (L2) non-negative vector with that sum: takes noise off empty cells instead of folding it upwards."""
    total = max(total, 0.0)
    ranked = np.sort(noisy)[::-1]
    excess = (np.cumsum(ranked) - total) / np.arange(1, len(noisy) + 1)
    last = int(np.flatnonzero(ranked >= excess)[-1])  # the first always is: excess there is itself less the total
    return np.asarray(np.maximum(noisy - excess[last], 0.0), dtype=np.float64)


def _merge(counts: Floats, limit: float, ordered: bool) -> Codes:
    return _merge_neighbours(counts, limit) if ordered else _merge_rare(counts, limit)


def _merge_rare(counts: Floats, limit: float) -> Codes:
    frequent = counts >= limit
    codes = np.cumsum(frequent) - 1
    return np.where(frequent, codes, int(frequent.sum())).astype(np.int32)


def _merge_neighbours(counts: Floats, limit: float) -> Codes:
    """Runs of rare neighbours up to the limit; a run that stays short joins the lighter run beside it."""
    runs: list[list[float]] = []  # [first cell, mass]
    open_run = False
    for cell, mass in enumerate(counts.tolist()):
        if open_run and mass < limit:
            runs[-1][1] += mass
        else:
            runs.append([cell, mass])
        open_run = runs[-1][1] < limit
    return _expand(_join_short(runs, limit), len(counts))


def _join_short(runs: list[list[float]], limit: float) -> list[list[float]]:
    """Left to right: a run below the limit joins the run before it, or the one after it where that is lighter."""
    joined: list[list[float]] = []
    for index, (first, mass) in enumerate(runs):
        following = runs[index + 1][1] if index + 1 < len(runs) else float("inf")
        if mass < limit and joined and joined[-1][1] <= following:
            joined[-1][1] += mass
        elif mass < limit and following < float("inf"):
            runs[index + 1] = [first, mass + following]
        else:
            joined.append([first, mass])
    return joined


def _expand(runs: list[list[float]], size: int) -> Codes:
    starts = np.zeros(size, dtype=np.int32)
    for first, _ in runs:
        starts[int(first)] = 1
    starts[0] = 1
    return (np.cumsum(starts) - 1).astype(np.int32)
