"""Random statements over the probe table, drawn by a seed: expressions, filters, joins, groups, windows, sets and subqueries.

Each comes with the parts of it that Postgres must evaluate. Refuses to know what the answers should be.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from tests.oracle.fuzz.vocabulary import COLUMNS, TYPES, Form

DEPTH = 3
ORDERED = ("int4", "int8", "numeric", "text", "date", "timestamp", "bool", "interval", "uuid", "mood")
AGGREGATES = {
    "count({0})": tuple(TYPES), "sum({0})": ("int2", "int4", "int8", "numeric", "interval"),
    "avg({0})": ("int4", "int8", "numeric", "interval"), "min({0})": ("int4", "numeric", "text", "date", "timestamp", "interval"),
    "max({0})": ("int8", "numeric", "text", "date", "time", "timestamptz"), "bool_and({0})": ("bool",), "bool_or({0})": ("bool",),
    "array_agg({0} ORDER BY id)": ("int4", "text"), "string_agg({0}, ',' ORDER BY id)": ("text",), "count(DISTINCT {0})": ("int4", "text"),
    "jsonb_agg({0} ORDER BY id)": ("int4", "text", "numeric", "bool"), "bit_and({0})": ("int4",), "var_pop({0})": ("int4", "numeric"),
    "stddev_samp({0})": ("int4", "numeric"), "every({0})": ("bool",), "bit_or({0})": ("int8",), "bit_xor({0})": ("int2",),
    "json_agg({0} ORDER BY id)": ("int4", "date", "timestamp", "text"), "variance({0})": ("int8",),
    "percentile_disc(0.5) WITHIN GROUP (ORDER BY {0})": ("int4", "text", "date"), "mode() WITHIN GROUP (ORDER BY {0})": ("int4", "text"),
    "percentile_cont(0.25) WITHIN GROUP (ORDER BY {0})": ("float8", "interval"), "min({0}) FILTER (WHERE id > 1)": ("int8", "mood"),
    "count({0}) FILTER (WHERE b)": ("text", "jsonb"), "array_agg(DISTINCT {0})": ("int4", "text"), "sum(DISTINCT {0})": ("int4", "int8"),
    "jsonb_object_agg(id, {0})": ("text", "int4"), "range_agg({0})": ("int4range",),
}  # fmt: skip
WINDOWS = ("row_number()", "rank()", "dense_rank()", "ntile(2)", "percent_rank()", "cume_dist()", "lag({0})", "lead({0}, 2)",
           "first_value({0})", "last_value({0})", "nth_value({0}, 2)", "sum({0})", "count(*)")  # fmt: skip
FRAMELESS = ("row_", "rank", "dense", "ntile", "percent", "cume", "lag", "lead")
FRAMES = (
    "", " ROWS BETWEEN 1 PRECEDING AND CURRENT ROW", " RANGE UNBOUNDED PRECEDING", " ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING",
    " GROUPS 1 PRECEDING",
)  # fmt: skip
SETS = {
    "generate_series({0} % 5, {0} % 7)": ("int4",), "unnest({0})": ("_int4", "_text", "_numeric"),
    "jsonb_array_elements({0})": ("jsonb",), "jsonb_object_keys({0})": ("jsonb",), "jsonb_array_elements_text({0})": ("jsonb",),
    "regexp_split_to_table({0}, 'a')": ("text",), "string_to_table({0}, 'a')": ("text",), "generate_subscripts({0}, 1)": ("_int4", "_text"),
    "json_array_elements({0})": ("json",), "json_object_keys({0})": ("json",), "jsonb_each_text({0})": ("jsonb",),
    "regexp_matches({0}, '(a)(.)', 'g')": ("text",), "generate_series(ts, ts + interval '1 day', interval '10 hours')": ("int4",),
}  # fmt: skip
EACH = tuple(f"probe WHERE id = {key}" for key in range(1, 6))


@dataclass(frozen=True, slots=True)
class Statement:
    """parts: expressions that Postgres evaluates for every row; rows: what stands behind FROM to evaluate one alone, row by row.

    representatives: columns in which any of several equal values may stand for all, as the plan has it.
    """

    sql: str
    parts: tuple[str, ...] = ()
    rows: tuple[str, ...] = EACH
    representatives: frozenset[int] = frozenset()


class Drawer:
    """See the module."""

    def __init__(self, forms: Sequence[Form], seed: int) -> None:
        self._random = random.Random(seed)
        self._by_result: dict[str, list[Form]] = {}
        for form in forms:
            self._by_result.setdefault(form.result, []).append(form)
        self._results = sorted(self._by_result)
        self._parts: list[str] = []

    def statement(self) -> Statement:
        """The next one."""
        self._parts = []
        plain = [self._plain] * 3
        kinds = [*plain, self._rows, self._filtered, self._grouped, self._windowed, self._united, self._joined, self._nested, self._sets,
                 self._limited]  # fmt: skip
        return self._random.choice(kinds)()

    def expression(self, kind: str, depth: int, *, certain: bool = True) -> str:
        """An expression of a type. certain: Postgres evaluates it whatever else is the case."""
        text = self._expression(kind, depth, certain)
        if certain and depth:
            self._parts.append(text)
        return text

    def _expression(self, kind: str, depth: int, certain: bool) -> str:
        draw = self._random
        roll = draw.random()
        if depth and roll < 0.75 and kind in self._by_result:
            form = draw.choice(self._by_result[kind])
            args = (
                self._steady(each) if at >= form.steady else self.expression(each, depth - 1, certain=certain)
                for at, each in enumerate(form.args)
            )
            return form.text.format(*args)
        if depth and roll < 0.82:
            condition = self.expression("bool", depth - 1, certain=certain)
            then, other = (self.expression(kind, depth - 1, certain=False) for _ in range(2))
            return f"CASE WHEN {condition} THEN {then} ELSE {other} END"
        if depth and roll < 0.86:
            first = self.expression(kind, depth - 1, certain=certain)
            return f"coalesce({first}, {self.expression(kind, depth - 1, certain=False)})"
        if kind in COLUMNS and roll < 0.93:
            return COLUMNS[kind]
        return f"NULL::{self._named(kind)}" if roll > 0.98 else self._literal(kind)

    def _steady(self, kind: str) -> str:
        """What cannot fail: Postgres looks at the parts of a condition in an order of its own, by what they cost."""
        if kind != "bool":
            return COLUMNS.get(kind) or self._literal(kind)
        column = COLUMNS[self._random.choice(ORDERED)]
        return self._random.choice(
            (f"({column} IS NULL)", "b", f"(id {self._random.choice(('<', '=', '>'))} 3)", "(i2 < i8)")
        )

    def _literal(self, kind: str) -> str:
        quoted = self._random.choice(TYPES[kind]).replace("'", "''")
        return f"'{quoted}'::{self._named(kind)}"

    def _named(self, kind: str) -> str:
        return f"{kind[1:]}[]" if kind.startswith("_") else kind

    def _any(self, depth: int = DEPTH) -> str:
        return self.expression(self._random.choice(self._results), self._random.randint(1, depth))

    def _statement(self, sql: str, rows: tuple[str, ...] = EACH, representatives: Sequence[int] = ()) -> Statement:
        return Statement(sql, tuple(self._parts), rows, frozenset(representatives))

    def _plain(self) -> Statement:
        place = f"probe WHERE id = {self._random.choice((1, 2, 4, 5))}"
        return self._statement(f"SELECT {self._any()} FROM {place}", (place,))

    def _rows(self) -> Statement:
        return self._statement(f"SELECT id, {self._any()}, {self._any(2)} FROM probe ORDER BY id")

    def _filtered(self) -> Statement:
        return self._statement(f"SELECT id FROM probe WHERE {self.expression('bool', DEPTH)} ORDER BY id")

    def _aggregate(self) -> tuple[str, bool]:
        """An aggregate, and whether any of several equal values may be its answer."""
        text = self._random.choice(sorted(AGGREGATES))
        value = self.expression(self._random.choice(AGGREGATES[text]), 1)
        return text.format(value), text.startswith(("min", "max"))

    def _grouped(self) -> Statement:
        key = self.expression(self._random.choice(ORDERED), 1)
        (value, free), having = self._aggregate(), ""
        if self._random.random() < 0.2:
            having = f" HAVING {self._random.choice(('count(*) > 1', 'count(id) < 3', 'min(id) <> 2'))}"
        representatives = (0, 1) if free else (0,)
        if self._random.random() < 0.15:
            other = f"(id % {self._random.randint(2, 3)})"
            sets = self._random.choice(("ROLLUP (1, 2)", "CUBE (1, 2)", "GROUPING SETS ((1), (2), ())", "1, 2"))
            sql = f"SELECT {key} AS k, {other} AS l, {value} AS v FROM probe GROUP BY {sets}{having} ORDER BY 1, 2, 3"
            return self._statement(sql, representatives=(0, 1, 2))
        return self._statement(
            f"SELECT {key} AS k, {value} FROM probe GROUP BY 1{having} ORDER BY 1", representatives=representatives
        )

    def _windowed(self) -> Statement:
        text = self._random.choice(WINDOWS)
        kind = "int4" if text.startswith("sum") else self._random.choice(ORDERED)
        value = text.format(self.expression(kind, 1))  # evaluated for the rows that the window reaches, in their order
        part = (
            f"PARTITION BY {self.expression(self._random.choice(ORDERED), 1)} " if self._random.random() < 0.5 else ""
        )
        frame = "" if text.startswith(FRAMELESS) else self._random.choice(FRAMES)
        order = self.expression(self._random.choice(ORDERED), 1)
        return self._statement(f"SELECT id, {value} OVER ({part}ORDER BY {order}, id{frame}) FROM probe ORDER BY id")

    def _united(self) -> Statement:
        # Numerics and intervals that are equal may print differently, and either may come of them.
        kind = self._random.choice([each for each in ORDERED if each not in ("numeric", "interval")])
        word = self._random.choice(("UNION", "UNION ALL", "INTERSECT", "EXCEPT"))
        left, right = self.expression(kind, 1), self.expression(kind, 1)
        return self._statement(f"SELECT {left} AS x FROM probe {word} SELECT {right} FROM probe ORDER BY 1")

    def _joined(self) -> Statement:
        """Two tables on a key; an expression of the first's columns, which an outer join may have made NULL."""
        kind = self._random.choice(ORDERED)
        join = self._random.choice(("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN"))
        key, other = COLUMNS[kind], COLUMNS[kind] if join == "JOIN" else self._literal(kind)  # that there are rows
        shown, derived = self._any(2), f"(SELECT id AS bid, {other} AS bk FROM probe)"
        return self._statement(
            f"SELECT probe.id, b.bid, {shown} FROM probe {join} {derived} b ON probe.{key} = b.bk ORDER BY 1, 2"
        )

    def _nested(self) -> Statement:
        """Subqueries; what stands before them cannot fail, as Postgres does not look at it where the subquery is empty."""
        kind = self._random.choice(ORDERED)
        inner, outer = self.expression(kind, 2), COLUMNS[kind]
        test = self._random.choice(
            (
                f"{outer} IN (SELECT {inner} FROM probe)",
                f"EXISTS (SELECT 1 FROM probe q WHERE q.id = probe.id + 1 AND q.{outer} IS NOT NULL)",
                f"{outer} > ALL (SELECT {inner} FROM probe WHERE id = 2)", f"{outer} = (SELECT {inner} FROM probe WHERE id = 1)",
                f"{outer} NOT IN (SELECT {inner} FROM probe WHERE id <> 3)",
            )
        )  # fmt: skip
        return self._statement(f"SELECT id, {test} FROM probe ORDER BY id")

    def _sets(self) -> Statement:
        text = self._random.choice(sorted(SETS))
        wide = "each" in text
        value = self.expression(self._random.choice(SETS[text]), 2)
        listed = text.format(value)
        self._parts.append(listed)
        if self._random.random() < 0.5 or wide:
            return self._statement(f"SELECT id, {listed} FROM probe WHERE id <> 3 ORDER BY id", EACH[:2] + EACH[3:])
        return self._statement(
            f"SELECT id, s.x, s.n FROM probe CROSS JOIN LATERAL {listed} WITH ORDINALITY AS s(x, n) ORDER BY id, s.n"
        )

    def _limited(self) -> Statement:
        """DISTINCT, or the first rows of an order."""
        kind = self._random.choice(ORDERED)
        key = self.expression(kind, 2)
        way = self._random.choice(("", " DESC", " NULLS FIRST", " DESC NULLS LAST"))
        if self._random.random() < 0.5:
            return self._statement(f"SELECT DISTINCT {key} AS x FROM probe ORDER BY x{way}", representatives=(0,))
        tail = self._random.choice((" LIMIT 2", " OFFSET 2", " LIMIT 2 OFFSET 1", ""))
        return self._statement(f"SELECT id FROM probe ORDER BY {key}{way}, id{tail}")
