"""Bytes one by one, bit by bit, and as text in an encoding.

Refuses to know printing (`strings.encode`). Facts: src/backend/utils/adt/varlena.c, src/backend/utils/mb/mbutils.c; encodings by the
names of src/common/encnames.c, read by Python's codecs.
"""

from __future__ import annotations

import re

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.udf import function

_PAGES = (866, 874, 932, 936, 949, 950, *range(1250, 1259))
# The names of encodings, without what is no letter or digit, and Python's codecs.
CODECS = {
    "utf8": "utf-8", "unicode": "utf-8", "sqlascii": "latin-1", "koi8": "koi8-r", "koi8r": "koi8-r", "koi8u": "koi8-u", "alt": "cp866",
    "win": "cp1251", "abc": "cp1258", "tcvn": "cp1258", "tcvn5712": "cp1258", "vscii": "cp1258", "big5": "big5", "gbk": "gbk",
    "gb18030": "gb18030", "uhc": "cp949", "johab": "johab", "eucjp": "euc_jp", "euckr": "euc_kr", "euccn": "gb2312",
    "eucjis2004": "euc_jis_2004", "shiftjis2004": "shift_jis_2004", **dict.fromkeys(("sjis", "shiftjis", "mskanji"), "cp932"),
    **{f"latin{number}": f"latin{number}" for number in range(1, 11)},
    **{f"iso8859{part}": f"iso8859-{part}" for part in (*range(1, 11), 13, 14, 15, 16)},
    **{f"{prefix}{page}": f"cp{page}" for page in _PAGES for prefix in ("win", "windows")},
}  # fmt: skip


@function("BLOB INTEGER", "INTEGER")
def get_byte(data: bytes, at: int) -> int:
    return data[_inside(at, len(data))]


@function("BLOB INTEGER INTEGER", "BLOB")
def set_byte(data: bytes, at: int, value: int) -> bytes:
    changed = bytearray(data)
    changed[_inside(at, len(data))] = value & 0xFF
    return bytes(changed)


@function("BLOB BIGINT", "INTEGER")
def get_bit(data: bytes, at: int) -> int:
    byte, bit = divmod(_inside(at, len(data) * 8), 8)
    return data[byte] >> bit & 1


@function("BLOB BIGINT INTEGER", "BLOB")
def set_bit(data: bytes, at: int, value: int) -> bytes:
    byte, bit = divmod(_inside(at, len(data) * 8), 8)
    if value not in (0, 1):
        raise PgDomainError("22023", "new bit must be 0 or 1")
    changed = bytearray(data)
    changed[byte] = changed[byte] & ~(1 << bit) | value << bit
    return bytes(changed)


def _inside(at: int, length: int) -> int:
    if not 0 <= at < length:
        raise PgDomainError("2202E", f"index {at} out of valid range, 0..{length - 1}")
    return at


@function("BLOB VARCHAR", "VARCHAR")
def convert_from(data: bytes, encoding: str) -> str:
    codec = _codec(encoding, "source")
    try:
        text = data.decode(codec)
    except UnicodeDecodeError as error:
        raise _invalid(data, error.start, encoding) from None
    if "\0" in text:
        raise _invalid(data, data.index(0), encoding)
    return text


@function("VARCHAR VARCHAR", "BLOB")
def convert_to(text: str, encoding: str) -> bytes:
    codec = _codec(encoding, "destination")
    try:
        return text.encode(codec)
    except UnicodeEncodeError as error:
        shown = " ".join(f"0x{byte:02x}" for byte in text[error.start].encode())
        raise PgDomainError(
            "22P05",
            f'character with byte sequence {shown} in encoding "UTF8" has no equivalent in encoding "{_shown(encoding)}"',
        ) from None


def _codec(encoding: str, side: str) -> str:
    found = CODECS.get(re.sub(r"[^a-z0-9]", "", encoding.lower()))
    if found is None:
        raise PgDomainError("22023", f'invalid {side} encoding name "{encoding}"')
    return found


def _shown(encoding: str) -> str:
    return re.sub(r"[^A-Z0-9_]", "", encoding.upper().replace("-", ""))


def _invalid(data: bytes, at: int, encoding: str) -> PgDomainError:
    """report_invalid_encoding: as many bytes as the first one announces."""
    first = data[at]
    width = 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4 if first < 0xF8 else 1
    shown = " ".join(f"0x{byte:02x}" for byte in data[at : at + width])
    return PgDomainError("22021", f'invalid byte sequence for encoding "{_shown(encoding)}": {shown}')
