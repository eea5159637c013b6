"""Junction trees: which columns a model must hold together so that every measured clique lies in one of its tables.

Graphs of names and sizes only; no numbers. Elimination order is greedy by the cells of the clique it creates; the tree
is a maximum spanning tree over separators, so the running intersection property holds. Facts: Koller and Friedman 2009,
§9.4.3 and §10.4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import prod

Clique = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Edge:
    """A step from a clique (index) to its child over the columns that both hold; the columns may be none."""

    parent: int
    child: int
    separator: Clique


@dataclass(frozen=True, slots=True)
class JunctionTree:
    """Cliques rooted at 0; edges in an order where a parent is reached before its children."""

    cliques: tuple[Clique, ...]
    edges: tuple[Edge, ...]

    def host(self, columns: Iterable[str]) -> int | None:
        """The smallest clique that holds all the columns, by number of columns then place."""
        wanted = set(columns)
        fits = [index for index, clique in enumerate(self.cliques) if wanted <= set(clique)]
        return min(fits, key=lambda index: (len(self.cliques[index]), index), default=None)


class Graph:
    """Undirected graph over columns as bit sets, with the sizes that price a clique."""

    def __init__(self, sizes: Mapping[str, int], cliques: Iterable[Sequence[str]] = ()) -> None:
        self.names = tuple(sizes)
        self._bit = {name: index for index, name in enumerate(self.names)}
        self._sizes = tuple(sizes.values())
        self._near = [0] * len(self.names)
        for clique in cliques:
            self.connect(clique)

    def connect(self, clique: Sequence[str]) -> None:
        """Join every two columns of the clique."""
        for a, b in combinations(clique, 2):
            self._near[self._bit[a]] |= 1 << self._bit[b]
            self._near[self._bit[b]] |= 1 << self._bit[a]

    def joined(self, clique: Sequence[str]) -> bool:
        """Whether every two columns of the clique are joined."""
        return all(self._near[self._bit[a]] >> self._bit[b] & 1 for a, b in combinations(clique, 2))

    def with_clique(self, clique: Sequence[str]) -> Graph:
        """A copy with one clique more."""
        copy = Graph.__new__(Graph)
        copy.names, copy._bit, copy._sizes, copy._near = self.names, self._bit, self._sizes, list(self._near)
        copy.connect(clique)
        return copy

    def maximal_cliques(self) -> list[Clique]:
        """Maximal cliques of a triangulation, in elimination order."""
        near = list(self._near)
        left = (1 << len(near)) - 1
        found: list[int] = []
        costs = {node: self._cells(near[node] | 1 << node) for node in range(len(near))}
        while left:
            node = min(costs, key=lambda n: (costs[n], n))
            neighbours = near[node]
            clique = neighbours | 1 << node
            if not any(clique & ~other == 0 for other in found):
                found.append(clique)
            left &= ~(1 << node)
            del costs[node]
            for other in _bits(neighbours):
                near[other] = (near[other] | neighbours) & ~(1 << other | 1 << node)
            for other in _bits(neighbours):
                costs[other] = self._cells(near[other] | 1 << other)
        return [tuple(self.names[node] for node in _bits(clique)) for clique in found]

    def cells(self) -> int:
        """Cells of all tables of the junction tree."""
        return sum(prod(self._sizes[self._bit[name]] for name in clique) for clique in self.maximal_cliques())

    def _cells(self, clique: int) -> int:
        return prod(self._sizes[node] for node in _bits(clique))


def junction_tree(graph: Graph, root: Sequence[str] = ()) -> JunctionTree:
    """A tree over the graph's columns whose first clique holds every root column (they must be joined)."""
    cliques = graph.maximal_cliques() or [()]
    wanted = set(root)
    fits = [index for index, clique in enumerate(cliques) if wanted <= set(clique)]
    assert fits, "root columns are joined before the tree is built"
    cliques.insert(0, cliques.pop(fits[0]))
    return JunctionTree(tuple(cliques), tuple(_spanning_tree(cliques)))


def _spanning_tree(cliques: list[Clique]) -> Iterable[Edge]:
    """Prim's algorithm: always the widest separator to what is reached."""
    sets = [set(clique) for clique in cliques]
    best = {child: (len(sets[child] & sets[0]), 0) for child in range(1, len(cliques))}
    while best:
        child = max(best, key=lambda c: (best[c][0], -c))
        parent = best.pop(child)[1]
        yield Edge(parent, child, tuple(name for name in cliques[child] if name in sets[parent]))
        for other, (width, _) in best.items():
            wider = len(sets[other] & sets[child])
            if wider > width:
                best[other] = (wider, child)


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
