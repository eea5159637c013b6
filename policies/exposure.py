"""Exposure: the composed cost of every release that a role may have seen, against the policy's limits. Pure.

All roles are served every published release, so what one has seen is what their union has seen: `collusion: assume` costs nothing more.
A retired release still counts; what was read is not unread. Refuses to know releases as files.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from policies.errors import BudgetExhausted
from policies.model import Policy, PrivacyPolicy
from policies.privacy import compose, epsilon_of


@dataclass(frozen=True, slots=True)
class Published:
    """A published release and what its build was promised for one unit, '' = the policy's. Releases of one reservation are
    post-processing of one another."""

    release: int
    reservation: int
    rho_nano: int
    delta_femto: int
    unit: str = ""


def exposure_epsilon(published: Iterable[Published], privacy: PrivacyPolicy) -> float:
    """Epsilon of all these releases together, at the budget's delta; where there are several units, of the one that shows most."""
    deltas = {one.unit: one.budget.delta for one in privacy.units}
    charged: dict[str, dict[int, Published]] = {}
    for one in published:
        charged.setdefault(one.unit or privacy.unit, {})[one.reservation] = one
    return max(
        (_epsilon(each.values(), deltas.get(unit, privacy.budget.delta)) for unit, each in charged.items()), default=0.0
    )


def _epsilon(charged: Collection[Published], delta: float) -> float:
    return epsilon_of(compose(one.rho_nano for one in charged), delta, sum(one.delta_femto for one in charged))


def exposure_limits(policy: Policy) -> dict[str, float]:
    """Epsilon that each role with a limit may be exposed to: the strictest of its own and those it inherits."""
    limits = {}
    for name in policy.roles:
        family = [policy.roles[each] for each in (name, *policy.ancestors(name))]
        if own := [member.exposure.epsilon for member in family if member.exposure]:
            limits[name] = min(own)
    return limits


def check_exposure(limits: Mapping[str, float], published: Iterable[Published], privacy: PrivacyPolicy) -> None:
    """Raise BudgetExhausted naming a role whose limit these releases exceed. At publish: all roles; at connect: the one."""
    seen = exposure_epsilon(published, privacy)
    for name, limit in limits.items():
        if seen > limit:
            raise BudgetExhausted(
                f'the exposure of role "{name}" would exceed its limit: epsilon {seen:.3g} of {limit:g}',
                hint="It never renews; whoever owns the policy may raise `exposure`, or serve a cheaper release.",
            )
