"""has_*_privilege: which of the privileges that a call lists a role has on what it sees. It may read, and write nothing.

Holds the words and what they mean for a reader; refuses to know objects, which the SQL around looks up in the role's own catalog.
Facts: src/backend/utils/adt/acl.c.
"""

from __future__ import annotations

from collections.abc import Mapping

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.udf import function

_COLUMN = {"select": True, "insert": False, "update": False, "references": False}
# kind of object -> privilege -> whether a role has it on what it sees
WORDS: Mapping[str, Mapping[str, bool]] = {
    "table": {**_COLUMN, "delete": False, "truncate": False, "trigger": False, "maintain": False},
    "column": _COLUMN,
    "any_column": _COLUMN,
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
_GRANT_OPTION = " with grant option"


@function("VARCHAR VARCHAR", "BOOLEAN")
def privilege(kind: str, wanted: str) -> bool:
    """Whether one of the listed privileges is held; a grant option never is."""
    words, found = WORDS[kind], False
    for part in wanted.split(","):
        word = part.strip().lower()
        bare = word.removesuffix(_GRANT_OPTION)
        if bare not in words:
            raise PgDomainError("22023", f'unrecognized privilege type: "{part.strip()}"')
        found |= words[bare] and bare == word
    return found
