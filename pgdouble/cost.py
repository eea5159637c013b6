"""What a plan costs, what was spent before and what is left: the lines that stand above every question to spend.

Reads the ledger's entries and reserves nothing; the ledger itself decides when a build asks. Knows sums of costs and
their conversion, no measurement. A state folder has one ledger, and everything in it composes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from policies.entry import Entry, EntryKind
from policies.errors import BudgetExhausted
from policies.model import PrivacyPolicy
from policies.privacy import epsilon_of
from policies.stores.sqlite import SqliteLedger
from synth.plan.model import BuildPlan

# Every build of a state folder is charged to this one name, so that no alias of the source opens a second budget.
SOURCE = "source"


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """One budget before and after a build, as epsilons at the budget's own delta."""

    name: str
    limit: float
    delta: float
    spent: float
    after: float

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
    """Both budgets of a policy against one plan."""

    budgets: tuple[BudgetLine, ...]

    def as_json(self) -> list[dict[str, object]]:
        """For a machine."""
        return [{**asdict(line), "fits": line.fits} for line in self.budgets]

    def require(self) -> None:
        """Raise BudgetExhausted where one of them does not cover the build."""
        for line in self.budgets:
            if not line.fits:
                raise BudgetExhausted(
                    f"the {line.name} budget does not cover this build",
                    detail=line.text(),
                    hint="Ask for a smaller release with --epsilon, wait, or have the policy's owner raise it.",
                )


def cost_of(plan: BuildPlan, privacy: PrivacyPolicy, ledger: Path, now: datetime) -> Cost:
    """The plan against what the ledger holds; a ledger that does not exist yet holds nothing, and is not made."""
    entries = _entries(ledger)
    ever = list(_reserved(entries))
    since = now - privacy.budget.window
    window = [entry for entry in ever if datetime.fromisoformat(entry.time) > since]
    days = privacy.budget.window.days
    name = f"{days}-day window" if days else f"{privacy.budget.window} window"
    return Cost(
        (
            _line(name, privacy.budget.epsilon, privacy.budget.delta, window, plan),
            _line("lifetime", privacy.lifetime.epsilon, privacy.lifetime.delta, ever, plan),
        )
    )


def _entries(ledger: Path) -> list[Entry]:
    if not ledger.exists():
        return []
    book = SqliteLedger(ledger)
    try:
        return book.entries()
    finally:
        book.close()


def _reserved(entries: Iterable[Entry]) -> Iterable[Entry]:
    """Reservations that were not given back."""
    listed = list(entries)
    void = {entry.refers for entry in listed if entry.kind is EntryKind.VOID}
    return (entry for entry in listed if entry.kind is EntryKind.RESERVE and entry.seq not in void)


def _line(name: str, limit: float, delta: float, entries: list[Entry], plan: BuildPlan) -> BudgetLine:
    rho = sum(entry.body["rho_nano"] for entry in entries)
    femto = sum(entry.body["delta_femto"] for entry in entries)
    after = epsilon_of(rho + plan.rho_nano, delta, femto + plan.delta_femto)
    return BudgetLine(name, limit, delta, epsilon_of(rho, delta, femto), after)
