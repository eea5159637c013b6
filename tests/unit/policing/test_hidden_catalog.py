"""What a role may not read has no name: not in any catalog relation, function, cast, hint or error.

The source plants a denied table and a denied column wherever DDL can mention them; every relation of the role's catalog is searched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.errors import PgError, PolicyDenied
from policies.load import parse_policy
from policies.quota import MemoryBook
from proxy.app import Double, Governance
from proxy.engine.instance import ReleaseEngine
from proxy.metering import NoAudit
from proxy.session.ports import Environment
from tests.unit.policing.test_served_policy import DAY

SCHEMA = """
CREATE TYPE mood AS ENUM ('fine');
CREATE TABLE secretplan (id int PRIMARY KEY, code text UNIQUE, note text DEFAULT 'x' CHECK (note <> 'secretplan'));
CREATE INDEX secretplan_note ON secretplan (lower(note));
CREATE SEQUENCE secretplan_seq OWNED BY secretplan.id;
CREATE TABLE openly (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, shown text, hushword int GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME hushword_seq),
    twice int GENERATED ALWAYS AS (hushword * 2) STORED, plan int REFERENCES secretplan,
    CONSTRAINT hushword_check CHECK (hushword > 0), CONSTRAINT hushword_key UNIQUE (shown, hushword));
CREATE INDEX hushword_idx ON openly (shown) WHERE hushword > 5;
CREATE INDEX hushword_expr ON openly ((hushword + 1));
CREATE INDEX hushword_incl ON openly (id) INCLUDE (hushword);
CREATE STATISTICS hushword_stat ON shown, hushword FROM openly;
CREATE TABLE child (id int PRIMARY KEY, shown text, hush int, FOREIGN KEY (shown, hush) REFERENCES openly (shown, hushword));
CREATE VIEW seen AS SELECT o.id, o.shown FROM openly o JOIN secretplan s ON s.id = o.plan WHERE o.hushword > 0;
CREATE FUNCTION secretplan_of(secretplan) RETURNS text LANGUAGE sql AS $$ SELECT $1.note $$;
CREATE FUNCTION plans() RETURNS SETOF secretplan LANGUAGE sql AS $$ SELECT * FROM secretplan $$;
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER hushword_touch BEFORE UPDATE OF hushword ON openly FOR EACH ROW EXECUTE FUNCTION touched();
CREATE TABLE parted (id int, hushword int, shown text) PARTITION BY RANGE (hushword);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (1) TO (10);
COMMENT ON TABLE secretplan IS 'the secretplan';
COMMENT ON COLUMN openly.hushword IS 'a hushword';
COMMENT ON INDEX hushword_idx IS 'hushword too';
COMMENT ON CONSTRAINT hushword_check ON openly IS 'hushword again';
INSERT INTO secretplan VALUES (1, 'a', 'b');
INSERT INTO openly (shown, plan) VALUES ('s', 1);
INSERT INTO child VALUES (1, 's', 1);
"""
POLICY = """
version: 1
privacy:
  unit: public.secretplan
  budget: {epsilon: 4, delta: 1e-9, window: 365d}
  lifetime: {epsilon: 9, delta: 1e-9}
  release: {epsilon: 1}
tables:
  public.secretplan: {columns: {"*": auto}}
  public.openly: {columns: {"*": auto}}
  public.child: {columns: {"*": auto}}
  public.parted: {columns: {"*": auto}}
  public.seen: {public: true, because: a view}
roles:
  clerk:
    grants:
      - tables: [public.openly, public.child, public.seen, public.parted]
        columns: {deny: [hushword]}
"""
WORDS = ("secretplan", "hushword")


class Asked:
    """Statements of the clerk, in process."""

    def __init__(self, folder: Path) -> None:
        governance = Governance(MemoryBook(), NoAudit())
        self.double = Double(ReleaseEngine(folder), parse_policy(POLICY), {}, governance, lambda: DAY)
        self.planner = self.double._role("clerk").planner

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows. Raises PgError."""
        settings = {"timezone": "UTC", "datestyle": "ISO, MDY", "intervalstyle": "postgres"}
        compiled = self.planner.plan(sql, (), Environment("clerk", "hidden", settings=settings))
        results, found = self.double.engine.open(compiled, ()), []
        while (batch := results.next_batch()) is not None:
            found += list(zip(*(column.to_pylist() for column in batch.columns), strict=True))
        results.close()
        return found


@pytest.fixture(scope="module")
def source(postgres: EmbeddedPostgres) -> str:
    dsn = postgres.create_database("hidden")
    postgres.psql(database="hidden", stdin=SCHEMA)
    return dsn


@pytest.fixture(scope="module")
def asked(source: str, mirror: Callable[[str], Path]) -> Iterator[Asked]:
    one = Asked(next(mirror(source).glob("[0-9]*")))
    yield one
    one.double.close()


def test_no_relation_of_the_catalog_mentions_it(asked: Asked) -> None:
    """Names, and the OIDs of what has the names."""
    full = asked.double.engine.catalog
    hidden = {row.oid for row in full.relations.values() if any(word in row.name for word in WORDS)}
    hidden |= {row.oid for row in full.types.values() if "secretplan" in row.name}
    leaks = []
    for relation in asked.planner.catalog.relations.values():
        schema = full.namespaces[relation.namespace]
        if schema not in ("pg_catalog", "information_schema"):
            continue
        text = [column for column in relation.columns if column.storage in ("VARCHAR", "VARCHAR[]")]
        oids = [column for column in relation.columns if column.storage == "UINTEGER"]
        for number in range(0, len(relation.columns), 40):
            part = relation.columns[number : number + 40]
            names = ", ".join(f'"{column.name}"' for column in part if column in text or column in oids)
            if not names:
                continue
            for row in asked.rows(f'SELECT {names} FROM {schema}."{relation.name}"'):
                if any(word in str(value) for value in row for word in WORDS) or hidden & {
                    v for v in row if isinstance(v, int)
                }:
                    leaks.append((relation.name, row))
    assert not leaks, "\n".join(map(str, leaks))


def test_it_is_there_for_who_may_read_it(asked: Asked) -> None:
    """Else the search above proves nothing."""
    full = asked.double.engine.catalog
    assert sum(any(word in row.name for word in WORDS) for row in full.relations.values()) >= 10


QUESTIONS = [
    "SELECT {table}::regclass::text", "SELECT format_type({rowtype}, NULL)", "SELECT {rowtype}::regtype::text",
    "SELECT to_regclass('secretplan')", "SELECT to_regclass('public.secretplan')", "SELECT to_regtype('secretplan')",
    "SELECT pg_get_indexdef({index})", "SELECT pg_get_constraintdef({check})", "SELECT pg_get_viewdef('seen'::regclass)",
    "SELECT obj_description({table}, 'pg_class')", "SELECT col_description('openly'::regclass, 3)", "SELECT obj_description({index})",
    "SELECT pg_table_is_visible({table})", "SELECT pg_relation_size({table})", "SELECT pg_get_partkeydef('parted'::regclass)",
    "SELECT pg_total_relation_size({index})", "SELECT pg_get_function_arguments({function})", "SELECT {function}::regproc::text",
]  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_functions_know_nothing_of_it(asked: Asked, question: str) -> None:
    full = asked.double.engine.catalog
    relations = {row.name: row.oid for row in full.relations.values()}
    types = {row.name: row.oid for row in full.types.values()}
    run = asked.double.engine._connection.execute
    (check,) = run("SELECT oid FROM named.pg_constraint WHERE conname = 'hushword_check'").fetchone() or (0,)
    function = next(row.oid for row in full.procs.values() if row.name == "secretplan_of")
    oids = {"table": relations["secretplan"], "index": relations["hushword_idx"], "rowtype": types["secretplan"],
            "check": check, "function": function}  # fmt: skip
    assert all(oids.values())
    ((answer,),) = asked.rows(question.format(**oids))
    number = next((str(oid) for name, oid in oids.items() if "{" + name + "}" in question), None)
    assert answer is None or str(answer) == number or answer in ("???", 0)


@pytest.mark.parametrize(
    ("sql", "sqlstate"),
    [
        ("SELECT 'secretplan'::regclass", "42P01"),
        ("SELECT 'secretplan'::regtype", "42704"),
        ("SELECT NULL::secretplan", "42704"),
        ("SELECT hushwrod FROM openly", "42703"),
        ("SELECT secretplan_of(NULL)", "42883"),
        ("SELECT has_table_privilege('secretplan', 'select')", "42P01"),
    ],
)
def test_errors_are_those_of_what_is_not_there(asked: Asked, sql: str, sqlstate: str) -> None:
    with pytest.raises(PgError) as caught:
        asked.rows(sql)
    assert caught.value.sqlstate == sqlstate
    assert "hushword" not in caught.value.hint + caught.value.detail


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM secretplan",
        "SELECT count(*) FROM public.secretplan",
        "SELECT nothing FROM secretplan",
        "SELECT hushword FROM openly",
        "SELECT * FROM openly",
        "SELECT o FROM openly o",
        "SELECT row_to_json(o) FROM openly o",
        "SELECT id FROM openly ORDER BY hushword",
        "SELECT count(*) FROM openly GROUP BY hushword",
        "SELECT id FROM openly NATURAL JOIN (SELECT 1 AS hushword) x",
        "SELECT 1 FROM openly JOIN (SELECT 1 AS hushword) x USING (hushword)",
        "SELECT shown FROM seen",
        "SELECT hushword FROM parted_1",
        "SELECT * FROM parted_1",
    ],
)
def test_naming_it_is_refused_as_postgres_does(asked: Asked, sql: str) -> None:
    with pytest.raises(PolicyDenied, match="permission denied for"):
        asked.rows(sql)
