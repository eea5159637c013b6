"""A table's number of rows from one noisy answer: the estimate that the replica follows and its honest 95 % interval.

The answer counts rows under a mass bound wide enough to cut little; weights rounded down to the grid are allowed for.
Refuses to know rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

Z95 = 1.96
GRID_LOSS = 1.001  # a weight is a whole number of 1/1024 row


@dataclass(frozen=True, slots=True)
class RowCount:
    """total, sigma: noisy rows. unseen: rows beyond the bound that no answer would show; they widen the upper end only.
    low, high: 95 % interval of the source's rows."""

    total: float
    sigma: float
    unseen: float = 0.0

    @property
    def low(self) -> int:
        """Lower end, never below zero."""
        return max(0, floor(self.total - Z95 * self.sigma))

    @property
    def high(self) -> int:
        """Upper end, never below zero."""
        return max(0, ceil((self.total + Z95 * self.sigma + self.unseen) * GRID_LOSS))


def combined(first: RowCount, second: RowCount) -> RowCount:
    """Inverse-variance mean of two independent answers to the same question."""
    one, two = first.sigma**-2, second.sigma**-2
    return RowCount((one * first.total + two * second.total) / (one + two), (one + two) ** -0.5, first.unseen)
