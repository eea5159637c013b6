"""TPC-H's twenty-two queries over the wire, beside Postgres over the same tables, keys and indexes.

Three ratios: run by the engine each time, as a statement that the connection knows; the same with a text that nobody sent before, so
that it is compiled as well; and asked again, when the double answers from what it kept. A side runs a few times in a row before it is the
other's turn: else each would find the processors' caches full of the other's data.

Needs the data folder that `TPCH` names (tables as `NAME.csv.gz`) and the schema beside it; what is not there is said and left out. Query
texts come from DuckDB's generator, in the environment that made the data. Refuses to know what they ask.
"""

from __future__ import annotations

import asyncio
import gzip
import math
import os
import shutil
import statistics
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import asyncpg

from bench.speed.figures import Figure
from bench.speed.servers import Both, both
from bench.synth.queries import texts

SHARED = Path(os.environ.get("TPCH_SCHEMA", Path(__file__).parents[3] / "shared/data/tpch"))
TABLES = ("region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem")
REPEATS, TURNS = 3, 2
WAYS = ("known", "new", "kept")
Ratios = tuple[float, float, float]  # one for each way


def run() -> Iterator[Figure]:
    """Each query, then the geometric mean of the ratios."""
    data = Path(os.environ.get("TPCH", ""))
    if not (data / "lineitem.csv.gz").exists():
        print("tpch: left out; TPCH names no folder with its tables (see docs/benchmarks.md)", file=sys.stderr)
        return
    queries = texts(data)
    with both(_script(data)) as pair:
        found: list[Ratios] = []
        for number, query in enumerate(queries, 1):
            figure, ratios = _compared(f"TPC-H Q{number}", query, pair)
            found.append(ratios)
            yield figure
        shown = [f"{_mean(each):.1f}×, least {min(each):.1f}×" for each in zip(*found)]
        yield Figure(
            "geometric mean of the ratios",
            0,
            0,
            f"{shown[0]}; text not seen before {shown[1]}; kept answers {shown[2]}",
        )


def _mean(ratios: Sequence[float]) -> float:
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def _script(data: Path) -> str:
    """Schema, tables and keys for psql, which reads the unpacked tables from their folder."""
    for table in TABLES:
        plain = data / f"{table}.csv"
        if not plain.exists():
            with gzip.open(data / f"{table}.csv.gz") as packed, plain.open("wb") as file:
                shutil.copyfileobj(packed, file)
    copies = "\n".join(f"\\copy {table} from '{data / table}.csv' csv header" for table in TABLES)
    schema, keys = ((SHARED / name).read_text(encoding="utf-8") for name in ("schema.sql", "constraints.sql"))
    return f"{schema}\n{copies}\n{keys}"


def _compared(case: str, query: str, pair: Both) -> tuple[Figure, Ratios]:
    """The query run anew, and all its ratios."""
    taken: dict[str, dict[str, list[float]]] = {way: {name: [] for name in pair.sides} for way in WAYS}
    rows: dict[str, int] = {}
    for turn in range(TURNS):
        for name, dsn in pair.sides.items():
            seconds, rows[name] = asyncio.run(_seconds(dsn, query, turn))
            for way, each in seconds.items():
                taken[way][name] += each
    medians = [{name: statistics.median(each) for name, each in taken[way].items()} for way in WAYS]
    ratios = [each["postgres"] / each["double"] for each in medians]
    note = f"text not seen before {ratios[1]:.1f}×, kept answer {ratios[2]:.0f}×"
    if rows["double"] != rows["postgres"]:
        note = f"rows differ: {rows}"
    return Figure(case, medians[0]["double"], medians[0]["postgres"], note), (ratios[0], ratios[1], ratios[2])


async def _seconds(dsn: str, query: str, turn: int) -> tuple[dict[str, list[float]], int]:
    """A side's times, each way, and how many rows there are."""
    connection = await asyncpg.connect(dsn)

    async def taken(text: str) -> float:
        began = time.perf_counter()
        await connection.fetch(text)
        return time.perf_counter() - began

    try:
        await connection.execute("SET pgdouble.keep_answers = off")  # to Postgres a name like any with a dot
        rows = await connection.fetch(query)
        known = [await taken(query) for _ in range(REPEATS)]
        new = [await taken(f"SELECT * FROM ({query}) AS run_{turn}_{number}") for number in range(REPEATS)]
        await connection.execute("SET pgdouble.keep_answers = on")
        await connection.fetch(query)
        kept = [await taken(query) for _ in range(REPEATS)]
    finally:
        await connection.close()
    return dict(zip(WAYS, (known, new, kept), strict=True)), len(rows)
