"""The server's sockets: startup, limits, cancel, timeouts, backpressure, shutdown, and peers that do not behave."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import uvloop

from policies.errors import PgError
from proxy.server.errors import CannotListen
from proxy.server.server import Server, ServerConfig
from proxy.wire import messages as wire
from tests.fake_server import DATABASE, PASSWORD, ROLE, FakeBackend, Running, running
from tests.raw_client import RawClient, startup_packet

ONE = "select fake('one')"


@pytest.fixture(params=[uvloop.new_event_loop, asyncio.new_event_loop], ids=["uvloop", "asyncio"])
def server(request: pytest.FixtureRequest) -> Iterator[Running]:
    """Fresh for each test, on both loops: `serve` takes what is installed."""
    with running(loop_factory=request.param) as made:
        yield made


def client(server: Running, minor: int = 0, password: str = PASSWORD, user: str = ROLE) -> RawClient:
    made = RawClient("127.0.0.1", server.port)
    made.log_in(user, password, DATABASE, minor)
    return made


def error(message: wire.Message | None) -> dict[str, str]:
    assert isinstance(message, wire.ErrorResponse), message
    return dict(message.pairs)


def eventually(holds: Callable[[], bool]) -> None:
    """Poll; the bound is for a test that would fail anyway."""
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.01)


def test_what_a_client_is_told_at_start(server: Running) -> None:
    """Settings, key, ready: in that order, once."""
    with client(server) as peer:
        kinds = [type(message) for message in peer.startup[-3:]]
        assert kinds == [wire.ParameterStatus, wire.BackendKeyData, wire.ReadyForQuery]
        told = {message.name: message.value for message in peer.startup if isinstance(message, wire.ParameterStatus)}
    assert told["server_version"] == "18.0"
    assert told["session_authorization"] == ROLE
    assert told["search_path"] == '"$user", public'
    assert told["is_superuser"] == "off"


@pytest.mark.parametrize(("minor", "spoken", "key"), [(0, None, 4), (2, None, 32), (9999, 2, 32)])
def test_protocol_versions(server: Running, minor: int, spoken: int | None, key: int) -> None:
    """3.0 and 3.2 are spoken; a newer one is negotiated down before authentication, never refused."""
    with client(server, minor) as peer:
        negotiated = [message for message in peer.startup if isinstance(message, wire.NegotiateProtocolVersion)]
        keys = [message for message in peer.startup if isinstance(message, wire.BackendKeyData)]
        assert [message.minor & 0xFFFF for message in negotiated] == ([spoken] if spoken else [])
        assert not negotiated or peer.startup[0] is negotiated[0]
        assert len(keys[0].secret) == key
        assert peer.query(ONE)[-1] == wire.ReadyForQuery(b"I")


def test_unknown_protocol_options_are_named(server: Running) -> None:
    """And do not matter otherwise."""
    with RawClient("127.0.0.1", server.port) as peer:
        peer.log_in(ROLE, PASSWORD, DATABASE, **{"_pq_.nix": "1"})
        first = peer.startup[0]
        assert isinstance(first, wire.NegotiateProtocolVersion)
        assert (first.count, first.options) == (1, b"_pq_.nix\0")
        assert peer.query(ONE)[-1] == wire.ReadyForQuery(b"I")


def test_passwords(server: Running) -> None:
    """A wrong one and an unknown role are the same to a client, from the first message to the last."""
    conversations = []
    for user, password in ((ROLE, "nix"), ("nobody", PASSWORD)):
        with client(server, password=password, user=user) as peer:
            last = error(peer.startup[-1])
            assert (last["S"], last["C"]) == ("FATAL", "28P01")
            conversations.append((list(map(type, peer.startup)), last["M"].replace(user, "R"), last.get("H")))
            assert peer.receive() is None
    assert conversations[0] == conversations[1]
    assert server.backend.sessions == []


@pytest.mark.parametrize(
    "data",
    [b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc", b"\0" * 8, b"\xff" * 64],
    ids=["http", "tls", "zeros", "ones"],
)
def test_bytes_that_are_no_packet_are_not_answered(server: Running, data: bytes) -> None:
    """As Postgres: it hangs up, and nobody else notices."""
    with RawClient("127.0.0.1", server.port) as peer:
        peer.socket.sendall(data)
        peer.socket.shutdown(socket.SHUT_WR)
        assert peer.receive() is None
    with client(server) as peer:
        assert peer.query(ONE)[-1] == wire.ReadyForQuery(b"I")


@pytest.mark.parametrize(
    "data",
    [
        startup_packet({"user": "alice"}) + b"Q\0\0\0\x0dselect 1\0",
        startup_packet({"database": "x"}),
        struct.pack("!ii", 8, 2 << 16),
    ],
    ids=["query before password", "no user", "protocol 2"],
)
def test_strange_beginnings_end_in_one_error(server: Running, data: bytes) -> None:
    """And cost nobody else anything."""
    with RawClient("127.0.0.1", server.port) as peer:
        peer.socket.sendall(data)
        peer.socket.shutdown(socket.SHUT_WR)
        received = [message for message in iter(peer.receive, None) if isinstance(message, wire.ErrorResponse)]
        assert len(received) == 1
        assert error(received[0])["S"] == "FATAL"
    with client(server) as peer:
        assert peer.query(ONE)[-1] == wire.ReadyForQuery(b"I")


def test_a_broken_message_ends_the_session(server: Running) -> None:
    """08P01, FATAL, closed."""
    with client(server) as peer:
        peer.socket.sendall(b"\x07")
        assert error(peer.receive())["C"] == "08P01"
        assert peer.receive() is None
    eventually(lambda: server.backend.closed == 1)


def test_tls_and_gss_are_declined_without_a_certificate(server: Running) -> None:
    """N, and the plain startup goes on."""
    with RawClient("127.0.0.1", server.port) as peer:
        for code in (80877103, 80877104):
            peer.socket.sendall(struct.pack("!ii", 8, code))
            assert peer.socket.recv(1) == b"N"
        peer.log_in(ROLE, PASSWORD, DATABASE)
        assert peer.startup[-1] == wire.ReadyForQuery(b"I")


def test_too_many_clients() -> None:
    """53300 for the one too many; its place is free again when another leaves."""
    with running(ServerConfig(port=0, connections_max=2)) as server:
        one, two = client(server), client(server)
        with client(server) as third:
            assert error(third.startup[-1])["C"] == "53300"
        one.socket.close()
        eventually(lambda: server.backend.closed == 1)
        with client(server) as third:
            assert third.startup[-1] == wire.ReadyForQuery(b"I")
        two.socket.close()


@pytest.mark.parametrize("failing", ["limits", "backend"])
def test_places_are_free_again_whatever_fails_at_the_end(failing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A log that cannot be written must not keep the places of those who left."""

    def fails(*given: object) -> None:
        raise PgError("the audit log cannot be written")

    with running(ServerConfig(port=0, connections_max=1)) as server:
        for _ in range(2):
            with client(server) as peer:
                assert peer.startup[-1] == wire.ReadyForQuery(b"I")
                session = server.backend.sessions[-1]
                if failing == "limits":
                    monkeypatch.setattr(session, "end", fails)
                else:
                    monkeypatch.setattr(server.backend, "close_session", fails)
            eventually(lambda: not server.server._connections)
        assert failing == "backend" or server.backend.closed == 2


def test_sockets_that_never_log_in_are_bounded_and_dropped() -> None:
    """By number at once, by time later."""
    with running(ServerConfig(port=0, connections_max=1, authentication_timeout_s=0.5)) as server:
        idle = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _ in range(60)]
        assert all(peer.recv(1) == b"" for peer in idle)
        with client(server) as peer:
            assert peer.startup[-1] == wire.ReadyForQuery(b"I")


def test_sockets_that_never_log_in_lock_nobody_out() -> None:
    """The oldest of them goes, long before its time."""
    with running(ServerConfig(port=0, connections_max=1)) as server:
        idle = [socket.create_connection(("127.0.0.1", server.port), timeout=20) for _ in range(60)]
        with client(server) as peer:
            assert peer.startup[-1] == wire.ReadyForQuery(b"I")
        assert idle[0].recv(1) == b""
        idle[-1].settimeout(0.2)
        with pytest.raises(TimeoutError):
            idle[-1].recv(1)


def cancel(server: Running, peer: RawClient, secret: bytes | None = None) -> None:
    key = next(message for message in peer.startup if isinstance(message, wire.BackendKeyData))
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as other:
        body = struct.pack("!ii", 80877102, key.pid) + (key.secret if secret is None else secret)
        other.sendall(struct.pack("!i", len(body) + 4) + body)
        assert other.recv(1) == b"", "a cancel request is never answered"


def test_cancel(server: Running) -> None:
    """Stops what runs; a wrong key does nothing; between statements nothing happens."""
    with client(server) as peer:
        cancel(server, peer)
        assert peer.query(ONE)[-2] == wire.CommandComplete("SELECT 1")
        peer.send(wire.Query("select fake('slow')"))
        eventually(lambda: len(server.backend.engine.opened) == 2)
        cancel(server, peer, b"nix!")
        assert not server.backend.engine.opened[1].interrupted.is_set()
        cancel(server, peer)
        answers = peer.until_ready()
        assert [error(answer)["C"] for answer in answers if isinstance(answer, wire.ErrorResponse)] == ["57014"]
        assert answers[-1] == wire.ReadyForQuery(b"I")


def test_a_client_that_does_not_read_holds_the_engine_back_and_can_be_cancelled(server: Running) -> None:
    """Backpressure: an endless result makes no progress; the cancel that arrives meanwhile is not lost."""
    with client(server) as peer:
        peer.send(wire.Query("select fake('endless')"))
        eventually(lambda: bool(server.backend.engine.opened))
        results = server.backend.engine.opened[0]
        seen = -1
        while seen != results.at:
            seen = results.at
            time.sleep(0.3)
        assert 0 < seen < 3_000_000
        cancel(server, peer)
        last = peer.until_ready()[-2]
        assert error(last)["C"] == "57014"
        assert results.closed


def test_statement_timeout_covers_the_whole_statement(server: Running) -> None:
    """Not each fetch: an endless result ends too, though each of its batches is quick."""
    with client(server) as peer:
        peer.query("set statement_timeout = '300ms'")
        for statement in ("select fake('slow')", "select fake('endless')"):
            answers = peer.query(statement)
            failed = next(error(answer) for answer in answers if isinstance(answer, wire.ErrorResponse))
            assert (failed["C"], failed["M"]) == ("57014", "canceling statement due to statement timeout")
        peer.query("set statement_timeout = 0")
        assert peer.query(ONE)[-2] == wire.CommandComplete("SELECT 1")


def test_the_roles_timeout_holds_whatever_the_session_says(server: Running) -> None:
    """The lesser of the two."""
    server.backend.limits.timeout_s = 0.2
    with client(server) as peer:
        peer.query("set statement_timeout = '1h'")
        assert error(peer.query("select fake('slow')")[-2])["C"] == "57014"


def test_a_client_that_hangs_up_stops_its_statement(server: Running) -> None:
    """Nobody works for nobody."""
    peer = client(server)
    peer.send(wire.Query("select fake('slow')"))
    eventually(lambda: bool(server.backend.engine.opened))
    peer.socket.close()
    eventually(lambda: server.backend.closed == 1)
    assert server.backend.engine.opened[0].closed
    assert server.backend.limits.ended[0].sqlstate in ("57014", "08006")


def test_a_long_statement_stops_nobody_else(server: Running) -> None:
    """It runs in a thread."""
    with client(server) as slow, client(server) as quick:
        slow.send(wire.Query("select fake('slow')"))
        eventually(lambda: bool(server.backend.engine.opened))
        assert quick.query(ONE)[-2] == wire.CommandComplete("SELECT 1")
        cancel(server, slow)
        slow.until_ready()


def test_shutdown_tells_everybody() -> None:
    """57P01, also to one whose statement is running and to one that does not read."""
    with running() as server:
        idle, busy, deaf = client(server), client(server), client(server)
        busy.send(wire.Query("select fake('slow')"))
        deaf.send(wire.Query("select fake('endless')"))
        eventually(lambda: len(server.backend.engine.opened) == 2)
        server.stop.set()
        assert error(idle.receive())["C"] == "57P01"
        codes = [error(message)["C"] for message in iter(busy.receive, None) if isinstance(message, wire.ErrorResponse)]
        assert "57P01" in codes
        assert idle.receive() is None
        eventually(lambda: server.backend.closed == 3)
        for peer in (idle, busy, deaf):
            peer.socket.close()


def test_pipelined_batches_in_small_pieces(server: Running) -> None:
    """Bytes that trickle in give the same answers as in one piece."""
    batch = [wire.Parse("", ONE, ()), wire.Bind("", "", (), (), ()), wire.Execute("", 0), wire.Sync()]
    data = b"".join(map(wire.encode, batch * 3))
    with client(server) as peer:
        for start in range(0, len(data), 7):
            peer.socket.sendall(data[start : start + 7])
        answers = peer.until_ready(3)
        assert sum(isinstance(answer, wire.DataRow) for answer in answers) == 3


def test_flush_and_errors_do_not_wait_for_sync(server: Running) -> None:
    """A client may read before it sends Sync."""
    with client(server) as peer:
        peer.send(wire.Parse("", ONE, ()), wire.Flush())
        assert peer.receive() == wire.ParseComplete()
        peer.send(wire.Parse("", "select nix", ()))
        assert error(peer.receive())["C"] == "42703"
        peer.send(wire.Sync())
        assert peer.receive() == wire.ReadyForQuery(b"I")


def test_many_sessions_at_once(server: Running) -> None:
    """Each gets its own answers."""
    failures: list[object] = []

    def work(number: int) -> None:
        with client(server) as peer:
            for _ in range(5):
                answers = peer.query(f"select fake('rows', {number})")
                if answers[-2] != wire.CommandComplete(f"SELECT {number}"):
                    failures.append(answers)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 31)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len({session.pid for session in server.backend.sessions}) == 30


def test_a_port_in_use_is_said_so() -> None:
    """With what to do."""
    with running() as server:
        second = Server(ServerConfig(port=server.port), FakeBackend())
        with pytest.raises(
            CannotListen, match=f"cannot listen on 127.0.0.1:{server.port}: address already in use"
        ) as raised:
            asyncio.run(second.start())
        assert raised.value.hint.endswith(".")
