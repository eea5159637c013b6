"""Attacks on a server in a process of its own; after each it has to answer somebody else, and to stay within its memory.

What is looked for: a process that ends, an answer that does not come, an error that admits a bug (XX000), memory beyond a bound. Refuses
to know what the bytes mean.
"""

from __future__ import annotations

import os
import socket
import struct
from dataclasses import dataclass
from pathlib import Path

from proxy.wire import messages as wire
from proxy.wire.framing import BadMessage, Framer
from tests.codec.attacks import Attack
from tests.doubles import PASSWORD, ServedDouble
from tests.raw_client import RawClient, startup_packet
from tests.scram_client import ScramClient

PATIENCE_S = 60.0
RSS_MAX_MB = 1_500  # of the serving process; its engine may take 512 MB of them
ENGINE_MEMORY = "512MB"
OPTIONS = "-c statement_timeout=4s"
MARK = b"still here"
# What makes a session that lives say so, whatever it was told before: out of COPY, to the end of a batch, out of a block.
ENDING = (
    wire.CopyFail("enough"), wire.Sync(), wire.Query("rollback"), wire.Query(f"select '{MARK.decode()}'"),
)  # fmt: skip

# Postgres has an internal error there as well: a parameter that nothing uses was declared of a type that is not there.
POSTGRES_OWN = "cache lookup failed for type"


class Failed(AssertionError):
    """The server did not stand an attack."""


@dataclass
class Target:
    """A server, a session that looks whether it is well, and one that is attacked, which is another as soon as the server closes it."""

    double: ServedDouble
    peak_mb: float = 0.0
    logins: int = 0

    def __post_init__(self) -> None:
        self._witness = self._logged_in()
        self._victim: RawClient | None = None

    def close(self) -> None:
        """Hang up."""
        self._witness.socket.close()
        self._drop()

    def attack(self, attack: Attack) -> None:
        """Throw it, then look. Raises Failed."""
        if attack.kind == "session":
            self._converse(attack)
        else:
            self._knock(attack)
        self.look()

    def look(self) -> None:
        """Whether somebody else is answered, and the memory. Raises Failed."""
        try:
            answers = self._witness.query("select 1")
        except (OSError, AssertionError) as error:
            raise Failed(f"no answer to select 1: {error!r}") from error
        if not any(isinstance(one, wire.DataRow) and one.values == (b"1",) for one in answers):
            raise Failed(f"select 1 is answered with {answers}")
        self.peak_mb = max(self.peak_mb, memory_mb(self.double.pid))
        if self.peak_mb > RSS_MAX_MB:
            raise Failed(f"the server takes {self.peak_mb:.0f} MB")

    def _logged_in(self) -> RawClient:
        client = RawClient("127.0.0.1", self.double.port)
        client.socket.settimeout(PATIENCE_S)
        try:
            answers = client.log_in("postgres", PASSWORD, self.double.database, options=OPTIONS)
        except OSError as error:
            raise Failed(f"no login: {error!r}") from error
        if not answers or not isinstance(answers[-1], wire.ReadyForQuery):
            raise Failed(f"a login is answered with {answers}")
        self.logins += 1
        return client

    def _drop(self) -> None:
        if self._victim is not None:
            self._victim.socket.close()
        self._victim = None

    def _converse(self, attack: Attack) -> None:
        if self._victim is None:
            self._victim = self._logged_in()
        client = self._victim
        if not _sent(client.socket, attack.data):
            self._drop()
            return
        if not attack.framed:  # whether it waits for more, nobody knows
            _drain(client.socket)
            self._drop()
            return
        _sent(client.socket, b"".join(map(wire.encode, ENDING)))
        try:
            while (message := client.receive()) is not None:
                _require_no_bug(message)
                if isinstance(message, wire.DataRow) and message.values == (MARK,):
                    return
        except TimeoutError as error:
            raise Failed("a session says nothing") from error
        self._drop()

    def _knock(self, attack: Attack) -> None:
        with socket.create_connection(("127.0.0.1", self.double.port), timeout=PATIENCE_S) as peer:
            if attack.kind == "login":
                peer.sendall(startup_packet({"user": "postgres", "database": self.double.database}))
                first = ScramClient(PASSWORD).first()
                if attack.step:
                    body = b"SCRAM-SHA-256\0" + struct.pack("!i", len(first)) + first
                    peer.sendall(b"p" + struct.pack("!i", len(body) + 4) + body)
            _sent(peer, attack.data)
            _drain(peer)


def memory_mb(pid: int) -> float:
    """Resident memory of a process."""
    fields = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()
    return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def _sent(peer: socket.socket, data: bytes) -> bool:
    """Whether the server took it; it may have hung up."""
    try:
        peer.sendall(data)
    except (BrokenPipeError, ConnectionResetError):
        return False
    return True


def _drain(peer: socket.socket, seconds: float = 0.01) -> None:
    """What comes at once, and no admission of a bug in it."""
    peer.settimeout(seconds)
    framer = Framer(wire.BACKEND)
    try:
        while data := peer.recv(65536):
            framer.feed(data)
            if data[:1] == b"R" or data[:1] in (b"E", b"S", b"Z"):
                while (message := framer.message()) is not None:
                    _require_no_bug(message)
    except (OSError, wire.ProtocolViolation):
        return


def _require_no_bug(message: wire.Message | BadMessage) -> None:
    if not isinstance(message, wire.ErrorResponse):
        return
    fields = dict(message.pairs)
    if fields.get("C") == "XX000" and not fields["M"].startswith(POSTGRES_OWN):
        raise Failed(f"an internal error: {fields}")
