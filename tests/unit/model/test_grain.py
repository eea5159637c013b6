"""Grains: how many cells a pair has in each, and that gathering and spreading are each other's transposes."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from synth.model.coarsen import runs_of
from synth.model.grain import FEWEST, Grains, gathered, size_of, spread_out

SIZES = {"day": 90, "price": 60, "kind": 3, "key": 500}


def grains(*cells: float) -> Grains:
    """Of two ordered columns and two lists."""
    rng = np.random.default_rng(1)
    return Grains({name: rng.integers(50, 100, SIZES[name]).astype(float) for name in ("day", "price")}, cells)


def test_a_column_is_asked_finer_beside_few_values() -> None:
    (beside_many,) = grains(400).maps(("day", "price"), SIZES)
    (beside_few,) = grains(400).maps(("day", "kind"), SIZES)
    assert 200 <= size_of(("day", "price"), SIZES, beside_many) <= 400
    assert beside_few == {}, "90 days beside 3 kinds are 270 cells"
    (beside_key,) = grains(400).maps(("day", "key"), SIZES)
    assert int(beside_key["day"][-1]) + 1 in range(FEWEST, 21), "a list is asked as it is, whatever that costs"


def test_grains_grow_and_none_comes_twice() -> None:
    found = grains(1, 10, 64, 250, 1_000, 4_000, 10**6).maps(("day", "price"), SIZES)
    sizes = [size_of(("day", "price"), SIZES, maps) for maps in found]
    assert sizes == sorted(set(sizes)) and sizes[0] <= 64 and sizes[-1] == 5_400 and found[-1] == {}
    assert grains(1, 1_000).maps(("kind", "key"), SIZES) == [{}]


@given(st.lists(st.floats(0, 1e4, allow_nan=False), min_size=2, max_size=60), st.integers(1, 30))
def test_runs_are_neighbours_and_as_few_as_wanted(counts: list[float], most: int) -> None:
    runs = runs_of(np.array(counts), most)
    assert runs[0] == 0 and set(np.diff(runs).tolist()) <= {0, 1} and runs[-1] < max(most, 1)


def test_sums_of_cells_and_their_transpose() -> None:
    rng = np.random.default_rng(2)
    maps = {"b": np.array([0, 0, 1, 2, 2], dtype=np.int32), "c": np.array([0, 1, 1], dtype=np.int32)}
    fine, coarse = rng.random((4, 5, 3)), rng.random((4, 3, 2))
    columns = ("a", "b", "c")
    assert gathered(fine, columns, maps).shape == coarse.shape
    assert np.isclose((gathered(fine, columns, maps) * coarse).sum(), (fine * spread_out(coarse, columns, maps)).sum())
    assert (gathered(fine, columns, {}) == fine).all() and (spread_out(coarse, columns, {}) == coarse).all()
