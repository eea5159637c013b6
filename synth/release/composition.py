"""What a release composes with: all builds that each budget of the policy had to cover, and how much of it they take together.

Sums of promised costs; a promise counts whole, spent or not. Refuses to know where a ledger is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from policies.budget import Promise, outside_window
from policies.model import Budget, Lifetime, PrivacyPolicy
from policies.privacy import compose, epsilon_of
from synth.release.manifest import Composed

LIFETIME = "lifetime"


def composed_of(privacy: PrivacyPolicy, promises: Sequence[Promise], now: datetime) -> tuple[Composed, ...]:
    """Against the window's budget and the lifetime's. promises: the release's own among them."""
    gone = {promise.seq for promise in outside_window(privacy, promises, now)}
    window = [promise for promise in promises if promise.seq not in gone]
    name = f"window of {privacy.budget.window.days} days" if privacy.budget.window.days else "window"
    return _composed(name, privacy.budget, window), _composed(LIFETIME, privacy.lifetime, promises)


def _composed(name: str, limit: Budget | Lifetime, promises: Sequence[Promise]) -> Composed:
    rho_nano = compose(promise.rho_nano for promise in promises)
    return Composed(
        budget=name,
        builds=len(promises),
        rho_nano=rho_nano,
        epsilon=epsilon_of(rho_nano, limit.delta, sum(promise.delta_femto for promise in promises)),
        delta=limit.delta,
        epsilon_limit=limit.epsilon,
    )
