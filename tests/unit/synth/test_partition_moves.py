"""Rows that are moved into a partition keep every other promise: CHECKs and generated columns are looked at after the last move."""

from __future__ import annotations

from pathlib import Path

import duckdb

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.load import parse_policy
from policies.model import Policy
from tests.unit.synth.reload import reload
from tests.unit.synth.test_rules import made

# Two of three drawn regions have no partition; v is drawn alone, and what is computed from a moved region must follow it.
DDL = """
CREATE TABLE sale (region int NOT NULL, v int NOT NULL, twice int GENERATED ALWAYS AS (region * 2) STORED,
    share int GENERATED ALWAYS AS (100 / (region % 2)) STORED, CHECK (v > region), CHECK (twice <> 50)) PARTITION BY HASH (region);
CREATE TABLE sale_0 PARTITION OF sale FOR VALUES WITH (MODULUS 3, REMAINDER 0);
"""
ROWS = """
INSERT INTO sale (region, v) SELECT i, i + 1 FROM generate_series(1, 600, 2) i
    WHERE satisfies_hash_partition('sale'::regclass, 3, 0, i) AND i <> 25;
"""
HEAD = """
version: 1
privacy:
  unit: public.{unit}
  budget: {{epsilon: 40, delta: 1e-9, window: 365d}}
  lifetime: {{epsilon: 90, delta: 1e-8}}
  release: {{epsilon: 10}}
catalog: {{checks: {checks}, defaults: keep}}
tables:
"""
SALE = """
  public.sale:
    columns:
      "*": auto
      region: {as: number, bounds: ["0", "100"], step: "1"}
      v: {as: number, bounds: ["0", "100"], step: "1"}
"""


def policy(unit: str, tables: str, checks: str = "keep") -> Policy:
    return parse_policy(HEAD.format(unit=unit, checks=checks) + tables).policy


def test_what_reads_a_moved_column_is_looked_at_again(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    dsn = postgres.create_database("moved")
    postgres.psql(database="moved", stdin=DDL + ROWS)
    folder, manifest = made(dsn, tmp_path, policy("sale", SALE))
    oid = next(table.oid for table in manifest.tables if table.name == "sale")
    with duckdb.connect(str(folder / "replica.duckdb"), read_only=True) as replica:
        wrong = "count(*) FILTER (WHERE c3 <> c1 * 2 OR c4 <> 100 // (c1 % 2) OR c2 <= c1 OR c3 = 50)"
        assert replica.execute(f"SELECT count(*) > 50, {wrong} FROM t{oid}").fetchone() == (True, 0)
    assert reload(postgres, "moved_again", DDL, folder) == []
