"""Which unique indexes of a source say that rows differ: whole ones, by their key columns alone."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from pgdouble.demo.cluster import ClusterError
from pgdouble.demo.postgres import EmbeddedPostgres
from synth.source.schema import Schema, read_schema

SCHEMA = """
CREATE TABLE whole (a int, b int, c int, PRIMARY KEY (a) INCLUDE (b), UNIQUE (b, c) INCLUDE (a));
CREATE TABLE root (a int, b int, PRIMARY KEY (a) INCLUDE (b)) PARTITION BY RANGE (a);
CREATE TABLE leaf PARTITION OF root FOR VALUES FROM (0) TO (9);
CREATE TABLE twins (a int);
INSERT INTO twins VALUES (1), (1);
"""
UNFINISHED = "CREATE UNIQUE INDEX CONCURRENTLY never ON twins (a)"  # it stays behind, and new rows must differ from all others by it


def test_columns_that_are_carried_along_and_indexes_that_were_not_finished_do_not_count(
    postgres: EmbeddedPostgres,
) -> None:
    dsn = postgres.create_database("unique_indexes")
    postgres.psql(database="unique_indexes", stdin=SCHEMA)
    with pytest.raises(ClusterError):
        postgres.psql("-c", UNFINISHED, database="unique_indexes")

    async def read() -> Schema:
        connection = await asyncpg.connect(dsn)
        try:
            return await read_schema(connection)
        finally:
            await connection.close()

    keys = {table.name: (table.primary_key, table.uniques) for table in asyncio.run(read()).tables.values()}
    assert keys == {"whole": ((1,), ((2, 3),)), "root": ((1,), ()), "twins": ((), ())}
