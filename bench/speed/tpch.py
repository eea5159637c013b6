"""TPC-H's twenty-two queries over the wire, beside Postgres over the same tables, keys and indexes: compiled and run anew each time, and
asked again, when the double answers from what it kept.

Needs the data folder that `TPCH` names (tables as `NAME.csv.gz`) and the schema beside it; what is not there is said and left out. Query
texts come from DuckDB's generator, in the environment that made the data. Refuses to know what they ask.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import math
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import asyncpg

from bench.speed.figures import Figure
from bench.speed.servers import Both, both

SHARED = Path(os.environ.get("TPCH_SCHEMA", Path(__file__).parents[3] / "shared/data/tpch"))
TABLES = ("region", "nation", "supplier", "customer", "part", "partsupp", "orders", "lineitem")
REPEATS = 3
QUERIES = """
import duckdb, duckdb_extension_tpch, glob, json, os, sys
found, = glob.glob(os.path.dirname(duckdb_extension_tpch.__file__) + f"/extensions/v{duckdb.__version__}/tpch.duckdb_extension*")
connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
connection.execute(f"LOAD '{found}'")
json.dump(connection.execute("SELECT query FROM tpch_queries() ORDER BY query_nr").fetchall(), sys.stdout)
"""


def run() -> Iterator[Figure]:
    """Each query, then the geometric mean of the ratios."""
    data = Path(os.environ.get("TPCH", ""))
    if not (data / "lineitem.csv.gz").exists():
        print("tpch: left out; TPCH names no folder with its tables (see docs/benchmarks.md)", file=sys.stderr)
        return
    made = subprocess.run([str(data / "venv/bin/python"), "-c", QUERIES], check=True, capture_output=True, text=True)
    queries = [text for (text,) in json.loads(made.stdout)]
    with both(_script(data)) as pair:
        ratios, repeated = [], []
        for number, query in enumerate(queries, 1):
            figure, again = _compared(f"TPC-H Q{number}", query, pair)
            ratios.append(figure.ratio)
            repeated.append(again)
            yield figure
        note = f"{_mean(ratios):.1f}×, least {min(ratios):.1f}×; asked again {_mean(repeated):.0f}×, least {min(repeated):.0f}×"
        yield Figure("geometric mean of the ratios", 0, 0, note)


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


def _compared(case: str, query: str, pair: Both) -> tuple[Figure, float]:
    """The query asked anew, and the ratio when the very same text is asked again."""
    anew: dict[str, list[float]] = {name: [] for name in pair.sides}
    again: dict[str, list[float]] = {name: [] for name in pair.sides}
    answers: dict[str, int] = {}
    for number in range(REPEATS + 1):
        for name, dsn in pair.sides.items():
            asked = f"{query.rstrip().rstrip(';')} -- run {number}"  # else the double would answer from memory
            seconds, answers[name] = asyncio.run(_seconds(dsn, asked))
            if number:
                anew[name].append(seconds)
                again[name].append(asyncio.run(_seconds(dsn, asked))[0])
    new, kept = ({name: sorted(times)[REPEATS // 2] for name, times in taken.items()} for taken in (anew, again))
    ratio = kept["postgres"] / kept["double"]
    note = f"again {ratio:.0f}×" if answers["double"] == answers["postgres"] else f"rows differ: {answers}"
    return Figure(case, new["double"], new["postgres"], note), ratio


async def _seconds(dsn: str, query: str) -> tuple[float, int]:
    connection = await asyncpg.connect(dsn)
    try:
        began = time.perf_counter()
        rows = await connection.fetch(query)
        return time.perf_counter() - began, len(rows)
    finally:
        await connection.close()
