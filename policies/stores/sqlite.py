"""The ledger in SQLite: WAL, synchronous=FULL, append-only by trigger, one transaction a change.

The only IO of the ledger. `reserve` is atomic with the check of both budgets; `spend` is durable before it returns, so an answer
exists only when its charge does. A file beside the database repeats the last head, so that a tail cut off is seen.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

from policies.entry import GENESIS, Entry, EntryKind, canonical, check_chain, make_entry
from policies.errors import BudgetExhausted, LedgerBroken
from policies.model import PrivacyPolicy
from policies.privacy import FEMTO, epsilon_of, rho_nano_for

BUSY_TIMEOUT_S = 30.0

_SCHEMA = (
    "CREATE TABLE entry (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, time TEXT NOT NULL, refers INTEGER NOT NULL, "
    "body TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL UNIQUE) STRICT",
    "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END",
    "CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END",
)


class Charge(Protocol):
    """What a measurement says of itself before it is taken."""

    @property
    def table(self) -> str: ...
    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def purpose(self) -> str: ...
    @property
    def sensitivity(self) -> int: ...
    @property
    def sigma(self) -> Fraction: ...
    @property
    def grid(self) -> int: ...
    @property
    def delta_femto(self) -> int: ...
    @property
    def rho_nano(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Reservation:
    """A promise of rho and delta' for one build. seq: its entry."""

    seq: int
    rho_nano: int
    delta_femto: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a charge is durable; only `spend` makes one."""

    seq: int
    rho_nano: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Composed cost of one source: what reservations that were not voided promised, and what was spent of it."""

    reserved_nano: int
    reserved_delta_femto: int
    spent_nano: int
    spent_delta_femto: int


class BoundLedger:
    """A ledger bound to one reservation: the spender a build measures with."""

    def __init__(self, ledger: SqliteLedger, reservation: Reservation) -> None:
        self._ledger = ledger
        self.reservation = reservation

    def spend(self, charge: Charge) -> Receipt:
        """See SqliteLedger.spend."""
        return self._ledger.spend(self.reservation, charge)


class SqliteLedger:
    """The ledger of a state folder. Several processes may use one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._head_file = path.with_suffix(".head")
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            self._connection = sqlite3.connect(
                path, timeout=BUSY_TIMEOUT_S, isolation_level=None, check_same_thread=False
            )
            self._connection.execute("PRAGMA journal_mode = WAL")
            self._connection.execute("PRAGMA synchronous = FULL")
            with self._transaction():
                if not self._connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'entry'").fetchone():
                    for statement in _SCHEMA:
                        self._connection.execute(statement)
        except sqlite3.DatabaseError as error:
            raise _unreadable(path) from error
        os.chmod(path, 0o600)

    def close(self) -> None:
        """Write the log back and close the file."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        self._connection.close()

    def reserve(
        self, source: str, privacy: PrivacyPolicy, rho_nano: int, delta_femto: int, now: datetime, asked_by: str = ""
    ) -> Reservation:
        """Promise rho_nano to a build of `source`. Raises BudgetExhausted, with nothing written, where either the window's
        or the lifetime's budget would be exceeded by all reservations together."""
        with self._transaction():
            reservations = list(self._reservations(source))
            _check(privacy, reservations, rho_nano, delta_femto, now)
            body = {
                "source": source, "unit": privacy.unit, "neighbours": privacy.neighbours,
                "rho_nano": rho_nano, "delta_femto": delta_femto, "asked_by": asked_by,
            }  # fmt: skip
            entry = self._append(EntryKind.RESERVE, now, 0, body)
        self._note_head(entry)
        return Reservation(entry.seq, rho_nano, delta_femto)

    def spend(self, reservation: Reservation, charge: Charge) -> Receipt:
        """Make a charge durable. Raises BudgetExhausted where the reservation does not cover it."""
        with self._transaction():
            spent_nano, spent_delta = self._spent(reservation.seq)
            if self._is_void(reservation.seq):
                raise BudgetExhausted("the reservation was voided", hint="Start the build again.")
            if spent_nano + charge.rho_nano > reservation.rho_nano:
                raise BudgetExhausted(
                    f"the measurement costs {charge.rho_nano} nano-rho; "
                    f"{reservation.rho_nano - spent_nano} are left of the reservation",
                    hint="This is an error of the plan; nothing was read. Report it.",
                )
            if spent_delta + charge.delta_femto > reservation.delta_femto:
                raise BudgetExhausted(
                    "the discovery exceeds the reservation's delta", hint="Report it; nothing was read."
                )
            body = {
                "table": charge.table, "columns": list(charge.columns), "purpose": charge.purpose,
                "sensitivity": charge.sensitivity, "sigma": str(charge.sigma), "grid": charge.grid,
                "rho_nano": charge.rho_nano, "delta_femto": charge.delta_femto,
            }  # fmt: skip
            entry = self._append(EntryKind.SPEND, datetime.now().astimezone(), reservation.seq, body)
        self._note_head(entry)
        return Receipt(entry.seq, charge.rho_nano)

    def void(self, reservation: Reservation, now: datetime) -> None:
        """Give a reservation back. Refused once anything was spent: what may have been read stays paid for."""
        with self._transaction():
            if self._spent(reservation.seq) != (0, 0):
                raise BudgetExhausted(
                    "a reservation that was read under cannot be given back", hint="It stays charged."
                )
            entry = self._append(EntryKind.VOID, now, reservation.seq, {})
        self._note_head(entry)

    def publish(self, reservation: Reservation, release: int, manifest_sha256: str, now: datetime) -> Entry:
        """Note that a release made under the reservation is published; returns the entry, to be pinned elsewhere."""
        with self._transaction():
            body = {"release": release, "manifest_sha256": manifest_sha256}
            entry = self._append(EntryKind.PUBLISH, now, reservation.seq, body)
        self._note_head(entry)
        return entry

    def entries(self) -> list[Entry]:
        """All entries in order. Raises LedgerBroken where the file cannot be read."""
        try:
            rows = self._connection.execute("SELECT * FROM entry ORDER BY seq").fetchall()
            return [_entry(row) for row in rows]
        except (sqlite3.DatabaseError, ValueError, UnicodeDecodeError) as error:
            raise _unreadable(self.path) from error

    def head(self) -> tuple[int, str]:
        """(seq, hash) of the last entry; (0, zeros) of an empty ledger."""
        row = self._connection.execute("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1").fetchone()
        return (row[0], row[1]) if row else (0, GENESIS)

    def totals(self, source: str) -> Totals:
        """Composed cost of all builds of a source."""
        reservations = list(self._reservations(source))
        spent = [self._spent(seq) for seq, *_ in reservations]
        return Totals(
            sum(rho for _, _, rho, _ in reservations), sum(delta for *_, delta in reservations),
            sum(rho for rho, _ in spent), sum(delta for _, delta in spent),
        )  # fmt: skip

    def spent_of(self, reservation_seq: int) -> int:
        """Nano-rho spent under one reservation."""
        return self._spent(reservation_seq)[0]

    def verify(self) -> tuple[int, str]:
        """Check file, schema, chain and head; returns (seq, hash). Raises LedgerBroken naming what does not hold."""
        try:
            found = self._connection.execute("PRAGMA integrity_check").fetchall()
            schema = self._connection.execute(
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid"
            ).fetchall()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            raise _unreadable(self.path) from error
        if found != [("ok",)] or [row[0] for row in schema] != list(_SCHEMA):
            raise _unreadable(self.path)
        entries = self.entries()
        head = check_chain(entries)
        self._check_head_file(entries)
        return len(entries), head

    def verify_against(self, heads: Iterable[tuple[int, str]]) -> None:
        """Check that the heads which published releases embed are in the ledger. Raises LedgerBroken: a cut tail."""
        known = {entry.seq: entry.hash for entry in self.entries()}
        for seq, head in heads:
            if seq and known.get(seq) != head:
                raise LedgerBroken(
                    f"the ledger is behind a published release: entry {seq} is missing or another",
                    hint="Restore the ledger from its last backup; until then nothing is built or served.",
                )

    def _check_head_file(self, entries: list[Entry]) -> None:
        if not self._head_file.exists():
            return
        words = self._head_file.read_text(encoding="ascii", errors="replace").split()
        seq = int(words[0]) if words and words[0].isdigit() else -1
        if len(words) != 2 or not 0 < seq <= len(entries) or entries[seq - 1].hash != words[1]:
            raise LedgerBroken(
                f"{self._head_file.name} and the ledger disagree: entries are missing, or it was changed",
                hint="Restore both from the last backup.",
            )

    def _note_head(self, entry: Entry) -> None:
        temporary = self._head_file.with_suffix(f".{os.getpid()}.tmp")
        temporary.write_text(f"{entry.seq} {entry.hash}\n", encoding="ascii")
        os.replace(temporary, self._head_file)

    def _append(self, kind: EntryKind, now: datetime, refers: int, body: Mapping[str, Any]) -> Entry:
        seq, previous = self.head()
        entry = make_entry(seq + 1, kind, now, refers, body, previous)
        self._connection.execute(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)",
            (entry.seq, str(kind), entry.time, refers, canonical(body), previous, entry.hash),
        )
        return entry

    def _reservations(self, source: str) -> Iterator[tuple[int, datetime, int, int]]:
        """(seq, time, nano-rho, delta') of the source's reservations that were not voided."""
        entries = self.entries()
        void = {entry.refers for entry in entries if entry.kind is EntryKind.VOID}
        for entry in entries:
            if entry.kind is EntryKind.RESERVE and entry.body["source"] == source and entry.seq not in void:
                yield entry.seq, datetime.fromisoformat(entry.time), entry.body["rho_nano"], entry.body["delta_femto"]

    def _spent(self, reservation: int) -> tuple[int, int]:
        rows = self._connection.execute(
            "SELECT body FROM entry WHERE refers = ? AND kind = ?", (reservation, str(EntryKind.SPEND))
        ).fetchall()
        bodies = [json.loads(body) for (body,) in rows]
        return sum(body["rho_nano"] for body in bodies), sum(body["delta_femto"] for body in bodies)

    def _is_void(self, reservation: int) -> bool:
        query = "SELECT 1 FROM entry WHERE refers = ? AND kind = ?"
        return self._connection.execute(query, (reservation, str(EntryKind.VOID))).fetchone() is not None

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")


def _entry(row: tuple[Any, ...]) -> Entry:
    seq, kind, time, refers, body, previous, digest = row
    fields = json.loads(body)
    if canonical(fields) != body:
        raise ValueError("not canonical")
    return Entry(seq, EntryKind(kind), time, refers, fields, previous, digest)


def _unreadable(path: Path) -> LedgerBroken:
    return LedgerBroken(f"the ledger {path.name} is damaged", hint="Restore it from its last backup.")


def _check(
    privacy: PrivacyPolicy, reservations: list[tuple[int, datetime, int, int]], rho: int, delta: int, now: datetime
) -> None:
    """Both budgets, the window's and the lifetime's."""
    opened = [row for row in reservations if row[1] > now - privacy.budget.window]
    renews = min((row[1] for row in opened), default=now) + privacy.budget.window
    _check_one(f"window of {_days(privacy.budget.window)}", privacy.budget.epsilon, privacy.budget.delta, opened, rho, delta,
               f"It renews from {renews.date().isoformat()}")  # fmt: skip
    _check_one(
        "lifetime", privacy.lifetime.epsilon, privacy.lifetime.delta, reservations, rho, delta, "It never renews"
    )


def _check_one(
    name: str,
    epsilon: float,
    delta: float,
    taken: list[tuple[int, datetime, int, int]],
    rho: int,
    asked: int,
    renews: str,
) -> None:
    spent_rho, spent_delta = sum(row[2] for row in taken), sum(row[3] for row in taken)
    if epsilon_of(spent_rho + rho, delta, spent_delta + asked) <= epsilon:
        return
    left = (
        max(0, rho_nano_for(epsilon, delta, spent_delta + asked) - spent_rho)
        if delta * FEMTO > spent_delta + asked
        else 0
    )
    raise BudgetExhausted(
        f"the {name} budget does not cover this build: asked epsilon {epsilon_of(rho, delta, asked):.3g}, "
        f"spent {epsilon_of(spent_rho, delta, spent_delta):.3g} of {epsilon:g}, left for one more build "
        f"{epsilon_of(left, delta, spent_delta + asked) if left else 0:.3g}",
        hint=f"{renews}; ask for a smaller release, or whoever owns the policy to raise it.",
    )


def _days(window: timedelta) -> str:
    return f"{window.days} days" if window.days else str(window)
