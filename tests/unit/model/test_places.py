"""Places of systematic sampling: exact for each row, even in every group and along every run of neighbours, and free where they must be."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.model.places import DIGITS, KINDS, Along, in_line, kinds_of, nearness, places, spread


@given(st.lists(st.integers(0, 4), max_size=60), st.integers(0, 2**32), st.booleans())
def test_places_of_a_group_are_equal_steps(groups: list[int], seed: int, along: bool) -> None:
    rng = np.random.default_rng(seed)
    codes = np.asarray(groups, dtype=np.int64)
    line = rng.permutation(len(codes)).astype(np.uint32)
    order, place = places(codes, 5, rng, Along(line, codes.astype(np.uint64)) if along else None)
    assert sorted(order.tolist()) == list(range(len(codes))) and (np.diff(codes[order]) >= 0).all()
    assert ((place >= 0) & (place < 1)).all()
    for group in range(5):
        mine = np.sort(place[codes[order] == group])
        assert np.allclose(np.diff(mine), 1 / max(len(mine), 1))


def test_of_each_block_of_neighbours_each_takes_another_interval() -> None:
    found = spread(1 << 12, np.random.default_rng(1))
    for power in range(DIGITS + 1):
        blocks = found.reshape(-1, 1 << power) >> (DIGITS - power)
        assert (np.sort(blocks, axis=1) == np.arange(1 << power)).all()


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 1000, 1025])
def test_any_number_of_rows_is_spread(rows: int) -> None:
    found = spread(rows, np.random.default_rng(2))
    assert len(found) == rows and (found < 1 << DIGITS).all()


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_each_row_alone_may_get_any_place(size: int) -> None:
    """Whichever its neighbours are: 3,000 draws of the first row's place over ten intervals."""
    groups, line = np.zeros(size, dtype=np.int64), np.arange(size, dtype=np.uint32)
    rng = np.random.default_rng(3)
    drawn = np.zeros(10)
    for _ in range(3000):
        order, place = places(groups, 1, rng, Along(line, groups.astype(np.uint64)))
        drawn[int(place[order == 0][0] * 10)] += 1
    assert np.abs(drawn - 300).max() < 100  # six standard deviations


def test_what_is_drawn_along_a_column_is_even_in_it() -> None:
    """A hundred rows for each of 50 codes: how many of them are in the lower half of the places varies less than of free draws."""
    codes = np.repeat(np.arange(50), 100)
    rng = np.random.default_rng(4)
    line = in_line(nearness([(codes, 50)], len(codes)), rng)
    found = {}
    for name, along in (("free", None), ("even", Along(line))):
        order, place = places(np.zeros(len(codes), dtype=np.int64), 1, rng, along)
        found[name] = np.bincount(codes[order][place < 0.5], minlength=50)
    assert np.abs(found["even"] - 50).max() <= 4 < np.abs(found["free"] - 50).max()


def test_of_each_block_of_neighbours_each_takes_another_interval_whatever_their_kinds() -> None:
    rng = np.random.default_rng(5)
    found = spread(1 << 12, rng, rng.integers(0, 3, 1 << 12).astype(np.uint8))
    for power in range(DIGITS + 1):
        blocks = found.reshape(-1, 1 << power) >> (DIGITS - power)
        assert (np.sort(blocks, axis=1) == np.arange(1 << power)).all()


def test_places_are_even_in_a_column_that_rows_do_not_lie_in_line_by() -> None:
    """3,000 rows of each of four kinds, in line by a column of 500 codes: how many are in the lower half."""
    rng = np.random.default_rng(6)
    wide, narrow = rng.integers(0, 500, 12_000), np.repeat(np.arange(4), 3_000)
    line = in_line(nearness([(wide, 500)], 12_000), rng)
    off: dict[str, list[float]] = {"without": [], "with": []}
    for _ in range(20):
        for name, kinds in (("without", None), ("with", kinds_of([(wide, 500), (narrow, 4)], 12_000))):
            order, place = places(np.zeros(12_000, dtype=np.int64), 1, rng, Along(line, None, kinds))
            halves = np.bincount(narrow[order][place < 0.5], minlength=4)
            off[name].append(float(np.abs(halves - 1_500).mean()))
    assert np.mean(off["with"]) < 0.5 * np.mean(off["without"])


@pytest.mark.parametrize("kinds", [False, True])
def test_rows_of_alike_blocks_far_apart_are_independent(kinds: bool) -> None:
    """One row of each of two blocks of the same kinds: both low as often as one low, one high."""
    rng, both = np.random.default_rng(7), 0
    kind = np.tile(np.array([0, 1], dtype=np.uint8), 512)
    for _ in range(2_000):
        found = spread(1024, rng, kind if kinds else None) >> (DIGITS - 1)
        both += int(found[0] == found[900])
    assert abs(both - 1_000) < 6 * np.sqrt(500)


def test_two_columns_spread_along_one_line_are_independent() -> None:
    """4,096 rows of one kind: how often both are in the lower half or both in the upper one, but for a chance of 32 in 2,048."""
    rng, off = np.random.default_rng(9), []
    for _ in range(40):
        one, other = (spread(4_096, rng, np.zeros(4_096, dtype=np.uint8)) >> (DIGITS - 1) for _ in range(2))
        off.append(abs(int((one == other).sum()) - 2_048))
    assert np.mean(off) < 3 * 32


def test_kinds_are_of_the_narrowest_columns_and_few() -> None:
    rng = np.random.default_rng(8)
    columns = [(rng.integers(0, size, 900), size) for size in (40, 3, 2, 12)]
    kinds = kinds_of(columns, 900)
    assert kinds.max() < KINDS and (kinds == columns[2][0] * 3 + columns[1][0]).all()


def test_rows_of_different_layers_are_independent() -> None:
    """Each of 5,000 owners has a row in two layers: their places go together no more than by chance."""
    owners = np.tile(np.arange(5000), 2)
    layer = np.repeat([0, 1], 5000)
    rng = np.random.default_rng(5)
    line = in_line(owners.astype(np.uint64), rng, layer)
    assert (layer[line[:5000]] == 0).all() and (np.diff(owners[line[:5000]]) > 0).all()
    order, place = places(np.zeros(10_000, dtype=np.int64), 1, rng, Along(line))
    mine = np.empty(10_000)
    mine[order] = place
    assert abs(np.corrcoef(mine[:5000], mine[5000:])[0, 1]) < 0.085  # six standard deviations


def test_the_widest_column_comes_first_and_no_key_is_too_long() -> None:
    rng = np.random.default_rng(6)
    wide, narrow = rng.integers(0, 100, 500), rng.integers(0, 3, 500)
    key = nearness([(narrow, 3), (wide, 100)], 500)
    assert (np.diff(wide[np.argsort(key, kind="stable")]) >= 0).all()
    many = nearness([(rng.integers(0, 2000, 500), 2000) for _ in range(40)], 500)
    assert many.dtype == np.uint64 and len(np.unique(many)) > 490
