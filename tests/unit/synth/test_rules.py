"""CHECKs of tables and domains that a policy keeps hold in the release: a real Postgres takes every row under the source's own DDL."""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import duckdb
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from pgdouble.expressions import SourceExpressions
from policies.model import Policy
from policies.stores.sqlite import SqliteLedger
from proxy.catalog.load import load_catalog
from synth.build import BuildRequest, build
from synth.plan.make import make_plan
from synth.plan.model import BuildPlan, PlanRefused, Role
from synth.relational.keys import KeysExhausted
from synth.release.constraints import repair_rules
from synth.release.manifest import Manifest
from synth.source.catalog import read_catalog
from synth.source.schema import read_schema
from tests.unit.synth.made import policy as written
from tests.unit.synth.reload import reload

DDL = r"""
CREATE DOMAIN zip AS text CHECK (VALUE ~ '^\d{5}$');
CREATE DOMAIN us_zip AS zip CHECK (VALUE < '50000');
CREATE DOMAIN pos AS int CHECK (VALUE > 0);
CREATE DOMAIN article AS text NOT NULL CHECK (VALUE ~ '^[A-Z]{2}-\d{4}$');
CREATE DOMAIN labels AS text[] CHECK (cardinality(VALUE) > 0);
CREATE DOMAIN known AS text CHECK (VALUE IS NOT NULL);
CREATE DOMAIN big AS bigint CHECK (VALUE >= 900000 AND VALUE % 3 = 0);
CREATE DOMAIN doc AS jsonb CHECK (jsonb_typeof(VALUE) = 'array');
CREATE DOMAIN short AS varchar(12) CHECK (length(VALUE) BETWEEN 9 AND 11 AND VALUE = upper(VALUE));
CREATE DOMAIN never AS text CHECK (VALUE ~ 'a' AND VALUE !~ 'a');
CREATE TABLE person (
    id big PRIMARY KEY, home zip NOT NULL, work us_zip, age pos, ages pos[], zips zip[] NOT NULL DEFAULT '{}', tags labels NOT NULL,
    nick known, papers doc NOT NULL, code short NOT NULL, gone never, mail text NOT NULL CHECK (mail LIKE '%@%.org'),
    at date CHECK (at >= '2020-01-01' AND extract(isodow FROM at) < 6), low int, high int, CHECK (low / 2 <= high));
CREATE TABLE item (code article PRIMARY KEY, person big NOT NULL REFERENCES person, second us_zip UNIQUE NOT NULL);
"""
ROWS = """
INSERT INTO person SELECT 900000 + 3 * i, '12345', '01234', i, ARRAY[i], '{12345}', '{x}', 'n', '[]', 'ABCDEFGHIJ', NULL, 'a@b.org',
    '2021-02-01', i, i FROM generate_series(1, 300) i;
INSERT INTO item SELECT 'AB-' || lpad(i::text, 4, '0'), 900000 + 3 * i, lpad(i::text, 5, '0') FROM generate_series(1, 300) i;
"""
PERSON, ITEM = """  public.person: {columns: {"*": auto}}""", """  public.item: {columns: {"*": auto}}"""
KEPT = "{checks: keep}"


def policy(catalog: str = KEPT, *tables: str) -> Policy:
    """With these tables, or with both."""
    return written("\n".join(tables or (PERSON, ITEM)), epsilon=10, catalog=catalog)


@pytest.fixture(scope="module")
def source(postgres: EmbeddedPostgres) -> str:
    dsn = postgres.create_database("ruled")
    postgres.psql(database="ruled", stdin=DDL + ROWS)
    return dsn


def made(dsn: str, folder: Path, rules: Policy, scale: float = 1.0) -> tuple[Path, Manifest]:
    request = BuildRequest(dsn, folder / "releases", "ruled", seed=1, allow_writer=True, scale=scale)
    ledger = SqliteLedger(folder / "ledger.sqlite")
    manifest = asyncio.run(build(request, rules, ledger, lambda phase: None, SourceExpressions))
    return folder / "releases" / "000001", manifest


def planned(dsn: str, rules: Policy) -> BuildPlan:
    return planned_with(dsn, rules)[0]


def planned_with(dsn: str, rules: Policy) -> tuple[BuildPlan, SourceExpressions]:
    async def look() -> tuple[BuildPlan, SourceExpressions]:
        connection = await asyncpg.connect(dsn)
        try:
            schema, catalog = await read_schema(connection), await read_catalog(connection)
        finally:
            await connection.close()
        expressions = SourceExpressions(catalog, schema)
        return make_plan(rules, schema, None, expressions), expressions

    return asyncio.run(look())


def test_postgres_takes_every_row_under_the_kept_checks(
    source: str, postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    folder, manifest = made(source, tmp_path, policy())
    assert reload(postgres, "ruled_again", DDL, folder) == []
    assert all(table.rows > 200 for table in manifest.tables)
    assert not [note for note in manifest.notes if "not verified" in note]


def test_dropped_checks_shape_nothing(source: str, tmp_path: Path) -> None:
    """Their constants may be private: keys count from 1, and no text has the shape that a domain asks for."""
    folder, manifest = made(source, tmp_path, policy("{}"))
    oid = next(table.oid for table in manifest.tables if table.name == "person")
    with duckdb.connect(str(folder / "replica.duckdb"), read_only=True) as replica:
        assert replica.execute(f"SELECT min(c1) FROM t{oid}").fetchall() == [(1,)]
        assert replica.execute(f"SELECT 1 FROM t{oid} WHERE regexp_matches(c2, '[0-9]') LIMIT 1").fetchone() is None


def test_check_sees_what_becomes_of_a_rule(source: str) -> None:
    plan = planned(source, policy())
    person = next(each for each in plan.tables.values() if each.table.name == "person")
    roles = {column.column.name: column.role for column in person.columns}
    assert roles["gone"] is Role.NULL, "no text has an a and has none"
    assert next(each for each in person.columns if each.column.name == "nick").column.not_null, (
        "its domain refuses NULL"
    )
    assert not planned(source, policy("{}")).tables[person.oid].rules


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            ", home: {as: constant, value: here}",
            "the constant does not satisfy CHECK of domain zip on public.person.home",
        ),
        (", work: {as: format, format: name}", 'the format "name" does not satisfy'),
        (", home: {as: category, values: [a, b], source: x}", "no value satisfies"),
    ],
)
def test_values_that_a_rule_refuses_are_refused_before_a_row_is_read(source: str, more: str, message: str) -> None:
    with pytest.raises(PlanRefused, match="satisf") as caught:
        planned(source, policy(KEPT, PERSON.replace("auto", f"auto{more}"), ITEM))
    assert message in caught.value.message and "checks: drop" in caught.value.hint


RAISING = """
CREATE TABLE person (id int PRIMARY KEY, n int NOT NULL CHECK (100 / n > 3), code text NOT NULL CHECK (code::int > 0));
INSERT INTO person SELECT i, 1 + i % 3, i FROM generate_series(1, 300) i;
"""


@pytest.fixture(scope="module")
def raising(postgres: EmbeddedPostgres) -> str:
    dsn = postgres.create_database("raising")
    postgres.psql(database="raising", stdin=RAISING)
    return dsn


def test_a_value_that_makes_a_rule_fail_is_refused_alone(raising: str, tmp_path: Path) -> None:
    """100 / 0, and words that are no number."""
    person = PERSON.replace("auto", 'auto, n: {as: category, values: ["0", "1", "2", "3"], source: x}')
    folder, manifest = made(raising, tmp_path, policy(KEPT, person))
    assert not [note for note in manifest.notes if "not verified" in note]
    (table,) = manifest.tables
    with duckdb.connect(str(folder / "replica.duckdb"), read_only=True) as replica:
        assert replica.execute(f"SELECT DISTINCT c2 FROM t{table.oid} ORDER BY 1").fetchall() == [(1,), (2,), (3,)]
        wrong = f"SELECT 1 FROM t{table.oid} WHERE CAST(c3 AS INTEGER) <= 0 LIMIT 1"
        assert replica.execute(wrong).fetchone() is None


PATHS = """
CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('good', 'bad');
CREATE TABLE person (id int PRIMARY KEY, mood app.mood CHECK (mood <> 'bad'::app.mood));
INSERT INTO person SELECT i, 'good' FROM generate_series(1, 300) i;
ALTER DATABASE paths SET search_path = app, public;
"""


def test_names_are_printed_alike_whatever_the_sources_path(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    """A session of the source would print `mood`, which the compiler finds nowhere. Clients are shown the source's path all the same."""
    dsn = postgres.create_database("paths")
    postgres.psql(database="paths", stdin=PATHS)
    folder, manifest = made(dsn, tmp_path, policy(KEPT, PERSON))
    assert not [note for note in manifest.notes if "not verified" in note]
    (table,) = manifest.tables
    with duckdb.connect(str(folder / "replica.duckdb"), read_only=True) as replica:
        assert replica.execute(f"SELECT 1 FROM t{table.oid} WHERE c2 = 'bad' LIMIT 1").fetchone() is None
    assert load_catalog(folder).settings["search_path"] == "app, public"


def test_combinations_are_dealt_where_no_row_passes_all_rules(postgres: EmbeddedPostgres) -> None:
    """Every a equals its b, no b its c; nothing may be NULL and no row can lend another what it lacks."""
    dsn = postgres.create_database("dealt")
    ddl = "CREATE TABLE person (a int NOT NULL, b int NOT NULL, c int NOT NULL, CHECK (a = b), CHECK (b = c))"
    postgres.psql(database="dealt", stdin=ddl)
    plan, expressions = planned_with(dsn, policy(KEPT, PERSON))
    (oid,) = plan.tables
    with duckdb.connect(":memory:") as replica:
        replica.execute(
            f"CREATE TABLE t{oid} AS SELECT i % 3 AS c1, i % 3 AS c2, (i + 1) % 3 AS c3 FROM range(30) r(i)"
        )
        assert repair_rules(replica, plan, expressions) == []
        assert replica.execute(f"SELECT count(*) FROM t{oid} WHERE c1 = c2 AND c2 = c3").fetchone() == (30,)


FEW = """
CREATE TABLE person (id int PRIMARY KEY, few int UNIQUE CHECK (few IN (1, 2, 3)), e int NOT NULL, f int NOT NULL, UNIQUE (e, f),
    gap int NOT NULL UNIQUE CHECK (gap BETWEEN 1 AND 20 OR gap BETWEEN 300001 AND 300200));
INSERT INTO person SELECT i, CASE WHEN i < 4 THEN i END, i, i, CASE WHEN i > 20 THEN 300000 ELSE 0 END + i FROM generate_series(1, 200) i;
"""


def test_unique_columns_of_few_values(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    """What may be NULL is so where values end; where a pair of columns has no room for the rows, the release says that it has fewer."""
    dsn = postgres.create_database("unique_few")
    postgres.psql(database="unique_few", stdin=FEW)
    bounded = '{as: number, bounds: ["0", "9"], step: "1"}'
    rules = policy(KEPT, f'  public.person: {{columns: {{"*": auto, e: {bounded}, f: {bounded}}}}}')
    folder, manifest = made(dsn, tmp_path, rules)
    (table,) = manifest.tables
    with duckdb.connect(str(folder / "replica.duckdb"), read_only=True) as replica:
        found = replica.execute(f"SELECT count(*), count(c2), count(DISTINCT c2) FROM t{table.oid}").fetchone()
    assert found == (table.rows, 3, 3) and 20 < table.rows <= 100
    assert [note for note in manifest.notes if note.startswith(f"public.person has {table.rows} rows, where ")]


ALIKE = """
CREATE TABLE person (id int PRIMARY KEY, few int UNIQUE NULLS NOT DISTINCT CHECK (few BETWEEN 1 AND 50));
INSERT INTO person SELECT i, CASE WHEN i < 50 THEN i END FROM generate_series(1, 50) i;
CREATE TABLE item (code int PRIMARY KEY, person int NOT NULL REFERENCES person, few int NOT NULL REFERENCES person (few));
"""
REFERRED = """
CREATE TABLE person (id int PRIMARY KEY, few int UNIQUE CHECK (few IN (1, 2, 3)));
INSERT INTO person SELECT i, CASE WHEN i < 4 THEN i END FROM generate_series(1, 600) i;
CREATE TABLE item (code int PRIMARY KEY, person int NOT NULL REFERENCES person, few int NOT NULL REFERENCES person (few));
INSERT INTO item SELECT i, i, 1 + i % 3 FROM generate_series(1, 600) i;
"""


@pytest.mark.parametrize(("name", "ddl"), [("unique_alike", ALIKE), ("unique_referred", REFERRED)])
def test_null_is_no_way_out_where_it_breaks_something(
    name: str, ddl: str, postgres: EmbeddedPostgres, tmp_path: Path
) -> None:
    """Under NULLS NOT DISTINCT, and where other tables refer to the column."""
    dsn = postgres.create_database(name)
    postgres.psql(database=name, stdin=ddl.replace("generate_series(1, 50)", "generate_series(1, 49)"))
    owned = '  public.item: {columns: {"*": auto}, owner: [person]}'
    with pytest.raises(KeysExhausted) as caught:
        made(dsn, tmp_path, policy(KEPT, PERSON, owned), scale=4.0)
    assert '"few"' in caught.value.message and "scale" in caught.value.hint


def test_rows_with_null_are_alike_under_nulls_not_distinct(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    dsn = postgres.create_database("unique_distinct")
    ddl = """CREATE TABLE person (id int PRIMARY KEY, kind bool, size int, UNIQUE NULLS NOT DISTINCT (kind, size));
             INSERT INTO person SELECT i, i % 2 = 0, i FROM generate_series(1, 300) i"""
    postgres.psql(database="unique_distinct", stdin=ddl)
    bounded = '  public.person: {columns: {"*": auto, size: {as: number, bounds: ["1", "9"], step: "1"}}}'
    folder, manifest = made(dsn, tmp_path, policy(KEPT, bounded))
    (table,) = manifest.tables
    with duckdb.connect(str(folder / "replica.duckdb"), read_only=True) as replica:
        found = replica.execute(f"SELECT count(*), count(DISTINCT (c2, c3)) FROM t{table.oid}").fetchone()
    assert found is not None and found[0] == found[1] > 0
