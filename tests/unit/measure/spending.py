"""A ledger in memory for tests: it adds up charges, refuses beyond its limit and remembers the order of things."""

from __future__ import annotations

from dataclasses import dataclass, field

from policies.errors import BudgetExhausted
from synth.measure.measurement import Measurement


@dataclass(frozen=True)
class MemoryReceipt:
    """A charge's place in the order of charges."""

    seq: int


@dataclass
class MemorySpender:
    """Satisfies measure.measurement.Spender."""

    limit_nano: int
    charges: list[Measurement] = field(default_factory=list)
    spent_nano: int = 0

    def spend(self, charge: Measurement) -> MemoryReceipt:
        """Note the charge, or refuse it."""
        if self.spent_nano + charge.rho_nano > self.limit_nano:
            raise BudgetExhausted("measurement costs more than is left of the reservation")
        self.spent_nano += charge.rho_nano
        self.charges.append(charge)
        return MemoryReceipt(len(self.charges))
