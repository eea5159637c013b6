"""Paid discovery: what an owner may add, and what a lone owner's value needs to stay unseen."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.measure.choke import Choke
from synth.measure.discovery import contributions, threshold
from synth.measure.measurement import GRID
from synth.measure.rows import unit_rows
from tests.unit.measure.spending import MemorySpender


def weights(values: list[str | None], units: list[int], per_unit: int) -> dict[object, int]:
    """Weights by value."""
    found = contributions(values, np.array(units, dtype=np.int64), per_unit)
    return dict(zip(found.values, found.weights.tolist()))


@pytest.mark.parametrize(
    ("title", "values", "units", "per_unit", "expected"),
    [
        ("each owner counts once for a value", ["x", "x", "y"], [0, 0, 1], 1, {"x": 1024, "y": 1024}),
        ("two values of one owner share its mass", ["x", "y"], [0, 0], 2, {"x": 724, "y": 724}),
        ("an owner of one value gives all of it", ["x", "y", "y"], [0, 0, 1], 2, {"x": 724, "y": 724 + 1024}),
        ("null is no value", [None, "x"], [0, 1], 1, {"x": 1024}),
        ("nothing at all", [None], [0], 1, {}),
    ],
)
def test_weights(
    title: str, values: list[str | None], units: list[int], per_unit: int, expected: dict[str, int]
) -> None:
    assert weights(values, units, per_unit) == expected, title


def test_beyond_the_bound_a_value_draws_no_noise() -> None:
    found = weights(["x", "y", "z"], [0, 0, 0], 2)
    assert len(found) == 2 and set(found.values()) == {724}


def test_the_choice_beyond_the_bound_is_not_by_order() -> None:
    first = {next(iter(weights([str(i) for i in range(8)], [0] * 8, 1))) for _ in range(60)}
    assert len(first) > 1  # false alarm: 8^-59


@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from("abcdef")), max_size=30), st.integers(1, 4))
def test_one_owner_has_an_l2_mass_of_one(data: list[tuple[int, str]], per_unit: int) -> None:
    alone = [row for row in data if row[0] == 0]
    found = weights([v for _, v in alone], [u for u, _ in alone], per_unit)
    assert sum(weight**2 for weight in found.values()) <= GRID**2


def test_threshold_by_hand() -> None:
    # delta' = 1e-9: z = 5.9978; one value: 1024 + 10240 * 5.9978 = 62441.5 -> 62442, plus one.
    assert abs(threshold(10240.0, 1, 10**6) - 62_443) <= 1
    # j = 2: 724 + 10240 * 6.1094 = 63284.6 is the larger.
    assert abs(threshold(10240.0, 2, 10**6) - 63_286) <= 2


def test_a_lone_value_stays_below() -> None:
    """delta' = 0.05, so 1000 runs find the lone value about 50 times; more than 95 has a chance below 1e-8."""
    sigma, found = Fraction(2048), 0
    for _ in range(1000):
        choke = Choke(MemorySpender(10**12), [unit_rows("t", {}, {}, 1)])
        values = choke.discover(
            "t", "c", ["x"], np.array([0]), max_values=5, sigma=sigma, delta_femto=5 * 10**13, per_unit=1
        )
        found += len(values)
    assert 10 < found < 95


def test_frequent_values_are_found_and_cut_at_the_maximum() -> None:
    values = ["a"] * 300 + ["b"] * 200 + ["c"] * 100 + ["d"]
    spender = MemorySpender(10**12)
    choke = Choke(spender, [unit_rows("t", {}, {}, len(values))])
    owners = np.arange(len(values))
    asked = {"max_values": 2, "sigma": Fraction(2 * GRID), "delta_femto": 10**6}
    assert choke.discover("t", "c", values, owners, **asked) == ["a", "b"]  # type: ignore[arg-type]
    charge = spender.charges[0]
    assert (charge.sensitivity, charge.delta_femto, charge.rho_nano) == (GRID, 10**6, 125_000_000)
    assert choke.delta_femto == 10**6


def test_shares_are_floors_of_the_root() -> None:
    for count in range(1, 50):
        (share,) = set(weights([str(i) for i in range(count)], [0] * count, count).values())
        assert share <= GRID / sqrt(count) < share + 1
