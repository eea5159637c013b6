"""What the compiler says of a statement's accuracy, and what comes of it once its companion has run.

Plain values. Refuses to know trees and how a companion is run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from proxy.accuracy.companion import MOMENTS
from proxy.accuracy.interval import Interval, Moments, interval
from proxy.accuracy.reading import Cell, Reading
from proxy.sql.compiled import Compiled


@dataclass(frozen=True, slots=True)
class Measured:
    """reading, companion: None where `why` says that there is no estimate of the whole statement."""

    reading: Reading | None = None
    companion: Compiled | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """One aggregate of one group. group: names and texts of the columns that say which one. found: None where `why` says why."""

    name: str
    kind: str
    group: tuple[tuple[str, str | None], ...]
    found: Interval | None
    basis: str = ""
    why: str = ""


def cells_of(
    reading: Reading, names: Sequence[str], texts: Sequence[str | None], moments: Sequence[object]
) -> list[Told]:
    """Of one row. texts: of its columns; moments: as `with_moments` has them."""
    group = tuple((names[place], texts[place]) for place in reading.keys)
    told, at = [], 0
    for cell in reading.cells:
        if cell.basis is None:
            told.append(Told(cell.name, cell.kind, group, None, why=cell.why))
            continue
        told.append(_told(cell, group, moments[at : at + MOMENTS]))
        at += MOMENTS
    return told


def _told(cell: Cell, group: tuple[tuple[str, str | None], ...], moments: Sequence[object]) -> Told:
    assert cell.basis is not None, "a cell is told of by its basis"
    numbers = (0.0 if value is None else float(str(value)) for value in moments)
    found = interval(cell.kind, cell.basis, cell.counting or cell.basis, Moments(*numbers))
    if found is None:
        return Told(cell.name, cell.kind, group, None, why="it is of no rows")
    return Told(cell.name, cell.kind, group, found, cell.basis.words)
