"""The synthesis of one table: measure, merge, then twice score, choose, measure and fit, then score once more.

A conductor: it divides the budget and names the order; arithmetic lives beside it. It sees noisy answers alone, through
`measure.counts.Counts`, and every branch it takes depends on them or on public facts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from math import prod, sqrt

import numpy as np

from synth.measure.counts import Counts, Floats, NoisyMarginal, NoisyScores, NothingLeft
from synth.measure.measurement import GRID, NANO, gaussian_rho_nano, sigma_for, stacked_sensitivity
from synth.model.coarsen import Coarsening, coarsen, project, with_shares
from synth.model.domain import Domain, Forbidden
from synth.model.fit import Fit, Target, fit, merge_targets
from synth.model.fitted import FittedTable
from synth.model.select import allocate, choose, expected_noise, worth_asking
from synth.model.smooth import smoothed
from synth.model.tree import Clique, Graph, junction_tree

# Of a pair of ordered columns: rows that a cell holds at least, in variances of its noise. Below, noise is more than what rows of any
# table differ by from its model, and neighbours are better taken together.
CELL_ROWS = 0.5
FEWEST = 8  # cells that an ordered column keeps in any case
NOISY = 0.075  # of a column's expected L1 error, in parts of the rows: from there on, columns get all that they may
_WORTH_ASKING = 0.1  # part of the budget that buys the columns again


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes that bound time and memory. Public: they never follow the data."""

    tree_cells: int = 200_000  # all tables of the junction tree
    pair_cells: int = 40_000  # one measured pair
    score_cells: int = 8_000_000  # all scored pairs together
    axis_cells: int = 2_000  # one merged axis
    root_cells: int = 20_000  # the root columns together
    iterations: int = 200  # mirror-descent steps of a round


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of a table's budget, in the order they are used. What a part leaves goes to the next. ones: where noise is no matter;
    up to ones_most, where it is, at the expense of all others."""

    ones: float = 0.25
    first_scores: float = 0.05
    first_pairs: float = 0.30
    second_scores: float = 0.05
    second_pairs: float = 0.30
    final_scores: float = 0.05
    ones_most: float = 0.40

    def under(self, noise: float) -> Shares:
        """The parts where the columns, for `ones`, carry that much expected noise: of each, in parts of the rows."""
        ones = self.ones + (self.ones_most - self.ones) * min(1.0, noise / NOISY)
        rest = (1 - ones) / (1 - self.ones)
        pairs, scores = (self.first_pairs * rest, self.second_pairs * rest), self.first_scores * rest
        return Shares(ones, scores, pairs[0], self.second_scores * rest, pairs[1], self.final_scores * rest, ones)


def fit_table(
    counts: Counts,
    table: str,
    domain: Domain,
    rho_nano: int,
    root: Sequence[str] = (),
    *,
    shares: Shares | None = None,
    limits: Limits | None = None,
) -> FittedTable:
    """A model of the table for at most rho_nano. root: columns whose codes `FittedTable.sample` may be given."""
    assert rho_nano >= 1, "a table costs at least one nano-rho"
    assert len(root) <= 4, "more than four root columns do not fit one table of the model"
    work = _Synthesis(counts, table, domain, rho_nano, domain.sort(root), shares or Shares(), limits or Limits())
    work.measure_ones()
    work.merge()
    work.first_round()
    work.second_round()
    work.spend_rest()
    return work.finish()


class _Purse:
    """A budget in nano-rho that is handed out once."""

    def __init__(self, rho_nano: int) -> None:
        self._whole = rho_nano
        self.left = rho_nano

    def before(self, later: float) -> int:
        """What may be spent now if that part of the whole is to be kept for later."""
        return max(0, self.left - int(self._whole * later))

    def pay(self, sensitivity: int, rho_nano: int) -> Fraction:
        """The sigma that at most rho_nano buys; its exact cost is gone from the purse."""
        sigma = sigma_for(sensitivity, rho_nano)
        self.left -= gaussian_rho_nano(sensitivity, sigma)
        assert self.left >= 0, "a purse is never overdrawn"
        return sigma


class _Synthesis:
    """State of one table's synthesis; the public methods are its steps, in order."""

    def __init__(
        self, counts: Counts, table: str, domain: Domain, rho_nano: int, root: Clique, shares: Shares, limits: Limits
    ) -> None:
        self._counts, self._table, self._domain, self._root = counts, table, domain, root
        self._shares, self._limits = shares, limits
        self._purse = _Purse(rho_nano)
        self._view = table
        self._sums: list[tuple[float, float]] = []  # (sum of a noisy marginal, its variance)
        self._ones: list[Target] = []  # over fine codes
        self._pairs: list[Target] = []  # over merged codes
        self._merged: dict[str, Coarsening] = {}
        self._candidates: list[Clique] = []
        self._zeros: dict[Clique, Floats] = {}

    def measure_ones(self) -> None:
        """The total, by which it is known how much noise matters; then every column, with all of the budget where no pairs are to come."""
        wide = sum(axis.size > 1 for axis in self._domain.axes) > 1
        rho_nano = max(1, self._purse.before(1 - self._shares.ones if wide else 0.0))
        left = rho_nano - self._ask_total(rho_nano, "one-way")
        if wide:
            self._shares = self._shares.under(self._noise_of_columns(left))
            left = self._purse.before(1 - self._shares.ones)
        self._ask_columns(left, "one-way")

    def merge(self) -> None:
        """Merge rare cells, and start from independent columns."""
        ones = {target.columns[0]: target for target in self._known_ones()}
        for axis in self._domain.axes:
            most = min(self._limits.axis_cells, self._fine_enough()) if axis.ordered else self._limits.axis_cells
            self._merged[axis.name] = self._coarse(axis.name, ones.get(axis.name), most)
        while prod(self._merged[name].size for name in self._root) > self._limits.root_cells:
            widest = max(self._root, key=lambda name: self._merged[name].size)
            self._merged[widest] = self._coarse(widest, ones.get(widest), self._merged[widest].size // 2)
        self._sizes = {name: column.size for name, column in self._merged.items()}
        self._view = self._counts.coarsen(self._table, {name: column.codes for name, column in self._merged.items()})
        self._candidates = self._scorable_pairs()
        self._graph = Graph(self._sizes, [self._root])
        for rule in self._domain.forbidden:
            self._forbid(rule)
        self._fit = self._start()

    def _fine_enough(self) -> int:
        """Cells of an ordered column, of which a pair's noise leaves something if its budget is one of as many as there are columns."""
        wide = sum(axis.size > 1 for axis in self._domain.axes)
        rho = self._purse.left * (self._shares.first_pairs + self._shares.second_pairs) / max(wide, 1) / NANO
        # Rows of a unit are alike, but not all the same: of W rows, as many as sqrt(W) are heard as one.
        variance = sqrt(self._mass()) / (2 * max(rho, 1e-12))
        return max(FEWEST, int(sqrt(max(self._total()[0], 1.0) / (CELL_ROWS * variance))))

    def first_round(self) -> None:
        """Score independence, measure what it misses most, fit."""
        later = self._shares.second_scores + self._shares.second_pairs + self._shares.final_scores
        self._round(later + self._shares.first_pairs, later, "first round")

    def second_round(self) -> None:
        """The same against the fitted model."""
        later = self._shares.final_scores
        self._round(later + self._shares.second_pairs, later, "second round")

    def spend_rest(self) -> None:
        """Budget that no pair was worth goes to the columns again; then the final scores."""
        later = self._shares.final_scores if self._candidates else 0.0
        if self._purse.before(later + _WORTH_ASKING) > 0:
            rho_nano = self._purse.before(later)
            self._ask_columns(rho_nano - self._ask_total(rho_nano, "one-way, again"), "one-way, again")
            self._reshare()
            self._refit()
        self._scores = self._score(self._purse.left, "final")

    def finish(self) -> FittedTable:
        """The result."""
        total, sigma = self._total()
        targets, ones = tuple(merge_targets(self._pairs)), tuple(merge_targets(self._ones))
        model, merged, scores = self._fit.model, self._merged, self._scores
        return FittedTable(self._table, self._domain, self._root, total, sigma, model, merged, targets, scores, ones)

    def _round(self, after_scores: float, after_pairs: float, purpose: str) -> None:
        scores = self._score(self._purse.before(after_scores), purpose)
        rho_nano = self._purse.before(after_pairs)
        if scores is None or rho_nano < 1:
            return
        chosen, self._graph = choose(
            dict(zip(scores.cliques, scores.values.tolist())),
            self._cells,
            self._graph,
            rho_nano=rho_nano,
            mass=self._mass(),
            cap=self._limits.tree_cells,
        )
        for answer in self._ask(self._view, chosen, rho_nano, f"{purpose}: pair"):
            self._pairs.append(Target(answer.columns, answer.counts, np.full(answer.shape, answer.sigma)))
        if chosen:
            self._refit()

    def _ask_total(self, rho_nano: int, purpose: str) -> int:
        """The total, for its part of what the columns may cost, which is returned. It comes first, so that the least budget buys it."""
        first = max(1, allocate(rho_nano, [1, *self._column_cells().values()])[0])
        self._ask(self._table, [()], first, purpose)
        return first

    def _ask_columns(self, rho_nano: int, purpose: str) -> None:
        """Every column that the budget tells anything about."""
        worth = worth_asking(self._column_cells(), rho_nano, self._mass(), self._total()[0])
        for answer in self._ask(self._table, worth, rho_nano, purpose):
            self._ones.append(Target(answer.columns, answer.counts, np.full(answer.shape, answer.sigma)))

    def _column_cells(self) -> dict[Clique, int]:
        return {(name,): self._domain.cells((name,)) for name in self._domain.names}

    def _noise_of_columns(self, rho_nano: int) -> float:
        """Expected L1 error of a column if all are asked, in parts of the rows."""
        cells = self._column_cells().values()
        noise = expected_noise(rho_nano, self._mass(), sum(size ** (2 / 3) for size in cells))
        return noise / max(self._total()[0], 1.0) / max(len(cells), 1)

    def _known_ones(self) -> list[Target]:
        """All answers about each column in one, with what noise does not tell apart alike."""
        return [
            replace(
                one,
                counts=smoothed(
                    one.counts, float(one.deviation.max()), ordered=self._domain.axis(one.columns[0]).ordered
                ),
            )
            for one in merge_targets(self._ones)
        ]

    def _mass(self) -> float:
        """Of one unit, in rows."""
        return self._counts.sensitivity(self._table) / GRID

    def _ask(self, view: str, cliques: Sequence[Clique], rho_nano: int, purpose: str) -> list[NoisyMarginal]:
        """Marginals, the budget divided between them. A share below one nano-rho asks nothing."""
        sensitivity = self._counts.sensitivity(view)
        price = self._domain.cells if view == self._table else self._cells
        cells = [price(clique) for clique in cliques]
        shares = allocate(rho_nano, cells) if cliques else []
        answers = []
        for clique, share in zip(cliques, shares):
            if 1 <= share <= self._purse.left:
                sigma = self._purse.pay(sensitivity, share)
                try:
                    answer = self._counts.marginal(view, clique, sigma, purpose)
                except NothingLeft:
                    if not self._sums:  # without a total there is no table
                        raise
                    continue
                self._sums.append((float(answer.counts.sum()), answer.counts.size * answer.sigma**2))
                answers.append(answer)
        return answers

    def _score(self, rho_nano: int, purpose: str) -> NoisyScores | None:
        if not self._candidates or rho_nano < 1:
            return None
        sensitivity = stacked_sensitivity(self._counts.sensitivity(self._view), len(self._candidates))
        sigma = self._purse.pay(sensitivity, rho_nano)
        total = max(self._total()[0], 0.0)
        tables = self._fit.model.pairs(self._candidates)
        model = [tables[pair] * total for pair in self._candidates]
        try:
            return self._counts.scores(self._view, self._candidates, model, sigma, purpose)
        except NothingLeft:
            return None

    def _total(self) -> tuple[float, float]:
        """Inverse-variance mean of the sums of all noisy marginals, and its standard deviation."""
        weight = sum(1 / variance for _, variance in self._sums)
        return sum(value / variance for value, variance in self._sums) / weight, weight**-0.5

    def _coarse(self, name: str, one: Target | None, size_max: int) -> Coarsening:
        axis = self._domain.axis(name)
        if one is None:
            return with_shares(np.zeros(axis.size, dtype=np.int32), np.zeros(axis.size))
        sigma = float(one.deviation.max())
        return coarsen(one.counts, sigma, self._total()[0], ordered=axis.ordered, size_max=size_max)

    def _reshare(self) -> None:
        """New shares inside the same buckets, from all answers about a column."""
        for target in self._known_ones():
            name = target.columns[0]
            self._merged[name] = with_shares(self._merged[name].codes, project(target.counts, self._total()[0]))

    def _cells(self, clique: Clique) -> int:
        return prod(self._sizes[name] for name in clique)

    def _scorable_pairs(self) -> list[Clique]:
        """Pairs of columns with more than one merged cell, smallest first while they fit the limits."""
        wide = [name for name in self._domain.names if self._sizes[name] > 1]
        ranked = sorted(combinations(wide, 2), key=self._cells)
        cells = np.array([self._cells(pair) for pair in ranked], dtype=np.int64)
        fits = (cells <= self._limits.pair_cells) & (np.cumsum(cells) <= self._limits.score_cells)
        return [pair for pair, fit_ in zip(ranked, fits.tolist()) if fit_]

    def _forbid(self, rule: Forbidden) -> None:
        """Zeros for merged pairs that hold forbidden pairs only, where the model has room to hold the pair together."""
        pair = self._domain.sort((rule.first, rule.second))
        mask = rule.mask if pair == (rule.first, rule.second) else rule.mask.T
        first, second = (self._merged[name].codes for name in pair)
        allowed = np.zeros((self._sizes[pair[0]], self._sizes[pair[1]]))
        np.maximum.at(allowed, (first[:, None], second[None, :]), (~mask).astype(np.float64))
        wider = self._graph.with_clique(pair)
        if wider.cells() <= self._limits.tree_cells:
            self._graph = wider
            self._zeros[pair] = allowed * self._zeros.get(pair, 1.0)

    def _start(self) -> Fit:
        """Independent columns, as the merged 1-ways have them."""
        potentials = {}
        for target in self._coarse_ones():
            counts = project(target.counts, max(self._total()[0], 1.0))
            potentials[target.columns] = np.log(np.maximum(counts / counts.sum(), 1e-9))
        tree = junction_tree(self._graph, self._root)
        return fit(tree, self._sizes, self._coarse_ones(), max(self._total()[0], 1.0), potentials, self._zeros, 0)

    def _refit(self) -> None:
        tree = junction_tree(self._graph, self._root)
        targets = [*self._coarse_ones(), *self._pairs]
        total = max(self._total()[0], 1.0)
        potentials = self._fit.potentials
        self._fit = fit(tree, self._sizes, targets, total, potentials, self._zeros, self._limits.iterations)

    def _coarse_ones(self) -> list[Target]:
        found = []
        for target in self._known_ones():
            column = self._merged[target.columns[0]]
            variance = column.gather(target.deviation**2)
            found.append(Target(target.columns, column.gather(target.counts), np.sqrt(variance)))
        return found
