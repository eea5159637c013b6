"""inet, cidr, macaddr, macaddr8, bit, bit varying, money and tid: stored as text, sent in their own binary forms.

Refuses to know operators on them. Facts: src/backend/utils/adt/{network,mac,mac8,varbit,cash,tid}.c.
"""

from __future__ import annotations

import ipaddress
import re
import struct

from proxy.pgtypes.codec import Codec, Input, Raw
from proxy.pgtypes.errors import (
    InvalidBinary,
    InvalidText,
    StringTooLong,
    invalid_input,
    out_of_range,
    short_message,
)
from proxy.pgtypes.integers import SPACE, c_number, c_unsigned, check_length, excess, whole_of

AF_INET, AF_INET6 = 2, 3
# A sign and a currency sign before, digits with commas anywhere, two digits behind a point, further ones, and what may follow.
AMOUNT = re.compile(
    rf"[{SPACE}]*+\$?+[{SPACE}]*+([-+(]?+)[{SPACE}]*+\$?+[{SPACE}]*+"
    rf"([0-9,]*+)(?:\.((?:,*+[0-9]){{0,2}}+,*+))?+([0-9]*+)([{SPACE})$+-]*+)"
)
PLACE = re.compile(r"[^(,)]*+[(,]()[^,)]*+,()")  # where the two numbers of a tid begin
Interface = ipaddress.IPv4Interface | ipaddress.IPv6Interface


class LengthMismatch(StringTooLong):
    """string_data_length_mismatch."""

    sqlstate = "22026"


class Inet(Codec):
    """An address and the length of its network; inet hides a full length, cidr never does."""

    def __init__(self, name: str, *, is_cidr: bool) -> None:
        super().__init__(name)
        self.is_cidr = is_cidr

    def send(self, raw: Raw) -> bytes:
        address = ipaddress.ip_interface(str(raw))
        family = AF_INET if address.version == 4 else AF_INET6
        packed = address.ip.packed
        return struct.pack("!BBBB", family, address.network.prefixlen, int(self.is_cidr), len(packed)) + packed

    def read(self, text: str, context: Input) -> str:
        address = self._parsed(text)
        if self.is_cidr and address.ip != address.network.network_address:
            raise InvalidText(f'invalid cidr value: "{text}"', detail="Value has bits set to right of mask.")
        return self._printed(address)

    def receive(self, data: bytes, context: Input) -> str:
        if len(data) < 4:
            raise short_message()
        family, bits, _, size = struct.unpack_from("!BBBB", data)
        if (family, size) not in ((AF_INET, 4), (AF_INET6, 16)):
            raise InvalidBinary(f'invalid address family in external "{self.name}" value')
        if bits > size * 8:
            raise InvalidBinary(f'invalid bits in external "{self.name}" value')
        if len(data) != 4 + size:
            raise short_message() if len(data) < 4 + size else excess()
        return self._printed(ipaddress.ip_interface((data[4:], bits)))

    def _parsed(self, text: str) -> Interface:
        word = text
        if self.is_cidr and re.fullmatch(r"\d{1,3}(\.\d{1,3}){0,2}(/\d+)?", word):
            word = _completed(word)
        try:
            if "%" in word:
                raise invalid_input(self.name, text)
            return ipaddress.ip_interface(word)
        except ValueError:
            raise invalid_input(self.name, text) from None

    def _printed(self, address: Interface) -> str:
        bits = address.network.prefixlen
        shown = _address_text(address.ip)
        return shown if bits == address.max_prefixlen and not self.is_cidr else f"{shown}/{bits}"


class MacAddress(Codec):
    """Six or eight bytes in hexadecimal, colons between."""

    def __init__(self, name: str, width: int) -> None:
        super().__init__(name)
        self.width = width

    def send(self, raw: Raw) -> bytes:
        return bytes.fromhex(str(raw).replace(":", ""))

    def read(self, text: str, context: Input) -> str:
        word = text.strip()
        pairs = r"[0-9a-fA-F]{2}"
        even = rf"{pairs}([:-]?){pairs}(?:\1{pairs})*"
        forms = rf"{even}|(?:{pairs}){{3}}[:-](?:{pairs}){{3}}|(?:{pairs}{pairs}[.-])*{pairs}{pairs}"
        digits = re.sub(r"[:.-]", "", word)
        if not re.fullmatch(forms, word) or len(digits) not in (12, 2 * self.width):
            raise invalid_input(self.name, text)
        data = bytes.fromhex(digits)
        if len(data) < self.width:
            data = data[:3] + b"\xff\xfe" + data[3:]
        return data.hex(":")

    def receive(self, data: bytes, context: Input) -> str:
        check_length(data, self.width)
        return data.hex(":")


class Bits(Codec):
    """A string of bits; binary: their number, then bytes padded with zeros."""

    def __init__(self, name: str, *, varying: bool) -> None:
        super().__init__(name)
        self.varying = varying

    def send(self, raw: Raw) -> bytes:
        bits = str(raw)
        padded = bits.ljust(-(-len(bits) // 8) * 8, "0")
        return struct.pack("!i", len(bits)) + (int(padded, 2).to_bytes(len(padded) // 8, "big") if padded else b"")

    def read(self, text: str, context: Input) -> str:
        if text[:1] in ("x", "X"):
            bad = re.search("[^0-9a-fA-F]", text[1:])
            if bad:
                raise InvalidText(f'"{bad[0]}" is not a valid hexadecimal digit')
            bits = "".join(f"{int(digit, 16):04b}" for digit in text[1:])
        else:
            bits = text[1:] if text[:1] in ("b", "B") else text
            bad = re.search("[^01]", bits)
            if bad:
                raise InvalidText(f'"{bad[0]}" is not a valid binary digit')
        return self._checked(bits, context.typmod)

    def receive(self, data: bytes, context: Input) -> str:
        if len(data) < 4:
            raise short_message()
        count: int = struct.unpack_from("!i", data)[0]
        if count < 0:
            raise InvalidBinary("invalid length in external bit string")
        if len(data) != 4 + -(-count // 8):
            raise short_message() if len(data) < 4 + -(-count // 8) else excess()
        return self._checked("".join(f"{byte:08b}" for byte in data[4:])[:count], context.typmod)

    def _checked(self, bits: str, typmod: int) -> str:
        if typmod > 0 and self.varying and len(bits) > typmod:
            raise StringTooLong(f"bit string too long for type bit varying({typmod})")
        if typmod > 0 and not self.varying and len(bits) != typmod:
            raise LengthMismatch(f"bit string length {len(bits)} does not match type bit({typmod})")
        return bits


class Money(Codec):
    """Cents; printed as lc_monetary C or en_US prints them, which is what is stored."""

    def send(self, raw: Raw) -> bytes:
        digits = re.sub(r"[^0-9]", "", str(raw))
        cents = int(digits or "0")
        return struct.pack("!q", -cents if str(raw).startswith(("-", "(")) else cents)

    def read(self, text: str, context: Input) -> str:
        match = AMOUNT.match(text)
        assert match is not None  # every part of it may be missing
        before, whole, fraction, further, after = match.groups(default="")
        cents = whole_of((whole + fraction.replace(",", "").ljust(2, "0")).replace(",", "")) + (further[:1] >= "5")
        cents = -cents if before in ("-", "(") or "-" in after else cents
        if not -(2**63) <= cents < 2**63:
            raise out_of_range(self.name, text)
        if match.end() < len(text):
            raise invalid_input(self.name, text)
        return _money_text(cents)

    def receive(self, data: bytes, context: Input) -> str:
        check_length(data, 8)
        return _money_text(struct.unpack("!q", data)[0])


class TupleId(Codec):
    """(block, offset)."""

    def send(self, raw: Raw) -> bytes:
        block, offset = str(raw).strip("()").split(",")
        return struct.pack("!IH", int(block), int(offset))

    def read(self, text: str, context: Input) -> str:
        match = PLACE.match(text)
        if match is None:
            raise invalid_input(self.name, text)
        (block, comma), (offset, end) = c_number(text, match.start(1)), c_number(text, match.start(2))
        whole = text[comma : comma + 1] == "," and text[end : end + 1] == ")"
        if not whole or not -(2**31) <= block < 2**32 or not 0 <= offset < 2**16:
            raise invalid_input(self.name, text)
        return f"({c_unsigned(block, 32)},{offset})"

    def receive(self, data: bytes, context: Input) -> str:
        check_length(data, 6)
        block, offset = struct.unpack("!IH", data)
        return f"({block},{offset})"


def _address_text(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> str:
    """inet_net_ntop: IPv4 inside IPv6 is written with dots."""
    number = int(address)
    if address.version == 6 and (number >> 32 == 0xFFFF or (number >> 32 == 0 and number >= 0x10000)):
        prefix = "::ffff:" if number >> 32 else "::"
        return prefix + str(ipaddress.IPv4Address(number & 0xFFFFFFFF))
    return str(address)


def _money_text(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}${abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def _completed(word: str) -> str:
    """`10.1` as a cidr: missing parts are zero, the length is that of the parts or of the old class."""
    address, _, bits = word.partition("/")
    parts = address.split(".")
    first = int(parts[0])
    by_class = 32 if first >= 240 else 4 if first >= 224 else 24 if first >= 192 else 16 if first >= 128 else 8
    length = bits or str(max(by_class, 8 * len(parts)))
    return ".".join((*parts, *["0"] * (4 - len(parts)))) + "/" + length
