"""The rows of COPY FROM STDIN in text and CSV, out of bytes that come in any pieces.

Gives texts, which the columns' types read afterwards. Refuses to know statements and messages. Facts:
src/backend/commands/copyfromparse.c.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from policies.errors import PgError
from proxy.pgtypes.strings import decode_utf8
from proxy.session.copy_format import CopyFormat

LINE_MAX = 64 << 20  # bytes of a row
_NAMED = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_ESCAPED = re.compile(rb"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
_END = b"\\."
Texts = tuple[str | None, ...]


class BadCopy(PgError):
    """bad_copy_file_format."""

    sqlstate = "22P04"


class CopyReader:
    """See the module. names: of the columns that a row fills."""

    def __init__(self, form: CopyFormat, names: Sequence[str]) -> None:
        self._form, self._names = form, names
        self._rest = b""
        self._skips, self._over = form.header, False
        quote, escape, delimiter = (re.escape(part) for part in (form.quote, form.escape, form.delimiter))
        inside = (
            rb"(?:[^"
            + quote
            + escape
            + rb"]|"
            + escape
            + rb"["
            + quote
            + escape
            + rb"]|"
            + escape
            + rb"(?!"
            + quote
            + rb"))*"
        )
        if form.escape == form.quote:
            inside = rb"(?:[^" + quote + rb"]|" + quote + quote + rb")*"
        quoted = quote + inside + quote
        if form.kind == "csv":
            self._line = re.compile(rb"((?:[^" + quote + rb"\r\n]|" + quoted + rb")*)(\r\n|\n|\r(?!\Z))")
            self._field = re.compile(
                rb"((?:[^" + quote + delimiter + rb"]|" + quoted + rb")*)(" + delimiter + rb"|\Z)", re.DOTALL
            )
            self._quoted = re.compile(quote + rb"(" + inside + rb")" + quote, re.DOTALL)
            self._inner = re.compile(escape + rb"([" + quote + escape + rb"])")
        else:
            self._line = re.compile(rb"((?:[^\\\r\n]|\\.)*)(\r\n|\n|\r(?!\Z))", re.DOTALL)
            self._field = re.compile(rb"((?:[^\\" + delimiter + rb"]|\\.)*)(" + delimiter + rb"|\Z)", re.DOTALL)

    def feed(self, data: bytes) -> Iterator[Texts]:
        """The rows that are whole now."""
        self._rest += data
        at = 0
        while (found := self._line.match(self._rest, at)) is not None:
            at = found.end()
            yield from self._row(found[1])
        self._rest = self._rest[at:]
        if len(self._rest) > LINE_MAX:
            raise BadCopy("a row of COPY is too long", hint="End rows with a newline.")

    def finish(self) -> Iterator[Texts]:
        """The last row, where no newline ends it."""
        rest, self._rest = self._rest.rstrip(b"\r"), b""
        if self._form.kind == "csv" and rest.count(self._form.quote) % 2:
            raise BadCopy("unterminated CSV quoted field")
        if rest:
            yield from self._row(rest)

    def _row(self, line: bytes) -> Iterator[Texts]:
        if self._skips:
            self._skips = False
        elif line == _END or self._over:
            self._over = True
        else:
            yield self._texts(line)

    def _texts(self, line: bytes) -> Texts:
        fields = self._fields(line)
        if len(fields) > len(self._names):
            raise BadCopy("extra data after last expected column")
        if len(fields) < len(self._names):
            raise BadCopy(f'missing data for column "{self._names[len(fields)]}"')
        return tuple(None if field is None else decode_utf8(field) for field in fields)

    def _fields(self, line: bytes) -> list[bytes | None]:
        found, at, more = [], 0, bool(self._names) or bool(line)
        while more:
            match = self._field.match(line, at)
            if match is None:
                raise BadCopy("unterminated CSV quoted field")
            found.append(self._value(match[1]))
            at, more = match.end(), bool(match[2])
        return found

    def _value(self, raw: bytes) -> bytes | None:
        if raw == self._form.null:
            return None
        if self._form.kind == "csv":
            return self._quoted.sub(lambda quoted: self._inner.sub(lambda one: one[1], quoted[1]), raw)
        return _ESCAPED.sub(_unescaped, raw) if b"\\" in raw else raw


def _unescaped(found: re.Match[bytes]) -> bytes:
    word = found[1]
    if word[:1] == b"x" and len(word) > 1:
        return bytes([int(word[1:], 16)])
    if word[:1].isdigit() and word[:1] < b"8":
        return bytes([int(word, 8) & 0xFF])
    return _NAMED.get(word, word)
