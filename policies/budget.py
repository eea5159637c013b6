"""Both budgets of a source, the window's and the lifetime's, against all that was promised to builds. Pure.

A promise counts with the whole rho and delta' it reserved, spent or not. It leaves the window a window's length after its last use.
Refuses to know where promises are kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import isinf

from policies.errors import BudgetExhausted
from policies.model import PrivacyPolicy
from policies.privacy import epsilon_of, rho_nano_for


@dataclass(frozen=True, slots=True)
class Promise:
    """A reservation that was not given back. used: when it was last spent under, or made."""

    seq: int
    used: datetime
    rho_nano: int
    delta_femto: int


@dataclass(frozen=True, slots=True)
class Limit:
    """One (epsilon, delta) that promises together must keep to."""

    name: str
    epsilon: float
    delta: float
    renews: str

    def check(self, taken: Sequence[Promise], rho_nano: int, delta_femto: int) -> None:
        """Raise BudgetExhausted where the promises and this one exceed it."""
        spent = sum(promise.rho_nano for promise in taken)
        spent_delta = sum(promise.delta_femto for promise in taken)
        left_delta = spent_delta + delta_femto
        after = epsilon_of(spent + rho_nano, self.delta, left_delta)
        if after <= self.epsilon:
            return
        left = max(0, rho_nano_for(self.epsilon, self.delta, left_delta) - spent)
        asked = epsilon_of(rho_nano, self.delta, delta_femto)
        left_epsilon = epsilon_of(left, self.delta, left_delta) if left else 0.0
        short_of_delta = " (its delta is used up by discoveries)" if isinf(after) else ""
        raise BudgetExhausted(
            f"the {self.name} budget does not cover this build{short_of_delta}: asked epsilon {asked:.3g}, "
            f"spent {epsilon_of(spent, self.delta, spent_delta):.3g} of {self.epsilon:g}, "
            f"left for one more build {left_epsilon:.3g}",
            hint=f"{self.renews}; ask for a smaller release, or whoever owns the policy to raise it.",
        )


def check_budgets(
    privacy: PrivacyPolicy, promises: Sequence[Promise], rho_nano: int, delta_femto: int, now: datetime
) -> None:
    """Raise BudgetExhausted where one more promise would exceed one of them: asked, spent, left, when it renews, whom to ask."""
    gone = {promise.seq for promise in outside_window(privacy, promises, now)}
    inside = [promise for promise in promises if promise.seq not in gone]
    oldest = min((promise.used for promise in inside), default=None)
    renews = (
        f"It renews from {(oldest + privacy.budget.window).date().isoformat()}" if oldest else "Nothing is spent in it"
    )
    window = Limit(f"window of {_days(privacy.budget.window)}", privacy.budget.epsilon, privacy.budget.delta, renews)
    lifetime = Limit("lifetime", privacy.lifetime.epsilon, privacy.lifetime.delta, "It never renews")
    window.check(inside, rho_nano, delta_femto)
    lifetime.check(promises, rho_nano, delta_femto)


def outside_window(privacy: PrivacyPolicy, promises: Sequence[Promise], now: datetime) -> list[Promise]:
    """Promises that no longer count against the window. A clock moved back leaves none out that counted before."""
    return [promise for promise in promises if promise.used <= now - privacy.budget.window]


def _days(window: timedelta) -> str:
    return f"{window.days} days" if window.days else str(window)
