"""Rows from a model: one clique of the tree after the other, each new column drawn given those already there.

Takes probabilities and a generator; refuses to know where either comes from (noise is not its business, so it may be
seeded). Inside each group of rows that agree on the separator, counts follow the probabilities up to rounding and the
rows get them in random order: without that shuffle siblings would be comonotone (a bug of mbi 1.1.0).
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

import numpy as np
from numpy.typing import NDArray

from synth.codes import Codes, code_type
from synth.measure.counts import Floats
from synth.model.infer import Model, reduce_to
from synth.model.tree import Clique

Indices = NDArray[np.int64]


def sample(
    model: Model, sizes: Mapping[str, int], rows: int, rng: np.random.Generator, given: Mapping[str, Codes]
) -> dict[str, Codes]:
    """Coarse codes of every column. given: codes of columns of the tree's first clique, one a row, kept as they are."""
    done: dict[str, Codes] = dict(given)
    root = model.tree.cliques[0]
    assert set(given) <= set(root), "given columns lie in the root clique"
    steps = [(0, tuple(name for name in root if name in given))]
    steps += [(edge.child, edge.separator) for edge in model.tree.edges]
    for index, known in steps:
        clique = model.tree.cliques[index]
        fresh = tuple(name for name in clique if name not in known)
        if fresh:
            table = reduce_to(model.beliefs[index], clique, known + fresh)
            width = prod(sizes[name] for name in fresh)
            drawn = draw_in_groups(table.reshape(-1, width), _flatten(done, known, sizes, rows), rng)
            done.update(_unflatten(drawn, fresh, sizes))
    return done


def draw_in_groups(table: Floats, groups: Indices, rng: np.random.Generator) -> Indices:
    """A column for each row from row `group` of the table: systematic sampling over the group in random order.

    Row number j of a group of g reads the distribution at (j + offset) / g with one random offset for the group, so
    that each outcome is taken floor or ceiling of its expected count, and each row alone is an exact draw.
    """
    order = _shuffled(groups, len(table), rng)
    ranked = groups[order]
    sizes = np.bincount(groups, minlength=len(table))
    starts = np.cumsum(sizes) - sizes
    place = (np.arange(len(groups)) - starts[ranked] + rng.random(len(table))[ranked]) / np.maximum(sizes[ranked], 1)
    drawn = np.empty(len(groups), dtype=np.int64)
    drawn[order] = _invert(table, ranked, place)
    return drawn


def _shuffled(groups: Indices, count: int, rng: np.random.Generator) -> Indices:
    """The order of the groups, random inside each. Small integers are sorted by their digits, far faster than by comparing."""
    dealt = rng.permutation(len(groups))
    return dealt[np.argsort(groups.astype(code_type(count))[dealt], kind="stable")]


def _invert(table: Floats, groups: Indices, place: Floats) -> Indices:
    """Index at which each row's cumulative distribution passes place in [0, 1). Groups are sorted.

    A group the model gives no mass takes the distribution of all groups together.
    """
    used, compact = np.unique(groups, return_inverse=True)
    weights = table[used]
    weights[weights.sum(axis=1) <= 0] = table.sum(axis=0)
    cumulative = np.cumsum(weights, axis=1)
    cumulative /= cumulative[:, -1:]
    raised = (cumulative + np.arange(len(used))[:, None]).reshape(-1)
    found = np.searchsorted(raised, compact.reshape(-1) + place, side="right") - compact.reshape(-1) * table.shape[1]
    # Rounding at a group's end may step over it: the last outcome with any mass is meant.
    last = table.shape[1] - 1 - np.argmax(weights[:, ::-1] > 0, axis=1)
    return np.asarray(np.clip(found, 0, last[compact.reshape(-1)]), dtype=np.int64)


def _flatten(codes: Mapping[str, Codes], columns: Clique, sizes: Mapping[str, int], rows: int) -> Indices:
    flat = np.zeros(rows, dtype=np.int64)
    for name in columns:
        flat = flat * sizes[name] + codes[name]
    return flat


def _unflatten(flat: Indices, columns: Clique, sizes: Mapping[str, int]) -> dict[str, Codes]:
    codes: dict[str, Codes] = {}
    for name in reversed(columns):
        flat, codes[name] = flat // sizes[name], (flat % sizes[name]).astype(code_type(sizes[name]))
    return codes
