"""Regular expressions: what is translated matches, what RE2 cannot say is refused, and no pattern runs away."""

from __future__ import annotations

import pytest

from proxy.engine.functions.errors import PgDomainError
from proxy.engine.functions.pattern import ASCII_MARK, ICU_MARK, program
from proxy.engine.functions.regex import like_escape, regexp_match, regexp_replace, similar_escape

FOUND = [
    ("word boundaries", r"\mbar\M", "foo bar", True), ("class in brackets", "[[:digit:]_]+", "a_1", True),
    ("closing bracket first", "[]a]", "]", True), ("a dot takes a newline", "a.b", "a\nb", True),
    ("dollar is the end of the text", "a$", "a\n", False), ("literal after ***=", "***=a.b", "axb", False),
    ("options inside", "(?i)ABC", "abc", True), ("letters beyond ASCII", r"^\w+$", "été", True),
    ("escape by code", r"\u0041", "A", True), ("a wide blank", r"^\s$", "\u2003", True), ("no blank of libc", r"\s", "\xa0", False),
    ("a blank of ICU", ICU_MARK + r"^[[:space:]]$", "\xa0", True), ("no letter of C", ASCII_MARK + r"\w", "é", False),
    ("no blank of C", ASCII_MARK + r"\s", "\u2003", False), ("not a letter of C", ASCII_MARK + "^[^[:alpha:]]$", "é", True),
    ("one case beyond ASCII", ASCII_MARK + "(?i)éA", "éa", True), ("and no other", ASCII_MARK + "(?i)éA", "Éa", False),
    ("brace that is no bound", "a{x", "a{x", True),
]  # fmt: skip


@pytest.mark.parametrize(("pattern", "text", "expected"), [row[1:] for row in FOUND], ids=[row[0] for row in FOUND])
def test_found(pattern: str, text: str, expected: bool) -> None:
    assert program(pattern, "").found_in(text) is expected


@pytest.mark.parametrize(
    ("pattern", "sqlstate"),
    [
        (r"(a)\1", "0A000"),
        ("a(?=b)", "0A000"),
        ("(?<!a)b", "0A000"),
        (r"[\W]", "0A000"),
        (ASCII_MARK + "(?i)[é]", "0A000"),
        ("(a", "2201B"),
        ("a[", "2201B"),
        ("*a", "2201B"),
        ("\\", "2201B"),
    ],
)
def test_refused(pattern: str, sqlstate: str) -> None:
    with pytest.raises(PgDomainError) as caught:
        program(pattern, "")
    assert caught.value.sqlstate == sqlstate


def test_a_hostile_pattern_takes_linear_time() -> None:
    assert not program("(a+)+$", "").found_in("a" * 50_000 + "b")


def test_groups_that_took_no_part_are_null() -> None:
    assert regexp_match("a", "(a)|(b)", "") == ["a", None]
    assert regexp_match("a", "(a)(b*)", "") == ["a", ""]


def test_replacement_marks() -> None:
    assert regexp_replace("abc", "(b)", r"[\1\&\\]", "") == r"a[bb\]c"


def test_like_and_similar_escapes() -> None:
    assert like_escape("a#%b\\", "#") == r"a\%b\\"
    assert similar_escape("a%b_", "\\") == "^(?:a.*b.)$"
