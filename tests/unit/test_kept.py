"""Compiled statements that are kept: bounded by number and by text, the last used ones stay."""

from __future__ import annotations

from proxy.kept import Kept
from proxy.sql.compiled import Compiled


def compiled(sql: str) -> Compiled:
    return Compiled(sql, (), (), frozenset(), False)


def test_the_last_used_stay() -> None:
    kept = Kept[Compiled](2, 1_000)
    for name in "ab":
        kept.put(name, compiled(name), 1)
    assert kept.get("a") is not None
    kept.put("c", compiled("c"), 1)
    assert [name for name in "abc" if kept.get(name)] == ["a", "c"]


def test_long_texts_push_out_more() -> None:
    """What is too long alone is not kept, and drops nothing."""
    kept = Kept[Compiled](1_000, 100)
    for name in "abc":
        kept.put(name, compiled("x" * 20), 30)
    kept.put("d", compiled("x" * 30), 60)
    assert [name for name in "abcd" if kept.get(name)] == ["c", "d"]
    kept.put("e", compiled("x" * 90), 101)
    assert [name for name in "abcde" if kept.get(name)] == ["c", "d"]


def test_what_is_put_again_counts_once() -> None:
    kept = Kept[Compiled](1_000, 100)
    for _ in range(10):
        kept.put("a", compiled("x" * 40), 60)
    kept.put("b", compiled("x" * 20), 40)
    assert kept.get("a") is not None and kept.get("b") is not None
