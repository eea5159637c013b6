"""Lowering: the typed tree of a query → DuckDB SQL that means the same.

The public face of the package. Every function has a row in a table keyed by its name in pg_proc and its argument
types; what has none is refused with 0A000. Refuses to know text of statements, roles and connections.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from proxy.catalog.model import Catalog
from proxy.pgtypes.errors import FeatureNotSupported, StackDepthExceeded
from proxy.sql import ir
from proxy.sql.folding import fold
from proxy.sql.lower.env import LowerEnv
from proxy.sql.lower.queries import Lowerer
from proxy.sql.lower.scope import Scope

__all__ = ["LowerEnv", "Printed", "lower", "parameters_in"]

# A parameter, or a literal or name that may hold what looks like one.
PARAMETER = re.compile(r"""'[^']*'|"[^"]*"|\$(\d+)""")


@dataclass(frozen=True, slots=True)
class Printed:
    """sql: DuckDB SQL, its columns c1, c2, ... in order. settings, used, checks: see Compiled. rows: what the records of each column are
    of."""

    sql: str
    settings: tuple[tuple[str, str, bool], ...]
    used: tuple[int, ...]
    rows: tuple[tuple[ir.RowColumn, ...] | None, ...] = ()
    checks: tuple[str, ...] = ()


def lower(analysed: ir.Analysed, catalog: Catalog, env: LowerEnv, *, for_client: bool = False) -> Printed:
    """A statement in DuckDB's words. for_client: its rows are encoded, not stored.

    Raises PgError: 0A000 for what the double cannot compute.
    """
    try:
        folded = fold(analysed.query)
        scope = Scope(catalog, env, system_columns=analysed.system, whole_rows=folded.whole_rows)
        sql, outputs = Lowerer(scope).top(folded.query, for_client=for_client)
        checks = tuple(_checks(folded.checks, Lowerer(Scope(catalog, env))))
    except RecursionError:
        raise StackDepthExceeded from None
    # not every parameter that was lowered is printed: pg_typeof($1) is an OID
    rows = tuple(output.row for output in outputs)
    return Printed(sql, tuple(scope.settings), parameters_in(sql), rows, checks)


def _checks(checks: Sequence[ir.Expr], lowerer: Lowerer) -> Iterator[str]:
    for check in checks:
        # what the double cannot compute is refused where it is used, and not everything is
        with contextlib.suppress(FeatureNotSupported):
            yield f"SELECT {lowerer.expr(check).sql}"


def parameters_in(sql: str) -> tuple[int, ...]:
    """The numbers of the parameters that printed SQL mentions."""
    return tuple(sorted({int(found[1]) for found in PARAMETER.finditer(sql) if found[1]}))
