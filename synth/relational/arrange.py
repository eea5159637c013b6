"""Rows of a generated table dealt anew among owners, so that siblings are as alike as they were measured to be. Free: post-processing.

Rows change places only with rows whose owners agree in all that the model was given, so every count over the table's columns, and over
them and its owner's columns that the model knows, stays what it is. A column is arranged by giving each owner a place between 0 and 1 and
a width; its rows are those whose rank, among all rows they may change with, is within that width of the place. Widths are drawn from a
mixture that brings about the measured likenesses best, as trying each of them shows. Refuses to know budgets.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from synth.codes import Codes
from synth.relational.likeness import Floats, Ints, Likeness, sibling_pairs
from synth.relational.siblings import SiblingColumn

FREE = np.inf  # the width of an owner whose rows are dealt at random
WIDTHS = (0.0, *(0.5**octave for octave in range(8, -1, -1)), FREE)
TRIED_ROWS = 100_000  # of rows of whole owners, on which widths are tried
STEPS = 500  # of the mixture's fit
BELOW_ONE = 1 - 1e-9  # of ranks, which are added to numbers of groups
KEPT_CELLS = 32  # of an arranged ordered column, within which the next one may still move rows


def arranged(
    codes: Mapping[str, Codes],
    owners: Ints,
    units: Ints,
    given: Sequence[str],
    columns: Sequence[SiblingColumn],
    rng: np.random.Generator,
) -> dict[str, Codes]:
    """The same rows in another order, in which row i is the i-th owner's. given: columns that only change with the owner."""
    codes = dict(codes)
    if len(owners) == 0:
        return codes
    groups = _groups([codes[name] for name in given], len(owners))
    for column in sorted(
        columns, key=lambda each: _kept_cells(each.likeness)
    ):  # the fewest first: they leave the next ones most room
        own = codes[column.likeness.axis]
        widths = _widths(own, owners, units, groups, column, rng)
        order = _matched(_in_order(own, groups, rng), _places(owners, groups, widths, rng))
        codes = {name: each[order] for name, each in codes.items()}
        groups = _groups([groups, _kept(codes[column.likeness.axis], column.likeness)], len(owners))
    return codes


def _groups(columns: Sequence[NDArray[np.integer]], rows: int) -> Ints:
    """A number for each row: the same where all columns are."""
    groups = np.zeros(rows, dtype=np.int64)
    for column in columns:
        groups = groups * (int(column.max()) + 1) + column
        groups = np.unique(groups, return_inverse=True)[1].reshape(-1)
    return groups


def _kept_cells(likeness: Likeness) -> int:
    return min(KEPT_CELLS, len(likeness.places)) if likeness.ordered else len(likeness.places)


def _kept(codes: Codes, likeness: Likeness) -> Ints:
    """Cells of an arranged column, within which rows may still move."""
    cells = _kept_cells(likeness)
    return (
        np.minimum(likeness.places[codes] * cells, cells - 1).astype(np.int64)
        if likeness.ordered
        else codes.astype(np.int64)
    )


def _widths(
    codes: Codes, owners: Ints, units: Ints, groups: Ints, column: SiblingColumn, rng: np.random.Generator
) -> Floats:
    """A width for each owner."""
    likeness, last = column.likeness, int(owners.max()) + 1
    tried = np.flatnonzero((rng.random(last) < TRIED_ROWS / len(owners))[owners])
    codes, owners, units, groups = codes[tried], owners[tried], units[tried], groups[tried]
    first, second = sibling_pairs(owners, rng)
    if not len(first):
        return np.full(last, FREE)
    weights = 1 / np.bincount(units[first])[units[first]]
    offered = np.array(WIDTHS if likeness.ordered else (0.0, FREE))
    brought, rows = [], _in_order(codes, groups, rng)
    for width in offered:
        dealt = codes[_matched(rows, _places(owners, groups, np.full(last, width), rng))]
        cells = likeness.code(dealt[first], dealt[second])
        brought.append(np.bincount(cells, weights=weights, minlength=likeness.cells) / weights.sum())
    return rng.choice(offered, last, p=_mixture(np.array(brought).T, column.shares))


def _mixture(brought: Floats, wanted: Floats) -> Floats:
    """Parts of the columns of `brought` whose sum is nearest to `wanted`, in Kullback and Leibler's sense."""
    parts = np.full(brought.shape[1], 1 / brought.shape[1])
    for _ in range(STEPS):
        parts = parts * (brought.T @ (wanted / np.maximum(brought @ parts, 1e-12)))
        parts /= parts.sum()
    return parts


def _in_order(codes: Codes, groups: Ints, rng: np.random.Generator) -> Ints:
    """Rows, group by group, in the order of their codes, at random where these are equal."""
    return np.argsort(groups * (int(codes.max()) + 1) + codes + rng.random(len(codes)))


def _places(owners: Ints, groups: Ints, widths: Floats, rng: np.random.Generator) -> Ints:
    """Places of rows, group by group, in the order of the rank that each asks for. A rank is uniform whatever the width."""
    width = widths[owners]
    rank = rng.random(len(widths))[owners] + np.minimum(width, 1) * (rng.random(len(owners)) - 0.5)
    rank = 1 - np.abs(1 - np.abs(rank))  # what leaves at an end comes back in
    rank = np.where(width > 1, rng.random(len(owners)), rank)
    return np.argsort(groups + np.minimum(rank, BELOW_ONE))


def _matched(rows: Ints, places: Ints) -> Ints:
    """For each place the row that comes there."""
    order = np.empty(len(rows), dtype=np.int64)
    order[places] = rows
    return order
