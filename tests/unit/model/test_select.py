"""Allocation and choice, against values computed by hand."""

from __future__ import annotations

from math import pi, sqrt

import pytest

from synth.measure.measurement import NANO
from synth.model.select import Level, allocate, by_what_is_left, choose, expected_noise, worth_asking
from synth.model.tree import Clique, Graph


def test_shares_follow_cells_to_two_thirds() -> None:
    assert allocate(1300, [8, 27]) == [400, 900]  # 4 : 9
    assert sum(allocate(10, [3, 5, 7, 11])) <= 10
    assert allocate(1, [10, 10]) == [0, 0]


def test_the_allocation_is_optimal() -> None:
    cells = [4, 100, 1000]

    def noise(shares: list[int]) -> float:
        return sum(size / sqrt(share) for size, share in zip(cells, shares))

    best = allocate(10**6, cells)
    for source, sink in [(0, 1), (1, 2), (2, 0), (0, 2)]:
        moved = list(best)
        moved[source] -= best[source] // 10
        moved[sink] += best[source] // 10
        assert noise(best) < noise(moved)


def test_expected_noise_of_one_marginal() -> None:
    # rho = 1/2 at mass 1: sigma = 1, so 8 cells have 8 sqrt(2/pi).
    assert expected_noise(500_000_000, 1.0, 8 ** (2 / 3)) == pytest.approx(8 * sqrt(2 / pi))


def test_what_noise_would_leave_nothing_of_is_not_asked() -> None:
    cells = {("key",): 80_000, ("status",): 3, ("day",): 80}
    # rho = 0.05: alone each of 80,000 cells has sigma 3, together 200,000 rows of noise; two thirds of that for the key's share.
    assert worth_asking(cells, 50_000_000, 1.0, 100_000.0) == [("status",), ("day",)]
    assert worth_asking(cells, 50_000_000, 1.0, 10_000_000.0) == list(cells)
    assert worth_asking(cells, 1, 1000.0, 10.0) == [("status",)]


def one_way(scores: dict[tuple[str, ...], float], cells: dict[tuple[str, ...], int]) -> dict[Clique, list[Level]]:
    """Pairs that may be asked in one way each."""
    return {pair: [Level(cells[pair], score)] for pair, score in scores.items()}


def test_choice_takes_what_is_worth_its_noise_and_fits() -> None:
    sizes = {"a": 10, "b": 10, "c": 10, "d": 10}
    scores = {("a", "b"): 500.0, ("b", "c"): 400.0, ("a", "c"): 300.0, ("c", "d"): 1.0}
    offered = one_way(scores, dict.fromkeys(scores, 100))
    chosen, graph = choose(offered, Graph(sizes), rho_nano=10**9, mass=1.0, cap=10**6)
    assert list(chosen) == [("a", "b"), ("b", "c"), ("a", "c")] and graph.cells() == 1010
    chosen, graph = choose(offered, Graph(sizes), rho_nano=10**9, mass=1.0, cap=500)
    assert list(chosen) == [("a", "b"), ("b", "c")], "the triangle would not fit"
    chosen, _ = choose(offered, Graph(sizes), rho_nano=10, mass=1.0, cap=10**6)
    assert chosen == {}, "noise of such a budget drowns every score"


def test_of_several_orders_the_one_that_promises_most_is_taken() -> None:
    """By score alone "ab" comes first and fills the cap; by score for its price, the many small pairs do, which promise more together."""
    sizes = {"a": 100, "b": 100, "c": 10, "d": 10, "e": 10}
    scores = {("a", "b"): 1000.0, ("a", "c"): 600.0, ("b", "d"): 590.0, ("d", "e"): 580.0}
    offered = one_way(scores, {pair: sizes[pair[0]] * sizes[pair[1]] for pair in scores})
    for cap, chosen in ((11_000, {("a", "c"), ("b", "d"), ("d", "e")}), (200_000, set(scores))):
        found, _ = choose(offered, Graph(sizes), rho_nano=10**12, mass=1.0, cap=cap)
        assert set(found) == chosen, cap


def test_a_pair_is_asked_as_finely_as_is_worth_its_noise() -> None:
    """At rho = 1/2 and mass 1, noise is 0.8 sqrt(2/pi) a cell: 10 rows over 16 cells, 163 over 256, 41 over 64."""
    for levels, place in (
        ([Level(16, 100.0), Level(256, 200.0)], 0),
        ([Level(16, 100.0), Level(256, 300.0)], 1),
        (
            [Level(16, 100.0), Level(64, 101.0), Level(256, 300.0)],
            2,
        ),  # what lies between is worth nothing, what comes after is
        ([Level(16, 5.0), Level(256, 300.0)], 1),
    ):
        chosen, _ = choose({("a", "b"): levels}, Graph({"a": 16, "b": 16}), rho_nano=NANO // 2, mass=1.0, cap=10**6)
        assert chosen == {("a", "b"): place}, levels


def test_what_an_answer_takes_off_counts_over_its_cells_and_the_finest() -> None:
    first, second = by_what_is_left([16, 64], [300.0, 500.0])
    assert first == Level(16, (300 + 500 - 400) / 2) and second == Level(64, 500.0)
    assert [level.score for level in by_what_is_left([16, 64], [-3.0, 50.0])] == [-1.5, 50.0], "noise is not squared"
