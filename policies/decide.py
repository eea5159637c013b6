"""decide(role, access) → Decision: pure, order-free, deny by default.

Any forbid that matches denies; then every relation needs one unexpired grant that covers all its columns. The clock arrives in
the access. Refuses to know SQL: row filters are opaque text. The order of rules never matters (Cedar's habit).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from policies.load import LoadedPolicy
from policies.model import Forbid, Grant, Quota, Restriction
from policies.patterns import names_column, names_table

SYSTEM_SCHEMAS = ("pg_catalog", "information_schema")
NO_ROWS = "false"


class Effect(StrEnum):
    """What was decided."""

    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Access:
    """What one resolved statement touches: columns of each relation (`schema.table`), wherever they hide.

    An empty set of columns means the relation alone (count(*)). aggregates_only: no output row stands for a single row.
    views: what each view named in `relations`, or reached through one, reads itself. A caller that lists the base columns of
    views among `relations` leaves it empty: then every view has its invoker's rights.
    """

    relations: Mapping[str, frozenset[str]]
    today: date
    aggregates_only: bool = False
    views: Mapping[str, Mapping[str, frozenset[str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Decision:
    """effect, the rules that decided as file:line:column (none = default deny), one sentence, the smallest remedy for whoever owns the
    policy.

    relation: what was refused. min_groups: every group of the answer must hold at least so many rows of that relation.
    """

    effect: Effect
    rules: tuple[str, ...] = ()
    reason: str = ""
    remedy: str = ""
    relation: str = ""
    min_groups: Mapping[str, int] = field(default_factory=dict)

    @property
    def advice(self) -> str:
        """The remedy for whoever asked: without names of columns, of which some may not exist for the role."""
        return (
            self.remedy if self.rules else f"The policy's owner can grant what the statement reads of {self.relation}."
        )


@dataclass(frozen=True, slots=True)
class PlacedGrant:
    """A grant and where it stands."""

    grant: Grant
    place: str

    @property
    def aggregates_only(self) -> bool:
        """Whether it gives no single row."""
        return self.grant.aggregates_only or self.grant.min_group is not None

    def live(self, today: date) -> bool:
        """Whether it holds today; its last day is included."""
        return self.grant.expires is None or today <= self.grant.expires

    def names(self, relation: str) -> bool:
        """Whether one of its patterns names the relation."""
        return names_table(self.grant.tables, relation)

    def covers(self, relation: str, columns: frozenset[str]) -> bool:
        """Whether it allows all these columns of the relation."""
        return self.names(relation) and columns <= self.columns(relation, columns)

    def columns(self, relation: str, columns: frozenset[str]) -> frozenset[str]:
        """Those of `columns` that it allows."""
        rule = self.grant.columns
        if rule is None:
            return columns
        listed = rule.allow if rule.allow is not None else rule.deny or ()
        hit = frozenset(column for column in columns if names_column(listed, relation, column))
        return hit if rule.allow is not None else columns - hit


@dataclass(frozen=True, slots=True)
class RolePolicy:
    """All that the policy says of one role, inheritance flattened."""

    name: str
    grants: tuple[PlacedGrant, ...] = ()
    forbids: tuple[tuple[Forbid, str], ...] = ()
    restrictions: tuple[Restriction, ...] = ()
    quota: Quota = field(default_factory=Quota)

    def live_grants(self, relation: str, today: date) -> list[PlacedGrant]:
        """Unexpired grants that name the relation."""
        return [grant for grant in self.grants if grant.names(relation) and grant.live(today)]


def role_policies(loaded: LoadedPolicy) -> dict[str, RolePolicy]:
    """Every role of the policy."""
    return {name: _role_policy(loaded, name) for name in loaded.policy.roles}


def decide(role: RolePolicy, access: Access) -> Decision:
    """Whether the role may run a statement that touches `access`."""
    for relation, columns in sorted(_reached(access, None).items()):
        if hits := _forbidding(role, relation, columns):
            return Decision(Effect.DENY, hits, f"{relation} is forbidden to {role.name}", relation=relation)
    min_groups, rules = {}, []
    for relation, columns in sorted(_reached(access, role).items()):
        if is_system(relation):
            continue
        fitting = _fitting(role, relation, columns, access)
        if not fitting:
            return _denied(role, relation, columns, access.today)
        least = min(fitting, key=lambda one: (one.grant.min_group or 0, one.place))
        if least.grant.min_group is not None and least.grant.min_group > 1:
            min_groups[relation] = least.grant.min_group
        rules.append(least.place)
    return Decision(Effect.ALLOW, tuple(dict.fromkeys(rules)), "granted", min_groups=min_groups)


def visible(
    role: RolePolicy, relation: str, columns: frozenset[str], today: date, own: str = ""
) -> frozenset[str] | None:
    """The columns of a relation that exist for the role; None: the relation does not. System relations exist for everyone.

    own: of a partition, whose root is `relation`, its own name: a forbid that matches it hides the partition, no grant shows it.
    """
    if is_system(relation):
        return columns
    if _forbidding(role, relation, frozenset()) or (own and _forbidding(role, own, columns)):
        return None
    grants = role.live_grants(relation, today)
    if not grants:
        return None
    seen = frozenset().union(*(one.columns(relation, columns) for one in grants))
    return frozenset(column for column in seen if not _forbidding(role, relation, frozenset({column})))


def row_filter(role: RolePolicy, relation: str, today: date, own: str = "") -> str | None:
    """The SQL condition on the rows a role sees: its grants' OR-ed, its restrictions AND-ed. None: all rows.

    A role that has restrictions alone sees nothing. A condition that is NULL hides its row, as in any WHERE. own: as in `visible`;
    restrictions that match it hold as well.
    """
    if is_system(relation):
        return None
    grants = role.live_grants(relation, today)
    if not grants:
        return NO_ROWS
    parts = []
    if all(one.grant.rows is not None for one in grants):
        parts.append(" OR ".join(f"({rows})" for rows in sorted({one.grant.rows or "" for one in grants})))
    names = [name for name in (relation, own) if name]
    parts += sorted({rule.rows for rule in role.restrictions if any(names_table(rule.tables, name) for name in names)})
    return " AND ".join(f"({part})" for part in parts) or None


def is_system(relation: str) -> bool:
    """Whether it is one of Postgres' own, whose rows are filtered by what the role may see. `a.b`.`c` is none of them."""
    schema, _, name = relation.partition(".")
    return schema in SYSTEM_SCHEMAS and "." not in name


def _reached(access: Access, role: RolePolicy | None) -> dict[str, frozenset[str]]:
    """Relations with columns, views expanded; where a role is given, not through views it has definer's rights to."""
    found: dict[str, frozenset[str]] = {}
    waiting = list(access.relations.items())
    while waiting:
        relation, columns = waiting.pop()
        known = found.get(relation)
        if known is not None and columns <= known:
            continue
        found[relation] = columns = columns | (known or frozenset())
        uses = access.views.get(relation)
        if uses and not (role and any(one.grant.definer for one in _fitting(role, relation, columns, access))):
            waiting += uses.items()
    return found


def _fitting(role: RolePolicy, relation: str, columns: frozenset[str], access: Access) -> list[PlacedGrant]:
    """Grants that allow these columns in the statement's shape."""
    covering = [one for one in role.live_grants(relation, access.today) if one.covers(relation, columns)]
    return [one for one in covering if access.aggregates_only or not one.aggregates_only]


def _forbidding(role: RolePolicy, relation: str, columns: frozenset[str]) -> tuple[str, ...]:
    """Places of the forbids that hit."""
    if is_system(relation):
        return ()
    return tuple(place for forbid, place in role.forbids if _hits(forbid, relation, columns))


def _hits(forbid: Forbid, relation: str, columns: frozenset[str]) -> bool:
    if not names_table(forbid.tables, relation):
        return False
    return forbid.columns is None or any(names_column(forbid.columns, relation, column) for column in columns)


def _denied(role: RolePolicy, relation: str, columns: frozenset[str], today: date) -> Decision:
    live = role.live_grants(relation, today)
    if covering := [one for one in live if one.covers(relation, columns)]:
        return Decision(
            Effect.DENY,
            tuple(one.place for one in covering),
            f"{role.name} may read aggregates of {relation} only",
            "Ask for count, sum, avg and the like, without plain columns outside GROUP BY.",
            relation,
        )
    if expired := [one for one in role.grants if one not in live and one.covers(relation, columns)]:
        last = max(one.grant.expires for one in expired if one.grant.expires is not None)
        return Decision(
            Effect.DENY,
            tuple(one.place for one in expired),
            f"the grant of {role.name} on {relation} expired after {last.isoformat()}",
            "Ask the policy's owner for a later `expires`.",
            relation,
        )
    allow = f", columns: {{allow: [{', '.join(sorted(columns))}]}}" if columns else ""
    return Decision(
        Effect.DENY,
        (),
        f"no grant of {role.name} covers {relation}",
        f"The smallest grant that would allow it: {{tables: [{relation}]{allow}}}.",
        relation,
    )


def _role_policy(loaded: LoadedPolicy, name: str) -> RolePolicy:
    policy = loaded.policy
    grants = tuple(
        PlacedGrant(grant, loaded.at("roles", owner, "grants", index)) for owner, index, grant in policy.grants_of(name)
    )
    line = (name, *policy.ancestors(name))
    forbids = tuple(
        (forbid, loaded.at("forbid", index))
        for index, forbid in enumerate(policy.forbid)
        if "*" in forbid.roles or not set(line).isdisjoint(forbid.roles)
    )
    family = [policy.roles[each] for each in line]
    restrictions = tuple(rule for member in family for rule in member.restrict)
    quota = _quota([member.quota for member in family])
    return RolePolicy(name, grants, forbids, restrictions, quota)


def _quota(quotas: list[Quota]) -> Quota:
    """The strictest of every limit: who inherits a role inherits its limits."""
    strictest = {
        name: min((value for each in quotas if (value := getattr(each, name)) is not None), default=None)
        for name in Quota.model_fields
    }
    return Quota.model_validate(strictest)
