"""What is asked of each table, in order: discoveries, fan-outs, mass, then the table's model with its owner's
interface.

Asks the choke point and keeps its noisy answers; the private side is handed over as `EncodedTable` and never looked
at here beyond its public sizes. Facts: design section 6 and the plan's budget.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from math import prod

import numpy as np

from synth.encode.assemble import Assembler
from synth.measure.choke import Choke
from synth.measure.measurement import GRID, sigma_for
from synth.model.domain import Axis, Domain
from synth.model.fitted import FittedTable
from synth.model.table import fit_table
from synth.plan.budget import FAN_OUT_SHARE, TOTAL_SHARE, model_rho
from synth.plan.domains import Bins, Categories
from synth.plan.model import BuildPlan, TablePlan
from synth.relational.fanout import ONE_OR_NONE, FanOut, Histogram, coarse, estimate, histogram_edges
from synth.relational.rowcount import RowCount, combined
from synth.relational.siblings import SiblingColumn, learn_siblings
from synth.relational.spread import fine_edges

INTERFACE_MAX = 3  # columns of the owner that a child's model is conditioned on
INTERFACE_CELLS = 2_000  # of them and the fan-out bin together
INTERFACE_SIZE = 64  # of one of them
BIN = "fan"  # axis of a child: the bin of its owner's fan-out


def fan_axis(oid: int) -> str:
    """Axis of an owner: how many rows of the child it has, in bins."""
    return f"fan{oid}"


def owner_axis(axis: str) -> str:
    """Axis of a child: its owner's column."""
    return f"owner.{axis}"


@dataclass(frozen=True, slots=True)
class Learned:
    """Noisy knowledge of one table. interface: axes of the owner that the model takes as given."""

    plan: TablePlan
    model: FittedTable = field(repr=False)
    fan_out: FanOut | None
    interface: tuple[str, ...]
    rows: RowCount
    siblings: tuple[SiblingColumn, ...] = ()


def learn_fan_outs(build: BuildPlan, assembler: Assembler, choke: Choke) -> dict[int, FanOut]:
    """The mass bound and the bins of every owned table."""
    known: dict[int, FanOut] = {}
    for oid in build.order:
        plan = build.tables[oid]
        if plan.owner is None:
            continue
        if plan.at_most_one and build.tables[plan.owner.target].is_unit:
            known[oid] = ONE_OR_NONE
            continue
        known[oid] = _learn_fan_out(build, plan, assembler, choke)
    return known


def _learn_fan_out(build: BuildPlan, plan: TablePlan, assembler: Assembler, choke: Choke) -> FanOut:
    """One histogram where units own the rows themselves; else one of units, for the bounds, and one of owners, for the bins."""
    assert plan.owner is not None, "fan-outs are of owned tables"
    name, of_units = plan.table.qualified, build.tables[plan.owner.target].is_unit
    rho_nano = max(1, int(plan.rho_nano * FAN_OUT_SHARE * (1 if of_units else 0.5)))
    choke.add(assembler.owners_only(plan))
    edges = fine_edges()[1:] if of_units else histogram_edges()
    noisy = choke.histogram(name, edges, sigma_for(1, rho_nano), "rows of one unit")
    choke.forget(name)
    if of_units:
        found = coarse(noisy.counts, noisy.sigma)
        return estimate(found, found, model_rho(plan))
    units = Histogram(noisy.counts, np.full(len(edges), noisy.sigma))
    choke.add(assembler.fan_outs(build, plan))
    owners = choke.marginal(name, (BIN,), sigma_for(GRID, rho_nano), "rows of one owner")
    choke.forget(name)
    return estimate(units, coarse(owners.counts[1:], owners.sigma), model_rho(plan))


def learn_table(
    build: BuildPlan,
    plan: TablePlan,
    domains: Mapping[tuple[int, str], Categories | Bins],
    fan_outs: Mapping[int, FanOut],
    assembler: Assembler,
    choke: Choke,
) -> Learned:
    """Measure and fit one table; its owner's axes are those of the plan, so parents need not be learned first."""
    name = plan.table.qualified
    # Numbers of rows come first, so that what is drawn later goes evenly with them: an owner counts as often as it has rows.
    axes = [Axis(fan_axis(child.oid), fan_outs[child.oid].bins, ordered=True) for child in build.children(plan.oid)]
    axes += [_axis(oid_axis[1], domain) for oid_axis, domain in domains.items() if oid_axis[0] == plan.oid]
    fan_out = fan_outs.get(plan.oid)
    interface: tuple[str, ...] = ()
    if plan.owner is not None and fan_out is not None:
        interface = choose_interface(plan.owner.target, domains, fan_out)
        axes += [_axis(owner_axis(axis), domains[plan.owner.target, axis]) for axis in interface]
        axes.append(Axis(BIN, fan_out.bins, ordered=True))
    choke.add(assembler.rows(build, plan, domains, fan_outs, interface))
    if fan_out is None:
        model = fit_table(choke, name, Domain(tuple(axes)), plan.rho_nano)
        rows = RowCount(model.total, model.total_sigma)
    else:
        mass = fan_out.count_mass * GRID
        asked = choke.marginal(name, (), sigma_for(mass, max(1, int(plan.rho_nano * TOTAL_SHARE))), "rows")
        rows = RowCount(float(asked.counts), asked.sigma, fan_out.unseen)
        choke.weigh(name, fan_out.model_mass * GRID)
        root = (*(owner_axis(axis) for axis in interface), BIN)
        model = fit_table(choke, name, Domain(tuple(axes)), model_rho(plan), root)
        if fan_out.model_mass == fan_out.count_mass:
            rows = combined(rows, RowCount(model.total, model.total_sigma))
    choke.forget(name)
    siblings = learn_siblings(plan, model, assembler, choke)
    return Learned(plan, model, fan_out, interface, rows, siblings)


def choose_interface(
    owner: int, domains: Mapping[tuple[int, str], Categories | Bins], fan_out: FanOut
) -> tuple[str, ...]:
    """Up to INTERFACE_MAX columns of the owner with few codes, lists before bins: a choice by public facts and the noisy
    number of bins, so free."""
    offered = [
        (axis, domain) for (oid, axis), domain in domains.items() if oid == owner and 2 <= domain.size <= INTERFACE_SIZE
    ]
    offered.sort(key=lambda each: (isinstance(each[1], Bins), each[1].size))
    chosen: list[str] = []
    sizes = [fan_out.bins]
    for axis, domain in offered:
        if len(chosen) < INTERFACE_MAX and prod([*sizes, domain.size]) <= INTERFACE_CELLS:
            chosen.append(axis)
            sizes.append(domain.size)
    return tuple(chosen)


def _axis(name: str, domain: Categories | Bins) -> Axis:
    if not isinstance(domain, Bins):
        return Axis(name, domain.size)
    widths = [after - edge for edge, after in pairwise(domain.edges)]
    if len(set(widths[:-1])) > 1:
        return Axis(name, domain.size, ordered=True)
    return Axis(
        name, domain.size, ordered=True, even=len(widths) - (widths[-1] != widths[0])
    )  # the last may be cut off
