"""What the source is at the moment of a build, beside its rows: sessions' own tables, changed rows under an index, filtered rows.

A temporary table of another session and an index over changed rows leave no trace in a release's catalog; a table of which a policy of
the source shows some rows only is refused, since what one unit changes would have no bound.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import duckdb
import psycopg
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.load import parse_policy
from policies.stores.sqlite import SqliteLedger
from synth.build import BuildRequest, build
from synth.release.manifest import Manifest
from synth.source.rights import SourceRefused
from tests.unit.synth.made_source import READER, make_reader

WORD = "xylocarpus"
SCHEMA = """
CREATE TABLE person (id int PRIMARY KEY, n int NOT NULL);
CREATE TABLE hall (full_from int);
INSERT INTO person SELECT i, i % 7 FROM generate_series(1, 100) i;
"""
OWN = f"""
CREATE TEMP TABLE {WORD}_table ({WORD}_column int DEFAULT 7 CHECK ({WORD}_column > 0) PRIMARY KEY, n serial);
CREATE TEMP VIEW {WORD}_view AS SELECT 1 AS {WORD}_one;
CREATE TYPE pg_temp.{WORD}_kind AS ENUM ('{WORD}');
CREATE DOMAIN pg_temp.{WORD}_domain AS int DEFAULT 5 CHECK (VALUE > 1);
CREATE TYPE pg_temp.{WORD}_pair AS ({WORD}_a int, b text);
CREATE TYPE pg_temp.{WORD}_range AS RANGE (subtype = float8);
CREATE FUNCTION pg_temp.{WORD}_function({WORD}_argument int DEFAULT 3) RETURNS int LANGUAGE sql AS 'SELECT 1';
"""
# One unit more, and none of the others can be read: what RLS compares with is none of our bounds.
FILTER = """
ALTER TABLE person ENABLE ROW LEVEL SECURITY;
CREATE POLICY room ON person USING ((SELECT count(*) FROM hall) = 0);
"""
POLICY = """
version: 1
privacy:
  unit: public.person
  budget:   {epsilon: 4, delta: 1e-9, window: 1d}
  lifetime: {epsilon: 4, delta: 1e-9}
  release:  {epsilon: 4}
tables:
  public.person: {columns: {"*": auto}}
  public.hall: {exclude: true}
roles:
  analyst: {grants: [{tables: [public.person]}]}
"""


def made(postgres: EmbeddedPostgres, name: str, state: Path) -> Manifest:
    """A release of the source."""
    ledger = SqliteLedger(state / "ledger.sqlite")
    request = BuildRequest(postgres.dsn(name, *READER), state / "releases", "source")
    return asyncio.run(build(request, parse_policy(POLICY).policy, ledger, lambda phase: None))


def test_sessions_and_changed_rows_leave_no_trace(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    postgres.create_database("moment")
    postgres.psql(database="moment", stdin=SCHEMA)
    make_reader(postgres, "moment")
    with (
        psycopg.connect(postgres.dsn("moment"), autocommit=True) as other,
        psycopg.connect(postgres.dsn("moment")) as looking,
    ):
        other.execute(OWN)
        looking.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        looking.execute("SELECT count(*) FROM person")
        other.execute("UPDATE person SET n = n + 1")
        other.execute("CREATE INDEX person_n ON person (n)")
        assert other.execute("SELECT bool_or(indcheckxmin) FROM pg_index").fetchone() == (True,)
        (number,) = other.execute(
            "SELECT attnum FROM pg_attribute WHERE attrelid = 'pg_index'::regclass AND attname = 'indcheckxmin'"
        ).fetchone() or (0,)
        made(postgres, "moment", tmp_path)
    with duckdb.connect(str(tmp_path / "releases/000001/catalog.duckdb"), read_only=True) as catalog:
        for (table,) in catalog.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            text = "\n".join(map(str, catalog.execute(f"SELECT * FROM {table}").fetchall()))
            found = [sign for sign in (WORD, "pg_temp_", "pg_toast_temp_") if sign in text]
            assert not found, table
        assert catalog.execute(f"SELECT DISTINCT c{number} FROM t2610 WHERE c1 >= 16384").fetchall() == [(False,)]
    assert WORD.encode() not in (tmp_path / "releases/000001/catalog.duckdb").read_bytes()


def test_a_table_whose_rows_are_filtered_is_refused_before_anything_is_reserved(
    postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    postgres.create_database("filtered")
    postgres.psql(database="filtered", stdin=SCHEMA + FILTER)
    make_reader(postgres, "filtered")
    with pytest.raises(SourceRefused, match="row-level security"):
        made(postgres, "filtered", tmp_path)
    assert SqliteLedger(tmp_path / "ledger.sqlite").entries() == []
    postgres.psql("-c", f"ALTER ROLE {READER[0]} BYPASSRLS", database="filtered")
    try:
        assert made(postgres, "filtered", tmp_path).release == 1
    finally:
        postgres.psql("-c", f"ALTER ROLE {READER[0]} NOBYPASSRLS", database="filtered")
