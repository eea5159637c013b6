"""Fan-outs from noisy answers: how many rows one unit may weigh, and the bins a parent is modelled with.

Sees one noisy histogram. Two mass bounds come of it: a wide one under which the row count is asked, so that little is
cut and the count is honest, and a narrow one under which the model is fitted, where noise costs more than the weight
of heavy units. Facts: research on contribution bounds (mass, not rows).
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int32]

OCTAVES = 14  # histogram bins reach 2^14 rows of one unit; the last is open
WINDOWS = (1, 2, 3, 6, 10)  # neighbouring bins that are looked at together: half an octave each
SIGNIFICANT = 2.5  # standard deviations above which a window goes on beyond the last bin
FAR = 0.1  # what a window must have more, in standard deviations, for each bin further up: small fan-outs are likelier
HEADROOM = 2  # bins beyond the last used one that the row count's bound still takes whole
UNSEEN = 2.0  # standard deviations of the histogram's noise: owners that may hide beyond the bound
LIKELY = (
    3.84  # twice the log-likelihood by which a window may be behind the clearest one and still be the true one, at 95 %
)
MODEL_CELLS = 30.0  # cells over which the model's error is thought to spread, when its bound is chosen


def histogram_edges() -> list[int]:
    """1, 2, 3, 4, 6, 8, 12, ...: two bins an octave, public and the same for every table."""
    edges = {1, 1 << OCTAVES}
    for power in range(1, OCTAVES):
        edges |= {1 << power, 3 << (power - 1)}
    return sorted(edges)


@dataclass(frozen=True, slots=True)
class FanOut:
    """What is known of a table's rows per owner. count_mass, model_mass: bounds on one unit's weight, in rows. edges:
    lower edges of bins, the first being 0; the last bin ends at top. truncated_share: estimated share of rows that
    weigh less under the model's bound. unseen: rows that owners beyond count_mass may have without showing in the
    histogram."""

    count_mass: int
    model_mass: int
    edges: tuple[int, ...]
    top: int
    truncated_share: float
    unseen: float

    @property
    def bins(self) -> int:
        """Number of bins, the empty one included."""
        return len(self.edges)

    def code(self, counts: Ints) -> Codes:
        """Bin of each number of rows."""
        return (np.searchsorted(np.asarray(self.edges), counts, side="right") - 1).astype(np.int32)


ONE_OR_NONE = FanOut(count_mass=1, model_mass=1, edges=(0, 1), top=1, truncated_share=0.0, unseen=0.0)


def estimate(counts: Floats, sigma: float, model_rho_nano: int) -> FanOut:
    """Bounds and bins from a noisy histogram over histogram_edges(). model_rho_nano: what the model will be measured
    with."""
    lower = np.asarray(histogram_edges(), dtype=np.float64)
    upper = np.append(lower[1:] - 1, lower[-1])
    last = min(last_used(counts, sigma) + HEADROOM, len(lower) - 1)
    middle = (lower + upper)[: last + 1] / 2
    owners = np.maximum(counts[: last + 1], 0.0)
    rows = max(float(middle @ owners), 1.0)
    cut = [float(np.maximum(middle - bound, 0) @ owners) / rows for bound in upper[: last + 1]]
    noise = sqrt(MODEL_CELLS) / sqrt(2 * model_rho_nano / 1e9) / rows
    best = int(np.argmin([lost + bound * noise for lost, bound in zip(cut, upper)]))
    return FanOut(
        count_mass=int(upper[last]),
        model_mass=int(upper[best]),
        edges=(0, *(int(edge) for edge in lower[: last + 1])),
        top=int(upper[last]),
        truncated_share=cut[best],
        unseen=max(UNSEEN * sigma * float(upper[last]), _elsewhere(counts, sigma, last, upper)),
    )


def last_used(counts: Floats, sigma: float) -> int:
    """The last bin that owners seem to use: from the clearest window on, as long as windows next to it are significant.

    A lone bump of noise far up would make every bound useless, so what is far must be clearer, and gaps end the search.
    """
    best = max(_windows(counts), key=lambda each: _score(counts, sigma, *each))
    last = best[0] + best[1] - 1
    while any(
        last + width < len(counts) and _clearness(counts, sigma, last + 1, width) > SIGNIFICANT for width in WINDOWS
    ):
        last += 1
    return last


def _elsewhere(counts: Floats, sigma: float, last: int, upper: Floats) -> float:
    """Rows that there may be beyond bin `last` where the clearest window is not clearly the true one: of the owners that another one may
    hold."""
    best = max(0.0, *(_score(counts, sigma, *each) for each in _windows(counts)))
    found = [0.0]
    for start, width in _windows(counts):
        end, first = start + width - 1, max(start, last + 1)
        score = _score(counts, sigma, start, width)
        if end > last and score > 0 and score**2 >= best**2 - LIKELY:
            owners = float(counts[first : end + 1].sum()) + UNSEEN * sigma * sqrt(end + 1 - first)
            found.append(owners * float(upper[end]))
    return max(found)


def _windows(counts: Floats) -> list[tuple[int, int]]:
    """(start, width) of all that are looked at."""
    return [(start, width) for width in WINDOWS for start in range(len(counts) - width + 1)]


def _score(counts: Floats, sigma: float, start: int, width: int) -> float:
    """How likely a window is where the owners are."""
    return _clearness(counts, sigma, start, width) - FAR * (start + width)


def _clearness(counts: Floats, sigma: float, start: int, width: int) -> float:
    """Owners in a window, in standard deviations of its noise."""
    return float(counts[start : start + width].sum()) / (sigma * sqrt(width))


def draw_counts(fan_out: FanOut, bins: Codes, total: float, rng: np.random.Generator) -> Ints:
    """Rows of each parent: inside its bin, tilted so that they add up to about `total`; beyond what bins allow,
    scaled."""
    low = np.asarray(fan_out.edges, dtype=np.float64)[bins]
    ends = np.append(np.asarray(fan_out.edges[1:], dtype=np.float64) - 1, fan_out.top)
    width = ends[bins] - low + 1
    place = rng.random(len(bins))
    least, most = 1 / 64, 64.0
    for _ in range(40):
        tilt = sqrt(least * most)
        drawn = low + np.floor(width * place**tilt)
        least, most = (tilt, most) if drawn.sum() > total else (least, tilt)
    if drawn.sum() > 0 and fan_out.top > 1:
        drawn = np.floor(drawn * max(total, 0.0) / drawn.sum() + rng.random(len(drawn)))
    return np.asarray(drawn, dtype=np.int64)
