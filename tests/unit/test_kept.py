"""Compiled statements that are kept: bounded by number and by text, the last used ones stay."""

from __future__ import annotations

from proxy.kept import KeptStatements
from proxy.sql.compiled import Compiled


def compiled(sql: str) -> Compiled:
    return Compiled(sql, (), (), frozenset(), False)


def test_the_last_used_stay() -> None:
    kept = KeptStatements(statements_max=2)
    for name in "ab":
        kept.put(name, compiled(name), 1)
    assert kept.get("a") is not None
    kept.put("c", compiled("c"), 1)
    assert [name for name in "abc" if kept.get(name)] == ["a", "c"]


def test_long_texts_push_out_more() -> None:
    """The text and what it became count; what is too long alone is not kept, and drops nothing."""
    kept = KeptStatements(characters_max=100)
    for name in "abc":
        kept.put(name, compiled("x" * 20), 10)
    kept.put("d", compiled("x" * 30), 30)
    assert [name for name in "abcd" if kept.get(name)] == ["c", "d"]
    kept.put("e", compiled("x" * 90), 11)
    assert [name for name in "abcde" if kept.get(name)] == ["c", "d"]


def test_what_is_put_again_counts_once() -> None:
    kept = KeptStatements(characters_max=100)
    for _ in range(10):
        kept.put("a", compiled("x" * 40), 20)
    kept.put("b", compiled("x" * 20), 20)
    assert kept.get("a") is not None and kept.get("b") is not None
