"""Rows that are moved into a partition keep every other promise: CHECKs and generated columns are looked at after the last move."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.model import Policy
from synth.plan.model import PlanRefused
from tests.unit.synth.made import policy as written
from tests.unit.synth.reload import reload
from tests.unit.synth.test_rules import made, planned

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
HASHED = """
CREATE TABLE person (id int PRIMARY KEY) PARTITION BY HASH (id);
CREATE TABLE person_0 PARTITION OF person FOR VALUES WITH (MODULUS 4, REMAINDER 0);
CREATE TABLE person_1 PARTITION OF person FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE act (person int NOT NULL REFERENCES person, n int);
INSERT INTO person SELECT i FROM generate_series(1, 300) i WHERE NOT satisfies_hash_partition('person'::regclass, 4, 2, i);
INSERT INTO act SELECT id, 1 FROM person;
"""
LAST = "CREATE TABLE person_2 PARTITION OF person FOR VALUES WITH (MODULUS 4, REMAINDER 2);"
SALE = """
  public.sale:
    columns:
      "*": auto
      region: {as: number, bounds: ["0", "100"], step: "1"}
      v: {as: number, bounds: ["0", "100"], step: "1"}
"""
PERSON = """
  public.person: {columns: {"*": auto}}
  public.act: {columns: {"*": auto}}
"""


def policy(unit: str, tables: str, checks: str = "keep") -> Policy:
    return written(tables, unit=f"public.{unit}", epsilon=10, catalog=f"{{checks: {checks}, defaults: keep}}")


def test_what_reads_a_moved_column_is_looked_at_again(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    """Where nothing that the model gave passes all of it, what does is drawn from the declared domains."""
    dsn = postgres.create_database("moved")
    postgres.psql(database="moved", stdin=DDL + ROWS)
    folder, manifest = made(dsn, tmp_path, policy("sale", SALE))
    oid = next(table.oid for table in manifest.tables if table.name == "sale")
    with duckdb.connect(str(folder / "replica.duckdb"), read_only=True) as replica:
        wrong = "count(*) FILTER (WHERE c3 <> c1 * 2 OR c4 <> 100 // (c1 % 2) OR c2 <= c1 OR c3 = 50)"
        assert replica.execute(f"SELECT count(*) > 50, {wrong} FROM t{oid}").fetchone() == (True, 0)
    assert reload(postgres, "moved_again", DDL, folder) == []


@pytest.fixture(scope="module")
def hashed(postgres: EmbeddedPostgres) -> str:
    dsn = postgres.create_database("hashed_keys")
    postgres.psql(database="hashed_keys", stdin=HASHED)
    return dsn


def test_keys_that_no_partition_may_take_are_refused_before_a_row_is_read(hashed: str) -> None:
    with pytest.raises(PlanRefused, match="only some hashes") as caught:
        planned(hashed, policy("person", PERSON))
    assert caught.value.path == ("tables", "public.person")
    assert "checks: drop" in caught.value.hint
    assert planned(hashed, policy("person", PERSON, "drop")).order


def test_nothing_is_refused_where_nobody_refers_to_the_rows(hashed: str) -> None:
    """Rows without a partition are not in the release then."""
    assert planned(
        hashed, policy("person", PERSON.replace('act: {columns: {"*": auto}}', "act: {exclude: true}"))
    ).order


def test_partitions_of_several_moduli_cover_every_hash(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    dsn = postgres.create_database("hashed_all")
    postgres.psql(database="hashed_all", stdin=HASHED + LAST)
    folder, manifest = made(dsn, tmp_path, policy("person", PERSON))
    assert not [note for note in manifest.notes if "partitions" in note]
    ddl = "".join(line for line in (HASHED + LAST).splitlines(keepends=True) if not line.startswith("INSERT"))
    assert reload(postgres, "hashed_all_again", ddl, folder) == []
