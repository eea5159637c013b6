"""The public grid that a refinement chooses a column's edges from: bins of the type, divided again and again by round steps.

Level 0 is the plan's bins, each further level divides every cell: numbers by powers of ten, up to three times (about four digits of a
value), dates by months and days, timestamps by hours too, times of day by minutes and seconds. The last level is the grid. All of it
follows from type, policy and catalog; refuses to know rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synth.plan.domains import Bins
from synth.plan.values import DAY_US, SECOND_US, month_starts
from synth.source.binary import DATE, TIME, TIMESTAMP, TIMESTAMPTZ

Edges = NDArray[np.int64]

FEWEST_PARTS = 5  # parts that a step divides a cell into at least, where it holds so many values
DIVISIONS = 3  # of a number's bin
HOUR_US, MINUTE_US = 3_600 * SECOND_US, 60 * SECOND_US


@dataclass(frozen=True, slots=True)
class Grid:
    """levels: edges, each level's among the next one's. bins: level 0, with what every level has in common."""

    bins: Bins
    levels: tuple[Edges, ...] = field(repr=False)

    @property
    def edges(self) -> Edges:
        """Of the finest cells."""
        return self.levels[-1]

    @property
    def cells(self) -> int:
        """Finest cells, without NULL."""
        return len(self.edges) - 1

    @property
    def size(self) -> int:
        """Codes: finest cells, then NULL."""
        return self.cells + self.bins.nullable

    def divided(self, low: int, high: int, level: int) -> Edges:
        """Edges of that level from low to high, both of them edges of the level before."""
        edges = self.levels[level]
        first, last = np.searchsorted(edges, (low, high))
        return edges[first : last + 1]

    def codes(self, edges: Sequence[int]) -> NDArray[np.int32]:
        """For each code of the grid the code among bins with these edges; what lies beyond them is in the outermost, NULL comes last."""
        inside = np.searchsorted(np.asarray(edges, dtype=np.int64), self.edges[:-1], side="right") - 1
        found = np.clip(inside, 0, len(edges) - 2)
        return np.append(found, len(edges) - 1).astype(np.int32)[: self.size]


def grid_of(bins: Bins, base_oid: int) -> Grid:
    """The grid of a column of that type."""
    low, high = bins.edges[0], bins.edges[-1]
    levels = [np.asarray(bins.edges, dtype=np.int64)]
    if base_oid == TIME:
        further = [_multiples(low, high, MINUTE_US), _multiples(low, high, SECOND_US)]
    elif base_oid == DATE:
        further = [_months(low, high, 1), _multiples(low, high, 1)]
    elif base_oid in (TIMESTAMP, TIMESTAMPTZ):
        further = [_months(low, high, DAY_US), _multiples(low, high, DAY_US), _multiples(low, high, HOUR_US)]
    else:
        further = [_decimal(bins, division) for division in range(DIVISIONS)]
    for edges in further:
        levels.append(_merged(levels[-1], edges[(edges > low) & (edges < high)]))
    return Grid(bins, tuple(levels))


def _merged(first: Edges, second: Edges) -> Edges:
    """Both, ascending, each edge once."""
    both = np.sort(np.concatenate([first, second]), kind="stable")  # of two ascending runs: a merge
    merged: Edges = both[np.append(True, both[1:] > both[:-1])]
    return merged


def _multiples(low: int, high: int, step: int) -> Edges:
    return np.arange(-(-low // step) * step, high, step, dtype=np.int64)


def _months(low: int, high: int, unit: int) -> Edges:
    """Ticks of the first of every month. unit: ticks of a day."""
    return np.asarray(month_starts(low // unit, high // unit, 1), dtype=np.int64) * unit


def _decimal(bins: Bins, division: int) -> Edges:
    """Multiples of each bin's step, that many times divided by ten; what is negative mirrors what is positive."""
    found = []
    for low, high in zip(bins.edges, bins.edges[1:]):
        step = max(1, _step(high - low) // 10**division)
        if low < 0:
            found.append(1 - _multiples(1 - high, 1 - low, step))
        else:
            found.append(_multiples(low, high, step))
    return np.concatenate(found)


def _step(width: int) -> int:
    """The greatest power of ten that divides a width into FEWEST_PARTS parts or more; 1 where none does."""
    step = 1
    while width >= FEWEST_PARTS * step * 10:
        step *= 10
    return step
