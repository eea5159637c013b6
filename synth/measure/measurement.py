"""A measurement as a value: what will be asked, how much one privacy unit can change it, how much noise, what it costs.

Knows integers and fractions only; refuses to know rows, samplers and ledgers, so a plan can price itself without any of
them. Facts: Bun and Steinke 2016 (zCDP), Prop. 1.6; Canonne, Kamath and Steinke 2020, Theorem 4 (the same for the
discrete Gaussian).
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil, isqrt, sqrt
from typing import Protocol

NANO = 10**9
GRID = 1024  # grid units in one row of weight 1
SIGMA_STEP = 1024  # sigmas are multiples of 1/1024 grid unit: exact both as a float and in the manifest


@dataclass(frozen=True, slots=True)
class Measurement:
    """Noisy answers to one query, described before any private row is read.

    sensitivity: L2, in grid units, when one privacy unit is added or removed. sigma: of the discrete Gaussian noise, in
    grid units. grid: grid units in one row of weight 1. delta_femto: 1e-15 of failure probability (discovery only).
    """

    table: str
    columns: tuple[str, ...]
    purpose: str
    sensitivity: int
    sigma: Fraction
    grid: int = GRID
    delta_femto: int = 0

    def __post_init__(self) -> None:
        assert self.sensitivity > 0 and self.grid > 0 and self.delta_femto >= 0
        assert self.sigma > 0, "a measurement without noise has no finite cost"
        assert Fraction(float(self.sigma)) == self.sigma, "the sampler takes floats: sigma must be one exactly"

    @property
    def rho_nano(self) -> int:
        """zCDP cost in 1e-9 rho, rounded up: sensitivity^2 / (2 sigma^2)."""
        return gaussian_rho_nano(self.sensitivity, self.sigma)


class Receipt(Protocol):
    """Proof that a charge is durable."""

    @property
    def seq(self) -> int:
        """Sequence number of the charge in the ledger."""
        ...


class Spender(Protocol):
    """A ledger bound to one reservation."""

    def spend(self, charge: Measurement) -> Receipt:
        """Make the charge durable, or raise BudgetExhausted. Nothing is returned after a read."""
        ...


def gaussian_rho_nano(sensitivity: int, sigma: Fraction) -> int:
    """Cost of one Gaussian answer, in 1e-9 rho, rounded up."""
    return ceil(NANO * (sensitivity / sigma) ** 2 / 2)


def sigma_for(sensitivity: int, rho_nano: int) -> Fraction:
    """The smallest sigma (to 1/1024 grid unit) whose cost is at most rho_nano."""
    assert rho_nano >= 1 and sensitivity >= 1
    steps = max(1, int(sensitivity * sqrt(NANO / (2 * rho_nano)) * SIGMA_STEP) - 1)
    while gaussian_rho_nano(sensitivity, Fraction(steps, SIGMA_STEP)) > rho_nano:
        steps += 1
    return Fraction(steps, SIGMA_STEP)


def stacked_sensitivity(sensitivity: int, count: int) -> int:
    """L2 sensitivity of `count` answers that one unit changes by at most `sensitivity` each, rounded up."""
    square = sensitivity * sensitivity * count
    root = isqrt(square)
    return root if root * root == square else root + 1
