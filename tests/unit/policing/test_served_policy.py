"""A policy in force over exact rows: what each role's statements answer, and what is refused, whatever shape they hide in.

A mirror under a policy is a test's privilege; it shows to the row what filters and groups let through.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.errors import BudgetExhausted, PgError, PolicyDenied, PolicyInvalid
from policies.exposure import Published
from policies.load import parse_policy
from policies.privacy import rho_nano_for
from policies.quota import MemoryBook
from policies.stores.audit_file import AuditFile
from proxy.app import Governance
from proxy.session.steps import Send
from proxy.wire.framing import Startup
from proxy.wire.messages import Query
from tests.policy_text import policy_text
from tests.unit.policing.policed import Policed

SCHEMA = """
CREATE TABLE customer (id int PRIMARY KEY, email text, city text, born date, span interval, paid numeric(10,2), share numeric);
CREATE TABLE orders (id int, line int, customer_id int REFERENCES customer, status text, total numeric(10,2), PRIMARY KEY (id, line));
CREATE TABLE visit (customer_id int, made date);
INSERT INTO customer SELECT i, 'c' || i || '@x', (ARRAY['Oslo', 'Rome', 'Rome', 'Lima'])[1 + i % 4], date '1980-01-01' + i,
    make_interval(months => i, days => 2, secs => i / 8.0), i + 0.5, i / 7.0 FROM generate_series(1, 40) i;
INSERT INTO orders SELECT i, l, 1 + i % 4, CASE WHEN i % 5 = 0 THEN 'draft' ELSE 'paid' END, i * 10 + l
    FROM generate_series(1, 30) i, generate_series(1, 2) l;
INSERT INTO visit SELECT i % 3, date '2026-01-01' + i FROM generate_series(1, 30) i;
CREATE TABLE part (id int, city text, secret text) PARTITION BY LIST (city);
CREATE TABLE part_far (secret text, id int, city text);
ALTER TABLE part ATTACH PARTITION part_far FOR VALUES IN ('Lima', 'Oslo');
CREATE TABLE part_near PARTITION OF part FOR VALUES IN ('Rome');
INSERT INTO part SELECT i, (ARRAY['Oslo', 'Rome', 'Rome', 'Lima'])[1 + i % 4], 's' || i FROM generate_series(1, 40) i;
CREATE TABLE above (id int, kind text);
CREATE TABLE below (more text) INHERITS (above);
CREATE TABLE far_below (least int) INHERITS (below);
CREATE SEQUENCE tickets;
INSERT INTO above VALUES (1, 'a');
INSERT INTO below VALUES (2, 'b', 'c');
INSERT INTO far_below VALUES (3, 'd', 'e', 4);
CREATE VIEW v_orders AS SELECT o.id, o.line, o.total, c.city, c.span FROM orders o JOIN customer c ON c.id = o.customer_id;
"""
TABLES = """
  public.customer: {columns: {"*": auto}}
  public.orders: {columns: {"*": auto}}
  public.visit: {columns: {"*": auto}}
  public.part: {columns: {"*": auto}}
  public.above: {columns: {"*": auto}}
  public.below: {columns: {"*": auto}}
  public.note_far: {exclude: true}
  public.note_near: {exclude: true}
  public.v_orders: {public: true, because: a view}
"""
RULES = """
forbid: [{tables: ["public.*_far"], roles: [near]}]
roles:
  all: {grants: [{tables: ["public.*"]}]}
  paid:
    grants:
      - {tables: [public.orders], rows: "status <> 'draft'"}
      - {tables: [public.customer], columns: {deny: [email]}, rows: "city = 'Rome'"}
  local:
    grants:
      - {tables: [public.part], columns: {deny: [secret]}, rows: "id <= 20 AND city <> 'Oslo'"}
      - {tables: [public.above], rows: "kind <> 'b'"}
  near:
    grants: [{tables: [public.part]}]
    restrict: [{tables: ["public.*_near"], rows: "id > 20"}]
  groups: {grants: [{tables: [public.customer, public.orders, public.visit], min_group: 10}]}
  totals: {grants: [{tables: [public.customer], aggregates_only: true}]}
  viewer: {grants: [{tables: [public.v_orders], definer: true}]}
  base: {grants: [{tables: [public.v_orders]}]}
  everywhere: {grants: [{tables: ["public.*"], rows: "true"}]}
  guest: {grants: [{tables: [public.orders], expires: 2026-03-01}, {tables: [public.visit], rows: "made > current_date - 10"}]}
  watched: {grants: [{tables: ["public.*"]}], exposure: {epsilon: 1.2}, quota: {rows_per_day: 100}}
"""
POLICY = policy_text(TABLES, unit="public.customer", rest=RULES)


@pytest.fixture(scope="module")
def folder(postgres: EmbeddedPostgres, mirror: Callable[[str], Path]) -> Path:
    dsn = postgres.create_database("policed")
    postgres.psql(database="policed", stdin=SCHEMA)
    return next(mirror(dsn).glob("[0-9]*"))


@pytest.fixture(scope="module")
def served(folder: Path) -> Iterator[Policed]:
    one = Policed(folder, POLICY)
    yield one
    one.double.close()


def test_a_row_filter_holds_in_every_statement(served: Policed) -> None:
    assert served.rows("paid", "SELECT count(*), count(DISTINCT status) FROM orders") == [(48, 1)]
    assert served.rows("all", "SELECT count(*) FROM orders") == [(60,)]
    assert served.rows(
        "paid", "SELECT count(*) FROM orders o JOIN orders p ON o.id = p.id WHERE p.status = 'draft'"
    ) == [(0,)]


def test_filtered_rows_keep_their_types(served: Policed) -> None:
    """Intervals and numerics come out of a filter as they went in."""
    sql = "SELECT id, span::text, paid, share::text, span + interval '1 day' > span FROM customer WHERE city = 'Rome' ORDER BY id"
    assert served.rows("paid", sql) == served.rows("all", sql)
    assert len(served.rows("paid", "SELECT id FROM customer")) == 20


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT email FROM customer",
        "SELECT id FROM customer WHERE email LIKE 'c1%'",
        "SELECT id FROM customer ORDER BY email",
        "SELECT * FROM customer",
        "SELECT customer FROM customer",
        "SELECT count(customer) FROM customer",
        "SELECT id FROM customer c WHERE EXISTS (SELECT 1 FROM customer d WHERE d.email = 'c1@x')",
        "SELECT id FROM customer NATURAL JOIN (SELECT 'c1@x' AS email) x",
    ],
)
def test_a_denied_column_is_denied_wherever_it_hides(served: Policed, sql: str) -> None:
    with pytest.raises(PolicyDenied):
        served.rows("paid", sql)


GROUPED = [
    ("SELECT city, count(*) FROM customer GROUP BY city ORDER BY city", [("Lima", 10), ("Oslo", 10), ("Rome", 20)]),
    ("SELECT count(*) FROM customer WHERE id < 10", []),
    ("SELECT count(*) FROM customer WHERE id <= 10", [(10,)]),
    ("SELECT city, count(*) FILTER (WHERE id < 15) FROM customer GROUP BY city", []),
    ("SELECT count(*) FILTER (WHERE id < 15) FROM customer", [(14,)]),
    # Each customer has many orders: a group of 15 order lines may be of one customer.
    ("SELECT c.id, count(*) FROM customer c JOIN orders o ON o.customer_id = c.id GROUP BY c.id", []),
    ("SELECT o.status, count(*) FROM orders o GROUP BY 1 ORDER BY 1", [("draft", 12), ("paid", 48)]),
    ("SELECT count(*) FROM orders a JOIN orders b ON true WHERE a.id = 1 AND a.line = 1", []),
    ("SELECT max(n) FROM (SELECT city, count(*) AS n FROM customer GROUP BY city) x", [(20,)]),
    ("WITH t AS (SELECT status, sum(total) AS s FROM orders GROUP BY 1) SELECT count(*) FROM t", [(2,)]),
    ("SELECT count(*) FROM customer UNION ALL SELECT count(*) FROM orders WHERE id < 5", [(40,)]),
    ("SELECT made >= '2026-01-16', count(*) FROM visit GROUP BY 1 ORDER BY 1", [(False, 14), (True, 16)]),
    ("SELECT min(born) FROM customer", [(date(1980, 1, 2),)]),
    ("SELECT city, sum(count(*)) OVER () FROM customer GROUP BY city HAVING city = 'Rome'", [("Rome", 20)]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), GROUPED)
def test_small_groups_are_left_out(served: Policed, sql: str, expected: list[tuple[Any, ...]]) -> None:
    assert served.rows("groups", sql) == expected


SHAPES = [
    "SELECT id FROM customer",
    "SELECT (SELECT email FROM customer WHERE id = 7), count(*) FROM orders",
    "SELECT ARRAY(SELECT email FROM customer), count(*) FROM orders",
    "SELECT count(*) FROM orders WHERE EXISTS (SELECT 1 FROM customer WHERE email = 'c1@x')",
    "SELECT array_agg(email) FROM customer",
    "SELECT string_agg(email, ',') FROM customer",
    "SELECT min(email) FROM customer",
    "SELECT json_agg(c) FROM customer c",
    "SELECT count(*) FROM visit, generate_series(1, 100)",
    "SELECT count(*) FROM (SELECT id FROM customer) x",
    "WITH t AS MATERIALIZED (SELECT * FROM customer) SELECT count(*) FROM t",
    "SELECT count(*) OVER () FROM customer",
    "SELECT first_value(total) OVER (ORDER BY count(*)) FROM orders GROUP BY total UNION ALL SELECT total FROM orders",
    "SELECT n FROM (VALUES (1)) v(n) WHERE EXISTS (SELECT 1 FROM customer)",
    "SELECT x.* FROM (SELECT 1) y, LATERAL (SELECT email FROM customer LIMIT 1) x",
    "VALUES ((SELECT email FROM customer LIMIT 1))",
    "SELECT count(*) FROM orders GROUP BY (SELECT email FROM customer LIMIT 1)",
    "SELECT count(*) FROM orders ORDER BY (SELECT email FROM customer LIMIT 1)",
    "SELECT id, count(*) FROM customer GROUP BY id, generate_series(1, 10) * 0",
    "SELECT id, count(*) FROM customer GROUP BY id, unnest(array[0, 0, 0, 0, 0, 0, 0, 0, 0, 0])",
    "SELECT count(*), generate_series(1, 10) FROM customer",
    "SELECT count(*) FROM orders LIMIT (SELECT id FROM customer LIMIT 1)",
]


@pytest.mark.parametrize("sql", SHAPES)
def test_shapes_that_show_rows_are_refused(served: Policed, sql: str) -> None:
    with pytest.raises(PolicyDenied) as caught:
        served.rows("groups", sql)
    assert caught.value.hint


TOTALS = [
    ("SELECT count(*) FROM (SELECT * FROM customer) x", True),
    ("SELECT city, avg(paid) FROM customer GROUP BY city", True),
    ("SELECT count(*) FROM customer WHERE id IN (SELECT id FROM customer WHERE city = 'Rome')", True),
    ("SELECT sum(n) FROM (SELECT count(*) AS n FROM customer GROUP BY city) x", True),
    ("SELECT relname FROM pg_class LIMIT 1", True),
    ("SELECT 1", True),
    ("SELECT id FROM customer", False),
    ("SELECT array_agg(email) FROM customer", False),
    ("SELECT count(*), (SELECT email FROM customer LIMIT 1) FROM customer", False),
    ("SELECT EXISTS (SELECT 1 FROM customer WHERE email = 'c1@x')", False),
    ("SELECT count(*) WHERE EXISTS (SELECT 1 FROM customer WHERE email = 'c1@x')", False),
    ("SELECT count(*) FROM pg_class WHERE EXISTS (SELECT 1 FROM customer WHERE email = 'c1@x')", False),
    ("SELECT relname FROM pg_class WHERE EXISTS (SELECT 1 FROM customer WHERE email = 'c1@x')", False),
    ("SELECT max(email) FROM customer", False),
    ("WITH RECURSIVE t AS (SELECT id FROM customer UNION SELECT id + 1 FROM t WHERE id < 3) SELECT * FROM t", False),
]


@pytest.mark.parametrize(("sql", "allowed"), TOTALS)
def test_aggregates_only(served: Policed, sql: str, allowed: bool) -> None:
    if allowed:
        served.rows("totals", sql)
        return
    with pytest.raises(PolicyDenied):
        served.rows("totals", sql)


def test_a_view_with_its_definers_rights(served: Policed) -> None:
    sql = "SELECT id, line, total, city, span::text FROM v_orders ORDER BY 1, 2"
    assert served.rows("viewer", sql) == served.rows("all", sql)
    with pytest.raises(PolicyDenied, match="table orders"):
        served.rows("viewer", "SELECT id FROM orders")


def test_a_partition_is_governed_by_its_root(served: Policed) -> None:
    """Under whatever name and column numbers its rows are read."""
    assert served.rows("local", "SELECT count(*) FROM part") == [(15,)]
    assert served.rows("local", "SELECT count(*), min(city) FROM part_far") == [(5, "Lima")]
    assert served.rows("local", "SELECT count(*) FROM part_near") == [(10,)]
    with pytest.raises(PolicyDenied):
        served.rows("local", "SELECT secret FROM part_far")


def test_a_forbid_and_a_restriction_may_match_the_partitions_own_name(served: Policed) -> None:
    """A grant may not. What is read through the root is the root's business, as in Postgres."""
    assert served.rows("near", "SELECT count(*) FROM part") == [(40,)]
    assert served.rows("near", "SELECT count(*) FROM part_near") == [(10,)]
    with pytest.raises(PolicyDenied, match="permission denied for table part_far"):
        served.rows("near", "SELECT count(*) FROM part_far")
    assert served.rows("near", "SELECT relname FROM pg_class WHERE relname LIKE 'part%' ORDER BY 1") == [
        ("part",),
        ("part_near",),
    ]


def test_a_filter_asks_nothing_of_a_sequence(served: Policed) -> None:
    """It has no rows, and is seen by the grant that names it."""
    assert served.rows("everywhere", "SELECT count(*) FROM orders") == [(60,)]
    assert served.rows("everywhere", "SELECT sequencename FROM pg_sequences") == [("tickets",)]
    assert served.rows("paid", "SELECT sequencename FROM pg_sequences") == []


def test_a_refusal_behind_a_view_names_the_view(served: Policed) -> None:
    with pytest.raises(PolicyDenied, match="^permission denied for view v_orders$") as caught:
        served.rows("base", "SELECT total FROM v_orders")
    assert "customer" not in caught.value.hint + caught.value.detail
    assert caught.value.relation == "public.customer"


def test_explain_names_what_the_role_knows(served: Policed) -> None:
    """Not what a view reads with its definer's rights."""
    session = served.double.open_session(Startup(0, {"user": "viewer", "database": "policed"}), 1, ("", 0))
    said = b"".join(
        step.data for step in session.handle(Query("EXPLAIN SELECT id FROM v_orders")) if isinstance(step, Send)
    )
    served.double.close_session(session)
    assert b"public.v_orders" in said and b"customer" not in said


def test_an_heir_is_read_through_its_parent_with_the_parents_grant(served: Policed) -> None:
    """As in Postgres; under its own name it needs a grant of its own."""
    assert served.rows("all", "SELECT id FROM above ORDER BY id") == [(1,), (2,), (3,)]
    assert served.rows("all", "SELECT id, more FROM below ORDER BY id") == [(2, "c"), (3, "e")]
    assert served.rows("all", "SELECT id FROM ONLY above") == [(1,)]
    assert served.rows("all", "SELECT count(*) FROM ONLY part") == [(0,)]
    assert served.rows("local", "SELECT id FROM above ORDER BY id") == [(1,), (3,)]
    assert served.rows("local", "SELECT id FROM ONLY above") == [(1,)]
    with pytest.raises(PolicyDenied):
        served.rows("local", "SELECT id FROM below")


def test_the_views_of_a_role_follow_the_day(folder: Path) -> None:
    """A grant's last day ends it for connected sessions too; a filter's CURRENT_DATE moves on."""
    served = Policed(folder, POLICY)
    try:
        assert served.rows("guest", "SELECT count(*) FROM orders") == [(60,)]
        assert served.rows("guest", "SELECT count(*) FROM visit") == [(9,)]
        served.day = date(2026, 2, 3)
        assert served.rows("guest", "SELECT count(*) FROM visit") == [(7,)]
        served.day = date(2026, 3, 2)
        assert served.rows("guest", "SELECT count(*) FROM visit") == [(0,)]
        with pytest.raises(PolicyDenied):
            served.rows("guest", "SELECT count(*) FROM orders")
    finally:
        served.double.close()


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("made > now()", "depends on the session"),
        ("made > 'today'", "today"),
        ("made::text = '2026-01-01'", "a cast to or from"),
        ("made::timestamptz > '2026-01-01'", "depends"),
        ("current_setting('x.y') = 'a'", "current_setting depends"),
        ("nothing = 1", "nothing"),
        ("random() > 0.5", "random depends"),
    ],
)
def test_a_filter_that_asks_the_session_stops_the_start(folder: Path, rows: str, why: str) -> None:
    """A client's own TimeZone or parameter must not choose what it sees."""
    with pytest.raises(PolicyInvalid, match=why):
        Policed(folder, POLICY.replace("made > current_date - 10", rows))


def _startup(role: str) -> Startup:
    return Startup(2, {"user": role, "database": "policed"})


def test_what_was_published_may_be_more_than_a_role_may_see(folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    published = [Published(number, number, rho_nano_for(1, 1e-9), 0) for number in (1, 2)]
    served = Policed(folder, POLICY, Governance(MemoryBook(), AuditFile(log), published))
    try:
        with pytest.raises(BudgetExhausted, match='exposure of role "watched"'):
            served.double.open_session(_startup("watched"), 1, ("127.0.0.1", 5))
        served.double.close_session(served.double.open_session(_startup("all"), 2, ("127.0.0.1", 5)))
    finally:
        served.double.close()
    events = [json.loads(line) for line in log.read_text(encoding="ascii").splitlines()]
    assert [(event["action"], event["role"], event["decision"]) for event in events] == [
        ("refused", "watched", "deny"), ("connect", "all", "allow"), ("disconnect", "all", "allow"),
    ]  # fmt: skip
    assert all(event["policy_sha256"] == parse_policy(POLICY).sha256 for event in events)


def test_a_refusal_names_rules_and_relation(served: Policed) -> None:
    with pytest.raises(PgError) as caught:
        served.rows("totals", "SELECT id FROM customer")
    assert isinstance(caught.value, PolicyDenied)
    assert caught.value.relation == "public.customer" and caught.value.rules[0].startswith("policy.yaml:")


def test_whose_row_it_is_goes_as_far_as_the_role_knows(served: Policed) -> None:
    """tableoid names a partition or an heir that the role may read; a row of another one counts as the table's that was named."""

    def tables(role: str, relation: str) -> set[tuple[str, bool]]:
        return set(served.rows(role, f"select tableoid::regclass::text, id > 20 from {relation}"))

    assert tables("all", "part") == {("part_far", False), ("part_far", True), ("part_near", False), ("part_near", True)}
    assert tables("local", "part") == {("part_far", False), ("part_near", False)}
    assert {table for table, _ in tables("near", "part")} == {"part", "part_near"}
    assert tables("all", "above") == {("above", False), ("below", False), ("far_below", False)}
    assert tables("everywhere", "above") == {("above", False), ("below", False), ("far_below", False)}
    assert tables("local", "above") == {("above", False)}
    assert len(served.rows("local", "select tableoid, * from above")) == 2
    with pytest.raises(PolicyDenied):
        served.rows("totals", "select tableoid from customer")
