"""Partitions under a policy: they follow their root in the plan, at the drift gate and in the release's catalog."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import duckdb
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.model import Policy
from synth.build import _catalog_rules
from synth.plan.make import make_plan
from synth.plan.model import PlanRefused
from synth.plan.render import render_lines
from synth.release.catalog_writer import write_catalog
from synth.source.catalog import CatalogSnapshot, read_catalog
from synth.source.schema import Schema, read_schema
from tests.unit.synth.made import policy

SOURCE = """
CREATE TABLE person (id int PRIMARY KEY, age int);
CREATE TABLE act (person_id int NOT NULL REFERENCES person, kind text, id int) PARTITION BY LIST (kind);
CREATE TABLE act_a PARTITION OF act FOR VALUES IN ('a') PARTITION BY RANGE (id);
CREATE TABLE act_a1 PARTITION OF act_a FOR VALUES FROM (0) TO (10);
CREATE TABLE price (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE price_old PARTITION OF price FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
CREATE TABLE hushed (id int, at date) PARTITION BY RANGE (at);
CREATE TABLE hushed_1 PARTITION OF hushed FOR VALUES FROM ('2000-01-01') TO ('2020-01-01') PARTITION BY LIST (id);
CREATE TABLE hushed_2 PARTITION OF hushed_1 (PRIMARY KEY (id)) FOR VALUES IN (1, 2);
CREATE TABLE pointing (id int, one int REFERENCES hushed_2);
"""
# The embedded Postgres has no wrapper with a handler, without which information_schema cannot be read.
FOREIGN = """
CREATE FOREIGN DATA WRAPPER far;
CREATE SERVER away FOREIGN DATA WRAPPER far;
CREATE FOREIGN TABLE hushed_far PARTITION OF hushed FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') SERVER away;
CREATE FOREIGN TABLE alone (id int) SERVER away;
"""
CATALOG = "{checks: keep, defaults: keep, views: keep, comments: keep, partial_indexes: keep}"
TABLES = """
  public.person: {columns: {"*": auto}}
  public.act: {columns: {"*": auto}}
  public.price: {public: true, because: printed}
  public.hushed: {exclude: true}
"""


@pytest.fixture(scope="module")
def source(postgres: EmbeddedPostgres) -> tuple[Schema, CatalogSnapshot]:
    dsn = postgres.create_database("partitioned")
    postgres.psql(database="partitioned", stdin=SOURCE)

    async def read() -> tuple[Schema, CatalogSnapshot]:
        connection = await asyncpg.connect(dsn)
        try:
            catalog = await read_catalog(connection)
            await connection.execute(FOREIGN)
            return await read_schema(connection), catalog
        finally:
            await connection.close()

    return asyncio.run(read())


def _policy(more: str = "", pointing: str = "{exclude: true}") -> Policy:
    return policy(f"{TABLES}  public.pointing: {pointing}\n{more}", catalog=CATALOG)


def test_the_gate_asks_for_roots_alone(source: tuple[Schema, CatalogSnapshot]) -> None:
    plan = make_plan(_policy(), source[0])
    assert {each.table.name for each in plan.tables.values()} == {"person", "act", "price", "hushed", "pointing"}
    act = next(each.table for each in plan.tables.values() if each.table.name == "act")
    assert [(each.name, each.is_leaf) for each in act.partitions] == [("act_a", False), ("act_a1", True)]


def test_a_foreign_table_is_a_partition_or_no_table_of_ours(source: tuple[Schema, CatalogSnapshot]) -> None:
    hushed = source[0].named("public.hushed")
    assert hushed is not None
    assert [(each.name, each.is_leaf) for each in hushed.partitions] == [
        ("hushed_1", False),
        ("hushed_far", True),
        ("hushed_2", True),
    ]
    (unread,) = source[0].unread.values()
    plan = make_plan(_policy(), source[0])
    assert f"{unread}: not read, so the release has none of it" in render_lines(plan)
    assert unread.startswith("foreign table public.")


@pytest.mark.parametrize("name", ["public.act_a1", "public.hushed_far"])
def test_a_policy_that_names_a_partition_is_told_its_root(source: tuple[Schema, CatalogSnapshot], name: str) -> None:
    with pytest.raises(PlanRefused, match="is a partition") as caught:
        make_plan(_policy(f"  {name}: {{exclude: true}}"), source[0])
    assert name.rsplit("_")[0] in caught.value.hint


def test_a_key_into_a_partition_is_refused(source: tuple[Schema, CatalogSnapshot]) -> None:
    with pytest.raises(PlanRefused, match=r"foreign key \(one\) to a partition"):
        make_plan(_policy(pointing="{public: true, because: x}"), source[0])


def test_partitions_of_an_excluded_root_are_not_in_the_catalog(
    source: tuple[Schema, CatalogSnapshot], tmp_path: Path
) -> None:
    """However deep; those of kept roots are."""
    plan = make_plan(_policy(), source[0])
    write_catalog(source[1], tmp_path / "catalog.duckdb", _catalog_rules(plan), {})
    with duckdb.connect(str(tmp_path / "catalog.duckdb"), read_only=True) as connection:
        tables = [table for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        told = "\n".join(
            str(row) for table in tables for row in connection.execute(f"SELECT * FROM {table}").fetchall()
        )
    assert "hushed" not in told
    assert "act_a1" in told and "price_old" in told
