"""Bins of the columns that nobody declared, by a paid refinement: where rows lie on the public grid, and edges there.

Level by level: noisy counts of the type's bins first, then of the parts of those that hold much, and so on. What a table's refinements
leave of their part goes to its other questions. Refuses to know models.

Sensitivity. A row of a unit with k rows weighs min(1, 1/k) rows, rounded down on the grid of 1/1024 (`Assembler.column`), so a unit weighs
one row in all, however many it owns. At each level the cells asked for are disjoint and, with one cell for everything else, cover the
grid: a row is in one cell, so one unit changes the vector of counts by at most one row in L1, thus in L2. Which cells are asked for is a
function of the answers of the levels before, so costs add up (adaptive composition of zCDP): a column's levels together cost no more than
its part in the plan.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from math import inf

import numpy as np

from synth.discover import Domains
from synth.encode.assemble import Assembler
from synth.measure.choke import Choke
from synth.measure.counts import NothingLeft
from synth.measure.measurement import GRID, gaussian_rho_nano, sigma_for
from synth.model.edges import Cell, chosen_edges, clear_weight, used
from synth.plan.domains import Bins
from synth.plan.grids import Grid, grid_of
from synth.plan.model import BuildPlan

PURPOSE = "refinement"

Part = tuple[int, int]  # ticks low .. high - 1


def refine_domains(build: BuildPlan, domains: Domains, assembler: Assembler, choke: Choke) -> BuildPlan:
    """Put the refined bins into `domains` and the rows' codes on them. Gives the plan, with what was left over in its tables' parts."""
    tables = dict(build.tables)
    for each in build.refinements:
        plan = tables[each.table]
        column = plan.column(each.attnum)
        bins = domains[each.table, column.axis]
        assert isinstance(bins, Bins), "numbers and times are refined"
        grid = grid_of(bins, column.column.base_oid)
        choke.add(assembler.column(plan, column.axis, grid.size))
        search = _Search(choke, plan.table.qualified, column.axis, grid, each.rho_nano)
        with suppress(NothingLeft):
            search.run()
        choke.forget(plan.table.qualified)
        domains[each.table, column.axis] = refined = search.bins()
        assembler.recode(plan, column.axis, grid.codes(refined.edges))
        tables[each.table] = replace(plan, rho_nano=plan.rho_nano + search.left)
    return replace(build, tables=tables)


class _Search:
    """The levels of one column. left: what they did not cost of its part."""

    def __init__(self, choke: Choke, table: str, axis: str, grid: Grid, rho_nano: int) -> None:
        self._choke, self._table, self._axis, self._grid = choke, table, axis, grid
        self.left = rho_nano
        self._cells: list[Cell] = []  # ascending, without gaps; none where nothing is clear
        self._least = inf  # weight of a bin
        self._sigma = 0.0  # of a cell's count, at most: levels pay the same, but for what losses took

    def run(self) -> None:
        """The type's bins, then parts of what is clear, as long as anything is. Raises NothingLeft; what was found by then stays."""
        if self.left < len(self._grid.levels):
            return
        cells, self._sigma = self._ask(0, self._parts(self._grid.bins.edges))
        self._least = clear_weight(cells, self._sigma)
        if all(cell.count < self._least for cell in cells):
            return
        self._cells = list(used(cells, self._sigma))
        for level in range(1, len(self._grid.levels)):
            divided = {
                cell: parts
                for cell in self._cells
                if cell.count >= self._least
                and len(parts := self._parts(self._grid.divided(cell.low, cell.high, level))) > 1
            }
            if divided:
                found, sigma = self._ask(level, [part for parts in divided.values() for part in parts])
                whole = [cell for cell in self._cells if cell not in divided]
                self._sigma = max(self._sigma, sigma)
                self._cells = sorted([*whole, *found], key=lambda cell: cell.low)

    def bins(self) -> Bins:
        """The type's own where nothing is clear."""
        bins = self._grid.bins
        return (
            replace(bins, edges=chosen_edges(bins.edges, self._cells, self._least, self._sigma))
            if self._cells
            else bins
        )

    def _parts(self, edges: Iterable[int]) -> list[Part]:
        return list(pairwise(int(edge) for edge in edges))

    def _ask(self, level: int, parts: Sequence[Part]) -> tuple[list[Cell], float]:
        """Noisy counts of disjoint parts of the grid, and their noise."""
        sigma = sigma_for(GRID, self.left // (len(self._grid.levels) - level))
        self.left -= gaussian_rho_nano(GRID, sigma)  # whatever becomes of the question: it was planned for
        places = np.full(self._grid.size, len(parts), dtype=np.int32)
        bounds = np.searchsorted(self._grid.edges, np.asarray(parts, dtype=np.int64))
        for place, (first, after) in enumerate(bounds.tolist()):
            places[first:after] = place
        view = self._choke.coarsen(self._table, {self._axis: places})
        noisy = self._choke.marginal(view, (self._axis,), sigma, PURPOSE)
        return [Cell(*part, count) for part, count in zip(parts, noisy.counts.tolist())], noisy.sigma
