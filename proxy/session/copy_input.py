"""The rows of COPY FROM STDIN in text and CSV, out of lines: texts, which the columns' types read afterwards.

A row that cannot be read says so when its turn has come, for the rows before it have their own errors first. Refuses to know statements
and messages. Facts: src/backend/commands/copyfromparse.c; copyfrom.c (CopyFromErrorCallback) for where an error is said to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from policies.errors import PgError
from proxy.pgtypes.strings import decode_utf8
from proxy.session.copy_format import CopyFormat
from proxy.session.copy_lines import BadCopy, BadLine, CopyLines, Line, runs

SHOWN_MAX = 100  # bytes of a line or a value in an error's context
_NAMED = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_ESCAPED = re.compile(rb"\\(x[0-9A-Fa-f]{1,2}|[0-7]{1,3}|.)", re.DOTALL)
Texts = tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """One row. problem: why it is none, once the texts that it has were read."""

    texts: Texts
    line: Line
    problem: PgError | None = None


class Place:
    """Where in the data of a table an error is, in Postgres' words."""

    def __init__(self, table: str) -> None:
        self._table = table

    def of_number(self, number: int) -> str:
        """A line that is not at hand."""
        return f"COPY {self._table}, line {number}"

    def of_line(self, line: Line) -> str:
        """A line."""
        return f'{self.of_number(line.number)}: "{_shown(line.data)}"'

    def of_value(self, line: Line, column: str, text: str) -> str:
        """A column's value in it."""
        return f'{self.of_number(line.number)}, column {column}: "{_shown(text.encode())}"'


def _shown(data: bytes) -> str:
    text = data[:SHOWN_MAX].decode("utf-8", "ignore")
    return text if len(data) <= SHOWN_MAX else f"{text}..."


class CopyReader:
    """See the module. names: of the columns that a row fills. older_mark: as in CopyLines."""

    def __init__(self, form: CopyFormat, names: Sequence[str], place: Place, *, older_mark: bool = False) -> None:
        self._form, self._names, self._place = form, names, place
        self._lines = CopyLines(form, older_mark=older_mark)
        self._heads = form.header  # the next line is the header
        self._failed = False
        quote, escape, delimiter = (re.escape(part) for part in (form.quote, form.escape, form.delimiter))
        if form.kind == "csv":
            is_one = form.escape == form.quote
            inside = rb"[^%b]*" % quote if is_one else runs(rb"[^%b%b]" % (quote, escape), rb"%b." % escape)
            text = runs(rb"[^%b]" % quote, quote + quote) if is_one else inside
            end = rb"%b(?!%b)" % (quote, quote) if is_one else quote
            field = runs(rb"[^%b%b]" % (quote, delimiter), rb"%b%b%b" % (quote, inside, quote))
            self._field = re.compile(rb"(%b)(%b|\Z)" % (field, delimiter), re.DOTALL)
            self._quoted = re.compile(rb"%b(%b)%b" % (quote, text, end), re.DOTALL)
            self._plain = re.compile(rb"%b([%b%b])" % (escape, quote, escape))
        else:
            field = runs(rb"[^\\%b]" % delimiter, rb"\\.")
            # A backslash that the data end with stands for nothing.
            self._field = re.compile(rb"(%b)(?:\\\Z)?(%b|\Z)" % (field, delimiter), re.DOTALL)

    @property
    def number(self) -> int:
        """Of the last line that was read."""
        return self._lines.number

    @property
    def pending(self) -> int:
        """Bytes of a row that is not whole yet."""
        return self._lines.pending

    def feed(self, data: bytes) -> Iterator[Row]:
        """The rows that are whole now; one with a problem is the last."""
        yield from self._rows(self._lines.feed(data))

    def finish(self) -> Iterator[Row]:
        """The last row, where no newline ends it."""
        yield from self._rows(self._lines.finish())

    def _rows(self, lines: Iterator[Line]) -> Iterator[Row]:
        if self._failed:
            return
        line = Line(b"", 0)
        try:
            for line in lines:
                if self._heads:
                    self._heads = False
                    if self._form.matches:
                        self._require_header(line)
                    continue
                row = self._row(line)
                self._failed = row.problem is not None
                yield row
                if self._failed:
                    return
        except BadLine as error:
            error.context = self._place.of_number(error.number)
            yield self._broken(line, error)
        except PgError as error:
            error.context = error.context or self._place.of_line(line)
            yield self._broken(line, error)

    def _broken(self, line: Line, error: PgError) -> Row:
        self._failed = True
        return Row((), line, error)

    def _require_header(self, line: Line) -> None:
        """HEADER MATCH. Raises BadCopy."""
        texts = self._texts(line)
        if len(texts) != len(self._names):
            raise BadCopy(f"wrong number of fields in header line: got {len(texts)}, expected {len(self._names)}")
        for number, (text, name) in enumerate(zip(texts, self._names), 1):
            if text != name:
                got = f'null value ("{self._form.null.decode()}")' if text is None else f'"{text}"'
                raise BadCopy(f'column name mismatch in header line field {number}: got {got}, expected "{name}"')

    def _row(self, line: Line) -> Row:
        texts = self._texts(line)
        if len(texts) > len(self._names):
            raise BadCopy("extra data after last expected column")
        if len(texts) < len(self._names):
            missing = BadCopy(f'missing data for column "{self._names[len(texts)]}"')
            missing.context = self._place.of_line(line)
            return Row(texts, line, missing)
        return Row(texts, line)

    def _texts(self, line: Line) -> Texts:
        fields = self._fields(line.data)
        try:
            return tuple(None if field is None else decode_utf8(field) for field in fields)
        except PgError as error:
            error.context = self._place.of_line(line)
            try:
                decode_utf8(line.data)
            except PgError as earlier:  # before anything was read of the line
                earlier.context = self._place.of_number(line.number)
                raise earlier from None
            raise

    def _fields(self, line: bytes) -> list[bytes | None]:
        found: list[bytes | None] = []
        at, more = 0, bool(self._names) or bool(line)
        while more:
            match = self._field.match(line, at)
            if match is None:
                raise BadCopy("unterminated CSV quoted field")
            found.append(self._value(match[1], self._names[len(found)] if len(found) < len(self._names) else ""))
            at, more = match.end(), bool(match[2])
        return found

    def _value(self, raw: bytes, name: str) -> bytes | None:
        form = self._form
        if raw == form.null:
            return raw if form.never_null is None or name in form.never_null else None
        if form.kind != "csv":
            return _ESCAPED.sub(_unescaped, raw) if b"\\" in raw else raw
        value = self._quoted.sub(lambda quoted: self._plain.sub(lambda one: one[1], quoted[1]), raw)
        is_null = value == form.null and (form.also_null is None or name in form.also_null)
        return None if is_null else value


def _unescaped(found: re.Match[bytes]) -> bytes:
    word = found[1]
    if word[:1] == b"x" and len(word) > 1:
        return bytes([int(word[1:], 16)])
    if word[:1].isdigit() and word[:1] < b"8":
        return bytes([int(word, 8) & 0xFF])
    return _NAMED.get(word, word)
