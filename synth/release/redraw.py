"""Rows drawn evenly from the declared domains, beside a table of which no row passes its rules: some of them may, and lend what they hold.

What the model gave may hold no value that would do, and then nothing that is moved or dealt out helps. Domains are public: types, the
policy's bounds and lists, the constants of kept CHECKs and of partitions' bounds. Refuses to know rows of the source and counts of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager

import duckdb
import numpy as np
import pyarrow as pa

from synth.encode.cells import Cells
from synth.encode.decode import bin_cells, category_cells, draw_ticks
from synth.plan.domains import Bins, Categories
from synth.plan.model import ColumnPlan, Role, TablePlan
from synth.plan.values import parse_tick
from synth.release.repair import groups
from synth.source.binary import Ints

CANDIDATES = 4_096
NAMED = 4  # one number in so many is one that a rule names, or the one beside it
NULLS = 8  # one value in so many is NULL, where it may be
_CONSTANT = re.compile(r"'((?:[^']|'')*)'|(?<![\w.'])(\d+(?:\.\d+)?)(?![\w.'])")


@contextmanager
def candidates(
    connection: duckdb.DuckDBPyConnection, plan: TablePlan, columns: Collection[int], rng: np.random.Generator
) -> Iterator[None]:
    """Rows beside the table's own while the block lasts: the movable ones of these columns from their domains, where these are known
    without a discovery, or from any row; the others from one row after the other. The table has a row."""
    table = f"t{plan.oid}"
    first, rows = connection.execute(f"SELECT max(rowid) + 1, count(*) FROM {table}").fetchone() or (0, 0)
    _insert(connection, plan, columns, int(rows), rng)
    try:
        yield
    finally:
        connection.execute(f"DELETE FROM {table} WHERE rowid >= {first}")


def _insert(
    connection: duckdb.DuckDBPyConnection,
    plan: TablePlan,
    columns: Collection[int],
    rows: int,
    rng: np.random.Generator,
) -> None:
    table, arrays = f"t{plan.oid}", {"base": pa.array(np.arange(CANDIDATES) % rows)}
    source: dict[int, str] = {}  # the row that a column comes from
    drawn: dict[int, Cells] = {}
    joins = ["JOIN stock base ON base.place = incoming.base"]
    for number, group in enumerate(groups(plan, columns)):
        cells = _cells(plan, plan.column(group[0]), rng) if len(group) == 1 else None
        if cells is not None:
            drawn[group[0]], arrays[f"d{group[0]}"] = cells, cells.array
            continue
        arrays[f"g{number}"] = pa.array(rng.integers(0, rows, CANDIDATES))
        joins.append(f"JOIN stock g{number} ON g{number}.place = incoming.g{number}")
        source |= dict.fromkeys(group, f"g{number}")
    values = [
        drawn[each.attnum].load(f"d{each.attnum}", each.storage)
        if each.attnum in drawn
        else f"{source.get(each.attnum, 'base')}.c{each.attnum}"
        for each in plan.table.columns
    ]
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE stock AS SELECT *, row_number() OVER (ORDER BY rowid) - 1 AS place FROM {table}"
    )
    connection.register("incoming", pa.table(arrays))
    connection.execute(f"INSERT INTO {table} SELECT {', '.join(values)} FROM incoming {' '.join(joins)}")
    connection.unregister("incoming")
    connection.execute("DROP TABLE stock")


def _cells(plan: TablePlan, column: ColumnPlan, rng: np.random.Generator) -> Cells | None:
    """Values from the column's domain; None where it has none that is known beforehand."""
    domain = column.domain
    if column.role is not Role.MODEL or not isinstance(domain, Bins | Categories):
        return None
    least = max(1, domain.size - domain.nullable)
    codes = rng.integers(0, least, CANDIDATES).astype(np.int32)
    if domain.nullable:
        codes[rng.integers(0, NULLS, CANDIDATES) == 0] = domain.null_code
    if isinstance(domain, Categories):
        return category_cells(column.column, domain, codes, found=False, rng=rng)
    ticks = draw_ticks(domain, codes, rng)
    named = _named(plan, column, domain)
    if len(named):
        chosen = rng.integers(0, NAMED, CANDIDATES) == 0
        ticks[chosen] = rng.choice(named, int(chosen.sum()))
    return bin_cells(column.column, domain, codes, ticks)


def _named(plan: TablePlan, column: ColumnPlan, domain: Bins) -> Ints:
    """Ticks of the domain that a rule on the column may name, and those beside them: a narrow range of a wide domain is seldom met by
    chance."""
    found = set()
    for rule in plan.rules:
        if column.column.attnum not in rule.columns:
            continue
        for text, number in _CONSTANT.findall(rule.expression.text):
            try:
                tick = parse_tick(column.column, text or number, domain.scale)
            except ValueError:
                continue
            found |= {tick - domain.granule, tick, tick + domain.granule}
    inside = sorted(tick for tick in found if domain.edges[0] <= tick < domain.edges[-1])
    return np.asarray(inside, dtype=np.int64)
