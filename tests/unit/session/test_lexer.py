"""Where a query begins inside a command, whatever stands before it."""

from __future__ import annotations

import pgparse
import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.sql.lexer import Misplaced, after_word, first_bracket, tokens, without_comments


@pytest.mark.parametrize(
    "before",
    [
        "PREPARE p AS",
        'PREPARE "as" AS',
        "PREPARE p (int, numeric(3, 2)) AS",
        "PREPARE /* as /* as */ as */ p AS",
        "PREPARE -- as\n p aS",
        "PREPARE/**/p/**/AS",
        'PREPARE "a "" as " AS',
        "PREPARE as_ AS",
        "PREPARE äs AS",
    ],
)
def test_after_word(before: str) -> None:
    """Not in names, comments, brackets or longer words."""
    text = f"{before} select 'as' as x"
    assert text[after_word(text, "as") :] == " select 'as' as x"


@pytest.mark.parametrize(
    "inner",
    [
        "select 1",
        "select (1), ((2))",
        "select ')' , E'\\')' , $$)$$, $a$ $$ ) $a$, \")\" /* ) */ -- )\n",
        "select $1, U&')', b'1', x'f'",
    ],
)
def test_first_bracket(inner: str) -> None:
    """Up to its own closing bracket."""
    text = f"copy /*(*/ ({inner}) to stdout (format csv)"
    start, end = first_bracket(text)
    assert text[start:end] == inner


@given(st.text(max_size=60))
def test_tokens_are_total_and_in_order(text: str) -> None:
    """Any text: pieces of it, none of them empty, none overlapping."""
    at = 0
    for token in tokens(text):
        assert token.start >= at
        assert text[token.start : token.end] == token.text != ""
        at = token.end


def test_what_cannot_be_found_is_an_internal_error() -> None:
    """The parser would have refused it before."""
    with pytest.raises(Misplaced):
        after_word("select 'as'", "as")
    with pytest.raises(Misplaced):
        first_bracket("copy t to stdout")


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("select 1 -- page 7, user 9", "select 1"),
        ("/* a /* b */ 'c' */select/*d*/1,  2", "select 1, 2"),
        ("select '--' || '/*' -- '", "select '--' || '/*'"),
        ("select E'\\'--' /* ' */, $$--$$, \"/*\"", "select E'\\'--' , $$--$$, \"/*\""),
        ("select 'a' -- joined\n 'b'", "select 'a'\n'b'"),
        ("select 'a' /* refused */ 'b'", "select 'a' 'b'"),
        ("select 5--3\n+ 1", "select 5\n+ 1"),
        ("select  1", "select  1"),
    ],
)
def test_comments_say_nothing(text: str, plain: str) -> None:
    assert without_comments(text) == plain


PIECES = [
    "select",
    "1",
    "'a'",
    "'--'",
    "E'\\''",
    '"/*"',
    "$$*/$$",
    "--x\n",
    "/*'*/",
    " ",
    "\n",
    "-",
    "a.b",
    "::int",
    "/**//**/",
]


@given(st.lists(st.sampled_from(PIECES), max_size=9))
def test_what_is_left_is_the_same_to_postgres_parser(pieces: list[str]) -> None:
    """Fingerprint and tokens, where it is a statement at all."""
    text = "select 0" + "".join(pieces)
    try:
        expected = pgparse.fingerprint(text)
    except pgparse.PGQueryError:
        return
    left = without_comments(text)
    assert pgparse.fingerprint(left) == expected
    assert [token.text for token in tokens(left)] == [token.text for token in tokens(text)]
