"""The ledger: both budgets, durable spends, and every way to tamper that the chain must see."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.book import check_book
from policies.entry import GENESIS, EntryKind, check_chain, make_entry
from policies.errors import BudgetExhausted, LedgerBroken, LedgerUnavailable
from policies.load import parse_policy
from policies.model import PrivacyPolicy
from policies.privacy import rho_nano_for
from policies.stores.promised import Reservation
from policies.stores.sqlite import BoundLedger, SqliteLedger

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


UNIT = "public.t"


@dataclass(frozen=True)
class FakeCharge:
    """A charge as a measurement describes it."""

    rho_nano: int
    table: str = "public.t"
    columns: tuple[str, ...] = ("a",)
    purpose: str = "one-way"
    sensitivity: int = 1
    sigma: Fraction = Fraction(10**6)
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


def spent(ledger: SqliteLedger, seq: int) -> int:
    """Nano-rho spent under one reservation."""
    return sum(
        entry.body["rho_nano"] for entry in ledger.entries() if (entry.kind, entry.refers) == (EntryKind.SPEND, seq)
    )


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
    bound = BoundLedger(ledger, {"public.t": reservation})
    assert bound.spend(FakeCharge(9_000)).rho_nano == 9_000
    with pytest.raises(BudgetExhausted, match="1000 are left"):
        bound.spend(FakeCharge(1_001))
    with pytest.raises(BudgetExhausted, match="delta"):
        bound.spend(FakeCharge(1, delta_femto=1))
    assert spent(ledger, reservation.seq) == 9_000
    with pytest.raises(BudgetExhausted, match="cannot be given back"):
        ledger.void([reservation], NOW)


def test_void_returns_an_unread_reservation(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    reservation = ledger.reserve("shop", privacy, 10_000, 0, NOW)
    ledger.void([reservation], NOW)
    assert ledger.totals("shop", UNIT).reserved_nano == 0
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
        "UPDATE entry SET kind = 'void' WHERE seq = 4",
        "UPDATE entry SET hash = 'ab' WHERE seq = 4",
        "DELETE FROM entry",
    ],
)
def test_verify_finds_tampering(ledger: SqliteLedger, privacy: PrivacyPolicy, tamper: str) -> None:
    filled(ledger, privacy)
    assert ledger.verify()[0] == 4
    with sqlite3.connect(ledger.path) as other:
        kept = [row[0] for row in other.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger' ORDER BY rowid")]
        other.executescript("DROP TRIGGER entry_no_update; DROP TRIGGER entry_no_delete;")
        other.execute(tamper)
        for trigger in kept:
            other.execute(trigger)
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


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_a_flipped_byte_anywhere_is_found_or_changes_nothing(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Bytes of the file that no entry lives in may change; what the entries say may not, unseen."""
    path = tmp_path_factory.mktemp("flip") / "ledger.sqlite"
    ledger = SqliteLedger(path)
    filled(ledger, parse_policy(POLICY).policy.privacy)
    before = ledger.entries()
    ledger.close()
    content = bytearray(path.read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        changed = SqliteLedger(path)
        changed.verify()
        assert changed.entries() == before
    except LedgerBroken:
        return


def test_a_damaged_schema_is_no_traceback(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    """SQLite quotes a schema it cannot read in its message, and those bytes are no UTF-8."""
    filled(ledger, privacy)
    ledger.close()
    content = ledger.path.read_bytes()
    ledger.path.write_bytes(
        content.replace(b"CREATE TRIGGER entry_no_update BEFORE", b"CREATE TRIGGER entry_no_update \xa0EFORE")
    )
    with pytest.raises(LedgerBroken):
        SqliteLedger(ledger.path)


@pytest.mark.parametrize("tail", [True, False], ids=["tail", "all"])
def test_a_cut_tail_is_seen_by_the_head_beside_it(ledger: SqliteLedger, privacy: PrivacyPolicy, tail: bool) -> None:
    """A cut tail leaves a chain that holds: only what was noted elsewhere tells."""
    filled(ledger, privacy)
    ledger.close()
    kept = ledger.path.read_bytes()
    again = SqliteLedger(ledger.path)
    again.reserve("shop", privacy, 1, 0, NOW)
    again.close()
    if tail:
        ledger.path.write_bytes(kept)
    else:
        ledger.path.unlink()
    with pytest.raises(LedgerBroken, match="disagree"):
        SqliteLedger(ledger.path).verify()


@pytest.mark.parametrize(
    "change",
    [
        {"seq": 7}, {"kind": EntryKind.VOID}, {"time": "2026-03-01T00:00:00.000001+00:00"}, {"refers": 2},
        {"body": {"rho_nano": 2}}, {"body": {"rho_nano": 1, "more": 0}}, {"previous": "0" * 63 + "1"}, {"hash": "0" * 64},
    ],
    ids=str,
)  # fmt: skip
def test_the_hash_covers_every_field(change: dict[str, Any]) -> None:
    first = make_entry(1, EntryKind.RESERVE, NOW, 0, {"rho_nano": 5}, GENESIS)
    second = make_entry(2, EntryKind.SPEND, NOW, 1, {"rho_nano": 1}, first.hash)
    assert check_chain([first, second]) == second.hash
    with pytest.raises(LedgerBroken, match="ledger entry 2"):
        check_chain([first, replace(second, **change)])


FORGED = [
    ("a spend of nothing reserved", [(EntryKind.SPEND, 0, {"rho_nano": 1, "delta_femto": 0})], "no open reservation"),
    ("more than was reserved", [(EntryKind.SPEND, 1, {"rho_nano": 10**12, "delta_femto": 0})], "more than its reservation"),
    ("a negative spend", [(EntryKind.SPEND, 1, {"rho_nano": -5, "delta_femto": 0})], "less than nothing"),
    ("given back after a spend", [(EntryKind.VOID, 1, {})], "gives back what was spent"),
    ("retired without a publication", [(EntryKind.RETIRE, 1, {"release": 1})], "what was not published"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "forged", "said"), FORGED, ids=[case[0] for case in FORGED])
def test_entries_of_a_true_chain_must_make_sense(
    ledger: SqliteLedger,
    privacy: PrivacyPolicy,
    title: str,
    forged: list[tuple[EntryKind, int, dict[str, int]]],
    said: str,
) -> None:
    filled(ledger, privacy)
    entries = ledger.entries()
    check_book(entries)
    for kind, refers, body in forged:
        entries.append(make_entry(len(entries) + 1, kind, NOW, refers, body, entries[-1].hash))
    check_chain(entries)
    with pytest.raises(LedgerBroken, match=said):
        check_book(entries)


def test_the_ledger_believes_its_entry_not_the_caller(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    reservation = ledger.reserve("shop", privacy, 10_000, 0, NOW)
    with pytest.raises(BudgetExhausted, match="10000 are left"):
        ledger.spend(Reservation(reservation.seq, 10**12, 10**9), FakeCharge(10_001))
    with pytest.raises(BudgetExhausted, match="no reservation 99"):
        ledger.spend(Reservation(99, 10**12, 0), FakeCharge(1))
    spend = ledger.spend(reservation, FakeCharge(1))
    with pytest.raises(BudgetExhausted, match="no reservation 2"):
        ledger.spend(Reservation(spend.seq, 10**12, 0), FakeCharge(1))


def test_a_charge_below_its_noise_is_refused(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    reservation = ledger.reserve("shop", privacy, 10_000_000, 0, NOW)
    honest = FakeCharge(5_000_000, sensitivity=1, sigma=Fraction(10))
    with pytest.raises(ValueError):
        ledger.spend(reservation, replace(honest, rho_nano=4_999_999))
    with pytest.raises(ValueError):
        ledger.spend(reservation, replace(honest, delta_femto=-1))
    assert ledger.spend(reservation, honest).rho_nano == 5_000_000


def test_a_reservation_that_left_the_window_cannot_be_spent_under(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    """Otherwise a build resumed after a year would spend beside a whole new window."""
    old = ledger.reserve("shop", privacy, 1000, 0, NOW)
    ledger.spend(old, FakeCharge(1))
    late = datetime.now(UTC) + privacy.budget.window
    other = ledger.reserve("another source", privacy, 1000, 0, late + timedelta(days=1))
    ledger.spend(old, FakeCharge(1))
    new = ledger.reserve("shop", privacy, 1000, 0, late + timedelta(days=1))
    with pytest.raises(BudgetExhausted, match="older than the budget's window"):
        ledger.spend(old, FakeCharge(1))
    ledger.spend(other, FakeCharge(1))
    ledger.spend(new, FakeCharge(1))
    ledger.verify()


def test_use_keeps_a_reservation_in_its_window(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    """A reservation of long ago that was spent under today counts from today."""
    full = rho_nano_for(2, 1e-9)
    long_ago = datetime.now(UTC) - privacy.budget.window - timedelta(days=1)
    reservation = ledger.reserve("shop", privacy, full, 0, long_ago)
    ledger.spend(reservation, FakeCharge(1))
    with pytest.raises(BudgetExhausted, match="window"):
        ledger.reserve("shop", privacy, 10**6, 0, datetime.now(UTC))


def test_publish_and_retire(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    reservation = filled(ledger, privacy)
    entry = ledger.publish(reservation, 3, "ab" * 32, NOW)
    assert entry == ledger.entries()[-1] and ledger.head() == (entry.seq, entry.hash)
    before = ledger.totals("shop", UNIT)
    assert ledger.retire(3, NOW).refers == entry.seq
    assert ledger.totals("shop", UNIT) == before
    assert [one.release for one in ledger.published()] == [3]
    with pytest.raises(LedgerBroken, match="no release 4"):
        ledger.retire(4, NOW)
    with pytest.raises(BudgetExhausted, match="no reservation"):
        ledger.publish(Reservation(77, 0, 0), 5, "", NOW)
    ledger.verify()


def test_times_have_a_zone(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    with pytest.raises(ValueError, match="time zone"):
        ledger.reserve("shop", privacy, 1, 0, datetime(2026, 3, 1))
    assert ledger.entries() == []


@settings(max_examples=25, deadline=None)
@given(
    steps=st.lists(st.tuples(st.sampled_from(["reserve", "spend", "void", "publish"]), st.integers(1, 9)), max_size=15)
)
def test_spent_never_goes_down_and_never_passes_what_was_reserved(
    steps: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever is asked in whatever order; only an unread reservation can be given back."""
    ledger = SqliteLedger(tmp_path_factory.mktemp("walk") / "ledger.sqlite")
    privacy = parse_policy(POLICY).policy.privacy
    made = [ledger.reserve("shop", privacy, 10_000, 0, NOW)]
    for what, number in steps:
        before, one = ledger.totals("shop", UNIT), made[number % len(made)]
        try:
            if what == "reserve":
                made.append(ledger.reserve("shop", privacy, number * 1000, 0, NOW))
            elif what == "spend":
                ledger.spend(one, FakeCharge(number * 700))
            elif what == "void":
                ledger.void([one], NOW)
            else:
                ledger.publish(one, number, "", NOW)
        except BudgetExhausted:
            assert ledger.totals("shop", UNIT) == before
        after = ledger.totals("shop", UNIT)
        assert before.spent_nano <= after.spent_nano <= after.reserved_nano
        assert what == "void" or before.reserved_nano <= after.reserved_nano
    ledger.verify()
    ledger.close()


RACE = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from policies.errors import BudgetExhausted
from policies.load import parse_policy
from policies.stores.sqlite import SqliteLedger
from tests.unit.policies.test_ledger import FakeCharge, POLICY
ledger = SqliteLedger(Path(sys.argv[1]))
privacy = parse_policy(POLICY).policy.privacy
won = 0
for _ in range(12):
    try:
        reservation = ledger.reserve("shop", privacy, int(sys.argv[2]), 0, datetime.now(UTC))
        ledger.spend(reservation, FakeCharge(1))
        won += 1
    except BudgetExhausted:
        pass
print(won)
"""


def test_processes_that_race_share_one_budget(tmp_path: Path) -> None:
    path, tenth = tmp_path / "ledger.sqlite", rho_nano_for(2, 1e-9) // 10
    running = [
        subprocess.Popen([sys.executable, "-c", RACE, str(path), str(tenth)], stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    won = [int(process.communicate()[0]) for process in running]
    assert sum(won) == 10
    assert SqliteLedger(path).verify()[0] == 20


def test_threads_share_one_connection(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    reservation = ledger.reserve("shop", privacy, 10_000, 0, NOW)

    def spend(_: int) -> bool:
        try:
            return ledger.spend(reservation, FakeCharge(400)).seq > 0
        except BudgetExhausted:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(spend, range(40))) == 25
    assert spent(ledger, reservation.seq) == 10_000
    ledger.verify()


def test_a_ledger_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(LedgerUnavailable, match="cannot be opened"):
        SqliteLedger(tmp_path / "file" / "ledger.sqlite")
    (tmp_path / "noise").write_bytes(b"no database at all" * 100)
    with pytest.raises(LedgerBroken, match="damaged"):
        SqliteLedger(tmp_path / "noise")


def test_a_full_disk_charges_nothing_and_says_so(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    reservation = ledger.reserve("shop", privacy, 10_000, 0, NOW)
    pages = ledger._database.rows("PRAGMA page_count")[0][0]
    ledger._database.rows(f"PRAGMA max_page_count = {pages}")
    seen = 0
    with pytest.raises(LedgerUnavailable, match="SQLITE_FULL"):
        for _ in range(500):
            ledger.spend(reservation, FakeCharge(1))
            seen += 1
    assert spent(ledger, reservation.seq) == seen
    ledger._database.rows("PRAGMA max_page_count = 100000")
    ledger.spend(reservation, FakeCharge(1))
    ledger.verify()


def test_only_the_owner_reads_the_ledger(ledger: SqliteLedger, privacy: PrivacyPolicy) -> None:
    filled(ledger, privacy)
    files = sorted(ledger.path.parent.glob("ledger.sqlite*"))
    assert len(files) == 3
    assert all(file.stat().st_mode & 0o077 == 0 for file in files)


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
    assert spent(ledger, 1) >= 7 * len(seen)
    assert ledger.totals("shop", UNIT).reserved_nano == 1_000_000


def test_an_older_copy_put_in_its_place_is_refused(tmp_path: Path, privacy: PrivacyPolicy) -> None:
    """The file beside the ledger knows of a later entry; without that file nothing is believed either."""
    path = tmp_path / "ledger.sqlite"
    ledger = SqliteLedger(path)
    reservation = ledger.reserve("s", privacy, 1_000, 0, NOW)
    ledger.close()
    older = path.read_bytes()
    ledger = SqliteLedger(path)
    ledger.spend(reservation, FakeCharge(10))
    ledger.close()
    for late in (tmp_path / "ledger.sqlite-wal", tmp_path / "ledger.sqlite-shm"):
        late.unlink(missing_ok=True)
    path.write_bytes(older)
    ledger = SqliteLedger(path)
    for change in (
        lambda: ledger.reserve("s", privacy, 1_000, 0, NOW),
        lambda: ledger.spend(reservation, FakeCharge(10)),
    ):
        with pytest.raises(LedgerBroken, match="disagree"):
            change()
    (tmp_path / "ledger.head").unlink()
    with pytest.raises(LedgerBroken, match="disagree"):
        ledger.reserve("s", privacy, 1_000, 0, NOW)
    ledger.close()


def test_an_edited_ledger_reserves_nothing(tmp_path: Path, privacy: PrivacyPolicy) -> None:
    """Not only `verify` looks at the chain."""
    path = tmp_path / "ledger.sqlite"
    ledger = SqliteLedger(path)
    ledger.reserve("s", privacy, 100_000, 0, NOW)
    ledger.close()
    with sqlite3.connect(path) as connection:
        (trigger,) = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'entry_no_update'").fetchone()
        connection.execute("DROP TRIGGER entry_no_update")
        connection.execute("UPDATE entry SET body = replace(body, '100000', '1')")
        connection.execute(trigger)
    ledger = SqliteLedger(path)
    with pytest.raises(LedgerBroken):
        ledger.reserve("s", privacy, 1_000, 0, NOW)
    ledger.close()


def test_a_ledger_protects_one_unit(tmp_path: Path, privacy: PrivacyPolicy) -> None:
    """Costs of different units do not add up to one guarantee."""
    ledger = SqliteLedger(tmp_path / "ledger.sqlite")
    ledger.reserve("s", privacy, 1_000, 0, NOW)
    with pytest.raises(BudgetExhausted, match='protects "public.t"'):
        ledger.reserve("s", privacy.model_copy(update={"unit": "public.visit"}), 1_000, 0, NOW)
    ledger.close()
