"""Rows as values, on a real Postgres and on the double: rows.sql, over the tables of rows_tables.sql."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.doubles import serve
from tests.oracle.compare import BINARY, TEXT, ask, difference
from tests.pair import Pair

FOLDER = Path(__file__).parent
STATEMENTS = [line for line in (FOLDER / "rows.sql").read_text(encoding="utf-8").splitlines() if line[:2] != "--"]
# Their text depends on the session's zone, which the stored text of a row was not printed in.
ZONED = [
    "select m::text from event order by id", "select (m).at::text, (m).at from event order by id", "select m from event order by id",
    "select ms::text, ms from event order by id", "select concat(m, ' at') from event order by id",
    "select row(m)::text, array[m]::text from event order by id", "select event::text from event order by id",
    "select s::text from (select array[m] from event) s order by 1", "select to_jsonb(m) from event order by id",
]  # fmt: skip


@pytest.fixture(scope="module")
def pair(postgres: EmbeddedPostgres, mirror: Callable[[str], Path]) -> Iterator[Pair]:
    dsn = postgres.create_database("rows")
    postgres.psql(database="rows", stdin=(FOLDER / "rows_tables.sql").read_text(encoding="utf-8"))
    with serve(mirror(dsn)) as double:
        yield Pair(dsn, double.dsn())


def differences(pair: Pair, statements: list[str], before: str = "") -> list[str]:
    """The statements that are answered otherwise, and how."""
    found = []
    sides = pair.connect()
    for side in sides:
        side.exec_(before.encode())
    for statement in statements:
        for result_format in (TEXT, BINARY):
            real, double = (ask(side, statement, result_format) for side in sides)
            if said := difference(real, double, ordered="order by" in statement):
                found.append(f"{statement}: {said}")
    return found


def test_rows(pair: Pair) -> None:
    assert differences(pair, STATEMENTS) == []


def test_rows_in_another_time_zone(pair: Pair) -> None:
    assert differences(pair, ZONED, "set timezone = 'America/New_York'") == []
