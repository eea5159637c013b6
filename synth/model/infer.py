"""Exact inference on a junction tree: tables of potentials in, calibrated probabilities out, and any pair's marginal.

Numbers of a model only; refuses to know counts, noise and budgets. Two passes of Hugin propagation in linear space,
each table and message scaled to a maximum of 1. Facts: Koller and Friedman 2009, §10.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from synth.measure.counts import Floats
from synth.model.tree import Clique, Edge, JunctionTree

_FLOOR = -60.0  # log of the least potential, relative to its table's greatest: keeps products from vanishing


@dataclass(frozen=True, slots=True)
class Model:
    """Calibrated probabilities: one table a clique of the tree, each summing to 1, agreeing on separators."""

    tree: JunctionTree
    beliefs: tuple[Floats, ...] = field(repr=False)

    def covers(self, columns: Iterable[str]) -> bool:
        """Whether one table holds all the columns."""
        return self.tree.host(columns) is not None

    def marginal(self, columns: Clique) -> Floats:
        """Probabilities over columns, in their order. One table must hold them, or they must be a pair."""
        host = self.tree.host(columns)
        if host is not None:
            return reduce_to(self.beliefs[host], self.tree.cliques[host], columns)
        assert len(columns) == 2, "columns of no common table: pairs only"
        return _paths_from(self, columns[0], {columns[1]})[columns[1]]

    def pairs(self, wanted: Iterable[Clique]) -> Iterator[tuple[Clique, Floats]]:
        """Many pairs with their probabilities, by their first columns: a walk of the tree for each, so that few are held at a time."""
        seconds: dict[str, set[str]] = {}
        for first, second in wanted:
            seconds.setdefault(first, set()).add(second)
        for first, others in seconds.items():
            near = {second for second in others if self.covers((first, second))}
            yield from (((first, second), self.marginal((first, second))) for second in sorted(near))
            if near < others:
                yield from (
                    ((first, second), table) for second, table in _paths_from(self, first, others - near).items()
                )


def calibrate(
    tree: JunctionTree, sizes: Mapping[str, int], potentials: Mapping[Clique, Floats], zeros: Mapping[Clique, Floats]
) -> Model:
    """The distribution proportional to exp(sum of potentials) * product of zeros (tables of 0 and 1)."""
    tables = [np.zeros(tuple(sizes[name] for name in clique)) for clique in tree.cliques]
    for columns, potential in potentials.items():
        host = _host(tree, columns)
        tables[host] += spread(potential, columns, tree.cliques[host])
    for index, table in enumerate(tables):
        table -= table.max()
        np.exp(np.maximum(table, _FLOOR, out=table), out=tables[index])
    for columns, mask in zeros.items():
        host = _host(tree, columns)
        tables[host] *= spread(mask, columns, tree.cliques[host])
    return Model(tree, tuple(_propagate(tree, tables)))


def spread(table: Floats, columns: Clique, onto: Clique) -> Floats:
    """The table with its axes in onto's order and size 1 elsewhere, ready to broadcast."""
    order = [columns.index(name) for name in onto if name in columns]
    shape = [table.shape[columns.index(name)] if name in columns else 1 for name in onto]
    return table.transpose(order).reshape(shape)


def reduce_to(table: Floats, columns: Clique, onto: Clique) -> Floats:
    """Sums over what onto lacks, axes in onto's order."""
    gone = tuple(axis for axis, name in enumerate(columns) if name not in onto)
    kept = [name for name in columns if name in onto]
    summed = table.sum(axis=gone) if gone else table
    return np.asarray(summed.transpose([kept.index(name) for name in onto]))


def _host(tree: JunctionTree, columns: Clique) -> int:
    host = tree.host(columns)
    assert host is not None, "each potential lies in one table of the tree"
    return host


def _propagate(tree: JunctionTree, tables: list[Floats]) -> list[Floats]:
    """Collect towards the root, then distribute. Tables are changed in place."""
    sent: dict[int, Floats] = {}
    for edge in reversed(tree.edges):
        message = reduce_to(tables[edge.child], tree.cliques[edge.child], edge.separator)
        message = message / max(message.max(), np.finfo(np.float64).tiny)
        sent[edge.child] = message
        tables[edge.parent] *= spread(message, edge.separator, tree.cliques[edge.parent])
    mass = tables[0].sum()
    assert mass > 0, "the rules of a domain allow some row"
    tables[0] /= mass
    for edge in tree.edges:
        arriving = reduce_to(tables[edge.parent], tree.cliques[edge.parent], edge.separator)
        ratio = np.divide(arriving, sent[edge.child], out=np.zeros_like(arriving), where=sent[edge.child] > 0)
        tables[edge.child] *= spread(ratio, edge.separator, tree.cliques[edge.child])
        tables[edge.child] /= tables[edge.child].sum()
    return tables


def _paths_from(model: Model, first: str, seconds: set[str]) -> dict[str, Floats]:
    """P(first, second) for columns outside first's tables: P(first, separator) carried along the tree's edges."""
    tree = model.tree
    start = _host(tree, (first,))
    steps: dict[int, list[Edge]] = {}
    for edge in tree.edges:
        steps.setdefault(edge.parent, []).append(edge)
        steps.setdefault(edge.child, []).append(Edge(edge.child, edge.parent, edge.separator))
    found: dict[str, Floats] = {}
    pending: list[tuple[int, int, Clique, Floats]] = [(start, -1, (), np.zeros(()))]
    while pending:
        here, came, entry, carried = pending.pop()
        for step in steps.get(here, []):
            if step.child != came:
                joint = _carry(model, here, first, entry, carried, step.separator)
                pending.append((step.child, here, step.separator, joint))
        for second in seconds & set(tree.cliques[here]):
            if second not in found:
                found[second] = _carry(model, here, first, entry, carried, (second,))
    return found


def _carry(model: Model, here: int, first: str, entry: Clique, carried: Floats, exit_: Clique) -> Floats:
    """P(first, exit) from P(first, entry) and the table of clique `here`, which holds entry and exit.

    Where that table holds first too, the answer is read off it. If first is in exit, so is it in the next clique, which
    will read its own table: what is carried there does not matter.
    """
    columns = model.tree.cliques[here]
    if first in columns:
        return reduce_to(model.beliefs[here], columns, (first, *(name for name in exit_ if name != first)))
    union = entry + tuple(name for name in exit_ if name not in entry)
    joint = reduce_to(model.beliefs[here], columns, union)
    base = joint.sum(axis=tuple(range(len(entry), len(union))), keepdims=True)
    conditional = np.divide(joint, base, out=np.zeros_like(joint), where=base > 0)
    letter = {name: chr(ord("b") + index) for index, name in enumerate(union)}
    spell = {names: "".join(letter[name] for name in names) for names in (entry, union, exit_)}
    terms = f"a{spell[entry]},{spell[union]}->a{spell[exit_]}"
    return np.asarray(np.einsum(terms, carried, conditional, optimize=True))
