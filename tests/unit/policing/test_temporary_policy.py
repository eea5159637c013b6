"""Temporary tables under a policy: what comes into one was judged as a query, and none is a way around the judgement."""

from __future__ import annotations

import json
import struct
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.load import parse_policy
from policies.quota import MemoryBook
from policies.stores.audit_file import AuditFile
from proxy.app import Double, Governance
from proxy.engine.instance import ReleaseEngine
from proxy.engine.settings import EngineLimits
from proxy.session.session import Session
from proxy.session.steps import Call, Fetch, Send
from proxy.wire.framing import Startup
from proxy.wire.messages import Query
from tests.unit.policing.test_served_policy import POLICY, SCHEMA

DATABASE = "policed_temporary"
DENIED, ENOUGH, FULL, UNKNOWN = "42501", "53400", "53100", "42P01"


class Client:
    """A session in process: a query string in, rows of text or an SQLSTATE out."""

    def __init__(self, double: Double, role: str) -> None:
        self.session: Session = double.open_session(Startup(2, {"user": role, "database": DATABASE}), 1, ("", 0))

    def ask(self, sql: str) -> list[tuple[str | None, ...]] | str:
        """The rows of the last result that has some, or the SQLSTATE of the error."""
        rows: list[tuple[str | None, ...]] = []
        for tag, body in _messages(self._bytes(sql)):
            if tag == b"E":
                return next(field[1:].decode() for field in body.split(b"\0") if field[:1] == b"C")
            if tag == b"D":
                rows.append(_row(body))
        return rows

    def _bytes(self, sql: str) -> bytes:
        steps, answer, told = self.session.handle(Query(sql)), None, b""
        error: Exception | None = None
        while True:
            try:
                step = steps.throw(error) if error is not None else steps.send(answer)
            except StopIteration:
                return told
            answer, error = None, None
            try:
                if isinstance(step, Send):
                    self.session.limits.rows(step.rows)
                    told += bytes(step.data)
                elif isinstance(step, Call):
                    answer = step.function(*step.arguments)
                elif isinstance(step, Fetch):
                    answer = step.work()
            except Exception as failed:  # noqa: BLE001  handed to the session, as a driver does
                error = failed


def _messages(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at < len(data):
        (length,) = struct.unpack_from("!i", data, at + 1)
        yield data[at : at + 1], data[at + 5 : at + 1 + length]
        at += 1 + length


def _row(body: bytes) -> tuple[str | None, ...]:
    at, found = 2, []
    for _ in range(struct.unpack_from("!h", body)[0]):
        (length,) = struct.unpack_from("!i", body, at)
        at += 4
        found.append(None if length < 0 else body[at : at + length].decode())
        at += max(length, 0)
    return tuple(found)


@pytest.fixture(scope="module")
def folder(postgres: EmbeddedPostgres, mirror: Callable[[str], Path]) -> Path:
    dsn = postgres.create_database(DATABASE)
    postgres.psql(database=DATABASE, stdin=SCHEMA)
    return next(mirror(dsn).glob("[0-9]*"))


@pytest.fixture(scope="module")
def double(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Double]:
    """A double of exact rows under the policy; its audit log is `audit.jsonl` in the folder of its own."""
    log = tmp_path_factory.mktemp("audit") / "audit.jsonl"
    engine = ReleaseEngine(folder, EngineLimits(temporary_bytes=1 << 20))
    one = Double(engine, parse_policy(POLICY), {}, Governance(MemoryBook(), AuditFile(log)))
    yield one
    one.close()


REFUSED = [
    ("groups", "create temp table x as select id, total from orders"),
    ("groups", "select id into temp x from customer"),
    ("groups", "insert into t select id, city from customer"),
    ("groups", "insert into t values ((select id from customer limit 1), 'x')"),
    ("groups", "delete from t using customer c where c.id = t.id"),
    ("groups", "delete from t where exists (select from customer c where c.id = t.id)"),
    ("groups", "update t set name = c.city from customer c where c.id = t.id"),
    ("groups", "update t set name = 'in' where id in (select id from customer)"),
    ("groups", "insert into t values (1, 'x') returning (select city from customer where id = 1)"),
    ("groups", "delete from t returning (select max(city) from customer c where c.id = t.id)"),
    ("groups", "create temp table x (like part)"),
    ("groups", "select t.id, c.city from t join customer c on c.id = t.id"),
    ("totals", "create temp table x as select city from customer"),
    ("totals", "delete from t using customer c where c.id = t.id"),
    ("totals", "select c.city from t join customer c on c.id = t.id"),
    ("paid", "create temp table x as select email from customer"),
    ("paid", "create temp table x (like customer)"),
    ("paid", "insert into t select id, email from customer"),
    ("paid", "update t set name = email from customer"),
]  # fmt: skip


@pytest.mark.parametrize(("role", "statement"), REFUSED)
def test_what_a_query_may_not_show_comes_into_no_table(double: Double, role: str, statement: str) -> None:
    client = Client(double, role)
    assert client.ask("create temp table t (id int, name text)") == []
    assert client.ask("insert into t select n, 'row ' || n from generate_series(1, 10) n") == []
    assert client.ask(statement) == DENIED
    assert client.ask("select count(*), count(distinct name) from t") == [("10", "10")]
    assert client.ask("select to_regclass('x')") == [(None,)]
    client.session.end()


def test_own_results_are_read_like_any(double: Double) -> None:
    """Groups that were large enough when they were made may be looked at one by one, joined and changed."""
    client = Client(double, "groups")
    assert client.ask("create temp table g as select city, count(*) as n from customer group by city") == []
    rows = client.ask("select city, n from g order by city")
    assert rows == client.ask("select city, count(*) from customer group by city order by city") != []
    assert client.ask("update g set n = n + 1 where city = 'Rome' returning city, n") == [("Rome", "21")]
    joined = client.ask("select g.city, count(*) from g join customer c on c.city = g.city group by g.city order by 1")
    assert not isinstance(joined, str) and all(int(count or 0) >= 10 for _, count in joined)


def test_rows_of_a_filter_are_all_that_comes_in(double: Double) -> None:
    client = Client(double, "paid")
    assert client.ask("create temp table o as select * from orders") == []
    assert client.ask("select count(*), count(distinct status) from o") == [("48", "1")]


def test_rows_that_leave_count_and_those_that_stay_do_not(double: Double) -> None:
    client = Client(double, "watched")
    assert client.ask("create temp table w as select a.id from orders a, orders b") == []
    assert client.ask("select count(*) from w") == [("3600",)]
    assert client.ask("select * from w") == ENOUGH


def test_audit_names_what_was_read_and_no_literal(folder: Path, tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    double = Double(ReleaseEngine(folder), parse_policy(POLICY), {}, Governance(MemoryBook(), AuditFile(log)))
    client = Client(double, "all")
    assert client.ask("create temp table c as select id from customer where email <> 'secret literal'") == []
    assert client.ask("create temp table d (a text default 'secret default')") == []
    assert client.ask("insert into d values ('secret value') returning a") == [("secret value",)]
    text = log.read_text(encoding="utf-8")
    made = next(line for line in map(json.loads, text.splitlines()) if line["relations"])
    assert made["relations"] == ["public.customer"] and made["rules"]
    assert "secret" not in text
    client.session.end()
    double.close()


def test_a_session_has_so_much_room_and_no_more(double: Double) -> None:
    client = Client(double, "all")
    assert client.ask("create temp table c (a bigint, b text)") == []
    assert client.ask("create temp table big as select i, repeat('x', 100) from generate_series(1, 100000) i") == FULL
    assert client.ask("select * from big") == UNKNOWN
    assert client.ask("insert into c select i, 'y' from generate_series(1, 100000000) i") == FULL
    assert client.ask("select count(*) from c") == [("0",)]
    for _ in range(3):  # what is dropped makes room
        assert client.ask("insert into c select i, 'y' from generate_series(1, 15000) i") == []
        assert client.ask("truncate c") == []


def test_another_session_finds_nothing_and_the_end_drops_all(double: Double) -> None:
    one, other = Client(double, "all"), Client(double, "all")
    assert one.ask("create temp table mine as select 1 as a") == []
    assert other.ask("create temp table theirs as select 2 as a") == []
    assert other.ask("select * from mine") == UNKNOWN
    storage = one.session.temporary.schema.storage if one.session.temporary.schema else ""
    assert other.ask(f"select * from {storage}.t4100000000") == UNKNOWN
    one.session.temporary.store.close()
    with double.engine._connect() as connection:
        schemas = {
            name for (name,) in connection.execute("SELECT schema_name FROM information_schema.schemata").fetchall()
        }
    assert storage not in schemas
