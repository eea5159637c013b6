"""A catalog as a role knows it: what the role may not see is not in it, so no name, type, function or hint can tell of it.

Pure. Refuses to know policies: it is told OIDs. Only the name of a denied relation stays, apart from all others, so that a statement
which names it can be refused as Postgres refuses it, with 42501; design: "a denied relation answers 42501, an absent one 42P01".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from proxy.catalog.model import Catalog

READABLE = "rpvmf"


@dataclass(frozen=True, slots=True)
class Hidden:
    """OIDs that do not exist for a role: relations, their indexes and sequences, their row and array types; and columns."""

    relations: frozenset[int] = frozenset()
    types: frozenset[int] = frozenset()
    columns: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.relations or self.types or self.columns)


def without(catalog: Catalog, hidden: Hidden) -> Catalog:
    """The catalog without what is hidden, indexed anew. A type that a visible column has stays."""
    if not hidden:
        return catalog
    relations = {oid: row for oid, row in catalog.relations.items() if oid not in hidden.relations}
    used = {column.type_oid for row in relations.values() for column in row.columns}
    used |= {catalog.types[oid].element for oid in used}
    gone = hidden.types - used
    return replace(
        catalog,
        relations=relations,
        types={oid: row for oid, row in catalog.types.items() if oid not in gone},
        procs={oid: row for oid, row in catalog.procs.items() if gone.isdisjoint((row.result, *row.args))},
        primary_keys={oid: key for oid, key in catalog.primary_keys.items() if oid in relations},
        denied={
            (row.namespace, row.name): row
            for oid, row in catalog.relations.items()
            if oid in hidden.relations and row.kind in READABLE
        },
        hidden_columns=hidden.columns,
    ).index()
