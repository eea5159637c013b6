"""Catalog functions: pg_get_*def, format_type, visibility, descriptions, sizes; answered from the snapshot in memory.

What a role may not see does not exist for it: every function takes the role's number. Refuses to know SQL. Facts: the release's
catalog and `pgd_def`; src/backend/utils/adt/ruleutils.c for which function answers what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from proxy.catalog.model import Catalog
from proxy.pgtypes.names import format_type
from proxy.pgtypes.reg_lookup import reg_name, reg_oid

DefinitionKey = tuple[str, int, int, bool]


@dataclass
class SystemFunctions:
    """Answers for one release. hidden: role number -> OIDs of relations, constraints and types it must not learn of."""

    catalog: Catalog
    definitions: Mapping[DefinitionKey, str | None]
    descriptions: Mapping[tuple[int, int, int], str]
    sizes: Mapping[int, int]
    hidden: dict[int, frozenset[int]] = field(default_factory=dict)

    def definition(self, role: int, kind: str, oid: int, sub: int, pretty: bool) -> str | None:
        """What pg_get_<kind>() answered at build time."""
        if oid in self.hidden.get(role, ()):
            return None
        for asked in ((kind, oid, sub, pretty), (kind, oid, sub, not pretty)):
            if asked in self.definitions:
                return self.definitions[asked]
        return None

    def type_name(self, oid: int, typmod: int | None, path: str) -> str:
        """format_type."""
        return format_type(oid, typmod, self.catalog, self._path(path))

    def registered(self, kind: int, oid: int, path: str) -> str:
        """reg*::text."""
        found = reg_name(kind, oid, self.catalog, self._path(path))
        return found if found is not None else "-" if oid == 0 else str(oid)

    def lookup(self, kind: int, text: str, path: str) -> int | None:
        """to_regclass, to_regtype, ...: NULL where there is none."""
        from policies.errors import PgError

        try:
            return reg_oid(kind, text, self.catalog, self._path(path))
        except PgError:
            return None

    def is_visible(self, kind: str, oid: int, path: str) -> bool | None:
        """pg_table_is_visible and its kin; NULL for an OID that is not there."""
        namespaces = self._path(path)
        if kind == "table":
            relation = self.catalog.relations.get(oid)
            if relation is None:
                return None
            found = (self.catalog.relation_by_name.get((namespace, relation.name)) for namespace in namespaces)
            return next((row.oid == oid for row in found if row is not None), False)
        if kind == "type":
            row = self.catalog.types.get(oid)
            if row is None:
                return None
            types = (self.catalog.type_by_name.get((namespace, row.name)) for namespace in namespaces)
            return next((one.oid == oid for one in types if one is not None), False)
        if kind == "function":
            proc = self.catalog.procs.get(oid)
            if proc is None:
                return None
            for namespace in namespaces:
                for one in self.catalog.procs_by_name[proc.name]:
                    if one.namespace == namespace and one.args == proc.args:
                        return one.oid == oid
            return False
        return True

    def description(self, role: int, oid: int, class_oid: int, sub: int) -> str | None:
        """obj_description, col_description; class 0 = any."""
        if oid in self.hidden.get(role, ()):
            return None
        if class_oid:
            return self.descriptions.get((oid, class_oid, sub))
        return next((text for (one, _, number), text in self.descriptions.items() if (one, number) == (oid, sub)), None)

    def size(self, role: int, oid: int) -> int | None:
        """pg_relation_size and its kin: the replica's pages."""
        if oid in self.hidden.get(role, ()) or oid not in self.catalog.relations:
            return None
        return self.sizes.get(oid, 0) * 8192

    def user_name(self, oid: int) -> str:
        """pg_get_userbyid."""
        return self.catalog.roles.get(oid, f"unknown (OID={oid})")

    def _path(self, path: str) -> tuple[int, ...]:
        return tuple(int(oid) for oid in path.split(",") if oid)


def pretty_size(size: int) -> str:
    """pg_size_pretty(bigint)."""
    units, number, index = ("bytes", "kB", "MB", "GB", "TB", "PB"), size, 0
    while abs(number) >= 20480 >> (0 if index else 1) and index < 5:
        number = (abs(number) // 1024) * (1 if number > 0 else -1) if index == 0 else number // 1024
        index += 1
    if index:
        number = size
        for _ in range(index - 1):
            number //= 1024
        number = (number + 512) // 1024
    return f"{number} {units[index]}"
