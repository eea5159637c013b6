"""A handful of rows as Python's values: the batch is the stream's, and what Python cannot tell is left to the stream."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from proxy.engine.results import Results
from proxy.engine.rows import batch_of, is_readable
from proxy.sql.compiled import Compiled
from proxy.sql.ir import OutputColumn

UUID_, DATE, TIMESTAMP, TIMESTAMPTZ, NUMERIC = 2950, 1082, 1114, 1184, 1700
VALUES = [
    ("1::SMALLINT, NULL::INTEGER, 9223372036854775807", (21, 23, 20)), ("true, 'x', ''", (16, 25, 1043)),
    ("1.50::DECIMAL(9,2), 0.00::DECIMAL(3,2), NULL::DECIMAL(5,1)", (NUMERIC,) * 3),
    ("12345678901234567890123456789012345678::DECIMAL(38,0), '1e5'", (NUMERIC,) * 2),
    ("'nan'::FLOAT, '-inf'::DOUBLE, 0.1::FLOAT", (700, 701, 700)), ("'\\x00\\xff'::BLOB, NULL::BLOB", (17, 17)),
    ("uuid '6ecd8c99-4036-403d-bf84-cf8400f67836', NULL::UUID", (UUID_, UUID_)),
    ("DATE '2024-02-29', TIMESTAMP '1999-12-31 23:59:59.000001'", (DATE, TIMESTAMP)),
    ("TIMESTAMPTZ '2020-06-01 10:00:00+05'", (TIMESTAMPTZ,)), ("4294967295::UINTEGER", (26,)),
]  # fmt: skip
ODD = ["DATE 'infinity'", "DATE '-infinity'", "DATE '0044-03-15 (BC)'", "DATE '10000-01-01'", "DATE '9999-12-31'",
       "TIMESTAMP 'infinity'", "TIMESTAMP '0044-03-15 (BC) 10:00:00'", "TIMESTAMPTZ 'infinity'", "TIMESTAMPTZ '-infinity'"]  # fmt: skip


@pytest.fixture
def engine() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        yield connection


def compiled(sql: str, few: tuple[int, ...]) -> Compiled:
    columns = tuple(OutputColumn(name=f"c{at}", type=oid, typmod=-1) for at, oid in enumerate(few))
    return Compiled(sql, columns, (), frozenset(), False, few=few)


def values(engine: duckdb.DuckDBPyConnection, statement: Compiled) -> list[tuple[object, ...]]:
    results = Results(engine.cursor, statement, ())
    found: list[tuple[object, ...]] = []
    while (batch := results.next_batch()) is not None:
        found += zip(*(column.to_pylist() for column in batch.columns))
    return [tuple(repr(value) for value in row) for row in found]  # NaN is not equal to itself


@pytest.mark.parametrize(("written", "kinds"), VALUES)
def test_both_ways_bring_the_same_values(
    engine: duckdb.DuckDBPyConnection, written: str, kinds: tuple[int, ...]
) -> None:
    statement = f"SELECT {written}"
    rows = engine.execute(statement).fetchall()
    engine.execute("SELECT 1").fetchall()
    batch = batch_of(rows, kinds)
    assert batch is not None and batch.num_rows == 1
    few = [column.to_pylist() for column in batch.columns]
    stream = [column.to_pylist() for column in engine.sql(statement).to_arrow_reader(10).read_next_batch().columns]
    assert repr(few) == repr(stream)


@pytest.mark.parametrize("written", ODD)
def test_what_python_cannot_tell_is_streamed(engine: duckdb.DuckDBPyConnection, written: str) -> None:
    kind = {"DATE": DATE, "TIMESTAMP": TIMESTAMP, "TIMESTAMPTZ": TIMESTAMPTZ}[written.split()[0]]
    assert batch_of(engine.execute(f"SELECT {written}").fetchall(), (kind,)) is None
    results = Results(engine.cursor, compiled(f"SELECT {written} AS c0", (kind,)), ())
    batch = results.next_batch()
    assert batch is not None and batch.num_rows == 1
    assert results.next_batch() is None


def test_no_rows_and_several(engine: duckdb.DuckDBPyConnection) -> None:
    assert values(engine, compiled("SELECT 1 AS c0 WHERE false", (23,))) == []
    assert values(engine, compiled("SELECT * FROM (VALUES (1), (NULL), (3)) AS t(c0)", (23,))) == [
        ("1",),
        ("None",),
        ("3",),
    ]


def test_zones_whose_hours_repeat_are_streamed() -> None:
    assert is_readable((TIMESTAMPTZ,), "UTC") and not is_readable((23, TIMESTAMPTZ), "Europe/Berlin")
