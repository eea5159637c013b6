"""Taking noise off the counts of an ordered column: runs of neighbours that noise does not tell apart share their mean, or a curve goes
through them, whichever is expected to be nearer to the truth.

Sees one noisy 1-way marginal, so all of it is free. The runs are those that minimise squared error in units of the noise plus a price for
each run (l0-penalised segmentation, by dynamic programming): a step is kept where it is clear. The curve is a local line, as wide as
Stein's unbiased estimate of its risk says; steps and spikes make that estimate large. Facts: Boysen et al. 2009, Consistencies and rates of
convergence of jump-penalized least squares estimators; Stein 1981, Estimation of the mean of a multivariate normal distribution.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from synth.measure.counts import Floats

PRICE = 6.0  # of a run, in variances of the noise
CELLS_MAX = 2_000  # beyond, the search would take its time; such columns are merged anyway
WIDTHS = (1.0, 1.5, 2.0, 3.0, 4.5, 7.0, 10.0, 15.0)  # of a curve, in cells
DIGITS = (
    4  # of a curve: the last ones are a processor's own, and questions of a resumed build must be those of the first
)
CURVED = range(8, 601)  # cells of a column that a curve is tried on


def smoothed(noisy: Floats, sigma: float, *, ordered: bool, even: int = 0) -> Floats:
    """The counts with each run's mean in its cells, the first `even` ones perhaps on a curve; as they are where the column has no order."""
    if not ordered or len(noisy) < 3 or len(noisy) > CELLS_MAX or sigma <= 0:
        return noisy
    if even not in CURVED:
        return in_runs(noisy, sigma)
    return np.concatenate((_nearest(noisy[:even], in_runs(noisy[:even], sigma), sigma), in_runs(noisy[even:], sigma)))


def _nearest(noisy: Floats, runs: Floats, sigma: float) -> Floats:
    """The runs, or the curve that is expected to be nearer to the truth."""
    # Each run's place is chosen too, which is why it costs more than the 2 variances that its mean alone would.
    least = float(((noisy - runs) ** 2).sum()) + PRICE * sigma**2 * (1 + int(np.count_nonzero(np.diff(runs))))
    found = runs
    for width in WIDTHS:
        lines = _local_lines(len(noisy), width)
        curve = lines @ noisy
        risk = float(((noisy - curve) ** 2).sum()) + 2 * sigma**2 * float(np.trace(lines))
        if risk < least:
            least, found = risk, np.round(curve + (noisy.sum() - curve.sum()) / len(noisy), DIGITS)
    return found


@lru_cache(maxsize=len(WIDTHS))
def _local_lines(cells: int, width: float) -> Floats:
    """The matrix that gives each cell the value of a line through its neighbours, weighted by a normal curve of that width."""
    apart = np.arange(cells)[None, :] - np.arange(cells)[:, None]
    weights = np.exp(-0.5 * (apart / width) ** 2)
    moments = [(weights * apart**power).sum(axis=1, keepdims=True) for power in range(3)]
    lines = weights * (moments[2] - moments[1] * apart)
    lines = lines / (moments[0] * moments[2] - moments[1] ** 2)
    lines.setflags(write=False)
    return np.asarray(lines)


def in_runs(noisy: Floats, sigma: float) -> Floats:
    """The counts with each run's mean in its cells."""
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
