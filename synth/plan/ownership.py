"""Who owns whom: the one foreign-key path from each private table up to its privacy unit.

Constraints and policy alone decide; a table with two ways up, or none, is refused with the lines that would settle it.
Refuses to know columns' domains and budgets.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from synth.plan.model import PlanRefused, about
from synth.source.schema import ForeignKey, Schema, Table


def find_owners(
    schema: Schema, units: Collection[int], private: Iterable[int], declared: Mapping[int, tuple[str, ...]]
) -> dict[int, ForeignKey]:
    """The owner key of every private table but the units. declared: columns of the policy's `owner`, by table."""
    members = {*private, *units}
    chosen: dict[int, ForeignKey] = {}
    for oid, columns in declared.items():
        with about("tables", schema.tables[oid].qualified, "owner"):
            chosen[oid] = _declared_key(schema, schema.tables[oid], columns, members)
    owners: dict[int, ForeignKey] = {}
    for oid in sorted(members - set(units)):
        with about("tables", schema.tables[oid].qualified):
            owners[oid] = (
                chosen[oid] if oid in chosen else _only_key(schema, schema.tables[oid], units, members, chosen)
            )
    for oid in owners:
        with about("tables", schema.tables[oid].qualified):
            path_up(schema, oid, owners)
    return owners


def path_up(schema: Schema, oid: int, owners: Mapping[int, ForeignKey]) -> tuple[int, ...]:
    """OIDs from a table up to its unit. Raises PlanRefused where owners go round in a circle."""
    path = [oid]
    while path[-1] in owners:
        above = owners[path[-1]].target
        if above in path:
            names = ", ".join(f'"{schema.tables[each].qualified}"' for each in path)
            raise PlanRefused(
                f"the owner paths of {names} go round in a circle",
                hint="Declare `owner` of one of them so that it leads to a privacy unit.",
            )
        path.append(above)
    return tuple(path)


def owner_order(unit_tables: Iterable[int], owners: Mapping[int, ForeignKey]) -> tuple[int, ...]:
    """Every table after its owner: unit tables first, then level by level, by OID."""
    order = list(unit_tables)
    waiting = set(owners)
    while waiting:
        ready = sorted(oid for oid in waiting if owners[oid].target in order)
        assert ready, "owner paths end at a unit table"
        order += ready
        waiting -= set(ready)
    return tuple(order)


def _declared_key(schema: Schema, table: Table, columns: tuple[str, ...], members: set[int]) -> ForeignKey:
    for key in table.foreign_keys:
        if table.names(key.columns) == columns and key.target in members and key.target != table.oid:
            return key
    listed = _choices(schema, table, [key for key in table.foreign_keys if key.target in members])
    raise PlanRefused(
        f'"{table.qualified}" has no foreign key on ({", ".join(columns)}) to a private table',
        hint=f"Its `owner` can be: {listed or 'none, so make it public, row_level or excluded'}.",
    )


def _only_key(
    schema: Schema, table: Table, units: Collection[int], members: set[int], chosen: Mapping[int, ForeignKey]
) -> ForeignKey:
    named = "the privacy unit " + " or ".join(f'"{schema.tables[unit].qualified}"' for unit in units)
    candidates = [
        key
        for key in table.foreign_keys
        if key.target != table.oid
        and key.target in members
        and _reaches(schema, key.target, units, members, chosen, {table.oid})
    ]
    if not candidates:
        raise PlanRefused(
            f'"{table.qualified}" has no path of foreign keys to {named}',
            hint=f"Make `{table.qualified}` public (with a reason), row_level or excluded in the policy.",
        )
    if len(candidates) > 1:
        first = ", ".join(table.names(candidates[0].columns))
        raise PlanRefused(
            f'"{table.qualified}" has several paths to a privacy unit: {_choices(schema, table, candidates)}',
            hint=f"Declare one in the policy, such as `{table.qualified}: {{owner: [{first}]}}`.",
        )
    return candidates[0]


def _reaches(
    schema: Schema,
    oid: int,
    units: Collection[int],
    members: set[int],
    chosen: Mapping[int, ForeignKey],
    passed: set[int],
) -> bool:
    """Whether keys lead from a table to a unit through private tables, without those already passed."""
    if oid in units:
        return True
    keys = (chosen[oid],) if oid in chosen else schema.tables[oid].foreign_keys
    targets = {key.target for key in keys if key.target in members and key.target not in passed | {oid}}
    return any(_reaches(schema, target, units, members, chosen, passed | {oid}) for target in sorted(targets))


def _choices(schema: Schema, table: Table, keys: Iterable[ForeignKey]) -> str:
    return " or ".join(
        f'({", ".join(table.names(key.columns))}) to "{schema.tables[key.target].qualified}"' for key in keys
    )
