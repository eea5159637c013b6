"""Text that a collation orders otherwise than its bytes: the key that DuckDB orders by instead.

Refuses to know which expressions are ordered, and how the key is made (`proxy/engine/functions/macros.py`). Facts: `ordered_by` of
the catalog.
"""

from __future__ import annotations

from proxy.catalog.collations import Collation
from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql.lower.scope import Scope

TEXTS = frozenset({19, 25, 1042, 1043})


def is_collated(scope: Scope, oid: int, collation: int) -> bool:
    """Whether values of the type, texts or arrays of them, are not ordered by their bytes."""
    return collation in scope.catalog.ordered_by and (scope.element(oid) or scope.base(oid).oid) in TEXTS


def text_key(scope: Scope, sql: str, simple: bool, oid: int, collation: int) -> str:
    """SQL to order by. sql: what the bytes would be ordered by. Raises FeatureNotSupported for an order that the double has not."""
    if not is_collated(scope, oid, collation):
        return sql
    found = scope.catalog.ordered_by[collation]
    if not found.root:
        raise _refused(found)
    item = scope.fresh("e", sql)
    if scope.element(oid):
        return f"list_transform({sql}, lambda {item}: pgf_root_key({item}))"
    return f"pgf_root_key({sql})" if simple else f"list_transform([{sql}], lambda {item}: pgf_root_key({item}))[1]"


def _refused(found: Collation) -> FeatureNotSupported:
    name = f'"{found.name}"' if found.name != "default" else "of the database"
    return FeatureNotSupported(
        f"ordering by the collation {name} is not supported by the double", hint='Use COLLATE "C".'
    )
