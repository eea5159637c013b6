"""Catalog functions: pg_get_*def, format_type, visibility, descriptions, sizes; answered from the snapshot in memory.

What a role may not see does not exist for it: every function takes the role's number. Refuses to know SQL. Facts: the release's
catalog and `pgd_def`; src/backend/utils/adt/ruleutils.c for which function answers what.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from proxy.catalog.hiding import Hidden
from proxy.catalog.model import Catalog
from proxy.engine.routines.privileges import Asked, may
from proxy.pgtypes.names import format_type
from proxy.pgtypes.reg_lookup import reg_name, reg_oid

DefinitionKey = tuple[str, int, int, bool]


@dataclass(frozen=True, slots=True)
class RoleKnowledge:
    """The catalog that a role knows and what was taken out of it."""

    catalog: Catalog
    hidden: Hidden


@dataclass
class SystemFunctions:
    """Answers for one release. roles: by role number; the number 0 knows all."""

    catalog: Catalog
    definitions: Mapping[DefinitionKey, str | None]
    descriptions: Mapping[tuple[int, int, int], str]
    sizes: Mapping[int, int]
    roles: dict[int, RoleKnowledge] = field(default_factory=dict)

    def _role(self, number: int) -> RoleKnowledge:
        return self.roles.get(number) or RoleKnowledge(self.catalog, Hidden())

    def definition(self, role: int, kind: str, oid: int, sub: int, pretty: bool) -> str | None:
        """What pg_get_<kind>() answered at build time."""
        hidden = self._role(role).hidden
        if oid in hidden.relations or oid in hidden.objects or oid in hidden.definitions.get(kind, ()):
            return None
        for asked in ((kind, oid, sub, pretty), (kind, oid, sub, not pretty)):
            if asked in self.definitions:
                return self.definitions[asked]
        return None

    def type_name(self, role: int, oid: int, typmod: int | None, path: str) -> str:
        """format_type."""
        return format_type(oid, typmod, self._role(role).catalog, self._path(path))

    def registered(self, role: int, kind: int, oid: int, path: str) -> str:
        """reg*::text."""
        found = reg_name(kind, oid, self._role(role).catalog, self._path(path))
        return found if found is not None else "-" if oid == 0 else str(oid)

    def lookup(self, role: int, kind: int, text: str, path: str) -> int | None:
        """to_regclass, to_regtype, ...: NULL where there is none."""
        from policies.errors import PgError

        try:
            return reg_oid(kind, text, self._role(role).catalog, self._path(path))
        except PgError:
            return None

    def is_visible(self, role: int, kind: str, oid: int, path: str) -> bool | None:
        """pg_table_is_visible and its kin; NULL for an OID that is not there."""
        namespaces, catalog = self._path(path), self._role(role).catalog
        if kind == "table":
            relation = catalog.relations.get(oid)
            if relation is None:
                return None
            found = (catalog.relation_by_name.get((namespace, relation.name)) for namespace in namespaces)
            return next((row.oid == oid for row in found if row is not None), False)
        if kind == "type":
            row = catalog.types.get(oid)
            if row is None or not catalog.knows_type(oid):
                return None
            types = (catalog.type_by_name.get((namespace, row.name)) for namespace in namespaces)
            return next((one.oid == oid for one in types if one is not None), False)
        if kind == "function":
            proc = catalog.procs.get(oid)
            if proc is None:
                return None
            for namespace in namespaces:
                for one in catalog.procs_by_name[proc.name]:
                    if one.namespace == namespace and one.args == proc.args:
                        return one.oid == oid
            return False
        return True

    def description(self, role: int, oid: int, class_oid: int, sub: int) -> str | None:
        """obj_description, col_description; class 0 = any."""
        hidden = self._role(role).hidden
        if any(oid in gone for gone in (hidden.relations, hidden.objects, hidden.types)) or sub in hidden.columns.get(
            oid, ()
        ):
            return None
        if class_oid:
            return self.descriptions.get((oid, class_oid, sub))
        return next((text for (one, _, number), text in self.descriptions.items() if (one, number) == (oid, sub)), None)

    def size(self, role: int, oid: int) -> int | None:
        """pg_relation_size and its kin: the replica's pages."""
        if oid not in self._role(role).catalog.relations:
            return None
        return self.sizes.get(oid, 0) * 8192

    def may(self, role: int, asked: str, what: str, column: str, wanted: str, path: str) -> bool | None:
        """has_*_privilege."""
        return may(self._role(role).catalog, Asked.read(asked), what, column, wanted, self._path(path))

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
