"""Rows of each partition lie within its bounds: a real Postgres takes them partition by partition, under the source's own DDL."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.model import Policy
from synth.release.manifest import Manifest
from tests.unit.synth.made import policy as written
from tests.unit.synth.reload import reload
from tests.unit.synth.test_rules import made

DDL = """
CREATE TABLE country (code text PRIMARY KEY);
CREATE TABLE person (id bigint, born date NOT NULL, PRIMARY KEY (id)) PARTITION BY RANGE (id);
CREATE TABLE person_1 PARTITION OF person FOR VALUES FROM (1000) TO (1100);
CREATE TABLE person_2 PARTITION OF person FOR VALUES FROM (2000) TO (9000);
CREATE TABLE act (id bigint GENERATED ALWAYS AS IDENTITY, person bigint NOT NULL REFERENCES person,
    at timestamptz NOT NULL, kind text, n int) PARTITION BY RANGE (at);
CREATE TABLE act_2020 PARTITION OF act FOR VALUES FROM ('2020-01-01') TO ('2021-01-01') PARTITION BY LIST (lower(kind));
CREATE TABLE act_2020_a PARTITION OF act_2020 FOR VALUES IN ('note sample', NULL);
CREATE TABLE act_2020_rest (n int, kind text, at timestamptz NOT NULL, person bigint NOT NULL, id bigint NOT NULL);
ALTER TABLE act_2020 ATTACH PARTITION act_2020_rest DEFAULT;
CREATE TABLE act_2022 PARTITION OF act FOR VALUES FROM ('2022-01-01') TO ('2023-06-01') PARTITION BY HASH (id, kind);
CREATE TABLE act_2022_0 PARTITION OF act_2022 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE act_2022_1 PARTITION OF act_2022 FOR VALUES WITH (MODULUS 4, REMAINDER 1);
CREATE TABLE act_2022_3 PARTITION OF act_2022 FOR VALUES WITH (MODULUS 4, REMAINDER 3);
CREATE TABLE trip (person bigint NOT NULL REFERENCES person, country text NOT NULL REFERENCES country, day date, size text)
    PARTITION BY LIST (country);
CREATE TABLE trip_de PARTITION OF trip FOR VALUES IN ('DE', 'AT') PARTITION BY RANGE ((extract(year FROM day)));
CREATE TABLE trip_de_old PARTITION OF trip_de FOR VALUES FROM (MINVALUE) TO (2000);
CREATE TABLE trip_de_new PARTITION OF trip_de FOR VALUES FROM (2000) TO (2020);
CREATE TABLE trip_fr PARTITION OF trip FOR VALUES IN ('FR') PARTITION BY LIST (size);
CREATE TABLE trip_fr_s PARTITION OF trip_fr FOR VALUES IN ('small');
CREATE TABLE mood (person bigint NOT NULL REFERENCES person, a int, b date) PARTITION BY RANGE (a, b);
CREATE TABLE mood_1 PARTITION OF mood FOR VALUES FROM (1, MINVALUE) TO (5, '2020-01-01');
CREATE TABLE mood_2 PARTITION OF mood FOR VALUES FROM (7, '2021-01-01') TO (9, MAXVALUE);
CREATE TABLE hashed (person bigint NOT NULL REFERENCES person, u uuid, t timestamptz, d date) PARTITION BY HASH (u, t, d);
CREATE TABLE hashed_0 PARTITION OF hashed FOR VALUES WITH (MODULUS 3, REMAINDER 0);
CREATE TABLE hashed_2 PARTITION OF hashed FOR VALUES WITH (MODULUS 3, REMAINDER 2);
"""
ROWS = """
INSERT INTO country VALUES ('DE'), ('AT'), ('FR'), ('IT'), ('ES');
INSERT INTO person SELECT 2000 + i, '1990-01-01' FROM generate_series(1, 300) i;
INSERT INTO act (person, at, kind, n) SELECT 2001 + i % 300, timestamptz '2020-02-01' + (i % 10 / 5) * interval '2 years', 'k' || i % 3, i
    FROM generate_series(1, 900) i;
INSERT INTO trip SELECT 2001 + i % 300, 'DE', '2010-01-01', 'x' FROM generate_series(1, 600) i;
INSERT INTO mood SELECT 2001 + i % 300, 2, '2010-01-01' FROM generate_series(1, 600) i;
INSERT INTO hashed SELECT 2001 + i % 300, u, now(), '2020-01-01' FROM (SELECT i, gen_random_uuid() AS u FROM generate_series(1, 900) i) made
    WHERE NOT satisfies_hash_partition('hashed'::regclass, 3, 1, u, now(), date '2020-01-01');
"""
TABLES = """
  public.country: {public: true, because: ISO 3166}
  public.person: {columns: {"*": auto}}
  public.act: {columns: {"*": auto}}
  public.trip: {columns: {"*": auto, day: {as: number, bounds: [1990-01-01, 2030-01-01], step: 1 year}}}
  public.mood: {columns: {"*": auto, a: {as: number, bounds: ["0", "20"], step: "1"}}}
  public.hashed: {columns: {"*": auto}}
"""
ROOTS = ("person", "act", "trip", "mood", "hashed")


def policy(checks: str) -> Policy:
    return written(TABLES, epsilon=20, catalog=f"{{checks: {checks}}}")


@pytest.fixture(scope="module")
def source(postgres: EmbeddedPostgres) -> str:
    dsn = postgres.create_database("bounded")
    postgres.psql(database="bounded", stdin=DDL + ROWS)
    return dsn


@pytest.fixture(scope="module")
def kept(source: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Manifest]:
    return made(source, tmp_path_factory.mktemp("bounded"), policy("keep"))


def rows(manifest: Manifest) -> dict[str, int]:
    return {table.name: table.rows for table in manifest.tables}


def test_postgres_takes_every_row_in_its_partition(kept: tuple[Path, Manifest], postgres: EmbeddedPostgres) -> None:
    assert reload(postgres, "bounded_again", DDL, kept[0]) == []


def test_every_row_has_a_partition_and_only_one(kept: tuple[Path, Manifest], postgres: EmbeddedPostgres) -> None:
    counted = rows(kept[1])
    for root in ROOTS:
        leaves = postgres.psql(
            "-Atc", f"SELECT relid FROM pg_partition_tree('{root}') WHERE isleaf", database="bounded"
        ).split()
        assert counted[root] == sum(counted[leaf] for leaf in leaves) > 100, root
    assert all(
        counted[name] > 10 for name in ("person_2", "act_2022_0", "act_2022_1", "trip_de_new", "mood_1", "hashed_0")
    )
    assert not [note for note in kept[1].notes if "dealt out" in note or "not verified" in note]


def test_bounds_that_are_not_public_shape_nothing(source: str, tmp_path: Path) -> None:
    """The catalog of such a release shows no bound; rows are dealt out evenly, and each partition holds years of all kinds."""
    folder, manifest = made(source, tmp_path, policy("drop"))
    counted = rows(manifest)
    assert abs(counted["trip_de_old"] - counted["trip_de_new"]) <= 1
    oid = next(table.oid for table in manifest.tables if table.name == "trip_de_old")
    with duckdb.connect(str(folder / "replica.duckdb"), read_only=True) as replica:
        assert replica.execute(f"SELECT max(year(c3)) > 2000 FROM t{oid}").fetchone() == (True,)
    with duckdb.connect(str(folder / "catalog.duckdb"), read_only=True) as catalog:
        assert catalog.execute("SELECT 1 FROM pgd_def WHERE kind = 'partition_constraintdef'").fetchone() is None
