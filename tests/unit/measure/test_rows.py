"""Mass: what one owner weighs, however many rows it has."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.measure.measurement import GRID
from synth.measure.rows import WeightedCodes, exact_marginal, row_weights, unit_masses, unit_rows


def rows(codes: dict[str, list[int]], sizes: dict[str, int], weights: list[int], mass: int = GRID) -> WeightedCodes:
    """A table from lists."""
    arrays = {name: np.array(column, dtype=np.int32) for name, column in codes.items()}
    return WeightedCodes("t", sizes, arrays, np.array(weights, dtype=np.int64), mass)


@pytest.mark.parametrize(
    ("units", "mass", "expected"),
    [
        ([7], 1024, [1024]),
        ([7, 7, 7], 1024, [341, 341, 341]),  # floor(1024 / 3)
        ([7, 7, 7], 4096, [1024, 1024, 1024]),  # below the bound a row weighs one
        ([1, 2, 1, 1, 1, 1], 2048, [409, 1024, 409, 409, 409, 409]),  # floor(2048 / 5)
        ([5] * 5, 3, [0] * 5),  # more rows than grid units
        ([], 1024, []),
    ],
)
def test_weights_by_hand(units: list[int], mass: int, expected: list[int]) -> None:
    assert row_weights(np.array(units, dtype=np.int64), mass).tolist() == expected


@given(st.lists(st.integers(-5, 5), max_size=60), st.integers(1, 10_000))
def test_no_owner_outweighs_the_bound(units: list[int], mass: int) -> None:
    owners = np.array(units, dtype=np.int64)
    assert unit_masses(owners, row_weights(owners, mass)).max(initial=0) <= mass


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), st.integers(0, 2)), max_size=40), st.integers(0, 4))
def test_removing_one_owner_moves_a_marginal_by_its_mass_at_most(data: list[tuple[int, int, int]], gone: int) -> None:
    mass = 1500

    def marginal(table: list[tuple[int, int, int]]) -> np.ndarray:
        units = np.array([u for u, _, _ in table], dtype=np.int64)
        codes = {"a": [a for _, a, _ in table], "b": [b for _, _, b in table]}
        return exact_marginal(rows(codes, {"a": 4, "b": 3}, row_weights(units, mass).tolist(), mass), ("a", "b"))

    moved = np.abs(marginal(data) - marginal([row for row in data if row[0] != gone]))
    assert moved.sum() <= mass and (moved**2).sum() <= mass**2


def test_marginal_by_hand() -> None:
    table = rows({"a": [0, 1, 1], "b": [2, 0, 0]}, {"a": 2, "b": 3}, [10, 20, 30])
    assert exact_marginal(table, ("a", "b")).tolist() == [0, 0, 10, 50, 0, 0]
    assert exact_marginal(table, ("b", "a")).tolist() == [0, 50, 0, 0, 10, 0]
    assert exact_marginal(table, ()).tolist() == [60]


def test_blocks_add_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synth.measure.rows._BLOCK", 2)
    table = rows({"a": [0, 1, 1, 0, 1]}, {"a": 2}, [1, 2, 3, 4, 5])
    assert exact_marginal(table, ("a",)).tolist() == [5, 10]


@pytest.mark.parametrize(
    "broken",
    [
        rows({"a": [0, 2]}, {"a": 2}, [1, 1]),
        rows({"a": [-1]}, {"a": 2}, [1]),
        rows({"a": [0]}, {"a": 2}, [-1]),
        rows({"a": [0]}, {"a": 2}, [2000]),
        WeightedCodes(
            "t", {}, {}, np.array([600, 600]), 1024, units=np.array([3, 3])
        ),  # each row is light, their owner is not
    ],
)
def test_what_would_break_the_bound_is_refused(broken: WeightedCodes) -> None:
    with pytest.raises(AssertionError):
        broken.check()


def test_maps_act_on_each_row() -> None:
    table = rows({"a": [0, 1, 2], "b": [0, 0, 1]}, {"a": 3, "b": 2}, [1, 1, 1])
    merged = table.recode({"a": np.array([0, 0, 1], dtype=np.int32)})
    assert merged.sizes == {"a": 2, "b": 2} and exact_marginal(merged, ("a", "b")).tolist() == [2, 0, 0, 1]


def test_a_row_of_the_unit_table_weighs_one() -> None:
    table = unit_rows("t", {}, {}, 3)
    table.check()
    assert exact_marginal(table, ()).tolist() == [3 * GRID] and table.sensitivity == GRID
