"""Sessions as clients drive them, beside a real Postgres: row limits, pipelines, failed blocks, settings, cancel, timeouts, TLS."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.pair import Pair

TRANSACTIONS = [
    ["begin", "select 1", "select nosuch", "select 2", "rollback", "select 3"],
    ["begin", "savepoint a", "select 1/0", "rollback to a", "select 1", "release a", "commit"],
    ["begin", "set local datestyle to german", "show datestyle", "commit", "show datestyle"],
    ["set timezone to 'Europe/Berlin'", "select timestamptz '2024-06-01 12:00+00'", "reset timezone", "show timezone"],
    ["begin", "begin", "commit", "commit", "savepoint x"],
    ["set nosuch.thing to 'a'", "show nosuch.thing", "set nosuch to 1", "show nosuch", "set datestyle to nonsense"],
    ["prepare p(int) as select $1 + 1", "execute p(2)", "execute p(2, 3)", "deallocate p", "execute p(1)"],
    ["begin", "declare c cursor for select * from generate_series(1, 5) g", "fetch 2 from c", "move 1 in c", "fetch all from c",
     "close c", "fetch 1 from c", "rollback"],
    ["select 1; select 2", "", ";", "select"],
    ["discard all", "listen x", "unlisten x", "set search_path to pg_catalog", "show search_path"],
]  # fmt: skip


def outcome(connection: psycopg.Connection, statement: str) -> object:
    """Rows, tag and transaction state, or SQLSTATE, message and state."""
    try:
        cursor = connection.execute(statement)
        rows = cursor.fetchall() if cursor.description else None
        return cursor.statusmessage, rows, connection.info.transaction_status
    except psycopg.Error as error:
        return error.sqlstate, error.diag.message_primary, connection.info.transaction_status


@pytest.mark.parametrize("script", TRANSACTIONS, ids=lambda script: script[0][:30])
def test_scripts_go_alike(pair: Callable[[str], Pair], script: list[str]) -> None:
    both = pair("chinook")
    found = []
    for dsn in (both.source, both.double):
        with psycopg.connect(dsn, autocommit=True) as connection:
            found.append([(statement, outcome(connection, statement)) for statement in script])
    assert found[1] == found[0]


def test_a_pipeline_skips_to_sync_after_an_error(pair: Callable[[str], Pair]) -> None:
    found = []
    for dsn in (pair("chinook").source, pair("chinook").double):
        with psycopg.connect(dsn, autocommit=True) as connection:
            answers: list[object] = []
            with pytest.raises(psycopg.Error) as caught, connection.pipeline() as pipeline:
                first, bad = connection.execute("select 1"), connection.execute("select nosuch")
                after = connection.execute("select 2")
                pipeline.sync()
                answers.append(first.fetchone())
                assert bad is not after
                after.fetchone()
            answers += [caught.value.sqlstate, connection.execute("select 3").fetchone()]
            found.append(answers)
    assert found[1] == found[0]


def test_cancel_stops_a_statement_and_the_session_lives(pair: Callable[[str], Pair]) -> None:
    with psycopg.connect(pair("chinook").double, autocommit=True) as connection:
        threading.Timer(0.5, connection.cancel).start()
        started = time.monotonic()
        with pytest.raises(psycopg.errors.QueryCanceled, match="due to user request"):
            connection.execute("select count(*) from track a, track b, track c, track d")
        assert time.monotonic() - started < 60
        assert connection.execute("select 1").fetchone() == (1,)


def test_statement_timeout(pair: Callable[[str], Pair]) -> None:
    with psycopg.connect(pair("chinook").double, autocommit=True) as connection:
        connection.execute("set statement_timeout to '300ms'")
        with pytest.raises(psycopg.errors.QueryCanceled, match="due to statement timeout"):
            connection.execute("select count(*) from track a, track b, track c, track d")
        assert connection.execute("select 2").fetchone() == (2,)


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n\r\n", b"\0" * 40, b"\xff" * 9])
def test_a_first_packet_of_no_length_is_not_answered(pair: Callable[[str], Pair], data: bytes) -> None:
    """As Postgres has it."""
    port = psycopg.conninfo.conninfo_to_dict(pair("chinook").double)["port"]
    with socket.create_connection(("127.0.0.1", int(str(port))), timeout=10) as client:
        client.sendall(data)
        assert client.recv(4096) == b""


@pytest.mark.parametrize("data", [struct.pack("!ii", 8, 5 << 16)])
def test_a_strange_first_packet_gets_one_error(pair: Callable[[str], Pair], data: bytes) -> None:
    port = psycopg.conninfo.conninfo_to_dict(pair("chinook").double)["port"]
    with socket.create_connection(("127.0.0.1", int(str(port))), timeout=10) as client:
        client.sendall(data)
        answer = client.recv(4096)
        assert answer[:1] == b"E" and b"FATAL" in answer
        assert client.recv(4096) == b""


def test_a_wrong_password_and_database(pair: Callable[[str], Pair]) -> None:
    double = pair("chinook").double
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(double.replace(":double@", ":wrong@"))
    with pytest.raises(psycopg.OperationalError, match='database "other" does not exist'):
        psycopg.connect(double.replace("/chinook", "/other"))


def test_tls_and_channel_binding(mirror: Callable[[str], Path], dataset: Callable[[str], str], tmp_path: Path) -> None:
    from tests.certificates import make_certificate
    from tests.doubles import serve

    certificate, key = make_certificate(tmp_path)
    with serve(mirror(dataset("chinook")), certificate=certificate, key=key) as double:
        for binding in ("require", "disable"):
            with psycopg.connect(double.dsn() + f"?sslmode=require&channel_binding={binding}") as connection:
                assert connection.info.password
                assert connection.pgconn.ssl_in_use
                assert connection.execute("select count(*) from genre").fetchone() == (25,)
        with psycopg.connect(double.dsn() + "?sslmode=disable") as connection:
            assert not connection.pgconn.ssl_in_use
    assert ssl.OPENSSL_VERSION
