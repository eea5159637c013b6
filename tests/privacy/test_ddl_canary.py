"""A word planted in every place of the DDL that takes source-written text: none of it is in a release under the default policy.

Reads the catalog of a real Postgres and writes it as a release would; every column of every stored relation is searched. A second
test walks Postgres' own catalog for columns that hold text of any kind and wants each of them judged.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import duckdb
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from synth.release.catalog_writer import CatalogRules, write_catalog
from synth.source.catalog import (
    COPIED,
    COPIED_INFORMATION_SCHEMA,
    DEFINITIONS_SQL,
    CatalogSnapshot,
    read_catalog,
)
from synth.source.texts import DEFINED, JUDGED

WORD, NUMBER = "xylocarpus", 918273645
SCHEMA = f"""
CREATE DOMAIN d_default AS text DEFAULT '{WORD}';
CREATE DOMAIN d_check AS int CHECK (VALUE <> {NUMBER});
CREATE TABLE t (
    id bigint GENERATED ALWAYS AS IDENTITY (START WITH {NUMBER} MINVALUE {NUMBER} MAXVALUE {NUMBER}0 INCREMENT BY 7 CACHE 3) PRIMARY KEY,
    a text DEFAULT '{WORD}' CHECK (a <> '{WORD}'), b bigint DEFAULT {NUMBER}, c text GENERATED ALWAYS AS (a || '{WORD}') STORED,
    d d_default, e d_check, r int4range, p point,
    CONSTRAINT ex EXCLUDE USING gist (r WITH &&) WHERE (b > {NUMBER}),
    CONSTRAINT ex2 EXCLUDE USING btree ((a || '{WORD}') WITH =));
CREATE INDEX i1 ON t ((a || '{WORD}'));
CREATE INDEX i2 ON t (b) WHERE a = '{WORD}';
CREATE UNIQUE INDEX i3 ON t (b) WHERE b > {NUMBER};
ALTER TABLE t ALTER COLUMN b SET (n_distinct = {NUMBER});
ALTER TABLE t ALTER COLUMN b SET STATISTICS 4321;
ALTER TABLE t SET (parallel_workers = 913);
CREATE STATISTICS st ON (a || '{WORD}'), b FROM t;
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
CREATE POLICY pol ON t USING (a <> '{WORD}') WITH CHECK (b <> {NUMBER});
CREATE FUNCTION f(x text DEFAULT '{WORD}') RETURNS text LANGUAGE sql AS $$ SELECT '{WORD}' $$;
CREATE FUNCTION f2() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT {NUMBER}; END;
CREATE FUNCTION f3() RETURNS trigger LANGUAGE plpgsql SET application_name = '{WORD}' AS $$ BEGIN RAISE '{WORD}'; END $$;
CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW WHEN (OLD.a = '{WORD}') EXECUTE FUNCTION f3('{WORD}');
CREATE RULE ru AS ON UPDATE TO t WHERE OLD.b = {NUMBER} DO INSTEAD NOTHING;
CREATE AGGREGATE agg (text) (SFUNC = textcat, STYPE = text, INITCOND = '{WORD}');
CREATE TABLE part (k text, n int) PARTITION BY LIST (k);
CREATE TABLE part_1 PARTITION OF part FOR VALUES IN ('{WORD}');
CREATE TABLE parte (k text, n int) PARTITION BY LIST ((k || '{WORD}'));
CREATE TABLE partr (n bigint) PARTITION BY RANGE (n);
CREATE TABLE partr_1 PARTITION OF partr FOR VALUES FROM ({NUMBER}) TO ({NUMBER}0);
CREATE VIEW v AS SELECT id FROM t WHERE a = '{WORD}';
CREATE MATERIALIZED VIEW m AS SELECT id FROM t WHERE b = {NUMBER};
CREATE TYPE comp AS (x int, y text);
CREATE TYPE en AS ENUM ('plain');
CREATE TYPE ra AS RANGE (subtype = int4);
CREATE TEXT SEARCH DICTIONARY dict (TEMPLATE = ispell_absent);
"""
COMMENTED = (
    """
DOMAIN d_default|TABLE t|COLUMN t.a|INDEX i1|CONSTRAINT ex ON t|FUNCTION f(text)|TRIGGER tr ON t|RULE ru ON t|AGGREGATE agg(text)|VIEW v
MATERIALIZED VIEW m|TYPE comp|COLUMN comp.x|TYPE en|SCHEMA public|STATISTICS st|POLICY pol ON t|DATABASE ddl|SEQUENCE t_id_seq|LANGUAGE sql
CONSTRAINT d_check_check ON DOMAIN d_check|TEXT SEARCH DICTIONARY dict|SERVER srv|PUBLICATION pub
""".strip()
    .replace("\n", "|")
    .split("|")
)
REST = f"""
ALTER DATABASE ddl SET application_name = '{WORD}';
ALTER DATABASE ddl SET DateStyle = 'German, DMY';
CREATE ROLE somebody LOGIN PASSWORD '{WORD}' VALID UNTIL '2031-03-07';
ALTER ROLE somebody IN DATABASE ddl SET search_path = '{WORD}';
COMMENT ON ROLE somebody IS '{WORD}';
GRANT SELECT (a) ON t TO somebody;
CREATE FOREIGN DATA WRAPPER w OPTIONS (k '{WORD}');
CREATE SERVER srv TYPE '{WORD}' VERSION '{WORD}' FOREIGN DATA WRAPPER w OPTIONS (host '{WORD}');
CREATE USER MAPPING FOR somebody SERVER srv OPTIONS (password '{WORD}');
CREATE PUBLICATION pub FOR TABLE part_1 WHERE (n <> {NUMBER});
SELECT setval('t_id_seq', {NUMBER} + 1), lo_from_bytea(0, '{WORD}');
PREPARE nothing AS SELECT '{WORD}';
INSERT INTO t (a, b) VALUES ('{WORD}{WORD}', {NUMBER}1);
ANALYZE t;
"""


async def _read(dsn: str) -> CatalogSnapshot:
    connection = await asyncpg.connect(dsn)
    try:
        return await read_catalog(connection)
    finally:
        await connection.close()


@pytest.fixture(scope="module")
def snapshot(postgres: EmbeddedPostgres) -> CatalogSnapshot:
    dsn = postgres.create_database("ddl")
    dictionary = "TEXT SEARCH DICTIONARY dict (TEMPLATE = ispell_absent)"
    plain = SCHEMA.replace(dictionary, "TEXT SEARCH DICTIONARY dict (TEMPLATE = simple, Accept = 'false')")
    comments = "".join(f"COMMENT ON {what} IS '{WORD} {NUMBER}';\n" for what in COMMENTED)
    postgres.psql(database="ddl", stdin=plain + REST + comments)
    return asyncio.run(_read(dsn))


def _found(path: Path) -> list[tuple[str, object]]:
    """(column, value) of everything that holds the word or the number."""
    with duckdb.connect(str(path), read_only=True) as connection:
        found = []
        for (table,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall():
            for row in connection.execute(f"SELECT * FROM {table}").fetchall():
                found += [(table, row) for value in row if WORD in str(value) or str(NUMBER) in str(value)]
        return found


def test_nothing_under_the_default_policy(snapshot: CatalogSnapshot, tmp_path: Path) -> None:
    write_catalog(snapshot, tmp_path / "catalog.duckdb", CatalogRules(), {})
    found = _found(tmp_path / "catalog.duckdb")
    names = {f"t{relation.oid}": relation.name for relation in snapshot.relations}
    assert not found, "\n".join(f"{names.get(table, table)}: {row}" for table, row in found)
    assert WORD.encode() not in (tmp_path / "catalog.duckdb").read_bytes()


@pytest.mark.parametrize("key", ["comments", "defaults", "checks", "views", "partial_indexes"])
def test_a_key_keeps_its_own_columns_alone(snapshot: CatalogSnapshot, tmp_path: Path, key: str) -> None:
    """Each column and each kind of definition is judged under the key that keeps it, and no other does."""
    path = tmp_path / "catalog.duckdb"
    write_catalog(snapshot, path, CatalogRules(**{key: True}), {})
    columns = {
        (f"t{relation.oid}", f"c{column.attnum}"): (relation.name, column.name)
        for relation in snapshot.relations
        for column in relation.columns
    }
    found = set()
    with duckdb.connect(str(path), read_only=True) as connection:
        stored = connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()
        for table, column in (place for place in columns if place[:1] in stored):
            sign = f"contains(CAST({column} AS VARCHAR), '{WORD}') OR contains(CAST({column} AS VARCHAR), '{NUMBER}')"
            if connection.execute(f"SELECT 1 FROM {table} WHERE {sign} LIMIT 1").fetchone():
                found.add(columns[table, column])
        kinds = f"SELECT DISTINCT kind FROM pgd_def WHERE contains(def, '{WORD}') OR contains(def, '{NUMBER}')"
        defined = {kind for (kind,) in connection.execute(kinds).fetchall()}
    assert found
    # Numbers of sequences and identities are no text; they come under `defaults` with the rest.
    numbers = {place for place in found if place[0] in ("pg_sequence", "pg_sequences")} if key == "defaults" else set()
    assert {place: JUDGED.get(place) for place in found - numbers} == dict.fromkeys(found - numbers, key)
    assert all(key in DEFINED[kind] for kind in defined)


def test_every_kind_of_definition_is_judged() -> None:
    plain = {
        "function_identity_arguments",
        "function_result",
        "version",
        "keyword",
    }  # types alone, and the server's own words
    dropped = {"ruledef"}  # never in a release
    assert {*DEFINITIONS_SQL, "viewsql"} - plain - dropped == set(DEFINED)


def test_the_word_is_there_when_all_is_kept(snapshot: CatalogSnapshot, tmp_path: Path) -> None:
    """Else the search above proves nothing."""
    keep = CatalogRules(comments=True, defaults=True, checks=True, views=True, partial_indexes=True)
    write_catalog(snapshot, tmp_path / "catalog.duckdb", keep, {})
    found = _found(tmp_path / "catalog.duckdb")
    names = {f"t{relation.oid}": relation.name for relation in snapshot.relations} | {"pgd_def": "pgd_def"}
    assert {names[table] for table, _ in found} >= {
        "pg_attrdef",
        "pg_constraint",
        "pg_description",
        "pg_index",
        "columns",
        "domains",
        "pgd_def",
    }


def test_no_password_option_or_setting_is_read_whatever_is_kept(snapshot: CatalogSnapshot, tmp_path: Path) -> None:
    """The snapshot itself, before any policy."""
    for relation in snapshot.relations:
        if relation.name in (
            "pg_authid",
            "pg_user_mapping",
            "pg_foreign_server",
            "pg_db_role_setting",
            "pg_statistic",
            "pg_largeobject",
        ):
            assert relation.rows == []


def test_every_text_of_the_catalog_is_judged(snapshot: CatalogSnapshot) -> None:
    """A column of a copied relation that may hold text of the source's authors, in this version or a later one, must be named."""
    loose = ("text", "_text", "pg_node_tree", "anyarray", "bytea", "_aclitem", "character_data")
    texts = {
        (relation.name, column.name)
        for relation in snapshot.relations
        if relation.name in (COPIED if relation.schema == "pg_catalog" else COPIED_INFORMATION_SCHEMA)
        for column in relation.columns
        if column.type_name in loose
    }
    assert not texts - set(JUDGED), " ".join(map(str, sorted(texts - set(JUDGED))))
