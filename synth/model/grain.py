"""How fine a pair of columns is asked: of ordered columns, neighbours are taken together until noise leaves something of a cell.

A column beside one of two values is asked finer than beside one of a hundred: what counts is the cells of the pair. The model keeps
its own, finer codes; a pair that was asked coarsely holds sums of its cells. Sees noisy counts and sizes; refuses to know rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from math import prod

import numpy as np

from synth.measure.counts import Clique, Floats, Maps
from synth.model.coarsen import Codes, runs_of

FEWEST = 8  # cells that an ordered column keeps in any case, but for those that hold next to nothing
LIGHT = 0.25  # of a column's rows by its cells: what holds less than that part of them is taken together with its neighbours
STEPS = 2  # sizes of a column's grains, to each power of two


class Grains:
    """The grains of a table's pairs. counts: of each ordered column's codes, noisy, not negative. cells: that a pair may have, coarsest
    grain first."""

    def __init__(self, counts: Mapping[str, Floats], cells: Sequence[float]) -> None:
        self._counts, self._cells = counts, cells
        self._made: dict[tuple[str, float], Codes] = {}

    def maps(self, pair: Clique, sizes: Mapping[str, int]) -> list[Maps]:
        """Through which the pair may be asked: from codes to runs of them; none of a column that is asked as it is. Each of other cells."""
        found: list[Maps] = []
        for cells in self._cells:
            maps = {}
            for name, other in (pair, pair[::-1]):
                if (
                    name in self._counts
                    and (runs := self._runs(name, self._most(other, sizes, cells)))[-1] < sizes[name] - 1
                ):
                    maps[name] = runs
            if not found or size_of(pair, sizes, maps) > size_of(pair, sizes, found[-1]):
                found.append(maps)
        return found

    def _most(self, other: str, sizes: Mapping[str, int], cells: float) -> float:
        """Cells of an ordered column: what the other one leaves of the pair's, which is an even part at least beside its like."""
        beside = sizes[other] if other not in self._counts else min(sizes[other], max(cells**0.5, FEWEST))
        return float(2 ** (np.floor(np.log2(max(cells / beside, FEWEST)) * STEPS) / STEPS))

    def _runs(self, name: str, most: float) -> Codes:
        if (name, most) not in self._made:
            counts = self._counts[name]
            self._made[name, most] = runs_of(counts, int(most), least=LIGHT * float(counts.sum()) / most)
        return self._made[name, most]


def size_of(pair: Clique, sizes: Mapping[str, int], maps: Maps) -> int:
    """Cells of the pair, seen through maps."""
    return prod(int(maps[name][-1]) + 1 if name in maps else sizes[name] for name in pair)


def gathered(table: Floats, columns: Clique, maps: Maps) -> Floats:
    """The table with the cells of each run summed. maps: onto 0, 1, …, never descending."""
    return reduce(lambda kept, axis: _summed(kept, axis, maps.get(columns[axis])), range(len(columns)), table)


def spread_out(table: Floats, columns: Clique, maps: Maps) -> Floats:
    """The table with each run's value at all of its codes."""
    for axis, name in enumerate(columns):
        if name in maps:
            table = np.take(table, maps[name], axis=axis)
    return table


def _summed(table: Floats, axis: int, runs: Codes | None) -> Floats:
    if runs is None:
        return table
    starts = np.flatnonzero(np.diff(runs, prepend=-1))
    return np.asarray(np.add.reduceat(table, starts, axis=axis))
