"""`SourceExpressions`, made when the first expression asks: few sources have any, and importing the compiler takes 25 MB.

Refuses to know how an expression is compiled.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import duckdb

from synth.plan.expressions import Expression, Expressions
from synth.source.catalog import CatalogSnapshot
from synth.source.schema import Schema


class LateExpressions:
    """The port of `synth.plan.expressions`, for one source."""

    def __init__(self, snapshot: CatalogSnapshot, schema: Schema) -> None:
        self._snapshot, self._schema = snapshot, schema

    def install(self, connection: duckdb.DuckDBPyConnection) -> None:
        """See Expressions."""
        self._compiler.install(connection)

    def query(self, oid: int, expressions: Sequence[Expression]) -> str:
        """See Expressions."""
        return self._compiler.query(oid, expressions)

    def reads(self, oid: int, expression: Expression) -> frozenset[int]:
        """See Expressions."""
        return self._compiler.reads(oid, expression)

    @cached_property
    def _compiler(self) -> Expressions:
        from pgdouble.expressions import SourceExpressions

        return SourceExpressions(self._snapshot, self._schema)
