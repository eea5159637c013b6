"""What becomes of each foreign key but the owner's: a category over public rows, an opaque reference, or one that holds anyway.

Keys may share columns where owner paths tie them: what the row has through its owner, the row that it refers to must have too. Everything
else that shares columns is refused. Refuses to know rows. Facts: foreign keys alone.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from synth.plan.model import PlanRefused, ReferenceKind, ReferencePlan
from synth.plan.ownership import path_up
from synth.release.manifest import TableKind
from synth.source.schema import ForeignKey, Schema, Table


def plan_references(
    schema: Schema,
    table: Table,
    owners: Mapping[int, ForeignKey],
    kinds: Mapping[int, TableKind],
    units: Collection[int],
) -> tuple[ReferencePlan, ...]:
    """Every foreign key but the owner's; wide keys first, since they may imply narrow ones."""
    owner = owners.get(table.oid)
    taken: list[ForeignKey] = [owner] if owner else []
    references: list[ReferencePlan] = []
    others = [key for key in table.foreign_keys if key != owner and kinds[key.target] is not TableKind.EXCLUDED]
    for key in sorted(others, key=lambda each: (-len(each.columns), each.oid)):
        covered = {attnum for each in taken for attnum in each.columns}
        shared = _shared(owners, table, key, covered)
        nullable = not all(table.column(attnum).not_null for attnum in key.columns)
        public = kinds[key.target] is TableKind.PUBLIC
        if not shared:
            kind = ReferenceKind.PUBLIC if public else ReferenceKind.OTHER
            same_unit = kind is ReferenceKind.OTHER and key.target not in units
            references.append(ReferencePlan(key, kind, nullable, same_unit))
        elif any(_implies(schema, each, key) for each in taken):
            references.append(ReferencePlan(key, ReferenceKind.IMPLIED, nullable))
            continue
        elif not public and (within := _within(schema, owners, table, key, shared)) is not None:
            tied = tuple(sorted(shared))
            references.append(ReferencePlan(key, ReferenceKind.OTHER, nullable, tied=tied, within=within))
        else:
            raise _refused(table, key, taken)
        taken.append(key)
    return tuple(references)


def _within(
    schema: Schema, owners: Mapping[int, ForeignKey], table: Table, key: ForeignKey, shared: Collection[int]
) -> int | None:
    """The table whose row the two ends must share for the shared columns to agree; None where no such row makes them agree."""
    if not set(key.columns) - set(shared):
        return None
    origins = set()
    for mine, theirs in zip(key.columns, key.target_columns):
        if mine in shared:
            origin = _origin(owners, table.oid, mine)
            if origin != _origin(owners, key.target, theirs):
                return None
            origins.add(origin[0])
    # The nearest: who shares it shares all that is above it.
    return next((oid for oid in path_up(schema, table.oid, owners) if oid in origins), None)


def _shared(owners: Mapping[int, ForeignKey], table: Table, key: ForeignKey, covered: Collection[int]) -> set[int]:
    """Columns that are not the key's to decide: others' are, or the target has them from this very table. A key of the latter alone is none
    that could be drawn, which `cycles` says better."""
    pairs = list(zip(key.columns, key.target_columns)) if key.target != table.oid else []
    back = {mine for mine, theirs in pairs if _origin(owners, key.target, theirs) == (table.oid, mine)}
    return set(key.columns) & set(covered) | (set() if back == set(key.columns) else back)


def _origin(owners: Mapping[int, ForeignKey], oid: int, attnum: int) -> tuple[int, int]:
    """Whose column it is, up the owner path: (table, column)."""
    while (owner := owners.get(oid)) is not None and attnum in owner.columns:
        oid, attnum = owner.target, owner.target_columns[owner.columns.index(attnum)]
    return oid, attnum


def _implies(schema: Schema, wide: ForeignKey, narrow: ForeignKey) -> bool:
    """Whether a row that satisfies `wide` satisfies `narrow`: the wide key's target carries the narrow key itself."""
    if not set(narrow.columns) <= set(wide.columns):
        return False
    there = tuple(wide.target_columns[wide.columns.index(attnum)] for attnum in narrow.columns)
    if wide.target == narrow.target and there == narrow.target_columns:
        return True
    keys = schema.tables[wide.target].foreign_keys
    return any(
        (key.columns, key.target, key.target_columns) == (there, narrow.target, narrow.target_columns) for key in keys
    )


def _refused(table: Table, key: ForeignKey, taken: Sequence[ForeignKey]) -> PlanRefused:
    other = next((each for each in taken if set(each.columns) & set(key.columns)), key)
    return PlanRefused(
        f'"{table.qualified}": foreign keys "{key.name}" and "{other.name}" share columns',
        detail="One value would have to satisfy two keys that nothing ties together.",
        hint="Declare an `owner` through which both ends have the shared columns, or exclude the table, or one that the keys point at.",
    )
