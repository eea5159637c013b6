"""Private rows as integer codes and integer weights, and the rule that bounds what one privacy unit weighs.

Holds no noise and answers nobody: `choke` is the only reader. The mass rule is design rule 3: a row of an owner with k
rows weighs min(grid, W // k) grid units, so an owner weighs at most W however many rows it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.codes import Codes, code_type
from synth.measure.counts import NO_MAPS
from synth.measure.measurement import GRID

Ints = NDArray[np.int64]
Units = NDArray[np.integer[Any]]

_SMALL = 1 << 20  # numbers that an array of counters may always have
_BLOCK = 1 << 20  # rows a pass reads at once; bounds the memory of an index


@dataclass(frozen=True, slots=True)
class WeightedCodes:
    """One table inside the trust boundary.

    sizes: public size of each column's domain. codes: integers, one array a column, all of one length. weights: int64,
    grid units. sensitivity: upper bound, in grid units, of the weight of any one unit. units: owner of each row (any
    integer), kept where weights are to be set later by `weigh` or a fan-out is to be asked.
    """

    name: str
    sizes: Mapping[str, int]
    codes: Mapping[str, Codes] = field(repr=False)
    weights: Ints = field(repr=False)
    sensitivity: int
    grid: int = GRID
    units: Units | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        assert set(self.sizes) == set(self.codes), "sizes and codes name the same columns"
        assert all(size >= 1 for size in self.sizes.values()), "a domain has at least one code"
        assert all(len(codes) == len(self.weights) for codes in self.codes.values()), "columns have one length"
        assert self.units is None or len(self.units) == len(self.weights), "each row has one owner"
        assert self.weights.dtype == np.int64 and self.sensitivity > 0 and self.grid > 0

    def shape(self, columns: tuple[str, ...], maps: Mapping[str, Codes] = NO_MAPS) -> tuple[int, ...]:
        """Sizes of the columns, in the order given, as they are seen through maps of codes."""
        _check(maps, self.sizes)
        return tuple(int(maps[column].max()) + 1 if column in maps else self.sizes[column] for column in columns)

    def check(self) -> None:
        """Promises of the encoder that the guarantee rests on. A failure is our bug and quotes nothing."""
        for name, codes in self.codes.items():
            assert not len(codes) or (codes.min() >= 0 and codes.max() < self.sizes[name]), "codes lie in the domain"
        assert not len(self.weights) or self.weights.min() >= 0, "weights are not negative"
        heaviest = self.weights if self.units is None else unit_masses(self.units, self.weights)
        assert heaviest.max(initial=0) <= self.sensitivity, "no unit outweighs the sensitivity"

    def weigh(self, mass: int) -> WeightedCodes:
        """The same rows, weighed so that one owner weighs at most `mass` grid units."""
        assert self.units is not None, "weighing needs owners"
        return replace(self, weights=row_weights(self.units, mass, self.grid), sensitivity=mass)

    def recode(self, maps: Mapping[str, Codes]) -> WeightedCodes:
        """The same rows through public maps of codes; columns without a map stay. A map acts on each row alone."""
        _check(maps, self.sizes)
        sizes = {name: int(maps[name].max()) + 1 if name in maps else size for name, size in self.sizes.items()}
        narrow = {name: codes.astype(code_type(sizes[name])) for name, codes in maps.items()}
        codes = {name: narrow[name][column] if name in maps else column for name, column in self.codes.items()}
        return replace(self, sizes=sizes, codes=codes)


def _check(maps: Mapping[str, Codes], sizes: Mapping[str, int]) -> None:
    """What is wrong with a map must show before rows are looked at, whatever they are."""
    for name, codes in maps.items():
        assert len(codes) == sizes[name] and codes.min() >= 0, "a map has a code for each code of its column"


def unit_rows(name: str, sizes: Mapping[str, int], codes: Mapping[str, Codes], rows: int) -> WeightedCodes:
    """A table whose every row is one privacy unit."""
    return WeightedCodes(name, sizes, codes, np.full(rows, GRID, dtype=np.int64), GRID, GRID, np.arange(rows))


def unit_masses(units: Units, weights: Ints) -> Ints:
    """Weight of each owner that has any row, and 0 of some that have none."""
    return np.bincount(_numbered(units), weights=weights).astype(np.int64)


def exact_fan_outs(units: Units) -> Ints:
    """Rows of each owner that has any, in no order that means anything."""
    counts = np.bincount(_numbered(units)).astype(np.int64)
    return counts[counts > 0]


def row_weights(units: Units, mass: int, grid: int = GRID) -> Ints:
    """Weight of each row in grid units. k * min(grid, mass // k) <= mass: an owner weighs `mass` at most."""
    assert mass > 0
    numbered = _numbered(units)
    per_owner = np.minimum(grid, mass // np.maximum(np.bincount(numbered), 1)).astype(np.int64)
    weights: Ints = per_owner[numbered]
    return weights


def _numbered(units: Units) -> Units:
    """Owners as small numbers: as they are where they are small already, for sorting millions costs more than all the rest."""
    if not len(units) or (units.min() >= 0 and units.max() <= 4 * len(units) + _SMALL):
        return units
    return np.unique(units, return_inverse=True)[1].reshape(-1)


def exact_marginal(rows: WeightedCodes, columns: tuple[str, ...], maps: Mapping[str, Codes] = NO_MAPS) -> Ints:
    """Exact weight of every cell, int64, flat in C order. maps: public, acting on each row alone. Only `choke` may call it, after a
    charge.

    bincount adds in float64, which is exact for integers below 2^53 grid units (8e12 rows).
    """
    shape = rows.shape(columns, maps)
    cells = prod(shape)
    total = np.zeros(cells, dtype=np.int64)
    for index, weights in _blocks(rows, columns, shape, maps):
        total += np.bincount(index, weights=weights, minlength=cells).astype(np.int64)
    return total


def seen_through(exact: Ints, columns: tuple[str, ...], maps: Mapping[str, Codes]) -> Ints:
    """An exact marginal, one axis a column, through maps of its codes: the sums of the cells that come together."""
    for axis, column in enumerate(columns):
        if column in maps:
            summed = np.zeros((int(maps[column].max()) + 1, *np.delete(exact.shape, axis)), dtype=np.int64)
            np.add.at(summed, maps[column], np.moveaxis(exact, axis, 0))
            exact = np.moveaxis(summed, 0, axis)
    return exact


def _blocks(
    rows: WeightedCodes, columns: tuple[str, ...], shape: tuple[int, ...], maps: Mapping[str, Codes]
) -> Iterator[tuple[Ints, Ints]]:
    for start in range(0, len(rows.weights), _BLOCK):
        block = slice(start, start + _BLOCK)
        weights = rows.weights[block]
        index = np.zeros(len(weights), dtype=np.int64)
        for column, size in zip(columns, shape):
            codes = rows.codes[column][block]
            index *= size
            index += maps[column][codes] if column in maps else codes
        yield index, weights
