"""The same program against the source and the double: same columns, same types, same values."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import asyncpg
import pandas as pd
import psycopg
import pytest
import sqlalchemy as sa

from tests.pair import Pair

SETS = ["pagila", "northwind", "chinook"]
STATEMENTS = [
    "select * from invoice order by invoice_id limit 20",
    "select * from employee order by employee_id",
    "select billing_country, sum(total), avg(total), count(*) from invoice group by 1 order by 1",
    "select invoice_date, invoice_date::date, extract(year from invoice_date), total * 2 from invoice order by invoice_id limit 9",
    "select array_agg(genre_id order by genre_id), max(name) from genre",
    "select 1::int2, 2::int8, 1.5::float4, 2.5::float8, true, null::text, '\\x01ff'::bytea, 'a'::char(3), interval '1 day 2:03'",
    "select '2024-02-29'::date, '12:34:56.7'::time, '2024-02-29 12:00'::timestamp, '2024-02-29 12:00+02'::timestamptz",
    "select 'c0ffee00-0000-4000-8000-000000000000'::uuid, '{\"b\": [1, 2], \"a\": null}'::jsonb, '{1,2,null}'::int[]",
]


def by_psycopg(dsn: str, binary: bool) -> list[Any]:
    with psycopg.connect(dsn) as connection, connection.cursor(binary=binary) as cursor:
        found: list[Any] = []
        for statement in STATEMENTS:
            cursor.execute(statement)
            found.append(
                [
                    (one.name, one.type_code, one.internal_size, one.precision, one.scale)
                    for one in cursor.description or ()
                ]
            )
            found.append(cursor.fetchall())
        cursor.execute("select customer_id from invoice where invoice_id = %s and total > %s", [5, 1])
        found.append(cursor.fetchall())
        return found


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
def test_psycopg(pair: Callable[[str], Pair], binary: bool) -> None:
    both = pair("chinook")
    assert by_psycopg(both.double, binary) == by_psycopg(both.source, binary)


async def by_asyncpg(dsn: str) -> list[Any]:
    connection = await asyncpg.connect(dsn)
    try:
        found: list[Any] = []
        for statement in STATEMENTS:
            prepared = await connection.prepare(statement)
            found.append([(one.name, one.type) for one in prepared.get_attributes()])
            found.append([tuple(row) for row in await prepared.fetch()])
        query = "select track_id, name from track where album_id = any($1::int[]) and milliseconds > $2 order by 1"
        found.append([tuple(row) for row in await connection.fetch(query, [1, 2, 3], 200_000)])
        async with connection.transaction():
            cursor = connection.cursor("select invoice_line_id from invoice_line order by 1", prefetch=50)
            found.append([row[0] async for row in cursor])
        return found
    finally:
        await connection.close()


def test_asyncpg(pair: Callable[[str], Pair]) -> None:
    both = pair("chinook")
    assert asyncio.run(by_asyncpg(both.double)) == asyncio.run(by_asyncpg(both.source))


async def enums_and_composites(dsn: str) -> Any:
    """asyncpg introspects types it does not know: an enum, a domain and an array of it."""
    connection = await asyncpg.connect(dsn)
    try:
        query = "select rating, release_year, special_features, array_agg(rating) over () as all_of_them from film order by film_id limit 3"
        return [tuple(row) for row in await connection.fetch(query)]
    finally:
        await connection.close()


def test_asyncpg_type_introspection(pair: Callable[[str], Pair]) -> None:
    both = pair("pagila")
    assert asyncio.run(enums_and_composites(both.double)) == asyncio.run(enums_and_composites(both.source))


def reflected(dsn: str) -> Any:
    engine = sa.create_engine(dsn.replace("postgresql://", "postgresql+psycopg://"))
    try:
        inspector = sa.inspect(engine)
        found = {}
        for table in sorted(inspector.get_table_names()):
            columns = [
                (one["name"], str(one["type"]), one["nullable"], one["default"], one.get("comment"))
                for one in inspector.get_columns(table)
            ]
            found[table] = (
                columns, inspector.get_pk_constraint(table), sorted(inspector.get_foreign_keys(table), key=str),
                sorted(inspector.get_indexes(table), key=str), sorted(inspector.get_unique_constraints(table), key=str),
                sorted(inspector.get_check_constraints(table), key=str),
            )  # fmt: skip
        return found, sorted(inspector.get_view_names()), sorted(inspector.get_schema_names())
    finally:
        engine.dispose()


@pytest.mark.parametrize("name", SETS)
def test_sqlalchemy_reflection(pair: Callable[[str], Pair], name: str) -> None:
    both = pair(name)
    found, expected = reflected(both.double), reflected(both.source)
    assert found == expected
    assert len(expected[0]) > 8


def test_pandas_read_sql(pair: Callable[[str], Pair]) -> None:
    both = pair("chinook")
    frames = []
    for dsn in (both.source, both.double):
        engine = sa.create_engine(dsn.replace("postgresql://", "postgresql+psycopg://"))
        query = "select i.*, c.country from invoice i join customer c using (customer_id) order by invoice_id"
        frames.append(pd.read_sql(query, engine))
        engine.dispose()
    pd.testing.assert_frame_equal(frames[0], frames[1])
    assert len(frames[0]) > 400
