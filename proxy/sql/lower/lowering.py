"""What the parts of lowering may ask of each other: a narrow face of the whole, so that no two of them import each other.

Holds a protocol only.
"""

from __future__ import annotations

from typing import Protocol

from proxy.sql import ir
from proxy.sql.lower.scope import Scope
from proxy.sql.lower.values import Lowered


class Lowering(Protocol):
    """Lowers expressions and queries of one statement."""

    scope: Scope

    def expr(self, expr: ir.Expr) -> Lowered:
        """An expression."""

    def raw(self, expr: ir.Expr) -> Lowered:
        """An expression of GROUP BY as it is before grouping."""

    def is_grouped(self) -> bool:
        """Whether the query being lowered groups its rows."""

    def query(self, query: ir.Query) -> tuple[str, tuple[Lowered, ...]]:
        """A query's SQL without outer parentheses, and how its output columns are represented."""
