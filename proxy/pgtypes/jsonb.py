"""json and jsonb: checking as Postgres' lexer checks, and jsonb's one canonical text.

Holds no operators. Facts: src/common/jsonapi.c for the errors, jsonb_util.c for the order of keys (length in bytes,
then bytes; of duplicates the last wins), jsonb.c for the spacing and numeric.c for how numbers print.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from proxy.pgtypes.codec import Input, Raw
from proxy.pgtypes.errors import InvalidBinary, InvalidText, StackDepthExceeded, UntranslatableCharacter, short_message
from proxy.pgtypes.fields import Field
from proxy.pgtypes.numeric import parse_numeric
from proxy.pgtypes.strings import Text, decode_utf8

VERSION = b"\x01"
MAX_DEPTH = 300

Json = dict[str, "Json"] | list["Json"] | str | bool | None | tuple[str]
"""A parsed document; a number is a one-element tuple of its canonical numeric text."""

TOKEN = re.compile(
    r"[ \t\n\r]*(?:"
    r'(?P<string>"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*+")'
    r"|(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+|(?!\.))(?:[eE][+-]?[0-9]+|(?![eE]))(?![0-9A-Za-z_\x80-\U0010ffff]))"
    r"|(?P<word>true|false|null)(?![0-9A-Za-z_\x80-\U0010ffff])"
    r"|(?P<mark>[\[\]{},:])"
    r"|(?P<end>\Z))"
)
BAD_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*+)?\.?[0-9]*+(?:[eE][+-]?[0-9]*+)?[0-9A-Za-z_\x80-\U0010ffff]*+")
BAD_WORD = re.compile(r"[0-9A-Za-z_\x80-\U0010ffff]+")
ESCAPE = re.compile(r'\\(?:u([0-9a-fA-F]{4})|(["\\/bfnrt]))')
SIMPLE = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "/": "/"}
WORDS: dict[str, Json] = {"true": True, "false": False, "null": None}
PRINTED = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
UNPRINTABLE = re.compile(r'["\\\x00-\x1f]')


class JsonText(Text):
    """json: kept as written once it is known to be valid."""

    def read(self, text: str, context: Input) -> str:
        Parser(text, decode_strings=False).document()
        return text


class Jsonb(Text):
    """jsonb: stored as Postgres prints it; its binary form is a version byte and the text."""

    def send(self, raw: Raw) -> bytes:
        return VERSION + str(raw).encode()

    def send_column(self, column: pa.Array) -> Field:
        text = self._texts(column)
        kind = pa.large_binary() if pa.types.is_large_string(text.type) else pa.binary()
        return pc.binary_join_element_wise(pa.scalar(VERSION, kind), text.cast(kind), pa.scalar(b"", kind))

    def read(self, text: str, context: Input) -> str:
        return normalise(text)

    def receive(self, data: bytes, context: Input) -> str:
        if not data:
            raise short_message()
        if data[:1] != VERSION:
            raise InvalidBinary(f"unsupported jsonb version number {data[0]}")
        return normalise(decode_utf8(data[1:]))


def normalise(text: str) -> str:
    """What jsonb_in and jsonb_out make of a document. Raises InvalidText, StackDepthExceeded."""
    return "".join(printed(Parser(text, decode_strings=True).document()))


def printed(value: Json) -> Iterator[str]:
    """The pieces of jsonb's text."""
    if isinstance(value, dict):
        yield "{"
        for at, key in enumerate(sorted(value, key=_key_order)):
            yield f"{', ' if at else ''}{quoted(key)}: "
            yield from printed(value[key])
        yield "}"
    elif isinstance(value, list):
        yield "["
        for at, item in enumerate(value):
            if at:
                yield ", "
            yield from printed(item)
        yield "]"
    elif isinstance(value, tuple):
        yield value[0]
    elif isinstance(value, str):
        yield quoted(value)
    else:
        yield {True: "true", False: "false", None: "null"}[value]


def quoted(text: str) -> str:
    """escape_json: a JSON string as Postgres writes it; only quotes, backslashes and control characters are escaped."""
    return '"' + UNPRINTABLE.sub(lambda match: PRINTED.get(match[0]) or f"\\u{ord(match[0]):04x}", text) + '"'


def _key_order(key: str) -> tuple[int, bytes]:
    data = key.encode()
    return len(data), data


class Parser:
    """A recursive-descent reader of one document. decode_strings: resolve escapes (jsonb) or only check them (json)."""

    def __init__(self, text: str, *, decode_strings: bool) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.decode_strings = decode_strings

    def document(self) -> Json:
        """The whole text as one value."""
        value = self.value()
        kind, token = self.next()
        if kind != "end":
            raise self.error(f'Expected end of input, but found "{token}".')
        return value

    def value(self) -> Json:
        """The next value."""
        kind, token = self.next()
        if kind == "string":
            return self.string(token)
        if kind == "number":
            return (parse_numeric(token),) if self.decode_strings else (token,)
        if kind == "word":
            return WORDS[token]
        if token in ("{", "["):
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise StackDepthExceeded
            result: Json = self.object() if token == "{" else self.array()
            self.depth -= 1
            return result
        if kind == "end":
            raise self.error("The input string ended unexpectedly.")
        raise self.error(f'Expected JSON value, but found "{token}".')

    def object(self) -> dict[str, Json]:
        """What follows `{`."""
        members: dict[str, Json] = {}
        kind, token = self.next()
        if token == "}":
            return members
        expected = 'Expected string or "}"'
        while True:
            if kind != "string":
                raise self.unexpected(kind, token, expected)
            key = self.string(token)
            kind, token = self.next()
            if token != ":" or kind != "mark":
                raise self.unexpected(kind, token, 'Expected ":"')
            members[key] = self.value()
            kind, token = self.next()
            if kind == "mark" and token == "}":
                return members
            if kind != "mark" or token != ",":
                raise self.unexpected(kind, token, 'Expected "," or "}"')
            kind, token = self.next()
            expected = "Expected string"

    def array(self) -> list[Json]:
        """What follows `[`."""
        items: list[Json] = []
        start = self.at
        kind, token = self.next()
        if kind == "mark" and token == "]":
            return items
        self.at = start
        while True:
            items.append(self.value())
            kind, token = self.next()
            if kind == "mark" and token == "]":
                return items
            if kind != "mark" or token != ",":
                raise self.unexpected(kind, token, 'Expected "," or "]"')

    def next(self) -> tuple[str, str]:
        """The next token's kind and text."""
        match = TOKEN.match(self.text, self.at)
        if match is None:
            raise self.bad_token()
        self.at = match.end()
        kind = match.lastgroup or "end"
        return kind, match[kind]

    def string(self, token: str) -> str:
        """A string token's value. Raises UntranslatableCharacter for \\u0000, InvalidText for broken surrogates."""
        body = token[1:-1]
        if not self.decode_strings or "\\" not in body:
            return body
        units = ESCAPE.sub(self._unescaped, body)
        try:
            return units.encode("utf-16", "surrogatepass").decode("utf-16")
        except UnicodeDecodeError:
            raise self.error("Unicode low surrogate must follow a high surrogate.") from None

    def _unescaped(self, match: re.Match[str]) -> str:
        if match[1] is None:
            return SIMPLE[match[2]]
        if int(match[1], 16) == 0:
            raise UntranslatableCharacter(
                "unsupported Unicode escape sequence", detail="\\u0000 cannot be converted to text."
            )
        return chr(int(match[1], 16))

    def unexpected(self, kind: str, token: str, expected: str) -> InvalidText:
        """An error for a token that does not fit."""
        if kind == "end":
            return self.error("The input string ended unexpectedly.")
        return self.error(f'{expected}, but found "{token}".')

    def bad_token(self) -> InvalidText:
        """An error for text that starts no token."""
        rest = self.text[self.at :].lstrip(" \t\n\r")
        if rest.startswith('"'):
            return self.error(_string_fault(rest))
        word = BAD_NUMBER.match(rest) if rest[0] in "-0123456789" else BAD_WORD.match(rest)
        return self.error(f'Token "{word[0] if word else rest[0]}" is invalid.')

    def error(self, detail: str) -> InvalidText:
        """The one message of malformed JSON; what is wrong stands in the detail."""
        return InvalidText("invalid input syntax for type json", detail=detail)


def _string_fault(rest: str) -> str:
    """Why text that starts with a quote is no JSON string."""
    good = re.match(r'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*', rest)
    after = rest[good.end() :] if good else ""
    if after.startswith("\\u"):
        return '"\\u" must be followed by four hexadecimal digits.'
    if after.startswith("\\") and len(after) > 1:
        return f'Escape sequence "{after[:2]}" is invalid.'
    if after and ord(after[0]) < 0x20:
        return f"Character with value 0x{ord(after[0]):02x} must be escaped."
    return f'Token "{rest}" is invalid.'
