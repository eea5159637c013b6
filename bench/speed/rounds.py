"""A client that costs little: message batches written in advance, one round trip after the other on each of many connections.

What a driver does with an answer is the same on both sides and hides what the servers cost, so that answers are only counted. Refuses
to know what is asked. Facts: protocol chapters "Message Flow" and "Message Formats".
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable, Sequence
from typing import cast
from urllib.parse import urlsplit

from proxy.server.server import runner
from proxy.wire import messages as wire
from tests.raw_client import RawClient

READY = b"Z\x00\x00\x00\x05"
TIMEOUT_S = 60.0
Next = Callable[[], bytes]


class _Rounds(asyncio.Protocol):
    """One connection: a batch, its answer up to ReadyForQuery, the next batch, until the time is over."""

    def __init__(self, ask: Next, until: float) -> None:
        self._ask, self._until, self._tail = ask, until, b""
        self._transport: asyncio.Transport | None = None
        self.count = 0
        self.over = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio.Protocol."""
        self._transport = cast(asyncio.Transport, transport)
        self._transport.write(self._ask())

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        self._tail = (self._tail + data)[-6:]
        if self._tail[:5] != READY:
            return
        self.count += 1
        assert self._transport is not None
        if time.perf_counter() < self._until:
            self._transport.write(self._ask())
        elif not self.over.done():
            self.over.set_result(None)

    def connection_lost(self, error: Exception | None) -> None:
        """See asyncio.Protocol."""
        if not self.over.done():
            self.over.set_exception(error or ConnectionResetError("the server hung up"))


def seconds_each(dsn: str, prepare: Sequence[wire.Message], asks: Sequence[Next], seconds: float) -> float:
    """Seconds a round trip takes, over all connections: one for each of `asks`. prepare: sent on each first, up to a Sync."""
    sockets = [_opened(dsn, prepare, ask) for ask in asks]
    try:
        with runner() as loop:
            return loop.run(_timed(sockets, asks, seconds))
    finally:
        for each in sockets:
            each.close()


async def _timed(sockets: Sequence[socket.socket], asks: Sequence[Next], seconds: float) -> float:
    loop, began = asyncio.get_running_loop(), time.perf_counter()
    made = [
        await loop.create_connection(lambda ask=ask: _Rounds(ask, began + seconds), sock=each)  # type: ignore[misc]
        for each, ask in zip(sockets, asks)
    ]
    await asyncio.gather(*(rounds.over for _, rounds in made))
    return (time.perf_counter() - began) / sum(rounds.count for _, rounds in made)


def _opened(dsn: str, prepare: Sequence[wire.Message], ask: Next) -> socket.socket:
    """A connection that is logged in and prepared, and has answered once."""
    parts = urlsplit(dsn)
    client = RawClient(parts.hostname or "", parts.port or 5432)
    client.log_in(parts.username or "", parts.password or "", parts.path[1:])
    if prepare:
        client.send(*prepare)
        _require(client.until_ready())
    client.socket.sendall(ask())
    _require(client.until_ready())
    client.socket.setblocking(False)
    return client.socket


def _require(answers: Sequence[wire.Message]) -> None:
    for answer in answers:
        if isinstance(answer, wire.ErrorResponse):
            raise RuntimeError(f"the server refused: {dict(answer.pairs)}")
