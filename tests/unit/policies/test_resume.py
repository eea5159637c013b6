"""A reservation that is gone on with: when it counts, beside what, and which one it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from policies.book import newest_build, promises
from policies.entry import EntryKind
from policies.errors import BudgetExhausted
from policies.load import parse_policy
from policies.model import PrivacyPolicy
from policies.privacy import rho_nano_for
from policies.stores.sqlite import SqliteLedger
from tests.unit.policies.test_ledger import POLICY, UNIT, FakeCharge

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=400)  # beyond the window
HALF = rho_nano_for(2, 1e-9) // 2


@pytest.fixture
def privacy() -> PrivacyPolicy:
    return parse_policy(POLICY).policy.privacy


@pytest.fixture
def ledger(tmp_path: Path) -> SqliteLedger:
    return SqliteLedger(tmp_path / "ledger.sqlite")


def test_what_is_resumed_after_its_window_counts_in_the_next(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    old = ledger.reserve("s", privacy, HALF, 0, NOW)
    ledger.resume([(privacy, old)], "s", 3, 1, LATER)
    assert [promise.used for promise in promises(ledger.entries(), "s", UNIT)] == [LATER]
    with pytest.raises(BudgetExhausted, match="window of 365 days"):
        ledger.reserve("s", privacy, HALF + HALF // 2, 0, LATER)
    ledger.verify()


def test_what_a_later_build_left_out_of_its_window_is_not_resumed(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    old = ledger.reserve("s", privacy, HALF, 0, NOW)
    ledger.reserve("s", privacy, 1000, 0, LATER)
    with pytest.raises(BudgetExhausted, match="older than the budget's window"):
        ledger.resume([(privacy, old)], "s", 0, 0, LATER)


def test_a_smaller_budget_does_not_cover_what_was_reserved(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    old = ledger.reserve("s", privacy, HALF, 0, NOW)
    smaller = parse_policy(POLICY.replace("epsilon: 2,", "epsilon: 1.2,")).policy.privacy
    with pytest.raises(BudgetExhausted, match="does not cover"):
        ledger.resume([(smaller, old)], "s", 0, 0, NOW)
    assert len(ledger.entries()) == 1


def test_the_newest_build_is_the_one_that_goes_on(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    assert newest_build(ledger.entries(), "s") is None
    ledger.reserve("s", privacy, 1000, 0, NOW, made_for={"plan": "a"})
    second = ledger.reserve("s", privacy, 2000, 0, NOW, made_for={"plan": "b"})
    ledger.reserve("another", privacy, 1000, 0, NOW)
    ledger.spend(second, FakeCharge(10))
    ledger.resume([(privacy, second)], "s", 0, 1, NOW)
    found = newest_build(ledger.entries(), "s")
    assert found is not None and found.reserve.seq == second.seq and found.reserve.body["made_for"] == {"plan": "b"}
    assert ([spend.kind for spend in found.spends], found.resumes, found.release) == ([EntryKind.SPEND], 1, 0)
    ledger.publish(second, 4, "ab", NOW)
    ledger.retire(4, NOW)
    done = newest_build(ledger.entries(), "s")
    assert done is not None and done.release == 4
    third = ledger.reserve("s", privacy, 2000, 0, NOW)
    ledger.void([third], NOW)
    assert newest_build(ledger.entries(), "s") is None, "given back, and no reason to look further back"
    ledger.verify()
