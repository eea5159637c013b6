"""Refuses schemas whose key columns are defined by each other in a circle, for no value could be made for them.

Rows may refer to each other in circles; only a column whose value is another column's value, and so on back to itself,
cannot be generated. Refuses to know anything but keys.
"""

from __future__ import annotations

from collections.abc import Mapping

from synth.plan.model import PlanRefused, ReferenceKind, TablePlan
from synth.source.schema import Schema

Place = tuple[int, int]


def refuse_key_cycles(schema: Schema, plans: Mapping[int, TablePlan]) -> None:
    """Raise PlanRefused where following foreign keys from column to column comes back."""
    follows: dict[Place, Place] = {}
    for plan in plans.values():
        owner = [(plan.owner, ())] if plan.owner else []
        others = [(each.key, each.tied) for each in plan.references if each.kind is ReferenceKind.OTHER]
        for key, tied in [*owner, *others]:
            for attnum, target in zip(key.columns, key.target_columns):
                if attnum not in tied:
                    follows[plan.oid, attnum] = (key.target, target)
    for start in follows:
        seen, place = {start}, follows[start]
        while place in follows:
            if place in seen:
                oid, attnum = place
                table = schema.tables[oid]
                raise PlanRefused(
                    f'key column "{table.qualified}.{table.column(attnum).name}" refers to itself through foreign keys',
                    hint="Exclude one of the tables on the circle.",
                    path=("tables", table.qualified),
                )
            seen.add(place)
            place = follows[place]
