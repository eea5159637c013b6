"""What a build can cost in questions, time and memory, said before a row is read.

Public facts only: policy, catalog and plan, the limits of the engine, and figures measured on public data sets. INVARIANT: nothing that is
derived from private rows (row counts, relation sizes, `pg_class.reltuples`) comes in, so what a row costs is said for a million of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from math import comb
from typing import Any

import numpy as np

from synth.codes import code_type
from synth.plan.budget import SIBLING_COLUMNS, sibling_rho
from synth.plan.domains import Bins, Categories, Discovered
from synth.plan.grids import grid_of
from synth.plan.model import BuildPlan, ReferenceKind, Role, TablePlan

MILLION = 10**6
ROUNDS = 2  # in each of which any pair of columns may be measured
SCORES = 3  # answers that score all pairs at once
OWNER_AXES = 4  # most that a child's model takes of its owner: three columns and the bin of the fan-out
LINKS_BYTES = 16  # of a row: its unit, its owner's row, its weight
# As measured on two cores: TPC-H of scale factor 1 (116 million values: 100 s of processor time, 1.8 GB), Adult, a table of 120 columns.
SECONDS_A_VALUE = (0.8e-6, 3e-6)  # to read, encode, count, draw again and write one
SECONDS_A_TABLE = (0.3, 5.0)  # fitting the model of one that is small or middling
SECONDS_A_PAIR = (0.001, 0.004)  # that is scored
SECONDS_ANYWAY = (3.0, 6.0)  # catalog, report, publication
MEGABYTES_ANYWAY = (
    200,
    450,
)  # libraries, models within the engine's limits, and the 512 MB that the replica's writer may take
BYTES_A_VALUE = 8  # beside its code: of one that is being counted or waits to be written


@dataclass(frozen=True, slots=True)
class TableEstimate:
    """One private table. share: of its unit's budget, discoveries and refinements included. cells: of its columns, each alone. open_cells:
    public tables whose keys are cells too, as many as they have rows. answers: fewest and most. seconds, megabytes: of a million rows."""

    table: str
    share: float
    cells: int
    open_cells: tuple[str, ...]
    answers: tuple[int, int]
    seconds: tuple[float, float]
    megabytes: int


@dataclass(frozen=True, slots=True)
class Estimate:
    """A whole build. seconds, megabytes: without what rows cost."""

    tables: tuple[TableEstimate, ...]
    answers: tuple[int, int]
    seconds: tuple[float, float]
    megabytes: tuple[int, int]

    def lines(self) -> list[str]:
        """For a person."""
        said = ["estimate, from policy and catalog alone:"]
        for one in self.tables:
            keys = "".join(f" + keys of {name}" for name in one.open_cells)
            said.append(
                f"  {one.table}: {one.share:.0%} of the budget, {_range(one.answers)} answers, {one.cells} cells{keys}; "
                f"a million rows take {_range(one.seconds)} s and {one.megabytes} MB"
            )
        return [
            *said,
            f"  in all {_range(self.answers)} answers, {_range(self.seconds)} s and {_range(self.megabytes)} MB beside what rows take",
        ]

    def as_json(self) -> dict[str, Any]:
        """For a machine."""
        return asdict(self)


def estimate(build: BuildPlan) -> Estimate:
    """Of a plan, before its build."""
    tables = tuple(_table(build, build.tables[oid]) for oid in build.order)
    pairs = sum(comb(_axes(build, build.tables[oid]), 2) for oid in build.order)
    return Estimate(
        tables,
        (sum(each.answers[0] for each in tables), sum(each.answers[1] for each in tables)),
        _sum(SECONDS_ANYWAY, _times(len(tables), SECONDS_A_TABLE), _times(pairs, SECONDS_A_PAIR)),
        MEGABYTES_ANYWAY,
    )


def _table(build: BuildPlan, plan: TablePlan) -> TableEstimate:
    sizes = list(_sizes(plan))
    discoveries = [each for each in build.discoveries if each.table == plan.oid]
    spent = plan.rho_nano + sum(each.rho_nano for each in discoveries) + build.refinement_nano(plan.oid)
    codes = sum(np.dtype(code_type(size)).itemsize if size else 4 for size in sizes)
    columns = len(plan.table.columns)
    return TableEstimate(
        plan.table.qualified,
        spent / build.unit_of(plan).rho_nano,
        sum(sizes),
        tuple(
            build.schema.tables[each.key.target].qualified
            for each in plan.references
            if each.kind is ReferenceKind.PUBLIC
        ),
        _answers(build, plan, len(discoveries)),
        _times(columns * MILLION, SECONDS_A_VALUE),
        round((codes + LINKS_BYTES + columns * BYTES_A_VALUE) * MILLION / 2**20),
    )


def _answers(build: BuildPlan, plan: TablePlan, discoveries: int) -> tuple[int, int]:
    """Columns that noise would drown are not asked for, and only pairs that are worth it are: the fewest is what is asked in any case."""
    fixed = discoveries + 1  # the table's total
    refined = [plan.column(each.attnum) for each in build.refinements if each.table == plan.oid]
    more = sum(
        len(grid_of(column.domain, column.column.base_oid).levels)
        for column in refined
        if isinstance(column.domain, Bins)
    )
    if plan.owner is not None:
        of_units = build.tables[plan.owner.target].is_unit
        fixed += 1 + (0 if plan.at_most_one and of_units else 1 if of_units else 2)
    axes = _axes(build, plan)
    if sibling_rho(plan) > 1:
        more += len(list(_sizes(plan))) + SIBLING_COLUMNS
    if axes < 2:
        return fixed, fixed + more + axes
    return fixed, fixed + more + axes + (1 + axes) + SCORES + ROUNDS * comb(axes, 2)


def _axes(build: BuildPlan, plan: TablePlan) -> int:
    """Columns of a table's model at most, those of other tables included."""
    return len(list(_sizes(plan))) + len(build.children(plan.oid)) + (OWNER_AXES if plan.owner else 0)


def _sizes(plan: TablePlan) -> Iterator[int]:
    """Cells of each measured axis; 0 where they are keys of a public table, which has not been read."""
    for column in plan.columns:
        if column.role is Role.MODEL and isinstance(column.domain, Categories | Bins):
            yield column.domain.size
        elif column.role is Role.MODEL and isinstance(column.domain, Discovered):
            yield column.domain.max_values + 1 + column.domain.nullable
    for reference in plan.references:
        if reference.kind is ReferenceKind.PUBLIC:
            yield 0
        elif reference.kind is ReferenceKind.OTHER and reference.nullable:
            yield 2


def _times(count: int, each: tuple[float, float]) -> tuple[float, float]:
    return count * each[0], count * each[1]


def _sum(*ranges: tuple[float, float]) -> tuple[float, float]:
    return sum(low for low, _ in ranges), sum(high for _, high in ranges)


def _range(values: tuple[float, float]) -> str:
    low, high = round(values[0]), round(values[1])
    return f"{low}" if low == high else f"{low} to {high}"
