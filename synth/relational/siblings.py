"""How alike rows of one owner are: a few columns chosen and measured with a small part of a table's budget.

A row that has siblings is put beside one of them, and what is counted is the cell of their likeness in a column; all pairs of a unit weigh
one row together, so a unit with few rows is heard as well as one with many. First every column says how many of the pairs are near; those
that are nearer than chance, and than what the columns chosen before bring along, are then counted cell by cell. Sees noisy answers alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from synth.encode.assemble import Assembler
from synth.measure.choke import Choke
from synth.measure.counts import NothingLeft
from synth.measure.measurement import GRID, sigma_for
from synth.model.coarsen import project
from synth.model.fitted import FittedTable
from synth.plan.budget import CHOOSING, MEASURING, SIBLING_COLUMNS, sibling_rho
from synth.plan.model import TablePlan
from synth.relational.likeness import Floats, Likeness, likeness

CHOOSING_SHARE = 0.3  # of what is there for siblings: which columns
CLEAR = 3.0  # standard deviations of noise that a column must be above chance
CELLS_MOST = 1_000_000  # of a pair that is asked what one column brings along in the other
WORTH = 0.02  # share of pairs that are near beyond chance, below which a column is not worth asking


@dataclass(frozen=True, slots=True)
class SiblingColumn:
    """What is known of one column. shares: of pairs of siblings, cell by cell of the likeness."""

    likeness: Likeness
    shares: Floats = field(repr=False)


def learn_siblings(
    plan: TablePlan, model: FittedTable, assembler: Assembler, choke: Choke
) -> tuple[SiblingColumn, ...]:
    """Columns in which siblings are alike, the clearest first. None where no part of the budget is for them."""
    rho_nano, offered = sibling_rho(plan), _offered(plan, model)
    if rho_nano < 2 or not offered:
        return ()
    name = plan.table.qualified
    choke.add(assembler.siblings(plan, offered))
    try:
        chosen = _choose(choke, name, offered, int(rho_nano * CHOOSING_SHARE), model)
        return tuple(_measured(choke, name, chosen, int(rho_nano * (1 - CHOOSING_SHARE))))
    except NothingLeft:
        return ()
    finally:
        choke.forget(name)


def _offered(plan: TablePlan, model: FittedTable) -> list[Likeness]:
    """The table's own columns, of which the model tells two codes apart."""
    own = {axis.name: axis for axis in model.domain.axes if axis.name[0] in "cr"}
    return [
        likeness(name, _shares(model, name), axis.ordered) for name, axis in own.items() if model.merged[name].size > 1
    ]


def _shares(model: FittedTable, axis: str) -> Floats:
    counts = np.maximum(model.marginal((axis,)), 0.0)
    return counts / counts.sum() if counts.sum() > 0 else np.full(len(counts), 1 / len(counts))


def _choose(choke: Choke, name: str, offered: Sequence[Likeness], rho_nano: int, model: FittedTable) -> list[Likeness]:
    """Greedily by the share of near pairs beyond chance and beyond what chosen columns explain."""
    sigma = sigma_for(GRID, max(1, rho_nano // len(offered)))
    view = choke.coarsen(name, {each.axis: (np.arange(each.cells) >= each.near).astype(np.int32) for each in offered})
    answers = [choke.marginal(view, (each.axis,), sigma, CHOOSING) for each in offered]
    pairs = max(float(np.mean([answer.counts.sum() for answer in answers])), 1.0)
    chance = {each.axis: each.by_chance(_shares(model, each.axis)) for each in offered}
    beyond = {each.axis: float(answer.counts[0]) / pairs - chance[each.axis] for each, answer in zip(offered, answers)}
    clear = max(WORTH, CLEAR * answers[0].sigma / pairs)
    left, chosen = dict(beyond), list[Likeness]()
    while len(chosen) < SIBLING_COLUMNS and left and max(left.values()) > clear:
        best = next(each for each in offered if each.axis == max(left, key=lambda axis: left[axis]))
        chosen.append(best)
        del left[best.axis]
        strength = min(1.0, beyond[best.axis] / max(1 - chance[best.axis], 1e-9))
        for each in offered:
            if each.axis in left:
                brought = strength * (_near_given(model, each, best.axis) - chance[each.axis])
                left[each.axis] = min(left[each.axis], beyond[each.axis] - brought)
    return chosen


def _near_given(model: FittedTable, asked: Likeness, given: str) -> float:
    """The share of pairs near in one column if both rows agree in another, by the model."""
    column = model.merged[asked.axis]
    shares = _shares(model, asked.axis)
    places = asked.places
    if asked.ordered:
        held = column.gather(shares)
        places = np.cumsum(held) - held / 2
    else:
        places = np.arange(column.size, dtype=np.float64)
    if column.size * model.merged[given].size > CELLS_MOST:
        return 0.0
    joint = np.maximum(model.model.marginal((given, asked.axis)), 0.0)
    whole = np.maximum(joint.sum(axis=1, keepdims=True), 1e-300)
    within = joint / whole
    return float((((within @ asked.nearness(places)) * within).sum(axis=1) * whole[:, 0]).sum() / whole.sum())


def _measured(choke: Choke, name: str, chosen: Sequence[Likeness], rho_nano: int) -> list[SiblingColumn]:
    found = []
    for each in chosen:
        answer = choke.marginal(name, (each.axis,), sigma_for(GRID, max(1, rho_nano // len(chosen))), MEASURING)
        pairs = float(answer.counts.sum())
        if pairs > 0:
            found.append(SiblingColumn(each, project(answer.counts, pairs) / pairs))
    return found
