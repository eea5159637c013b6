"""One generated table while it grows: codes, ticks, owners and references of its synthetic rows.

Synthetic throughout: made from fitted models and public facts. Rows are dropped here, together in every part of it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synth.plan.model import TablePlan

Ints = NDArray[np.int64]
Codes = NDArray[np.int32]


@dataclass
class GeneratedTable:
    """owner_rows: index of each row's owner. unit_rows: (unit table's OID's) index of each row's unit. ticks: by
    attnum. references: target row by foreign key's OID, -1 for NULL."""

    plan: TablePlan
    codes: dict[str, Codes] = field(repr=False)
    owner_rows: Ints = field(repr=False)
    unit_rows: Ints = field(repr=False)
    ticks: dict[int, Ints] = field(repr=False)
    references: dict[int, Ints] = field(repr=False)

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.unit_rows)

    def keep(self, kept: NDArray[np.bool_] | Ints) -> None:
        """Keep these rows only, in this order. References of the table to itself follow their targets, or are -1 where those are gone."""
        kept = np.flatnonzero(kept) if kept.dtype == np.bool_ else kept
        place = np.full(self.rows, -1, dtype=np.int64)
        place[kept] = np.arange(len(kept))
        own = {each.key.oid for each in self.plan.references if each.key.target == self.plan.oid}
        self.codes = {axis: codes[kept] for axis, codes in self.codes.items()}
        self.owner_rows = self.owner_rows[kept]
        self.unit_rows = self.unit_rows[kept]
        self.ticks = {attnum: ticks[kept] for attnum, ticks in self.ticks.items()}
        self.references = {oid: rows[kept] for oid, rows in self.references.items()}
        for oid in own & self.references.keys():
            rows = self.references[oid]
            self.references[oid] = np.where(rows >= 0, place[rows], -1)

    def line_numbers(self) -> Ints:
        """1 .. k within each owner, in row order."""
        order = np.argsort(self.owner_rows, kind="stable")
        ranked = self.owner_rows[order]
        numbers = np.empty(self.rows, dtype=np.int64)
        numbers[order] = np.arange(self.rows) - np.searchsorted(ranked, ranked, side="left") + 1
        return numbers
