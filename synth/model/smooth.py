"""Taking noise off the counts of an ordered column: runs of neighbours that noise does not tell apart share their mean.

Sees one noisy 1-way marginal, so all of it is free. The runs are those that minimise squared error in units of the noise plus a price for
each run (l0-penalised segmentation, by dynamic programming): a step is kept where it is clear, whatever the curve looks like. Facts: Boysen
et al. 2009, Consistencies and rates of convergence of jump-penalized least squares estimators.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synth.measure.counts import Floats

PRICE = 6.0  # of a run, in variances of the noise
CELLS_MAX = 2_000  # beyond, the search would take its time; such columns are merged anyway


def smoothed(noisy: Floats, sigma: float, *, ordered: bool) -> Floats:
    """The counts with each run's mean in its cells; as they are where the column has no order."""
    if not ordered or len(noisy) < 3 or len(noisy) > CELLS_MAX or sigma <= 0:
        return noisy
    sums = np.concatenate(([0.0], np.cumsum(noisy)))
    squares = np.concatenate(([0.0], np.cumsum(noisy * noisy)))
    start = _starts(sums, squares, PRICE * sigma * sigma)
    found = np.empty(len(noisy))
    end = len(noisy)
    while end > 0:
        first = int(start[end])
        found[first:end] = (sums[end] - sums[first]) / (end - first)
        end = first
    return found


def _starts(sums: Floats, squares: Floats, price: float) -> NDArray[np.int64]:
    """For the first n cells, divided as is best, where the last of their runs starts."""
    cells = len(sums) - 1
    best = np.zeros(cells + 1)
    start = np.zeros(cells + 1, dtype=np.int64)
    for end in range(1, cells + 1):
        total = sums[end] - sums[:end]
        apart = squares[end] - squares[:end] - total * total / np.arange(end, 0, -1)
        cost = best[:end] + apart + price
        start[end] = int(np.argmin(cost))
        best[end] = cost[start[end]]
    return start
