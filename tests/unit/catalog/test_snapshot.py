"""The catalog snapshot of a real Postgres: what the rules drop is nowhere in the file, what they keep is the source's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import duckdb
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from proxy.catalog.load import load_catalog
from synth.release.catalog_writer import CatalogRules, write_catalog
from synth.release.manifest import CATALOG, REPLICA
from synth.source.catalog import CatalogSnapshot, read_catalog

SCHEMA = """
CREATE TABLE kept (id int PRIMARY KEY, note text DEFAULT 'canary-default' CHECK (note <> 'canary-check'),
                   at timestamptz DEFAULT now(), n int CONSTRAINT positive CHECK (n > 777001));
COMMENT ON TABLE kept IS 'canary-comment';
COMMENT ON COLUMN kept.note IS 'canary-column-comment';
CREATE INDEX kept_partial ON kept (id) WHERE note = 'canary-index';
CREATE VIEW seen AS SELECT id FROM kept WHERE note = 'canary-view';
CREATE TABLE gone (id int PRIMARY KEY REFERENCES kept, canary_column text);
CREATE TABLE parted (at date) PARTITION BY RANGE (at);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM ('1977-07-07') TO ('1978-08-08');
CREATE DOMAIN checked AS text DEFAULT 'canary-domain-default' CHECK (VALUE <> 'canary-domain');
CREATE FUNCTION helper(x int DEFAULT 778899) RETURNS text LANGUAGE sql AS $$ SELECT 'canary-function' $$;
CREATE SEQUENCE counter; SELECT setval('counter', 987654321);
INSERT INTO kept SELECT i, 'canary-value-' || i, now(), 777001 + i FROM generate_series(1, 4321) i;
ALTER TABLE kept ADD COLUMN added text DEFAULT 'canary-missing';
ANALYZE;
"""
CANARIES = ("canary-", "777001", "1977-07-07", "778899", "987654321", "4321.0")


@pytest.fixture(scope="module")
def snapshot(postgres: EmbeddedPostgres) -> CatalogSnapshot:
    dsn = postgres.create_database("snapshot")
    postgres.psql("-c", SCHEMA, database="snapshot")

    async def read() -> CatalogSnapshot:
        connection = await asyncpg.connect(dsn)
        try:
            return await read_catalog(connection)
        finally:
            await connection.close()

    return asyncio.run(read())


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    duckdb.connect(str(tmp_path / REPLICA)).close()
    yield tmp_path


def oid_of(snapshot: CatalogSnapshot, name: str) -> int:
    classes = next(relation for relation in snapshot.relations if relation.name == "pg_class")
    places = {column.name: index for index, column in enumerate(classes.columns)}
    return next(int(row[places["oid"]] or 0) for row in classes.rows if row[places["relname"]] == name)


def words(path: Path) -> str:
    """Every value of the file as one text."""
    with duckdb.connect(str(path), read_only=True) as connection:
        tables = [row[0] for row in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        return "\n".join(
            table + str(row) for table in tables for row in connection.execute(f"SELECT * FROM {table}").fetchall()
        )


def test_default_rules_leave_no_text_of_the_source(snapshot: CatalogSnapshot, folder: Path) -> None:
    write_catalog(snapshot, folder / CATALOG, CatalogRules(), {})
    found = words(folder / CATALOG)
    assert [canary for canary in CANARIES if canary in found] == []
    assert "positive" not in found
    catalog = load_catalog(folder)
    assert catalog.relation_by_name[catalog.namespace_by_name["public"], "kept"].column("at") is not None
    assert "CURRENT" in found or "now()" in found  # a default without literals stays


def test_kept_text_is_the_sources(snapshot: CatalogSnapshot, folder: Path) -> None:
    write_catalog(snapshot, folder / CATALOG, CatalogRules(True, True, True, True, True), {})
    found = words(folder / CATALOG)
    kept = ("canary-default", "canary-check", "canary-comment", "canary-index", "canary-view", "1977-07-07")
    assert [word for word in kept if word not in found] == []
    never = ("canary-value", "987654321", "4321.0", "canary-function")
    assert [word for word in never if word in found] == []
    catalog = load_catalog(folder)
    view = catalog.relation_by_name[catalog.namespace_by_name["public"], "seen"].view_sql
    assert "canary-view" in view and "public.kept" in view


def test_excluded_relation_is_nowhere(snapshot: CatalogSnapshot, folder: Path) -> None:
    excluded = oid_of(snapshot, "gone")
    write_catalog(snapshot, folder / CATALOG, CatalogRules(excluded=frozenset({excluded})), {})
    found = words(folder / CATALOG)
    assert "canary_column" not in found
    assert [line for line in found.splitlines() if "'gone'" in line or "'_gone'" in line or "gone_" in line] == []
    assert f"{excluded}," not in found


def test_sizes_are_the_replicas(snapshot: CatalogSnapshot, folder: Path) -> None:
    oid = oid_of(snapshot, "kept")
    write_catalog(snapshot, folder / CATALOG, CatalogRules(), {oid: 640})
    pg_class = next(relation for relation in snapshot.relations if relation.name == "pg_class")
    names = {column.name: column.attnum for column in pg_class.columns}
    with duckdb.connect(str(folder / CATALOG), read_only=True) as connection:
        found = connection.execute(f"SELECT c{names['reltuples']} FROM t1259 WHERE c{names['oid']} = {oid}").fetchone()
    assert found == (640.0,)
