"""Which generated row each reference points at: second owners, self references, rows of the same unit.

Opaque by design: nothing of the source says who refers to whom, except whether a reference is NULL. Self references are
acyclic: a row refers to an earlier one. Refuses to know columns and values.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synth.plan.model import ReferencePlan, TablePlan
from synth.relational.table import GeneratedTable, Ints

NOWHERE = -1


def draw_reference(
    table: GeneratedTable, reference: ReferencePlan, target: GeneratedTable, rng: np.random.Generator
) -> Ints:
    """Target row of each row, or NOWHERE. A NOT NULL reference into an empty table is NOWHERE too."""
    present = np.ones(table.rows, dtype=np.bool_)
    if reference.nullable:
        present = table.codes[reference.axis] == 0
    if target is table:
        drawn = _earlier_rows(table.rows, reference.nullable, rng)
    elif target.rows == 0:
        drawn = np.full(table.rows, NOWHERE, dtype=np.int64)
    elif _is_unique(table.plan, reference):
        drawn = _different_rows(present, target.rows, rng)
    elif reference.same_unit and table.plan.owner_path[-1] == target.plan.owner_path[-1]:
        drawn = _rows_of_unit(table, target, rng)
    else:
        drawn = rng.integers(0, target.rows, table.rows)
    return np.where(present, drawn, NOWHERE)


def _is_unique(plan: TablePlan, reference: ReferencePlan) -> bool:
    columns = set(reference.key.columns)
    keys = ((plan.table.primary_key,) if plan.table.primary_key else ()) + plan.table.uniques
    return any(set(key) <= columns for key in keys)


def _earlier_rows(rows: int, nullable: bool, rng: np.random.Generator) -> Ints:
    """A row before this one; the first has none, so it refers to itself where it must refer to something."""
    drawn = np.floor(rng.random(rows) * np.arange(rows)).astype(np.int64)
    drawn[:1] = NOWHERE if nullable else 0
    return drawn


def _different_rows(present: NDArray[np.bool_], choices: int, rng: np.random.Generator) -> Ints:
    """No target row twice; who finds none left refers to nothing."""
    drawn = np.full(len(present), NOWHERE, dtype=np.int64)
    asking = np.flatnonzero(present)
    offered = rng.permutation(choices)[: len(asking)]
    drawn[asking[: len(offered)]] = offered
    return drawn


def _rows_of_unit(table: GeneratedTable, target: GeneratedTable, rng: np.random.Generator) -> Ints:
    """The j-th row of a unit refers to its j-th target row, round and round; any row where the unit has none.

    A payment refers to a rental of the same customer: the schema says so by giving both one owner path's end.
    """
    order = np.argsort(target.unit_rows, kind="stable")
    ranked = target.unit_rows[order]
    first = np.searchsorted(ranked, table.unit_rows, side="left")
    held = np.searchsorted(ranked, table.unit_rows, side="right") - first
    mine = np.argsort(table.unit_rows, kind="stable")
    place = np.empty(table.rows, dtype=np.int64)
    sorted_units = table.unit_rows[mine]
    place[mine] = np.arange(table.rows) - np.searchsorted(sorted_units, sorted_units, side="left")
    anywhere = rng.integers(0, target.rows, table.rows)
    within = order[np.minimum(first + place % np.maximum(held, 1), target.rows - 1)]
    return np.where(held > 0, within, anywhere)
