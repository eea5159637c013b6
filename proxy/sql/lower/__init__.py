"""Lowering: a typed tree → DuckDB SQL by tables of templates. The public face of the package.

What the tables do not know is refused with 0A000; DuckDB never decides a type, a name or an order. Refuses to know text of the client,
roles' grants and connections.
"""

from __future__ import annotations

from dataclasses import dataclass

from proxy.catalog.model import Catalog
from proxy.sql import ir
from proxy.sql.lower.emitter import Emitter
from proxy.sql.lower.env import LowerEnv
from proxy.sql.lower.queries import output_sql

__all__ = ["LowerEnv", "Lowered", "lower"]


@dataclass(frozen=True, slots=True)
class Lowered:
    """sql: DuckDB SQL, its columns c1, c2, ... in order. settings, used: see Compiled."""

    sql: str
    settings: tuple[tuple[str, str, bool], ...]
    used: tuple[int, ...]


def lower(analysed: ir.Analysed, catalog: Catalog, env: LowerEnv) -> Lowered:
    """A query statement in DuckDB's words. Raises FeatureNotSupported."""
    emitter = Emitter(catalog, env)
    return Lowered(output_sql(emitter, analysed.query), tuple(emitter.settings), tuple(sorted(emitter.used)))
