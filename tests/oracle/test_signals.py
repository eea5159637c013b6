"""One session stops another: the same scenes on a real Postgres and on a double, two roles and sessions of each.

What a process number is differs from run to run, so that no transcript can hold these. Who may stop whom is the same on both: here nobody
is a superuser.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

import psycopg
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.doubles import serve
from tests.policy_text import policy_text

ROLES = ("ann", "bob")
POLICY = policy_text(
    '  public.t: {columns: {"*": auto}}',
    unit="public.t",
    rest="roles: {" + ", ".join(f'{role}: {{grants: [{{tables: ["public.*"]}}]}}' for role in ROLES) + "}",
)
LONG = "select pg_sleep(60)"
Open = Callable[[str], "psycopg.Connection[tuple[Any, ...]]"]


@pytest.fixture(scope="module")
def sources(
    postgres: EmbeddedPostgres, mirror: Callable[[str], Path], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Callable[[str], str]]]:
    """Connection strings by role, of both servers."""
    dsn = postgres.create_database("signals")
    postgres.psql(
        database="signals",
        stdin="create table t (id int primary key); grant select on t to public;"
        + "".join(f"create role {role} login password 'double';" for role in ROLES),
    )
    folder = tmp_path_factory.mktemp("signals")
    (folder / "policy.yaml").write_text(POLICY, encoding="utf-8")
    with serve(mirror(dsn), folder / "policy.yaml", ROLES, state=folder / "state") as served:
        yield {
            "postgres": lambda role: f"postgresql://{role}:double@127.0.0.1:{postgres.port}/signals",
            "double": served.dsn,
        }
    postgres.psql(database="signals", stdin="drop owned by ann, bob; drop role ann; drop role bob")


@pytest.fixture(params=["postgres", "double"])
def open_as(request: pytest.FixtureRequest, sources: dict[str, Callable[[str], str]]) -> Iterator[Open]:
    """open_as("ann") -> a session of that role."""
    opened: list[psycopg.Connection[tuple[Any, ...]]] = []

    def make(role: str) -> psycopg.Connection[tuple[Any, ...]]:
        opened.append(psycopg.connect(sources[request.param](role), autocommit=True))
        return opened[-1]

    yield make
    for connection in opened:
        connection.close()


class Asked:
    """A statement that runs in a session of its own thread, and how it ends."""

    def __init__(self, session: psycopg.Connection[tuple[Any, ...]], sql: str = LONG) -> None:
        self.pid, self.sqlstate, self.ended = session.info.backend_pid, "", 0.0
        self._thread = threading.Thread(target=self._run, args=(session, sql))
        self._thread.start()

    def _run(self, session: psycopg.Connection[tuple[Any, ...]], sql: str) -> None:
        try:
            session.execute(sql)
        except psycopg.Error as error:
            self.sqlstate = error.sqlstate or "gone"
        self.ended = time.monotonic()

    def end(self) -> str:
        """The SQLSTATE that it ended with."""
        self._thread.join(30)
        assert not self._thread.is_alive()
        return self.sqlstate


def value(session: psycopg.Connection[tuple[Any, ...]], sql: str, *params: object) -> Any:
    row = session.execute(sql, params or None).fetchone()
    return row[0] if row is not None else None


def until(condition: Callable[[], object]) -> None:
    """Soon it holds."""
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline, "it does not come about"
        time.sleep(0.02)


def is_active(asking: psycopg.Connection[tuple[Any, ...]], pid: int) -> bool:
    return bool(value(asking, "select state = 'active' from pg_stat_activity where pid = %s", pid))


def test_its_own_role_cancels(open_as: Open) -> None:
    """The statement, and not the session."""
    victim, asking = open_as("ann"), open_as("ann")
    asked = Asked(victim)
    until(lambda: is_active(asking, asked.pid))
    assert value(asking, "select pg_cancel_backend(%s)", asked.pid) is True
    assert asked.end() == "57014"
    assert value(victim, "select 1") == 1
    assert value(asking, "select pg_cancel_backend(%s)", asked.pid) is True  # nothing runs there
    assert value(victim, "select 2") == 2


def test_all_but_its_own_by_name(open_as: Open) -> None:
    """As people write it."""
    victim, asking = open_as("ann"), open_as("ann")
    victim.execute("set application_name = 'slow report'")
    asked = Asked(victim)
    until(lambda: is_active(asking, asked.pid))
    rows = asking.execute(
        "select pid, pg_cancel_backend(pid) from pg_stat_activity where application_name = 'slow report' and state = 'active'"
        " and pid <> pg_backend_pid() and now() >= query_start"
    ).fetchall()
    assert rows == [(asked.pid, True)]
    assert asked.end() == "57014"


@pytest.mark.parametrize("how", ["running", "idle", "in a block", "failed"])
def test_its_own_role_terminates(open_as: Open, how: str) -> None:
    victim, asking = open_as("bob"), open_as("bob")
    pid = victim.info.backend_pid
    asked = None
    if how == "running":
        asked = Asked(victim)
        until(lambda: is_active(asking, pid))
    elif how != "idle":
        victim.execute("begin")
        if how == "failed":
            with pytest.raises(psycopg.errors.UndefinedColumn):
                victim.execute("select nix")
    assert value(asking, "select pg_terminate_backend(%s, 20000)", pid) is True
    assert value(asking, "select count(*) from pg_stat_activity where pid = %s", pid) == 0
    if asked is not None:
        assert asked.end() == "57P01"
    with pytest.raises(psycopg.OperationalError):
        victim.execute("select 1")
    said: list[str] = []
    asking.add_notice_handler(
        lambda notice: said.append(f"{notice.severity} {notice.sqlstate} {notice.message_primary}")
    )
    assert value(asking, "select pg_terminate_backend(%s)", pid) is False
    assert said == [f"WARNING 01000 PID {pid} is not a PostgreSQL backend process"]


@pytest.mark.parametrize(
    ("call", "message", "detail"),
    [
        ("pg_cancel_backend(%s)", "permission denied to cancel query",
         "Only roles with privileges of the role whose query is being canceled or with privileges of the "
         '"pg_signal_backend" role may cancel this query.'),
        ("pg_terminate_backend(%s)", "permission denied to terminate process",
         "Only roles with privileges of the role whose process is being terminated or with privileges of the "
         '"pg_signal_backend" role may terminate this process.'),
    ],
)  # fmt: skip
def test_nobody_stops_another_role(open_as: Open, call: str, message: str, detail: str) -> None:
    victim, asking = open_as("ann"), open_as("bob")
    with pytest.raises(psycopg.errors.InsufficientPrivilege) as caught:
        value(asking, f"select {call}", victim.info.backend_pid)
    assert (caught.value.diag.message_primary, caught.value.diag.message_detail) == (message, detail)
    assert value(victim, "select 1") == 1


def test_what_another_role_sees(open_as: Open) -> None:
    """That a session is there, whose it is and what it calls itself; not what it does."""
    seen, asking = open_as("ann"), open_as("bob")
    seen.execute("set application_name = 'mine'")
    seen.execute("select 'a secret'")
    columns = "datname, usename, application_name, client_addr, client_port, backend_start, xact_start, query_start, state_change,"
    columns += " wait_event_type, wait_event, state, query, backend_type"
    rows = asking.execute(f"select {columns} from pg_stat_activity where pid = %s", (seen.info.backend_pid,)).fetchall()
    assert rows == [("signals", "ann", "mine", *[None] * 9, "<insufficient privilege>", None)]
    found = seen.execute(
        "select usesysid = (select oid from pg_roles where rolname = 'ann'), datid = (select oid from pg_database where datname ="
        " 'signals'), state, client_addr, client_port is not null, backend_start <= state_change, leader_pid"
        " from pg_stat_activity where pid = pg_backend_pid()"
    ).fetchall()
    assert found == [(True, True, "active", IPv4Address("127.0.0.1"), True, True, None)]


def test_what_a_session_shows_to_its_own_role(open_as: Open) -> None:
    """State by state."""
    seen, asking = open_as("ann"), open_as("ann")
    pid = seen.info.backend_pid

    def shown() -> tuple[Any, ...] | None:
        return asking.execute(
            "select state, query, xact_start is not null, wait_event from pg_stat_activity where pid = %s", (pid,)
        ).fetchone()

    seen.execute("select 1")
    until(lambda: shown() == ("idle", "select 1", False, "ClientRead"))
    seen.execute("begin")
    until(lambda: shown() == ("idle in transaction", "begin", True, "ClientRead"))
    with pytest.raises(psycopg.errors.UndefinedColumn):
        seen.execute("select nix")
    until(lambda: shown() == ("idle in transaction (aborted)", "select nix", False, "ClientRead"))
    seen.execute("rollback")
    seen.execute(f"select '{'é' * 1000}'")
    until(
        lambda: shown() == ("idle", f"select '{'é' * 507}", False, "ClientRead")
    )  # 1,022 bytes: a sign more is too many


def test_a_prepared_look_is_a_new_one(open_as: Open) -> None:
    """Nothing of it is kept."""
    asking = open_as("ann")
    count = "select count(*) from pg_stat_activity where usename = 'bob' and datname = 'signals'"
    for _ in range(3):
        asking.execute(count, prepare=True)
    before = asking.execute(count, prepare=True).fetchone()
    other = open_as("bob")
    assert (asking.execute(count, prepare=True).fetchone() or (0,))[0] == (before or (0,))[0] + 1
    other.close()
    until(lambda: asking.execute(count, prepare=True).fetchone() == before)


def test_a_wait_that_is_cut_off(open_as: Open) -> None:
    """Who waits for another's end can be cancelled itself; one that does not wait long is told so."""
    waiting, asking = open_as("ann"), open_as("ann")
    asked = Asked(waiting, "select pg_sleep(60) from (select pg_terminate_backend(-1, 30000)) x")
    until(lambda: is_active(asking, asked.pid))
    assert value(asking, "select pg_cancel_backend(%s)", asked.pid) is True
    assert asked.end() == "57014"
