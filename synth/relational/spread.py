"""How many rows each owner has: numbers drawn inside its bin as a finer noisy histogram has them, adding up to the table's noisy total.

All of it is post-processing of noisy answers. Where bins and total disagree, for each carries its own noise, owners change their bins: as
few as can, towards the distribution nearest to theirs (in Kullback and Leibler's sense) that has that total, since what noise puts into a
bin of large fan-outs adds the most rows. Refuses to know budgets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synth.model.places import Words, spread

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int32]

OCTAVES = 14  # histograms reach 2^14 rows of one unit; the last bin is open
EXACT = 8  # up to here each number has a cell of its own, from here on an octave has four
STEPS = 60  # of a bisection


def fine_edges() -> list[int]:
    """0, 1, 2, ..., 8, 10, 12, ...: public and the same for every table."""
    edges = list(range(EXACT))
    octave = EXACT
    while octave < 1 << OCTAVES:
        edges += range(octave, 2 * octave, octave // 4)
        octave *= 2
    return [*edges, 1 << OCTAVES]


@dataclass(frozen=True, slots=True)
class Spread:
    """weights: of each cell of fine_edges() but 0, not negative; none where nothing is known."""

    weights: tuple[float, ...] = field(default=(), repr=False)

    def inside(self, edges: Sequence[int], top: int) -> list[tuple[Ints, Floats]]:
        """For each bin that starts at `edges`, the last ending at top: the numbers it holds and their probabilities."""
        ends = [*(edge - 1 for edge in edges[1:]), top]
        return [self._between(low, high) for low, high in zip(edges, ends)]

    def _between(self, low: int, high: int) -> tuple[Ints, Floats]:
        numbers = np.arange(low, max(low, high) + 1, dtype=np.int64)
        even: Floats = np.full(len(numbers), 1 / len(numbers))
        if not self.weights or low == 0:
            return numbers, even
        cells = np.asarray(fine_edges()[1:], dtype=np.int64)
        place = np.searchsorted(cells, numbers, side="right") - 1
        sizes = np.append(np.diff(cells), 1)
        weights = np.asarray(self.weights)[place] / sizes[place]
        return numbers, weights / weights.sum() if weights.sum() > 0 else even


EVEN = Spread()


def draw_counts(
    inside: Sequence[tuple[Ints, Floats]], bins: Codes, total: float, line: Words, rng: np.random.Generator
) -> tuple[Codes, Ints]:
    """Each owner's bin and its number of rows, about `total` in all. inside: as `Spread.inside` gives it. line: all owners, alike ones
    near each other, who then have more and less in turn."""
    means = np.array([float(numbers @ shares) for numbers, shares in inside])
    moved = _moved(bins, means, max(total, 0.0), rng)
    counts = np.zeros(len(bins), dtype=np.int64)
    for code, (numbers, shares) in enumerate(inside):
        here = line[moved[line] == code]
        counts[here[np.argsort(spread(len(here), rng), kind="stable")]] = _drawn(numbers, shares, len(here), rng)
    return moved, counts


def _drawn(numbers: Ints, shares: Floats, many: int, rng: np.random.Generator) -> Ints:
    """Systematic sampling: each number as often as expected, up to rounding, in the order of the numbers."""
    places = (np.arange(many) + rng.random()) / max(many, 1)
    return numbers[np.minimum(np.searchsorted(np.cumsum(shares), places, side="right"), len(numbers) - 1)]


def _moved(bins: Codes, means: Floats, total: float, rng: np.random.Generator) -> Codes:
    """The bins, some owners' changed so that the rows are about as many as they must be."""
    owners = np.bincount(bins, minlength=len(means)).astype(np.float64)
    if not owners.sum():
        return bins
    wanted = _tilted(owners, means, total)
    leaving = np.maximum(owners - wanted, 0.0)
    coming = np.maximum(wanted - owners, 0.0)
    leaves = rng.random(len(bins)) * owners[bins] < leaving[bins]
    if not leaves.any() or not coming.sum():
        return bins
    moved = bins.copy()
    moved[leaves] = rng.permutation(_drawn(np.arange(len(means)), coming / coming.sum(), int(leaves.sum()), rng))
    return moved


def _tilted(owners: Floats, means: Floats, total: float) -> Floats:
    """Owners in each bin, proportional to owners * exp(t * means), with t such that they have `total` rows, as far as bins allow."""
    used = means[owners > 0]
    low, high = -30 / max(used.max(), 1e-9), 30 / max(used.max(), 1e-9)
    for _ in range(STEPS):
        t = (low + high) / 2
        exponents = t * means - (t * used).max()
        weights = owners * np.exp(np.minimum(exponents, 0.0))
        shares = weights / weights.sum()
        low, high = (t, high) if owners.sum() * float(shares @ means) < total else (low, t)
    return np.asarray(owners.sum() * shares, dtype=np.float64)
