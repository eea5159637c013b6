"""A client's socket as messages in and bytes out, with TLS and backpressure.

What is collected is written in pieces; whoever writes waits until the socket takes it. Refuses to know what messages mean and when they
come. Facts: asyncio streams.
"""

from __future__ import annotations

import asyncio
import ssl

from proxy.errors import ProtocolViolation
from proxy.wire import messages as wire
from proxy.wire.framing import BadMessage, Framer, StartupPacket

READ_BYTES = 1 << 16
WRITE_BYTES = 1 << 16


class ClientStream:
    """See the module. `collected` is whole messages at any time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer
        self._framer = Framer()
        self.collected = bytearray()
        self.is_tls = False

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

    async def message(self) -> wire.Message | BadMessage | None:
        """The next message; None at the end of the stream."""
        while (message := self._framer.message()) is None:
            if not await self._more():
                return None
        return message

    async def _more(self) -> bool:
        data = await self._reader.read(READ_BYTES)
        self._framer.feed(data)
        return bool(data)

    # Out

    def say(self, message: wire.Message) -> None:
        """Collect one message."""
        self.collected += wire.encode(message)

    async def raw(self, data: bytes) -> None:
        """Write what is no message."""
        self._writer.write(data)
        await self._writer.drain()

    def collect(self, data: bytes | memoryview) -> bool:
        """Whole messages, to be written later; long ones at once, without a copy: nobody changes them. Whether it is time to push.
        Raises ConnectionResetError."""
        if len(data) < WRITE_BYTES:
            self.collected += data
            return len(self.collected) >= WRITE_BYTES
        self.push()
        self._writer.write(data)
        return True

    def push(self) -> bool:
        """Write what was collected; whether the socket is behind, so that `drained` should be waited for. Raises ConnectionResetError."""
        if self._writer.is_closing():
            raise ConnectionResetError
        if self.collected:
            self._writer.write(bytes(self.collected))
            self.collected.clear()
        return self._writer.transport.get_write_buffer_size() > WRITE_BYTES

    async def drained(self) -> None:
        """Until the socket has taken most of what was written. Raises ConnectionError."""
        await self._writer.drain()

    async def flush(self) -> None:
        """Write what was collected and wait for the socket."""
        self.push()
        await self._writer.drain()

    async def start_tls(self, context: ssl.SSLContext) -> None:
        """Agree to TLS and go on in it. Raises ProtocolViolation for bytes that came before they could be protected."""
        if self._framer.pending:
            raise ProtocolViolation("received unencrypted data after SSL request", detail="This could be an attack.")
        await self.raw(b"S")
        await self._writer.start_tls(context)
        self.is_tls = True

    # The peer

    @property
    def peer(self) -> tuple[str, int]:
        """Address and port; empty for a socket file."""
        name = self._writer.get_extra_info("peername") or ("", 0)
        return str(name[0]), int(name[1]) if len(name) > 1 else 0

    @property
    def is_gone(self) -> bool:
        """Whether the client has hung up."""
        return self._reader.at_eof() or self._writer.is_closing()

    def close(self) -> None:
        """No more in either direction; what was written is still sent."""
        self._writer.close()

    def abort(self) -> None:
        """At once, with what was not sent yet."""
        self._writer.transport.abort()
