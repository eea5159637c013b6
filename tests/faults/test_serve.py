"""A running double under load and ill treatment: many sessions, long statements, slow readers, hung-up clients, signals.

No clock is asserted: what must not wait is shown to end while what it must not wait for still runs.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import struct
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path

import asyncpg
import psycopg
import pytest

from proxy.wire import messages as wire
from tests.doubles import PASSWORD, ServedDouble, serve
from tests.raw_client import RawClient

LONG = "SELECT count(*) FROM t a, t b, t c, t d WHERE (a.id * b.id + c.id * d.id) % 1000003 = 17"
HEAVY = "SELECT " + ", ".join(f"CASE WHEN {n} > 1 THEN 'a' || {n} ELSE upper('b{n}') END AS c{n}" for n in range(1500))


@pytest.fixture(scope="module")
def double(stress: Path) -> Iterator[ServedDouble]:
    with serve(stress) as served:
        yield served


@pytest.fixture
def fresh(stress: Path) -> Iterator[ServedDouble]:
    """One whose memory nobody has filled before."""
    with serve(stress) as served:
        yield served


@asynccontextmanager
async def sessions(double: ServedDouble, count: int) -> AsyncIterator[list[asyncpg.Connection]]:
    """Open sessions, closed at the end whatever they do."""
    opened = [await asyncpg.connect(double.dsn()) for _ in range(count)]
    try:
        yield opened
    finally:
        for connection in opened:
            connection.terminate()


async def _started(tasks: list[asyncio.Task[object]]) -> None:
    await asyncio.sleep(1)
    assert not any(task.done() for task in tasks)


def test_long_statements_hold_up_nobody(double: ServedDouble) -> None:
    """150 sessions, 40 of them busy for good: a new login and a short statement end first; then each is cancelled."""

    async def run() -> None:
        async with sessions(double, 150) as opened:
            long = [asyncio.ensure_future(one.fetchval(LONG)) for one in opened[:40]]
            await _started(long)
            for one in opened[40:]:
                assert await one.fetchval("SELECT a FROM t WHERE id = $1", 1) == "x"
            late = await asyncpg.connect(double.dsn())
            assert await late.fetchval("SELECT 1") == 1
            await late.close()
            assert not any(task.done() for task in long)
            for task in long:
                task.cancel()  # asyncpg sends a CancelRequest
            await asyncio.wait(long)
            assert all(task.cancelled() for task in long)
            for one in opened[:40]:
                assert await one.fetchval("SELECT 2") == 2

    asyncio.run(run())


def test_a_statement_that_is_long_to_compile_holds_up_nobody(double: ServedDouble) -> None:
    async def run() -> None:
        async with sessions(double, 2) as (busy, other):
            wide = asyncio.ensure_future(busy.fetchrow(HEAVY))
            answers = 0
            while not wide.done():
                assert await other.fetchval("SELECT 1") == 1
                answers += 1
            assert answers > 3
            assert (await wide)["c1499"] == "a1499"

    asyncio.run(run())


def test_a_cancel_means_the_statement_that_runs_and_no_other(double: ServedDouble) -> None:
    with psycopg.connect(double.dsn(), autocommit=True) as connection:
        connection.cancel()  # nothing runs
        assert connection.execute("SELECT 1").fetchone() == (1,)

        async def run() -> None:
            one = await asyncpg.connect(double.dsn())
            with pytest.raises(asyncpg.QueryCanceledError, match="statement timeout"):
                await one.execute("SET statement_timeout = 300; " + LONG)
            assert await one.fetchval("SELECT 3") == 3
            await one.close()

        asyncio.run(run())


def _memory_mb(pid: int) -> float:
    fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_a_client_that_does_not_read_costs_no_memory(fresh: ServedDouble) -> None:
    """Ten of them, each with 400 MB to come."""

    async def run() -> None:
        sql = "SELECT repeat(l.a, 100), r.id FROM t l, t r"
        async with sessions(fresh, 1) as (first,):
            await first.fetchval("SELECT 1")
            before = _memory_mb(fresh.pid)
            readers = []
            for _ in range(10):
                connection = await psycopg.AsyncConnection.connect(fresh.dsn())
                connection.pgconn.send_query(sql.encode())
                while connection.pgconn.flush():
                    await asyncio.sleep(0.01)
                readers.append(connection)
            await asyncio.sleep(3)
            assert await first.fetchval("SELECT 4") == 4
            assert _memory_mb(fresh.pid) - before < 300
            for connection in readers:
                os.close(os.dup(connection.pgconn.socket))
                connection.pgconn.finish()

    asyncio.run(run())


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")
def test_answers_from_memory_wait_for_their_client_too(fresh: ServedDouble) -> None:
    """Three thousand times twenty kilobytes, asked for one by one and not read. Each is sent at once, and two answers to another client
    tell that it was seen: those that come in one piece are no batch that is kept, and would wait in any case."""
    with RawClient("127.0.0.1", fresh.port) as client, RawClient("127.0.0.1", fresh.port) as other:
        client.log_in("postgres", PASSWORD, fresh.database)
        other.log_in("postgres", PASSWORD, fresh.database)
        asked = wire.Query("SELECT repeat('x', 20000)")
        for _ in range(3):
            client.send(asked)
            assert client.until_ready()[-2] == wire.CommandComplete("SELECT 1")
        before = _memory_mb(fresh.pid)
        client.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        client.socket.setblocking(False)
        data = wire.encode(asked)
        try:
            for _ in range(3_000):
                assert client.socket.send(data) == len(data)
                other.query("SELECT 1")
                other.query("SELECT 1")
        except BlockingIOError:
            pass  # the server has stopped reading, as it should
        assert _memory_mb(fresh.pid) - before < 30


def test_a_last_batch_before_the_end_of_the_stream_is_answered(double: ServedDouble) -> None:
    """Asked before, so that it comes from memory; the connection ends with it."""
    with RawClient("127.0.0.1", double.port) as client:
        client.log_in("postgres", PASSWORD, double.database)
        for _ in range(2):
            client.send(wire.Query("SELECT 1"))
            assert client.until_ready()[-2] == wire.CommandComplete("SELECT 1")
        client.send(wire.Query("SELECT pg_sleep(0.5)"))
        time.sleep(0.1)
        client.send(wire.Query("SELECT 1"))
        client.socket.shutdown(socket.SHUT_WR)
        assert client.until_ready(2)[-2] == wire.CommandComplete("SELECT 1")
        assert client.receive() is None


def test_clients_that_hang_up_leave_nothing_behind(double: ServedDouble) -> None:
    async def run() -> None:
        for _ in range(30):
            connection = await asyncpg.connect(double.dsn())
            task = asyncio.ensure_future(connection.fetchval(LONG))
            await asyncio.sleep(0.02)
            connection.terminate()
            await asyncio.wait([task])
        async with sessions(double, 60) as opened:
            for one in opened:
                assert await one.fetchval("SELECT 1") == 1

    asyncio.run(run())


GARBAGE = [
    b"", b"\x00", b"GET / HTTP/1.1\r\n\r\n", struct.pack("!ii", 8, 999), struct.pack("!ii", 0, 196608), struct.pack("!ii", 3, 196608),
    struct.pack("!ii", 2**31 - 1, 196608), struct.pack("!ii", -5, 196608), struct.pack("!iii", 12, 80877102, 7), b"\xff" * 2000,
    struct.pack("!ii", 9, 196608) + b"\0", struct.pack("!ii", 20, 196608) + b"user\0\xff\xfe\0\0\0\0\0",
]  # fmt: skip


def test_garbage_is_told_off_and_costs_one_connection(double: ServedDouble) -> None:
    for first in GARBAGE:
        with socket.create_connection(("127.0.0.1", double.port), timeout=20) as client:
            client.sendall(first)
            client.shutdown(socket.SHUT_WR)
            answer = b""
            while data := client.recv(4096):
                answer += data
            assert answer[:1] in (b"", b"E")
    with psycopg.connect(double.dsn()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_sigterm_tells_whoever_runs_something(stress: Path) -> None:
    """57P01 to each, FATAL and last: to one in the engine, one in a Python function, one that does not read, one that idles in a
    transaction; and the process ends, with success."""
    running = [LONG, "SELECT count(exp((5000 + id)::numeric)) FROM t", "SELECT repeat(l.a, 100) FROM t l, t r"]
    with serve(stress) as served, ExitStack() as stack:
        clients = [stack.enter_context(RawClient("127.0.0.1", served.port)) for _ in range(4)]
        for client in clients:
            client.log_in("postgres", PASSWORD, served.database)
        clients[3].query("BEGIN")
        for client, sql in zip(clients, running):
            client.send(wire.Query(sql))
        time.sleep(1)
        os.kill(served.pid, signal.SIGTERM)
        for client in (clients[0], clients[1], clients[3]):
            last = [message for message in iter(client.receive, None) if isinstance(message, wire.ErrorResponse)]
            assert [dict(message.pairs)["C"] for message in last] == ["57P01"]
            assert dict(last[0].pairs)["S"] == "FATAL"
            assert dict(last[0].pairs)["M"] == "terminating connection due to administrator command"
        assert served.wait() == 0


def test_kill_and_start_again(stress: Path) -> None:
    """Nothing stays locked."""
    for _ in range(2):
        with serve(stress) as served:
            with psycopg.connect(served.dsn()) as connection:
                assert connection.execute("SELECT a FROM t LIMIT 1").fetchone() == ("x",)
            os.kill(served.pid, signal.SIGKILL)
