"""The lines above the question to spend: what the ledger holds, what a build adds, what refuses it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pgdouble.cost import SOURCE, cost_of
from policies.errors import BudgetExhausted
from policies.load import parse_policy
from policies.privacy import epsilon_of, rho_nano_for
from policies.stores.sqlite import SqliteLedger
from synth.plan.model import BuildPlan
from synth.source.schema import Schema

NOW = datetime(2025, 7, 1, tzinfo=UTC)
TEXT = """
version: 1
privacy:
  unit: public.customers
  budget: {epsilon: 2, delta: 1e-9, window: 365d}
  lifetime: {epsilon: 3, delta: 1e-9}
  release: {epsilon: 1}
tables:
  public.customers: {columns: {"*": auto}}
"""
POLICY = parse_policy(TEXT)
PRIVACY = POLICY.policy.privacy
LIMITED = parse_policy(TEXT + "roles:\n  r: {exposure: {epsilon: 1.2}}\n")


def plan(epsilon: float) -> BuildPlan:
    """A plan that costs so much; nothing else of it is looked at."""
    rho_nano = rho_nano_for(epsilon, 1e-9)
    return BuildPlan("public.customers", epsilon, 1e-9, rho_nano, 0, {}, (), (), (), (), Schema({}))


def reserve(path: Path, epsilon: float, ago: timedelta) -> None:
    """One earlier build."""
    ledger = SqliteLedger(path)
    ledger.reserve(SOURCE, PRIVACY, rho_nano_for(epsilon, 1e-9), 0, NOW - ago)
    ledger.close()


def test_an_absent_ledger_holds_nothing_and_is_not_made(tmp_path: Path) -> None:
    """`check` leaves no file behind."""
    cost = cost_of(plan(1), POLICY, tmp_path / "ledger.sqlite", NOW)
    assert [line.spent for line in cost.budgets] == [0, 0]
    assert list(tmp_path.iterdir()) == []
    cost.require()


def test_the_window_forgets_and_the_lifetime_does_not(tmp_path: Path) -> None:
    """A build of two years ago counts in the second line alone."""
    ledger = tmp_path / "ledger.sqlite"
    reserve(ledger, 1, timedelta(days=730))
    window, lifetime = cost_of(plan(1), POLICY, ledger, NOW).budgets
    assert window.spent == 0
    assert lifetime.spent == pytest.approx(1, rel=1e-3)
    assert lifetime.after == pytest.approx(epsilon_of(2 * rho_nano_for(1, 1e-9), 1e-9))


def test_what_does_not_fit_is_refused_with_what_was_asked_and_spent(tmp_path: Path) -> None:
    """Before the source is opened."""
    ledger = tmp_path / "ledger.sqlite"
    reserve(ledger, 1.5, timedelta(days=1))
    cost = cost_of(plan(1.5), POLICY, ledger, NOW)
    assert not cost.budgets[0].fits
    with pytest.raises(BudgetExhausted, match="^policy.yaml:5:3: the 365-day window budget") as caught:
        cost.require()
    assert "of 2 spent" in caught.value.detail


def test_it_agrees_with_the_ledger(tmp_path: Path) -> None:
    """The two must never differ: what fits here is what `reserve` accepts."""
    ledger = tmp_path / "ledger.sqlite"
    reserve(ledger, 1, timedelta(days=1))
    for epsilon in (0.5, 0.9, 1.2, 1.4, 1.6, 2):
        asked = plan(epsilon)
        fits = all(line.fits for line in cost_of(asked, POLICY, ledger, NOW).budgets)
        copy = tmp_path / f"{epsilon}.sqlite"
        reserve(copy, 1, timedelta(days=1))
        book = SqliteLedger(copy)
        try:
            book.reserve(SOURCE, PRIVACY, asked.rho_nano, 0, NOW)
            accepted = True
        except BudgetExhausted:
            accepted = False
        finally:
            book.close()
        assert fits is accepted, epsilon


def test_a_build_that_was_given_back_costs_nothing(tmp_path: Path) -> None:
    """Only before anything was read, which the ledger holds."""
    path = tmp_path / "ledger.sqlite"
    ledger = SqliteLedger(path)
    ledger.void([ledger.reserve(SOURCE, PRIVACY, 10_000_000, 0, NOW)], NOW)
    ledger.close()
    assert [line.spent for line in cost_of(plan(1), POLICY, path, NOW).budgets] == [0, 0]


def test_what_a_role_may_see_is_a_budget_too(tmp_path: Path) -> None:
    """One release of epsilon 1 fits its exposure of 1.2, a second one does not; one that was kept back does not count."""
    path = tmp_path / "ledger.sqlite"
    ledger = SqliteLedger(path)
    kept = ledger.reserve(SOURCE, PRIVACY, rho_nano_for(0.5, 1e-9), 0, NOW)
    ledger.publish(kept, 1, "", NOW, served=False)
    assert [line.fits for line in cost_of(plan(1), LIMITED, path, NOW).budgets] == [True, True, True]
    ledger.serve(1, {}, PRIVACY, NOW)
    ledger.serve(1, {}, PRIVACY, NOW)
    assert len(ledger.published()) == 1
    line = cost_of(plan(1.2), LIMITED, path, NOW).budgets[2]
    assert (line.name, line.limit, line.fits) == ('exposure of "r"', 1.2, False)
    ledger.close()
