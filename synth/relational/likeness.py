"""How alike two rows of one owner are in a column, as a cell of a short public list: what siblings are measured and arranged by.

Codes of an ordered column lie at the middle of their part of all rows, between 0 and 1, and cells hold distances in octaves; codes of a
list are equal or not. Public: positions come from noisy counts. Refuses to know which rows are whose, and what is private.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from synth.codes import Codes

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OCTAVES = 8  # the least distance of an ordered column that is told from none is 2^-8 of the rows
NEAR = 0.125  # distance below which two codes of an ordered column count as near


@dataclass(frozen=True, slots=True)
class Likeness:
    """Of one column. places: of its codes. edges: distances at which cells 1, 2, ... begin. near: cells below this number count as near."""

    axis: str
    places: Floats = field(repr=False)
    edges: tuple[float, ...]
    near: int

    @property
    def cells(self) -> int:
        """How many cells there are."""
        return len(self.edges) + 1

    @property
    def ordered(self) -> bool:
        """Whether there is something between equal and different."""
        return len(self.edges) > 1

    def code(self, first: Codes, second: Codes) -> Codes:
        """The cell of each pair of codes."""
        apart = np.abs(self.places[first] - self.places[second])
        return np.searchsorted(self.edges, apart, side="right").astype(np.int32)

    def by_chance(self, shares: Floats) -> float:
        """The share of near pairs, were both rows drawn alone. shares: of the codes."""
        reach = self.edges[self.near - 1]
        before = np.append(0.0, np.cumsum(shares))
        first = np.searchsorted(self.places, self.places - reach, side="right")
        after = np.searchsorted(self.places, self.places + reach, side="left")
        return float(shares @ (before[after] - before[first]))

    def nearness(self, places: Floats) -> Floats:
        """1 where two of these places are near, 0 where they are not."""
        return (np.abs(places[:, None] - places[None, :]) < self.edges[self.near - 1]).astype(np.float64)


def likeness(axis: str, shares: Floats, ordered: bool) -> Likeness:
    """Of a column whose codes have these shares."""
    if not ordered:
        return Likeness(axis, np.arange(len(shares), dtype=np.float64), (0.5,), 1)
    edges = tuple(0.5**octave for octave in range(OCTAVES, 0, -1))
    places = np.cumsum(shares) - shares / 2
    return Likeness(axis, places, (edges[0] / 2, *edges), edges.index(NEAR) + 2)


def sibling_pairs(owners: Codes | Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Each row that has a sibling, beside the next one of its owner in a random circle: each is first once and second once."""
    dealt = rng.permutation(len(owners))
    order = dealt[np.argsort(owners[dealt], kind="stable")]
    starts = np.flatnonzero(np.diff(owners[order], prepend=-1))
    sizes = np.diff(np.append(starts, len(order)))
    following = np.arange(1, len(order) + 1)
    following[starts + sizes - 1] = starts
    many = np.repeat(sizes > 1, sizes)
    return order[many], order[following][many]
