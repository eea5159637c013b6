"""SCROLL cursors: steps as Postgres takes them, and rows kept in a file."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pyarrow as pa
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from proxy.pgtypes.errors import ProgramLimitExceeded
from proxy.session.scrolling import Pieces, Spool
from tests.doubles import serve
from tests.pair import Pair

QUERIES = [
    "SELECT i, 'row ' || i AS t, i / 7.0 AS n FROM generate_series(1, {rows}) i",
    "SELECT g FROM generate_series(1, {rows}) g WHERE g % 3 = 0 ORDER BY g DESC",
]
STEPS = ["", "NEXT", "PRIOR", "FIRST", "LAST", "ALL", "FORWARD", "BACKWARD", "FORWARD ALL", "BACKWARD ALL", "0",
         "RELATIVE 0", "ABSOLUTE 0"]  # fmt: skip


def drawn(seed: int, rows: int) -> list[str]:
    """FETCH and MOVE in all directions."""
    draw, found = random.Random(seed), []
    for _ in range(120):
        size = draw.choice((1, 2, 7, rows, rows + 3))
        counted = [f"{word} {draw.choice((size, -size))}" for word in ("FORWARD", "BACKWARD", "ABSOLUTE", "RELATIVE")]
        step = draw.choice([*STEPS, *counted, str(size), str(-size)])
        found.append(f"{draw.choice(('FETCH', 'FETCH', 'MOVE'))} {step} FROM c")
    return found


def answers(dsn: str, query: str, steps: list[str], *, binary: bool) -> list[tuple[str, list[tuple[object, ...]]]]:
    with psycopg.connect(dsn) as connection, connection.cursor(binary=binary) as cursor:
        cursor.execute(f"DECLARE c SCROLL CURSOR FOR {query}")
        found = []
        for step in steps:
            cursor.execute(step)
            found.append((str(cursor.statusmessage), cursor.fetchall() if cursor.description else []))
        return found


@pytest.fixture(scope="module")
def pair(postgres: EmbeddedPostgres, mirror: Callable[[str], Path]) -> Iterator[Pair]:
    dsn = postgres.dsn("postgres")
    with serve(mirror(dsn)) as double:
        yield Pair(dsn, double.dsn())


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("rows", [0, 1, 20, 700])
def test_steps_as_postgres_takes_them(pair: Pair, query: str, rows: int) -> None:
    for seed in range(2):
        steps = drawn(seed * 1000 + rows, rows)
        for binary in (False, True):
            real = answers(pair.source, query.format(rows=rows), steps, binary=binary)
            ours = answers(pair.double, query.format(rows=rows), steps, binary=binary)
            for step, one, other in zip(steps, real, ours, strict=True):
                assert (step, other) == (step, one)


def batch(first: int, count: int) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [pa.array(range(first, first + count)), pa.array(["x"] * count).dictionary_encode()], ["a", "b"]
    )


def test_rows_come_back_from_the_file_in_both_directions() -> None:
    spool = Spool()
    for first, count in ((0, 3), (3, 1), (4, 5)):
        spool.add(batch(first, count))
    for first in range(9):
        for count in range(10 - first):
            for backward in (False, True):
                pieces = spool.read(first, count, backward=backward)
                rows = [row for piece in pieces for row in piece.column(0).to_pylist()]
                expected = list(range(first, first + count))
                assert rows == (expected[::-1] if backward else expected)


def test_the_file_is_bounded() -> None:
    spool = Spool(2_000)
    for number in range(100):
        spool.add(batch(number, 10))
    with pytest.raises(ProgramLimitExceeded):
        list(spool.read(0, 1, backward=False))


def test_rows_are_read_back_as_they_are_asked_for() -> None:
    """One batch at a time; where the cursor has gone on and dropped its rows, the next one says so."""
    batch = pa.RecordBatch.from_pydict({"0": list(range(100))})
    spool = Spool(4_000)
    for _ in range(2):
        spool.add(batch)
    pieces = Pieces(spool.read(0, 200, backward=False))
    first = pieces.next_batch()
    assert first is not None and first.num_rows == 100
    while not spool.is_full:
        spool.add(batch)
    with pytest.raises(ProgramLimitExceeded):
        pieces.next_batch()
