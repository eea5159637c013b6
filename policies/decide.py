"""decide(role, access) → Decision: pure, order-free, deny by default.

Any forbid that matches denies; then every relation needs one unexpired grant that covers all its columns. The clock arrives in
the access. Refuses to know SQL: row filters are opaque text. The order of rules never matters (Cedar's habit).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from policies.load import LoadedPolicy, flattened, matches
from policies.model import Forbid, Grant, Quota, Restriction

SYSTEM_SCHEMAS = ("pg_catalog", "information_schema")


class Effect(StrEnum):
    """What was decided."""

    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Access:
    """What one resolved statement touches: columns of each relation (`schema.table`), wherever they hide.

    An empty set of columns means the relation alone (count(*)). aggregates_only: every output row is an aggregate.
    """

    relations: Mapping[str, frozenset[str]]
    today: date
    aggregates_only: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """effect, the rules that decided as file:line:column (none = default deny), one sentence, the smallest remedy.

    relation: what was refused. min_group: every group of the answer must hold at least so many rows.
    """

    effect: Effect
    rules: tuple[str, ...] = ()
    reason: str = ""
    remedy: str = ""
    relation: str = ""
    min_group: int = 0


@dataclass(frozen=True, slots=True)
class PlacedGrant:
    """A grant and where it stands."""

    grant: Grant
    place: str

    def covers(self, relation: str, columns: frozenset[str], today: date) -> bool:
        """Whether it allows these columns of the relation today."""
        if self.grant.expires is not None and today > self.grant.expires:
            return False
        return self.names(relation) and columns <= self.columns(relation, columns)

    def names(self, relation: str) -> bool:
        """Whether one of its patterns names the relation."""
        return any(matches(pattern, relation) for pattern in self.grant.tables)

    def columns(self, relation: str, columns: frozenset[str]) -> frozenset[str]:
        """Those of `columns` that it allows."""
        rule = self.grant.columns
        if rule is None:
            return columns
        listed = rule.allow if rule.allow is not None else rule.deny or ()
        hit = frozenset(column for column in columns if _listed(relation, column, listed))
        return hit if rule.allow is not None else columns - hit


@dataclass(frozen=True, slots=True)
class RolePolicy:
    """All that the policy says of one role, inheritance flattened."""

    name: str
    grants: tuple[PlacedGrant, ...] = ()
    forbids: tuple[tuple[Forbid, str], ...] = ()
    restrictions: tuple[Restriction, ...] = ()
    quota: Quota = field(default_factory=Quota)
    exposure_epsilon: float | None = None


def role_policies(loaded: LoadedPolicy) -> dict[str, RolePolicy]:
    """Every role of the policy."""
    return {name: _role_policy(loaded, name) for name in loaded.policy.roles}


def decide(role: RolePolicy, access: Access) -> Decision:
    """Whether the role may run a statement that touches `access`."""
    min_group, rules = 0, []
    for relation, columns in sorted(access.relations.items()):
        if relation.split(".", 1)[0] in SYSTEM_SCHEMAS:
            continue
        if hits := [place for forbid, place in role.forbids if _forbids(forbid, relation, columns)]:
            return Decision(Effect.DENY, tuple(hits), f"{relation} is forbidden to {role.name}", relation=relation)
        covering = [grant for grant in role.grants if grant.covers(relation, columns, access.today)]
        fitting = [one for one in covering if access.aggregates_only or not _aggregates(one.grant)]
        if not fitting:
            return _denied(role, relation, columns, covering)
        least = min(fitting, key=lambda one: one.grant.min_group or 0)
        min_group = max(min_group, least.grant.min_group or 0)
        rules.append(least.place)
    return Decision(Effect.ALLOW, tuple(dict.fromkeys(rules)), "granted", min_group=min_group)


def visible(role: RolePolicy, relation: str, columns: frozenset[str], today: date) -> frozenset[str] | None:
    """The columns of a relation that exist for the role; None: the relation does not."""
    if any(_forbids(forbid, relation, frozenset()) for forbid, _ in role.forbids if forbid.columns is None):
        return None
    grants = [
        one for one in role.grants if one.names(relation) and (not one.grant.expires or today <= one.grant.expires)
    ]
    if not grants:
        return None
    seen = frozenset().union(*(one.columns(relation, columns) for one in grants))
    return seen - {
        column for column in columns if any(_forbids(f, relation, frozenset({column})) for f, _ in role.forbids)
    }


def row_filter(role: RolePolicy, relation: str, today: date) -> str | None:
    """The SQL condition on the rows a role sees: its grants' OR-ed, its restrictions AND-ed; None: all rows."""
    grants = [
        one.grant
        for one in role.grants
        if one.names(relation) and (not one.grant.expires or today <= one.grant.expires)
    ]
    parts = []
    if grants and all(grant.rows is not None for grant in grants):
        parts.append(" OR ".join(f"({rows})" for rows in sorted({grant.rows or "" for grant in grants})))
    for restriction in role.restrictions:
        if any(matches(pattern, relation) for pattern in restriction.tables):
            parts.append(restriction.rows)
    return " AND ".join(f"({part})" for part in parts) or None


def _role_policy(loaded: LoadedPolicy, name: str) -> RolePolicy:
    policy, role = loaded.policy, loaded.policy.roles[name]
    grants = tuple(
        PlacedGrant(grant, loaded.at("roles", owner, "grants", index))
        for owner, index, grant in flattened(policy, name)
    )
    forbids = tuple(
        (forbid, loaded.at("forbid", index))
        for index, forbid in enumerate(policy.forbid)
        if "*" in forbid.roles or name in forbid.roles
    )
    restrictions = role.restrict + tuple(
        r for parent in _ancestors(loaded, name) for r in policy.roles[parent].restrict
    )
    epsilon = role.exposure.epsilon if role.exposure else None
    return RolePolicy(name, grants, forbids, restrictions, role.quota, epsilon)


def _ancestors(loaded: LoadedPolicy, name: str) -> list[str]:
    found: list[str] = []
    for parent in loaded.policy.roles[name].inherits:
        found += [parent, *_ancestors(loaded, parent)]
    return list(dict.fromkeys(found))


def _aggregates(grant: Grant) -> bool:
    return grant.aggregates_only or grant.min_group is not None


def _forbids(forbid: Forbid, relation: str, columns: frozenset[str]) -> bool:
    if not any(matches(pattern, relation) for pattern in forbid.tables):
        return False
    return forbid.columns is None or any(_listed(relation, column, forbid.columns) for column in columns)


def _listed(relation: str, column: str, listed: tuple[str, ...]) -> bool:
    return any(matches(pattern, column) or matches(pattern, f"{relation}.{column}") for pattern in listed)


def _denied(role: RolePolicy, relation: str, columns: frozenset[str], covering: list[PlacedGrant]) -> Decision:
    if covering:
        return Decision(
            Effect.DENY,
            tuple(one.place for one in covering),
            f"{role.name} may read aggregates of {relation} only",
            "Ask for count, sum, avg and the like, without plain columns outside GROUP BY.",
            relation,
        )
    named = [one for one in role.grants if one.names(relation)]
    missing = columns - frozenset().union(*(one.columns(relation, columns) for one in named)) if named else columns
    listed = f", columns: {{allow: [{', '.join(sorted(missing))}]}}" if named and missing else ""
    return Decision(
        Effect.DENY,
        (),
        f"no grant of {role.name} covers {relation}",
        f"The smallest grant that would allow it: {{tables: [{relation}]{listed}}}.",
        relation,
    )
