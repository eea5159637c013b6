"""Which generated row each reference points at: second owners, self references, rows of the same unit.

Opaque by design: nothing of the source says who refers to whom, except whether a reference is NULL. Self references are
acyclic: a row refers to an earlier one. Refuses to know columns and values.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from synth.plan.model import ReferencePlan, TablePlan
from synth.relational.table import GeneratedTable, Ints

NOWHERE = -1


def draw_reference(
    table: GeneratedTable, reference: ReferencePlan, target: GeneratedTable, rng: np.random.Generator
) -> Ints:
    """Target row of each row, or NOWHERE. A NOT NULL reference into an empty table is NOWHERE too."""
    present = _present(table, reference)
    same_unit = reference.same_unit and table.plan.owner_path[-1] == target.plan.owner_path[-1]
    if target is table:
        drawn = _earlier_rows(table.rows, reference.nullable, rng)
    elif target.rows == 0:
        drawn = np.full(table.rows, NOWHERE, dtype=np.int64)
    elif _is_unique(table.plan, reference):
        own = np.full(table.rows, NOWHERE, dtype=np.int64)
        if same_unit:
            own = _rows_of_group(table.unit_rows, target.unit_rows, again=False)
        drawn = _different_rows(np.where(present, own, NOWHERE), present, target.rows, rng)
    elif same_unit:
        drawn = _rows_of_unit(table, target, rng)
    else:
        drawn = rng.integers(0, target.rows, table.rows)
    return np.where(present, drawn, NOWHERE)


def draw_within(
    table: GeneratedTable,
    reference: ReferencePlan,
    target: GeneratedTable,
    groups: tuple[Ints, Ints],
    rng: np.random.Generator,
) -> Ints:
    """The same among rows of one group alone, for a key that shares columns with what makes the group. groups: of the rows, of the target's
    rows; a row whose group has none refers to nothing."""
    if target is table:
        drawn = _earlier_in_group(groups[0], reference.nullable, rng)
    else:
        drawn = _rows_of_group(*groups, again=not _is_unique(table.plan, reference))
    return np.where(_present(table, reference), drawn, NOWHERE)


def ancestors(tables: Mapping[int, GeneratedTable], table: GeneratedTable, oid: int) -> Ints:
    """Row of that table on the owner path of each row."""
    rows = np.arange(table.rows, dtype=np.int64)
    while table.plan.oid != oid:
        assert table.plan.owner is not None, "it is on the owner path"
        rows, table = table.owner_rows[rows], tables[table.plan.owner.target]
    return rows


def _present(table: GeneratedTable, reference: ReferencePlan) -> NDArray[np.bool_]:
    present: NDArray[np.bool_] = (
        table.codes[reference.axis] == 0 if reference.nullable else np.ones(table.rows, np.bool_)
    )
    return present


def _is_unique(plan: TablePlan, reference: ReferencePlan) -> bool:
    columns = set(reference.key.columns)
    keys = ((plan.table.primary_key,) if plan.table.primary_key else ()) + plan.table.uniques
    return any(set(key) <= columns for key in keys)


def _earlier_rows(rows: int, nullable: bool, rng: np.random.Generator) -> Ints:
    """A row before this one; the first has none, so it refers to itself where it must refer to something."""
    drawn = np.floor(rng.random(rows) * np.arange(rows)).astype(np.int64)
    drawn[:1] = NOWHERE if nullable else 0
    return drawn


def _different_rows(own: Ints, present: NDArray[np.bool_], choices: int, rng: np.random.Generator) -> Ints:
    """No target row twice; who finds none left refers to nothing. own: what is settled already."""
    drawn = own.copy()
    asking = np.flatnonzero(present & (own == NOWHERE))
    offered = rng.permutation(np.setdiff1d(np.arange(choices), own))[: len(asking)]
    drawn[asking[: len(offered)]] = offered
    return drawn


def _rows_of_unit(table: GeneratedTable, target: GeneratedTable, rng: np.random.Generator) -> Ints:
    """The j-th row of a unit refers to its j-th target row, round and round; any row where the unit has none.

    A payment refers to a rental of the same customer: the schema says so by giving both one owner path's end.
    """
    anywhere = rng.integers(0, target.rows, table.rows)
    within = _rows_of_group(table.unit_rows, target.unit_rows, again=True)
    return np.where(within >= 0, within, anywhere)


def _rows_of_group(mine: Ints, theirs: Ints, *, again: bool) -> Ints:
    """The j-th row of a group refers to the group's j-th target row, round and round where one may be referred to again; else nowhere."""
    if not len(theirs):
        return np.full(len(mine), NOWHERE, dtype=np.int64)
    order = np.argsort(theirs, kind="stable")
    ranked = theirs[order]
    first = np.searchsorted(ranked, mine, side="left")
    held = np.searchsorted(ranked, mine, side="right") - first
    place = _places(mine)
    found = order[np.minimum(first + place % np.maximum(held, 1), len(theirs) - 1)]
    return np.where((held > 0) & (again | (place < held)), found, NOWHERE)


def _places(groups: Ints) -> Ints:
    """0 .. k - 1 within each group, in row order."""
    order = np.argsort(groups, kind="stable")
    ranked = groups[order]
    places = np.empty(len(groups), dtype=np.int64)
    places[order] = np.arange(len(groups)) - np.searchsorted(ranked, ranked, side="left")
    return places


def _earlier_in_group(groups: Ints, nullable: bool, rng: np.random.Generator) -> Ints:
    """A row of the same group before this one; the first has none, so it refers to itself where it must refer to something."""
    order = np.argsort(groups, kind="stable")
    first = np.searchsorted(groups[order], groups, side="left")
    places = _places(groups)
    earlier = order[first + np.floor(rng.random(len(groups)) * places).astype(np.int64)]
    return np.where(places > 0, earlier, NOWHERE if nullable else np.arange(len(groups)))
