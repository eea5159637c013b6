"""The ledger: both budgets, durable spends, and every way to tamper that the chain must see."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.errors import BudgetExhausted, LedgerBroken
from policies.load import parse_policy
from policies.model import PrivacyPolicy
from policies.privacy import epsilon_of, rho_nano_for
from policies.stores.sqlite import BoundLedger, Reservation, SqliteLedger

NOW = datetime(2026, 3, 1, tzinfo=UTC)
POLICY = """
version: 1
privacy:
  unit: public.t
  budget: {epsilon: 2, delta: 1e-9, window: 365d}
  lifetime: {epsilon: 2.5, delta: 1e-9}
  release: {epsilon: 1}
tables: {public.t: {columns: {}}}
"""


@dataclass(frozen=True)
class FakeCharge:
    """A charge as a measurement describes it."""

    rho_nano: int
    table: str = "public.t"
    columns: tuple[str, ...] = ("a",)
    purpose: str = "one-way"
    sensitivity: int = 1024
    sigma: Fraction = Fraction(2048)
    grid: int = 1024
    delta_femto: int = 0


@pytest.fixture
def privacy() -> PrivacyPolicy:
    return parse_policy(POLICY).policy.privacy


@pytest.fixture
def ledger(tmp_path: Path) -> SqliteLedger:
    return SqliteLedger(tmp_path / "ledger.sqlite")


def filled(ledger: SqliteLedger, privacy: PrivacyPolicy) -> Reservation:
    reservation = ledger.reserve("shop", privacy, rho_nano_for(1, 1e-9), 0, NOW)
    for cost in (1000, 2000, 3000):
        ledger.spend(reservation, FakeCharge(cost))
    return reservation


def test_window_refuses_and_renews(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    half = rho_nano_for(2, 1e-9) // 2
    ledger.reserve("shop", privacy, half, 0, NOW)
    ledger.reserve("shop", privacy, half, 0, NOW)
    with pytest.raises(BudgetExhausted, match="window of 365 days.*spent 2 of 2") as refusal:
        ledger.reserve("shop", privacy, half, 0, NOW)
    assert "2027-03-01" in refusal.value.hint
    assert len(ledger.entries()) == 2
    ledger.reserve("another source", privacy, half, 0, NOW)
    with pytest.raises(BudgetExhausted, match="lifetime"):
        ledger.reserve("shop", privacy, rho_nano_for(2, 1e-9), 0, NOW + timedelta(days=366))
    ledger.reserve("shop", privacy, 1000, 0, NOW + timedelta(days=366))


def test_spend_stays_inside_the_reservation(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    reservation = ledger.reserve("shop", privacy, 10_000, 0, NOW)
    bound = BoundLedger(ledger, reservation)
    assert bound.spend(FakeCharge(9_000)).rho_nano == 9_000
    with pytest.raises(BudgetExhausted, match="1000 are left"):
        bound.spend(FakeCharge(1_001))
    with pytest.raises(BudgetExhausted, match="delta"):
        bound.spend(FakeCharge(1, delta_femto=1))
    assert ledger.spent_of(reservation.seq) == 9_000
    with pytest.raises(BudgetExhausted, match="cannot be given back"):
        ledger.void(reservation, NOW)


def test_void_returns_an_unread_reservation(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    reservation = ledger.reserve("shop", privacy, 10_000, 0, NOW)
    ledger.void(reservation, NOW)
    assert ledger.totals("shop").reserved_nano == 0
    with pytest.raises(BudgetExhausted, match="voided"):
        ledger.spend(reservation, FakeCharge(1))


def test_rows_cannot_be_changed_by_sql(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    filled(ledger, privacy)
    with sqlite3.connect(ledger.path) as other, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        other.execute("DELETE FROM entry WHERE seq = 2")


@pytest.mark.parametrize(
    "tamper",
    [
        "UPDATE entry SET body = replace(body, '2000', '1000') WHERE seq = 3",
        "UPDATE entry SET time = '2020-01-01T00:00:00+00:00' WHERE seq = 2",
        "DELETE FROM entry WHERE seq = 2",
        "DELETE FROM entry WHERE seq = 4",
        "UPDATE entry SET seq = CASE seq WHEN 2 THEN 30 WHEN 3 THEN 2 ELSE seq END WHERE seq IN (2, 3)",
        "UPDATE entry SET refers = 0 WHERE seq = 3",
    ],
)
def test_verify_finds_tampering(ledger: SqliteLedger, privacy: PrivacyPolicy, tamper: str) -> None:
    filled(ledger, privacy)
    assert ledger.verify()[0] == 4
    triggers = ledger.path.parent / "x"
    with sqlite3.connect(ledger.path) as other:
        kept = [row[0] for row in other.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid")]
        other.executescript("DROP TRIGGER entry_no_update; DROP TRIGGER entry_no_delete;")
        other.execute(tamper)
        for trigger in kept:
            other.execute(trigger)
    assert not triggers.exists()
    with pytest.raises(LedgerBroken):
        ledger.verify()


def test_a_rebuilt_shorter_chain_is_behind_its_releases(
    ledger: SqliteLedger, privacy: PrivacyPolicy, tmp_path: Path
) -> None:
    filled(ledger, privacy)
    head = ledger.head()
    ledger.verify_against([head])
    other = SqliteLedger(tmp_path / "other.sqlite")
    other.reserve("shop", privacy, 1000, 0, NOW)
    assert other.verify()[0] == 1
    with pytest.raises(LedgerBroken, match="behind a published release"):
        other.verify_against([head])


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_one_flipped_byte_of_an_entry_is_found(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("flip") / "ledger.sqlite"
    ledger = SqliteLedger(path)
    filled(ledger, parse_policy(POLICY).policy.privacy)
    entry = data.draw(st.sampled_from(ledger.entries()))
    ledger.close()
    content = bytearray(path.read_bytes())
    field = data.draw(st.sampled_from([entry.hash, entry.previous, entry.time, json.dumps(entry.body, sort_keys=True,
                      separators=(",", ":"), ensure_ascii=False)]))  # fmt: skip
    places = [place for place in range(len(content)) if content.startswith(field.encode(), place)]
    place = data.draw(st.sampled_from(places)) + data.draw(st.integers(0, len(field) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    with pytest.raises(LedgerBroken):
        SqliteLedger(path).verify()


CRASH = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from policies.load import parse_policy
from policies.stores.sqlite import SqliteLedger
from tests.unit.policies.test_ledger import FakeCharge, POLICY
ledger = SqliteLedger(Path(sys.argv[1]))
reservation = ledger.reserve("shop", parse_policy(POLICY).policy.privacy, 1_000_000, 0, datetime.now(UTC))
while True:
    receipt = ledger.spend(reservation, FakeCharge(7))
    print(receipt.seq, flush=True)
"""


def test_kill_never_loses_a_receipt(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    process = subprocess.Popen([sys.executable, "-c", CRASH, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    seen = [int(process.stdout.readline()) for _ in range(20)]
    process.send_signal(signal.SIGKILL)
    seen += [int(line) for line in process.stdout.read().splitlines() if line.strip()]
    process.wait()
    ledger = SqliteLedger(path)
    assert ledger.verify()[0] >= seen[-1]
    assert ledger.spent_of(1) >= 7 * len(seen)
    assert ledger.totals("shop").reserved_nano == 1_000_000


@given(st.lists(st.integers(1, 10**7), min_size=1, max_size=8))
def test_conversion_is_monotone_and_inverse(costs: list[int]) -> None:
    totals = [epsilon_of(sum(costs[: index + 1]), 1e-9) for index in range(len(costs))]
    assert totals == sorted(totals)
    rho = rho_nano_for(totals[-1], 1e-9)
    assert rho >= sum(costs) - 1
    assert epsilon_of(rho, 1e-9) <= totals[-1] + 1e-12
