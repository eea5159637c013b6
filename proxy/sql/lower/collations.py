"""Text that a collation orders otherwise than its bytes: the key that DuckDB orders by instead.

Refuses to know which expressions are ordered, and how the key is made (`proxy/engine/functions/macros.py`). Facts: `ordered_by` of
the catalog.
"""

from __future__ import annotations

from proxy.catalog.collations import Collation
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import quote_literal

TEXTS = frozenset({19, 25, 1042, 1043})


def is_collated(scope: Scope, oid: int, collation: int) -> bool:
    """Whether values of the type, texts or arrays of them, are not ordered by their bytes."""
    return collation in scope.catalog.ordered_by and (scope.element(oid) or scope.base(oid).oid) in TEXTS


def text_key(scope: Scope, sql: str, simple: bool, oid: int, collation: int) -> str:
    """SQL to order by. sql: what the bytes would be ordered by. Raises FeatureNotSupported for an order that the double has not."""
    if not is_collated(scope, oid, collation):
        return sql
    found = scope.catalog.ordered_by[collation]
    item = scope.fresh("e", sql)
    if scope.element(oid):
        return f"list_transform({sql}, lambda {item}: {_key(found, item)})"
    return (
        _key(found, sql) if simple or found.libc else f"list_transform([{sql}], lambda {item}: {_key(found, item)})[1]"
    )


def _key(found: Collation, sql: str) -> str:
    if found.root:
        return f"pgf_root_key({sql})"
    if found.libc:
        return f"pgf_libc_key({sql}, {quote_literal(found.libc)}, {quote_literal(found.version)})"
    raise _refused(found)


def _refused(found: Collation) -> FeatureNotSupported:
    name = f'"{found.name}"' if found.name != "default" else "of the database"
    return FeatureNotSupported(
        f"ordering by the collation {name} is not supported by the double", hint='Use COLLATE "C".'
    )
