"""What a measuring side gives to the models: noisy marginals and noisy scores, and the interface that yields them.

Refuses to know how they are made: `choke.Choke` answers from encoded rows, another engine may answer from partial sums.
Everything here is safe to publish: it has paid and carries its noise.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from policies.errors import BudgetExhausted

Floats = NDArray[np.float64]
Clique = tuple[str, ...]
Maps = Mapping[str, NDArray[np.int32]]  # of columns: code -> coarser code; columns without one are seen as they are
NO_MAPS: Maps = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class NoisyMarginal:
    """Noisy counts of every cell of a marginal. counts: in rows, shape = sizes of columns. sigma: in rows."""

    columns: Clique
    counts: Floats
    sigma: float

    @property
    def shape(self) -> tuple[int, ...]:
        """Sizes of the columns, in their order."""
        return tuple(self.counts.shape)


@dataclass(frozen=True, slots=True)
class NoisyScores:
    """Noisy L1 distance between data and model for each clique. values: in rows, one a clique. sigma: in rows. maps: through which each
    clique's columns were seen."""

    cliques: tuple[Clique, ...]
    values: Floats
    sigma: float
    maps: tuple[Maps, ...] = ()


class NothingLeft(BudgetExhausted):
    """Lost answers took what this one would have cost; nothing was charged for it. What can do without goes on."""


class Counts(Protocol):
    """Answers noisy questions about one set of tables, charging each before it is computed."""

    def sensitivity(self, table: str) -> int:
        """L2 and L1 mass one privacy unit has in a marginal of the table, in grid units. Public."""
        ...

    def marginal(
        self, table: str, columns: Clique, sigma: Fraction, purpose: str, maps: Maps = NO_MAPS
    ) -> NoisyMarginal:
        """Noisy counts of every cell over columns, seen through public maps. sigma: in grid units."""
        ...

    def scores(
        self,
        table: str,
        cliques: Sequence[Clique],
        model: Sequence[Floats],
        sigma: Fraction,
        purpose: str,
        maps: Sequence[Maps] = (),
    ) -> NoisyScores:
        """Noisy L1 error of each model marginal (in rows). sigma: in grid units, the same for every score. maps: public, one a clique;
        none: columns as they are."""
        ...

    def coarsen(self, table: str, maps: Maps) -> str:
        """A handle on the table seen through public maps (fine code -> coarse code) of its columns. Reads nothing."""
        ...
