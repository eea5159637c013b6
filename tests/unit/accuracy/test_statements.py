"""Which statements get an estimate, what clients are told, and that no role learns of what it may not read.

Over a mirror under a policy, with made-up errors of its tables.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.quota import MemoryBook
from policies.stores.audit_file import AuditFile
from proxy.accuracy.known import Known
from proxy.app import Governance
from proxy.session.session import Session
from proxy.wire import messages as wire
from proxy.wire.framing import Startup
from synth.release.accuracy import AxisError, PairError, TableAccuracy
from tests.policy_text import policy_text
from tests.unit.accuracy.asking import ask, explained
from tests.unit.policing.policed import Policed

SCHEMA = """
CREATE TABLE country (code text PRIMARY KEY, region text);
CREATE TABLE person (id int PRIMARY KEY, sex text, age int, country text NOT NULL REFERENCES country,
    name text, second text REFERENCES country);
CREATE TABLE visit (id int PRIMARY KEY, person_id int NOT NULL REFERENCES person, kind text, paid int);
INSERT INTO country VALUES ('no', 'north'), ('it', 'south');
INSERT INTO person SELECT i, CASE WHEN i % 2 = 0 THEN 'f' ELSE 'm' END, i % 50, CASE WHEN i % 3 = 0 THEN 'no' ELSE 'it' END, 'x', 'it'
    FROM generate_series(1, 100) i;
INSERT INTO visit SELECT i, 1 + i % 100, 'k' || i % 30, i % 7 FROM generate_series(1, 300) i;
CREATE VIEW adults AS SELECT * FROM person WHERE age >= 18;
"""
POLICY = policy_text(
    """
  public.country: {public: true, because: a list}
  public.person: {columns: {"*": auto}}
  public.visit: {columns: {"*": auto}}
  public.adults: {public: true, because: a view}
""",
    rest="""
roles:
  all: {grants: [{tables: ["public.*"]}]}
  some: {grants: [{tables: [public.person], columns: {deny: [age]}}]}
  part: {grants: [{tables: [public.person], rows: "sex = 'f'"}]}
  groups: {grants: [{tables: [public.person], min_group: 40}]}
  few: {grants: [{tables: ["public.*"]}], quota: {statements_per_minute: 3}}
""",
)


def axis(relation: int, attnum: int, **more: float) -> AxisError:
    return AxisError(relation=relation, attnums=(attnum,), cells=9, error=0.1, noise=0.01, spread=2.0, **more)


def known(one: Policed) -> Known:
    """Errors of every column but names and keys."""
    oids = {
        name: one.double.engine.catalog.relation_by_name[_public(one), name].oid
        for name in ("country", "person", "visit")
    }
    person, visit = oids["person"], oids["visit"]

    def pairs(count: int) -> tuple[PairError, ...]:
        return tuple(
            PairError(axes=(a, b), error=0.1, sigma=0.01, spread=3.0, supported=a == 0)
            for a in range(count) for b in range(a + 1, count)
        )  # fmt: skip

    tables = (
        TableAccuracy(
            oid=person, name="public.person", owner=None, owner_columns=(), rows=100, low=97, high=103, truncated_share=0.0,
            axes=(axis(person, 2), axis(person, 3), axis(person, 4), axis(person, 6)), pairs=pairs(4),
        ),
        TableAccuracy(
            oid=visit, name="public.visit", owner=person, owner_columns=(2,), rows=300, low=290, high=310,
            truncated_share=0.05, axes=(axis(visit, 3), axis(visit, 4, half_bin=2.0), axis(person, 2)), pairs=pairs(3),
        ),
    )  # fmt: skip
    return Known({table.oid: table for table in tables}, frozenset({oids["country"]}), "")


def _public(one: Policed) -> int:
    return one.double.engine.catalog.namespace_by_name["public"]


@pytest.fixture(scope="module")
def folder(postgres: EmbeddedPostgres, mirror: Callable[[str], Path]) -> Path:
    dsn = postgres.create_database("accurate")
    postgres.psql(database="accurate", stdin=SCHEMA)
    return next(mirror(dsn).glob("[0-9]*"))


@pytest.fixture
def served(folder: Path, tmp_path: Path) -> Iterator[Policed]:
    one = Policed(folder, POLICY, Governance(MemoryBook(), AuditFile(tmp_path / "audit.jsonl")))
    one.double._accuracy = known(one)
    yield one
    one.double.close()


def session_of(one: Policed, role: str = "all") -> Session:
    return one.double.open_session(Startup(0, {"user": role, "database": "accurate"}), 1, ("", 0))


def notices(session: Session, sql: str) -> list[dict[str, str]]:
    return [dict(each.pairs) for each in ask(session, sql) if isinstance(each, wire.NoticeResponse)]


def told(session: Session, sql: str) -> list[str]:
    return [each["M"] for each in notices(session, sql)]


@pytest.fixture
def session(served: Policed) -> Session:
    found = session_of(served)
    ask(found, "SET pgdouble.accuracy = on")
    return found


@pytest.mark.parametrize(
    ("sql", "basis"),
    [
        ("SELECT count(*) FROM person", "number of rows"),
        ("SELECT count(id) FROM person", "number of rows"),
        ("SELECT count(sex) FROM person", "one measured column"),
        ("SELECT count(*)::int FROM person WHERE age BETWEEN 20 AND 30", "one measured column"),
        ("SELECT sum(age) FROM person WHERE sex = 'f'", "measured pair"),
        ("SELECT avg(age * 2 + 1) FROM person WHERE sex = 'f'", "measured pair"),
        ("SELECT count(*) FILTER (WHERE country = 'no') FROM person WHERE age > 3", "scored pair"),
        ("SELECT count(*) FROM person p JOIN country c ON c.code = p.country", "number of rows"),
        ("SELECT count(*) FROM person p LEFT JOIN country c ON c.code = p.second", "number of rows"),
        ("SELECT count(*) FROM person p JOIN country c ON c.code = p.second", "one measured column"),
        ("SELECT count(*) FROM person p, country c WHERE c.code = p.country AND region = 'north'", "one measured column"),
        ("SELECT count(*) FROM visit v JOIN person p ON p.id = v.person_id WHERE p.sex = 'f'", "one measured column"),
        ("SELECT sum(paid) FROM visit v JOIN person p ON p.id = v.person_id WHERE p.sex = 'f'", "scored pair"),
        ("SELECT count(*) FROM person WHERE age > 3 AND sex = 'f' AND country = 'no'", "extrapolated from 3 pairs"),
        ("SELECT count(*) FROM country", "public rows"),
    ],
)  # fmt: skip
def test_what_has_an_estimate(session: Session, sql: str, basis: str) -> None:
    (one,) = notices(session, sql)
    assert (one["S"], one["C"]) == ("NOTICE", "00000")
    found = json.loads(one["D"])
    assert found["basis"] == basis
    assert found["low"] <= found["estimate"] <= found["high"]
    shown = [row.values[-1] for row in ask(session, sql) if isinstance(row, wire.DataRow)]
    assert found["estimate"] == pytest.approx(float(shown[0] or b"nan"))


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("SELECT count(DISTINCT age) FROM person", "different values"),
        ("SELECT max(age) FROM person", "max is none"),
        ("SELECT 100 * count(*) FROM person", "computed from aggregates"),
        ("SELECT count(*) FROM person WHERE name = 'x'", '"name" has made-up values'),
        ("SELECT count(*) FROM person WHERE id = 7", '"id" has made-up values'),
        ("SELECT count(*) FROM person WHERE sex ~ 'f'", "pattern"),
        ("SELECT count(*) FROM person WHERE sex LIKE 'f%'", "pattern"),
        ("SELECT count(*) FROM person LIMIT 1", "LIMIT"),
        ("SELECT sex, count(*) FROM person GROUP BY sex HAVING count(*) > 1", "HAVING"),
        ("SELECT sex, count(*) FROM person GROUP BY ROLLUP (sex)", "grouping sets"),
        ("SELECT count(*) FROM person WHERE age > (SELECT 3)", "subquery"),
        ("SELECT count(*) FROM (SELECT 1 FROM person) x", "something else"),
        ("WITH x AS (SELECT 1) SELECT count(*) FROM person", "plain SELECT"),
        ("SELECT count(*) FROM adults", "something else"),
        ("SELECT sex, sum(count(*)) OVER () FROM person GROUP BY sex", "window"),
        ("SELECT count(*) FROM person WHERE random() > 2", "volatile"),
        ("SELECT count(*) FROM person, country", "foreign keys|in another way"),
        ("SELECT count(*) FROM person a JOIN person b ON a.id = b.id", "in another way"),
        ("SELECT count(*) FROM person p LEFT JOIN visit v ON v.person_id = p.id", "in another way"),
        ("SELECT count(*) FROM visit v JOIN person p ON p.id = v.id", "in another way"),
        ("SELECT count(*) FROM visit v JOIN person p ON p.id = v.person_id WHERE p.age > 3", "not learned together"),
        ("SELECT sum(paid * paid) FROM visit", "by its bin"),
        ("SELECT sum(age) FROM person WHERE age > 1000", "no rows"),
        ("SELECT count(person) FROM person", "whole rows"),
    ],
)  # fmt: skip
def test_what_has_none(session: Session, sql: str, why: str) -> None:
    found = told(session, sql)
    assert found and all(re.search(f"no estimate: .*({why})", each) for each in found)


@pytest.mark.parametrize(
    "sql",
    ["SELECT 1", "SELECT age FROM person", "SELECT count(*) FROM pg_class", "SELECT max(x) FROM (VALUES (1)) v(x)"],
)
def test_of_what_nothing_is_said(session: Session, sql: str) -> None:
    assert told(session, sql) == []


def test_truncation_is_named_and_bins_count(session: Session) -> None:
    (one,) = notices(session, "SELECT avg(paid) FROM visit")
    assert "of it truncation bias" in one["M"]
    found = json.loads(one["D"])
    assert found["truncation_bias"] > 0 and found["high"] - found["estimate"] > 2


def test_notices_are_few_and_come_again(session: Session) -> None:
    """Off by default; of many cells the first ones; kept answers have them as well."""
    sql = "SELECT kind, count(*) FROM visit GROUP BY kind ORDER BY kind"
    first = told(session, sql)
    assert len(first) == 21 and first[-1].startswith("10 more cells")
    assert first == told(session, sql) == told(session, sql)
    order = [type(each).__name__ for each in ask(session, "SELECT count(*) FROM person")]
    assert order == ["RowDescription", "DataRow", "NoticeResponse", "CommandComplete", "ReadyForQuery"]
    ask(session, "SET client_min_messages = warning")
    assert told(session, sql) == []
    ask(session, "RESET client_min_messages; RESET pgdouble.accuracy")
    assert told(session, sql) == []


def test_explain(session: Session) -> None:
    found = explained(session, "SELECT sex, count(*), max(age) FROM person GROUP BY sex ORDER BY sex")
    assert found[0].startswith("count, sex = f: 50 ± ") and "no estimate: max" in found[1]
    assert found[-1].startswith("2 of 4 cells have an estimate; median half-width ")
    (text,) = explained(session, "SELECT sex, count(*) FROM person GROUP BY sex", "ACCURACY, FORMAT JSON")
    assert json.loads(text)["cells"] == 2 and len(json.loads(text)["accuracy"]) == 2
    assert explained(session, "SELECT 1") == ["no estimate: it aggregates no rows of the source's tables"]
    assert explained(session, "SELECT 1", "ACCURACY off")[0] == "Query on a synthetic replica"


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ("ACCURACY maybe", "42601"),
        ("FORMAT json", "0A000"),
        ("ACCURACY, ANALYZE", "0A000"),
        ("ACCURACY, FORMAT xml", "0A000"),
    ],
)
def test_options_that_explain_refuses(session: Session, options: str, code: str) -> None:
    (error,) = [each for each in ask(session, f"EXPLAIN ({options}) SELECT 1") if isinstance(each, wire.ErrorResponse)]
    assert dict(error.pairs)["C"] == code


def test_a_column_that_is_denied_is_not_told_of(served: Policed) -> None:
    session = session_of(served, "some")
    ask(session, "SET pgdouble.accuracy = on")
    for sql in ("SELECT avg(age) FROM person", "EXPLAIN (ACCURACY) SELECT count(*) FROM person WHERE age > 3"):
        answers = ask(session, sql)
        (error,) = [each for each in answers if isinstance(each, wire.ErrorResponse)]
        assert dict(error.pairs)["C"] == "42501"
        assert not any(isinstance(each, wire.NoticeResponse | wire.DataRow) for each in answers)
    assert len(told(session, "SELECT count(*) FROM person")) == 1


def test_a_filter_of_the_policy_is_no_condition_of_the_statement(served: Policed) -> None:
    found = explained(session_of(served, "part"), "SELECT count(*) FROM person")
    assert found == ["no estimate: the role is shown a part of the rows"]


def test_small_groups_stay_out(served: Policed) -> None:
    session = session_of(served, "groups")
    found = explained(session, "SELECT country, count(*), avg(age) FROM person GROUP BY country")
    assert len(found) == 3 and all("country = it" in each for each in found[:2])
    assert explained(session, "SELECT count(*) FILTER (WHERE age = 3) FROM person") == ["0 of 0 cells have an estimate"]


def test_it_counts_and_is_noted_as_a_statement(served: Policed, tmp_path: Path) -> None:
    session = session_of(served, "few")
    ask(session, "SET pgdouble.accuracy = on")
    assert told(session, "SELECT count(*) FROM person")
    refused = ask(session, "SELECT count(*) FROM person")
    assert [dict(each.pairs)["C"] for each in refused if isinstance(each, wire.ErrorResponse)] == ["53400"]


def test_a_release_that_says_nothing(folder: Path) -> None:
    one = Policed(folder, POLICY)
    try:
        found = explained(session_of(one), "SELECT count(*) FROM person")
        assert found == ["no estimate: the release says nothing of its accuracy"]
    finally:
        one.double.close()
