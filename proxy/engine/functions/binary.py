"""Functions of bytea that DuckDB has not, and encodings of text.

Refuses to know text functions. Facts: src/backend/utils/adt/bytea.c, oracle_compat.c, like.c, mbutils.c, pg_crc.c.
"""

from __future__ import annotations

import codecs
import zlib

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.regex import like
from proxy.engine.functions.udf import function

INT4_MAX = 2**31 - 1

# Postgres' names of encodings, without signs and in small letters -> (Python's, how messages spell it)
ENCODINGS = {
    "utf8": ("utf-8", "UTF8"), "unicode": ("utf-8", "UTF8"), "sqlascii": ("latin-1", "SQL_ASCII"), "koi8r": ("koi8-r", "KOI8R"),
    "koi8u": ("koi8-u", "KOI8U"), "eucjp": ("euc_jp", "EUC_JP"), "euckr": ("euc_kr", "EUC_KR"), "euccn": ("gb2312", "EUC_CN"),
    "sjis": ("shift_jis", "SJIS"), "big5": ("big5", "BIG5"), "gbk": ("gbk", "GBK"), "gb18030": ("gb18030", "GB18030"),
    "uhc": ("cp949", "UHC"), "johab": ("johab", "JOHAB"), "koi8": ("koi8-r", "KOI8R"), "win": ("cp1251", "WIN1251"),
    **{alias: (f"iso8859-{part}", f"LATIN{at}")
       for at, part in ((1, 1), (2, 2), (3, 3), (4, 4), (5, 9), (6, 10), (7, 13), (8, 14), (9, 15), (10, 16))
       for alias in (f"latin{at}", f"iso8859{part}")},
    **{f"{prefix}{page}": (f"cp{page}", f"WIN{page}") for page in (866, 874, *range(1250, 1259)) for prefix in ("win", "windows")},
    **{f"iso8859{part}": (f"iso8859-{part}", f"ISO_8859_{part}") for part in (5, 6, 7, 8)},
}  # fmt: skip
CASTAGNOLI = 0x82F63B78
# Modes of trimming: which ends lose bytes.
ENDS = {"btrim": (True, True), "ltrim": (True, False), "rtrim": (False, True)}


def _crc32c_table() -> tuple[int, ...]:
    rows = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ (CASTAGNOLI if value & 1 else 0)
        rows.append(value)
    return tuple(rows)


CRC32C = _crc32c_table()


@function("VARCHAR BLOB BLOB", "BLOB")
def bytea_trim(mode: str, data: bytes, unwanted: bytes) -> bytes:
    left, right = ENDS[mode]
    data = data.lstrip(unwanted) if left and unwanted else data
    return data.rstrip(unwanted) if right and unwanted else data


@function("BLOB", "BIGINT")
def crc32(data: bytes) -> int:
    return zlib.crc32(data)


@function("BLOB", "BIGINT")
def crc32c(data: bytes) -> int:
    value = 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ CRC32C[(value ^ byte) & 0xFF]
    return value ^ 0xFFFFFFFF


@function("BLOB", "BIGINT")
def bytea_bit_count(data: bytes) -> int:
    return int.from_bytes(data, "big").bit_count()


@function("BLOB", "BLOB")
def bytea_reverse(data: bytes) -> bytes:
    return data[::-1]


@function("BLOB BLOB", "INTEGER")
def bytea_position(data: bytes, part: bytes) -> int:
    return data.find(part) + 1


@function("BLOB BLOB INTEGER INTEGER", "BLOB")
def bytea_overlay(data: bytes, new: bytes, start: int, length: int) -> bytes:
    if start <= 0:
        raise PgDomainError("22011", "negative substring length not allowed")
    if not -INT4_MAX - 1 <= start + length <= INT4_MAX:
        raise PgDomainError("22003", "integer out of range")
    return data[: start - 1] + new + data[max(start - 1 + length, 0) :]


def _within(place: int, size: int) -> None:
    if not 0 <= place < size:
        raise PgDomainError("2202E", f"index {place} out of valid range, 0..{size - 1}")


@function("BLOB INTEGER", "INTEGER")
def get_byte(data: bytes, place: int) -> int:
    _within(place, len(data))
    return data[place]


@function("BLOB INTEGER INTEGER", "BLOB")
def set_byte(data: bytes, place: int, value: int) -> bytes:
    _within(place, len(data))
    return data[:place] + bytes((value & 0xFF,)) + data[place + 1 :]


@function("BLOB BIGINT", "INTEGER")
def get_bit(data: bytes, place: int) -> int:
    _within(place, len(data) * 8)
    return data[place // 8] >> place % 8 & 1


@function("BLOB BIGINT INTEGER", "BLOB")
def set_bit(data: bytes, place: int, value: int) -> bytes:
    _within(place, len(data) * 8)
    if value not in (0, 1):
        raise PgDomainError("22023", "new bit must be 0 or 1")
    at, bit = place // 8, 1 << place % 8
    return data[:at] + bytes((data[at] | bit if value else data[at] & ~bit,)) + data[at + 1 :]


@function("BIGINT INTEGER", "BLOB")
def integer_bytes(value: int, width: int) -> bytes:
    """int2, int4 or int8 as bytea."""
    return value.to_bytes(width, "big", signed=True)


@function("BLOB INTEGER VARCHAR", "BIGINT")
def bytes_integer(data: bytes, width: int, kind: str) -> int:
    """bytea as an integer of `width` bytes; kind: as messages name it."""
    if len(data) > width:
        raise PgDomainError("22003", f"{kind} out of range")
    return int.from_bytes(data.rjust(width, b"\0"), "big", signed=True)


def _encoding(name: str, what: str) -> tuple[str, str]:
    found = ENCODINGS.get("".join(char for char in name.lower() if char.isalnum()))
    if found is None:
        raise PgDomainError("22023", f'invalid {what} encoding name "{name}"')
    return found


def _decoded(data: bytes, codec: str, name: str) -> str:
    try:
        text = codecs.decode(data, codec)
    except UnicodeDecodeError as error:
        size = 2 if name == "UTF8" and data[error.start] >= 0xC0 else 1
        shown = " ".join(f"0x{byte:02x}" for byte in data[error.start : error.start + size])
        raise PgDomainError("22021", f'invalid byte sequence for encoding "{name}": {shown}') from None
    if "\0" in text:
        raise PgDomainError("22021", f'invalid byte sequence for encoding "{name}": 0x00')
    return text


def _encoded(text: str, codec: str, name: str) -> bytes:
    try:
        return codecs.encode(text, codec)
    except UnicodeEncodeError as error:
        shown = " ".join(f"0x{byte:02x}" for byte in text[error.start].encode())
        message = f'character with byte sequence {shown} in encoding "UTF8" has no equivalent in encoding "{name}"'
        raise PgDomainError("22P05", message) from None


@function("BLOB VARCHAR", "VARCHAR")
def convert_from(data: bytes, source: str) -> str:
    return _decoded(data, *_encoding(source, "source"))


@function("VARCHAR VARCHAR", "BLOB")
def convert_to(text: str, target: str) -> bytes:
    return _encoded(text, *_encoding(target, "destination"))


@function("BLOB VARCHAR VARCHAR", "BLOB")
def convert(data: bytes, source: str, target: str) -> bytes:
    read, write = _encoding(source, "source"), _encoding(target, "destination")
    return _encoded(_decoded(data, *read), *write)


@function("BLOB VARCHAR", "INTEGER")
def length_in(data: bytes, encoding: str) -> int:
    """length(bytea, name): characters."""
    found = ENCODINGS.get("".join(char for char in encoding.lower() if char.isalnum()))
    if found is None:
        raise PgDomainError("22023", f'invalid encoding name "{encoding}"')
    return len(_decoded(data, *found))


@function("BLOB BLOB", "BOOLEAN")
def bytea_like(data: bytes, pattern: bytes) -> bool:
    """LIKE byte by byte."""
    return like(data, pattern)
