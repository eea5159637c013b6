"""The same answers by brute force over every cell of a small domain, and counts without noise for fitting tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from synth.measure.counts import NO_MAPS, Maps, NoisyMarginal, NoisyScores
from synth.measure.measurement import GRID


def joint(sizes: Mapping[str, int], potentials: Mapping[tuple[str, ...], NDArray[np.float64]]) -> NDArray[np.float64]:
    """Probabilities of every cell, proportional to exp(sum of potentials). Axes in the order of sizes."""
    names = tuple(sizes)
    table = np.zeros(tuple(sizes.values()))
    for columns, potential in potentials.items():
        subscripts = "".join(chr(97 + names.index(name)) for name in columns)
        every = "".join(chr(97 + index) for index in range(len(names)))
        table += np.einsum(f"{subscripts},{every}->{every}", potential, np.ones_like(table))
    table = np.exp(table - table.max())
    return table / table.sum()


def marginal(table: NDArray[np.float64], names: Sequence[str], columns: Sequence[str]) -> NDArray[np.float64]:
    """Sums over what columns lack."""
    every = "".join(chr(97 + index) for index in range(len(names)))
    return np.einsum(f"{every}->{''.join(chr(97 + names.index(name)) for name in columns)}", table)


class PlainCounts:
    """Answers with Gaussian noise from numpy or none: a stand-in for the choke where privacy is not the question."""

    def __init__(
        self, sizes: Mapping[str, int], codes: Mapping[str, NDArray[np.int32]], rows: int, noisy: bool
    ) -> None:
        self.tables = {"t": (dict(sizes), dict(codes))}
        self.rows, self.noisy, self.rng = rows, noisy, np.random.default_rng(3)
        self.asked: list[tuple[str, tuple[str, ...], str]] = []

    def sensitivity(self, table: str) -> int:
        """One row is one unit."""
        return GRID

    def coarsen(self, table: str, maps: Mapping[str, NDArray[np.int32]]) -> str:
        """The table through maps."""
        _, codes = self.tables[table]
        sizes = {name: int(map_.max()) + 1 for name, map_ in maps.items()}
        self.tables["view"] = (sizes, {name: maps[name][codes[name]] for name in sizes})
        return "view"

    def exact(self, table: str, columns: tuple[str, ...], maps: Maps = NO_MAPS) -> NDArray[np.float64]:
        """Counts of every cell."""
        sizes, codes = self.tables[table]
        flat = np.zeros(self.rows, dtype=np.int64)
        shape = tuple(int(maps[name].max()) + 1 if name in maps else sizes[name] for name in columns)
        for name, size in zip(columns, shape):
            flat = flat * size + (maps[name][codes[name]] if name in maps else codes[name])
        return np.bincount(flat, minlength=int(np.prod(shape, dtype=int))).astype(float).reshape(shape)

    def marginal(
        self, table: str, columns: tuple[str, ...], sigma: Fraction, purpose: str, maps: Maps = NO_MAPS
    ) -> NoisyMarginal:
        """Counts, with noise where this stand-in has any."""
        self.asked.append((table, columns, purpose))
        exact = self.exact(table, columns, maps)
        scale = float(sigma) / GRID
        return NoisyMarginal(columns, exact + self.noisy * self.rng.normal(0, scale, exact.shape), scale)

    def scores(
        self,
        table: str,
        cliques: Sequence[tuple[str, ...]],
        model: Sequence[NDArray[np.float64]],
        sigma: Fraction,
        purpose: str,
        maps: Sequence[Maps] = (),
    ) -> NoisyScores:
        """L1 errors, with noise where this stand-in has any."""
        self.asked.append((table, (), purpose))
        maps = tuple(maps) or (NO_MAPS,) * len(cliques)
        values = np.array([np.abs(self.exact(table, c, seen) - m).sum() for c, seen, m in zip(cliques, maps, model)])
        scale = float(sigma) / GRID
        return NoisyScores(tuple(cliques), values + self.noisy * self.rng.normal(0, scale, len(values)), scale, maps)


def tvd(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    """Total variation distance of two tables of counts or probabilities."""
    return 0.5 * float(np.abs(a / a.sum() - b / b.sum()).sum())
