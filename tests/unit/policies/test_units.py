"""Several privacy units of one source: a budget each, reservations that stand or fall together, exposure by the unit that shows most."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from policies.book import newest_build, promises, published, reservations_of
from policies.errors import BudgetExhausted, PolicyInvalid
from policies.exposure import check_exposure, exposure_epsilon
from policies.load import parse_policy
from policies.model import PrivacyPolicy
from policies.privacy import rho_nano_for
from policies.stores.promised import Ask
from policies.stores.sqlite import BoundLedger, SqliteLedger
from tests.policy_text import policy_text
from tests.unit.policies.test_ledger import FakeCharge

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LATER = NOW + timedelta(days=40)
TABLES = "  public.person: {}\n  public.employee: {}"
EMPLOYEE = (
    "{public.employee: {budget: {epsilon: 2, delta: 1e-9, window: 30d}, lifetime: {epsilon: 3, delta: 1e-9}, "
    "release: {epsilon: 1}}}"
)


def privacy_of(others: str = EMPLOYEE) -> PrivacyPolicy:
    return parse_policy(policy_text(TABLES, other_units=others)).policy.privacy


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[SqliteLedger]:
    book = SqliteLedger(tmp_path / "ledger.sqlite")
    yield book
    book.close()


def asks(privacy: PrivacyPolicy, *epsilons: float) -> list[Ask]:
    return [Ask(each, rho_nano_for(epsilon, 1e-9), 0) for each, epsilon in zip(privacy.units, epsilons)]


def test_each_unit_is_as_if_it_were_the_only_one() -> None:
    privacy = privacy_of()
    assert [each.unit for each in privacy.units] == ["public.person", "public.employee"]
    person, employee = privacy.units
    assert (person.budget.epsilon, employee.budget.epsilon) == (50, 2)
    assert employee.units == (employee,) and employee.release_delta == 1e-9


@pytest.mark.parametrize(
    ("others", "said"),
    [
        (EMPLOYEE.replace("public.employee", "public.person"), "is the unit already"),
        (EMPLOYEE.replace("public.employee", "public.nobody"), 'unit table "public.nobody" has no entry'),
        (EMPLOYEE.replace("release: {epsilon: 1}", "release: {epsilon: 2.5}"), "more epsilon than the whole window"),
        (EMPLOYEE.replace("epsilon: 3", "epsilon: 1"), "more epsilon than the lifetime"),
        ("{public.employee: {release: {epsilon: 1}}}", "budget"),
    ],
)
def test_a_unit_that_makes_no_sense_is_refused_at_its_place(others: str, said: str) -> None:
    with pytest.raises(PolicyInvalid, match=said):
        privacy_of(others)


def test_all_reservations_are_made_or_none(ledger: SqliteLedger) -> None:
    privacy = privacy_of()
    first, second = ledger.reserve_units("s", asks(privacy, 4, 1.5), NOW, made_for={"plan": "a"})
    body = ledger.entries()[1].body
    assert (body["unit"], body["beside"], "made_for" in body) == ("public.employee", first.seq, False)
    with pytest.raises(BudgetExhausted, match="window of 30 days"):
        ledger.reserve_units("s", asks(privacy, 4, 1.5), NOW)
    assert len(ledger.entries()) == 2, "the first unit's budget would have covered it, and nothing was written of it"
    ledger.reserve_units("s", asks(privacy, 4, 0.5), LATER)
    assert [promise.seq for promise in promises(ledger.entries(), "s", "public.employee")] == [second.seq, 4]
    ledger.verify()


def test_a_unit_stays_and_another_may_come_beside_it(ledger: SqliteLedger) -> None:
    alone = privacy_of("{}")
    ledger.reserve("s", alone, 1000, 0, NOW)
    ledger.reserve_units("s", asks(privacy_of(), 1, 1), NOW)
    with pytest.raises(BudgetExhausted, match='protects "public.employee"'):
        ledger.reserve("s", alone, 1000, 0, NOW)


def test_charges_go_to_the_unit_that_the_table_belongs_to(ledger: SqliteLedger) -> None:
    first, second = ledger.reserve_units("s", asks(privacy_of(), 4, 1), NOW)
    spender = BoundLedger(ledger, {"public.person": first, "public.shift": second})
    spender.spend(FakeCharge(1000, "public.person"))
    spender.spend(FakeCharge(300, "public.shift"))
    assert ledger.totals("s", "public.person").spent_nano == 1000
    assert ledger.totals("s", "public.employee").spent_nano == 300
    with pytest.raises(BudgetExhausted, match="left of the reservation"):
        spender.spend(FakeCharge(second.rho_nano, "public.shift"))
    with pytest.raises(BudgetExhausted, match="nothing is reserved"):
        spender.spend(FakeCharge(1, "public.other"))


def test_a_build_is_all_its_reservations(ledger: SqliteLedger) -> None:
    privacy = privacy_of()
    first, second = made = ledger.reserve_units("s", asks(privacy, 4, 1), NOW, made_for={"plan": "a"})
    ledger.spend(second, FakeCharge(7))
    ledger.spend(first, FakeCharge(5))
    ledger.resume(list(zip(privacy.units, made)), "s", 1, 0, LATER)
    found = newest_build(ledger.entries(), "s")
    assert found is not None and (found.reserve.seq, found.resumes) == (first.seq, 1)
    assert [entry.seq for entry in found.beside] == [second.seq]
    assert [entry.body["rho_nano"] for entry in found.spends] == [7, 5]
    assert reservations_of(ledger.entries(), first.seq) == {first.seq, second.seq}
    with pytest.raises(BudgetExhausted, match="cannot be given back"):
        ledger.void(made, NOW)
    ledger.verify()


def test_exposure_is_that_of_the_unit_which_shows_most(ledger: SqliteLedger) -> None:
    privacy = privacy_of()
    first, _ = ledger.reserve_units("s", asks(privacy, 1, 2), NOW)
    ledger.publish(first, 1, "ab", NOW)
    seen = published(ledger.entries())
    assert [one.unit for one in seen] == ["public.person", "public.employee"]
    assert exposure_epsilon(seen, privacy) == pytest.approx(2, rel=1e-3)
    check_exposure({"role": 2.0}, seen, privacy)
    with pytest.raises(BudgetExhausted, match="epsilon 2 of 1.5"):
        check_exposure({"role": 1.5}, seen, privacy)
