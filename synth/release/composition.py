"""What a release composes with: all builds that each budget of the policy had to cover, and how much of it they take together.

Sums of promised costs; a promise counts whole, spent or not. Refuses to know where a ledger is kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from policies.budget import Promise, outside_window
from policies.model import Budget, Lifetime, PrivacyPolicy
from policies.privacy import compose, epsilon_of
from synth.release.manifest import Composed

LIFETIME = "lifetime"


def composed_of(
    privacy: PrivacyPolicy, promises: Mapping[str, Sequence[Promise]], now: datetime
) -> tuple[Composed, ...]:
    """Against the window's budget and the lifetime's of each unit. promises: by unit, the release's own among them."""
    return tuple(row for each in privacy.units for row in _of_unit(each, promises[each.unit], now))


def _of_unit(privacy: PrivacyPolicy, promises: Sequence[Promise], now: datetime) -> tuple[Composed, ...]:
    gone = {promise.seq for promise in outside_window(privacy, promises, now)}
    window = [promise for promise in promises if promise.seq not in gone]
    name = f"window of {privacy.budget.window.days} days" if privacy.budget.window.days else "window"
    unit = privacy.unit
    return _composed(name, unit, privacy.budget, window), _composed(LIFETIME, unit, privacy.lifetime, promises)


def _composed(name: str, unit: str, limit: Budget | Lifetime, promises: Sequence[Promise]) -> Composed:
    rho_nano = compose(promise.rho_nano for promise in promises)
    return Composed(
        budget=name,
        unit=unit,
        builds=len(promises),
        rho_nano=rho_nano,
        epsilon=epsilon_of(rho_nano, limit.delta, sum(promise.delta_femto for promise in promises)),
        delta=limit.delta,
        epsilon_limit=limit.epsilon,
    )
