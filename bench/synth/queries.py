"""TPC-H's queries on the source and on the double: how far the double's figures are from the source's.

Texts come from DuckDB's generator, in the environment that made the data. A row is compared with the row of the same group; where rows are
those of made-up keys, with the row of the same rank. Refuses to know how the double is made.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import numpy as np
import psycopg

ASKED = (1, 3, 5, 6, 10, 12, 14)
RANKED = {3: (1,), 10: (2,)}  # places of figures of queries whose rows are an owner's or an order's
TEXTS = """
import duckdb, duckdb_extension_tpch, glob, json, os, sys
found, = glob.glob(os.path.dirname(duckdb_extension_tpch.__file__) + f"/extensions/v{duckdb.__version__}/tpch.duckdb_extension*")
connection = duckdb.connect(config={"allow_unsigned_extensions": "true"})
connection.execute(f"LOAD '{found}'")
json.dump(connection.execute("SELECT query FROM tpch_queries() ORDER BY query_nr").fetchall(), sys.stdout)
"""
Rows = list[tuple[object, ...]]


def texts(data: Path) -> list[str]:
    """The twenty-two queries. data: the folder that make_tpch.sh filled."""
    made = subprocess.run([str(data / "venv/bin/python"), "-c", TEXTS], check=True, capture_output=True, text=True)
    return [text.rstrip().rstrip(";") for (text,) in json.loads(made.stdout)]


def relative_errors(source: str, double: str, data: Path) -> dict[str, float]:
    """Mean relative error of the figures of each query that is asked; 1 for one that the double has no row for."""
    every = texts(data)
    found: dict[str, float] = {}
    with psycopg.connect(source) as real, psycopg.connect(double) as made:
        for number in ASKED:
            query = every[number - 1].encode()
            wanted, got = (connection.execute(query).fetchall() for connection in (real, made))
            found[f"q{number}_error"] = _error(wanted, got, RANKED.get(number))
    return found


def _error(real: Rows, made: Rows, ranked: Sequence[int] | None) -> float:
    if ranked is not None:
        pairs = [
            (row[place], made[at][place] if at < len(made) else None) for at, row in enumerate(real) for place in ranked
        ]
    else:
        known = {_key(row): _figures(row) for row in made}
        pairs = [pair for row in real for pair in zip(_figures(row), known.get(_key(row), [None] * len(row)))]
    return float(np.mean([_relative(a, b) for a, b in pairs]))


def _key(row: Sequence[object]) -> tuple[object, ...]:
    return tuple(value for value in row if isinstance(value, str))


def _figures(row: Sequence[object]) -> list[object]:
    return [value for value in row if isinstance(value, int | float | Decimal)]


def _relative(real: object, made: object) -> float:
    if made is None:
        return 1.0
    wanted, got = float(str(real)), float(str(made))
    return abs(got - wanted) / abs(wanted) if wanted else float(got != wanted)
