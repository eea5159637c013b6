"""Who the privacy unit might be, and through which foreign keys the other tables belong to it.

Sees keys and names only. A proposal, not a decision: the caller marks guesses for review, and `check` refuses what is
ambiguous.
"""

from __future__ import annotations

from dataclasses import dataclass

from synth.source.schema import ForeignKey, Schema, Table

# Names that usually mean a person, most telling first.
PERSONS = (
    "customer", "patient", "user", "person", "member", "client", "subscriber", "student", "account", "employee",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ownership:
    """How a table belongs to the unit. alternatives: other first steps that lead there too."""

    key: ForeignKey
    alternatives: tuple[ForeignKey, ...]


def guess_unit(schema: Schema) -> Table | None:
    """The table that most others belong to; a person's name breaks near ties. None where there is no table."""
    tables = [table for table in schema.tables.values() if table.columns]
    if not tables:
        return None
    return max(tables, key=lambda table: (_person_rank(table) + 2 * len(owned(schema, table)), -table.oid))


def owned(schema: Schema, unit: Table) -> dict[int, Ownership]:
    """Ownership of every table with a path of foreign keys up to the unit, by OID. NOT NULL keys first."""
    distance = _distances(schema, unit)
    found = {}
    for oid in distance:
        if oid == unit.oid:
            continue
        table = schema.tables[oid]
        steps = [key for key in table.foreign_keys if key.target in distance and key.target != oid]
        # Only a step that comes closer cannot go round in a circle.
        closer = [key for key in steps if distance[key.target] < distance[oid]]
        best = min(closer, key=lambda key: (_is_optional(table, key), distance[key.target], key.columns))
        found[oid] = Ownership(best, tuple(key for key in steps if key is not best))
    return found


def _distances(schema: Schema, unit: Table) -> dict[int, int]:
    """Steps from each table up to the unit, for tables that have a path."""
    distance = {unit.oid: 0}
    frontier = [unit.oid]
    while frontier:
        reached = []
        for table in schema.tables.values():
            if table.oid not in distance and any(key.target in frontier for key in table.foreign_keys):
                distance[table.oid] = distance[frontier[0]] + 1
                reached.append(table.oid)
        frontier = reached
    return distance


def _is_optional(table: Table, key: ForeignKey) -> bool:
    return not all(table.column(attnum).not_null for attnum in key.columns)


def _person_rank(table: Table) -> int:
    name = table.name.lower()
    return next((len(PERSONS) - rank for rank, word in enumerate(PERSONS) if word in name), 0)
