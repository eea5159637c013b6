"""Asks the rules of a table which values of one column they admit, before any row exists: candidates in, verdicts out.

A table of its own holds the candidates in that column and NULL in all others, so only rules over the one column have a say. Refuses to
know where candidates come from. Facts: DuckDB, computing what the compiler printed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from synth.encode.cells import Cells, text_cells
from synth.plan.expressions import Expressions
from synth.plan.model import Rule
from synth.source.schema import Column, Table


class Judge:
    """One for a plan or a build; opens its engine when it is first asked."""

    def __init__(self, expressions: Expressions) -> None:
        self._expressions = expressions

    def admitted(self, table: Table, column: Column, rules: Sequence[Rule], cells: Cells) -> NDArray[np.bool_]:
        """Whether each candidate is a value of the column's type that no rule of it alone refuses."""
        own = [rule for rule in rules if rule.columns == {column.attnum}]
        if not own:
            return np.ones(len(cells.array), dtype=np.bool_)
        self._load(table, column, cells)
        name = f"c{column.attnum}"
        verdict = np.asarray(self._column(f"SELECT NOT (given AND {name} IS NULL) FROM t{table.oid} ORDER BY place"))
        for rule in own:
            query = self._expressions.query(table.oid, [rule.expression])
            verdict &= self._column(f"SELECT v0 IS NOT FALSE FROM ({query}) ORDER BY row")
        return verdict

    def texts(
        self, table: Table, column: Column, rules: Sequence[Rule], values: Sequence[str | None]
    ) -> list[str | None]:
        """The texts among these that are admitted."""
        if not values:
            return []
        return [value for value, good in zip(values, self.admitted(table, column, rules, text_cells(values))) if good]

    def _load(self, table: Table, column: Column, cells: Cells) -> None:
        """Rows in the candidates' order; a text that is no value of the type becomes NULL and is marked as given."""
        others = [f"CAST(NULL AS {each.storage}) AS c{each.attnum}" for each in table.columns if each != column]
        load = cells.load("v", column.storage)
        load = load if not pa.types.is_string(cells.array.type) else f"TRY({load})"
        self._engine.register(
            "incoming", pa.table([cells.array, pa.array(range(len(cells.array)))], names=["v", "place"])
        )
        self._engine.execute(
            f"CREATE OR REPLACE TABLE t{table.oid} AS SELECT "
            f"{', '.join(['place', 'v IS NOT NULL AS given', f'{load} AS c{column.attnum}', *others])} FROM incoming ORDER BY place"
        )
        self._engine.unregister("incoming")

    def _column(self, query: str) -> NDArray[np.bool_]:
        """A query's one column; all false where a value makes the rule itself fail."""
        try:
            return np.asarray([row[0] for row in self._engine.execute(query).fetchall()], dtype=np.bool_)
        except duckdb.Error:
            return np.asarray(False)

    @cached_property
    def _engine(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        self._expressions.install(connection)
        return connection
