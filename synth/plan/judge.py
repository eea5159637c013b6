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

PARTS = 1_024  # of the candidates, in which those that make a rule fail are looked for


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
        verdict = self._column(f"SELECT NOT (given AND {name} IS NULL) FROM t{table.oid} ORDER BY place")
        count = len(verdict)
        for rule in own:
            query = self._expressions.query(table.oid, [rule.expression])
            verdict &= self._verdict(query, 0, count, max(1, count // PARTS))
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

    def _verdict(self, query: str, low: int, high: int, least: int) -> NDArray[np.bool_]:
        """A rule's word on candidates low .. high - 1, by halves where one of them makes the rule itself fail: that one is refused."""
        try:
            return self._column(
                f"SELECT v0 IS NOT FALSE FROM ({query}) WHERE row >= {low} AND row < {high} ORDER BY row"
            )
        except duckdb.OperationalError:  # a full disk or memory, not the rule
            raise
        except duckdb.Error:
            if high - low <= least:
                return np.zeros(high - low, dtype=np.bool_)
            middle = (low + high) // 2
            halves = self._verdict(query, low, middle, least), self._verdict(query, middle, high, least)
            return np.concatenate(halves)

    def _column(self, query: str) -> NDArray[np.bool_]:
        return np.asarray([row[0] for row in self._engine.execute(query).fetchall()], dtype=np.bool_)

    @cached_property
    def _engine(self) -> duckdb.DuckDBPyConnection:
        connection = duckdb.connect()
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET enable_progress_bar = false")
        self._expressions.install(connection)
        return connection
