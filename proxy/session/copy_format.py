"""The formats of COPY: options checked as Postgres checks them, and one row of COPY TO in text, CSV or binary.

Refuses to know statements, results and messages. Facts: src/backend/commands/copy.c (ProcessCopyOptions) and copyto.c.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from policies.errors import PgError
from proxy.errors import NotSupported, SyntaxProblem
from proxy.sql.analyse.errors import DuplicateColumn

SIGNATURE = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
TRAILER = struct.pack("!h", -1)
_ESCAPES = {b"\\": b"\\\\", b"\b": b"\\b", b"\f": b"\\f", b"\n": b"\\n", b"\r": b"\\r", b"\t": b"\\t", b"\v": b"\\v"}
_KNOWN = frozenset("format delimiter null header quote escape force_quote encoding".split())
_NULLING = ("force_not_null", "force_null")
_FROM_ONLY = frozenset(("freeze", "default", "on_error", "log_verbosity", "reject_limit", *_NULLING))
_TRUE, _FALSE, _MATCH = frozenset(("", "true", "on", "1")), frozenset(("false", "off", "0")), "match"
Names = frozenset[str] | None  # of columns; None = all


class InvalidOption(PgError):
    """An option's value."""

    sqlstate = "22023"


@dataclass(frozen=True, slots=True)
class CopyFormat:
    """A format of rows. code: 0 text, 1 binary. force: columns that CSV always quotes. Of COPY FROM: matches, whether the header names
    the columns; never_null and also_null: columns of CSV where the NULL marker is a text, and where it is NULL in quotes too."""

    kind: str = "text"
    delimiter: bytes = b"\t"
    null: bytes = b"\\N"
    header: bool = False
    quote: bytes = b'"'
    escape: bytes = b'"'
    force: Names = frozenset()
    matches: bool = False
    never_null: Names = frozenset()
    also_null: Names = frozenset()

    @property
    def code(self) -> int:
        """The protocol's format code."""
        return 1 if self.kind == "binary" else 0

    @property
    def signature(self) -> bytes:
        """What stands before the first row, in the same message."""
        return SIGNATURE if self.kind == "binary" else b""

    @property
    def trailer(self) -> bytes:
        """What comes after the last row, in a message of its own."""
        return TRAILER if self.kind == "binary" else b""

    def header_line(self, names: Sequence[str]) -> bytes:
        """The names of the columns, where they are asked for."""
        if not self.header:
            return b""
        values = [name.encode() for name in names]
        written = [
            self._quoted(value, forced=False, single=len(values) == 1) if self.kind == "csv" else self._escaped(value)
            for value in values
        ]
        return self.delimiter.join(written) + b"\n"

    def row(self, values: Sequence[bytes | None], names: Sequence[str]) -> bytes:
        """One row."""
        if self.kind == "binary":
            parts = [
                struct.pack("!i", -1) if value is None else struct.pack("!i", len(value)) + value for value in values
            ]
            return struct.pack("!h", len(values)) + b"".join(parts)
        if self.kind == "text":
            return self.delimiter.join(self.null if value is None else self._escaped(value) for value in values) + b"\n"
        single = len(values) == 1
        written = [
            self.null
            if value is None
            else self._quoted(value, forced=self.force is None or name in self.force, single=single)
            for value, name in zip(values, names)
        ]
        return self.delimiter.join(written) + b"\n"

    def _escaped(self, value: bytes) -> bytes:
        special = b"[\\\\\b\f\n\r\t\v" + re.escape(self.delimiter) + b"]"
        return re.sub(special, lambda found: _ESCAPES.get(found.group(), b"\\" + found.group()), value)

    def _quoted(self, value: bytes, *, forced: bool, single: bool) -> bytes:
        special = any(part in value for part in (self.delimiter, self.quote, b"\n", b"\r"))
        if not (forced or special or value == self.null or (single and value == b"\\.")):
            return value
        inner = value
        if self.escape != self.quote:
            inner = inner.replace(self.escape, self.escape * 2)
        return self.quote + inner.replace(self.quote, self.escape + self.quote) + self.quote


def copy_format(
    options: Sequence[Any], place: Callable[[int], int] = lambda offset: offset, *, reads: bool = False
) -> CopyFormat:
    """The format that the options ask for. place: a node's location as a position. reads: of COPY FROM. Raises as Postgres does."""
    given: dict[str, Any] = {}
    places: dict[str, int] = {}
    for option in (node["DefElem"] for node in options):
        name = option["defname"]
        places[name] = place(option.get("location", 0))
        if name in given:
            raise SyntaxProblem("conflicting or redundant options", position=places[name])
        if name in _FROM_ONLY:
            _require_from_only(name, reads=reads)
        elif name not in _KNOWN:
            raise SyntaxProblem(f'option "{name}" not recognized', position=places[name])
        given[name] = option.get("arg")
    kind = _text(given.get("format"), "text")
    if kind not in ("text", "csv", "binary"):
        raise InvalidOption(f'COPY format "{kind}" not recognized', position=places["format"])
    return _checked(_from(kind, given, places, reads=reads), given, reads=reads)


def _require_from_only(name: str, *, reads: bool) -> None:
    if not reads:
        raise NotSupported(f"COPY {name.upper()} cannot be used with COPY TO")
    if name not in _NULLING:
        raise NotSupported(f"COPY option {name.upper()} is not supported by the double", hint="Leave it out.")


def _from(kind: str, given: dict[str, Any], places: dict[str, int], *, reads: bool) -> CopyFormat:
    csv = kind == "csv"
    quote = _text(given.get("quote"), '"')
    header = _header(given, reads=reads)
    return CopyFormat(
        kind,
        _text(given.get("delimiter"), "," if csv else "\t").encode(),
        _text(given.get("null"), "" if csv else "\\N").encode(),
        header in (*_TRUE, _MATCH),
        quote.encode(),
        _text(given.get("escape"), quote).encode(),
        _names("force_quote", given, places),
        header == _MATCH,
        *(_names(name, given, places) for name in _NULLING),
    )


def _header(given: dict[str, Any], *, reads: bool) -> str:
    header = _text(given.get("header"), "" if "header" in given else "false").lower()
    if header == _MATCH and not reads:
        raise NotSupported('cannot use "match" with HEADER in COPY TO')
    if header not in (*_TRUE, *_FALSE, _MATCH):
        raise SyntaxProblem('header requires a Boolean value or "match"')
    return header


def _names(name: str, given: dict[str, Any], places: dict[str, int]) -> Names:
    node = given.get(name)
    if node is None and name not in given:
        return frozenset()
    if node is None or not {"A_Star", "List"} & set(node):
        raise InvalidOption(f'argument to option "{name}" must be a list of column names', position=places[name])
    if "A_Star" in node:
        return None
    names = [item["String"]["sval"] for item in node["List"]["items"]]
    seen: set[str] = set()
    for one in names:
        if one in seen:
            raise DuplicateColumn(f'column "{one}" specified more than once')
        seen.add(one)
    return frozenset(seen)


def _checked(form: CopyFormat, given: dict[str, Any], *, reads: bool) -> CopyFormat:
    for name in given:
        if form.kind == "binary" and name in ("delimiter", "null", "header"):
            kind = NotSupported if name == "header" else SyntaxProblem
            raise kind(f"cannot specify {name.upper()} in BINARY mode")
        if form.kind != "csv" and name in ("quote", "escape", "force_quote", *_NULLING):
            raise NotSupported(f"COPY {name.upper()} requires CSV mode")
    if reads and "force_quote" in given:
        raise NotSupported("COPY FORCE_QUOTE cannot be used with COPY FROM")
    if _text(given.get("encoding"), "utf8").lower().replace("-", "") not in ("utf8", "unicode"):
        raise NotSupported(
            f"the double {'reads' if reads else 'writes'} UTF8 only", hint="Leave the ENCODING option out."
        )
    if len(form.delimiter) != 1:
        raise NotSupported("COPY delimiter must be a single one-byte character")
    if form.delimiter in b"\r\n" or b"\n" in form.null or b"\r" in form.null:
        raise InvalidOption("COPY delimiter and null representation cannot use newline or carriage return")
    if form.kind == "text" and form.delimiter in b"\\.abcdefghijklmnopqrstuvwxyz0123456789":
        raise InvalidOption(f'COPY delimiter cannot be "{form.delimiter.decode()}"')
    for word, character in (("quote", form.quote), ("escape", form.escape)):
        if form.kind == "csv" and len(character) != 1:
            raise NotSupported(f"COPY {word} must be a single one-byte character")
    if form.kind == "csv" and form.delimiter == form.quote:
        raise InvalidOption("COPY delimiter and quote must be different")
    return form


def _text(node: Any, default: str) -> str:
    """The value of an option; an option without a value is ''."""
    if node is None:
        return default
    if "Boolean" in node:
        return "true" if node["Boolean"].get("boolval") else "false"
    if "Integer" in node:
        return str(node["Integer"].get("ival", 0))
    if "Float" in node:
        return str(node["Float"]["fval"])
    return str(node.get("String", {}).get("sval", ""))
