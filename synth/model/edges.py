"""Which edges of a public grid become a column's: from noisy counts of cells that were divided where much lies. All of it free.

Knows cells, counts and their noise; refuses to know rows, types and who asked. A cell is clear where it holds a bin's part of the rows
and more than noise: it is divided further, and a bin of its own where it can no more be.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby
from math import sqrt

import numpy as np

from synth.model.smooth import in_runs

BINS = 64  # of about equal weight that a column's rows are divided into, where noise allows it
CLEAR = 4.0  # standard deviations of noise that a bin holds at least
BEYOND = 4.0  # standard deviations by which what lies further out must differ from nothing to be kept apart
MARGIN = 3  # cells of the type's bins beyond those


@dataclass(frozen=True, slots=True)
class Cell:
    """Ticks low .. high - 1, both edges of a grid. count: noisy, in rows."""

    low: int
    high: int
    count: float


def clear_weight(cells: Iterable[Cell], sigma: float) -> float:
    """What a bin weighs at least. sigma: of each cell's count."""
    return max(sum(cell.count for cell in cells) / BINS, CLEAR * sigma)


def used(cells: Sequence[Cell], sigma: float) -> Sequence[Cell]:
    """Those beyond which noise shows nothing, and a few more at either end for what it hides; not below 0, where what is counted ends."""
    counts = [cell.count for cell in cells]
    last, first = _last(counts, sigma), len(counts) - 1 - _last(counts[::-1], sigma)
    first, last = min(first, last), max(first, last)
    first = next((cell for cell in range(first, -1, -1) if first - cell == MARGIN or cells[cell].low == 0), 0)
    return cells[first : last + MARGIN + 1]


def _last(counts: Sequence[float], sigma: float) -> int:
    """The last cell that differs from nothing itself, or that makes what lies from it on differ from nothing."""
    beyond = list(accumulate(reversed(counts)))[::-1]
    for cell in range(len(counts) - 1, -1, -1):
        if max(counts[cell], beyond[cell] / sqrt(len(counts) - cell)) >= BEYOND * sigma:
            return cell
    return len(counts) - 1


def chosen_edges(bases: Sequence[int], cells: Sequence[Cell], least: float, sigma: float) -> tuple[int, ...]:
    """Ascending edges over cells, which ascend and meet. bases: edges that stay where a cell begins or ends there. least: weight of a
    bin. sigma: of each cell's count."""
    edges = [cells[0].low]
    for _, inside in groupby(cells, key=lambda cell: bisect_right(bases, cell.low)):
        edges += _divided(list(inside), least, sigma)
    return tuple(edges)


def _divided(cells: Sequence[Cell], least: float, sigma: float) -> list[int]:
    """Where the bins of one base cell end: what is clear is a bin of its own, what is not comes together until it weighs enough or noise
    tells it from what comes next."""
    ends: list[int] = []
    weight, low, grows = 0.0, cells[0].low, False
    steps = _steps(cells, least, sigma)
    for cell in cells:
        if cell.count >= least:
            ends += [cell.low, cell.high] if cell.low > low else [cell.high]
            weight, low, grows = 0.0, cell.high, False
        elif weight + cell.count >= least or cell.high in steps:
            ends.append(cell.high)
            weight, low, grows = 0.0, cell.high, cell.high not in steps
        else:
            weight += cell.count
    if low < cells[-1].high:
        if grows and weight < least / 2:  # too little for a bin of its own
            ends.pop()
        ends.append(cells[-1].high)
    return ends


def _steps(cells: Sequence[Cell], least: float, sigma: float) -> set[int]:
    """Edges between cells of one width, neither of them clear, whose counts differ by more than noise."""
    found: set[int] = set()
    for _, alike in groupby(cells, key=lambda cell: (cell.high - cell.low, cell.count >= least)):
        run = list(alike)
        level = in_runs(np.array([cell.count for cell in run]), sigma).tolist()
        found |= {cell.high for cell, here, after in zip(run, level, level[1:]) if here != after}
    return found
