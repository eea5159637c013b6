"""Seeded statements over a catalog: what an analyst's tool would send, drawn from the columns a source has.

Refuses to know how a statement is answered. Facts: the tables, columns, types and foreign keys it is given.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

NUMBERS = frozenset({"int2", "int4", "int8", "numeric", "float8", "float4"})
EXACT = frozenset({"int2", "int4", "int8", "numeric"})
DATES = frozenset({"date", "timestamp", "timestamptz"})
TEXTS = frozenset({"text", "varchar", "bpchar"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column and the name of its base type."""

    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Table:
    """A table: quoted qualified name, its columns, its key's columns, its foreign keys (column, table, column)."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    links: tuple[tuple[str, str, str], ...]

    def of(self, kinds: frozenset[str]) -> list[Column]:
        """The columns of one of these types."""
        return [column for column in self.columns if column.kind in kinds]


class Generator:
    """Draws statements; the same seed and tables give the same statements."""

    def __init__(self, tables: Sequence[Table], seed: int) -> None:
        self.tables = {table.name: table for table in tables}
        self.names = sorted(self.tables)
        self.rng = random.Random(seed)

    def draw(self, count: int) -> list[str]:
        """`count` different statements."""
        shapes = (
            self._group,
            self._filter,
            self._join,
            self._window,
            self._dates,
            self._strings,
            self._cte,
            self._casts,
        )
        found: dict[str, None] = {}
        while len(found) < count:
            statement = shapes[len(found) % len(shapes)](self._table())
            if statement:
                found[statement] = None
        return list(found)

    def _table(self) -> Table:
        return self.tables[self.rng.choice(self.names)]

    def _pick(self, columns: Sequence[Column]) -> Column | None:
        return self.rng.choice(list(columns)) if columns else None

    def _aggregate(self, table: Table) -> str:
        number = self._pick(table.of(EXACT))
        choices = ["count(*)"]
        if number:
            choices += [f"{name}({number.name})" for name in ("sum", "avg", "min", "max", "count")]
            choices += [f"round(avg({number.name}), 2)", f"count(distinct {number.name})", f"sum({number.name} + 1)"]
        if date := self._pick(table.of(DATES)):
            choices += [f"min({date.name})", f"max({date.name})"]
        return self.rng.choice(choices)

    def _condition(self, table: Table) -> str:
        choices = []
        if number := self._pick(table.of(NUMBERS)):
            bound = self.rng.choice(["0", "3", "10", "49.5", "100"])
            choices += [f"{number.name} {self.rng.choice(['<', '<=', '>', '>=', '<>', '='])} {bound}"]
            choices += [f"{number.name} between 1 and {bound}", f"{number.name} is not null"]
        if date := self._pick(table.of(DATES)):
            choices += [f"{date.name} >= '2023-0{self.rng.randint(1, 9)}-01'", f"{date.name} < date '2024-06-01'"]
        if text := self._pick(table.of(TEXTS)):
            letter = self.rng.choice("aeiost")
            choices += [f"{text.name} like '%{letter}%'", f"{text.name} ilike '{letter}%'", f"{text.name} ~ '{letter}'"]
        if flag := self._pick(table.of(frozenset({"bool"}))):
            choices += [flag.name, f"not {flag.name}", f"{flag.name} is true"]
        return self.rng.choice(choices) if choices else "true"

    def _group(self, table: Table) -> str:
        key = self._pick(table.of(TEXTS | frozenset({"bool", "enum", "int2"})))
        if key is None:
            return ""
        return (
            f"select {key.name}, {self._aggregate(table)} as a, {self._aggregate(table)} as b from {table.name} "
            f"where {self._condition(table)} group by {key.name} order by {key.name} nulls first limit 50"
        )

    def _filter(self, table: Table) -> str:
        return (
            f"select {self._aggregate(table)}, {self._aggregate(table)} from {table.name} "
            f"where {self._condition(table)} {self.rng.choice(['and', 'or'])} {self._condition(table)}"
        )

    def _join(self, table: Table) -> str:
        if not table.links or table.links[0][1] not in self.tables:
            return ""
        column, target, key = self.rng.choice(table.links)
        other = self.tables[target]
        shown = self._pick(other.of(TEXTS | frozenset({"enum", "bool", "int2"})))
        if shown is None:
            return ""
        kind = self.rng.choice(["join", "left join"])
        return (
            f"select b.{shown.name}, count(*), count(a.{column}) from {table.name} a {kind} {target} b "
            f"on b.{key} = a.{column} group by b.{shown.name} order by 2 desc, 1 nulls last limit 20"
        )

    def _window(self, table: Table) -> str:
        part, number = self._pick(table.of(TEXTS | frozenset({"enum", "bool"}))), self._pick(table.of(EXACT))
        if part is None or number is None or not table.key:
            return ""
        key = ", ".join(table.key)
        call = self.rng.choice(
            [f"sum({number.name})", "row_number()", "rank()", f"lag({number.name})", "count(*)", f"max({number.name})"]
        )
        return (
            f"select {key}, {call} over (partition by {part.name} order by {number.name} nulls last, {key}) as w "
            f"from {table.name} order by {key} limit 30"
        )

    def _dates(self, table: Table) -> str:
        date = self._pick(table.of(DATES))
        if date is None:
            return ""
        unit = self.rng.choice(["year", "quarter", "month", "week", "day"])
        field = self.rng.choice(["year", "month", "day", "dow", "doy", "quarter"])
        pattern = self.rng.choice(["YYYY-MM", "Mon YYYY", "DD.MM.YYYY", "Day", "YYYY-Q", "HH24:MI"])
        shown = self.rng.choice(
            [
                f"date_trunc('{unit}', {date.name})",
                f"extract({field} from {date.name})",
                f"to_char({date.name}, '{pattern}')",
            ]
        )
        return (
            f"select {shown} as d, count(*), {self._aggregate(table)} from {table.name} group by 1 order by 1 limit 40"
        )

    def _strings(self, table: Table) -> str:
        text = self._pick(table.of(TEXTS))
        if text is None or not table.key:
            return ""
        shown = self.rng.choice(
            [
                f"upper({text.name})", f"length({text.name})", f"left({text.name}, 3)", f"{text.name} || '!'",
                f"substring({text.name} from 2 for 4)", f"replace({text.name}, 'a', 'o')", f"coalesce({text.name}, '-')",
                f"position('e' in {text.name})", f"split_part({text.name}, ' ', 1)", f"md5({text.name})",
            ]
        )  # fmt: skip
        return f"select {', '.join(table.key)}, {shown} from {table.name} order by {', '.join(table.key)} limit 25"

    def _cte(self, table: Table) -> str:
        key, number = self._pick(table.of(TEXTS | frozenset({"enum", "bool"}))), self._pick(table.of(EXACT))
        if key is None or number is None:
            return ""
        return (
            f"with g as (select {key.name} as k, sum({number.name}) as s, count(*) as n from {table.name} group by 1) "
            f"select k, s, n, round(100.0 * n / sum(n) over (), 1) as share from g where n > 1 order by n desc, k nulls last limit 20"
        )

    def _casts(self, table: Table) -> str:
        number = self._pick(table.of(NUMBERS))
        if number is None or not table.key:
            return ""
        shown = self.rng.choice(
            [
                f"{number.name}::text", f"{number.name}::numeric(14,3)", f"{number.name}::float8", f"{number.name}::int8",
                f"{number.name} / 7", f"{number.name} * 1.5", f"-{number.name}", f"abs({number.name}) % 5",
                f"case when {number.name} > 3 then 'hi' else 'lo' end", f"{number.name} + 0.25",
            ]
        )  # fmt: skip
        if number.kind in ("float4", "float8"):
            shown = f"{number.name} * 2"
        return f"select {', '.join(table.key)}, {shown} as v from {table.name} order by {', '.join(table.key)} limit 25"
