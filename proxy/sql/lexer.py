"""SQL text → tokens with their places: only what is needed to find where a query begins inside PREPARE, DECLARE and COPY.

The grammar is Postgres' parser's business; this only tells words, strings, comments and brackets apart. Text it is given has been
parsed already, so that nothing here can be malformed. Facts: src/backend/parser/scan.l.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from policies.errors import PgError

_SPACE = re.compile(r"(?:\s++|--[^\n\r]*+)++")
_WORD = re.compile(r"[A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_$\u0080-\U0010ffff]*")
_DOLLAR = re.compile(r"\$([A-Za-z_\u0080-\U0010ffff][A-Za-z0-9_\u0080-\U0010ffff]*)?\$")
_PARAMETER = re.compile(r"\$\d+")
_PLAIN_STRING = re.compile(r"'(?:[^']|'')*'")
_ESCAPE_STRING = re.compile(r"'(?:[^'\\]|''|\\.)*'", re.DOTALL)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_COMMENT_MARK = re.compile(r"/\*|\*/")


class Misplaced(PgError):
    """The parser accepted what the tokens cannot show: our bug."""

    sqlstate = "XX000"


@dataclass(frozen=True, slots=True)
class Token:
    """text as written; start: characters before it. word: lower case, '' for what is no unquoted word."""

    text: str
    start: int
    word: str = ""

    @property
    def end(self) -> int:
        """Characters up to its end."""
        return self.start + len(self.text)


def tokens(sql: str) -> Iterator[Token]:
    """Words, strings, quoted names, parameters and single other characters; comments and space are left out."""
    at = 0
    while at < len(sql):
        if space := _SPACE.match(sql, at):
            at = space.end()
        elif sql.startswith("/*", at):
            at = after_comment(sql, at)
        else:
            token = _token(sql, at)
            yield token
            at = token.end


def without_comments(sql: str) -> str:
    """The same statement for whoever keeps what it means: comments and space between two tokens are one space, or one end of line, which
    joins strings."""
    if "--" not in sql and "/*" not in sql:
        return sql
    pieces, at = list[str](), 0
    for token in tokens(sql):
        if pieces and token.start > at:
            pieces.append("\n" if "\n" in sql[at : token.start] or "\r" in sql[at : token.start] else " ")
        pieces.append(token.text)
        at = token.end
    return "".join(pieces)


def _token(sql: str, at: int) -> Token:
    char = sql[at]
    if word := _WORD.match(sql, at):
        if word.group().lower() == "e" and sql.startswith("'", word.end()):
            return _matched(_ESCAPE_STRING, sql, at, word.end())
        if word.group().lower() in ("b", "x", "n") and sql.startswith("'", word.end()):
            return _matched(_PLAIN_STRING, sql, at, word.end())
        return Token(word.group(), at, word.group().lower())
    if char == "'":
        return _matched(_PLAIN_STRING, sql, at, at)
    if char == '"':
        return _matched(_QUOTED, sql, at, at)
    if char == "$" and (dollar := _DOLLAR.match(sql, at)):
        end = sql.find(dollar.group(), dollar.end())
        return Token(sql[at : end + len(dollar.group()) if end >= 0 else len(sql)], at)
    if parameter := _PARAMETER.match(sql, at):
        return Token(parameter.group(), at)
    return Token(char, at)


def _matched(pattern: re.Pattern[str], sql: str, start: int, opens: int) -> Token:
    found = pattern.match(sql, opens)
    return Token(sql[start : found.end() if found else len(sql)], start)


def after_comment(sql: str, at: int) -> int:
    """Where a comment that begins there is over: they nest."""
    depth = 0
    for mark in _COMMENT_MARK.finditer(sql, at):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    return len(sql)


def after_word(sql: str, word: str) -> int:
    """Characters up to the end of the first such word outside of brackets. Raises Misplaced."""
    depth = 0
    for token in tokens(sql):
        depth += (token.text == "(") - (token.text == ")")
        if depth == 0 and token.word == word:
            return token.end
    raise Misplaced(f"no {word.upper()} where the statement must have one")


def first_bracket(sql: str) -> tuple[int, int]:
    """Start and end of what the first pair of brackets encloses. Raises Misplaced."""
    depth = start = 0
    for token in tokens(sql):
        if token.text == "(":
            depth += 1
            start = start or token.end
        elif token.text == ")":
            depth -= 1
            if depth == 0:
                return start, token.start
    raise Misplaced("no brackets where the statement must have them")
