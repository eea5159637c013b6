"""Texts → statements, off the event loop where they are long, and the queries that commands carry.

Of a long statement only those fields are kept that a session looks at: a tree of a million constants is of no use to it and costs
every other session time. Refuses to know what statements do. Facts: `proxy.sql.statements`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from dataclasses import replace
from functools import lru_cache, partial
from itertools import islice

from policies.errors import PgError
from proxy.errors import NotSupported
from proxy.session.configuring import is_configuring
from proxy.session.steps import SMALL, Step, text_worked_out, worked_out
from proxy.sql.analyse import WRITES, read_only
from proxy.sql.lexer import after_word, tokens
from proxy.sql.lower.values import StatementTooComplex
from proxy.sql.statements import Statement, fingerprint, split

# Characters of a text that is likely to come again, and whose tree is small.
SHORT = 100
# Words, numbers, strings and quoted names of a text. What constants are compiled to would be too long anyway (`SQL_LIMIT`), but that is
# found out only after each of them was parsed, typed and folded.
PIECES_MAX = 250_000
# What does not end takes the rest of the text, so that no place is looked at twice. A comment is a piece as well.
_PIECE = re.compile(
    r"""[eE]'[^'\\]*(?:(?:''|\\.)[^'\\]*)*(?:'|\\?\Z) | '[^']*(?:''[^']*)*(?:'|\Z) | "[^"]*(?:"|\Z)
    | \$((?:[^\W\d]\w*)?)\$(?:.*?\$\1\$|.*) | --[^\n\r]* | /\*.*?(?:\*/|\Z) | \w+""",
    re.DOTALL | re.VERBOSE,
)
# Commands of which the query inside is compiled from its text.
CARRIERS = frozenset(("PrepareStmt", "DeclareCursorStmt", "ExplainStmt", "CopyStmt"))
# Commands whose fields are all that a session knows of them.
FIELDS = frozenset(
    "TransactionStmt VariableSetStmt VariableShowStmt DiscardStmt DeallocateStmt ClosePortalStmt FetchStmt".split()
)

# Commands of which a session wants to know what they name, and the fields that say it.
NAMING = frozenset(
    "SelectStmt CreateStmt CreateTableAsStmt InsertStmt UpdateStmt DeleteStmt MergeStmt TruncateStmt IndexStmt DropStmt".split()
)
NAMED = frozenset(
    "relation relations into intoClause objtype if_not_exists idxname concurrent restart_seqs objects removeType missing_ok".split()
)


def parse(sql: str) -> Generator[Step, object, list[Statement]]:
    """The statements of a query string. Raises PgError with the position in it."""
    if len(sql) <= SHORT:
        return list(_known(sql))
    return (yield from text_worked_out(sql, outlined))


@lru_cache(maxsize=500)
def _known(sql: str) -> tuple[Statement, ...]:
    return tuple(split(sql))


def outlined(sql: str) -> list[Statement]:
    """`split`, its fields reduced to what a session looks at where the text is long. Raises StatementTooComplex before it is parsed."""
    if len(sql) > 2 * PIECES_MAX and _pieces_reach(sql, PIECES_MAX):
        raise StatementTooComplex("statement too complex", hint="Split the statement into smaller ones.")
    statements = split(sql)
    return statements if len(sql) <= SMALL else [_outline(statement) for statement in statements]


def _pieces_reach(sql: str, most: int) -> bool:
    """Whether a text has more pieces than that. It need not be a statement."""
    return next(islice(_PIECE.finditer(sql), most, None), None) is not None


def _outline(whole: Statement) -> Statement:
    statement = replace(whole, shape=fingerprint(whole.text))
    kind, fields = statement.kind, statement.fields
    if kind in CARRIERS:
        return replace(statement, fields={**fields, "query": {}} if "query" in fields else fields)
    if kind == "ExecuteStmt":  # its constants are read where they are given to their types
        return replace(statement, fields={"name": fields["name"]})
    if kind in FIELDS or is_configuring(statement):
        return statement
    if kind in NAMING:
        return replace(statement, fields={key: fields[key] for key in NAMED if key in fields})
    return replace(statement, fields={})


def inner_query(
    statement: Statement, place: Callable[[str], tuple[int, int | None]], *, writes: bool = False
) -> Generator[Step, object, Statement]:
    """The query that a command carries. place: where it begins and ends in the command's text. Raises ReadOnly where it writes, unless
    it may, and NotSupported where it is no query.
    """
    start, end = yield from worked_out(len(statement.text), place, statement.text)
    found = (yield from parse(statement.text[start:end]))[0]
    if found.kind in WRITES and not writes:
        raise read_only(found.kind)
    if found.kind not in ("SelectStmt", *WRITES):
        raise NotSupported("the double runs queries only", hint="Write a SELECT here.")
    return replace(found, offset=start + found.offset)


def behind(word: str) -> Callable[[str], tuple[int, int | None]]:
    """A place: all that follows the first such word."""
    return partial(_behind, word)


def _behind(word: str, text: str) -> tuple[int, int | None]:
    return after_word(text, word), None


def moved(error: PgError, offset: int) -> PgError:
    """The error with its position in the enclosing text."""
    if error.position is not None:
        error.position += offset
    return error


def first_parameter(sql: str) -> tuple[str, int]:
    """The first $n of a text that has one, and its place."""
    return next((token.text, token.start) for token in tokens(sql) if token.text[0] == "$" and token.text[1:].isdigit())
