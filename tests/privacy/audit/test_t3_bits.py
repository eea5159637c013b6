"""Tier T3: no bit of an answer tells the exact count it was made from, and the noise has the shape that is paid for.

Noise that is drawn as a floating-point number and added leaves finer bits at 0 than at 1 (Mironov 2012). The figures that are tested
are chosen so that a clean engine fails with a chance below 1e-5: 2.2e5 draws for either count, limits at 4.5 standard deviations or more.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from synth.measure.choke import Choke
from synth.measure.measurement import GRID, gaussian_rho_nano
from synth.measure.rows import WeightedCodes
from tests.privacy.audit import faults
from tests.unit.measure.spending import MemorySpender

CELLS = 1 << 16
SIGMA = Fraction(5 * GRID)  # of five rows: an answer is often near both counts
FAR = 4.8  # standard deviations; 1.6e-6 two-sided


def answers(count: int, sigma: Fraction = SIGMA) -> np.ndarray:
    """Noisy counts, in rows, of cells that all hold `count` rows."""
    filled = np.repeat(np.arange(CELLS, dtype=np.int32), count)
    weights = np.full(len(filled), GRID, dtype=np.int64)
    rows = WeightedCodes("t", {"a": CELLS}, {"a": filled}, weights, GRID)
    choke = Choke(MemorySpender(gaussian_rho_nano(GRID, sigma)), [rows])
    return choke.marginal("t", ("a",), sigma, "bits").counts


def fine_share(noisy: np.ndarray) -> float:
    """Share of answers near zero with bits below 2^-53: what a sum with a number near 1 cannot have."""
    near = noisy[np.abs(noisy) < 0.5] * 2.0**53
    return float((near != np.rint(near)).mean())


def apart(first: np.ndarray, second: np.ndarray) -> float:
    """Distance of two shares of ones, in standard deviations."""
    p, q = first.mean(), second.mean()
    pooled = (first.sum() + second.sum()) / (len(first) + len(second))
    deviation = np.sqrt(max(pooled * (1 - pooled), 1e-12) * (1 / len(first) + 1 / len(second)))
    return float(abs(p - q) / deviation)


def leaks() -> list[str]:
    """What is wrong with the bits and the shape of the answers."""
    zero, one = answers(0), answers(1)
    found = []
    if fine_share(zero) > 0.1 or fine_share(one) > 0.1:
        found.append("bits below the grid")
    if any((noisy * GRID != np.rint(noisy * GRID)).any() for noisy in (zero, one)):
        found.append("answers off the grid")
    units = [np.rint(noisy * GRID).astype(np.int64) - count * GRID for count, noisy in enumerate((zero, one))]
    if any(apart(units[0] >> bit & 1, units[1] >> bit & 1) > FAR for bit in range(10)):
        found.append("bits of the noise follow the count")
    for noise in units:
        scaled = noise / float(SIGMA)
        # A normal's mean has deviation 1/sqrt(n), its second moment sqrt(2/n).
        if abs(scaled.mean()) > FAR / CELLS**0.5 or abs((scaled**2).mean() - 1) > FAR * (2 / CELLS) ** 0.5:
            found.append("another noise than was paid for")
    return found


def test_bits_tell_nothing() -> None:
    assert leaks() == []


def test_small_sigmas_follow_the_discrete_gaussian() -> None:
    """Frequencies of the smallest noise against its exact mass; where sigma is below the grid rounding would show."""
    sigma = Fraction(3, 2)
    noise = np.rint(answers(0, sigma) * GRID).astype(np.int64)
    support = np.arange(-40, 41)
    mass = np.exp(-(support**2) / (2 * float(sigma) ** 2))
    mass /= mass.sum()
    for value, chance in zip(support, mass):
        if chance * CELLS > 50:  # about a dozen values
            deviation = np.sqrt(chance * (1 - chance) / CELLS)
            assert abs((noise == value).mean() - chance) <= 5.5 * deviation, value


@pytest.mark.parametrize(
    ("fault", "sign"),
    [(faults.float_noise, "bits below the grid"), (faults.float_noise, "answers off the grid"),
     (faults.half_noise, "another noise than was paid for"), (faults.zero_skip, "another noise than was paid for")],
)  # fmt: skip
def test_the_audit_sees(fault: faults.Fault, sign: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch)
    assert sign in leaks()
