"""An excluded table in a release's catalog: no row of any relation and no definition names it or points at it.

All of `catalog:` is kept, so that nothing else takes a text away. The source is the one whose denied table is mentioned everywhere.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import duckdb
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from synth.release.catalog_writer import CatalogRules, write_catalog
from synth.release.mentions import TABLES
from synth.release.references import HIDDEN_COLUMN, hidden_condition
from synth.source.catalog import CatalogSnapshot, read_catalog
from tests.unit.policing.test_hidden_catalog import SCHEMA

WORD = "secretplan"
KEPT = "secretplan_heir"  # inherits from another table; its name is its own


@pytest.fixture(scope="module")
def snapshot(postgres: EmbeddedPostgres) -> CatalogSnapshot:
    dsn = postgres.create_database("excluded")
    postgres.psql(database="excluded", stdin=SCHEMA)

    async def read() -> CatalogSnapshot:
        connection = await asyncpg.connect(dsn)
        try:
            return await read_catalog(connection)
        finally:
            await connection.close()

    return asyncio.run(read())


def _oids(snapshot: CatalogSnapshot, relation: str, column: str) -> dict[str, int]:
    """name -> OID of the rows of a relation whose name says the word."""
    found = next(one for one in snapshot.relations if one.name == relation)
    names = [each.name for each in found.columns]
    oid, name = names.index("oid"), names.index(column)
    return {
        str(row[name]): int(row[oid] or 0)
        for row in found.rows
        if WORD in str(row[name]) and KEPT not in str(row[name])
    }


def test_nothing_is_left_of_an_excluded_table(snapshot: CatalogSnapshot, tmp_path: Path) -> None:
    relations, types = _oids(snapshot, "pg_class", "relname"), _oids(snapshot, "pg_type", "typname")
    gone = {*relations.values(), *types.values(), *_oids(snapshot, "pg_proc", "proname").values()}
    assert len(gone) >= 8
    path = tmp_path / "catalog.duckdb"
    keep = CatalogRules(True, True, True, True, True, frozenset({relations[WORD]}))
    write_catalog(snapshot, path, keep, {})
    names = {f"t{relation.oid}": relation.name for relation in snapshot.relations} | {"pgd_def": "pgd_def"}
    left = []
    with duckdb.connect(str(path), read_only=True) as connection:
        for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            described = connection.execute(f"DESCRIBE {table}").fetchall()
            oids = [place for place, (_, kind, *_) in enumerate(described) if kind == "UINTEGER"]
            for row in connection.execute(f"SELECT * FROM {table}").fetchall():
                told = str(row).replace(KEPT, "")
                if WORD in told or gone & {row[place] for place in oids}:
                    left.append(f"{names[table]}: {row}")
    assert not left, "\n".join(left)


def test_not_null_before_postgres_18_is_known_by_its_name() -> None:
    """There information_schema makes up a constraint out of the OIDs of schema and table and the column's number."""
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE hidden_column({HIDDEN_COLUMN})")
        connection.execute("INSERT INTO hidden_column VALUES (20001, 3, 's', 't', 'c')")
        for table in TABLES:
            columns = "classid UINTEGER, oid UINTEGER, schema_name VARCHAR, table_name VARCHAR, name VARCHAR"
            connection.execute(f"CREATE TABLE {table}({columns})")
        connection.execute("INSERT INTO hidden VALUES (0, 20002, 's', '', 'u')")
        connection.execute(
            "CREATE TABLE check_constraints(constraint_schema VARCHAR, constraint_name VARCHAR, check_clause VARCHAR)"
        )
        for name in (
            "2200_20001_3_not_null",
            "2200_20001_4_not_null",
            "2200_20002_1_not_null",
            "2200_20003_1_not_null",
            "plain",
        ):
            connection.execute("INSERT INTO check_constraints VALUES ('s', ?, '')", [name])
        condition = hidden_condition("check_constraints").replace("specific_name", "NULL")
        left = connection.execute(f"SELECT constraint_name FROM check_constraints WHERE NOT ({condition})").fetchall()
    assert left == [("2200_20001_4_not_null",), ("2200_20003_1_not_null",), ("plain",)]
