"""Which marginals to measure next, and how a budget is best divided among them.

Arithmetic on sizes, prices and noisy scores; refuses to know rows and models. A marginal of s cells with noise sigma
has an expected L1 error of s sigma sqrt(2/pi); the shares that minimise the sum are proportional to s^(2/3), and a
marginal is worth measuring while its score exceeds what it adds to that sum. Facts: the allocation of google/dpsynth's
SWIFT.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import pi, sqrt
from typing import NamedTuple

from synth.measure.measurement import NANO
from synth.model.tree import Clique, Graph

# Fitting averages noise away (non-negativity, agreement of overlapping marginals): what is left of it, as measured.
NOISE_LEFT = 0.8
# Orders in which pairs are tried: by score over cells to each power. What the cap leaves room for depends much on it.
POWERS = (2 / 3, 1 / 2, 2 / 5, 3 / 10, 1.0)
MANY = 1_000  # pairs, of which only one order is tried
SMALL = 64  # cells of a marginal that is asked for in any case: it costs little


def allocate(rho_nano: int, cells: Sequence[int]) -> list[int]:
    """Shares of rho_nano proportional to cells^(2/3), integers that sum to at most rho_nano."""
    prices = [size ** (2 / 3) for size in cells]
    whole = sum(prices)
    return [int(rho_nano * price / whole) for price in prices]


def expected_noise(rho_nano: int, mass: float, price: float) -> float:
    """Sum of expected L1 errors, in rows, of marginals whose cells^(2/3) sum to price. mass: of one unit, in rows."""
    rho = max(rho_nano, 1) / NANO
    return mass * sqrt(2 / pi) / sqrt(2 * rho) * float(price**1.5)


def worth_asking(cells: Mapping[Clique, int], rho_nano: int, mass: float, rows: float) -> list[Clique]:
    """The marginals that noise leaves something of: of a large one with more expected L1 error than there are rows nothing is learned, and
    what it would cost is better spent on the others. rows: about how many there are."""
    left = dict(cells)
    while any(size > SMALL for size in left.values()):
        shares = dict(zip(left, allocate(rho_nano, list(left.values()))))
        worst = max(left, key=lambda each: (left[each], each))
        if expected_noise(shares[worst], mass, left[worst] ** (2 / 3)) <= max(rows, 1.0):
            break
        del left[worst]
    return list(left)


def choose(
    candidates: Mapping[Clique, Sequence[Level]], graph: Graph, *, rho_nano: int, mass: float, cap: int
) -> tuple[dict[Clique, int], Graph]:
    """Pairs to measure with rho_nano, each with the place of its level, and the graph that holds them, its junction tree at most `cap`
    cells. Of several greedy choices the one that promises most.

    candidates: how each pair may be asked, coarsest first.
    """
    powers = POWERS if len(candidates) <= MANY else POWERS[:1]
    terms = _Terms(rho_nano, mass, cap)
    return max((_greedy(candidates, graph, terms, power) for power in powers), key=lambda each: each.gain)[:2]


class Level(NamedTuple):
    """One way to ask a pair. cells: of the question. score: noisy L1 error, in rows, that the answer would take off the present model."""

    cells: int
    score: float


def by_what_is_left(cells: Sequence[int], scores: Sequence[float]) -> list[Level]:
    """Levels of one pair, the coarsest first. scores: noisy L1 errors of the present model over each level's cells, in rows.

    Over its own cells an answer takes off its score. Over the finest ones it leaves the root of the difference of the squares, as where
    deviations are independent: four times as many cells, which miss twice as much, are left with sqrt(3)/2 of that. Neither alone
    says what a table is asked for, so the mean of both counts.
    """
    finest = max(scores[-1], 0.0)
    left = [sqrt(max(finest**2 - max(score, 0.0) ** 2, 0.0)) for score in scores]
    return [Level(size, (score + finest - rest) / 2) for size, score, rest in zip(cells, scores, left)]


class _Terms(NamedTuple):
    rho_nano: int
    mass: float
    cap: int

    def noise(self, price: float) -> float:
        """What is left of it, in rows."""
        return NOISE_LEFT * expected_noise(self.rho_nano, self.mass, price)


class _Chosen(NamedTuple):
    levels: dict[Clique, int]
    graph: Graph
    gain: float  # what the pairs miss now less what their noise adds, in rows


def _greedy(candidates: Mapping[Clique, Sequence[Level]], graph: Graph, terms: _Terms, power: float) -> _Chosen:
    """Step after step, by score and cells^power: a pair as coarsely as it may be asked, then finer, as long as what is gained is worth
    its noise."""
    chosen: dict[Clique, int] = {}
    price = gained = 0.0
    steps = [(-ratio, pair, level) for pair, levels in candidates.items() for ratio, level in _steps(levels, power)]
    for _, pair, level in sorted(steps):
        cells, score = candidates[pair][level]
        before = candidates[pair][chosen[pair]] if pair in chosen else Level(0, 0.0)
        added, more = cells ** (2 / 3) - before.cells ** (2 / 3), score - before.score
        if more <= terms.noise(price + added) - terms.noise(price):
            continue
        wider = graph if graph.joined(pair) else graph.with_clique(pair)
        if wider is graph or wider.cells() <= terms.cap:
            chosen[pair] = level
            graph, price, gained = wider, price + added, gained + more
    return _Chosen(chosen, graph, gained - terms.noise(price))


def _steps(levels: Sequence[Level], power: float) -> list[tuple[float, int]]:
    """(score for the size of the step, level): only levels that are worth more than what lies between those beside them."""
    kept: list[tuple[float, float, int]] = [(0.0, 0.0, -1)]  # size, score, level
    ratios: list[float] = []
    for place, level in enumerate(levels):
        size = level.cells**power
        ratio = (level.score - kept[-1][1]) / (size - kept[-1][0])
        while ratios and ratio >= ratios[-1]:
            kept.pop()
            ratios.pop()
            ratio = (level.score - kept[-1][1]) / (size - kept[-1][0])
        kept.append((size, level.score, place))
        ratios.append(ratio)
    return [(ratio, place) for ratio, (_, _, place) in zip(ratios, kept[1:])]
