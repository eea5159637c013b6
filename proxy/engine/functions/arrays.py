"""Arrays as text, and the few array functions that SQL over lists cannot say.

Elements arrive as the text of their output functions; refuses to know element types. Facts: src/backend/utils/adt/arrayfuncs.c.
"""

from __future__ import annotations

import re

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.udf import function

NEEDS_QUOTES = re.compile(r'[{},"\\\s]')
Texts = tuple[str | None, ...]


@function("VARCHAR[] VARCHAR", "VARCHAR")
def array_text(items: Texts, kind: str) -> str:
    """array_out of a list of texts. kind: 'n' nested braces are elements already printed, '' plain."""
    return "{" + ",".join("NULL" if item is None else item if kind == "n" else _quoted(item) for item in items) + "}"


def _quoted(text: str) -> str:
    if text == "" or text.upper() == "NULL" or NEEDS_QUOTES.search(text):
        return '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'
    return text


@function("VARCHAR[]", "VARCHAR")
def row_text(items: Texts) -> str:
    """record_out of a list of texts."""
    return "(" + ",".join("" if item is None else _row_quoted(item) for item in items) + ")"


def _row_quoted(text: str) -> str:
    if text == "" or re.search(r'[(),"\\\s]', text):
        return '"' + text.replace("\\", "\\\\").replace('"', '""') + '"'
    return text


@function("VARCHAR[] VARCHAR VARCHAR", "VARCHAR", strict=False)
def array_to_string(items: Texts | None, separator: str | None, null_text: str | None) -> str | None:
    if items is None or separator is None:
        return None
    return separator.join(item if item is not None else null_text for item in items if (item or null_text) is not None)  # type: ignore[misc]  # None is filtered


@function("VARCHAR VARCHAR VARCHAR", "VARCHAR[]", strict=False)
def string_to_array(text: str | None, separator: str | None, null_text: str | None) -> list[str | None] | None:
    if text is None:
        return None
    if not text:
        return []
    parts: list[str] = list(text) if separator is None else text.split(separator) if separator else [text]
    return [None if null_text is not None and part == null_text else part for part in parts]


@function("VARCHAR", "VARCHAR[]")
def array_items(text: str) -> list[str | None]:
    """The elements of a one-dimensional array literal, as their input functions will read them."""
    body = text.strip()
    if match := re.match(r"\[[-\d:\]\[]+\]\s*=\s*", body):
        body = body[match.end() :]
    if not body.startswith("{"):
        detail = 'Array value must start with "{" or dimension information.'
        raise PgDomainError("22P02", f'malformed array literal: "{text}"', detail)
    if not body.endswith("}"):
        raise PgDomainError("22P02", f'malformed array literal: "{text}"')
    if not body[1:-1].strip():
        return []
    out: list[str | None] = []
    rest, at = body[1:-1] + ",", 0
    while at < len(rest):
        item = ITEM.match(rest, at)
        if item is None:
            raise PgDomainError("22P02", f'malformed array literal: "{text}"')
        at = item.end()
        quoted, plain = item[1], item[2]
        if quoted is None and plain.strip().upper() == "NULL":
            out.append(None)
        else:
            out.append(re.sub(r"\\(.)", r"\1", plain.strip() if quoted is None else quoted))
    return out


ITEM = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|((?:[^,"{}\\]|\\.)+))\s*,', re.DOTALL)
