"""Plays one side of a conversation on a connection and hands back the other as lines.

Refuses to know what the answers should be. Facts: protocol chapters "Start-up" and "Canceling Requests in Progress" for what is sent
beside messages.
"""

from __future__ import annotations

import re
import select
import socket
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass
from types import TracebackType

from proxy.wire import messages as wire
from proxy.wire.framing import CANCEL_REQUEST
from tests.raw_client import RawClient
from tests.transcripts.conversation import Conversation, Exchange, Printer, bytes_of, words_of

CLOSED, SILENT = "Closed", "Silent"  # no messages: the end of the stream, and nothing for too long
# Refusals to which the double adds what to do instead; Postgres, which refuses fewer things, has no hint there.
_HINTED = re.compile(r"(ErrorResponse (?:ERROR (?:25006|0A000|42501)|FATAL (?:28P01|3D000)) .*?) H=.*")
AGAIN_S = 0.2


@dataclass(frozen=True, slots=True)
class Address:
    """A server, and who comes to it."""

    port: int
    user: str
    password: str
    database: str


class Player:
    """A connection; it logs in by itself unless the first line does."""

    def __init__(self, address: Address, patience_s: float = 30.0) -> None:
        self._address = address
        self._client = RawClient("127.0.0.1", address.port)
        self._client.socket.settimeout(patience_s)
        self._printer = Printer()
        self._said: list[wire.Message] = []  # by a login that is recorded
        self._logged_in = self._over = False

    def __enter__(self) -> Player:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._client.socket.close()

    def send(self, lines: list[str]) -> None:
        """Messages that touch in one piece."""
        piece = b""
        for line in lines:
            name, words = words_of(line)
            if name == "Login":
                self._log_in(dict(word.split("=", 1) for word in words))
                continue
            if not self._logged_in:
                self._log_in({})
                self._said = []
            if name in ("Pause", "Cancel"):
                self._write(piece)
                piece = b""
                time.sleep(float(words[0])) if name == "Pause" else self._cancel(once=bool(words))
            else:
                piece += bytes_of(line)
        self._write(piece)

    def some(self, count: int) -> list[str]:
        """The next answers, or fewer and CLOSED at the end of the stream."""
        found: list[str] = []
        while len(found) < count and not self._over:
            found.append(self._next())
        return found

    def until_silent(self, seconds: float) -> list[str]:
        """Answers until none came for so long."""
        found: list[str] = []
        while not self._over and (self._said or self._client.is_readable(seconds)):
            found.append(self._next())
        return found

    def rest(self) -> list[str]:
        """What comes after a farewell."""
        self._write(wire.encode(wire.Terminate()))
        found: list[str] = []
        while not self._over:
            found.append(self._next())
        return found[:-1] if found else found

    def _next(self) -> str:
        try:
            message = self._said.pop(0) if self._said else self._client.receive()
        except TimeoutError:
            self._over = True
            return SILENT
        if message is None:
            self._over = True
            return CLOSED
        return self._printer.line(message)

    def _write(self, data: bytes) -> None:
        try:
            self._client.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError):
            return  # what the server said before it hung up is still to be read

    def _log_in(self, asked: dict[str, str]) -> None:
        self._logged_in = True
        address = self._address
        minor = int(asked.pop("minor", "0"))
        user, password = asked.pop("user", address.user), asked.pop("password", address.password)
        database = asked.pop("database", address.database)
        self._said = sorted(self._client.log_in(user, password, database, minor, **asked), key=_place)

    def _cancel(self, *, once: bool) -> None:
        """Once: whatever comes of it. Else until the server answers what it was asked: a request that is early finds nothing to stop."""
        key = next(message for message in self._client.startup if isinstance(message, wire.BackendKeyData))
        body = struct.pack("!ii", CANCEL_REQUEST, key.pid) + key.secret
        # one that comes before the last of several statements has begun stops an earlier one, on a machine that is busy
        select.select([self._client.socket], [], [], 0 if once else AGAIN_S)
        while True:
            with socket.create_connection(("127.0.0.1", self._address.port)) as other:
                other.sendall(struct.pack("!i", len(body) + 4) + body)
                other.recv(1)
            if once or select.select([self._client.socket], [], [], AGAIN_S)[0]:
                return


def _place(message: wire.Message) -> tuple[int, str]:
    """Settings by name: Postgres tells them in the order of a hash table, which is another in each release."""
    if isinstance(message, wire.ParameterStatus):
        return 1, message.name
    return (2, "") if isinstance(message, wire.BackendKeyData | wire.ReadyForQuery) else (0, "")


def same(double: list[str], source: list[str]) -> bool:
    """Whether the double's answers are the source's, but for hints of its own."""
    return len(double) == len(source) and all(
        ours == theirs or _HINTED.sub(r"\1", ours) == theirs for ours, theirs in zip(double, source)
    )


def play(player: Player, conversation: Conversation) -> Iterator[list[str]]:
    """As many answers to each exchange as the record has. What is too many shows in the next exchange, or at the end."""
    for exchange in conversation.exchanges:
        player.send(exchange.sent)
        yield player.some(len(exchange.answered))


def record(player: Player, exchanges: list[Exchange], silence_s: float = 0.2) -> Iterator[list[str]]:
    """All that comes back before the server falls silent."""
    for exchange in exchanges:
        player.send(exchange.sent)
        yield player.until_silent(silence_s)
