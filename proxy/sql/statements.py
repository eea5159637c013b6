"""A query string → its statements, each with its kind, its own text and its place in the string.

Postgres' own parser splits and classifies; session commands come as its nodes too. Refuses to know what they do.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import pgparse

from proxy.pgtypes.errors import StackDepthExceeded
from proxy.sql.lexer import Token, tokens
from proxy.sql.parse import NESTING_MAX, Node, char_offset, kind_of, nesting, parse_problem

SHORT = 4_000  # characters of a text whose fingerprint is kept


@dataclass(frozen=True, slots=True)
class Statement:
    """kind: the node's name, such as SelectStmt; fields: the node; offset: characters before `text` in the whole string.

    shape: the text without its literals, where it was worked out with the statement; see `fingerprint`.
    """

    kind: str
    fields: Node
    text: str
    offset: int
    shape: str = ""

    def fingerprint(self) -> str:
        """The text with its literals replaced by $n."""
        return self.shape or (_known_fingerprint if len(self.text) <= SHORT else fingerprint)(self.text)


def fingerprint(sql: str) -> str:
    """A statement with its literals replaced by $n and without its comments, which may quote any."""
    try:
        normal = str(pgparse.normalize(sql))
    except pgparse.PGQueryError:
        return "(unparsed)"
    return " ".join(_without_literal(token) for token in tokens(normal))


def _without_literal(token: Token) -> str:
    """What the parser's own normalizing leaves of literals, in commands that are no queries: `?`, a digit too."""
    text = token.text
    is_string = "'" in text or (text.startswith("$") and not text[1:].isdigit())
    return "?" if is_string or (text.isdigit() and not token.word) else text


@lru_cache(maxsize=2000)
def _known_fingerprint(sql: str) -> str:
    return fingerprint(sql)


def split(sql: str) -> list[Statement]:
    """The statements of a query string, empty ones left out. Raises SyntaxProblem with the position in the whole string."""
    if nesting(sql) > NESTING_MAX:
        raise StackDepthExceeded
    if not sql.strip():
        return []
    try:
        found = pgparse.parse(sql)
    except pgparse.PGQueryError as error:
        position = char_offset(sql, int(error.position) - 1) if error.position > 0 else None
        raise parse_problem(sql, str(error.message), position) from error
    except RecursionError as error:
        raise StackDepthExceeded from error
    data = sql.encode("utf-8")
    statements = []
    for raw in found:
        start = int(raw.get("stmt_location", 0))
        length = int(raw.get("stmt_len", 0)) or len(data) - start
        text = data[start : start + length].decode("utf-8")
        kind, fields = kind_of(raw["stmt"])
        statements.append(Statement(kind, fields, text, char_offset(sql, start)))
    return statements
