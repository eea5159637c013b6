"""Where Postgres puts a row of a table partitioned by hash: its extended hash functions, value by value.

Holds the functions of the types whose hash is a function of the value alone; an enum's is of its OID, which a release renumbers. Refuses
to know tables. Facts: src/common/hashfn.c, src/backend/access/hash/hashfunc.c, compute_partition_hash_value in partbounds.c.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from typing import Any

SEED = 0x7A5B22367996DCFD  # HASH_PARTITION_SEED
_U32, _U64 = (1 << 32) - 1, (1 << 64) - 1
_START = 0x9E3779B9 + 3923095
_MICROSECOND_ZERO, _DAY_ZERO = datetime(2000, 1, 1), date(2000, 1, 1)


def row_hash(types: Sequence[int], values: Sequence[Any]) -> int:
    """The hash of a row's key. types: base types, each in HASHES."""
    combined = 0
    for oid, value in zip(types, values):
        if value is not None:
            own = HASHES[oid](value)
            combined ^= (own + 0x49A0F4DD15E5A8E3 + (combined << 54) + (combined >> 7)) & _U64
    return combined


def _rotated(value: int, by: int) -> int:
    return ((value << by) | (value >> (32 - by))) & _U32


def _mix(a: int, b: int, c: int) -> tuple[int, int, int]:
    for by in (4, 6, 8, 16, 19, 4):
        a = ((a - c) & _U32) ^ _rotated(c, by)
        c = (c + b) & _U32
        a, b, c = b, c, a
    return a, b, c


def _final(a: int, b: int, c: int) -> int:
    for by in (14, 11, 25, 16, 4, 14, 24):
        c = ((c ^ b) - _rotated(b, by)) & _U32
        a, b, c = b, c, a
    # seven turns of three places leave c where b stands
    return a << 32 | b


def _bytes(data: bytes) -> int:
    length = len(data)
    a, b, c = _seeded(length)
    while len(data) >= 12:
        x, y, z = struct.unpack("<3I", data[:12])
        a, b, c = _mix((a + x) & _U32, (b + y) & _U32, (c + z) & _U32)
        data = data[12:]
    x, y = struct.unpack("<2I", data[:8].ljust(8, b"\0"))
    # the lowest byte of c is the length's
    z = struct.unpack("<I", b"\0" + data[8:].ljust(3, b"\0"))[0]
    return _final((a + x) & _U32, (b + y) & _U32, (c + z) & _U32)


def _seeded(length: int) -> tuple[int, int, int]:
    start = (_START + length) & _U32
    return _mix((start + (SEED >> 32)) & _U32, (start + SEED) & _U32, start)


def _word(value: int) -> int:
    a, b, c = _seeded(4)
    return _final((a + value) & _U32, b, c)


def _int8(value: int) -> int:
    high = value >> 32
    return _word((value & _U32) ^ ((high if value >= 0 else ~high) & _U32))


def _timestamp(value: datetime) -> int:
    plain = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    since = plain - _MICROSECOND_ZERO
    return _int8((since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds)


def _text(value: str) -> int:
    return _bytes(value.encode())


def _date(value: date) -> int:
    return _word((value - _DAY_ZERO).days & _U32)


def _int4(value: int) -> int:
    return _word(value & _U32)


# by base type; values as DuckDB gives them
HASHES: dict[int, Callable[[Any], int]] = {
    16: _int4, 21: _int4, 23: _int4, 26: _int4, 20: _int8,
    25: _text, 1043: _text, 1042: lambda value: _text(value.rstrip(" ")),
    1082: _date, 1114: _timestamp, 1184: _timestamp,
    2950: lambda value: _bytes(uuid.UUID(str(value)).bytes),
}  # fmt: skip
