"""The pairs of a table that may be measured, each in a few grains, and the pairs whose last scores the release keeps.

What is asked of each, over which cells, and what the answers are worth. Sees sizes, noisy counts and noisy scores; refuses to know budgets,
rows and who answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from synth.measure.counts import NO_MAPS, Clique, Floats, Maps, NoisyScores
from synth.model.coarsen import Coarsening
from synth.model.domain import Domain
from synth.model.fitted import seen_through
from synth.model.grain import Grains, gathered, size_of
from synth.model.infer import Model
from synth.model.select import Level, by_what_is_left
from synth.model.shares import Limits

Question = tuple[Clique, Maps]

# Cells of a pair's grains, in parts of as many as noise leaves something of.
GRAINS = (1 / 64, 1 / 16, 1 / 4, 1.0, 4.0)
ROWS = 20  # of a cell of the finest grain, on the average, as far as lists and FEWEST let it be: else a cell tells of chance alone


class Candidates:
    """pairs: of columns with more than one merged cell, in the order of their sizes."""

    def __init__(
        self, domain: Domain, merged: Mapping[str, Coarsening], counts: Mapping[str, Floats], cells: float, rows: float,
        limits: Limits,
    ) -> None:  # fmt: skip
        """counts: of each ordered column's merged codes, noisy, not negative. cells: that a pair may usually have. rows: about how many."""
        self._domain, self._merged, self._limits = domain, merged, limits
        self._sizes = {name: column.size for name, column in merged.items()}
        grains = Grains(counts, [min(cells * each, rows / ROWS) for each in GRAINS])
        wide = [name for name in domain.names if self._sizes[name] > 1]
        offered: dict[Clique, list[Maps]] = {pair: grains.maps(pair, self._sizes) for pair in combinations(wide, 2)}
        self._maps = _within(limits, offered, self._sizes)
        self.pairs: list[Clique] = list(self._maps)

    def questions(self) -> list[Question]:
        """Each pair in each grain, coarsest first."""
        return [(pair, maps) for pair, grains in self._maps.items() for maps in grains]

    def grain(self, pair: Clique, level: int) -> Maps:
        """Through which a pair is asked at a level."""
        return self._maps[pair][level]

    def tables(self, model: Model) -> list[Floats]:
        """Probabilities of the questions' cells."""
        found = {
            pair: [gathered(table, pair, maps) for maps in self._maps[pair]] for pair, table in model.pairs(self.pairs)
        }
        return [table for pair in self.pairs for table in found[pair]]

    def levels(self, scores: NoisyScores) -> dict[Clique, list[Level]]:
        """What each grain of each pair is worth. scores: of the questions."""
        values = iter(scores.values.tolist())
        found = {}
        for pair, grains in self._maps.items():
            cells = [size_of(pair, self._sizes, maps) for maps in grains]
            found[pair] = by_what_is_left(cells, [next(values) for _ in grains])
        return found

    def last(self, model: Model) -> tuple[list[Question], list[Floats]]:
        """Questions and probabilities of the scores that are kept: over the columns' own codes where they are few enough, so that what
        merging leaves unknown is heard of too; else over the finest grain."""
        left, asked = self._limits.score_cells, {}
        for pair in self.pairs:
            cells = self._domain.cells(pair)
            fine = cells <= min(self._limits.pair_cells, left)
            left -= cells if fine else 0
            asked[pair] = NO_MAPS if fine else self._finest(pair)
        found = {pair: seen_through(table, pair, self._merged, asked[pair]) for pair, table in model.pairs(self.pairs)}
        return list(asked.items()), [found[pair] for pair in asked]

    def _finest(self, pair: Clique) -> Maps:
        """Of a pair's own codes."""
        codes, maps = {name: self._merged[name].codes for name in pair}, self._maps[pair][-1]
        return {name: maps[name][codes[name]] if name in maps else codes[name] for name in pair}


def _within(
    limits: Limits, offered: Mapping[Clique, Sequence[Maps]], sizes: Mapping[str, int]
) -> dict[Clique, Sequence[Maps]]:
    """Smallest first, while they fit the limits: of each pair the grains that are small enough."""
    small = {
        pair: [maps for maps in grains if size_of(pair, sizes, maps) <= limits.pair_cells]
        for pair, grains in offered.items()
    }
    cells = {pair: sum(size_of(pair, sizes, maps) for maps in grains) for pair, grains in small.items() if grains}
    ranked = sorted(cells, key=cells.__getitem__)
    fits = np.cumsum([cells[pair] for pair in ranked]) <= limits.score_cells
    return {pair: small[pair] for pair, fit in zip(ranked, fits.tolist()) if fit}
