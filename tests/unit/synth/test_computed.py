"""Generated columns follow their expression over the synthetic row: a real Postgres computes each anew and finds the same."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.model import Policy
from synth.plan.model import Role
from synth.release.manifest import Manifest
from tests.unit.synth.made import policy as written
from tests.unit.synth.reload import reload
from tests.unit.synth.test_rules import made, planned

DDL = """
CREATE FUNCTION twice(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN 2 * $1; END $$;
CREATE TABLE sale (
    id int PRIMARY KEY, price numeric(8,2) NOT NULL, qty int NOT NULL, named text, at date,
    total numeric(12,2) GENERATED ALWAYS AS (price * qty) STORED,
    share numeric GENERATED ALWAYS AS (price / qty) VIRTUAL,
    whole int NOT NULL GENERATED ALWAYS AS (qty / 2) STORED,
    low text GENERATED ALWAYS AS (lower(named)) STORED,
    label text UNIQUE GENERATED ALWAYS AS ('S-' || id) STORED,
    span interval GENERATED ALWAYS AS (make_interval(days => qty)) VIRTUAL,
    years int[] GENERATED ALWAYS AS (ARRAY[qty, extract(year FROM at)::int]) STORED,
    doubled int GENERATED ALWAYS AS (twice(qty)) STORED,
    CHECK (total < 4000));
CREATE TABLE part (sale int NOT NULL REFERENCES sale, n int NOT NULL, half int GENERATED ALWAYS AS (n / 2) STORED, CHECK (half > 1));
"""
ROWS = """
INSERT INTO sale SELECT i, i % 50, 1 + i % 7, 'N' || i, date '2020-01-01' + i FROM generate_series(1, 300) i;
INSERT INTO part SELECT 1 + i % 300, 4 + i % 9 FROM generate_series(1, 900) i;
"""
TABLES = """
  public.sale:
    columns:
      "*": auto
      price: {as: number, bounds: ["0", "1000"], step: "10"}
      qty: {as: number, bounds: ["0", "10"], step: "1"}
  public.part: {columns: {"*": auto, n: {as: number, bounds: ["0", "20"], step: "1"}}}
"""


def policy(catalog: str) -> Policy:
    return written(TABLES, unit="public.sale", epsilon=10, catalog=catalog)


@pytest.fixture(scope="module")
def source(postgres: EmbeddedPostgres) -> str:
    dsn = postgres.create_database("computed")
    postgres.psql(database="computed", stdin=DDL + ROWS)
    return dsn


@pytest.fixture(scope="module")
def kept(source: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    return made(source, tmp_path_factory.mktemp("computed"), policy("{defaults: keep, checks: keep}"))


def test_postgres_computes_the_same(kept: tuple[Path, Manifest], postgres: EmbeddedPostgres) -> None:
    """Of all but `doubled`, which only Postgres can compute; price / qty where qty may be drawn as 0 included."""
    folder, manifest = kept
    found = reload(postgres, "computed_again", DDL.replace("GENERATED ALWAYS AS (twice(qty)) STORED", ""), folder)
    assert found == []
    assert all(table.rows > 200 for table in manifest.tables)


def test_what_is_computed_is_not_measured(kept: tuple[Path, Manifest]) -> None:
    measured = {column for row in kept[1].measurements for column in row.columns if row.table == "public.sale"}
    numbers = {
        column.name: f"c{column.attnum}" for table in kept[1].tables for column in table.columns if table.name == "sale"
    }
    assert numbers["doubled"] in measured and numbers["qty"] in measured
    assert not measured & {numbers[name] for name in ("total", "share", "whole")}


def test_what_cannot_be_computed_is_said_in_check_and_manifest(kept: tuple[Path, Manifest], source: str) -> None:
    told = [note for note in kept[1].notes if "does not follow its expression" in note]
    assert len(told) == 1 and told[0].startswith("public.sale.doubled")
    assert set(told) <= set(planned(source, policy("{defaults: keep}")).notes)


def test_literals_that_are_not_public_shape_nothing(source: str) -> None:
    """The catalog of such a release does not say that the column is generated."""
    plan = planned(source, policy("{}"))
    roles = {column.column.name: column.role for table in plan.tables.values() for column in table.columns}
    assert {roles[name] for name in ("total", "share", "low")} == {Role.COMPUTED}
    assert Role.COMPUTED not in {roles[name] for name in ("label", "whole", "half", "doubled")}
    assert roles["label"] is Role.KEY


def test_a_row_that_fails_takes_values_from_one_that_does_not(kept: tuple[Path, Manifest]) -> None:
    folder, manifest = kept
    sale = next(table.oid for table in manifest.tables if table.name == "sale")
    with duckdb.connect(str(folder / "replica.duckdb"), read_only=True) as replica:
        assert replica.execute(f"SELECT count(*) FROM t{sale} WHERE c3 = 0 OR c7 IS NULL").fetchone() == (0,)
