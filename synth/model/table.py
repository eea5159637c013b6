"""The synthesis of one table: measure, merge, then twice score, choose, measure and fit, then score once more.

A conductor: it divides the budget and names the order; arithmetic lives beside it. It sees noisy answers alone, through
`measure.counts.Counts`, and every branch it takes depends on them or on public facts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from math import prod, sqrt

import numpy as np

from synth.measure.counts import NO_MAPS, Counts, Floats, Maps, NoisyMarginal, NoisyScores, NothingLeft
from synth.measure.measurement import GRID, NANO, gaussian_rho_nano, stacked_sensitivity
from synth.model.candidates import Candidates, Question
from synth.model.coarsen import Coarsening, coarsen, project, with_shares
from synth.model.domain import Domain, Forbidden
from synth.model.fit import Fit, Target, fit, merge_targets
from synth.model.fitted import FittedTable
from synth.model.grain import FEWEST, size_of
from synth.model.select import allocate, choose, expected_noise, worth_asking
from synth.model.shares import Limits, Purse, Shares
from synth.model.smooth import smoothed
from synth.model.tree import Clique, Graph, junction_tree

# Rows of a pair's cell, in variances of its noise, of which noise leaves something: a measure for the grains that scores choose among.
CELL_ROWS = 0.15
FINER = 2.0  # cells of an ordered column in the model, in parts of those beside its like
SCORED = 0.006  # noise of a score, in parts of the rows, that is little enough
_WORTH_ASKING = 0.1  # part of the budget that buys the columns again


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


class _Synthesis:
    """State of one table's synthesis; the public methods are its steps, in order."""

    def __init__(
        self, counts: Counts, table: str, domain: Domain, rho_nano: int, root: Clique, shares: Shares, limits: Limits
    ) -> None:
        self._counts, self._table, self._domain, self._root = counts, table, domain, root
        self._shares, self._limits = shares, limits
        self._purse = Purse(rho_nano)
        self._view = table
        self._sums: list[tuple[float, float]] = []  # (sum of a noisy marginal, its variance)
        self._ones: list[Target] = []  # over fine codes
        self._pairs: list[Target] = []  # over runs of merged codes
        self._merged: dict[str, Coarsening] = {}
        self._zeros: dict[Clique, Floats] = {}

    def measure_ones(self) -> None:
        """The total, by which it is known how much noise matters; then every column, with all of the budget where no pairs are to come."""
        wide = sum(axis.size > 1 for axis in self._domain.axes) > 1
        rho_nano = max(1, self._purse.part(self._shares.ones if wide else 1.0))
        left = rho_nano - self._ask_total(rho_nano, "one-way")
        if wide:
            self._shares = self._shares.under(self._noise_of_columns(left))
            left = self._purse.before(self._purse.part(1 - self._shares.ones))
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
        self._candidates = self._offered(ones)
        self._graph = Graph(self._sizes, [self._root])
        for rule in self._domain.forbidden:
            self._forbid(rule)
        self._fit = self._start()

    def _fine_enough(self) -> int:
        """Cells of an ordered column: more than beside its like, as it may be asked beside columns of few values; no more than a tree has
        room for that holds all ordered columns in pairs."""
        ordered = sum(axis.ordered and axis.size > 1 for axis in self._domain.axes)
        room = sqrt(self._limits.tree_cells / max(ordered - 1, 1))
        return max(FEWEST, int(min(FINER * sqrt(self._pair_cells()), room)))

    def _offered(self, ones: Mapping[str, Target]) -> Candidates:
        total = max(self._total()[0], 1.0)
        counts = {
            axis.name: self._merged[axis.name].gather(project(ones[axis.name].counts, total))
            for axis in self._domain.axes
            if axis.ordered and axis.name in ones
        }
        return Candidates(self._domain, self._merged, counts, self._pair_cells(), total, self._limits)

    def _pair_cells(self) -> float:
        """Cells of which a pair's noise leaves something if its budget is one of as many as there are columns."""
        wide = sum(axis.size > 1 for axis in self._domain.axes)
        rho = self._purse.part(self._shares.first_pairs + self._shares.second_pairs) / max(wide, 1) / NANO
        # Rows of a unit are alike, but not all the same: of W rows, as many as sqrt(W) are heard as one.
        variance = sqrt(self._mass()) / (2 * max(rho, 1e-12))
        return max(self._total()[0], 1.0) / (CELL_ROWS * variance)

    def first_round(self) -> None:
        """Score independence, measure what it misses most, fit."""
        later = self._cost_of_round(self._shares.second_scores) + self._purse.part(self._shares.second_pairs)
        self._round(self._shares.first_scores, later + self._cost_of_last(), "first round")

    def second_round(self) -> None:
        """The same against the fitted model."""
        self._round(self._shares.second_scores, self._cost_of_last(), "second round")

    def spend_rest(self) -> None:
        """Budget that no pair was worth goes to the columns again; then the final scores."""
        rho_nano = self._purse.before(self._cost_of_last())
        if rho_nano > self._purse.part(_WORTH_ASKING):
            self._ask_columns(rho_nano - self._ask_total(rho_nano, "one-way, again"), "one-way, again")
            self._reshare()
            self._refit()
        self._scores = self._score(self._table, *self._candidates.last(self._fit.model), self._purse.left, "final")

    def finish(self) -> FittedTable:
        """The result."""
        total, sigma = self._total()
        targets, ones = tuple(merge_targets(self._pairs)), tuple(merge_targets(self._ones))
        model, merged, scores = self._fit.model, self._merged, self._scores
        return FittedTable(self._table, self._domain, self._root, total, sigma, model, merged, targets, scores, ones)

    def _round(self, share: float, later: int, purpose: str) -> None:
        """share: of the budget, for scores. later: nano-rho that is kept."""
        asked, tables = self._candidates.questions(), self._candidates.tables(self._fit.model)
        scores = self._score(self._view, asked, tables, self._cost_of_round(share), purpose)
        rho_nano = self._purse.before(later)
        if scores is None or rho_nano < 1:
            return
        chosen, self._graph = choose(
            self._candidates.levels(scores),
            self._graph,
            rho_nano=rho_nano,
            mass=self._mass(),
            cap=self._limits.tree_cells,
        )
        maps = {pair: self._candidates.grain(pair, level) for pair, level in chosen.items()}
        for answer in self._ask(self._view, maps, rho_nano, f"{purpose}: pair"):
            deviation = np.full(answer.shape, answer.sigma)
            self._pairs.append(Target(answer.columns, answer.counts, deviation, maps[answer.columns]))
        if chosen:
            self._refit()

    def _cost_of_round(self, share: float) -> int:
        return self._cost_of_scores(len(self._candidates.questions()), share)

    def _cost_of_last(self) -> int:
        return self._cost_of_scores(len(self._candidates.pairs), self._shares.final_scores)

    def _cost_of_scores(self, many: int, share: float) -> int:
        """That part of the budget, or less where less makes them exact enough."""
        if not many:
            return 0
        sensitivity = stacked_sensitivity(self._counts.sensitivity(self._view), many)
        enough = gaussian_rho_nano(sensitivity, Fraction(SCORED * max(self._total()[0], 1.0) * GRID))
        return min(self._purse.part(share), enough)

    def _ask_total(self, rho_nano: int, purpose: str) -> int:
        """The total, for its part of what the columns may cost, which is returned. It comes first, so that the least budget buys it."""
        first = max(1, allocate(rho_nano, [1, *self._column_cells().values()])[0])
        self._ask(self._table, {(): NO_MAPS}, first, purpose)
        return first

    def _ask_columns(self, rho_nano: int, purpose: str) -> None:
        """Every column that the budget tells anything about."""
        worth = worth_asking(self._column_cells(), rho_nano, self._mass(), self._total()[0])
        for answer in self._ask(self._table, dict.fromkeys(worth, NO_MAPS), rho_nano, purpose):
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
        found = []
        for one in merge_targets(self._ones):
            axis = self._domain.axis(one.columns[0])
            counts = smoothed(one.counts, float(one.deviation.max()), ordered=axis.ordered, even=axis.even)
            found.append(replace(one, counts=counts))
        return found

    def _mass(self) -> float:
        """Of one unit, in rows."""
        return self._counts.sensitivity(self._table) / GRID

    def _ask(self, view: str, cliques: Mapping[Clique, Maps], rho_nano: int, purpose: str) -> list[NoisyMarginal]:
        """Marginals, each through its maps, the budget divided between them. A share below one nano-rho asks nothing."""
        sensitivity = self._counts.sensitivity(view)
        sizes = (
            self._sizes
            if view != self._table
            else dict(zip(self._domain.names, self._domain.shape(self._domain.names)))
        )
        shares = allocate(rho_nano, [size_of(clique, sizes, maps) for clique, maps in cliques.items()])
        answers = []
        for (clique, maps), share in zip(cliques.items(), shares):
            if 1 <= share <= self._purse.left:
                sigma = self._purse.pay(sensitivity, share)
                try:
                    answer = self._counts.marginal(view, clique, sigma, purpose, maps)
                except NothingLeft:
                    if not self._sums:  # without a total there is no table
                        raise
                    continue
                self._sums.append((float(answer.counts.sum()), answer.counts.size * answer.sigma**2))
                answers.append(answer)
        return answers

    def _score(
        self, view: str, asked: Sequence[Question], tables: Sequence[Floats], rho_nano: int, purpose: str
    ) -> NoisyScores | None:
        """tables: the model's probabilities."""
        if not asked or rho_nano < 1:
            return None
        pairs, maps = zip(*asked)
        sensitivity = stacked_sensitivity(self._counts.sensitivity(view), len(asked))
        sigma = self._purse.pay(sensitivity, min(rho_nano, self._purse.left))
        model = [table * max(self._total()[0], 0.0) for table in tables]
        try:
            return self._counts.scores(view, pairs, model, sigma, purpose, maps)
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
        return fit(tree, self._sizes, [], max(self._total()[0], 1.0), potentials, self._zeros, 0)

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
