"""A stored relation in FROM: which of a role's views is read, and the system columns that Postgres' rows have and the replica's lack.

Refuses to know expressions and columns of the user's own. Facts: src/backend/catalog/heap.c for the columns' names;
src/include/access/transam.h for the transaction that made rows which everyone sees.
"""

from __future__ import annotations

from collections.abc import Iterable

from proxy.pgtypes.errors import FeatureNotSupported
from proxy.sql import ir
from proxy.sql.lower.env import LowerEnv

FROZEN_XID = 2


def relation_sql(env: LowerEnv, source: ir.RelationRef, asked: Iterable[str]) -> str:
    """What to read; asked: system columns, which are added under their names."""
    names = sorted(asked)
    read = env.only_sql(source.relation) if source.only else env.relation_sql(source.relation)
    if not names:
        return read
    if source.branched and "tableoid" in names:
        names.remove("tableoid")
        read = env.traced_sql(source.relation)
    return f"(SELECT {', '.join(('*', *(_system_column(name, source.relation) for name in names)))} FROM {read})"


def _system_column(name: str, relation: int) -> str:
    """The replica's rows all stem from one transaction, which is over for good."""
    if name == "ctid":
        raise FeatureNotSupported("system column ctid is not supported by the double", hint="Use the table's key.")
    value = {"tableoid": relation, "xmin": FROZEN_XID}.get(name, 0)
    return f"CAST({value} AS UINTEGER) AS {name}"
