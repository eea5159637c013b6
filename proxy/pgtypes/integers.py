"""bool, int2, int4, int8, oid, xid, cid, xid8, pg_lsn: fixed-width whole numbers in text and in network byte order.

Refuses to know what an OID names (reg.py does). Facts: src/backend/utils/adt/{bool,numutils,int,int8,oid,xid}.c.
"""

from __future__ import annotations

import re
import struct

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from proxy.catalog.versions import Since
from proxy.pgtypes import core
from proxy.pgtypes.arrow import Mask, as_bytes, conform, validity, values
from proxy.pgtypes.codec import Codec, Input, Output, Raw
from proxy.pgtypes.errors import (
    InvalidBinary,
    invalid_input,
    out_of_range,
    short_message,
)
from proxy.pgtypes.fields import Field, Fixed

SPACE = " \t\n\v\f\r"
MAX_DIGITS = 1000
TOO_LARGE: int = 10**MAX_DIGITS
WHOLE = re.compile(r"[+-]?(?:[0-9](?:_?[0-9])*|0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+)")

C_BASED = re.compile(r"([+-]?)(0[xX][0-9a-fA-F]++|0[0-7]*+|[1-9][0-9]*+)(.*)", re.DOTALL)
C_DECIMAL = re.compile(rf"[{SPACE}]*+([+-]?)([0-9]++)")
BASES = {"0x": 16, "0o": 8, "0b": 2}
NOTATION = re.compile("[_xXoObB]")

TRUE_WORDS = ("true", "yes")
FALSE_WORDS = ("false", "no")


def read_bool(text: str) -> bool | None:
    """What parse_bool makes of a word; None where it is no boolean. Unique prefixes count."""
    word = text.strip(SPACE).lower()
    if word in ("1", "on") or (word and any(full.startswith(word) for full in TRUE_WORDS)):
        return True
    if word in ("0", "of", "off") or (word and any(full.startswith(word) for full in FALSE_WORDS)):
        return False
    return None


class Bool(Codec):
    """t and f; one byte."""

    def raw(self, column: pa.Array) -> list[Raw | None]:
        flags: list[bool | None] = conform(column, pa.bool_(), self.name).to_pylist()
        return list(flags)

    def text(self, raw: Raw, output: Output) -> str:
        return "t" if raw else "f"

    def send(self, raw: Raw) -> bytes:
        return b"\1" if raw else b"\0"

    def text_column(self, column: pa.Array, output: Output) -> Field:
        flags = self._flags(column)
        return Fixed(np.where(flags, ord("t"), ord("f")).astype(np.uint8)[:, None], validity(column))

    def send_column(self, column: pa.Array) -> Field:
        flags = self._flags(column)
        return Fixed(flags.astype(np.uint8)[:, None], validity(column))

    def _flags(self, column: pa.Array) -> Mask:
        flags: Mask = pc.fill_null(conform(column, pa.bool_(), self.name), False).to_numpy(zero_copy_only=False)
        return flags

    def read(self, text: str, context: Input) -> str:
        value = read_bool(text)
        if value is None:
            raise invalid_input(self.name, text)
        return "t" if value else "f"

    def parsed(self, text: str, context: Input) -> Raw:
        return text == "t"

    def receive(self, data: bytes, context: Input) -> str:
        if len(data) != 1:
            raise short_message() if not data else excess()
        return "t" if data[0] else "f"


class Integer(Codec):
    """A signed integer of `width` bytes."""

    def __init__(self, name: str, width: int) -> None:
        super().__init__(name)
        self.width = width
        self.arrow = {2: pa.int16(), 4: pa.int32(), 8: pa.int64()}[width]
        self.layout = struct.Struct({2: "!h", 4: "!i", 8: "!q"}[width])
        self.maximum = 2 ** (8 * width - 1) - 1
        self.minimum = -self.maximum - 1

    def raw(self, column: pa.Array) -> list[Raw | None]:
        numbers: list[int | None] = conform(column, self.arrow, self.name).to_pylist()
        return list(numbers)

    def send(self, raw: Raw) -> bytes:
        return self.layout.pack(raw)

    def text_column(self, column: pa.Array, output: Output) -> Field:
        column = conform(column, self.arrow, self.name)
        printed = core.written(core.NUMBERS, column, pa.string()) if self.width >= 4 else None
        return pc.cast(column, pa.string()) if printed is None else printed

    def send_column(self, column: pa.Array) -> Field:
        numbers = values(conform(column, self.arrow, self.name), f"<i{self.width}")
        return Fixed(as_bytes(numbers.astype(f">i{self.width}"), self.width), validity(column))

    def read(self, text: str, context: Input) -> str:
        number = read_whole(text)
        if number is None or not plain(text, context):
            raise invalid_input(self.name, text)
        if not self.minimum <= number <= self.maximum:
            raise out_of_range(self.name, text)
        return str(number)

    def parsed(self, text: str, context: Input) -> Raw:
        return int(text)

    def receive(self, data: bytes, context: Input) -> str:
        check_length(data, self.width)
        return str(self.layout.unpack(data)[0])


class Unsigned(Codec):
    """An unsigned integer of four bytes: oid, xid, cid. Input wraps negative numbers, as strtoul does.

    of_transactions: xid and cid, which were once read without a look at what strtoul left.
    """

    arrow = pa.uint32()
    width = 4

    def __init__(self, name: str, *, of_transactions: bool = False) -> None:
        super().__init__(name)
        self.of_transactions = of_transactions

    def raw(self, column: pa.Array) -> list[Raw | None]:
        numbers: list[int | None] = conform(column, self.arrow, self.name).to_pylist()
        return list(numbers)

    def send(self, raw: Raw) -> bytes:
        return int(raw).to_bytes(self.width, "big")

    def text_column(self, column: pa.Array, output: Output) -> Field:
        return pc.cast(conform(column, self.arrow, self.name), pa.string())

    def send_column(self, column: pa.Array) -> Field:
        numbers = values(conform(column, self.arrow, self.name), f"<u{self.width}")
        return Fixed(as_bytes(numbers.astype(f">u{self.width}"), self.width), validity(column))

    def read(self, text: str, context: Input) -> str:
        number, whole = strtoul(text, based=self.of_transactions or context.has(Since.OID_NOTATIONS))
        bits = 8 * self.width
        if self.of_transactions and not context.has(Since.TRANSACTION_IDS_CHECKED):
            return str(c_unsigned(number, bits))
        if not whole:
            raise invalid_input(self.name, text)
        if not -(2 ** (bits - 1)) <= number < 2**bits:
            raise out_of_range(self.name, text)
        return str(number % 2**bits)

    def parsed(self, text: str, context: Input) -> Raw:
        return int(text)

    def receive(self, data: bytes, context: Input) -> str:
        check_length(data, self.width)
        return str(int.from_bytes(data, "big"))


class WideUnsigned(Codec):
    """xid8: eight bytes without a sign, stored as text."""

    def send(self, raw: Raw) -> bytes:
        return int(raw).to_bytes(8, "big")

    def read(self, text: str, context: Input) -> str:
        number, whole = strtoul(text, based=True)
        if context.has(Since.TRANSACTION_IDS_CHECKED):
            if not whole:
                raise invalid_input(self.name, text)
            if abs(number) >= 2**64:
                raise out_of_range(self.name, text)
        return str(c_unsigned(number, 64))

    def receive(self, data: bytes, context: Input) -> str:
        check_length(data, 8)
        return str(int.from_bytes(data, "big"))


class LogPosition(Codec):
    """pg_lsn: stored as text, two hexadecimal halves."""

    def send(self, raw: Raw) -> bytes:
        high, low = str(raw).split("/")
        return struct.pack("!II", int(high, 16), int(low, 16))

    def read(self, text: str, context: Input) -> str:
        match = re.fullmatch(r"([0-9a-fA-F]{1,8})/([0-9a-fA-F]{1,8})", text)
        if match is None:
            raise invalid_input(self.name, text)
        return f"{int(match[1], 16):X}/{int(match[2], 16):X}"

    def receive(self, data: bytes, context: Input) -> str:
        check_length(data, 8)
        high, low = struct.unpack("!II", data)
        return f"{high:X}/{low:X}"


def plain(text: str, context: Input) -> bool:
    """Whether a number that can be read is one for the source's version as well."""
    return context.has(Since.INTEGER_NOTATIONS) or not NOTATION.search(text)


def read_whole(text: str, most: int = MAX_DIGITS) -> int | None:
    """A whole number as pg_strtoint reads it: decimal, 0x, 0o, 0b, single underscores between digits.

    One of more digits than `most` fits no type: it is read as a number that does not fit either.
    """
    word = text.strip(SPACE)
    if not WHOLE.fullmatch(word):
        return None
    digits = word.replace("_", "").lstrip("+-")
    base = BASES.get(digits[:2].lower(), 10)
    digits = (digits if base == 10 else digits[2:]).lstrip("0") or "0"
    number = int(digits, base) if len(digits) <= most else TOO_LARGE
    return -number if word.startswith("-") else number


def strtoul(text: str, *, based: bool) -> tuple[int, bool]:
    """The number that a text begins with, as C reads it, and whether it is the whole text. based: 0x and 0 before it tell its base."""
    if not based:
        number, end = c_number(text)
        return number, end > 0 and not text[end:].strip(SPACE)
    match = C_BASED.match(text.lstrip(SPACE))
    if match is None:
        return 0, False
    digits = match[2].lower()
    base = 10 if digits[0] != "0" else 16 if digits.startswith("0x") else 8
    number = int(digits, base) if len(digits) <= MAX_DIGITS else TOO_LARGE
    return -number if match[1] == "-" else number, not match[3].strip(SPACE)


def c_number(text: str, at: int = 0) -> tuple[int, int]:
    """The decimal number at a place of a text, blanks and a sign before it, and where it ends; 0 and the place itself where there is none.

    However many digits stand there: one that no type holds is read as TOO_LARGE.
    """
    match = C_DECIMAL.match(text, at)
    if match is None:
        return 0, at
    number = whole_of(match[2])
    return -number if match[1] == "-" else number, match.end()


def whole_of(digits: str) -> int:
    """The number of decimal digits, of any number of them: TOO_LARGE is as good as any that no type holds."""
    digits = digits.lstrip("0")
    return int(digits or "0") if len(digits) <= MAX_DIGITS else TOO_LARGE


def c_int(text: str) -> int:
    """atoi(): a long that stops at its ends, of which the lower half is taken."""
    number = max(-(2**63), min(c_number(text)[0], 2**63 - 1))
    return (number + 2**31) % 2**32 - 2**31


def c_unsigned(number: int, bits: int = 64) -> int:
    """strtoul(): an unsigned long that stops at its end, of which so many bits are taken."""
    return (number if abs(number) < 2**64 else -1) % (1 << bits)


def check_length(data: bytes, width: int) -> None:
    """A binary parameter of a fixed width is exactly that wide."""
    if len(data) < width:
        raise short_message()
    if len(data) > width:
        raise excess()


def excess() -> InvalidBinary:
    """What Bind says where a receive function left bytes unread."""
    return InvalidBinary("incorrect binary data format in bind parameter")
