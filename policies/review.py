"""What must hold between the objects of one policy, and what a reviewer should look at twice.

A problem refuses the file; a warning is for `check` to print. Each starts with file:line:column. Refuses to know the source: names
are held against the policy itself, which must name every table and every column of a private one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations

from policies.model import Forbid, Grant, Policy, PrivacyPolicy
from policies.patterns import can_name_column_of, names_column, names_table
from policies.yaml_source import Located

EVERY_COLUMN = "*"


def problems(policy: Policy, source: Located) -> Iterator[str]:
    """Why the policy is refused."""
    yield from _privacy(policy, source)
    for name in policy.tables:
        if name.count(".") < 1:
            yield f'{source.at(("tables", name))}: table "{name}" needs its schema, such as public.{name}'
    for role in policy.roles:
        yield from _role(policy, source, role)
    for index, forbid in enumerate(policy.forbid):
        yield from _forbid(policy, source, index, forbid)
    for index, test in enumerate(policy.tests):
        if test.role not in policy.roles:
            yield f'{source.at(("tests", index, "role"))}: no role "{test.role}"'


def warnings(policy: Policy, source: Located) -> Iterator[str]:
    """Where the policy does less than a reader may think."""
    for role in policy.roles:
        for index, grant in enumerate(policy.roles[role].grants):
            for problem in _patterns(policy, source, ("roles", role, "grants", index), grant.tables):
                yield f"{problem}: it grants views of that name, or nothing"
        for first, second in combinations(policy.grants_of(role), 2):
            if (first[2].rows is None) == (second[2].rows is None):
                continue
            owner, index, _ = first if second[2].rows is None else second
            for table in _shared(policy, first[2], second[2]):
                yield (
                    f"{source.at(('roles', owner, 'grants', index))}: the row filter hides nothing of {table} from "
                    f'"{role}": another grant gives all rows; `restrict` narrows every grant'
                )


def _privacy(policy: Policy, source: Located) -> Iterator[str]:
    if policy.privacy.unit in policy.privacy.other_units:
        yield f'{source.at(("privacy", "other_units"))}: "{policy.privacy.unit}" is the unit already'
    for privacy in policy.privacy.units:
        yield from _unit(policy, source, privacy)


def _unit(policy: Policy, source: Located, privacy: PrivacyPolicy) -> Iterator[str]:
    """One unit's table and budgets."""
    first = privacy.unit == policy.privacy.unit
    place: tuple[str, ...] = ("privacy",) if first else ("privacy", "other_units", privacy.unit)
    if privacy.unit not in policy.tables:
        named = (*place, "unit") if first else place
        yield f'{source.at(named)}: unit table "{privacy.unit}" has no entry under tables'
    elif (unit := policy.tables[privacy.unit]).public or unit.exclude or unit.row_level or unit.owner:
        yield f"{source.at(('tables', privacy.unit))}: the unit table is private and owns itself"
    if privacy.release.epsilon > privacy.budget.epsilon:
        yield f"{source.at((*place, 'release'))}: one release takes more epsilon than the whole window has"
    if privacy.release_delta > privacy.budget.delta:
        yield f"{source.at((*place, 'release'))}: one release takes more delta than the whole window has"
    if privacy.budget.epsilon > privacy.lifetime.epsilon:
        yield f"{source.at((*place, 'budget'))}: the window has more epsilon than the lifetime"


def _role(policy: Policy, source: Located, role: str) -> Iterator[str]:
    for parent in policy.roles[role].inherits:
        if parent not in policy.roles:
            yield f'{source.at(("roles", role, "inherits"))}: no role "{parent}"'
        elif parent == role or role in policy.ancestors(parent):
            yield f'{source.at(("roles", role, "inherits"))}: role "{role}" inherits from itself'
    for index, grant in enumerate(policy.roles[role].grants):
        if grant.columns is not None:
            side = "allow" if grant.columns.allow is not None else "deny"
            listed = grant.columns.allow or grant.columns.deny or ()
            place = ("roles", role, "grants", index, "columns", side)
            yield from _columns(policy, source, place, grant.tables, listed)
    for index, restriction in enumerate(policy.roles[role].restrict):
        yield from _patterns(policy, source, ("roles", role, "restrict", index), restriction.tables)
    yield from _mixed_grants(policy, source, role)


def _forbid(policy: Policy, source: Located, index: int, forbid: Forbid) -> Iterator[str]:
    for role in forbid.roles:
        if role != "*" and role not in policy.roles:
            yield f'{source.at(("forbid", index, "roles"))}: no role "{role}"'
    yield from _patterns(policy, source, ("forbid", index), forbid.tables)
    yield from _columns(policy, source, ("forbid", index, "columns"), forbid.tables, forbid.columns or ())


def _patterns(policy: Policy, source: Located, path: tuple[str | int, ...], patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        if not any(names_table((pattern,), table) for table in policy.tables):
            yield f'{source.at((*path, "tables"))}: "{pattern}" matches no table of the policy'


def _columns(
    policy: Policy, source: Located, path: tuple[str | int, ...], patterns: Iterable[str], listed: Iterable[str]
) -> Iterator[str]:
    """A misspelt column of a `deny` or `forbid` would silently protect nothing."""
    tables = [table for table in policy.tables if names_table(patterns, table)]
    for place, name in enumerate(listed):
        if not any(_may_have(policy, table, name) for table in tables):
            yield f'{source.at((*path, place))}: "{name}" matches no column of {", ".join(tables) or "any table"}'


def _may_have(policy: Policy, table: str, pattern: str) -> bool:
    """Whether a column pattern can match in a table. Columns of a public table are not listed, so any may exist."""
    if not can_name_column_of(pattern, table):
        return False
    columns = policy.tables[table].columns
    if policy.tables[table].public or EVERY_COLUMN in columns:
        return True
    return any(names_column((pattern,), table, column) for column in columns)


def _mixed_grants(policy: Policy, source: Located, role: str) -> Iterator[str]:
    """Two grants that differ in rows must be the same in all else: together they are served as one view of one filter."""
    for (_, _, first), (owner, index, second) in combinations(policy.grants_of(role), 2):
        if first.definer != second.definer:
            for table in _shared(policy, first, second)[:1]:
                yield (
                    f'{source.at(("roles", owner, "grants", index))}: two grants of "{role}" on {table} differ in `definer`; '
                    "a view is read with one set of rights"
                )
        if first.rows == second.rows:
            continue
        for table in _shared(policy, first, second):
            if what := _differing(first, second, table):
                yield (
                    f'{source.at(("roles", owner, "grants", index))}: two grants of "{role}" on {table} differ in rows and '
                    f"in {what}; they are served as one view, which has one filter"
                )
                break


def _differing(first: Grant, second: Grant, table: str) -> str:
    if _columns_of(first, table) != _columns_of(second, table):
        return "columns"
    if (first.aggregates_only, first.min_group) != (second.aggregates_only, second.min_group):
        return "aggregates_only or min_group"
    return "expires" if first.expires != second.expires else ""


def _columns_of(grant: Grant, table: str) -> tuple[str, frozenset[str]]:
    """The side and the patterns that can matter in one table; ('deny', {}) is every column."""
    if grant.columns is None:
        return "deny", frozenset()
    side, listed = ("allow", grant.columns.allow) if grant.columns.allow is not None else ("deny", grant.columns.deny)
    return side, frozenset(name for name in listed or () if can_name_column_of(name, table))


def _shared(policy: Policy, first: Grant, second: Grant) -> list[str]:
    return [table for table in policy.tables if names_table(first.tables, table) and names_table(second.tables, table)]
