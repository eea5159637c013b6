"""has_*_privilege: what a role may do, by what it knows. It may read what it sees, and write nothing.

Answers from a role's own catalog, so that what is hidden is as absent here as anywhere: a name that is not there is an error, an OID
NULL. Refuses to know policies. Facts: src/backend/utils/adt/acl.c for words, forms and errors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from policies.errors import PgError
from proxy.catalog.model import Catalog, RelationRow
from proxy.engine.routines.errors import PgDomainError
from proxy.pgtypes.reg_lookup import REGCLASS, REGNAMESPACE, REGPROCEDURE, REGTYPE, reg_oid

Path = tuple[int, ...]
_COLUMN_WORDS = {"select": True, "insert": False, "update": False, "references": False}
# kind of object -> privilege -> whether a role has it on what it sees
WORDS: Mapping[str, Mapping[str, bool]] = {
    "table": {**_COLUMN_WORDS, "delete": False, "truncate": False, "trigger": False, "maintain": False},
    "column": _COLUMN_WORDS,
    "any_column": _COLUMN_WORDS,
    "sequence": {"usage": True, "select": True, "update": False},
    "function": {"execute": True},
    "type": {"usage": True},
    "schema": {"usage": True, "create": False},
    "database": {"connect": True, "temp": True, "temporary": True, "create": False},
    "language": {"usage": True},
    "tablespace": {"create": False},
    "foreign_data_wrapper": {"usage": False},
    "server": {"usage": False},
    "parameter": {"set": True, "alter system": False},
}
_REGISTERED = {
    "table": REGCLASS, "column": REGCLASS, "any_column": REGCLASS, "sequence": REGCLASS, "function": REGPROCEDURE, "type": REGTYPE,
    "schema": REGNAMESPACE,
}  # fmt: skip
_GRANT_OPTION = " with grant option"
_SYSTEM_COLUMNS = ("tableoid", "ctid", "xmin", "cmin", "xmax", "cmax")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a call asks about. kind: of the object; by_oid, by_number: how the object and its column are given."""

    kind: str
    by_oid: bool
    by_number: bool

    @property
    def text(self) -> str:
        """As one word of SQL; `read` is its inverse."""
        return f"{self.kind}/{'oid' if self.by_oid else 'name'}/{'number' if self.by_number else 'name'}"

    @staticmethod
    def read(text: str) -> Asked:
        """The inverse of `text`."""
        kind, given, column = text.split("/")
        return Asked(kind, given == "oid", column == "number")


def may(catalog: Catalog, asked: Asked, what: str, column: str, wanted: str, path: Path) -> bool | None:
    """Whether the role that knows this catalog has one of the privileges `wanted`. column: '' where none is asked about.

    None for an OID or a column number that is not there. Raises PgDomainError for names that are not, and for unknown words.
    """
    words = WORDS[asked.kind]
    if asked.kind not in _REGISTERED:
        return _has(words, wanted)
    oid = int(what) if asked.by_oid else _looked_up(catalog, asked.kind, what, path)
    has = _has(words, wanted)
    relation = catalog.relations.get(oid)
    if _REGISTERED[asked.kind] != REGCLASS:
        return has if _is_known(catalog, asked.kind, oid) else None
    if relation is None:
        return None
    if asked.kind == "sequence" and relation.kind != "S":
        raise PgDomainError("42809", f'"{relation.name}" is not a sequence')
    if asked.kind == "column" and not _has_column(relation, asked, column):
        return None
    return has and (asked.kind != "table" or not catalog.hidden_columns.get(oid))


def _looked_up(catalog: Catalog, kind: str, name: str, path: Path) -> int:
    try:
        return reg_oid(_REGISTERED[kind], name, catalog, path)
    except PgError as error:
        raise PgDomainError(error.sqlstate, error.message) from error


def _is_known(catalog: Catalog, kind: str, oid: int) -> bool:
    if kind == "type":
        return catalog.knows_type(oid)
    return oid in (catalog.procs if kind == "function" else catalog.namespaces)


def _has_column(relation: RelationRow, asked: Asked, column: str) -> bool:
    if asked.by_number:
        return any(str(row.attnum) == column for row in relation.columns)
    if relation.column(column) is None and column not in _SYSTEM_COLUMNS:
        raise PgDomainError("42703", f'column "{column}" of relation "{relation.name}" does not exist')
    return True


def _has(words: Mapping[str, bool], wanted: str) -> bool:
    """Whether one of the listed privileges is held; a grant option never is."""
    found = False
    for part in wanted.split(","):
        word = part.strip().lower()
        bare = word.removesuffix(_GRANT_OPTION)
        if bare not in words:
            raise PgDomainError("22023", f'unrecognized privilege type: "{part.strip()}"')
        found |= words[bare] and bare == word
    return found
