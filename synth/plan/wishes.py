"""The policy's tables matched with the source's, both ways: the drift gate.

A table or column of the source that the policy does not name is refused, and so is a name that the source lacks.
Refuses to know domains and budgets. `"*"` among a table's columns names every column not named otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from policies.model import ColumnPolicy, Policy, TablePolicy
from synth.plan.columns import Wish
from synth.plan.model import PlanRefused
from synth.release.manifest import TableKind
from synth.source.schema import Schema, Table

EVERY = "*"
UNIT = ("privacy", "unit")
OTHERS = ("privacy", "other_units")


def table_kinds(policy: Policy, schema: Schema) -> dict[int, TableKind]:
    """What the policy says of every table. Raises PlanRefused, naming all, where one side has what the other lacks."""
    names = {table.qualified: table for table in schema.tables.values()}
    units = {policy.privacy.unit: UNIT, **{unit: (*OTHERS, unit) for unit in policy.privacy.other_units}}
    for unit, path in units.items():
        if unit not in names:
            raise PlanRefused(f'the source has no table "{unit}", the privacy unit', hint=_near(unit, names), path=path)
    absent = sorted(set(policy.tables) - set(names))
    if partition := next((name for name in absent if schema.root_of(name)), None):
        root = schema.root_of(partition)
        raise PlanRefused(
            f'the policy names "{partition}", which is a partition',
            hint=f'A partition follows its root; say it of "{root.qualified if root else partition}".',
            path=("tables", partition),
        )
    if absent:
        raise PlanRefused(
            f"the policy names {_listed(absent)}, which the source does not have",
            hint=_near(absent[0], names),
            path=("tables", absent[0]),
        )
    if unnamed := sorted(set(names) - set(policy.tables)):
        raise PlanRefused(
            f"the source has {_listed(unnamed)}, which the policy does not name",
            hint=f"Write what becomes of it, such as `{unnamed[0]}: {{exclude: true}}`.",
            path=("tables",),
        )
    kinds = {table.oid: _kind(policy.tables[name]) for name, table in names.items()}
    for unit, path in units.items():
        if (kind := kinds[names[unit].oid]) is not TableKind.PRIVATE:
            raise PlanRefused(f'the privacy unit "{unit}" cannot be {kind.value}', path=path)
    _refuse_keys(schema, kinds)
    return kinds


def column_wishes(policy: TablePolicy, table: Table) -> dict[int, Wish]:
    """What the policy says of every column of a private table, by attnum."""
    names = {column.name: column.attnum for column in table.columns}
    given = policy.columns
    if absent := sorted(set(given) - set(names) - {EVERY}):
        raise PlanRefused(
            f"the policy names {_listed(f'{table.qualified}.{name}' for name in absent)}: the source has none such",
            hint=_near(absent[0], names),
            path=("tables", table.qualified, "columns", absent[0]),
        )
    unnamed = [] if EVERY in given else [name for name in names if name not in given]
    if unnamed:
        raise PlanRefused(
            f"the policy does not name {_listed(f'{table.qualified}.{name}' for name in unnamed)} of the source",
            hint=f"Write what becomes of it, such as `{unnamed[0]}: auto`, `null` or `{{as: text}}`.",
        )
    return {attnum: _wish(given.get(name, given.get(EVERY, ColumnPolicy()))) for name, attnum in names.items()}


def _wish(policy: ColumnPolicy) -> Wish:
    return Wish(
        kind=policy.as_,
        text=policy.format or policy.value or "",
        bounds=policy.bounds,
        step=policy.step or "",
        values=policy.values,
        max_values=policy.discover.max_values if policy.discover else 0,
    )


def _kind(policy: TablePolicy) -> TableKind:
    if policy.public:
        return TableKind.PUBLIC
    if policy.exclude:
        return TableKind.EXCLUDED
    return TableKind.ROW_LEVEL if policy.row_level else TableKind.PRIVATE


def _refuse_keys(schema: Schema, kinds: Mapping[int, TableKind]) -> None:
    """A row of a public table that points at a private one tells of the private one; and no key into a single partition would hold."""
    for table in schema.tables.values():
        if kinds[table.oid] is TableKind.EXCLUDED:
            continue
        for key in table.foreign_keys:
            if key.target not in kinds:
                raise PlanRefused(
                    f'"{table.qualified}" has a foreign key ({", ".join(table.names(key.columns))}) to a partition',
                    hint=f"Let the key refer to the partitioned table, or exclude `{table.qualified}`.",
                    path=("tables", table.qualified),
                )
            if kinds[table.oid] is TableKind.PUBLIC and kinds[key.target] in (TableKind.PRIVATE, TableKind.ROW_LEVEL):
                target = schema.tables[key.target].qualified
                raise PlanRefused(
                    f'public table "{table.qualified}" has a foreign key ({", ".join(table.names(key.columns))}) '
                    f'into private "{target}"',
                    hint=f"Make `{table.qualified}` private or excluded, or `{target}` public.",
                    path=("tables", table.qualified),
                )


def _listed(names: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


def _near(name: str, names: Iterable[str]) -> str:
    close = get_close_matches(name, list(names), n=1)
    return f'Did you mean "{close[0]}"?' if close else "Names are `schema.table`, in the catalog's own letters."
