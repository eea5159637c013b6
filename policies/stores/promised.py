"""What a build asks of a ledger and what it is given, as values. Refuses to know where either is kept."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

from policies.model import PrivacyPolicy


class Charge(Protocol):
    """What a measurement says of itself before it is taken."""

    @property
    def table(self) -> str: ...
    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def purpose(self) -> str: ...
    @property
    def sensitivity(self) -> int: ...
    @property
    def sigma(self) -> Fraction: ...
    @property
    def grid(self) -> int: ...
    @property
    def delta_femto(self) -> int: ...
    @property
    def rho_nano(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Reservation:
    """A promise of rho and delta' for one build. seq: its entry, which is what counts."""

    seq: int
    rho_nano: int
    delta_femto: int


@dataclass(frozen=True, slots=True)
class Ask:
    """What a build asks for one unit. privacy: that unit's."""

    privacy: PrivacyPolicy
    rho_nano: int
    delta_femto: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a charge is durable; only `spend` makes one."""

    seq: int
    rho_nano: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Composed cost of one source to one unit: what reservations that were not voided promised, and what was spent of it."""

    reserved_nano: int
    reserved_delta_femto: int
    spent_nano: int
    spent_delta_femto: int
