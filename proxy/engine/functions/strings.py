"""Functions of text that DuckDB has not, or computes in another way.

Refuses to know patterns (`regex.py`) and pictures (`formatting.py`, `picture.py`). Facts: src/backend/utils/adt/oracle_compat.c,
varlena.c, quote.c, encode.c.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal

import pyarrow as pa

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.udf import ROOM, function, interval, too_large
from proxy.pgtypes import InputSettings, engine_value, read_text
from proxy.pgtypes.integers import whole_of
from proxy.pgtypes.intervals import adjusted, interval_text
from proxy.pgtypes.names import quote_ident as quoted_name

# 100 ns units between 1582-10-15 and 1970-01-01.
UUID_EPOCH = 0x01B21DD213814000
FORMAT = re.compile(r"%(?:([0-9]+)\$)?(-?)(?:\*(?:([0-9]+)\$)?|([0-9]+))?([sIL%])")


@function("VARCHAR VARCHAR VARCHAR", "VARCHAR")
def translate(text: str, found: str, replacement: str) -> str:
    table: dict[int, str | None] = {}
    for place, char in enumerate(found):
        table.setdefault(ord(char), replacement[place] if place < len(replacement) else None)
    return text.translate(table)


@function("VARCHAR VARCHAR INTEGER", "VARCHAR")
def split_part(text: str, separator: str, number: int) -> str:
    if number == 0:
        raise PgDomainError("22023", "field position must not be zero")
    parts = text.split(separator) if separator else [text]
    place = number - 1 if number > 0 else len(parts) + number
    return parts[place] if 0 <= place < len(parts) else ""


@function("VARCHAR VARCHAR INTEGER INTEGER", "VARCHAR")
def overlay(text: str, new: str, start: int, length: int) -> str:
    if start <= 0:
        raise PgDomainError("22011", "negative substring length not allowed")
    if not -(2**31) <= start + length < 2**31:
        raise PgDomainError("22003", "integer out of range")
    return text[: start - 1] + new + text[max(start - 1 + length, 0) :]


@function("INTEGER", "VARCHAR")
def chr(code: int) -> str:
    if code <= 0:
        if code < 0:
            raise PgDomainError("22023", "character number must be positive")
        raise PgDomainError("54000", "null character not permitted")
    if code > 0x10FFFF or 0xD800 <= code < 0xE000:
        raise PgDomainError("54000", f"requested character not valid for encoding: {code}")
    return _character(code)


def _character(code: int) -> str:
    return code.to_bytes(4, "little").decode("utf-32-le")


@function("BIGINT", "VARCHAR")
def to_oct(number: int) -> str:
    """Of the number's bits."""
    return f"{number & 0xFFFFFFFFFFFFFFFF:o}"


@function("VARCHAR", "VARCHAR")
def quote_ident(name: str) -> str:
    return quoted_name(name)


def quoted_literal(text: str) -> str:
    """quote_literal_cstr."""
    body = text.replace("'", "''")
    return f" E'{body}'".replace("\\", "\\\\").lstrip() if "\\" in text else f"'{body}'"


@function("VARCHAR", "VARCHAR")
def quote_literal(text: str) -> str:
    return quoted_literal(text)


@function("VARCHAR VARCHAR[]", "VARCHAR", strict=False)
def format(template: str | None, values: tuple[str | None, ...] | None) -> str | None:
    """format(); values as their output functions print them."""
    if template is None:
        return None
    return _formatted(template, values or ())


def _formatted(template: str, values: tuple[str | None, ...]) -> str:
    out, at, used = [], 0, 0
    while (start := template.find("%", at)) >= 0:
        out.append(template[at:start])
        match = FORMAT.match(template, start)
        if match is None:
            raise _bad_format(template, start)
        at = match.end()
        if match[5] == "%":
            out.append("%")
            continue
        width = _number_in_format(match[4], 0)
        if "*" in match[0]:
            place = _number_in_format(match[3], used + 1)
            used = place
            width = int(_argument(values, place) or 0)
        if abs(width) > ROOM:
            raise too_large()
        place = _number_in_format(match[1], used + 1)
        used = place
        text = _converted(match[5], _argument(values, place))
        left = bool(match[2]) or width < 0
        out.append(text.ljust(abs(width)) if left else text.rjust(abs(width)))
    out.append(template[at:])
    return "".join(out)


def _number_in_format(digits: str | None, otherwise: int) -> int:
    number = whole_of(digits) if digits else otherwise
    if number >= 2**31:
        raise PgDomainError("22003", "number is out of range")
    return number


def _bad_format(template: str, start: int) -> PgDomainError:
    rest = template[start + 1 :].lstrip("0123456789$-*")
    if not rest:
        return PgDomainError("22023", "unterminated format() type specifier", hint=PERCENT)
    return PgDomainError("22023", f'unrecognized format() type specifier "{rest[0]}"', hint=PERCENT)


PERCENT = 'For a single "%" use "%%".'


def _argument(values: tuple[str | None, ...], place: int) -> str | None:
    if place == 0:
        raise PgDomainError("22023", "format specifies argument 0, but arguments are numbered from 1")
    if place > len(values):
        raise PgDomainError("22023", "too few arguments for format()")
    return values[place - 1]


def _converted(kind: str, value: str | None) -> str:
    if kind == "s":
        return value or ""
    if kind == "L":
        return "NULL" if value is None else quoted_literal(value)
    if value is None:
        raise PgDomainError("22004", "null values cannot be formatted as an SQL identifier")
    return quoted_name(value)


@function("VARCHAR VARCHAR[]", "VARCHAR", strict=False)
def concat_ws(separator: str | None, values: tuple[str | None, ...] | None) -> str | None:
    if separator is None or values is None:
        return None
    return separator.join(value for value in values if value is not None)


@function("BLOB VARCHAR", "VARCHAR")
def encode(data: bytes, form: str) -> str:
    kind = form.lower()
    if kind == "hex":
        return data.hex()
    if kind == "base64":
        text = base64.b64encode(data).decode()
        return "\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    if kind == "escape":
        return "".join(_escaped(byte) for byte in data)
    raise PgDomainError("22023", f'unrecognized encoding: "{form}"')


def _escaped(byte: int) -> str:
    if byte == 0x5C:
        return "\\\\"
    return f"\\{byte:03o}" if byte == 0 or byte >= 0x80 else _character(byte)


@function("VARCHAR VARCHAR", "BLOB")
def decode(text: str, form: str) -> bytes:
    kind = form.lower()
    if kind == "hex":
        return _from_hex(text)
    if kind == "base64":
        if not text.isascii():
            raise _bad_base64(text)
        try:
            return base64.b64decode(re.sub(r"\s", "", text), validate=True)
        except binascii.Error:
            raise _bad_base64(text) from None
    if kind == "escape":
        return _unescape(text)
    raise PgDomainError("22023", f'unrecognized encoding: "{form}"')


def _bad_base64(text: str) -> PgDomainError:
    if wrong := re.search(r"[^A-Za-z0-9+/=\s]", text):
        return PgDomainError("22023", f'invalid symbol "{wrong[0]}" found while decoding base64 sequence')
    hint = "Input data is missing padding, is truncated, or is otherwise corrupted."
    return PgDomainError("22023", "invalid base64 end sequence", hint=hint)


def _from_hex(text: str) -> bytes:
    digits = re.sub(r"\s", "", text)
    if bad := re.search(r"[^0-9a-fA-F]", digits):
        raise PgDomainError("22023", f'invalid hexadecimal digit: "{bad[0]}"')
    if len(digits) % 2:
        raise PgDomainError("22023", "invalid hexadecimal data: odd number of digits")
    return bytes.fromhex(digits)


def _unescape(text: str) -> bytes:
    parts = re.split(r"(\\\\|\\[0-3][0-7]{2})", text)
    if any("\\" in part for part in parts[::2]):
        raise PgDomainError("22P02", "invalid input syntax for type bytea")
    escapes = (b"\\" if part == "\\\\" else bytes([int(part[1:], 8)]) for part in parts[1::2])
    plain = (part.encode() for part in parts[::2])
    return b"".join(piece for pair in zip(plain, [*escapes, b""]) for piece in pair)


@function("BLOB VARCHAR", "BLOB")
def digest(data: bytes, kind: str) -> bytes:
    return hashlib.new(kind, data).digest()


@function("VARCHAR VARCHAR", "VARCHAR")
def normalize(text: str, form: str) -> str:
    name = form.upper()
    if name == "NFC":
        return unicodedata.normalize("NFC", text)
    if name == "NFD":
        return unicodedata.normalize("NFD", text)
    if name == "NFKC":
        return unicodedata.normalize("NFKC", text)
    if name == "NFKD":
        return unicodedata.normalize("NFKD", text)
    raise PgDomainError("22023", f"invalid normalization form: {form}")


ESCAPE = re.compile(r"\\(?:(\\)|\+([0-9a-fA-F]{6})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-9a-fA-F]{4})|)")


@function("VARCHAR", "VARCHAR")
def unistr(text: str) -> str:
    """Escapes of code points; a pair of surrogates is one character."""
    units = ESCAPE.sub(_unit, text)
    if re.search("[\ud800-\udfff]", units):
        units = re.sub("[\ud800-\udbff][\udc00-\udfff]", _joined, units)
        if re.search("[\ud800-\udfff]", units):
            raise PgDomainError("42601", "invalid Unicode surrogate pair")
    return units


def _unit(match: re.Match[str]) -> str:
    if match[1]:
        return "\\"
    digits = match[2] or match[3] or match[4] or match[5]
    if digits is None:
        raise PgDomainError("42601", "invalid Unicode escape")
    code = int(digits, 16)
    if not 0 < code <= 0x10FFFF:
        raise PgDomainError("22023", f"invalid Unicode code point: {code:04X}")
    return code.to_bytes(4, "little").decode("utf-32-le", "surrogatepass")


def _joined(match: re.Match[str]) -> str:
    return match[0].encode("utf-16-le", "surrogatepass").decode("utf-16-le")


@function("VARCHAR", "BOOLEAN")
def unicode_assigned(text: str) -> bool:
    return all(unicodedata.category(char) != "Cn" for char in text)


@function("INTERVAL", "VARCHAR", name="interval_text")
def interval_out(parts: tuple[int, int, int]) -> str:
    return interval_text(parts, "postgres")


@function("INTERVAL INTEGER", "INTERVAL")
def interval_typmod(parts: tuple[int, int, int], typmod: int) -> pa.MonthDayNano:
    return interval(*adjusted(parts, typmod))


@function("VARCHAR UINTEGER INTEGER VARCHAR INTEGER", "VARCHAR")
def read(text: str, type_oid: int, typmod: int, timezone: str, version: int) -> str:
    """The input function of a built-in type, as text that DuckDB's cast reads; raises Postgres' own error."""
    canonical = read_text(type_oid, text, None, typmod, InputSettings(timezone=timezone, version=version))
    value = engine_value(type_oid, canonical)
    return value if isinstance(value, str) else canonical


@function("BIGINT VARCHAR", "BOOLEAN", whole=True)
def has_room(sizes: list[int | None], messages: list[str]) -> list[bool | None]:
    """Whether the engine may make values of these sizes for one batch of rows: true, or the error with that message."""
    if sum(size for size in sizes if size is not None and size > 0) > ROOM:
        raise PgDomainError("54000", messages[0])
    return [None if size is None else True for size in sizes]


@function("BIGINT", "VARCHAR")
def size_pretty(size: int) -> str:
    """pg_size_pretty: rounds half away from zero at each unit but the first."""
    units = (("bytes", 10 * 1024, False), ("kB", 20 * 1024 - 1, True), ("MB", 20 * 1024 - 1, True),
             ("GB", 20 * 1024 - 1, True), ("TB", 20 * 1024 - 1, True), ("PB", 0, True))  # fmt: skip
    amount, bits = size, 0
    for place, (name, limit, halved) in enumerate(units):
        if not limit or abs(amount) < limit:
            if halved:
                amount = (abs(amount) + 1) // 2 * (-1 if amount < 0 else 1)
            return f"{Decimal(amount):f} {name}"
        shift = 10 - (1 if not halved else 0) if place == 0 else 10
        sign = -1 if amount < 0 else 1
        amount = sign * (abs(amount) >> shift)
        bits += shift
    raise AssertionError(size)


@function("VARCHAR VARCHAR", "VARCHAR")
def lsn_difference(left: str, right: str) -> str:
    """pg_lsn - pg_lsn, in bytes."""
    return str(_position(left) - _position(right))


@function("VARCHAR VARCHAR BOOLEAN", "VARCHAR")
def lsn_moved(position: str, by: str, back: bool) -> str:
    """pg_lsn + numeric and pg_lsn - numeric."""
    if by == "NaN":
        raise PgDomainError("0A000", f"cannot {'subtract NaN from' if back else 'add NaN to'} pg_lsn")
    if by.endswith("Infinity"):
        raise PgDomainError("0A000", "cannot convert infinity to pg_lsn")
    moved = int((_position(position) + Decimal(by) * (-1 if back else 1)).to_integral_value(ROUND_HALF_UP))
    if not 0 <= moved < 1 << 64:
        raise PgDomainError("22023", "pg_lsn out of range")
    return f"{moved >> 32:X}/{moved & 0xFFFFFFFF:X}"


def _position(text: str) -> int:
    high, low = text.split("/")
    return int(high, 16) << 32 | int(low, 16)


@function("VARCHAR", "SMALLINT")
def uuid_version(text: str) -> int | None:
    """uuid_extract_version: of the RFC's variant only."""
    digits = text.replace("-", "")
    return int(digits[12], 16) if digits[16] in "89ab" else None


@function("VARCHAR", "BIGINT")
def uuid_micros(text: str) -> int | None:
    """uuid_extract_timestamp in microseconds since 1970, of versions 1 and 7."""
    digits = text.replace("-", "")
    if digits[16] not in "89ab":
        return None
    if digits[12] == "7":
        return int(digits[:12], 16) * 1000
    if digits[12] == "1":
        return (int(digits[13:16] + digits[8:12] + digits[:8], 16) - UUID_EPOCH) // 10
    return None


@function("VARCHAR", "VARCHAR")
def size_pretty_numeric(text: str) -> str:
    """pg_size_pretty(numeric): a small one keeps its fraction."""
    size = Decimal(text)
    if not size.is_finite():
        return f"{text} PB"
    if abs(size) < 10 * 1024:
        return f"{text} bytes"
    return size_pretty(int(size))
