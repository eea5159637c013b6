"""Junction trees: coverage, running intersection, size."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.model.tree import Graph, JunctionTree, junction_tree

NAMES = "abcdefg"
PAIRS = list(combinations(NAMES, 2))


def holds_running_intersection(tree: JunctionTree) -> bool:
    """Each column's cliques are connected through edges whose separator holds the column."""
    for name in {name for clique in tree.cliques for name in clique}:
        members = {index for index, clique in enumerate(tree.cliques) if name in clique}
        links = sum(name in edge.separator for edge in tree.edges)
        if links != len(members) - 1:
            return False
    return all(
        set(edge.separator) == set(tree.cliques[edge.parent]) & set(tree.cliques[edge.child]) for edge in tree.edges
    )


@given(st.sets(st.sampled_from(PAIRS), max_size=12), st.sampled_from(PAIRS))
def test_any_graph_gives_a_junction_tree(pairs: set[tuple[str, str]], root: tuple[str, str]) -> None:
    sizes = {name: 2 + index for index, name in enumerate(NAMES)}
    tree = junction_tree(Graph(sizes, [*sorted(pairs), root]), root)
    assert holds_running_intersection(tree)
    assert set(root) <= set(tree.cliques[0])
    assert all(tree.host(pair) is not None for pair in pairs)
    assert {name for clique in tree.cliques for name in clique} == set(NAMES)
    assert len(tree.edges) == len(tree.cliques) - 1
    reached = {0}
    for edge in tree.edges:
        assert edge.parent in reached and edge.child not in reached
        reached.add(edge.child)


@pytest.mark.parametrize(
    ("title", "pairs", "cells"),
    [
        ("no edge: one table a column", [], 2 + 3 + 5 + 7),
        ("a chain", ["ab", "bc", "cd"], 6 + 15 + 35),
        ("a triangle is one table", ["ab", "bc", "ac"], 30 + 7),
        ("a square gets its cheaper chord: a-c (10) over b-d (21)", ["ab", "bc", "cd", "ad"], 30 + 70),
    ],
)
def test_cells(title: str, pairs: list[str], cells: int) -> None:
    assert Graph({"a": 2, "b": 3, "c": 5, "d": 7}, [tuple(pair) for pair in pairs]).cells() == cells, title


def test_no_columns_make_one_empty_clique() -> None:
    assert junction_tree(Graph({})) == JunctionTree(((),), ())
