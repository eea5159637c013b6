"""The lines of COPY FROM STDIN, out of bytes that come in any pieces: how they end, which of them ends the data, and their numbers.

Refuses to know fields. Facts: src/backend/commands/copyfromparse.c (CopyReadLineText), also for what the first line's end decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from policies.errors import PgError
from proxy.session.copy_format import CopyFormat

LINE_MAX = 64 << 20  # bytes of a line
LF, CR, CRLF = b"\n", b"\r", b"\r\n"
_MARK = b"\\."


class BadCopy(PgError):
    """bad_copy_file_format."""

    sqlstate = "22P04"


class BadLine(BadCopy):
    """A line that cannot be told from the next. number: its own."""

    def __init__(self, message: str, number: int, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.number = number


@dataclass(frozen=True, slots=True)
class Line:
    """A line without its end. number: as Postgres counts, which is by line ends inside of quotes too."""

    data: bytes
    number: int


def runs(plain: bytes, other: bytes) -> bytes:
    """Runs of plain bytes with what is not plain between them. (`(?:plain+|other)*+` says the same, and early releases of Python 3.11
    go back in it.)"""
    return rb"%b*(?:%b%b*)*" % (plain, other, plain)


class CopyLines:
    """See the module. older_mark: `\\.` as up to PostgreSQL 17: it ends CSV too, on a line of its own, and text behind a row.

    No byte is looked at more than a few times, whatever the bytes: there is one way only to read them by a pattern, so that going back
    ends at once, and where a line is not whole yet, what was read of it is remembered.
    """

    def __init__(self, form: CopyFormat, *, older_mark: bool = False) -> None:
        self._is_csv, self._quote, self._older_mark = form.kind == "csv", form.quote, older_mark
        self._rest = bytearray()
        self._seen, self._inside = 0, False  # how far the rest was read, and whether that is inside of quotes
        self._style = b""  # how lines end, once one has
        self.number = 0  # of the last line
        self._over = self._ended = False  # the data say that they are; nothing more comes
        quote, escape = re.escape(form.quote), re.escape(form.escape)
        if self._is_csv:
            is_one = form.escape == form.quote
            inside = rb"[^%b]*" % quote if is_one else runs(rb"[^%b%b]" % (quote, escape), rb"%b." % escape)
            self._outer = re.compile(runs(rb"[^%b\r\n]" % quote, rb"%b%b%b" % (quote, inside, quote)), re.DOTALL)
            self._inner = re.compile(inside, re.DOTALL)
        else:
            self._outer = self._inner = re.compile(runs(rb"[^\\\r\n]", rb"\\[^.]"), re.DOTALL)

    @property
    def pending(self) -> int:
        """Bytes of a line that is not whole yet."""
        return len(self._rest)

    def feed(self, data: bytes) -> Iterator[Line]:
        """The lines that are whole now. Raises BadLine."""
        if self._over:
            return
        self._rest += data
        at = 0
        while not self._over and (found := self._line(at)) is not None:
            line, at = found
            if not self._over or (line.data and not self._is_csv):
                yield line
        del self._rest[:at]
        self._seen -= at
        if len(self._rest) > LINE_MAX:
            raise BadCopy("a row of COPY is too long", hint="End rows with a newline.")

    def finish(self) -> Iterator[Line]:
        """What is left, the last line among it, where no newline ends it."""
        self._ended = True
        yield from self.feed(b"")
        if self._rest and not self._over:
            rest, self._rest = bytes(self._rest), bytearray()
            yield self._numbered(rest)

    def _line(self, start: int) -> tuple[Line, int] | None:
        """The line that starts there, and where the next one does; None where it is not whole."""
        place = max(start, self._seen)
        while True:
            skipped = (self._inner if self._inside else self._outer).match(self._rest, place)
            assert skipped is not None, "the pattern takes nothing as well"
            place = skipped.end()
            here = self._rest[place : place + 1]
            if self._inside or (self._is_csv and here == self._quote):
                if here != self._quote:
                    self._seen = place
                    return None
                self._inside, place = not self._inside, place + 1
                continue
            end = None
            if here in (LF, CR):
                end = self._after_newline(start, place)
            elif self._rest.startswith(_MARK, place) and not self._is_csv:
                end = self._after_mark(start, place)
            if end is None:
                self._seen = place
                return None
            return self._ends(start, place, end)

    def _ends(self, start: int, place: int, end: int) -> tuple[Line, int]:
        self._seen = end
        data = bytes(self._rest[start:place])
        self._over |= self._older_mark and self._is_csv and data == _MARK
        line = self._numbered(data)
        self._style = self._style or bytes(self._rest[place:end])
        return line, end

    def _after_newline(self, start: int, place: int) -> int | None:
        """Where the next line begins; None where that is not known yet. Lines end as the first one did, or the data are wrong."""
        if self._rest[place] == LF[0]:
            if self._style in (CR, CRLF):
                raise self._stray("newline", "\\n", start, place)
            return place + 1
        if self._style == LF:
            raise self._stray("carriage return", "\\r", start, place)
        if self._style == CR:
            return place + 1
        if place + 1 == len(self._rest) and not self._ended:
            return None
        if self._rest[place + 1 : place + 2] == LF:
            return place + 2
        if self._style == CRLF:
            raise self._stray("carriage return", "\\r", start, place)
        return place + 1

    def _stray(self, what: str, written: str, start: int, place: int) -> BadLine:
        number = self._number_of(self._rest[start:place])
        if self._is_csv:
            return BadLine(f"unquoted {what} found in data", number, f"Use quoted CSV field to represent {what}.")
        return BadLine(f"literal {what} found in data", number, f'Use "{written}" to represent {what}.')

    def _after_mark(self, start: int, place: int) -> int | None:
        """The data end with `\\.`, which stands alone on a line that ends as the others do; None where that is not known yet."""
        ending = self._rest[place + 2 : place + 3 + (self._style == CRLF)]
        if len(ending) < 1 + (self._style == CRLF) and not self._ended:
            return None
        if self._style == CRLF:
            if ending[:1] != CR:
                raise self._bad_mark(is_alone=ending[:1] == LF)
            del ending[:1]
        if ending not in (LF, CR):
            raise self._bad_mark(is_alone=False)
        if self._style and ending != self._style[-1:]:
            raise self._bad_mark(is_alone=True)
        if place > start and not self._older_mark:
            raise self._bad_mark(is_alone=False)
        self._over = True
        return len(self._rest)

    def _bad_mark(self, *, is_alone: bool) -> BadLine:
        otherwise = "corrupt" if self._older_mark else "is not alone on its line"
        what = "does not match previous newline style" if is_alone else otherwise
        return BadLine(f"end-of-copy marker {what}", self.number + 1)

    def _numbered(self, data: bytes) -> Line:
        self.number = self._number_of(data)
        return Line(data, self.number)

    def _number_of(self, data: bytes | bytearray) -> int:
        return self.number + 1 + (data.count(LF if self._style == LF else CR) if self._is_csv else 0)
