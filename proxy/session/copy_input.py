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
_BREAK = re.compile(rb"\r\n|\n|\r(?!\Z)")
_END = b"\\."
Texts = tuple[str | None, ...]


class BadCopy(PgError):
    """bad_copy_file_format."""

    sqlstate = "22P04"


def _runs(plain: bytes, other: bytes) -> bytes:
    """Runs of plain bytes with what is not plain between them. (`(?:plain+|other)*+` says the same, and early releases of Python 3.11
    go back in it.)"""
    return rb"%b*(?:%b%b*)*" % (plain, other, plain)


class CopyReader:
    """See the module. names: of the columns that a row fills.

    No byte is looked at more than a few times, whatever the bytes: there is one way only to read them by a pattern, so that going back
    ends at once, and where a line is not whole yet, what was read of it is remembered.
    """

    def __init__(self, form: CopyFormat, names: Sequence[str]) -> None:
        self._form, self._names = form, names
        self._rest = bytearray()
        self._seen, self._inside = 0, False  # how far the rest was read, and whether that is inside of quotes
        self._skips, self._over = form.header, False
        quote, escape, delimiter = (re.escape(part) for part in (form.quote, form.escape, form.delimiter))
        if form.kind == "csv":
            is_one = form.escape == form.quote
            inside = _runs(rb"[^%b%b]" % (quote, escape), rb"%b." % escape)
            text = _runs(rb"[^%b]" % quote, quote + quote)
            if is_one:
                inside, end = rb"[^%b]*" % quote, rb"%b(?!%b)" % (quote, quote)
            else:
                text, end = inside, quote
            whole = rb"%b%b%b" % (quote, inside, quote)
            self._outer = re.compile(_runs(rb"[^%b\r\n]" % quote, whole), re.DOTALL)
            self._inner = re.compile(inside, re.DOTALL)
            field = _runs(rb"[^%b%b]" % (quote, delimiter), whole)
            self._field = re.compile(rb"(%b)(%b|\Z)" % (field, delimiter), re.DOTALL)
            self._quoted = re.compile(rb"%b(%b)%b" % (quote, text, end), re.DOTALL)
            self._plain = re.compile(rb"%b([%b%b])" % (escape, quote, escape))
        else:
            self._outer = re.compile(_runs(rb"[^\\\r\n]", rb"\\."), re.DOTALL)
            field = _runs(rb"[^\\%b]" % delimiter, rb"\\.")
            self._field = re.compile(rb"(%b)(%b|\Z)" % (field, delimiter), re.DOTALL)

    def feed(self, data: bytes) -> Iterator[Texts]:
        """The rows that are whole now."""
        self._rest += data
        at = 0
        while (found := self._line_end(at)) is not None:
            line, at = bytes(self._rest[at : found.start()]), found.end()
            yield from self._row(line)
        del self._rest[:at]
        self._seen -= at
        if len(self._rest) > LINE_MAX:
            raise BadCopy("a row of COPY is too long", hint="End rows with a newline.")

    def _line_end(self, start: int) -> re.Match[bytes] | None:
        """Where the line ends that starts there."""
        place = max(start, self._seen)
        while True:
            skipped = (self._inner if self._inside else self._outer).match(self._rest, place)
            assert skipped is not None, "the pattern takes nothing as well"
            place = skipped.end()
            found = None if self._inside else _BREAK.match(self._rest, place)
            if found is not None:
                self._seen = found.end()
                return found
            if self._form.kind != "csv" or self._rest[place : place + 1] != self._form.quote:
                self._seen = place
                return None
            self._inside, place = not self._inside, place + 1

    def finish(self) -> Iterator[Texts]:
        """The last row, where no newline ends it."""
        rest, self._rest = bytes(self._rest).rstrip(b"\r"), bytearray()
        if self._inside:
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
            return self._quoted.sub(lambda quoted: self._plain.sub(lambda one: one[1], quoted[1]), raw)
        return _ESCAPED.sub(_unescaped, raw) if b"\\" in raw else raw


def _unescaped(found: re.Match[bytes]) -> bytes:
    word = found[1]
    if word[:1] == b"x" and len(word) > 1:
        return bytes([int(word[1:], 16)])
    if word[:1].isdigit() and word[:1] < b"8":
        return bytes([int(word, 8) & 0xFF])
    return _NAMED.get(word, word)
