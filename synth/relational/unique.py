"""UNIQUE and PRIMARY KEY by construction: repeated combinations of modelled parts are drawn again, the rest given up.

Works on the integer identity of each part (a tick, a code, a row), before any value exists. Sets that hold a fresh
key, a line number or a unique format need nothing. Refuses to know values.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.encode.decode import draw_ticks
from synth.plan.domains import Bins, Categories
from synth.plan.model import ReferenceKind, Role
from synth.relational.table import GeneratedTable, Ints

ROUNDS = 30
NULL = np.iinfo(np.int64).min
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Part:
    """One component of a unique set. freedom: how many values it may take; redraw, erase: of the rows given."""

    identity: Callable[[], Ints]
    freedom: int
    redraw: Callable[[Ints], None] | None
    erase: Callable[[Ints], None] | None


def make_unique(
    table: GeneratedTable, domains: dict[str, Categories | Bins], targets: dict[int, int], rng: np.random.Generator
) -> None:
    """Make every unique set of the table hold; rows that cannot are dropped. targets: rows of referenced tables by
    OID."""
    plan = table.plan
    keys = ((plan.table.primary_key,) if plan.table.primary_key else ()) + plan.table.uniques
    for key in keys:
        parts = _parts(table, key, domains, targets, rng)
        if parts:
            _separate(table, parts, nulls_alike=key in plan.table.nulls_alike)


def _separate(table: GeneratedTable, parts: list[Part], nulls_alike: bool) -> None:
    movable = [part for part in parts if part.redraw is not None and part.freedom > 1]
    movable.sort(key=lambda part: -part.freedom)
    for round_number in range(ROUNDS):
        repeated = np.flatnonzero(_repeats(parts, table.rows, nulls_alike))
        if not len(repeated) or not movable:
            break
        # The part with the most room first; where it is exhausted, the others get their turn.
        part = movable[0] if round_number < ROUNDS // 2 else movable[round_number % len(movable)]
        assert part.redraw is not None
        part.redraw(repeated)
    repeated_mask = _repeats(parts, table.rows, nulls_alike)
    if not repeated_mask.any():
        return
    erasable = None if nulls_alike else next((part for part in parts if part.erase is not None), None)
    if erasable is not None and erasable.erase is not None:
        erasable.erase(np.flatnonzero(repeated_mask))
    else:
        table.keep(~repeated_mask)


def _repeats(parts: list[Part], rows: int, nulls_alike: bool) -> Mask:
    """Rows whose combination an earlier row has; a combination with NULL repeats only where NULLs are alike."""
    matrix = (
        np.stack([part.identity() for part in parts], axis=1) if rows else np.zeros((0, len(parts)), dtype=np.int64)
    )
    _, first = np.unique(matrix, axis=0, return_index=True)
    repeated = np.ones(rows, dtype=np.bool_)
    repeated[first] = False
    if not nulls_alike:
        repeated[(matrix == NULL).any(axis=1)] = False
    return repeated


def _parts(
    table: GeneratedTable,
    key: tuple[int, ...],
    domains: dict[str, Categories | Bins],
    targets: dict[int, int],
    rng: np.random.Generator,
) -> list[Part]:
    """The key's parts, or none where it holds anyway."""
    parts: list[Part] = []
    left = set(key)
    plan = table.plan
    if plan.owner is not None and left & set(plan.owner.columns):
        left -= set(plan.owner.columns)
        parts.append(Part(lambda: table.owner_rows, 1, None, None))
    for reference in plan.references:
        columns = set(reference.key.columns) - set(reference.tied)
        if reference.kind is ReferenceKind.IMPLIED or not left & columns:
            continue
        left -= columns
        if reference.kind is ReferenceKind.PUBLIC:
            parts.append(_code_part(table, reference.axis, domains[reference.axis], rng))
        elif reference.key.oid in table.references:
            choices = targets[reference.key.target] if reference.within is None else 0
            parts.append(_reference_part(table, reference.key.oid, choices, reference.nullable, rng))
    for attnum in sorted(left):
        column = plan.column(attnum)
        if column.role in (Role.KEY, Role.LINE) or (column.role is Role.FORMAT and column.unique):
            return []
        if column.role is not Role.MODEL:
            continue
        domain = domains[column.axis]
        if isinstance(domain, Bins):
            parts.append(_tick_part(table, attnum, column.axis, domain, rng))
        else:
            parts.append(_code_part(table, column.axis, domain, rng))
    return parts


def _code_part(table: GeneratedTable, axis: str, domain: Categories | Bins, rng: np.random.Generator) -> Part:
    choices = domain.size - domain.nullable
    null = domain.null_code if domain.nullable else NULL

    def identity() -> Ints:
        codes = table.codes[axis].astype(np.int64)
        return np.where(codes == null, NULL, codes)

    def redraw(rows: Ints) -> None:
        table.codes[axis][rows] = rng.integers(0, choices, len(rows))

    def erase(rows: Ints) -> None:
        table.codes[axis][rows] = domain.null_code

    return Part(identity, choices, redraw if choices > 0 else None, erase if domain.nullable else None)


def _tick_part(table: GeneratedTable, attnum: int, axis: str, domain: Bins, rng: np.random.Generator) -> Part:
    def identity() -> Ints:
        null = (table.codes[axis] == domain.null_code) if domain.nullable else np.zeros(table.rows, dtype=np.bool_)
        return np.where(null, NULL, table.ticks[attnum])

    def redraw(rows: Ints) -> None:
        """Half of the time inside the bin, where the marginal stays as it is; else anywhere."""
        moved = rows[rng.random(len(rows)) < 0.5]
        table.codes[axis][moved] = rng.integers(0, domain.bins, len(moved))
        table.ticks[attnum][rows] = draw_ticks(domain, table.codes[axis][rows], rng)

    def erase(rows: Ints) -> None:
        table.codes[axis][rows] = domain.null_code

    freedom = max(1, (domain.edges[-1] - domain.edges[0]) // domain.granule)
    return Part(identity, freedom, redraw, erase if domain.nullable else None)


def _reference_part(table: GeneratedTable, oid: int, choices: int, nullable: bool, rng: np.random.Generator) -> Part:
    def identity() -> Ints:
        return np.where(table.references[oid] < 0, NULL, table.references[oid])

    def redraw(rows: Ints) -> None:
        table.references[oid][rows] = rng.integers(0, choices, len(rows))

    def erase(rows: Ints) -> None:
        table.references[oid][rows] = -1

    return Part(identity, choices, redraw if choices > 0 else None, erase if nullable else None)
