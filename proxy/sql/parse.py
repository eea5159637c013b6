"""Text of one statement → Postgres' own raw parse tree.

The parser is PostgreSQL's (libpg_query through `pgparse`), so grammar, error texts and positions are the server's. Holds the
tree's access helpers; refuses to know the catalog. A node is a dict of one key, its kind; fields with default values are absent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pgparse

from policies.errors import PgError
from proxy.pgtypes.errors import StackDepthExceeded
from proxy.sql.lexer import after_comment

Node = Mapping[str, Any]
NESTING_MAX = 800
# A bracket, or what may have some in it and is none, as scan.l takes it: what is told otherwise here could hide brackets from `nesting`.
# What does not end takes the rest of the text, so that no place is looked at twice.
_LETTER = r"A-Za-z_\u0080-\U0010ffff"
_ESCAPED = r"'[^'\\]*+(?:(?:''|\\.)[^'\\]*+)*+(?:'|\\?\Z)"
_BLANK = (
    r"(?:[\ \t\f\v]|--[^\n\r]*+)*+[\n\r](?:[\ \t\f\v\n\r]|--[^\n\r]*+(?:[\n\r]|\Z))*+"  # between parts of one string
)
_BRACKET = re.compile(
    rf"""[][()] | [eE]{_ESCAPED}(?:{_BLANK}{_ESCAPED})*+ | [{_LETTER}][{_LETTER}0-9$]*+ | '[^']*+(?:'|\Z) | "[^"]*+(?:"|\Z)
    | \$((?:[{_LETTER}][{_LETTER}0-9]*+)?)\$(?:.*?\$\1\$|.*+) | --[^\n\r]*+ | /\*""",
    re.DOTALL | re.VERBOSE,
)


class SyntaxProblem(PgError):
    """The text is no statement."""

    sqlstate = "42601"


class WindowFrameProblem(SyntaxProblem):
    """A window frame that ends before it starts."""

    sqlstate = "42P20"


class EscapeProblem(SyntaxProblem):
    """An escape of E'...' without its digits."""

    sqlstate = "22025"


class ParameterProblem(SyntaxProblem):
    """A precision that the grammar checks itself."""

    sqlstate = "22023"


class FeatureNotSupported(PgError):
    """Postgres can, the double cannot."""

    sqlstate = "0A000"


def parse_statement(sql: str) -> tuple[str, Node]:
    """(kind, fields) of the only statement in `sql`, such as ("SelectStmt", {...}). Raises SyntaxProblem."""
    if nesting(sql) > NESTING_MAX:
        raise StackDepthExceeded
    try:
        statements = pgparse.parse(sql)
    except pgparse.PGQueryError as error:
        position = char_offset(sql, int(error.position) - 1) if error.position > 0 else None
        raise parse_problem(sql, str(error.message), position) from error
    except RecursionError as error:
        raise StackDepthExceeded from error
    if len(statements) != 1:
        raise SyntaxProblem("cannot insert multiple commands into a prepared statement")
    return kind_of(statements[0]["stmt"])


def parse_problem(sql: str, message: str, position: int | None) -> SyntaxProblem:
    """The parser hands on message and position; these few of its errors have another SQLSTATE, or a hint (gram.y, scan.l)."""
    if message.startswith(("frame start", "frame end ")):
        return WindowFrameProblem(message, position=position)
    if message.startswith("precision for type float"):
        return ParameterProblem(message, position=position)
    if message == "invalid Unicode escape":
        if position is not None and sql[position : position + 2] in ("\\u", "\\U"):
            return EscapeProblem(message, position=position, hint=r"Unicode escapes must be \uXXXX or \UXXXXXXXX.")
        return SyntaxProblem(message, position=position, hint=r"Unicode escapes must be \XXXX or \+XXXXXX.")
    return SyntaxProblem(message, position=position)


def kind_of(node: Node) -> tuple[str, Node]:
    """The only key of a node and its fields."""
    return next(iter(node.items()))


def text_of(node: Node) -> str:
    """The text of a String node."""
    return str(node["String"].get("sval", ""))


def names_of(nodes: list[Node]) -> list[str]:
    """The texts of a list of String nodes."""
    return [text_of(node) for node in nodes]


def char_offset(sql: str, byte_offset: int) -> int:
    """The parser counts bytes of UTF-8, clients count characters."""
    return byte_offset if sql.isascii() else len(sql.encode("utf-8")[: max(byte_offset, 0)].decode("utf-8", "ignore"))


def nesting(sql: str) -> int:
    """How deep brackets are nested where that is too deep, else 0; those in strings, comments and quoted names are none."""
    if sql.count("(") + sql.count("[") <= NESTING_MAX:
        return 0
    depth = at = 0
    while (mark := _BRACKET.search(sql, at)) is not None:
        found, at = mark.group(), mark.end()
        if found in ("(", "["):
            depth += 1
            if depth > NESTING_MAX:
                return depth
        elif found in (")", "]"):
            depth -= 1
        elif found == "/*":
            at = after_comment(sql, mark.start())
    return 0
