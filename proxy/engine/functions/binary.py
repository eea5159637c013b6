"""Functions of bytea that work on single bytes and bits, and what a uuid says of itself.

Refuses to know text. Facts: src/backend/utils/adt/bytea.c, varlena.c, like.c and uuid.c.
"""

from __future__ import annotations

import re
import uuid

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.udf import function

INT4_MAX = 2**31 - 1
GREGORIAN_START = 0x01B21DD213814000  # 1582-10-15 to 1970-01-01 in steps of 100 ns
_RFC, _BY_TIME, _BY_MILLISECOND = 0b10, 1, 7
_ENDS = {"l": (True, False), "r": (False, True), "b": (True, True)}


@function("BLOB BLOB VARCHAR", "BLOB")
def bytes_trim(data: bytes, found: bytes, ends: str) -> bytes:
    """ltrim, rtrim and btrim of bytea. ends: l, r or b."""
    left, right = _ENDS[ends]
    if left:
        data = data.lstrip(found) if found else data
    return data.rstrip(found) if right and found else data


@function("BLOB", "BLOB")
def bytes_reverse(data: bytes) -> bytes:
    return data[::-1]


@function("BLOB BLOB INTEGER INTEGER", "BLOB")
def bytes_overlay(data: bytes, new: bytes, start: int, length: int) -> bytes:
    if start <= 0:
        raise PgDomainError("22011", "negative substring length not allowed")
    if not -INT4_MAX - 1 <= start + length <= INT4_MAX:
        raise PgDomainError("22003", "integer out of range")
    return data[: start - 1] + new + data[max(start - 1 + length, 0) :]


@function("BLOB BIGINT", "INTEGER")
def bytes_bit(data: bytes, place: int) -> int:
    """get_bit: bits count from the lowest of each byte."""
    if not 0 <= place < len(data) * 8:
        raise PgDomainError("2202E", f"index {place} out of valid range, 0..{len(data) * 8 - 1}")
    return data[place // 8] >> (place % 8) & 1


@function("BLOB BLOB", "BOOLEAN")
def bytes_like(data: bytes, pattern: bytes) -> bool:
    """byteawlike: a pattern that ends with its escape fails when matching gets there."""
    if _after_escapes(pattern):
        if _like(pattern[:-1] + b"%").match(data) and data:
            raise PgDomainError("22025", "LIKE pattern must not end with escape character")
        return False
    return _like(pattern).fullmatch(data) is not None


def _after_escapes(pattern: bytes) -> bool:
    """Whether a lone backslash ends it."""
    return (len(pattern) - len(pattern.rstrip(b"\\"))) % 2 == 1


def _like(pattern: bytes) -> re.Pattern[bytes]:
    parts, at = [], 0
    while at < len(pattern):
        one = pattern[at : at + 1]
        if one == b"\\":
            at += 1
            one = re.escape(pattern[at : at + 1])
        else:
            one = {b"%": b".*", b"_": b"."}.get(one, re.escape(one))
        parts.append(one)
        at += 1
    return re.compile(b"".join(parts), re.DOTALL)


def _version(value: uuid.UUID) -> int | None:
    return value.bytes[6] >> 4 if value.bytes[8] >> 6 == _RFC else None


@function("VARCHAR", "SMALLINT")
def uuid_version(text: str) -> int | None:
    """NULL unless the variant is RFC 9562's."""
    return _version(uuid.UUID(text))


@function("VARCHAR", "BIGINT")
def uuid_micros(text: str) -> int | None:
    """uuid_extract_timestamp as microseconds since 1970; NULL for versions that hold no time."""
    value = uuid.UUID(text)
    version = _version(value)
    if version == _BY_TIME:
        return (value.time - GREGORIAN_START) // 10
    return int.from_bytes(value.bytes[:6]) * 1000 if version == _BY_MILLISECOND else None
