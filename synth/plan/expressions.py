"""What computes the source's own expressions over the replica: CHECKs, generated columns, partition bounds.

A port: the compiler that serves clients lives above this package and is handed in by whoever starts a build or a check. Refuses to know
how an expression is compiled; holds what is asked of it, and the one that compiles nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import duckdb

from policies.errors import PgError
from synth.source.catalog import CatalogSnapshot
from synth.source.schema import Schema


class NotComputable(PgError):
    """An expression of the source that the double cannot compute."""

    sqlstate = "0A000"


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression as Postgres prints it, over the columns of a row. value_of: the column that VALUE of a domain's CHECK stands for.
    target: the column whose storage the result must have. 0: none."""

    text: str
    value_of: int = 0
    target: int = 0


class Expressions(Protocol):
    """Compiles expressions of one source. DuckDB SQL that it prints runs where `install` was called."""

    def install(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Create the functions and settings that the printed SQL needs."""

    def query(self, oid: int, expressions: Sequence[Expression]) -> str:
        """A SELECT of (row, v0, v1, ...) from t<oid>; row is DuckDB's rowid. Raises NotComputable."""

    def reads(self, oid: int, expression: Expression) -> frozenset[int]:
        """The columns that an expression reads. Raises NotComputable."""


class NoExpressions:
    """Compiles nothing."""

    def install(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Nothing to install."""

    def query(self, oid: int, expressions: Sequence[Expression]) -> str:
        """Refuses."""
        raise NotComputable("no compiler was given")

    def reads(self, oid: int, expression: Expression) -> frozenset[int]:
        """Refuses."""
        raise NotComputable("no compiler was given")


Compiling = Callable[[CatalogSnapshot, Schema], Expressions]


def nothing_compiles(snapshot: CatalogSnapshot, schema: Schema) -> Expressions:
    """For callers without a compiler: generated columns are made like others, CHECKs are noted as not verified."""
    return NoExpressions()
