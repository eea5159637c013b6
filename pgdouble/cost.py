"""What a plan costs, what was spent before and what is left: the lines that stand above every question to spend.

Reads the ledger's entries and reserves nothing; the ledger itself decides when a build asks. Knows sums of costs and
their conversion, no measurement. A state folder has one ledger, and everything in it composes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from policies.book import promises, published
from policies.budget import Promise, outside_window
from policies.entry import Entry
from policies.errors import BudgetExhausted
from policies.exposure import Published, exposure_epsilon, exposure_limits
from policies.load import LoadedPolicy
from policies.model import Budget, Lifetime, PrivacyPolicy
from policies.privacy import epsilon_of
from policies.stores.sqlite import SqliteLedger
from synth.plan.model import BuildPlan, UnitPlan

# Every build of a state folder is charged to this one name, so that no alias of the source opens a second budget.
SOURCE = "source"


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One budget before and after a build, as epsilons at the budget's own delta. place: of it in the policy file."""

    name: str
    limit: float
    delta: float
    spent: float
    after: float
    place: str

    @property
    def fits(self) -> bool:
        """Whether the build would stay inside."""
        return self.after <= self.limit

    def text(self) -> str:
        """For a person."""
        verdict = "" if self.fits else ": DOES NOT FIT"
        return (
            f"{self.name}: epsilon {self.spent:.4g} of {self.limit:g} spent, {self.after:.4g} after this build "
            f"(delta {self.delta:g}){verdict}"
        )


@dataclass(frozen=True, slots=True)
class Cost:
    """Both budgets of a policy and the exposures of its roles, against one plan."""

    budgets: tuple[BudgetLine, ...]

    def as_json(self) -> list[dict[str, object]]:
        """For a machine."""
        return [{**asdict(line), "fits": line.fits} for line in self.budgets]

    def require(self) -> None:
        """Raise BudgetExhausted where one of them does not cover the build."""
        for line in self.budgets:
            if not line.fits:
                raise BudgetExhausted(
                    f"{line.place}: the {line.name} budget does not cover this build",
                    detail=line.text(),
                    hint="Ask for a smaller release with --epsilon, wait, or have the policy's owner raise it.",
                )


def cost_of(plan: BuildPlan, loaded: LoadedPolicy, ledger: Path, now: datetime, *, served: bool = True) -> Cost:
    """The plan against what the ledger holds; a ledger that does not exist yet holds nothing, and is not made. served: roles are to
    see the release at once."""
    entries = entries_of(ledger)
    budgets = [
        line
        for privacy, unit in zip(loaded.policy.privacy.units, plan.units)
        for line in _unit_lines(plan, unit, privacy, loaded, promises(entries, SOURCE, unit.name), now)
    ]
    return Cost((*budgets, *(_exposures(plan, loaded, published(entries)) if served else ())))


def _unit_lines(
    plan: BuildPlan,
    unit: UnitPlan,
    privacy: PrivacyPolicy,
    loaded: LoadedPolicy,
    ever: Sequence[Promise],
    now: datetime,
) -> Iterator[BudgetLine]:
    """Both budgets of one unit. ever: all that was promised for it."""
    gone = {promise.seq for promise in outside_window(privacy, ever, now)}
    window = [promise for promise in ever if promise.seq not in gone]
    days = privacy.budget.window.days
    of = f" of {unit.name}" if plan.others else ""
    name = f"{days}-day window" if days else f"{privacy.budget.window} window"
    place = ("privacy", *(() if unit.name == plan.unit else ("other_units", unit.name)))
    yield _line(f"{name}{of}", privacy.budget, window, unit, loaded.at(*place, "budget"))
    yield _line(f"lifetime{of}", privacy.lifetime, ever, unit, loaded.at(*place, "lifetime"))


def entries_of(ledger: Path) -> list[Entry]:
    """What the ledger holds; nothing where there is none yet."""
    if not ledger.exists():
        return []
    book = SqliteLedger(ledger)
    try:
        return book.entries()
    finally:
        book.close()


def _line(name: str, budget: Budget | Lifetime, promised: Sequence[Promise], unit: UnitPlan, place: str) -> BudgetLine:
    rho = sum(promise.rho_nano for promise in promised)
    femto = sum(promise.delta_femto for promise in promised)
    delta = budget.delta
    after = epsilon_of(rho + unit.rho_nano, delta, femto + unit.delta_femto)
    return BudgetLine(name, budget.epsilon, delta, epsilon_of(rho, delta, femto), after, place)


def _exposures(plan: BuildPlan, loaded: LoadedPolicy, before: Sequence[Published]) -> Iterator[BudgetLine]:
    """What each role with a limit will have seen once this build is published too."""
    privacy = loaded.policy.privacy
    now = [Published(0, 0, unit.rho_nano, unit.delta_femto, unit.name) for unit in plan.units]
    after = exposure_epsilon([*before, *now], privacy)
    for role, limit in exposure_limits(loaded.policy).items():
        place = loaded.at("roles", role, "exposure")
        seen = exposure_epsilon(before, privacy)
        yield BudgetLine(f'exposure of "{role}"', limit, privacy.budget.delta, seen, after, place)
