"""text and what is sent as text: varchar, bpchar, name, "char", json, xml, enums; also bytea and uuid.

Refuses to know what json means (jsonb.py does). Facts: src/backend/utils/adt/{varchar,varlena,name,char,enum,uuid}.c
and src/backend/utils/adt/encode.c.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from proxy.pgtypes.arrow import as_bytes, binary_array, conform, is_large, string_bytes, validity
from proxy.pgtypes.codec import Codec, Input, Output, Raw
from proxy.pgtypes.errors import InvalidByteSequence, InvalidParameterValue, InvalidText, StringTooLong, invalid_input
from proxy.pgtypes.fields import Field, Fixed
from proxy.pgtypes.integers import check_length

NAME_BYTES = 63
HEX_PAIRS = np.frombuffer("".join(f"{byte:02x}" for byte in range(256)).encode(), dtype="<u2")
NIBBLES = np.zeros(256, dtype=np.uint8)
for _digit in "0123456789abcdefABCDEF":
    NIBBLES[ord(_digit)] = int(_digit, 16)
UUID_DIGITS = np.array([at for at in range(36) if at not in (8, 13, 18, 23)])
UUID_TEXT = re.compile(r"\{?((?:[0-9a-fA-F]{4}-?){7}[0-9a-fA-F]{4})\}?")


def decode_utf8(data: bytes) -> str:
    """Client bytes as text. Raises InvalidByteSequence in Postgres' words: no NUL, no malformed UTF-8."""
    if b"\0" in data:
        raise InvalidByteSequence('invalid byte sequence for encoding "UTF8": 0x00')
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        first = data[error.start]
        width = 1 if first >= 0xF8 else 4 if first >= 0xF0 else 3 if first >= 0xE0 else 2 if first >= 0xC0 else 1
        shown = " ".join(f"0x{byte:02x}" for byte in data[error.start : error.start + width])
        raise InvalidByteSequence(f'invalid byte sequence for encoding "UTF8": {shown}') from None


class Text(Codec):
    """A type whose binary form is its text."""

    def send(self, raw: Raw) -> bytes:
        return str(raw).encode()

    def text_column(self, column: pa.Array, output: Output) -> Field:
        return self._texts(column)

    def send_column(self, column: pa.Array) -> Field:
        return self._texts(column)

    def receive(self, data: bytes, context: Input) -> str:
        return self.read(decode_utf8(data), context)


class Varying(Text):
    """varchar(n): longer text is an error unless only blanks would be lost."""

    def read(self, text: str, context: Input) -> str:
        return limited(text, context.typmod - 4, self.name) if context.typmod >= 4 else text


class Padded(Text):
    """bpchar: char(n) is blank-padded to n; without a length it is as written."""

    def read(self, text: str, context: Input) -> str:
        if context.typmod < 4:
            return text
        return limited(text, context.typmod - 4, self.name).ljust(context.typmod - 4)


class Name(Text):
    """name: cut to 63 bytes at a character's end."""

    def read(self, text: str, context: Input) -> str:
        return text.encode()[:NAME_BYTES].decode(errors="ignore")


class SingleByte(Text):
    r"""The type "char": one byte; above 127 it prints as \ooo."""

    def text(self, raw: Raw, output: Output) -> str:
        return str(raw)

    def send(self, raw: Raw) -> bytes:
        return _char_byte(str(raw))

    def send_column(self, column: pa.Array) -> Field:
        return Codec.send_column(self, column)

    def read(self, text: str, context: Input) -> str:
        return char_text(_char_byte(text)[0])

    def receive(self, data: bytes, context: Input) -> str:
        check_length(data, 1)
        return char_text(data[0])


class Enum(Text):
    """An enum type: stored as its labels."""

    def __init__(self, name: str, labels: tuple[str, ...]) -> None:
        super().__init__(name)
        self.labels = frozenset(labels)

    def read(self, text: str, context: Input) -> str:
        if text not in self.labels:
            raise InvalidText(f'invalid input value for enum {self.name}: "{text}"')
        return text


class Bytea(Codec):
    r"""bytea: \x and hexadecimal, or the older escape format."""

    def text(self, raw: Raw, output: Output) -> str:
        if output.settings.bytea_output == "hex":
            return "\\x" + bytes(raw).hex()
        return "".join(_escaped(byte) for byte in bytes(raw))

    def send(self, raw: Raw) -> bytes:
        return bytes(raw)

    def raw(self, column: pa.Array) -> list[Raw | None]:
        values: list[Raw | None] = self.send_column(column).to_pylist()
        return values

    def text_column(self, column: pa.Array, output: Output) -> Field:
        column = self.send_column(column)
        if output.settings.bytea_output != "hex":
            return Codec.text_column(self, column, output)
        data, offsets = string_bytes(column)
        pairs = binary_array(HEX_PAIRS[data].view(np.uint8), offsets.astype(np.int64) * 2, validity(column))
        return pc.binary_join_element_wise(pa.scalar(b"\\x", pairs.type), pairs, pa.scalar(b"", pairs.type))

    def send_column(self, column: pa.Array) -> pa.Array:
        kind = pa.large_binary() if is_large(column.type) else pa.binary()
        return conform(column, kind, self.name)

    def read(self, text: str, context: Input) -> str:
        return "\\x" + parse_bytea(text).hex()

    def parsed(self, text: str, context: Input) -> Raw:
        return bytes.fromhex(text[2:])

    def receive(self, data: bytes, context: Input) -> str:
        return "\\x" + data.hex()

    def engine(self, text: str) -> object:
        return bytes.fromhex(text[2:])


class Uuid(Codec):
    """uuid: arrives from the engine as 36 characters."""

    def send(self, raw: Raw) -> bytes:
        return bytes.fromhex(str(raw).replace("-", ""))

    def text_column(self, column: pa.Array, output: Output) -> Field:
        return self._texts(column)

    def send_column(self, column: pa.Array) -> Field:
        column = conform(column, pa.string(), self.name)
        valid = validity(column)
        if valid is not None:
            column = pc.fill_null(column, "0" * 36)
        data, offsets = string_bytes(column)
        if len(data) != 36 * len(column):
            return super().send_column(column)
        nibbles = NIBBLES[data.reshape(-1, 36)[:, UUID_DIGITS]]
        return Fixed(as_bytes((nibbles[:, 0::2] << 4) | nibbles[:, 1::2], 16), valid)

    def read(self, text: str, context: Input) -> str:
        match = UUID_TEXT.fullmatch(text)
        if match is None or text.startswith("{") != text.endswith("}"):
            raise invalid_input(self.name, text)
        return uuid_text(bytes.fromhex(match[1].replace("-", "")))

    def receive(self, data: bytes, context: Input) -> str:
        check_length(data, 16)
        return uuid_text(data)


def uuid_text(data: bytes) -> str:
    """Sixteen bytes as 8-4-4-4-12 hexadecimal digits."""
    digits = data.hex()
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def limited(text: str, limit: int, name: str) -> str:
    """Text of at most `limit` characters. Raises StringTooLong unless only blanks are cut."""
    if text[limit:].strip(" "):
        raise StringTooLong(f"value too long for type {name}({limit})")
    return text[:limit]


def parse_bytea(text: str) -> bytes:
    r"""byteain: `\x` with hexadecimal digits and white space between pairs, else the escape format."""
    if text.startswith("\\x"):
        return _parse_hex(text)
    if re.search(r"\\(?!\\|[0-3][0-7][0-7])", re.sub(r"\\\\", "", text)):
        raise InvalidText("invalid input syntax for type bytea")

    def unescape(match: re.Match[bytes]) -> bytes:
        return b"\\" if match[0] == b"\\\\" else bytes([int(match[0][1:], 8)])

    return re.sub(rb"\\\\|\\[0-3][0-7]{2}", unescape, text.encode())


def _parse_hex(text: str) -> bytes:
    digits: list[str] = []
    for char in text[2:]:
        if char in " \n\t\r":
            if len(digits) % 2:
                raise InvalidParameterValue(f'invalid hexadecimal digit: "{char}"')
            continue
        if char not in "0123456789abcdefABCDEF":
            raise InvalidParameterValue(f'invalid hexadecimal digit: "{char}"')
        digits.append(char)
    if len(digits) % 2:
        raise InvalidParameterValue("invalid hexadecimal data: odd number of digits")
    return bytes.fromhex("".join(digits))


def _escaped(byte: int) -> str:
    if byte == ord("\\"):
        return "\\\\"
    return chr(byte) if 0x20 <= byte <= 0x7E else f"\\{byte:03o}"


def _char_byte(text: str) -> bytes:
    if re.fullmatch(r"\\[0-3][0-7]{2}", text):
        return bytes([int(text[1:], 8)])
    return text.encode()[:1] or b"\0"


def char_text(byte: int) -> str:
    """A byte as the type "char" prints it."""
    if byte == 0:
        return ""
    return chr(byte) if byte < 128 else f"\\{byte:03o}"
