"""Merging rare cells, and the projection that takes noise off empty ones."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.model.coarsen import coarsen, project

COUNTS = st.lists(st.floats(-1e4, 1e6), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("title", "noisy", "ordered", "codes"),
    [
        ("rare values share a bucket", [90, 1, 50, 2, 60], False, [0, 3, 1, 3, 2]),
        ("nothing is rare", [50, 60], False, [0, 1]),
        ("everything is rare", [1, 2, 1], False, [0, 0, 0]),
        ("neighbours merge until they are not rare", [10, 15, 16, 90, 25, 20, 50], True, [0, 0, 0, 1, 2, 2, 3]),
        ("a short end joins its neighbour", [90, 50, 3], True, [0, 1, 1]),
        ("a short start joins what follows", [3, 90, 50], True, [0, 0, 1]),
    ],
)
def test_merge(title: str, noisy: list[float], ordered: bool, codes: list[int]) -> None:
    counts = np.array(noisy, dtype=float)
    merged = coarsen(counts, 10.0, counts.sum(), ordered=ordered, size_max=100)  # rare: below 40
    assert merged.codes.tolist() == codes, title


@given(COUNTS, st.booleans(), st.integers(1, 20), st.floats(0.1, 1e4))
def test_any_answer_gives_a_partition(noisy: list[float], ordered: bool, size_max: int, sigma: float) -> None:
    counts = np.array(noisy)
    merged = coarsen(counts, sigma, float(counts.sum()), ordered=ordered, size_max=size_max)
    assert set(merged.codes.tolist()) == set(range(merged.size)) and merged.size <= size_max
    np.testing.assert_allclose(np.bincount(merged.codes, weights=merged.shares), 1.0)
    assert (merged.shares >= 0).all()
    assert not ordered or (np.diff(merged.codes) >= 0).all()


@given(COUNTS, st.floats(-100, 1e6))
def test_projection_has_the_sum_and_no_negative(noisy: list[float], total: float) -> None:
    projected = project(np.array(noisy), total)
    assert (projected >= 0).all()
    assert projected.sum() == pytest.approx(max(total, 0.0), rel=1e-6, abs=1e-6)


def test_projection_by_hand() -> None:
    assert project(np.array([5.0, 3.0, -1.0, 0.5]), 6.0).tolist() == [4.0, 2.0, 0.0, 0.0]
