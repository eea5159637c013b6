"""Errors of marginals: total variation distances between two tables of codes, TVD = 0.5 * |p - q|, 0 = alike, 1 = disjoint.

The mean over all columns, all pairs and a fixed random hundred of the triples, which depends on the sorted names and a seed alone. Refuses
to know where codes come from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

TRIPLES, TRIPLES_SEED = 100, 20_261_124
DENSE = 4_000_000  # cells beyond which only those are counted that occur

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Column:
    """Codes of one column on both sides, below `size`."""

    size: int
    real: Codes = field(repr=False)
    synth: Codes = field(repr=False)


def distance(columns: Sequence[Column]) -> float:
    """Of the marginal over these columns."""
    size, real, synth = 1, np.zeros(1, np.int64), np.zeros(1, np.int64)
    for column in columns:
        size, real, synth = size * column.size, real * column.size + column.real, synth * column.size + column.synth
    if not len(real) or not len(synth):
        return 1.0 if len(real) or len(synth) else 0.0
    if size > DENSE:
        found, inverse = np.unique(np.concatenate([real, synth]), return_inverse=True)
        size, real, synth = len(found), inverse[: len(real)], inverse[len(real) :]
    p, q = np.bincount(real, minlength=size) / len(real), np.bincount(synth, minlength=size) / len(synth)
    return 0.5 * float(np.abs(p - q).sum())


def triples(names: Sequence[str]) -> list[tuple[str, ...]]:
    """The triples that are looked at."""
    every: list[tuple[str, ...]] = list(combinations(sorted(names), 3))
    if len(every) <= TRIPLES:
        return every
    chosen = np.random.default_rng(TRIPLES_SEED).permutation(len(every))[:TRIPLES]
    return [every[each] for each in sorted(chosen.tolist())]


def ways(columns: Mapping[str, Column]) -> dict[str, float]:
    """Means over marginals of one, two and three columns, and the worst pair; what there are no columns for is left out."""
    asked: dict[str, list[tuple[str, ...]]] = {
        "tvd_1way": [(name,) for name in columns],
        "tvd_2way": list(combinations(columns, 2)),
        "tvd_3way": triples(list(columns)) if len(columns) > 2 else [],
    }
    errors = {way: [distance([columns[name] for name in each]) for each in every] for way, every in asked.items()}
    found = {way: float(np.mean(each)) for way, each in errors.items() if each}
    return found | ({"tvd_2way_max": max(errors["tvd_2way"])} if errors["tvd_2way"] else {})


def across(parents: Mapping[str, Column], children: Mapping[str, Column]) -> float:
    """Mean over all pairs of an owner's column and a column of what it owns; both a row of the owned table."""
    return float(np.mean([distance([parent, child]) for parent in parents.values() for child in children.values()]))


def siblings(columns: Mapping[str, Column], owners: tuple[Codes, Codes]) -> float | None:
    """Mean over columns: pairs of one row's code and that of another row of its owner. Each row that has siblings weighs the same, divided
    among them. owners: of each row, on both sides, -1 for none. None where no real row has a sibling."""
    real, synth = owners
    if not columns or not (np.bincount(real[real >= 0], minlength=1) > 1).any():
        return None
    found = [
        _apart(_pairs(column.real, real, column.size), _pairs(column.synth, synth, column.size))
        for column in columns.values()
    ]
    return float(np.mean(found))


def _pairs(codes: Codes, owners: Codes, size: int) -> tuple[Codes, NDArray[np.float64]]:
    """Cells of ordered pairs of siblings, and the share of each; a cell may come several times."""
    of = np.bincount(owners[owners >= 0], minlength=1)
    kept = (owners >= 0) & (of[owners] > 1)
    held, counts = np.unique(owners[kept] * size + codes[kept], return_counts=True)
    owner, code = held // size, held % size
    starts = np.flatnonzero(np.diff(owner, prepend=-1))
    many = np.diff(np.append(starts, len(owner)))
    many, starts = np.repeat(many, many), np.repeat(starts, many)
    left = np.repeat(np.arange(len(held)), many)
    right = np.arange(len(left)) - np.repeat(np.cumsum(many) - many, many) + np.repeat(starts, many)
    weights = counts[left] * (counts[right] - (left == right)) / (of[owner[left]] - 1)
    return code[left] * size + code[right], weights / max(weights.sum(), 1e-300)


def _apart(real: tuple[Codes, NDArray[np.float64]], synth: tuple[Codes, NDArray[np.float64]]) -> float:
    cells, place = np.unique(np.concatenate([real[0], synth[0]]), return_inverse=True)
    p = np.bincount(place[: len(real[0])], weights=real[1], minlength=len(cells))
    q = np.bincount(place[len(real[0]) :], weights=synth[1], minlength=len(cells))
    return 0.5 * float(np.abs(p - q).sum()) if len(synth[0]) else 1.0
