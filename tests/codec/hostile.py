"""Texts that cost a careless reader more than they cost their writer: long runs of what a grammar repeats, nests or leaves open.

Refuses to know types: every text is for every type. What is looked for is a reader that does not end, and one that takes any number of
digits for a number.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

BEFORE = (
    "", "1", "-", '"', "{", "[", "(", "<", '{"', '["', '("', "{[", '{"[', "$.", "$", "'", "'a':", "a:", "a <", "1:", "1:1:", "10:20:",
    "\\x", "[1:", "[", "2020-01-01 ", "2020-01-01 00:00:00+", "J", "P", "PT1", "0x", "0b1", "1.", "1e", "1e-", "0/", "10.0.0.0/", "a(",
    "<a>", "=", "a=r/", '{"a":', "1 day ", "$[", "$.**{", "$.decimal(", "(0,",
)  # fmt: skip
UNITS = (
    "5", "0", "a", " ", "\t", '"', '""', "'", "''", "\\", "\\\\", '\\"', "{", "}", "[", "]", "(", ")", "<", ">", "[]", "{}", "()", ",", ";",
    ":", ".", "-", "+", "/", "_", "*", "!", "&", "|", "@", "#", "$", "%", "1,", "1.", "1:", "1-", "1/", "1_", "1e", "a,", "a.", "a-", "a/",
    "a&", "a ", "1 ", "a:1 ", "a:1,", "!a&", "<->", "a<->", '"a",', '"a":1,', '{"a":', "[1,", "[1,2),", "(1,2),", "((", "null,", "$.a",
    ".a", "[*]", "? (", "1 + ", "- ", "--", "/*", "\\u0041", "\\101", "é", "\u2003", "²", "٣", "1 day ", "1:2:3 ", "<a>", "&amp;", "=r/",
)  # fmt: skip
AFTER = ("", "x", '"', "}", "]", ")", ")}", "'", "}=1", ",1)", "]={1}", ":1", " a")


def texts(size: int) -> Iterator[str]:
    """Every beginning with every run, and every run with every end. size: characters, more or less."""
    for unit in UNITS:
        run = unit * (size // len(unit))
        yield from (before + run for before in BEFORE)
        yield from (run + after for after in AFTER)


def drawn(rng: random.Random, most: int = 5000) -> str:
    """Any of them, of any size, or several behind one another."""
    text = rng.choice(BEFORE)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        unit = rng.choice(UNITS)
        text += unit * (rng.choice((1, 2, 30, 61, 1000, most)) // len(unit) + 1)
    return text + rng.choice(AFTER)
