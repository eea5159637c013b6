"""Exposure: the composed cost of every release that a role may have seen, against the policy's limits. Pure.

All roles are served every published release, so what one has seen is what their union has seen: `collusion: assume` costs nothing more.
A retired release still counts; what was read is not unread. Refuses to know releases as files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from policies.decide import RolePolicy
from policies.errors import BudgetExhausted
from policies.model import PrivacyPolicy
from policies.privacy import compose, epsilon_of


@dataclass(frozen=True, slots=True)
class Published:
    """A published release and what its build was promised. Releases of one reservation are post-processing of one another."""

    release: int
    reservation: int
    rho_nano: int
    delta_femto: int


def exposure_epsilon(published: Iterable[Published], privacy: PrivacyPolicy) -> float:
    """Epsilon of all these releases together, at the budget's delta."""
    charged = {one.reservation: one for one in published}.values()
    rho_nano = compose(one.rho_nano for one in charged)
    return epsilon_of(rho_nano, privacy.budget.delta, sum(one.delta_femto for one in charged))


def check_exposure(roles: Mapping[str, RolePolicy], published: Iterable[Published], privacy: PrivacyPolicy) -> None:
    """Raise BudgetExhausted naming a role whose limit these releases exceed. At publish: all roles; at connect: the one."""
    seen = exposure_epsilon(published, privacy)
    for name, role in roles.items():
        if role.exposure_epsilon is not None and seen > role.exposure_epsilon:
            raise BudgetExhausted(
                f'the exposure of role "{name}" would exceed its limit: epsilon {seen:.3g} of {role.exposure_epsilon:g}',
                hint="It never renews; whoever owns the policy may raise `exposure`, or serve a cheaper release.",
            )
