"""Which marginals to measure next, and how a budget is best divided among them.

Arithmetic on sizes, prices and noisy scores; refuses to know rows and models. A marginal of s cells with noise sigma
has an expected L1 error of s sigma sqrt(2/pi); the shares that minimise the sum are proportional to s^(2/3), and a
marginal is worth measuring while its score exceeds what it adds to that sum. Facts: the allocation of google/dpsynth's
SWIFT.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    scores: Mapping[Clique, float],
    cells: Callable[[Clique], int],
    graph: Graph,
    *,
    rho_nano: int,
    mass: float,
    cap: int,
) -> tuple[list[Clique], Graph]:
    """Pairs to measure with rho_nano, and the graph that holds them, its junction tree at most `cap` cells.

    scores: noisy L1 error of the present model on each candidate, in rows. Of several greedy choices the one that promises most.
    """
    powers = POWERS if len(scores) <= MANY else POWERS[:1]
    found = [_greedy(scores, cells, graph, rho_nano, mass, cap, power) for power in powers]
    return max(found, key=lambda each: each.gain)[:2]


class _Chosen(NamedTuple):
    pairs: list[Clique]
    graph: Graph
    gain: float  # what they miss now less what their noise adds, in rows


def _greedy(
    scores: Mapping[Clique, float],
    cells: Callable[[Clique], int],
    graph: Graph,
    rho_nano: int,
    mass: float,
    cap: int,
    power: float,
) -> _Chosen:
    """Pair after pair, by score and cells^power."""
    chosen: list[Clique] = []
    price = 0.0
    ranked = sorted(scores, key=lambda pair: (-scores[pair] / cells(pair) ** power, pair))
    for pair in ranked:
        added = cells(pair) ** (2 / 3)
        cost = expected_noise(rho_nano, mass, price + added) - expected_noise(rho_nano, mass, price)
        if scores[pair] <= NOISE_LEFT * cost:
            continue
        wider = graph if graph.joined(pair) else graph.with_clique(pair)
        if wider is graph or wider.cells() <= cap:
            chosen.append(pair)
            graph, price = wider, price + added
    gain = sum(scores[pair] for pair in chosen) - NOISE_LEFT * expected_noise(rho_nano, mass, price)
    return _Chosen(chosen, graph, gain)
