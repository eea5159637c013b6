"""Text of one statement → Postgres' own raw parse tree.

The parser is PostgreSQL's (libpg_query through `pgparse`), so grammar, error texts and positions are the server's. Holds the
tree's access helpers; refuses to know the catalog. A node is a dict of one key, its kind; fields with default values are absent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pgparse

from policies.errors import PgError
from proxy.pgtypes.errors import StackDepthExceeded

Node = Mapping[str, Any]
NESTING_MAX = 800


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
    """Deepest nesting of brackets; a bound, since brackets in strings count too."""
    depth = deepest = 0
    for char in sql:
        if char in "([":
            depth += 1
            deepest = max(deepest, depth)
        elif char in ")]":
            depth -= 1
    return deepest
