"""Clients that say nothing, too much, or nonsense, that read slowly or never, and more of them than there is room for.

What ends by time ends by the server's own short timeouts; no clock is asserted.
"""

from __future__ import annotations

import os
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from proxy.wire import messages as wire
from tests.certificates import make_certificate
from tests.doubles import PASSWORD, ServedDouble, serve
from tests.raw_client import RawClient, startup_packet

ROOM = 40
ROWS = "SELECT i, repeat('x', 100) FROM generate_series(1, 3000000) i"
MEMORY = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")


@pytest.fixture(scope="module")
def double(stress: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedDouble]:
    certificate, key = make_certificate(tmp_path_factory.mktemp("tls"))
    with serve(stress, certificate=certificate, key=key, connections_max=ROOM, authentication_timeout_s=2.0) as served:
        yield served


def connect(double: ServedDouble) -> socket.socket:
    return socket.create_connection(("127.0.0.1", double.port), timeout=30)


def logged_in(double: ServedDouble, stack: ExitStack) -> RawClient:
    made = stack.enter_context(RawClient("127.0.0.1", double.port))
    made.log_in("postgres", PASSWORD, double.database)
    return made


def is_well(double: ServedDouble) -> None:
    with psycopg.connect(double.dsn()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def fields(message: wire.Message | None) -> dict[str, str]:
    assert isinstance(message, wire.ErrorResponse), message
    return dict(message.pairs)


STARTUP = startup_packet({"user": "postgres"})
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 40  # the beginning of a TLS handshake
TLS = struct.pack("!ii", 8, 80877103)
SILENT = {
    "nothing": b"", "one byte": b"\0", "half a packet": STARTUP[:20], "no password": STARTUP,
    "half a password": STARTUP + b"p\0\0\0\x20SCRAM", "no handshake": TLS, "half a handshake": TLS + HELLO,
}  # fmt: skip


@pytest.fixture(scope="module")
def silent(double: ServedDouble) -> Iterator[dict[str, socket.socket]]:
    """Who sends so much and no more: all at a time, for each is waited for as long as the server waits."""
    with ExitStack() as stack:
        clients = {}
        for title, sent in SILENT.items():
            client = clients[title] = stack.enter_context(connect(double))
            if sent.startswith(TLS) and len(sent) > len(TLS):
                client.sendall(TLS)
                assert client.recv(1) == b"S"
                client.sendall(sent[len(TLS) :])
            else:
                client.sendall(sent)
        yield clients


@pytest.mark.parametrize("title", SILENT)
def test_who_does_not_log_in_is_dropped(double: ServedDouble, silent: dict[str, socket.socket], title: str) -> None:
    while silent[title].recv(4096):
        pass  # it ends
    is_well(double)


def test_what_comes_before_tls_is_refused(double: ServedDouble) -> None:
    """Bytes that anyone on the way could have put there."""
    with connect(double) as client:
        client.sendall(TLS + STARTUP)
        assert b"received unencrypted data after SSL request" in client.recv(4096)


@pytest.mark.parametrize("length", [0, 3, 2**31 - 1, -1, -(2**31)])
@pytest.mark.parametrize("tag", [b"Q", b"P", b"B", b"S", b"X"])
def test_lengths_that_cannot_be(double: ServedDouble, tag: bytes, length: int) -> None:
    """Postgres hangs up without a word."""
    with ExitStack() as stack:
        client = logged_in(double, stack)
        client.socket.sendall(tag + struct.pack("!i", length))
        assert client.receive() is None


@pytest.mark.parametrize("length", [0, 3, 7, 10_001, 2**31 - 1, -1])
def test_lengths_of_a_first_packet(double: ServedDouble, length: int) -> None:
    """The same."""
    with connect(double) as client:
        client.sendall(struct.pack("!ii", length, 196608))
        assert client.recv(4096) == b""


def test_more_clients_than_there_is_room(double: ServedDouble) -> None:
    """300 of them: the first have their sessions, the others are told; when they leave there is room again."""
    with ExitStack() as stack:
        clients = [logged_in(double, stack) for _ in range(300)]
        inside = [one for one in clients if one.startup[-1] == wire.ReadyForQuery(b"I")]
        assert len(inside) == ROOM
        for one in clients[ROOM:]:
            told = fields(one.startup[-1])
            assert (told["S"], told["C"], told["M"]) == ("FATAL", "53300", "sorry, too many clients already")
        assert inside[-1].query("SELECT 1")[-2] == wire.CommandComplete("SELECT 1")
    for _ in range(200):
        with ExitStack() as stack:
            if logged_in(double, stack).startup[-1] == wire.ReadyForQuery(b"I"):
                break
            time.sleep(0.1)
    is_well(double)


def test_a_message_that_is_too_long_costs_itself(double: ServedDouble) -> None:
    """70 MB of statement: refused when it has come, and the session goes on."""
    with ExitStack() as stack:
        client = logged_in(double, stack)
        client.send(wire.Query("SELECT '" + "x" * 70_000_000 + "'"))
        answers = client.until_ready()
        assert fields(answers[0])["C"] == "54000"
        assert client.query("SELECT 1")[-2] == wire.CommandComplete("SELECT 1")


def memory_mb(pid: int) -> float:
    """Resident, without what is only mapped."""
    pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    return int(pages[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


@MEMORY
@pytest.mark.parametrize("sql", [ROWS, f"COPY ({ROWS}) TO STDOUT"], ids=["rows", "copy"])
def test_a_slow_reader_costs_little_memory(double: ServedDouble, sql: str) -> None:
    """100 kB/s of 3,000,000 rows, 330 MB in all: what waits for it stays where it is."""
    with ExitStack() as stack:
        client = logged_in(double, stack)
        client.query("SELECT i FROM generate_series(1, 100000) i")
        before = memory_mb(double.pid)
        client.send(wire.Query(sql))
        grown = []
        for _ in range(60):
            client.socket.recv(10_000)
            time.sleep(0.1)
            grown.append(memory_mb(double.pid) - before)
        assert max(grown) < 80
        client.socket.close()
    is_well(double)


def test_who_leaves_in_the_middle_of_rows(double: ServedDouble) -> None:
    """With and without a goodbye, more often than there is room."""
    for number in range(ROOM + 10):
        with ExitStack() as stack:
            client = logged_in(double, stack)
            client.send(wire.Query(ROWS))
            client.receive()
            if number % 2:
                client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    is_well(double)


IDLE = [
    ("idle_session_timeout", "", "57P05", "terminating connection due to idle-session timeout"),
    ("idle_in_transaction_session_timeout", "BEGIN", "25P03", "terminating connection due to idle-in-transaction timeout"),
    ("idle_in_transaction_session_timeout", "BEGIN; nix", "25P03", "terminating connection due to idle-in-transaction timeout"),
    ("transaction_timeout", "BEGIN", "25P04", "terminating connection due to transaction timeout"),
    ("transaction_timeout", "BEGIN; SELECT pg_sleep(100)", "25P04", "terminating connection due to transaction timeout"),
    ("transaction_timeout", "SELECT pg_sleep(100)", "25P04", "terminating connection due to transaction timeout"),
]  # fmt: skip


@pytest.mark.parametrize(("setting", "sql", "code", "message"), IDLE)
def test_sessions_that_idle(double: ServedDouble, setting: str, sql: str, code: str, message: str) -> None:
    """Compared with PostgreSQL 18: FATAL, and the connection ends."""
    with ExitStack() as stack:
        client = logged_in(double, stack)
        client.query(f"SET {setting} = '300ms'")
        if sql:
            client.send(*(wire.Query(one) for one in sql.split("; ")))
        last = [one for one in iter(client.receive, None) if isinstance(one, wire.ErrorResponse)][-1]
        assert (fields(last)["S"], fields(last)["C"], fields(last)["M"]) == ("FATAL", code, message)


def test_a_session_outside_of_a_transaction_does_not_idle_in_one(double: ServedDouble) -> None:
    with ExitStack() as stack:
        client = logged_in(double, stack)
        client.query("SET idle_in_transaction_session_timeout = '100ms'")
        time.sleep(0.5)
        assert client.query("SELECT 1")[-2] == wire.CommandComplete("SELECT 1")


ODD = [
    ("a prepared write", "PREPARE w AS INSERT INTO t VALUES (1)", "25006"),
    ("a function call", wire.FunctionCall(0, (), (), 0), "42883"),
    ("text that is no UTF-8", b"Q\0\0\0\x08\xc3(x\0", "22021"),
    ("COPY FROM", "COPY t FROM STDIN", "25006"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "code"), [case[1:] for case in ODD], ids=[case[0] for case in ODD])
def test_odd_requests_end_in_one_answer(double: ServedDouble, sent: str | bytes | wire.Message, code: str) -> None:
    """An error, ReadyForQuery, and the session goes on."""
    with ExitStack() as stack:
        client = logged_in(double, stack)
        if isinstance(sent, bytes):
            client.socket.sendall(sent)
        else:
            client.send(wire.Query(sent) if isinstance(sent, str) else sent)
        answers = client.until_ready()
        assert [fields(one)["C"] for one in answers if isinstance(one, wire.ErrorResponse)] == [code]
        assert client.query("SELECT 1")[-2] == wire.CommandComplete("SELECT 1")


def test_odd_statements_of_the_extended_protocol(double: ServedDouble) -> None:
    """A write that was prepared by the protocol and run by EXECUTE, and a parameter of a type that nobody has."""
    with ExitStack() as stack:
        client = logged_in(double, stack)
        client.send(wire.Parse("w", "INSERT INTO t VALUES (1)", ()), wire.Sync())
        assert client.until_ready()[0] == wire.ParseComplete()
        refused = fields(client.query("EXECUTE w")[0])
        assert refused["C"] == "25006"
        assert refused["H"]
        client.send(wire.Parse("", "SELECT $1", (999_999,)), wire.Sync())
        assert fields(client.until_ready()[0])["C"] == "42704"
