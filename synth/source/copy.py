"""Rows of `COPY ... TO STDOUT (FORMAT binary)` cut into batches of raw fields, column by column.

Holds the framing of the format and of network chunks; raw values live until the sink returns. Refuses to know types
(`binary.py`) and policy. Facts: PostgreSQL documentation of COPY, "Binary Format".
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import NoReturn

from policies.errors import PgError
from synth.source.connect import Snapshot

Fields = list[bytes | None]
Sink = Callable[[Sequence[Fields]], None]

SIGNATURE = b"PGCOPY\n\xff\r\n\0"
BATCH_ROWS = 1 << 15

_LENGTH = struct.Struct(">i")
_COUNT = struct.Struct(">h")
_HEADER = struct.Struct(">ii")


class CopyBroken(PgError):
    """The source's COPY stream is not what the format says."""

    sqlstate = "08P01"


async def copy_rows(snapshot: Snapshot, table: str, expressions: Sequence[str], sink: Sink, name: str) -> None:
    """Stream the expressions over all rows of a quoted table into the sink, one list of fields an expression."""
    reader = BinaryRows(len(expressions), sink)

    async def feed(chunk: bytes) -> None:
        reader.feed(chunk)

    targets = ", ".join(expressions)
    await snapshot.copy(f"SELECT {targets} FROM {table}", feed, name)
    reader.close()


class BinaryRows:
    """Push parser: feed any cut of the stream; the sink gets batches of at most batch_rows rows."""

    def __init__(self, width: int, sink: Sink, batch_rows: int = BATCH_ROWS) -> None:
        self._width = width
        self._sink = sink
        self._batch_rows = batch_rows
        self._left = b""
        self._started = False
        self._ended = False
        self._rows: list[Fields] = []

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the stream."""
        data = self._left + chunk if self._left else bytes(chunk)
        position = self._header(data)
        while position >= 0 and not self._ended:
            taken = self._row(data, position)
            if taken < 0:
                break
            position = taken
        self._left = data[max(position, 0) :]

    def close(self) -> None:
        """Hand over the last batch. Raises CopyBroken where the stream ended early."""
        if not self._ended:
            _broken("it ended early")
        self._flush()

    def _header(self, data: bytes) -> int:
        """Where rows begin in data, or -1 while the header is incomplete."""
        if self._started:
            return 0
        if len(data) < len(SIGNATURE) + _HEADER.size:
            return -1
        if not data.startswith(SIGNATURE):
            _broken("its signature is wrong")
        _, extension = _HEADER.unpack_from(data, len(SIGNATURE))
        start = len(SIGNATURE) + _HEADER.size + int(extension)
        if len(data) < start:
            return -1
        self._started = True
        return start

    def _row(self, data: bytes, position: int) -> int:
        """Take one row; the position after it, or -1 where data holds only a part of it."""
        end = len(data)
        if position + 2 > end:
            return -1
        (count,) = _COUNT.unpack_from(data, position)
        position += 2
        if count == -1:
            self._ended = True
            return position
        if count != self._width:
            _broken("a row has the wrong number of fields")
        row: Fields = []
        for _ in range(count):
            if position + 4 > end:
                return -1
            (length,) = _LENGTH.unpack_from(data, position)
            position += 4
            if length < 0:
                row.append(None)
                continue
            stop = position + length
            if stop > end:
                return -1
            row.append(data[position:stop])
            position = stop
        self._rows.append(row)
        if len(self._rows) >= self._batch_rows:
            self._flush()
        return position

    def _flush(self) -> None:
        rows, self._rows = self._rows, []
        if rows:
            self._sink([list(column) for column in zip(*rows)] or [[] for _ in range(self._width)])


def _broken(how: str) -> NoReturn:
    raise CopyBroken(f"the source's copy stream is broken: {how}", hint="Start the build again.")
