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
from tests.policy_text import policy_text
from tests.unit.policing.policed import Policed

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
CREATE SEQUENCE free_seq;
CREATE SEQUENCE hushword_free;
ALTER TABLE openly ALTER shown SET DEFAULT nextval('free_seq')::text;
CREATE TABLE child (id int PRIMARY KEY, shown text, hush int, FOREIGN KEY (shown, hush) REFERENCES openly (shown, hushword));
CREATE VIEW seen AS SELECT o.id, o.shown FROM openly o JOIN secretplan s ON s.id = o.plan WHERE o.hushword > 0;
CREATE FUNCTION secretplan_of(secretplan) RETURNS text LANGUAGE sql AS $$ SELECT $1.note $$;
CREATE FUNCTION plans() RETURNS SETOF secretplan LANGUAGE sql AS $$ SELECT * FROM secretplan $$;
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER hushword_touch BEFORE UPDATE OF hushword ON openly FOR EACH ROW EXECUTE FUNCTION touched();
CREATE TABLE parted (id int, hushword int, shown text) PARTITION BY RANGE (hushword);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (1) TO (10);
CREATE TABLE keyed (id int, hushword text, shown text) PARTITION BY LIST (lower(hushword));
CREATE TABLE keyed_1 PARTITION OF keyed FOR VALUES IN ('a');
CREATE TABLE keyed_all PARTITION OF keyed DEFAULT PARTITION BY LIST (shown);
CREATE TABLE keyed_2 PARTITION OF keyed_all FOR VALUES IN ('b');
CREATE TABLE holds (id int, plan secretplan, plans secretplan[], partly openly, hushword int DEFAULT nextval('hushword_free'));
CREATE TABLE lists (id int, shown int[], hushword int[]);
CREATE TABLE secretplan_heir () INHERITS (openly);
CREATE TYPE pair AS (shown int, hushword_of secretplan);
CREATE DOMAIN plandom AS secretplan;
CREATE DOMAIN seqdom AS bigint DEFAULT nextval('secretplan_seq');
CREATE VIEW seen_through AS SELECT (o).hushword AS h FROM (SELECT o FROM openly o) x;
CREATE VIEW seen_plainly AS SELECT id, shown FROM openly;
CREATE FUNCTION counted() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM secretplan; END;
CREATE FUNCTION numbered(x bigint DEFAULT nextval('secretplan_seq')) RETURNS bigint LANGUAGE sql AS 'SELECT x';
CREATE FUNCTION same(secretplan, secretplan) RETURNS bool LANGUAGE sql AS 'SELECT true';
CREATE OPERATOR === (LEFTARG = secretplan, RIGHTARG = secretplan, FUNCTION = same);
CREATE AGGREGATE secretplan_agg (secretplan) (SFUNC = array_append, STYPE = secretplan[]);
CREATE CAST (secretplan AS text) WITH FUNCTION secretplan_of(secretplan);
CREATE RULE hushword_rule AS ON UPDATE TO openly WHERE OLD.hushword = 3 DO INSTEAD NOTHING;
CREATE POLICY hushword_policy ON openly USING (hushword > 3);
CREATE PUBLICATION secretplan_pub FOR TABLE secretplan;
COMMENT ON RULE hushword_rule ON openly IS 'hushword rule';
COMMENT ON POLICY hushword_policy ON openly IS 'hushword policy';
COMMENT ON STATISTICS hushword_stat IS 'hushword statistics';
COMMENT ON TRIGGER hushword_touch ON openly IS 'hushword trigger';
COMMENT ON SEQUENCE hushword_seq IS 'hushword sequence';
COMMENT ON FUNCTION plans() IS 'secretplan function';
COMMENT ON COLUMN pair.hushword_of IS 'secretplan attribute';
COMMENT ON COLUMN openly.shown IS 'for everybody';
COMMENT ON TABLE secretplan IS 'the secretplan';
COMMENT ON COLUMN openly.hushword IS 'a hushword';
COMMENT ON INDEX hushword_idx IS 'hushword too';
COMMENT ON CONSTRAINT hushword_check ON openly IS 'hushword again';
INSERT INTO secretplan VALUES (1, 'a', 'b');
INSERT INTO openly (shown, plan) VALUES ('s', 1);
INSERT INTO child VALUES (1, 's', 1);
"""
TABLES = """
  public.secretplan: {columns: {"*": auto}}
  public.openly: {columns: {"*": auto}}
  public.child: {columns: {"*": auto}}
  public.parted: {columns: {"*": auto}}
  public.keyed: {columns: {"*": auto}}
  public.holds: {columns: {"*": auto}}
  public.lists: {columns: {"*": auto}}
  public.seen: {public: true, because: a view}
  public.seen_through: {public: true, because: a view}
  public.seen_plainly: {public: true, because: a view}
"""
RULES = """
roles:
  clerk:
    grants:
      - tables: [public.openly, public.child, public.parted, public.keyed, public.holds, public.lists, "public.seen*"]
        columns: {deny: [hushword]}
"""
POLICY = policy_text(TABLES, unit="public.secretplan", rest=RULES)
WORDS = ("secretplan", "hushword")


class Clerk(Policed):
    """Statements of the clerk."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, POLICY)
        self.planner = self.double._role("clerk").planner

    def asked(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows that the clerk gets. Raises PgError."""
        return self.rows("clerk", sql)

    def refusal(self, sql: str) -> PgError:
        """The error that the clerk gets."""
        with pytest.raises(PgError) as caught:
            self.asked(sql)
        return caught.value


@pytest.fixture(scope="module")
def source(postgres: EmbeddedPostgres) -> str:
    dsn = postgres.create_database("hidden")
    postgres.psql(database="hidden", stdin=SCHEMA)
    return dsn


@pytest.fixture(scope="module")
def clerk(source: str, mirror: Callable[[str], Path]) -> Iterator[Clerk]:
    one = Clerk(next(mirror(source).glob("[0-9]*")))
    yield one
    one.double.close()


def test_no_relation_of_the_catalog_mentions_it(clerk: Clerk) -> None:
    """Names, and the OIDs of what has the names."""
    full = clerk.double.engine.catalog
    hidden = {row.oid for row in full.relations.values() if any(word in row.name for word in WORDS)}
    hidden |= {row.oid for row in full.types.values() if "secretplan" in row.name or row.name == "plandom"}
    hidden |= {
        row.oid
        for row in full.procs.values()
        if row.name in ("plans", "counted", "numbered", "same") or "secret" in row.name
    }
    assert len(hidden) > 20
    leaks = []
    for relation in clerk.planner.catalog.relations.values():
        schema = full.namespaces[relation.namespace]
        if schema not in ("pg_catalog", "information_schema"):
            continue
        searched = [column for column in relation.columns if column.storage.startswith(("VARCHAR", "UINTEGER"))]
        for number in range(0, len(searched), 40):
            names = ", ".join(f'"{column.name}"' for column in searched[number : number + 40])
            for row in clerk.asked(f'SELECT {names} FROM {schema}."{relation.name}"'):
                oids = {
                    oid
                    for value in row
                    for oid in (value if isinstance(value, list) else [value])
                    if isinstance(oid, int)
                }
                if any(word in str(value) for value in row for word in WORDS) or hidden & oids:
                    leaks.append((relation.name, row))
    assert not leaks, "\n".join(map(str, leaks))


OWNERS = {"pg_class": 1259, "pg_type": 1247, "pg_proc": 1255, "pg_constraint": 2606, "pg_attrdef": 2604, "pg_trigger": 2620,
          "pg_rewrite": 2618, "pg_operator": 2617, "pg_cast": 2605}  # fmt: skip


def test_nothing_depends_on_what_is_not_there(clerk: Clerk) -> None:
    """A row of pg_depend or pg_description about an object without a row tells that there is one."""
    known = " ".join(
        f"AND NOT (d.{{0}} = {oid} AND EXISTS (SELECT 1 FROM {name} o WHERE o.oid = d.{{1}}))"
        for name, oid in OWNERS.items()
    )
    for relation, owner, oid in (("pg_depend", "classid", "objid"), ("pg_depend", "refclassid", "refobjid"),
                                 ("pg_description", "classoid", "objoid")):  # fmt: skip
        found = clerk.asked(
            f"SELECT {owner}, {oid} FROM {relation} d WHERE d.{oid} >= 16384 {known.format(owner, oid)}"
        )
        assert found == []


@pytest.mark.parametrize(
    ("flag", "truth"),
    [
        ("relhasindex", "EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.oid)"),
        ("relhasrules", "EXISTS (SELECT 1 FROM pg_rewrite r WHERE r.ev_class = c.oid)"),
        ("relhastriggers", "EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid)"),
        ("relhassubclass", "EXISTS (SELECT 1 FROM pg_inherits i WHERE i.inhparent = c.oid)"),
        ("relchecks", "(SELECT count(*) FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'c')"),
    ],
)
def test_summaries_agree_with_the_rows(clerk: Clerk, flag: str, truth: str) -> None:
    assert clerk.asked(f"SELECT relname FROM pg_class c WHERE c.oid >= 16384 AND {flag} <> {truth}") == []


def test_a_default_that_mentions_it_is_no_default(clerk: Clerk) -> None:
    columns = "SELECT attname FROM pg_attribute WHERE attrelid = 'openly'::regclass AND attnum > 0 AND"
    assert clerk.asked(f"{columns} attgenerated <> ''") == []
    assert clerk.asked(f"{columns} atthasdef") == [("shown",)]
    assert clerk.asked("SELECT column_name FROM information_schema.columns WHERE is_generated <> 'NEVER'") == []


def test_a_sequence_is_seen_by_who_sees_its_column(clerk: Clerk) -> None:
    """Its owner's, or one that takes a default from it."""
    assert sorted(clerk.asked("SELECT sequencename FROM pg_sequences")) == [("free_seq",), ("openly_id_seq",)]


def test_it_is_there_for_who_may_read_it(clerk: Clerk) -> None:
    """Else the search above proves nothing."""
    full = clerk.double.engine.catalog
    assert sum(any(word in row.name for word in WORDS) for row in full.relations.values()) >= 10


QUESTIONS = [
    "SELECT {table}::regclass::text", "SELECT format_type({rowtype}, NULL)", "SELECT {rowtype}::regtype::text",
    "SELECT to_regclass('secretplan')", "SELECT to_regclass('public.secretplan')", "SELECT to_regtype('secretplan')",
    "SELECT pg_get_indexdef({index})", "SELECT pg_get_constraintdef({check})", "SELECT pg_get_viewdef('seen'::regclass)",
    "SELECT obj_description({table}, 'pg_class')", "SELECT col_description('openly'::regclass, 3)", "SELECT obj_description({index})",
    "SELECT pg_table_is_visible({table})", "SELECT pg_relation_size({table})", "SELECT pg_get_partkeydef('parted'::regclass)",
    "SELECT pg_get_partition_constraintdef('parted_1'::regclass)", "SELECT pg_get_partition_constraintdef('keyed_2'::regclass)",
    "SELECT pg_get_partkeydef('keyed'::regclass)", "SELECT relpartbound::text FROM pg_class WHERE relname = 'keyed_1'",
    "SELECT has_table_privilege({table}, 'select')", "SELECT has_any_column_privilege({table}, 'select')",
    "SELECT has_column_privilege({table}, 'id', 'select')", "SELECT has_column_privilege('openly', 3::int2, 'select')",
    "SELECT has_function_privilege({function}, 'execute')", "SELECT has_type_privilege({rowtype}, 'usage')",
    "SELECT pg_indexes_size({table})", "SELECT pg_table_size({table})", "SELECT pg_relation_is_publishable({table})",
    "SELECT {rowtype}::oid::regtype::text", "SELECT {function}::regprocedure::text", "SELECT pg_get_function_result({function})",
    "SELECT obj_description({rule}, 'pg_rewrite')", "SELECT obj_description({statistics})",
    "SELECT pg_get_viewdef('seen_through'::regclass)",
    "SELECT to_regclass('hushword_idx')", "SELECT to_regclass('hushword_seq')", "SELECT to_regtype('secretplan[]')",
    "SELECT to_regtype('plandom')", "SELECT to_regproc('secretplan_of')",
    "SELECT pg_total_relation_size({index})", "SELECT pg_get_function_arguments({function})", "SELECT {function}::regproc::text",
]  # fmt: skip


@pytest.mark.parametrize("question", QUESTIONS)
def test_functions_know_nothing_of_it(clerk: Clerk, question: str) -> None:
    full = clerk.double.engine.catalog
    relations = {row.name: row.oid for row in full.relations.values()}
    types = {row.name: row.oid for row in full.types.values()}
    run = clerk.double.engine._connection.execute
    (rule,) = run("SELECT oid FROM named.pg_rewrite WHERE rulename = 'hushword_rule'").fetchone() or (0,)
    (statistics,) = run(
        "SELECT objoid FROM named.pg_description WHERE description = 'hushword statistics'"
    ).fetchone() or (0,)
    (check,) = run("SELECT oid FROM named.pg_constraint WHERE conname = 'hushword_check'").fetchone() or (0,)
    function = next(row.oid for row in full.procs.values() if row.name == "secretplan_of")
    oids = {"table": relations["secretplan"], "index": relations["hushword_idx"], "rowtype": types["secretplan"],
            "check": check, "function": function, "rule": rule, "statistics": statistics}  # fmt: skip
    assert all(oids.values())
    ((answer,),) = clerk.asked(question.format(**oids))
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
        ("SELECT o.hushwrod FROM openly o", "42703"),
        ("SELECT 1 FROM openly a JOIN openly b USING (hushwrod)", "42703"),
        ("SELECT 'hushword_idx'::regclass", "42P01"),
        ("SELECT nextval('hushword_seq')", "42P01"),
        ("SELECT * FROM hushword_idx", "42P01"),
        ("SELECT * FROM hushword_seq", "42P01"),
        ("SELECT 'secretplan[]'::regtype", "42704"),
        ("SELECT NULL::plandom", "42704"),
        ("SELECT plans()", "42883"),
        ("SELECT * FROM counted()", "42883"),
        ("SELECT (NULL::openly).hushword", "42703"),
        ("SELECT has_table_privilege('secretplan', 'select')", "42P01"),
        ("SELECT has_column_privilege('openly', 'hushword', 'select')", "42703"),
        ("SELECT has_sequence_privilege('hushword_seq', 'usage')", "42P01"),
        ("SELECT has_function_privilege('plans()', 'execute')", "42883"),
        ("SELECT has_type_privilege('secretplan', 'usage')", "42704"),
    ],
)
def test_errors_are_those_of_what_is_not_there(clerk: Clerk, sql: str, sqlstate: str) -> None:
    refusal = clerk.refusal(sql)
    assert refusal.sqlstate == sqlstate
    assert not _told(refusal, sql)


def _told(error: PgError, sql: str) -> list[str]:
    """Words that the error says and the statement does not."""
    return [word for word in WORDS if word in f"{error.message} {error.detail} {error.hint}" and word not in sql]


@pytest.mark.parametrize(
    ("sql", "answer"),
    [
        ("SELECT has_table_privilege('child', 'select')", True),
        ("SELECT has_table_privilege('openly', 'select')", False),  # not all of it
        ("SELECT has_table_privilege('child', 'insert, update')", False),
        ("SELECT has_table_privilege('child', 'insert, SELECT')", True),
        ("SELECT has_table_privilege('clerk', 'child', 'select with grant option')", False),
        ("SELECT has_any_column_privilege('openly', 'select')", True),
        ("SELECT has_column_privilege('openly', 'shown', 'select')", True),
        ("SELECT has_column_privilege('openly', 'shown', 'update')", False),
        ("SELECT has_sequence_privilege('openly_id_seq', 'select')", True),
        ("SELECT has_schema_privilege('public', 'usage')", True),
        ("SELECT has_schema_privilege('public', 'create')", False),
        ("SELECT has_table_privilege(99999, 'select')", None),
        ("SELECT has_table_privilege('child', NULL)", None),
        ("SELECT has_function_privilege('lower(text)', 'execute')", True),
    ],
)
def test_privileges_are_those_of_reading(clerk: Clerk, sql: str, answer: bool | None) -> None:
    assert clerk.asked(sql) == [(answer,)]


@pytest.mark.parametrize(
    ("sql", "sqlstate"),
    [
        ("SELECT has_table_privilege('child', 'bogus')", "22023"),
        ("SELECT has_sequence_privilege('child', 'usage')", "42809"),
    ],
)
def test_privileges_are_asked_for_in_postgres_words(clerk: Clerk, sql: str, sqlstate: str) -> None:
    assert clerk.refusal(sql).sqlstate == sqlstate


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
        "SELECT hushword + now() FROM openly",
        "SELECT sum(hushword) FILTER (WHERE 1) FROM openly",
        "SELECT o::text FROM openly o",
        "SELECT to_jsonb(o) FROM openly o",
        "SELECT count(o) FROM openly o",
        "SELECT o IS NULL FROM openly o",
        "SELECT o.c FROM openly o(a, b, c)",
        "SELECT EXISTS (SELECT * FROM openly)",
        "SELECT DISTINCT ON (hushword) id FROM openly",
        "SELECT row_number() OVER (ORDER BY hushword) FROM openly",
        "SELECT id FROM openly LIMIT (SELECT max(hushword) FROM openly)",
        "SELECT h FROM seen_through",
        "SELECT s.id FROM seen s JOIN openly USING (id)",
        "SELECT plan FROM holds",
        "SELECT (plan).note FROM holds",
        "SELECT plans FROM holds",
        "SELECT (partly).id FROM holds",
        "TABLE openly",
    ],
)
def test_naming_it_is_refused_as_postgres_does(clerk: Clerk, sql: str) -> None:
    """And the refusal tells of no name but those that the statement gives."""
    with pytest.raises(PolicyDenied, match="permission denied for") as caught:
        clerk.asked(sql)
    assert not _told(caught.value, sql)


def test_a_refusal_names_what_was_asked_for(clerk: Clerk) -> None:
    """A view and not its table, a partition and not its root."""
    for sql, named in (("SELECT * FROM seen", "view seen"), ("SELECT * FROM parted_1", "table parted_1")):
        with pytest.raises(PolicyDenied) as caught:
            clerk.asked(sql)
        assert caught.value.message == f"permission denied for {named}"


def test_what_is_granted_is_read(clerk: Clerk) -> None:
    assert clerk.asked("SELECT id, shown FROM openly") == [(1, "s")]
    assert clerk.asked("SELECT id, shown FROM seen_plainly") == [(1, "s")]
    assert clerk.asked("SELECT shown AS hushword FROM openly ORDER BY hushword") == [("s",)]
    assert clerk.asked("SELECT x.id FROM (SELECT 1 AS id) x NATURAL JOIN openly") == [(1,)]
    assert clerk.asked("SELECT count(*) FROM keyed_1") == [(0,)]
