"""Lowering: the typed tree of a query → DuckDB SQL that means the same.

The public face of the package. Every function has a row in a table keyed by its name in pg_proc and its argument
types; what has none is refused with 0A000. Refuses to know text of statements, roles and connections.
"""

from __future__ import annotations

from proxy.catalog.model import Catalog
from proxy.sql import ir
from proxy.sql.lower.env import LowerEnv
from proxy.sql.lower.queries import Lowerer
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import StatementTooComplex

__all__ = ["LowerEnv", "lower"]


def lower(analysed: ir.Analysed, catalog: Catalog, env: LowerEnv) -> str:
    """DuckDB SQL with $1..$n for a statement. Raises PgError: 0A000 for what the double cannot compute."""
    try:
        return Lowerer(Scope(catalog, env)).top(analysed.query)
    except RecursionError:
        raise StatementTooComplex("stack depth limit exceeded", hint="Nest expressions less deeply.") from None
