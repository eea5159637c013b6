"""What a table's synthesis may spend and how large its model may be: the parts of its budget, its purse, the limits of sizes.

Numbers alone; refuses to know what is asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from synth.measure.measurement import gaussian_rho_nano, sigma_for

NOISY = 0.075  # of a column's expected L1 error, in parts of the rows: from there on, columns get all that they may


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes that bound time and memory. Public: they never follow the data."""

    tree_cells: int = 200_000  # all tables of the junction tree
    pair_cells: int = 40_000  # one measured pair
    score_cells: int = 8_000_000  # all scored pairs together
    axis_cells: int = 2_000  # one merged axis
    root_cells: int = 20_000  # the root columns together
    iterations: int = 200  # mirror-descent steps of a round


@dataclass(frozen=True, slots=True)
class Shares:
    """Parts of a table's budget, in the order they are used. What a part leaves goes to the next. ones: where noise is no matter;
    up to ones_most, where it is, at the expense of all others."""

    ones: float = 0.25
    first_scores: float = 0.05
    first_pairs: float = 0.30
    second_scores: float = 0.05
    second_pairs: float = 0.30
    final_scores: float = 0.05
    ones_most: float = 0.40

    def under(self, noise: float) -> Shares:
        """The parts where the columns, for `ones`, carry that much expected noise: of each, in parts of the rows."""
        ones = self.ones + (self.ones_most - self.ones) * min(1.0, noise / NOISY)
        rest = (1 - ones) / (1 - self.ones)
        pairs, scores = (self.first_pairs * rest, self.second_pairs * rest), self.first_scores * rest
        return Shares(ones, scores, pairs[0], self.second_scores * rest, pairs[1], self.final_scores * rest, ones)


class Purse:
    """A budget in nano-rho that is handed out once."""

    def __init__(self, rho_nano: int) -> None:
        self._whole = rho_nano
        self.left = rho_nano

    def part(self, share: float) -> int:
        """Of the whole."""
        return int(self._whole * share)

    def before(self, later: int) -> int:
        """What may be spent now if that much is to be kept for later."""
        return max(0, self.left - later)

    def pay(self, sensitivity: int, rho_nano: int) -> Fraction:
        """The sigma that at most rho_nano buys; its exact cost is gone from the purse."""
        sigma = sigma_for(sensitivity, rho_nano)
        self.left -= gaussian_rho_nano(sensitivity, sigma)
        assert self.left >= 0, "a purse is never overdrawn"
        return sigma
