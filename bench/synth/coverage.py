"""Whether intervals hold what they promise: of EXPLAIN (ACCURACY) on a double of Adult, against the same aggregates of the source.

Cells of at least CELL rows in the source; one that the double has not at all counts as missed. Refuses to know how intervals come about.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from random import Random
from typing import Any

import psycopg
from psycopg import sql

Database = psycopg.Connection[tuple[Any, ...]]
CELL, TRIPLES = 50, 40
VALUE = "age"  # the column that is summed
VALUES = {"sum": f"sum({VALUE})", "avg": f"avg({VALUE})", "range": f"count(*) FILTER (WHERE {VALUE} >= 20)"}


@dataclass
class Cover:
    """Cells of one kind. held: those whose interval holds the source's value; widths: half-widths over that value."""

    cells: int = 0
    held: int = 0
    widths: list[float] = field(default_factory=list)

    def add(self, true: float, low: float | None, high: float | None) -> None:
        """One cell."""
        self.cells += 1
        if low is None or high is None:
            return
        self.held += low <= true <= high
        if true:
            self.widths.append((high - low) / 2 / abs(true))


def coverage(source: str, double: str) -> dict[str, float]:
    """By kind: the share of cells that are held, and their mean relative half-width."""
    found: dict[str, Cover] = {}
    with psycopg.connect(source) as real, psycopg.connect(double) as made:
        columns = [row[0] for row in real.execute(_COLUMNS)]
        for asked in _sets(columns):
            _counts(real, made, asked, found)
        for column in columns:
            if column != VALUE:
                _values(real, made, column, found)
    shares = {f"coverage {kind}": each.held / each.cells for kind, each in found.items()}
    return shares | {f"width {kind}": sum(each.widths) / len(each.widths) for kind, each in found.items()}


_COLUMNS = "SELECT attname FROM pg_attribute WHERE attrelid = 'adult'::regclass AND attnum > 0 ORDER BY attnum"


def _sets(columns: list[str]) -> Iterator[tuple[str, ...]]:
    yield from ((column,) for column in columns)
    yield from combinations(columns, 2)
    yield from Random(1).sample(list(combinations(columns, 3)), TRIPLES)


def _counts(
    real: Database, made: Database, asked: tuple[str, ...],
    found: dict[str, Cover],
) -> None:  # fmt: skip
    query = _grouped(asked, "count(*)")
    told = _told(made, query)
    basis = next(
        iter({each["basis"].partition(" from")[0] for each in told.values() if each.get("basis")}), "no estimate"
    )
    for *key, count in real.execute(query):
        if count >= CELL:
            each = told.get(_key(key), {})
            found.setdefault(basis, Cover()).add(count, each.get("low"), each.get("high"))


def _values(
    real: Database, made: Database, column: str,
    found: dict[str, Cover],
) -> None:  # fmt: skip
    for kind, shown in VALUES.items():
        told = _told(made, _grouped((column,), shown))
        for key, value, count in real.execute(_grouped((column,), f"{shown}, count(*)")):
            if count >= CELL and (kind != "range" or value >= CELL):
                each = told.get(_key([key]), {})
                found.setdefault(kind, Cover()).add(float(value), each.get("low"), each.get("high"))


def _grouped(columns: Iterable[str], shown: str) -> str:
    names = ", ".join(sql.Identifier(name).as_string(None) for name in columns)
    return f"SELECT {names}, {shown} FROM adult GROUP BY {names}"


def _told(made: Database, query: str) -> dict[tuple[str, ...], dict[str, Any]]:
    """The records of a query's cells, by their groups."""
    ((text,),) = made.execute(f"EXPLAIN (ACCURACY, FORMAT JSON) {query}").fetchall()
    return {_key(value for _, value in each["group"]): each for each in json.loads(str(text))["accuracy"]}


def _key(values: Iterable[object]) -> tuple[str, ...]:
    return tuple(str(value) for value in values)
