"""Where a query begins inside a command, whatever stands before it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from proxy.sql.lexer import Misplaced, after_word, first_bracket, tokens


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
