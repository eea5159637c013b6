"""Public grids: levels that divide one another, round steps of every type, and codes of bins between some of their edges."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.plan.domains import Bins
from synth.plan.grids import HOUR_US, Grid, grid_of
from synth.plan.values import DAY_US, default_bins
from tests.unit.synth.made import DATE, INT, NUMERIC, column

TIME, TIMESTAMP, TIMESTAMPTZ = 1083, 1114, 1184
TYPES = (20, 21, INT, 26, 700, 701, NUMERIC, DATE, TIME, TIMESTAMP, TIMESTAMPTZ)
DAY_0 = date(1970, 1, 1).toordinal()


def whole(base_oid: int) -> Grid:
    """The grid over all of a type."""
    return grid_of(default_bins(column(1, "x", base_oid)), base_oid)


@pytest.mark.parametrize("base_oid", TYPES)
def test_every_level_has_the_edges_of_the_one_before(base_oid: int) -> None:
    grid = whole(base_oid)
    for level, finer in zip(grid.levels, grid.levels[1:]):
        assert (np.diff(finer) > 0).all() and np.isin(level, finer).all()
        assert (level[0], level[-1]) == (finer[0], finer[-1])
    assert grid.size < 1 << 21


@pytest.mark.parametrize(
    ("title", "base_oid", "low", "high", "level", "edges"),
    [
        ("a hundred in tens", INT, 100, 200, 1, list(range(100, 201, 10))),
        ("ten in ones", INT, 100, 110, 2, list(range(100, 111))),
        ("few values are values", INT, 2, 5, 1, [2, 3, 4, 5]),
        ("one value stays one", INT, 0, 1, 3, [0, 1]),
        ("below 0 as above", INT, -19, -9, 1, list(range(-19, -8))),
        ("tenths of a number with two decimals", NUMERIC, 0, 100, 1, list(range(0, 101, 10))),
        ("a month in days", DATE, 0, 31, 2, list(range(32))),
        ("a day in hours", TIMESTAMP, 0, DAY_US, 3, list(range(0, DAY_US + 1, HOUR_US))),
        ("an hour in minutes", TIME, 0, HOUR_US, 1, list(range(0, HOUR_US + 1, HOUR_US // 60))),
    ],
)
def test_cells_are_divided_by_round_steps(
    title: str, base_oid: int, low: int, high: int, level: int, edges: list[int]
) -> None:
    assert whole(base_oid).divided(low, high, level).tolist() == edges, title


def test_years_are_divided_by_months() -> None:
    first, after = (date(year, 1, 1).toordinal() - DAY_0 for year in (2024, 2025))
    months = [date.fromordinal(edge + DAY_0) for edge in whole(DATE).divided(first, after, 1).tolist()]
    assert [(day.month, day.day) for day in months] == [(month, 1) for month in (*range(1, 13), 1)]


@given(st.sampled_from(TYPES), st.data())
def test_a_range_that_a_check_allows_has_a_grid_within_it(base_oid: int, data: st.DataObject) -> None:
    bins = default_bins(column(1, "x", base_oid))
    ends = st.integers(bins.edges[0], bins.edges[-1] - 1)
    low, high = sorted((data.draw(ends), data.draw(ends)))
    cut = bins.within(low, high)
    assert cut is not None
    grid = grid_of(cut, base_oid)
    assert (grid.edges[0], grid.edges[-1]) == (low, high + 1) and np.isin(cut.edges, grid.edges).all()
    assert all((np.diff(level) > 0).all() for level in grid.levels)


@given(st.lists(st.integers(0, 60), min_size=2, unique=True), st.booleans())
def test_codes_are_those_of_bins_and_null_comes_last(chosen: list[int], nullable: bool) -> None:
    bins = Bins((0, 20, 50, 61), 1, 0, nullable)
    grid, edges = grid_of(bins, INT), sorted(chosen)
    codes = grid.codes(edges)
    assert len(codes) == grid.size == 61 + nullable
    for tick in range(61):
        code = int(codes[tick])
        low, high = edges[code], edges[code + 1]
        assert low <= tick < high or (tick < edges[0] and code == 0) or (tick >= edges[-1] and code == len(edges) - 2)
    assert not nullable or codes[-1] == len(edges) - 1
