"""numeric's functions: keys sort as numbers do, scales follow Postgres' rule, sums are exact."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from proxy.engine.functions.numeric import divide, numeric_add, numeric_ceil_at, numeric_floor_at, numeric_key, show
from proxy.engine.functions.numeric_totals import numeric_spread, numeric_spread_of, numeric_sum

numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=10).map(show)


@given(numbers, numbers)
def test_keys_sort_as_numbers(left: str, right: str) -> None:
    a, b = numeric_key(left), numeric_key(right)
    assert (a < b) == (Decimal(left) < Decimal(right))
    assert (a == b) == (Decimal(left) == Decimal(right))


def test_keys_of_special_values() -> None:
    ordered = [
        "-Infinity",
        "-1e20",
        "-1.5",
        "-0.01",
        "0",
        "0.00",
        "0.01",
        "1.5",
        "1.50",
        "9",
        "10",
        "1e20",
        "Infinity",
        "NaN",
    ]
    keys = [numeric_key(value) for value in ordered]
    assert keys == sorted(keys)
    assert keys[4] == keys[5]
    assert keys[7] == keys[8]


@given(numbers.filter(lambda text: abs(Decimal(text)) < 10**25), st.integers(0, 12))
def test_rounding_for_comparison_encloses(value: str, scale: int) -> None:
    low, high = numeric_floor_at(value, scale), numeric_ceil_at(value, scale)
    assert low is not None and high is not None
    assert Decimal(low) <= Decimal(value) <= Decimal(high)
    assert Decimal(high) - Decimal(low) <= Decimal(1).scaleb(-scale)


@given(numbers, numbers.filter(lambda text: Decimal(text) != 0))
def test_quotients_are_rounded_once(left: str, right: str) -> None:
    found = divide(Decimal(left), Decimal(right))
    scale = -int(found.as_tuple().exponent)
    error = abs(Fraction(found) - Fraction(left) / Fraction(right))
    assert error * 2 <= Fraction(1, 10**scale)


@given(st.lists(numbers, min_size=1, max_size=20))
def test_sums_do_not_depend_on_order(values: list[str]) -> None:
    assert numeric_sum(tuple(values)) == numeric_sum(tuple(reversed(values)))


@given(st.lists(st.integers(-(10**9), 10**9), min_size=2, max_size=30))
def test_deviation_from_sums_is_that_of_the_list(values: list[int]) -> None:
    total, squares = sum(values), sum(value * value for value in values)
    for kind in ("var_samp", "var_pop", "stddev_samp", "stddev_pop"):
        listed = numeric_spread(tuple(map(str, values)), kind)
        assert listed == numeric_spread_of(str(len(values)), str(total), str(squares), kind)


def test_not_a_number_absorbs() -> None:
    assert numeric_add("NaN", "1") == "NaN"
    assert numeric_add("Infinity", "-Infinity") == "NaN"
