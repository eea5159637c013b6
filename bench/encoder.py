"""How fast rows become DataRow messages: rows a second in text and binary, and as a ratio to DuckDB's Arrow scan alone.

    python -m bench.encoder [ROWS]

Scan and encoding run over the same mixed table in the same process, so the ratio does not depend on the machine.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import duckdb
import pyarrow as pa

from proxy.catalog.model import Catalog
from proxy.pgtypes import EncodedRows, OutputSettings, RowEncoder
from proxy.sql.ir import OutputColumn

BATCH_ROWS = 8192
REPEATS = 3
COLUMNS: tuple[tuple[str, int, str], ...] = (
    ("id", 20, "i"),
    ("customer", 23, "(i * 7919 % 100003)::INTEGER"),
    ("price", 1700, "(i * 31 % 1000000 / 100)::DECIMAL(12,2)"),
    ("score", 701, "(i % 9973) / 97.0"),
    ("created", 1184, "TIMESTAMPTZ '2020-01-01 00:00:00+00' + to_microseconds(i * 86413001)"),
    ("day", 1082, "(DATE '2015-01-01' + (i % 4000)::INTEGER)"),
    ("name", 25, "CASE WHEN i % 11 = 0 THEN NULL ELSE 'customer number ' || i END"),
    ("active", 16, "i % 3 = 0"),
)


def empty_catalog() -> Catalog:
    """Built-in types need no rows."""
    return Catalog({}, {}, {}, {}, {}, {}, {}, {}, {}, "bench", "")


def scan(connection: duckdb.DuckDBPyConnection, use: Callable[[pa.RecordBatch], int]) -> float:
    """Seconds to read the whole table and give each batch to `use`."""
    start = time.perf_counter()
    total = sum(use(batch) for batch in connection.sql("SELECT * FROM mixed").to_arrow_reader(BATCH_ROWS))
    assert total >= 0
    return time.perf_counter() - start


def main(rows: int) -> None:
    """Print one line a format."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'; SET threads = 1")
    fields = ", ".join(f"{expression} AS {name}" for name, _, expression in COLUMNS)
    connection.execute(f"CREATE TABLE mixed AS SELECT {fields} FROM range({rows}) t(i)")
    columns = [OutputColumn(name=name, type=oid, typmod=-1) for name, oid, _ in COLUMNS]
    settings = OutputSettings(timezone="Europe/Berlin")
    base = statistics.median(scan(connection, lambda batch: batch.nbytes) for _ in range(REPEATS))
    print(f"Arrow scan alone: {base:.2f} s for {rows} rows of {len(COLUMNS)} columns")
    for label, code in (("text", 0), ("binary", 1)):
        encode = RowEncoder(columns, [code], empty_catalog(), settings).encode
        taken = statistics.median(measured(connection, encode) for _ in range(REPEATS))
        print(f"{label}: {taken:.2f} s, {rows / taken / 1e6:.2f} M rows/s, {taken / base:.1f} x the scan")


def measured(connection: duckdb.DuckDBPyConnection, encode: Callable[[pa.RecordBatch], EncodedRows]) -> float:
    """Seconds to read and encode the whole table."""
    return scan(connection, lambda batch: len(encode(batch).buffer))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
