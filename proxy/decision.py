"""An analysed statement → what the policy says of it: decided on what it touches, then on the shape in which it does.

The seam between `policies`, which knows names, and `sql`, which knows OIDs and trees. Refuses to know sessions and the clock. A pure
function of its arguments, the same for a client's statement, `explain` and a policy's own tests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date

from policies.decide import SYSTEM_SCHEMAS, Access, Decision, Effect, RolePolicy, decide
from policies.errors import PolicyDenied
from proxy.catalog.model import Catalog
from proxy.sql import ir
from proxy.sql.shape import Hidden, aggregates_only, keep_small_groups_out
from proxy.sql.temporary import own_namespaces

_KINDS = {"v": "view", "m": "materialized view", "S": "sequence", "p": "table", "f": "foreign table"}


@dataclass(frozen=True, slots=True)
class Judged:
    """A decision, what was touched, and the statement as it may run."""

    decision: Decision
    access: Access
    analysed: ir.Analysed


def judge(
    catalog: Catalog, policy: RolePolicy, analysed: ir.Analysed, today: date, granted: Mapping[int, frozenset[int]]
) -> Judged:
    """granted: columns the role may read, by relation."""
    access = access_of(catalog, analysed, today)
    decision = decide(policy, access)
    if decision.effect is Effect.DENY or not decision.min_groups:
        return Judged(decision, access, analysed)
    least = {oid: rows for oid in analysed.relations if (rows := decision.min_groups.get(governed_by(catalog, oid)))}
    keys = {oid: key for oid in least if (key := catalog.primary_keys.get(oid, ())) and granted[oid].issuperset(key)}
    try:
        query = keep_small_groups_out(catalog, analysed.query, least, keys)
        write = analysed.write
        if write is not None and write.returning is not None:
            write = replace(write, returning=keep_small_groups_out(catalog, write.returning, least, keys))
    except Hidden as hidden:
        name = governed_by(catalog, hidden.relation)
        why = f"groups of {name} must hold at least {least[hidden.relation]} rows, and {hidden.why}"
        refused = Decision(Effect.DENY, decision.rules, why, hidden.remedy, name)
        return Judged(refused, access, analysed)
    return Judged(decision, access, replace(analysed, query=query, write=write))


def access_of(catalog: Catalog, analysed: ir.Analysed, today: date) -> Access:
    """What a statement touches, in the words of policies."""
    # Rows of a session's temporary tables, staged ones too, are results that were judged already.
    system = frozenset(catalog.namespace_by_name[name] for name in SYSTEM_SCHEMAS) | own_namespaces(catalog)
    views = {governed_by(catalog, view): _named(catalog, inside) for view, inside in analysed.views.items()}
    queries = [analysed.query]
    if analysed.write is not None and analysed.write.returning is not None:
        queries.append(analysed.write.returning)
    shape = all(aggregates_only(catalog, query, system) for query in queries)
    return Access(_named(catalog, analysed.access), today, shape, views)


def qualified(catalog: Catalog, oid: int) -> str:
    """schema.name, as policies name relations."""
    relation = catalog.relations[oid]
    return f"{catalog.namespaces[relation.namespace]}.{relation.name}"


def governed_by(catalog: Catalog, oid: int) -> str:
    """The name under which a policy speaks of a relation: of a partition, its root's."""
    return qualified(catalog, catalog.partition_roots.get(oid, oid))


def denied(catalog: Catalog, decision: Decision) -> PolicyDenied:
    """The refusal in Postgres' words. Columns that the statement touched by `*` stay unnamed: some may not exist for the role."""
    schema, _, name = decision.relation.rpartition(".")
    relation = catalog.relation_by_name.get((catalog.namespace_by_name.get(schema, 0), name))
    return PolicyDenied(
        f"permission denied for {_KINDS.get(relation.kind, 'table') if relation else 'table'} {name}",
        detail=decision.reason, hint=decision.advice, rules=decision.rules, relation=decision.relation,
    )  # fmt: skip


def refusal(catalog: Catalog, analysed: ir.Analysed, decision: Decision, role: str) -> PolicyDenied:
    """The refusal of a statement in words that name only what it names: not what stands behind a view, nor a partition's root."""
    touching = sorted(oid for oid in analysed.access if decision.relation in _read_through(catalog, analysed, oid))
    asked = next((oid for oid in touching if governed_by(catalog, oid) == decision.relation), touching[0])
    shown = replace(decision, relation=qualified(catalog, asked))
    if asked in analysed.views:
        name = catalog.relations[asked].name
        shown = replace(shown, reason=f"{role} may not read all that view {name} reads")
    error = denied(catalog, shown)
    error.relation = decision.relation
    return error


def _read_through(catalog: Catalog, analysed: ir.Analysed, oid: int) -> set[str]:
    """Names of a relation and of what it reads, views of views included."""
    waiting, seen = [oid], set()
    while waiting:
        if (one := waiting.pop()) not in seen:
            seen.add(one)
            waiting += analysed.views.get(one, ())
    return {governed_by(catalog, one) for one in seen}


def _named(catalog: Catalog, access: Mapping[int, frozenset[int]]) -> dict[str, frozenset[str]]:
    """Names of what is touched. A partition has its root's column names, under numbers of its own."""
    found: dict[str, frozenset[str]] = {}
    for oid, attnums in access.items():
        names = frozenset(column.name for column in catalog.relations[oid].columns if column.attnum in attnums)
        found[governed_by(catalog, oid)] = found.get(governed_by(catalog, oid), frozenset()) | names
    return found


def judge_or_refusal(judged: Callable[[], Judged]) -> tuple[Decision, tuple[str, ...]]:
    """(decision, relations) of a statement; one that names a hidden relation is refused before all it touches is known."""
    try:
        found = judged()
    except PolicyDenied as error:
        return Decision(Effect.DENY, error.rules, error.detail, error.hint, error.relation), (error.relation,)
    return found.decision, tuple(sorted({*found.access.relations, *found.access.views}))
