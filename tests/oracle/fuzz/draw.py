"""Random statements over the probe table, drawn by a seed: expressions, filters, groups, windows and set operations.

Refuses to know what the answers should be.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.oracle.fuzz.vocabulary import COLUMNS, TYPES, Form

DEPTH = 3
ORDERED = ("int4", "int8", "numeric", "text", "date", "timestamp", "bool", "interval", "uuid")
AGGREGATES = {
    "count({0})": tuple(TYPES), "sum({0})": ("int2", "int4", "int8", "numeric", "interval"),
    "avg({0})": ("int4", "int8", "numeric", "interval"), "min({0})": ("int4", "numeric", "text", "date", "timestamp", "interval"),
    "max({0})": ("int8", "numeric", "text", "date", "time", "timestamptz"), "bool_and({0})": ("bool",), "bool_or({0})": ("bool",),
    "array_agg({0} ORDER BY id)": ("int4", "text"), "string_agg({0}, ',' ORDER BY id)": ("text",), "count(DISTINCT {0})": ("int4", "text"),
    "jsonb_agg({0} ORDER BY id)": ("int4", "text", "numeric", "bool"), "bit_and({0})": ("int4",), "var_pop({0})": ("int4", "numeric"),
    "stddev_samp({0})": ("int4", "numeric"),
}  # fmt: skip
WINDOWS = ("row_number()", "rank()", "dense_rank()", "ntile(2)", "percent_rank()", "cume_dist()", "lag({0})", "lead({0}, 2)",
           "first_value({0})", "last_value({0})", "nth_value({0}, 2)", "sum({0})", "count(*)")  # fmt: skip


class Drawer:
    """See the module."""

    def __init__(self, forms: Sequence[Form], seed: int) -> None:
        self._random = random.Random(seed)
        self._by_result: dict[str, list[Form]] = {}
        for form in forms:
            self._by_result.setdefault(form.result, []).append(form)
        self._results = sorted(self._by_result)

    def statement(self) -> str:
        """The next one."""
        kinds = [
            self._plain,
            self._plain,
            self._plain,
            self._rows,
            self._filtered,
            self._grouped,
            self._windowed,
            self._united,
        ]
        return self._random.choice(kinds)()

    def expression(self, kind: str, depth: int) -> str:
        """An expression of a type."""
        draw = self._random
        roll = draw.random()
        if depth and roll < 0.75 and kind in self._by_result:
            form = draw.choice(self._by_result[kind])
            return form.text.format(*(self.expression(each, depth - 1) for each in form.args))
        if depth and roll < 0.82:
            then, other = self.expression(kind, depth - 1), self.expression(kind, depth - 1)
            return f"CASE WHEN {self.expression('bool', depth - 1)} THEN {then} ELSE {other} END"
        if depth and roll < 0.86:
            return f"coalesce({self.expression(kind, depth - 1)}, {self.expression(kind, depth - 1)})"
        if roll < 0.93 and kind in COLUMNS:
            return COLUMNS[kind]
        if roll > 0.98:
            return f"NULL::{self._named(kind)}"
        quoted = draw.choice(TYPES[kind]).replace("'", "''")
        return f"'{quoted}'::{self._named(kind)}"

    def _named(self, kind: str) -> str:
        return f"{kind[1:]}[]" if kind.startswith("_") else kind

    def _any(self, depth: int = DEPTH) -> str:
        return self.expression(self._random.choice(self._results), self._random.randint(1, depth))

    def _plain(self) -> str:
        return f"SELECT {self._any()} FROM probe WHERE id = {self._random.choice((1, 2, 4, 5))}"

    def _rows(self) -> str:
        return f"SELECT id, {self._any()}, {self._any(2)} FROM probe ORDER BY id"

    def _filtered(self) -> str:
        return f"SELECT id FROM probe WHERE {self.expression('bool', DEPTH)} ORDER BY id"

    def _grouped(self) -> str:
        key = self.expression(self._random.choice(ORDERED), 1)
        text = self._random.choice(sorted(AGGREGATES))
        value = text.format(self.expression(self._random.choice(AGGREGATES[text]), 1))
        return f"SELECT {key} AS k, {value} FROM probe GROUP BY 1 ORDER BY 1"

    def _windowed(self) -> str:
        text = self._random.choice(WINDOWS)
        value = text.format(self.expression("int4" if text.startswith("sum") else self._random.choice(ORDERED), 1))
        part = (
            f"PARTITION BY {self.expression(self._random.choice(ORDERED), 1)} " if self._random.random() < 0.5 else ""
        )
        frame = self._random.choice(("", " ROWS BETWEEN 1 PRECEDING AND CURRENT ROW", " RANGE UNBOUNDED PRECEDING"))
        frame = (
            frame if not text.startswith(("row_", "rank", "dense", "ntile", "percent", "cume", "lag", "lead")) else ""
        )
        order = self.expression(self._random.choice(ORDERED), 1)
        return f"SELECT id, {value} OVER ({part}ORDER BY {order}, id{frame}) FROM probe ORDER BY id"

    def _united(self) -> str:
        # Numerics and intervals that are equal may print differently, and either may come of them.
        kind = self._random.choice([each for each in ORDERED if each not in ("numeric", "interval")])
        word = self._random.choice(("UNION", "UNION ALL", "INTERSECT", "EXCEPT"))
        left, right = self.expression(kind, 1), self.expression(kind, 1)
        return f"SELECT {left} AS x FROM probe {word} SELECT {right} FROM probe ORDER BY 1"
