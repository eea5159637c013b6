"""A fitted table: what a synthesis leaves behind, and the rows and marginals it gives.

Noisy or derived from what is noisy, so all of it may be published; sampling from it is free and may be seeded. Refuses
to know budgets and measurements.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from synth.measure.counts import Floats, Maps, NoisyScores
from synth.model.coarsen import Coarsening, Codes, split
from synth.model.domain import Domain
from synth.model.fit import Target
from synth.model.grain import gathered
from synth.model.infer import Model
from synth.model.places import Along
from synth.model.refine import refine
from synth.model.sample import sample
from synth.model.tree import Clique


@dataclass(frozen=True, slots=True)
class FittedTable:
    """A model of one table, safe to publish.

    total: rows, noisy, with its standard deviation. merged: how each column's codes were merged. targets: the measured
    pairs. scores: noisy L1 error, in rows, of the model's pairs, each through its maps; None where there was nothing to ask.
    ones: the measured columns, over fine codes.
    """

    table: str
    domain: Domain
    root: Clique
    total: float
    total_sigma: float
    model: Model = field(repr=False)
    merged: Mapping[str, Coarsening] = field(repr=False)
    targets: tuple[Target, ...] = field(repr=False)
    scores: NoisyScores | None = field(repr=False)
    ones: tuple[Target, ...] = field(default=(), repr=False)

    def rows(self) -> int:
        """The noisy number of rows, as a count."""
        return max(0, round(self.total))

    def sample(
        self, n: int, rng: np.random.Generator, given: Mapping[str, Codes] | None = None, along: Along | None = None
    ) -> dict[str, Codes]:
        """n rows of codes. given: codes of root columns, one a row, which the rows take and the rest follows. along: as
        `sample` takes it."""
        given = dict(given or {})
        assert set(given) <= set(self.root), "only root columns can be given"
        assert all(len(codes) == n for codes in given.values()), "given codes are one a row"
        sizes = {name: self.merged[name].size for name in self.domain.names}
        known = {name: self.merged[name].codes[codes] for name, codes in given.items()}
        return refine(self.domain, self.merged, sample(self.model, sizes, n, rng, known, along), rng, given, along)

    def marginal(self, columns: Clique) -> Floats:
        """Expected counts, in rows, over one column or a pair, or any columns that one table of the model holds."""
        return split(self.model.marginal(columns), columns, self.merged) * max(self.total, 0.0)

    def scored(self) -> Iterator[tuple[Clique, Floats]]:
        """The scored pairs with their probabilities, over the cells of their scores. In no order."""
        if self.scores is None:
            return
        seen = dict(zip(self.scores.cliques, self.scores.maps, strict=True))
        for pair, table in self.model.pairs(seen):
            yield pair, seen_through(table, pair, self.merged, seen[pair])


def seen_through(table: Floats, pair: Clique, merged: Mapping[str, Coarsening], maps: Maps) -> Floats:
    """A pair's table over merged codes, as it is seen through maps of its own codes that keep buckets whole, or without any."""
    if not maps:
        return split(table, pair, merged)
    return gathered(table, pair, {name: merged[name].onward(codes) for name, codes in maps.items()})
