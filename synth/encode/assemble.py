"""Encoded tables -> what the choke point takes: a table's codes beside its owner's and its fan-outs, rows by unit.

The last step inside the trust boundary. INVARIANT: only `WeightedCodes` leave, and only to the choke point. Sizes
come from public domains and noisy fan-outs, never from codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from synth.codes import Codes, code_type
from synth.encode.tables import EncodedTable
from synth.measure.measurement import GRID
from synth.measure.rows import Ints, WeightedCodes
from synth.plan.domains import Bins, Categories
from synth.plan.model import BuildPlan, TablePlan
from synth.relational.fanout import FanOut
from synth.relational.likeness import Likeness, sibling_pairs
from synth.relational.spread import fine_edges


class Assembler:
    """Holds every encoded table of a build."""

    def __init__(self, tables: Mapping[int, EncodedTable]) -> None:
        self._tables = tables

    def owners_only(self, plan: TablePlan) -> WeightedCodes:
        """A table without columns: whose rows they are."""
        units = self._tables[plan.oid].units
        return WeightedCodes(plan.table.qualified, {}, {}, _ones(len(units)), GRID, GRID, units).weigh(GRID)

    def column(self, plan: TablePlan, axis: str, size: int) -> WeightedCodes:
        """One column of a table; all rows of one unit weigh one row at most."""
        table = self._tables[plan.oid]
        rows = WeightedCodes(
            plan.table.qualified,
            {axis: size},
            {axis: table.codes[axis]},
            _ones(len(table.units)),
            GRID,
            GRID,
            table.units,
        )
        return rows.weigh(GRID)

    def recode(self, plan: TablePlan, axis: str, codes: Codes) -> None:
        """See a column through a public map from now on, in the narrowest type."""
        table = self._tables[plan.oid]
        table.codes[axis] = codes.astype(code_type(int(codes.max()) + 1))[table.codes[axis]]

    def fan_outs(self, build: BuildPlan, plan: TablePlan) -> WeightedCodes:
        """The table's owners: how many rows each has, in cells of fine_edges(), all of one unit weighing one row."""
        assert plan.owner is not None
        edges = np.asarray(fine_edges(), dtype=np.int64)
        owner, owner_rows = self._tables[plan.owner.target], self._tables[plan.oid].owner_rows
        assert owner_rows is not None
        counts = np.bincount(owner_rows, minlength=len(owner.units))
        codes = (np.searchsorted(edges, counts, side="right") - 1).astype(np.int32)
        rows = _ones(len(owner.units))
        return WeightedCodes(
            plan.table.qualified, {"fan": len(edges)}, {"fan": codes}, rows, GRID, GRID, owner.units
        ).weigh(GRID)

    def rows(
        self,
        build: BuildPlan,
        plan: TablePlan,
        domains: Mapping[tuple[int, str], Categories | Bins],
        fan_outs: Mapping[int, FanOut],
        interface: tuple[str, ...],
    ) -> WeightedCodes:
        """The table's axes, the bins of its children's fan-outs, its owner's interface and its own fan-out bin."""
        table = self._tables[plan.oid]
        codes: dict[str, Codes] = {}
        sizes: dict[str, int] = {}
        for (oid, axis), domain in domains.items():
            if oid == plan.oid:
                codes[axis], sizes[axis] = table.codes[axis], domain.size
        for child in build.children(plan.oid):
            axis = f"fan{child.oid}"
            codes[axis], sizes[axis] = (
                self._fan_codes(child, len(table.units), fan_outs[child.oid]),
                fan_outs[child.oid].bins,
            )
        if plan.owner is not None and table.owner_rows is not None:
            owner = self._tables[plan.owner.target]
            for axis in interface:
                codes[f"owner.{axis}"] = owner.codes[axis][table.owner_rows]
                sizes[f"owner.{axis}"] = domains[plan.owner.target, axis].size
            bins = self._fan_codes(plan, len(owner.units), fan_outs[plan.oid])
            codes["fan"], sizes["fan"] = bins[table.owner_rows], fan_outs[plan.oid].bins
        rows = WeightedCodes(plan.table.qualified, sizes, codes, _ones(len(table.units)), GRID, GRID, table.units)
        return rows if plan.owner is None else rows.weigh(fan_outs[plan.oid].count_mass * GRID)

    def siblings(self, plan: TablePlan, likenesses: Sequence[Likeness]) -> WeightedCodes:
        """Each row that has a sibling, beside one of them: the cell of their likeness in each column. All pairs of a unit weigh one row.

        Sensitivity: an owner is of one unit, so a pair is made of rows of one unit. Which row stands beside which is drawn for each owner
        alone, and for given draws adding or removing a unit adds or removes its own pairs and changes no other; a unit of k pairs gives
        each floor(GRID / k) grid units, so they weigh k * floor(GRID / k) <= GRID together. This holds whatever is drawn, and a mixture of
        answers that each keep the bound for the same draws keeps it too (Renyi divergence is jointly quasi-convex). A unit of more than
        GRID pairs weighs nothing.
        """
        table = self._tables[plan.oid]
        assert table.owner_rows is not None
        first, second = sibling_pairs(table.owner_rows, np.random.default_rng())
        codes = {
            each.axis: each.code(table.codes[each.axis][first], table.codes[each.axis][second]) for each in likenesses
        }
        sizes = {each.axis: each.cells for each in likenesses}
        rows = WeightedCodes(plan.table.qualified, sizes, codes, _ones(len(first)), GRID, GRID, table.units[first])
        return rows.weigh(GRID)

    def _fan_codes(self, child: TablePlan, owners: int, fan_out: FanOut) -> Codes:
        """Bin of the number of the child's rows of each owner row."""
        owner_rows = self._tables[child.oid].owner_rows
        assert owner_rows is not None
        return fan_out.code(np.bincount(owner_rows, minlength=owners).astype(np.int64))


def _ones(rows: int) -> Ints:
    return np.full(rows, GRID, dtype=np.int64)
