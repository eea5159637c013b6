"""Real clients against the server: psql, asyncpg and psycopg, each in its own dialect of the protocol."""

from __future__ import annotations

import asyncio
import os
import subprocess
import threading
from collections.abc import Iterator

import asyncpg
import psycopg
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.fake_server import DATABASE, PASSWORD, ROLE, Running, running


@pytest.fixture(scope="module")
def server() -> Iterator[Running]:
    """One for all."""
    with running() as made:
        yield made


def psql(server: Running, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "PGHOST": "127.0.0.1",
        "PGPORT": str(server.port),
        "PGUSER": ROLE,
        "PGPASSWORD": PASSWORD,
    }
    return subprocess.run(
        [str(EmbeddedPostgres().psql_path), "-X", "-At", "-d", DATABASE, *arguments],
        env=environment, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def test_psql(server: Running) -> None:
    """Queries, variables, errors with position, cursors by FETCH_COUNT, \\copy."""
    assert psql(server, "-c", "select fake('rows', 3)").stdout == "1\n2\n3\n"
    assert psql(server, "-c", "show server_version").stdout == "18.0\n"
    failed = psql(server, "-c", "select nix")
    assert failed.returncode == 1
    assert "ERROR:  column does not exist\nLINE 1: select nix\n               ^" in failed.stderr
    cursor = psql(server, "-v", "FETCH_COUNT=40", "-c", "select fake('rows', 100)")
    assert cursor.stdout.split() == [str(n) for n in range(1, 101)]
    assert psql(server, "-c", "\\copy (select fake('rows', 3)) to stdout csv").stdout == "1\n2\n3\n"
    assert psql(server, "-c", "begin", "-c", "select fake('broken')", "-c", "commit").stdout == "BEGIN\nROLLBACK\n"


def test_psql_with_a_wrong_password(server: Running) -> None:
    """The same words for a role that does not exist."""
    environment = {**os.environ, "PGPASSWORD": "nix"}
    words = []
    for role in (ROLE, "nobody"):
        done = subprocess.run(
            [str(EmbeddedPostgres().psql_path), "-X", "-h", "127.0.0.1", "-p", str(server.port), "-U", role, "-d", DATABASE],
            env=environment, capture_output=True, text=True, check=False, timeout=60, input="",
        )  # fmt: skip
        assert done.returncode == 2
        words.append(done.stderr.replace(role, "R"))
    assert words[0] == words[1]
    assert 'password authentication failed for user "R"' in words[0]


def test_asyncpg(server: Running) -> None:
    """Prepared statements, binary values, cursors with a limit, transactions, its reset of a pooled connection."""

    async def run() -> None:
        connection = await asyncpg.connect(server.dsn())
        assert connection.get_server_version().major == 18
        assert await connection.fetchval("select fake('param', $1)", 42) == 42
        assert await connection.fetchval("select fake('param', $1)", None) is None
        assert len(await connection.fetch("select fake('rows', 250)")) == 250
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            seen = [row["n"] async for row in connection.cursor("select fake('rows', 250)", prefetch=60)]
        assert seen == list(range(1, 251))
        with pytest.raises(asyncpg.PostgresError) as error:
            await connection.execute("insert into t values (1)")
        assert (error.value.sqlstate, bool(error.value.hint)) == ("25006", True)
        with pytest.raises(asyncpg.QueryCanceledError):
            await connection.execute("set statement_timeout = 100; select fake('slow')")
        await connection.execute("set statement_timeout = 0")
        with pytest.raises(asyncio.TimeoutError):
            await connection.fetch("select fake('slow')", timeout=0.2)
        assert await connection.fetchval("select fake('one')") == 1
        await connection.close()

    asyncio.run(run())


def test_psycopg(server: Running) -> None:
    """Parameters, both formats, server-side cursors, pipelines, COPY, cancel, notices."""
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        assert connection.info.parameter_status("default_transaction_read_only") == "on"
        assert connection.execute("select fake('rows', 2)", binary=True).fetchall() == [(1,), (2,)]
        with connection.transaction(), connection.cursor("c") as cursor:
            cursor.itersize = 30
            cursor.execute("select fake('rows', 100)")
            assert [n for (n,) in cursor] == list(range(1, 101))
        with connection.pipeline():
            cursors = [connection.execute(f"select fake('rows', {n})") for n in range(1, 20)]
            assert [len(cursor.fetchall()) for cursor in cursors] == list(range(1, 20))
        with (
            connection.cursor() as cursor,
            cursor.copy("copy (select fake('rows', 120)) to stdout (format binary)") as copy,
        ):
            copy.set_types(["int4"])
            assert [n for (n,) in copy.rows()] == list(range(1, 121))
        notices: list[str | None] = []
        connection.add_notice_handler(lambda notice: notices.append(notice.message_primary))
        connection.execute("commit")
        assert notices == ["there is no transaction in progress"]
        with pytest.raises(psycopg.errors.DivisionByZero):
            connection.execute("select fake('broken')")


def test_psycopg_pipeline_error(server: Running) -> None:
    """What stands behind an error up to Sync is aborted, what comes after works."""
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        with pytest.raises(psycopg.errors.UndefinedColumn), connection.pipeline():
            connection.execute("select nix")
            connection.execute("select fake('one')")
        assert connection.execute("select fake('one')").fetchone() == (1,)


def test_psycopg_cancel(server: Running) -> None:
    """A CancelRequest with the right key stops the statement; the connection lives."""
    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        timer = threading.Timer(0.3, connection.cancel_safe)
        timer.start()
        with pytest.raises(psycopg.errors.QueryCanceled, match="due to user request"):
            connection.execute("select fake('slow')")
        timer.join()
        assert connection.execute("select fake('one')").fetchone() == (1,)
