"""A client's socket as messages in and bytes out, with TLS and backpressure.

While somebody waits here for a message, bytes wake them; once they `listen`, whoever listens is called as bytes come, without a task's
switch. What is collected is written in pieces; whoever writes waits until the socket takes it. Refuses to know what messages mean and
when they come. Facts: asyncio's transports and protocols.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from typing import Any, cast

from proxy.errors import ProtocolViolation
from proxy.wire import messages as wire
from proxy.wire.framing import BadMessage, Framer, StartupPacket

READ_AHEAD_BYTES = 1 << 17  # that are taken from a client whose earlier messages are still worked on
WRITE_BYTES = 1 << 16


class ClientStream(asyncio.Protocol):
    """See the module. opened: called when the client is there. received: bytes so far. `collected` is whole messages at any time."""

    def __init__(self, opened: Callable[[ClientStream], None]) -> None:
        self._opened = opened
        self._transport: asyncio.Transport | None = None
        self._framer = Framer()
        self._waiter: asyncio.Future[None] | None = None  # of the one who waits for bytes
        self._drain: asyncio.Future[None] | None = None  # of those who wait for the socket
        self._listener: Callable[[], None] | None = None
        self._is_over = self._is_lost = self._is_behind = self._is_paused = False
        self.received = 0
        self.collected = bytearray()
        self.is_tls = False

    # The transport's calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """See asyncio.Protocol."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is none by class
        self._opened(self)

    def data_received(self, data: bytes) -> None:
        """See asyncio.Protocol."""
        self._framer.feed(data)
        self.received += len(data)
        self._wake()
        is_wanted = self._listener is not None or self._waiter is not None
        if self._framer.pending > READ_AHEAD_BYTES and not self._is_paused and not is_wanted:
            self._is_paused = True
            self._live.pause_reading()

    def eof_received(self) -> bool:
        """The client says no more, and may still read."""
        self._is_over = True
        self._wake()
        return not self.is_tls

    def connection_lost(self, error: Exception | None) -> None:
        """See asyncio.Protocol."""
        self._is_over = self._is_lost = True
        self._wake()
        if self._drain is not None and not self._drain.done():
            self._drain.set_exception(error or ConnectionResetError())
            self._drain.exception()  # somebody may still look; nobody has to

    def pause_writing(self) -> None:
        """The socket is behind."""
        self._is_behind = True

    def resume_writing(self) -> None:
        """It has caught up."""
        self._is_behind = False
        if self._drain is not None and not self._drain.done():
            self._drain.set_result(None)

    # In

    async def startup(self) -> StartupPacket | None:
        """The next startup packet; None at the end of the stream."""
        while (packet := self._framer.startup()) is None:
            if not await self._more():
                return None
        return packet

    async def password(self) -> wire.PasswordMessage | None:
        """The answer of a client that is not known yet; None at the end of the stream."""
        while (message := self._framer.password()) is None:
            if not await self._more():
                return None
        return message

    def next(self) -> wire.Message | BadMessage | None:
        """The next message that is there in whole. Raises ProtocolViolation."""
        message = self._framer.message()
        if message is None:
            self._read_on()
        return message

    def chunk(self) -> bytes | None:
        """All bytes that are there and not taken, and None for many: a look at them, which takes nothing."""
        return self._framer.peek()

    def skip(self) -> None:
        """Take all bytes that are there."""
        self._framer.clear()

    def listen(self, listener: Callable[[], None] | None) -> None:
        """Who is called when bytes have come, or no more will; None: nobody, for somebody is at work already."""
        self._listener = listener

    def _read_on(self) -> None:
        if self._is_paused:
            self._is_paused = False
            self._live.resume_reading()

    async def _more(self) -> bool:
        """Wait for bytes; False where no more come."""
        self._read_on()
        if self._is_over:
            return False
        self._waiter = asyncio.get_running_loop().create_future()
        before = self._framer.pending
        try:
            await self._waiter
        finally:
            self._waiter = None
        return self._framer.pending > before

    def _wake(self) -> None:
        if self._waiter is not None:
            if not self._waiter.done():
                self._waiter.set_result(None)
        elif self._listener is not None:
            self._listener()

    # Out

    def say(self, message: wire.Message) -> None:
        """Collect one message."""
        self.collected += wire.encode(message)

    async def raw(self, data: bytes) -> None:
        """Write what is no message."""
        self._live.write(data)
        await self.drained()

    def collect(self, data: bytes | memoryview) -> bool:
        """Whole messages, to be written later; long ones at once, without a copy: nobody changes them. Whether it is time to push.
        Raises ConnectionResetError."""
        if len(data) < WRITE_BYTES:
            self.collected += data
            return len(self.collected) >= WRITE_BYTES
        self.push()
        self._live.write(data)
        return True

    def push(self) -> bool:
        """Write what was collected; whether the socket is behind, so that `drained` should be waited for. Raises ConnectionResetError."""
        transport = self._live
        if transport.is_closing():
            raise ConnectionResetError
        if self.collected:
            transport.write(bytes(self.collected))
            self.collected.clear()
        return self._is_behind

    async def drained(self) -> None:
        """Until the socket has taken most of what was written. Raises ConnectionError."""
        if self._live.is_closing():
            raise ConnectionResetError
        if self._is_behind:
            if self._drain is None or self._drain.done():
                self._drain = asyncio.get_running_loop().create_future()
            await asyncio.shield(self._drain)

    async def flush(self) -> None:
        """Write what was collected and wait for the socket."""
        self.push()
        await self.drained()

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Agree to TLS and go on in it. Raises ProtocolViolation for bytes that came before they could be protected."""
        if self._framer.pending:
            raise ProtocolViolation("received unencrypted data after SSL request", detail="This could be an attack.")
        await self.raw(b"S")
        self.is_tls = True
        loop = asyncio.get_running_loop()
        transport = await loop.start_tls(self._live, self, context, server_side=True)
        if transport is None:
            raise ConnectionResetError
        self._transport = transport

    # The peer

    @property
    def peer(self) -> tuple[str, int]:
        """Address and port; empty for a socket file."""
        name = self.extra("peername") or ("", 0)
        return str(name[0]), int(name[1]) if len(name) > 1 else 0

    def extra(self, name: str) -> Any:
        """What the transport knows of the socket."""
        return self._live.get_extra_info(name)

    @property
    def is_behind(self) -> bool:
        """Whether the socket has not taken what was written."""
        return self._is_behind

    @property
    def is_over(self) -> bool:
        """Whether the client sends no more."""
        return self._is_over

    @property
    def is_gone(self) -> bool:
        """Whether the client has hung up."""
        return self._is_over or self._live.is_closing()

    def close(self) -> None:
        """No more in either direction; what was written is still sent."""
        self._live.close()

    def abort(self) -> None:
        """At once, with what was not sent yet. A TLS transport that is gone cannot be asked any more."""
        if not self._is_lost:
            self._live.abort()

    @property
    def _live(self) -> asyncio.Transport:
        assert self._transport is not None, "the client is not there yet"
        return self._transport
