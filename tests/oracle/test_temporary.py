"""Temporary tables: scripts of statements on both, compared in rows, tags, types, SQLSTATEs and messages.

What is compared of an error: SQLSTATE, message, detail, hint and position.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import pq
from psycopg.pq.abc import PGconn

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.doubles import serve
from tests.pair import Pair

LINES = (Path(__file__).parent / "temporary.sql").read_text(encoding="utf-8").partition("\n")[2]
SCRIPTS = [script.splitlines() for script in LINES.split("\n\n")]
SETUP = """
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE people (id int PRIMARY KEY, name varchar(20) NOT NULL, born date, score numeric(8,2), feels mood, tags text[]);
INSERT INTO people SELECT n, 'person ' || n, date '1990-01-01' + n, n * 1.25, (array['sad','ok','happy'])[n % 3 + 1]::mood,
    array['a' || n, 'b'] FROM generate_series(1, 200) n;
CREATE TABLE visits (person int REFERENCES people, at timestamptz, took interval);
INSERT INTO visits SELECT n % 200 + 1, timestamptz '2024-01-01 00:00+00' + n * interval '1 hour', n * interval '1 minute'
    FROM generate_series(1, 1000) n;
"""


@pytest.fixture(scope="module")
def pair(postgres: EmbeddedPostgres, mirror: Callable[[str], Path]) -> Iterator[Pair]:
    """A small database and a double of its mirror."""
    dsn = postgres.create_database("temporary")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(SETUP)
    with serve(mirror(dsn)) as double:
        yield Pair(dsn, double.dsn())


def answer(connection: PGconn, statement: str) -> list[object]:
    """All that a client sees of a query string: of each result its status, tag, columns and rows, or the error's fields."""
    connection.send_query(statement.encode())
    found: list[object] = []
    while (result := connection.get_result()) is not None:
        if result.status == pq.ExecStatus.FATAL_ERROR:
            fields = (pq.DiagnosticField.SQLSTATE, pq.DiagnosticField.MESSAGE_PRIMARY, pq.DiagnosticField.MESSAGE_DETAIL,
                      pq.DiagnosticField.MESSAGE_HINT, pq.DiagnosticField.STATEMENT_POSITION)  # fmt: skip
            found.append(tuple(result.error_field(field) for field in fields))
            continue
        if result.status == pq.ExecStatus.COPY_OUT:
            while (piece := connection.get_copy_data(0))[0] > 0:
                found.append(bytes(piece[1]))
            continue
        columns = [
            (result.fname(at), result.ftype(at), result.fmod(at), result.fsize(at)) for at in range(result.nfields)
        ]
        rows = [[result.get_value(row, at) for at in range(result.nfields)] for row in range(result.ntuples)]
        found.append((result.status, result.command_status, columns, rows))
    return found


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script[0])[:60])
def test_scripts_go_alike(pair: Pair, script: list[str]) -> None:
    notices: list[list[bytes | None]] = [[], []]
    source, double = pair.connect()
    for place, connection in enumerate((source, double)):
        connection.notice_handler = lambda result, place=place: notices[place].append(
            result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY)
        )
    different = []
    for statement in script:
        answers = [answer(connection, statement) for connection in (source, double)]
        if answers[0] != answers[1]:
            different.append((statement, *answers))
    for connection in (source, double):
        connection.finish()
    assert not different, "\n".join(f"{statement}\n  source {one}\n  double {two}" for statement, one, two in different)
    assert notices[0] == notices[1]


TYPED = [
    ("int4", 7), ("int8", 2**40), ("numeric", "12.340"), ("numeric(6,2)", "1.235"), ("float8", 0.1), ("text", "ü"), ("varchar(9)", "abc"),
    ("bytea", b"\x00\xff"), ("bool", True), ("date", "2024-02-29"), ("timestamptz", "2024-02-29 12:00:01.5+02"),
    ("interval", "1 mon 3 days"),
    ("int[]", [1, None, 3]), ("jsonb", '{"a": 1}'), ("uuid", "00000000-0000-0000-0000-00000000000a"),
]  # fmt: skip


@pytest.mark.parametrize("binary", [False, True], ids=["text", "binary"])
def test_parameters_and_results_in_both_formats(pair: Pair, binary: bool) -> None:
    answers = []
    for dsn in (pair.source, pair.double):
        with psycopg.connect(dsn) as connection:
            columns = ", ".join(f"c{place} {kind}" for place, (kind, _) in enumerate(TYPED))
            marks = ", ".join("%b" if binary and not isinstance(value, str) else "%s" for _, value in TYPED)
            cursor = connection.cursor(binary=binary)
            cursor.execute(f"create temp table typed ({columns})")
            values = [value for _, value in TYPED]
            cursor.execute(f"insert into typed values ({marks}) returning *", values)
            returned = cursor.fetchall()
            cursor.executemany(f"insert into typed values ({marks})", [values, [None] * len(values)])
            count = cursor.rowcount
            cursor.execute("select * from typed")
            answers.append((returned, count, cursor.fetchall(), cursor.statusmessage))
    assert answers[0] == answers[1]


def test_a_row_limit_suspends_returning(pair: Pair) -> None:
    for dsn in (pair.source, pair.double):
        with psycopg.connect(dsn) as connection:
            connection.execute("create temp table many (a int)")
            cursor = psycopg.ServerCursor(connection, "moving")
            connection.execute("insert into many select generate_series(1, 1000)")
            cursor.execute("select a from many order by a")
            assert [row[0] for row in cursor.fetchmany(3)] == [1, 2, 3]
            connection.execute("delete from many where a > 5")
            assert len(cursor.fetchall()) == 997
            assert connection.execute("select count(*) from many").fetchone() == (5,)


def test_other_sessions_know_nothing_of_it(pair: Pair) -> None:
    with psycopg.connect(pair.double, autocommit=True) as one, psycopg.connect(pair.double, autocommit=True) as other:
        one.execute("create temp table mine as select 1 as a")
        for statement in ("select * from mine", "select 'mine'::regclass", "insert into pg_temp.mine values (1)"):
            with pytest.raises(psycopg.Error) as caught:
                other.execute(statement)
            assert caught.value.sqlstate in ("42P01", "25006", "3F000")
        assert other.execute("select count(*) from pg_class where relname = 'mine'").fetchone() == (0,)
        assert other.execute("select pg_my_temp_schema(), current_schemas(true)::text").fetchone() == (
            0,
            "{pg_catalog,public}",
        )
        other.execute("create temp table mine as select 2 as a")
        assert one.execute("select a from mine").fetchone() == (1,)
        assert other.execute("select a from mine").fetchone() == (2,)


def test_what_is_the_doubles_own_stays_as_it_is(pair: Pair) -> None:
    statements = [
        "insert into people values (1)", "update people set id = 1", "delete from people", "truncate people", "drop table people",
        "create table people2 (a int)", "create index on people (id)", "create table p3 as select 1", "select 1 into p4",
        "drop table if exists people",
        "insert into people select * from t",
    ]  # fmt: skip
    with psycopg.connect(pair.double, autocommit=True) as connection:
        for _ in range(2):
            for statement in statements:
                with pytest.raises(psycopg.errors.ReadOnlySqlTransaction) as caught:
                    connection.execute(statement)
                assert "double" in (caught.value.diag.message_hint or "") or "into" in statement
            connection.execute("create temp table if not exists t (id int)")


def test_psql_describes_it(pair: Pair, postgres: EmbeddedPostgres) -> None:
    script = "create temp table seen (id int primary key, name varchar(5) not null default 'x', v numeric(5,2), check (id > 0));"
    shown = []
    for dsn in (pair.source, pair.double):
        found = subprocess.run(
            [postgres.psql_path, dsn, "-X", "-c", script, "-c", r"\d seen", "-c", r"\dt"], capture_output=True, text=True, check=True
        )  # fmt: skip
        assert found.stderr == ""
        shown.append(re.sub(r"pg_temp_\d+ *", "pg_temp ", found.stdout))
    assert _words(shown[1]) == _words(shown[0])


def _words(text: str) -> list[str]:
    return text.replace("-", " ").replace("+", " ").split()


def test_a_write_that_is_stopped_leaves_nothing_and_the_session_goes_on(pair: Pair) -> None:
    heavy = (
        "select count(*) as n from generate_series(1, 100000) a, generate_series(1, 1000000) b where (a * b) % 7 = 1"
    )
    with psycopg.connect(pair.double, autocommit=True) as connection:
        connection.execute("create temp table t (n bigint)")
        connection.execute("insert into t values (1)")
        connection.execute("set statement_timeout = 300")
        for statement in (f"create temp table x as {heavy}", f"insert into t {heavy}", f"update t set n = ({heavy})"):
            with pytest.raises(psycopg.errors.QueryCanceled):
                connection.execute(statement)
        connection.execute("reset statement_timeout")
        assert connection.execute("select * from t").fetchall() == [(1,)]
        assert connection.execute("select to_regclass('x')").fetchone() == (None,)


def test_pandas_writes_and_reads_it(pair: Pair) -> None:
    pandas, sqlalchemy = pytest.importorskip("pandas"), pytest.importorskip("sqlalchemy")
    frame = pandas.DataFrame({"a": range(300), "b": [f"row {n}" for n in range(300)], "c": [n / 4 for n in range(300)]})
    engine = sqlalchemy.create_engine(pair.double.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        connection.exec_driver_sql("create temp table frame (a bigint, b text, c double precision)")
        frame.to_sql("frame", connection, if_exists="append", index=False, method="multi")
        found = pandas.read_sql("select * from frame order by a", connection)
    engine.dispose()
    assert found.equals(frame)
