"""Errors of siblings, as the quality table measures them, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from bench.synth.errors import Column, siblings


def apart(real: list[int], synth: list[int], owners: list[int]) -> float | None:
    of = np.array(owners)
    return siblings({"c": Column(3, np.array(real), np.array(synth))}, (of, of))


@pytest.mark.parametrize(
    ("real", "synth", "owners", "expected"),
    [
        ([0, 0, 1, 1], [0, 0, 1, 1], [5, 5, 7, 7], 0.0),
        ([0, 0, 1, 1], [0, 1, 0, 1], [5, 5, 7, 7], 1.0),
        ([0, 0, 1, 1], [1, 1, 0, 0], [5, 5, 7, 7], 0.0),
        ([0, 0, 2], [0, 0, 1], [5, 5, 7], 0.0),  # a row without a sibling is in no pair
        ([0, 0, 2], [0, 0, 1], [5, 5, -1], 0.0),
        (
            [0, 0, 1, 0, 0],
            [0, 0, 0, 0, 0],
            [1, 1, 1, 2, 2],
            0.4,
        ),  # an owner of three: a row's two pairs weigh half a row each
        ([0, 1], [0, 1], [1, 2], None),
    ],
)
def test_pairs_of_siblings(real: list[int], synth: list[int], owners: list[int], expected: float | None) -> None:
    assert apart(real, synth, owners) == (None if expected is None else pytest.approx(expected))
