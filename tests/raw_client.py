"""A client that speaks the wire protocol message by message, for tests that care about each of them."""

from __future__ import annotations

import select
import socket
import struct
from types import TracebackType

from proxy.wire import messages as wire
from proxy.wire.framing import BadMessage, Framer
from tests.scram_client import ScramClient

TIMEOUT_S = 30.0


def startup_packet(parameters: dict[str, str], minor: int = 0) -> bytes:
    """A StartupMessage."""
    body = b"".join(f"{name}\0{value}\0".encode() for name, value in parameters.items()) + b"\0"
    return struct.pack("!ii", len(body) + 8, (3 << 16) | minor) + body


class RawClient:
    """A connection; `startup` are the messages up to the first ReadyForQuery once `log_in` is done."""

    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port), timeout=TIMEOUT_S)
        self._framer = Framer(wire.BACKEND)
        self.startup: list[wire.Message] = []

    def __enter__(self) -> RawClient:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.socket.close()

    def log_in(self, user: str, password: str, database: str, minor: int = 0, **parameters: str) -> list[wire.Message]:
        """Startup and SCRAM; the server's messages up to ReadyForQuery or its error."""
        self.socket.sendall(startup_packet({"user": user, "database": database, **parameters}, minor))
        while True:
            message = self.receive()
            if message is None:
                return self.startup
            self.startup.append(message)
            if isinstance(message, wire.Authentication) and message.code == 10:
                break
            if isinstance(message, wire.ErrorResponse):
                return self.startup
        scram = ScramClient(password)
        first = scram.first()
        self.send(wire.PasswordMessage(b"SCRAM-SHA-256\0" + struct.pack("!i", len(first)) + first))
        while (message := self.receive()) is not None:
            self.startup.append(message)
            if isinstance(message, wire.Authentication) and message.code == 11:
                self.send(wire.PasswordMessage(scram.final(message.data)))
            elif isinstance(message, wire.Authentication) and message.code == 12:
                assert scram.accepts(message.data)
            elif isinstance(message, wire.ReadyForQuery | wire.ErrorResponse):
                break
        return self.startup

    def send(self, *messages: wire.Message) -> None:
        """All of them in one piece."""
        self.socket.sendall(b"".join(map(wire.encode, messages)))

    def receive(self) -> wire.Message | None:
        """The next message; None at the end of the stream."""
        while (message := self._framer.message()) is None:
            try:
                data = self.socket.recv(65536)
            except ConnectionResetError:
                return None
            if not data:
                return None
            self._framer.feed(data)
        assert not isinstance(message, BadMessage)
        return message

    def is_readable(self, seconds: float) -> bool:
        """Whether a message, or the end of the stream, is there or comes in that time."""
        return self._framer.pending > 0 or bool(select.select([self.socket], [], [], seconds)[0])

    def until_ready(self, times: int = 1) -> list[wire.Message]:
        """Messages up to the n-th ReadyForQuery, or up to the end of the stream."""
        found: list[wire.Message] = []
        while times and (message := self.receive()) is not None:
            found.append(message)
            times -= isinstance(message, wire.ReadyForQuery)
        return found

    def some(self, count: int) -> list[wire.Message]:
        """The next `count` messages, or fewer at the end of the stream."""
        found = [self.receive() for _ in range(count)]
        return [message for message in found if message is not None]

    def until_silent(self, seconds: float = 0.5) -> list[wire.Message]:
        """Messages until none came for so long."""
        found: list[wire.Message] = []
        self.socket.settimeout(seconds)
        try:
            while (message := self.receive()) is not None:
                found.append(message)
        except TimeoutError:
            return found
        finally:
            self.socket.settimeout(TIMEOUT_S)
        return found

    def query(self, sql: str) -> list[wire.Message]:
        """A simple query and all its answers."""
        self.send(wire.Query(sql))
        return self.until_ready()
