"""Fan-outs from noisy answers: how many rows one unit may weigh, and the bins a parent is modelled with.

Sees one noisy histogram. Two mass bounds come of it: a wide one under which the row count is asked, so that little is
cut and the count is honest, and a narrow one under which the model is fitted, where noise costs more than the weight
of heavy units. Facts: research on contribution bounds (mass, not rows).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np

from synth.relational.spread import EVEN, OCTAVES, Codes, Floats, Ints, Spread, fine_edges

WINDOWS = (1, 2, 3, 6, 10)  # neighbouring bins that are looked at together: half an octave each
SIGNIFICANT = 2.5  # standard deviations above which a window goes on beyond the last bin
FAR = 0.1  # what a window must have more, in standard deviations, for each bin further up: small fan-outs are likelier
HEADROOM = 2  # bins beyond the last used one that the row count's bound still takes whole
UNSEEN = 2.0  # standard deviations of the histogram's noise: owners that may hide beyond the bound
CERTAIN = 4.0  # standard deviations of a bin that is not noise wherever it lies: one of 28 is by chance once in a thousand times
# Twice the log-likelihood by which a window may be behind the clearest one and still be the true one: at 99.8 %, since a bound that is too
# low is wrong by far, not by a little.
LIKELY = 10.0
# What the model's bound is chosen by, as measured on tables of even and of heavy-tailed fan-outs: how much of a share that weighs less
# becomes error (rows of heavy owners are like the others' in part), and cells times noise of what a model measures.
CUT_ERROR = 0.08
MODEL_CELLS = 1000.0


@dataclass(frozen=True, slots=True)
class Histogram:
    """Noisy owners, or units, in each bin of histogram_edges(), with the noise of each; and how they lie inside the bins."""

    counts: Floats
    sigma: Floats
    spread: Spread = EVEN


def coarse(fine: Floats, sigma: float) -> Histogram:
    """The histogram of a noisy finer one, over spread.fine_edges() without 0."""
    starts = np.searchsorted(fine_edges()[1:], histogram_edges())
    sizes = np.diff(np.append(starts, len(fine)))
    return Histogram(
        np.add.reduceat(fine, starts), sigma * np.sqrt(sizes), Spread(tuple(np.maximum(fine, 0.0).tolist()))
    )


def histogram_edges() -> list[int]:
    """1, 2, 3, 4, 6, 8, 12, ...: two bins an octave, public and the same for every table."""
    edges = {1, 1 << OCTAVES}
    for power in range(1, OCTAVES):
        edges |= {1 << power, 3 << (power - 1)}
    return sorted(edges)


@dataclass(frozen=True, slots=True)
class FanOut:
    """What is known of a table's rows per owner. count_mass, model_mass: bounds on one unit's weight, in rows. edges:
    lower edges of bins, the first being 0; the last bin ends at top. spread: how owners lie inside the bins.
    truncated_share: estimated share of rows that weigh less under the model's bound. unseen: rows that owners beyond
    count_mass may have without showing in the histogram."""

    count_mass: int
    model_mass: int
    edges: tuple[int, ...]
    top: int
    spread: Spread
    truncated_share: float
    unseen: float

    @property
    def bins(self) -> int:
        """Number of bins, the empty one included."""
        return len(self.edges)

    def code(self, counts: Ints) -> Codes:
        """Bin of each number of rows."""
        return (np.searchsorted(np.asarray(self.edges), counts, side="right") - 1).astype(np.int32)


ONE_OR_NONE = FanOut(1, 1, edges=(0, 1), top=1, spread=EVEN, truncated_share=0.0, unseen=0.0)


def estimate(units: Histogram, owners: Histogram, model_rho_nano: int) -> FanOut:
    """Bounds and bins from noisy histograms over histogram_edges(). units: rows of one unit. owners: rows of one owner, the same where
    units own the rows themselves. model_rho_nano: what the model will be measured with."""
    lower, upper = _ends()
    last = min(last_used(units.counts, units.sigma) + HEADROOM, len(lower) - 1)
    middle = (lower + upper)[: last + 1] / 2
    held = np.maximum(units.counts[: last + 1], 0.0)
    rows = max(float(middle @ held), 1.0)
    cut = [float(np.maximum(middle - bound, 0) @ held) / rows for bound in upper[: last + 1]]
    noise = MODEL_CELLS / sqrt(2 * model_rho_nano / 1e9)
    heard = [max(float(np.minimum(middle, bound) @ held) / bound, 1.0) for bound in upper[: last + 1]]
    best = int(np.argmin([CUT_ERROR * lost + noise / many for lost, many in zip(cut, heard)]))
    most = min(last_used(owners.counts, owners.sigma) + 1, last)
    return FanOut(
        count_mass=int(upper[last]),
        model_mass=int(upper[best]),
        edges=(0, *(int(edge) for edge in lower[: most + 1])),
        top=int(upper[most]),
        spread=owners.spread,
        truncated_share=cut[best],
        unseen=max(
            UNSEEN * float(units.sigma[last]) * float(upper[last]), _elsewhere(units.counts, units.sigma, last, upper)
        ),
    )


def _ends() -> tuple[Floats, Floats]:
    """First and last number of rows of each bin of a histogram; the last bin is open."""
    lower = np.asarray(histogram_edges(), dtype=np.float64)
    return lower, np.append(lower[1:] - 1, lower[-1])


def last_used(counts: Floats, sigma: Floats) -> int:
    """The last bin that owners seem to use: from the clearest window on, as long as windows next to it are significant.

    A lone bump of noise far up would make every bound useless, so what is far must be clearer, and gaps end the search but where owners
    beyond one are certain.
    """
    best = max(_windows(counts), key=lambda each: _score(counts, sigma, *each))
    last = best[0] + best[1] - 1
    last = max([last, *np.flatnonzero(counts > CERTAIN * sigma).tolist()])
    while any(
        last + width < len(counts) and _clearness(counts, sigma, last + 1, width) > SIGNIFICANT for width in WINDOWS
    ):
        last += 1
    return last


def _elsewhere(counts: Floats, sigma: Floats, last: int, upper: Floats) -> float:
    """Rows that there may be beyond bin `last` where the clearest window is not clearly the true one: of the owners that another one may
    hold, however far up."""
    best = max(0.0, *(_clearness(counts, sigma, *each) for each in _windows(counts)))
    found = [0.0]
    for start, width in _windows(counts):
        end, first = start + width - 1, max(start, last + 1)
        clear = _clearness(counts, sigma, start, width)
        if end > last and clear > 0 and clear**2 >= best**2 - LIKELY:
            owners = float(counts[first : end + 1].sum()) + UNSEEN * _noise(sigma, first, end + 1 - first)
            found.append(owners * float(upper[end]))
    return max(found)


def _windows(counts: Floats) -> list[tuple[int, int]]:
    """(start, width) of all that are looked at."""
    return [(start, width) for width in WINDOWS for start in range(len(counts) - width + 1)]


def _score(counts: Floats, sigma: Floats, start: int, width: int) -> float:
    """How likely a window is where the owners are."""
    return _clearness(counts, sigma, start, width) - FAR * (start + width)


def _clearness(counts: Floats, sigma: Floats, start: int, width: int) -> float:
    """Owners in a window, in standard deviations of its noise."""
    return float(counts[start : start + width].sum()) / _noise(sigma, start, width)


def _noise(sigma: Floats, start: int, width: int) -> float:
    return sqrt(float((sigma[start : start + width] ** 2).sum()))
