"""Costs against values computed by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from synth.measure.measurement import Measurement, sigma_for, stacked_sensitivity

# (sensitivity, sigma, nano-rho): sensitivity^2 / (2 sigma^2) * 1e9, rounded up
COSTS = [
    (1, Fraction(1), 500_000_000),
    (1024, Fraction(1024), 500_000_000),
    (1024, Fraction(10240), 5_000_000),
    (3, Fraction(7), 91_836_735),  # 9/98 = 0.0918367346..., rounded up
    (1, Fraction(1 << 40), 1),  # never free
]


@pytest.mark.parametrize(("sensitivity", "sigma", "nano"), COSTS)
def test_cost(sensitivity: int, sigma: Fraction, nano: int) -> None:
    assert Measurement("t", ("a",), "one-way", sensitivity, sigma).rho_nano == nano


@pytest.mark.parametrize("sensitivity", [1, 1024, 4096, 98_765])
@pytest.mark.parametrize("rho_nano", [1, 2, 7, 1_000, 14_973_057, 10**9, 5 * 10**10])
def test_sigma_buys_no_more_than_its_price(sensitivity: int, rho_nano: int) -> None:
    sigma = sigma_for(sensitivity, rho_nano)
    assert Measurement("t", (), "total", sensitivity, sigma).rho_nano <= rho_nano
    less = sigma - Fraction(1, 1024)
    if less > 0:
        assert Measurement("t", (), "total", sensitivity, less).rho_nano >= rho_nano


@pytest.mark.parametrize(("count", "expected"), [(1, 1024), (4, 2048), (2, 1449), (91, 9769)])
def test_stacked_sensitivity_is_rounded_up(count: int, expected: int) -> None:
    assert stacked_sensitivity(1024, count) == expected
    assert expected**2 >= 1024**2 * count > (expected - 1) ** 2


@pytest.mark.parametrize("sigma", [Fraction(0), Fraction(-1), Fraction(1, 3)])
def test_a_sigma_that_cannot_be_sampled_is_refused(sigma: Fraction) -> None:
    with pytest.raises(AssertionError):
        Measurement("t", (), "total", 1, sigma)
