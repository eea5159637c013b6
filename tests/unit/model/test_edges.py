"""The choice of edges from noisy counts: what always holds of it, and spikes, gaps and tails by hand."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from hypothesis import given
from hypothesis import strategies as st

from synth.model.edges import BINS, CLEAR, MARGIN, Cell, chosen_edges, clear_weight, used


@st.composite
def divided(draw: st.DrawFn) -> tuple[list[int], list[Cell]]:
    """Base edges, and cells that divide them somehow, with any counts."""
    edges = sorted(draw(st.sets(st.integers(-1000, 1000), min_size=2, max_size=60)))
    inner = draw(st.sets(st.sampled_from(edges[1:-1]))) if len(edges) > 2 else set()
    counts = st.floats(-1e3, 1e5, allow_nan=False)
    cells = [Cell(low, high, draw(counts)) for low, high in zip(edges, edges[1:])]
    return sorted({edges[0], edges[-1], *inner}), cells


@given(divided(), st.floats(0.1, 1e4), st.floats(0.1, 1e3))
def test_edges_ascend_are_cells_edges_and_cover_them(
    given_: tuple[list[int], list[Cell]], least: float, sigma: float
) -> None:
    bases, cells = given_
    edges = chosen_edges(bases, cells, least, sigma)
    assert all(low < high for low, high in zip(edges, edges[1:]))
    assert set(edges) <= {cells[0].low, *(cell.high for cell in cells)}
    assert (edges[0], edges[-1]) == (cells[0].low, cells[-1].high)
    assert set(bases) <= set(edges)


@given(divided(), st.floats(0.1, 1e4), st.floats(0.1, 1e3))
def test_what_is_clear_is_a_bin_of_its_own_and_no_other_bin_is_heavy(
    given_: tuple[list[int], list[Cell]], least: float, sigma: float
) -> None:
    bases, cells = given_
    edges = chosen_edges(bases, cells, least, sigma)
    starts = [cell.low for cell in cells]
    for low, high in zip(edges, edges[1:]):
        inside = cells[bisect_left(starts, low) : bisect_right(starts, high - 1)]
        if any(cell.count >= least for cell in inside):
            assert len(inside) == 1


@given(st.lists(st.floats(-100, 1e4, allow_nan=False), min_size=1, max_size=40), st.floats(0.1, 100))
def test_what_is_clear_is_used(counts: list[float], sigma: float) -> None:
    cells = [Cell(place, place + 1, count) for place, count in enumerate(counts)]
    least = clear_weight(cells, sigma)
    assert least >= CLEAR * sigma and least >= sum(counts) / BINS - 1e-6
    kept = used(cells, sigma)
    assert kept and set(kept) <= set(cells) and kept[-1].low - kept[0].low == len(kept) - 1
    assert {cell for cell in cells if cell.count >= least} <= set(kept)


def cells_of(counts: list[float], start: int = 0) -> list[Cell]:
    """Cells of one value each."""
    return [Cell(start + place, start + place + 1, count) for place, count in enumerate(counts)]


def test_a_spike_has_its_own_bin_and_neighbours_come_together() -> None:
    assert chosen_edges([0, 9], cells_of([1, 1, 40, 1, 1, 5, 5, 5, 1]), least=10, sigma=5) == (0, 2, 3, 7, 9)
    assert chosen_edges([0, 4, 8], cells_of([1, 1, 1, 1, 1, 1, 1, 1]), least=10, sigma=5) == (0, 4, 8)


def test_noise_tells_bins_apart() -> None:
    """A value that stands out of those beside it is a bin though it weighs little, and so is a level that is clearly another one."""
    assert chosen_edges([0, 9], cells_of([1, 1, 1, 1, 30, 1, 1, 1, 1]), least=100, sigma=2) == (0, 4, 5, 9)
    assert chosen_edges([0, 8], cells_of([30, 31, 29, 30, 10, 11, 10, 9]), least=1000, sigma=2) == (0, 4, 8)
    assert chosen_edges([0, 8], cells_of([30, 31, 29, 30, 10, 11, 10, 9]), least=1000, sigma=20) == (0, 8)


def test_what_is_left_of_a_base_cell_joins_the_bin_before() -> None:
    assert chosen_edges([0, 6], cells_of([6, 6, 6, 6, 1, 1]), least=10, sigma=5) == (0, 2, 6)
    assert chosen_edges([0, 6], cells_of([6, 6, 6, 6, 4, 4]), least=10, sigma=5) == (0, 2, 4, 6)


def test_a_tail_ends_where_noise_shows_nothing() -> None:
    counts = [0.0] * 10 + [500.0, 900.0, 300.0, 30.0] + [1.0, -2.0] * 10
    kept = used(cells_of(counts, start=-30), 10.0)
    assert (kept[0].low, kept[-1].low) == (-20 - MARGIN, -18 + MARGIN)
    kept = used(cells_of(counts, start=-10), 10.0)
    assert kept[0].low == 0, "amounts and counts do not go below 0"


def test_many_cells_that_are_not_clear_alone_are_together() -> None:
    counts = [900.0] + [0.0] * 5 + [25.0] * 6 + [0.0] * 6
    assert used(cells_of(counts, start=5), 10.0)[-1].low == 5 + 6 + MARGIN
