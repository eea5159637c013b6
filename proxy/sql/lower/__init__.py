"""Lowering: a typed tree → DuckDB SQL by tables of templates. The public face of the package.

What the tables do not know is refused with 0A000; DuckDB never decides a type, a name or an order. Refuses to know text of the client,
roles' grants and connections.
"""

from __future__ import annotations

from proxy.catalog.model import Catalog
from proxy.sql import ir
from proxy.sql.lower.emitter import Emitter
from proxy.sql.lower.env import LowerEnv
from proxy.sql.lower.queries import output_sql

__all__ = ["LowerEnv", "lower"]


def lower(analysed: ir.Analysed, catalog: Catalog, env: LowerEnv) -> str:
    """DuckDB SQL of a query statement, its columns c1, c2, ... in order. Raises FeatureNotSupported."""
    return output_sql(Emitter(catalog, env), analysed.query)
