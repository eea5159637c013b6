"""A catalog as a role knows it: what the role may not see is not in it, so no name, type, function or hint can tell of it.

Pure. Refuses to know policies: it is told OIDs. Only the name of a denied relation stays, apart from all others, so that a statement
which reads from it can be refused as Postgres refuses it, with 42501 (design: "a denied relation answers 42501, an absent one
42P01"). Everywhere else a denied name answers as one that is not there (`'x'::regclass` is 42P01, to_regclass NULL, an OID prints as
its number): that is what Postgres says of an unknown one, it agrees with the rows of pg_class, and FROM tells no more than a guess
of the exact name, which it confirms.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from proxy.catalog.model import Catalog, RelationRow

READABLE = "rpvmf"
GRANTED = READABLE + "S"  # kinds of relations that a policy's patterns name


@dataclass(frozen=True, slots=True)
class Hidden:
    """OIDs that do not exist for a role: relations, their indexes and sequences; row types and what is built on them; columns.

    objects: constraints, defaults, triggers, functions, rules and all else that mentions them.
    """

    relations: frozenset[int] = frozenset()
    types: frozenset[int] = frozenset()
    objects: frozenset[int] = frozenset()
    columns: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.relations or self.types or self.columns)


def without(catalog: Catalog, hidden: Hidden) -> Catalog:
    """The catalog without what is hidden, indexed anew; `full` leads back. Types stay by OID, since a view may compute with them,
    and have no name."""
    if not hidden:
        return catalog
    kept = {oid: row for oid, row in catalog.relations.items() if oid not in hidden.relations}
    return replace(
        catalog,
        relations={oid: _without_columns(row, hidden.columns.get(oid, frozenset())) for oid, row in kept.items()},
        procs={oid: row for oid, row in catalog.procs.items() if oid not in hidden.objects},
        operators={oid: row for oid, row in catalog.operators.items() if oid not in hidden.objects},
        casts={pair: row for pair, row in catalog.casts.items() if hidden.types.isdisjoint(pair)},
        primary_keys={
            oid: key
            for oid, key in catalog.primary_keys.items()
            if oid in kept and not hidden.columns.get(oid, frozenset()) & {*key}
        },
        partition_roots={oid: root for oid, root in catalog.partition_roots.items() if oid in kept},
        denied={
            (row.namespace, row.name): row
            for oid, row in catalog.relations.items()
            if oid in hidden.relations and row.kind in READABLE
        },
        hidden_columns=hidden.columns,
        hidden_types=hidden.types,
        full=catalog,
    ).index()


def _without_columns(row: RelationRow, hidden: frozenset[int]) -> RelationRow:
    if not hidden:
        return row
    return replace(row, columns=tuple(column for column in row.columns if column.attnum not in hidden))
