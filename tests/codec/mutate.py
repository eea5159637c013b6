"""Bytes made wrong: truncated, stretched, flipped, with lengths and counts that lie, with text that is none.

Refuses to know what the bytes mean. One `random.Random` decides everything, so that a seed tells all.
"""

from __future__ import annotations

import random
import struct
from collections.abc import Callable

NUMBERS = (
    0,
    1,
    -1,
    -2,
    2,
    127,
    128,
    255,
    256,
    32767,
    -32768,
    65535,
    0x10000,
    0x3FFFFFFE,
    0x7FFFFFFF,
    -0x80000000,
    0x40000000,
)
NO_TEXT = (
    b"\xff",
    b"\xc3",
    b"\xe2\x82",
    b"\xf0\x9f\x92",
    b"\xed\xa0\x80",
    b"\xf4\x90\x80\x80",
    b"\0",
    b"\xc0\x80",
    b"\x80",
)
ODD_TEXT = (
    b"'",
    b'"',
    b"\\",
    b"{",
    b"}",
    b"(",
    b"[",
    b",",
    b"-",
    b"e",
    b"9" * 40,
    b" ",
    b"NaN",
    b"Infinity",
    b"\n",
    b"\\.\n",
    b"null",
)


def mutated(rng: random.Random, data: bytes) -> bytes:
    """The bytes after one to four changes."""
    for _ in range(rng.choice((1, 1, 1, 2, 2, 4))):
        data = rng.choice(CHANGES)(rng, data)
    return data


def noise(rng: random.Random, most: int = 64) -> bytes:
    """Any bytes."""
    return rng.randbytes(rng.randint(0, most))


def _place(rng: random.Random, data: bytes) -> int:
    return rng.randint(0, max(0, len(data) - 1))


def _flip(rng: random.Random, data: bytes) -> bytes:
    if not data:
        return noise(rng, 4)
    at = _place(rng, data)
    return data[:at] + bytes([data[at] ^ (1 << rng.randrange(8))]) + data[at + 1 :]


def _set(rng: random.Random, data: bytes) -> bytes:
    at = _place(rng, data)
    return data[:at] + bytes([rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))]) + data[at + 1 :]


def _cut(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randint(0, len(data))]


def _drop(rng: random.Random, data: bytes) -> bytes:
    at = _place(rng, data)
    return data[:at] + data[at + rng.randint(1, 8) :]


def _insert(rng: random.Random, data: bytes) -> bytes:
    at = _place(rng, data)
    return data[:at] + rng.choice((noise(rng, 8), rng.choice(NO_TEXT), rng.choice(ODD_TEXT))) + data[at:]


def _double(rng: random.Random, data: bytes) -> bytes:
    at = _place(rng, data)
    piece = data[at : at + rng.randint(1, 16)]
    return data[:at] + piece * rng.choice((2, 3, 50)) + data[at + len(piece) :]


def _number(rng: random.Random, data: bytes) -> bytes:
    """Two or four bytes of a length or a count become another one."""
    at, wide = _place(rng, data), rng.random() < 0.5
    number = rng.choice(NUMBERS) if rng.random() < 0.7 else rng.randint(-100, 100)
    piece = struct.pack("!i", number) if wide else struct.pack("!H", number & 0xFFFF)
    return data[:at] + piece + data[at + len(piece) :]


CHANGES: tuple[Callable[[random.Random, bytes], bytes], ...] = (
    _flip,
    _set,
    _cut,
    _drop,
    _insert,
    _double,
    _number,
    _number,
)
