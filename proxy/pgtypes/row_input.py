"""The text form of rows: `(1,,"a ""b"" \\\\")`, each column's text or NULL.

Refuses to know the columns' types. Facts: src/backend/utils/adt/rowtypes.c (record_in, record_out), whose details are repeated
word for word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from policies.errors import PgError
from proxy.pgtypes.errors import InvalidText

SPACE = " \t\n\v\f\r"
NEEDS_QUOTES = re.compile(r'[(),"\\\s]|^$', re.ASCII)
PIECE = re.compile(r'"((?:[^"\\]|""|\\.)*)"|\\(.)|([^"\\,)])', re.DOTALL)
QUOTED = re.compile(r'""|\\(.)', re.DOTALL)


def parse_row(text: str) -> list[str | None]:
    """Each column's text, None for NULL; a row without columns gives one NULL, as Postgres reads it. Raises InvalidText."""
    at = len(text) - len(text.lstrip(SPACE))
    if text[at : at + 1] != "(":
        raise malformed(text, "Missing left parenthesis.")
    found: list[str | None] = []
    while text[at] != ")":
        item, at = _item(text, at + 1)
        found.append(item)
    if text[at + 1 :].strip(SPACE):
        raise malformed(text, "Junk after right parenthesis.")
    return found


def _item(text: str, at: int) -> tuple[str | None, int]:
    """One column from where it begins, and where the comma or parenthesis after it stands."""
    if text[at : at + 1] in (",", ")"):
        return None, at
    parts = []
    while text[at : at + 1] not in (",", ")"):
        match = PIECE.match(text, at)
        if match is None:
            raise malformed(text, "Unexpected end of input.")
        quoted, escaped, plain = match.groups()
        parts.append(QUOTED.sub(lambda two: two[1] or '"', quoted) if quoted is not None else plain or escaped or "")
        at = match.end()
    return "".join(parts), at


def row_text(items: Sequence[str | None]) -> str:
    """record_out."""
    return "(" + ",".join("" if item is None else _quoted(item) for item in items) + ")"


def _quoted(text: str) -> str:
    if not NEEDS_QUOTES.search(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '""') + '"'


def malformed(text: str, detail: str) -> PgError:
    """22P02."""
    return InvalidText(f'malformed record literal: "{text}"', detail=detail)
