"""OIDs of a release tell nothing of rows: equal DDL gives equal numbers, however many rows were stored between two statements."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import asyncpg
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from synth.source.catalog import FIRST_NORMAL_OID, CatalogSnapshot, read_catalog
from synth.source.renumber import renumbering
from synth.source.schema import Schema, read_schema

FIRST = """
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE DOMAIN short AS text CHECK (length(VALUE) < 9);
CREATE TABLE person (id int PRIMARY KEY, note text, m mood, s short, tags mood[]);
ALTER TABLE person ALTER COLUMN note SET STORAGE EXTERNAL;
"""
SECOND = """
CREATE TABLE visit (id int PRIMARY KEY, person_id int NOT NULL REFERENCES person, note text);
CREATE INDEX ON visit (person_id);
CREATE VIEW seen AS SELECT id FROM visit;
CREATE FUNCTION f(person) RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;
CREATE TABLE part (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
"""


async def _read(dsn: str) -> tuple[CatalogSnapshot, Schema]:
    connection = await asyncpg.connect(dsn)
    try:
        return await read_catalog(connection), await read_schema(connection)
    finally:
        await connection.close()


def _seen(postgres: EmbeddedPostgres, name: str, rows: int) -> tuple[CatalogSnapshot, Schema]:
    dsn = postgres.create_database(name)
    stored = f"INSERT INTO person SELECT i, repeat('x', 9000) FROM generate_series(1, {rows}) i;"
    postgres.psql(database=name, stdin=FIRST + stored + SECOND)
    return asyncio.run(_read(dsn))


@pytest.fixture(scope="module")
def two(postgres: EmbeddedPostgres) -> list[tuple[CatalogSnapshot, Schema]]:
    return [_seen(postgres, "toasted_few", 3), _seen(postgres, "toasted_many", 60)]


def test_equal_ddl_gives_equal_numbers(two: list[tuple[CatalogSnapshot, Schema]]) -> None:
    numbered = []
    for catalog, schema in two:
        numbers = renumbering(catalog)
        shown = numbers.catalog(catalog)
        rows = {one.name: sorted(map(str, one.rows)) for one in shown.relations if one.name not in ("pg_database",)}
        rows = {name: [row.replace(catalog.source.database, "db") for row in found] for name, found in rows.items()}
        numbered.append((rows, numbers.schema(schema), [replace(row, text="") for row in shown.definitions]))
    (few, few_schema, few_definitions), (many, many_schema, many_definitions) = numbered
    assert [name for name in few if few[name] != many[name]] == []
    assert few_schema == many_schema
    assert few_definitions == many_definitions


def test_the_gap_was_there(two: list[tuple[CatalogSnapshot, Schema]]) -> None:
    """Else the test above proves nothing."""
    gaps = []
    for _, schema in two:
        person, visit = schema.named("public.person"), schema.named("public.visit")
        assert person is not None and visit is not None
        gaps.append(visit.oid - person.oid)
    assert gaps[1] - gaps[0] >= 50


def test_order_and_references_stay(two: list[tuple[CatalogSnapshot, Schema]]) -> None:
    catalog, schema = two[1]
    numbers = renumbering(catalog)
    shown = numbers.schema(schema)
    assert [table.name for _, table in sorted(shown.tables.items())] == [
        table.name for _, table in sorted(schema.tables.items())
    ]
    assert all(oid == table.oid >= FIRST_NORMAL_OID for oid, table in shown.tables.items())
    visit, person = shown.named("public.visit"), shown.named("public.person")
    assert visit is not None and person is not None
    assert visit.foreign_keys[0].target == person.oid
    toast = next(one for one in numbers.catalog(catalog).relations if one.name == "pg_class")
    place = [column.name for column in toast.columns].index("relname")
    assert f"pg_toast_{person.oid}" in {row[place] for row in toast.rows}
