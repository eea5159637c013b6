"""The ledger in SQLite: append-only by trigger, one transaction a change, durable before it returns.

The only IO of the ledger. `reserve` is atomic with the check of both budgets; `spend` is durable before it returns, so an answer
exists only when its charge does. A file beside the database repeats the last head, so that a tail cut off is seen.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from policies.book import check_book, promises, published
from policies.budget import check_budgets, outside_window
from policies.entry import GENESIS, Entry, EntryKind, canonical, check_chain, make_entry
from policies.errors import BudgetExhausted, LedgerBroken, LedgerUnavailable
from policies.exposure import Published, check_exposure
from policies.model import PrivacyPolicy
from policies.privacy import gaussian_rho_nano
from policies.stores.database import Database
from policies.stores.promised import Ask, Charge, Receipt, Reservation, Totals

_SCHEMA = (
    "CREATE TABLE entry (seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, time TEXT NOT NULL, refers INTEGER NOT NULL, "
    "body TEXT NOT NULL, previous TEXT NOT NULL, hash TEXT NOT NULL UNIQUE) STRICT",
    "CREATE TRIGGER entry_no_update BEFORE UPDATE ON entry BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END",
    "CREATE TRIGGER entry_no_delete BEFORE DELETE ON entry BEGIN SELECT raise(ABORT, 'the ledger is append-only'); END",
)


class BoundLedger:
    """A ledger bound to one build's reservations: the spender it measures with. by_table: where a table's charges go."""

    def __init__(self, ledger: SqliteLedger, by_table: Mapping[str, Reservation]) -> None:
        self._ledger = ledger
        self._by_table = by_table

    def spend(self, charge: Charge) -> Receipt:
        """See SqliteLedger.spend. Raises BudgetExhausted where nothing was reserved for the table."""
        if charge.table not in self._by_table:
            raise BudgetExhausted(f'nothing is reserved for "{charge.table}"', hint="Report it; nothing was read.")
        return self._ledger.spend(self._by_table[charge.table], charge)


class SqliteLedger:
    """The ledger of a state folder. Several threads and processes may use one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._head_file = path.with_suffix(".head")
        self._database = Database(path, _SCHEMA, "ledger")
        if self._noted_head() is None and not self.head()[0]:
            self._note_head(0, GENESIS)

    def close(self) -> None:
        """Write the log back and close the file."""
        self._database.close()

    def reserve(
        self,
        source: str,
        privacy: PrivacyPolicy,
        rho_nano: int,
        delta_femto: int,
        now: datetime,
        asked_by: str = "",
        made_for: Mapping[str, str] | None = None,
    ) -> Reservation:
        """`reserve_units` for one unit."""
        return self.reserve_units(source, [Ask(privacy, rho_nano, delta_femto)], now, asked_by, made_for)[0]

    def reserve_units(
        self,
        source: str,
        asks: Sequence[Ask],
        now: datetime,
        asked_by: str = "",
        made_for: Mapping[str, str] | None = None,
    ) -> tuple[Reservation, ...]:
        """Promise a build of `source` what it asks, an entry a unit, all or none. Raises BudgetExhausted, with nothing written, where
        the window's or the lifetime's budget of a unit would be exceeded by all its reservations together. made_for: hashes of what is to
        be built; without, the build cannot be resumed.

        What this leaves out of its window as too old is closed: spent under later, it would count in no window.
        """
        if any(ask.rho_nano < 0 or ask.delta_femto < 0 for ask in asks):
            raise ValueError("a reservation cannot be negative")
        made: list[Reservation] = []
        with self._change():
            self._require_sound()
            before = self.entries()
            _require_units(before, source, [ask.privacy.unit for ask in asks])
            for ask in asks:
                privacy, taken = ask.privacy, promises(before, source, ask.privacy.unit)
                check_budgets(privacy, taken, ask.rho_nano, ask.delta_femto, now)
                body = {
                    "source": source, "unit": privacy.unit, "neighbours": privacy.neighbours,
                    "rho_nano": ask.rho_nano, "delta_femto": ask.delta_femto, "asked_by": asked_by,
                    "closes": [promise.seq for promise in outside_window(privacy, taken, now)],
                    **({"made_for": dict(made_for)} if made_for and not made else {}),
                    **({"beside": made[0].seq} if made else {}),
                }  # fmt: skip
                entry = self._append(EntryKind.RESERVE, now, 0, body)
                made.append(Reservation(entry.seq, ask.rho_nano, ask.delta_femto))
        return tuple(made)

    def spend(self, reservation: Reservation, charge: Charge) -> Receipt:
        """Make a charge durable. Raises BudgetExhausted where the reservation does not cover it."""
        rho_nano, delta_femto = charge.rho_nano, charge.delta_femto
        if rho_nano < gaussian_rho_nano(charge.sensitivity, charge.sigma) or delta_femto < 0:
            raise ValueError("a charge must cost what its noise costs")
        with self._change():
            self._require_head()
            self._require_room(reservation.seq, rho_nano, delta_femto)
            body = {
                "table": charge.table, "columns": list(charge.columns), "purpose": charge.purpose,
                "sensitivity": charge.sensitivity, "sigma": str(charge.sigma), "grid": charge.grid,
                "rho_nano": rho_nano, "delta_femto": delta_femto,
            }  # fmt: skip
            entry = self._append(EntryKind.SPEND, datetime.now(UTC), reservation.seq, body)
        return Receipt(entry.seq, rho_nano)

    def resume(
        self, reserved: Sequence[tuple[PrivacyPolicy, Reservation]], source: str, kept: int, lost: int, now: datetime
    ) -> None:
        """Note that a build goes on under its reservations, one a unit, which count in the window from now on as if they were made now.
        Raises BudgetExhausted where one is not open, or where budgets would not cover it beside the others. kept, lost: answers that were
        paid."""
        with self._change():
            self._require_sound()
            before = self.entries()
            for privacy, mine in reserved:
                self._require_open(mine.seq)
                others = [one for one in promises(before, source, privacy.unit) if one.seq != mine.seq]
                check_budgets(privacy, others, mine.rho_nano, mine.delta_femto, now)
                self._append(EntryKind.RESUME, now, mine.seq, {"kept": kept, "lost": lost})

    def void(self, reservations: Iterable[Reservation], now: datetime) -> None:
        """Give a build's reservations back. Refused once anything was spent: what may have been read stays paid for."""
        with self._change():
            for reservation in reservations:
                self._require_open(reservation.seq)
                if self._count(EntryKind.SPEND, reservation.seq):
                    raise BudgetExhausted(
                        "a reservation that was read under cannot be given back", hint="It stays charged."
                    )
                self._append(EntryKind.VOID, now, reservation.seq, {})

    def publish(
        self, reservation: Reservation, release: int, manifest_sha256: str, now: datetime, *, served: bool = True
    ) -> Entry:
        """Note a release made under the reservation; returns the entry, to be pinned elsewhere. served: whether roles see it now."""
        with self._change():
            self._require_open(reservation.seq)
            body = {"release": release, "manifest_sha256": manifest_sha256, "served": served}
            return self._append(EntryKind.PUBLISH, now, reservation.seq, body)

    def serve(self, release: int, limits: Mapping[str, float], privacy: PrivacyPolicy, now: datetime) -> None:
        """Note that a release is served from now on. Raises LedgerBroken for an unknown one, BudgetExhausted where the exposure of a
        role would exceed its limit."""
        with self._change():
            entry = self._noted(release)
            served = replace(entry, body={**entry.body, "served": True})
            before = self.entries()
            check_exposure(limits, published([*before, served]), privacy)
            if not any(one.release == release for one in published(before)):
                self._append(EntryKind.PUBLISH, now, entry.refers, served.body)

    def retire(self, release: int, now: datetime) -> Entry:
        """Note that a release is served no more. Nothing is returned to a budget. Raises LedgerBroken for an unknown one."""
        with self._change():
            return self._append(EntryKind.RETIRE, now, self._noted(release).seq, {"release": release})

    def entries(self) -> list[Entry]:
        """All entries in order. Raises LedgerBroken where the file cannot be read."""
        rows = self._database.rows("SELECT seq, kind, time, refers, body, previous, hash FROM entry ORDER BY seq")
        try:
            return [_entry(row) for row in rows]
        except (ValueError, TypeError) as error:
            raise self._database.trouble(error) from error

    def head(self) -> tuple[int, str]:
        """(seq, hash) of the last entry; (0, zeros) of an empty ledger."""
        rows = self._database.rows("SELECT seq, hash FROM entry ORDER BY seq DESC LIMIT 1")
        return (rows[0][0], rows[0][1]) if rows else (0, GENESIS)

    def hash_of(self, seq: int) -> str:
        """Hash of an entry that is there."""
        return str(self._database.rows("SELECT hash FROM entry WHERE seq = ?", (seq,))[0][0])

    def totals(self, source: str, unit: str) -> Totals:
        """Composed cost of all builds of a source to one unit."""
        taken = promises(self.entries(), source, unit)
        spent = [self._spent(promise.seq) for promise in taken]
        return Totals(
            sum(promise.rho_nano for promise in taken), sum(promise.delta_femto for promise in taken),
            sum(rho for rho, _ in spent), sum(delta for _, delta in spent),
        )  # fmt: skip

    def published(self) -> list[Published]:
        """Every release that was ever published, for the check of exposures."""
        return published(self.entries())

    def verify(self) -> tuple[int, str]:
        """Check file, schema, chain, sense and head; returns (seq, hash). Raises LedgerBroken naming what does not hold."""
        with self._database.transaction():  # so that no other process appends meanwhile
            return self._require_sound()

    def verify_against(self, heads: Iterable[tuple[int, str]]) -> None:
        """Check that the heads which published releases embed are in the ledger. Raises LedgerBroken: a cut tail."""
        known = {entry.seq: entry.hash for entry in self.entries()}
        for seq, head in heads:
            if seq and known.get(seq) != head:
                raise LedgerBroken(
                    f"the ledger is behind a published release: entry {seq} is missing or another",
                    hint="Restore the ledger from its last backup; until then nothing is built or served.",
                )

    def _noted(self, release: int) -> Entry:
        """The newest entry of a release."""
        for entry in reversed(self.entries()):
            if entry.kind is EntryKind.PUBLISH and entry.body["release"] == release:
                return entry
        raise LedgerBroken(
            f"the ledger knows no release {release}", hint="`pgdouble ledger show` lists what was published."
        )

    def _require_room(self, reservation: int, rho_nano: int, delta_femto: int) -> None:
        body = self._require_open(reservation)
        spent_nano, spent_delta = self._spent(reservation)
        if spent_nano + rho_nano > body["rho_nano"]:
            raise BudgetExhausted(
                f"the measurement costs {rho_nano} nano-rho; {body['rho_nano'] - spent_nano} are left of the reservation",
                hint="This is an error of the plan; nothing was read. Report it.",
            )
        if spent_delta + delta_femto > body["delta_femto"]:
            raise BudgetExhausted("the discovery exceeds the reservation's delta", hint="Report it; nothing was read.")

    def _require_open(self, reservation: int) -> Mapping[str, Any]:
        """The reservation as the ledger has it. Raises BudgetExhausted where it is unknown, voided or closed."""
        query = "SELECT body FROM entry WHERE seq = ? AND kind = ?"
        found = self._database.rows(query, (reservation, str(EntryKind.RESERVE)))
        if not found:
            raise BudgetExhausted(f"the ledger has no reservation {reservation}", hint="Start the build again.")
        if self._count(EntryKind.VOID, reservation):
            raise BudgetExhausted("the reservation was voided", hint="Start the build again.")
        closing = self._database.rows(
            "SELECT 1 FROM entry, json_each(body, '$.closes') WHERE kind = ? AND entry.seq > ? AND value = ?",
            (str(EntryKind.RESERVE), reservation, reservation),
        )
        if closing:
            raise BudgetExhausted("the reservation is older than the budget's window", hint="Start the build again.")
        body: Mapping[str, Any] = json.loads(found[0][0])
        return body

    def _spent(self, reservation: int) -> tuple[int, int]:
        """(nano-rho, delta') spent under a reservation."""
        (row,) = self._database.rows(
            "SELECT coalesce(sum(json_extract(body, '$.rho_nano')), 0), coalesce(sum(json_extract(body, '$.delta_femto')), 0) "
            "FROM entry WHERE refers = ? AND kind = ?",
            (reservation, str(EntryKind.SPEND)),
        )
        return int(row[0]), int(row[1])

    def _count(self, kind: EntryKind, refers: int) -> int:
        rows = self._database.rows("SELECT count(*) FROM entry WHERE refers = ? AND kind = ?", (refers, str(kind)))
        return int(rows[0][0])

    def _append(self, kind: EntryKind, now: datetime, refers: int, body: Mapping[str, Any]) -> Entry:
        """Write the next entry, inside a transaction."""
        seq, previous = self.head()
        entry = make_entry(seq + 1, kind, now, refers, body, previous)
        self._database.run(
            "INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?)",
            (entry.seq, str(kind), entry.time, refers, canonical(body), previous, entry.hash),
        )
        return entry

    @contextmanager
    def _change(self) -> Iterator[None]:
        """A transaction, and the head beside it once it is durable: a head that is ahead would be a false alarm."""
        with self._database.transaction():
            yield
        self._note_head(*self.head())

    def _note_head(self, seq: int, head: str) -> None:
        temporary = self._head_file.with_suffix(f".{os.getpid()}.{threading.get_ident()}.tmp")
        try:
            with temporary.open("w", encoding="ascii") as file:
                file.write(f"{seq} {head}\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self._head_file)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise LedgerUnavailable(
                f"{self._head_file.name} cannot be written: {error.strerror}",
                hint="The last charge stands although nothing was read for it. Check disk space and rights.",
            ) from error

    def _noted_head(self) -> tuple[int, str] | None:
        """What the file beside the ledger says; None where it is not there."""
        try:
            words = self._head_file.read_text(encoding="ascii", errors="replace").split()
        except FileNotFoundError:
            return None
        return (int(words[0]), words[1]) if len(words) == 2 and words[0].isdigit() else (-1, "")

    def _require_sound(self) -> tuple[int, str]:
        """(seq, hash) of a ledger whose file, chain, sense and head hold. Raises LedgerBroken."""
        self._database.check()
        entries = self.entries()
        head = check_chain(entries)
        check_book(entries)
        self._require_head()
        return len(entries), head

    def _require_head(self) -> None:
        """The ledger holds the head that was noted last: an older copy put in its place does not."""
        noted = self._noted_head()
        known = {0: GENESIS}
        known.update(self._database.rows("SELECT seq, hash FROM entry WHERE seq = ?", (noted[0],)) if noted else [])
        if noted is None or known.get(noted[0]) != noted[1]:
            raise LedgerBroken(
                f"{self._head_file.name} and the ledger disagree: entries are missing, or one of the two was changed",
                hint="Restore both from the last backup.",
            )


def _require_units(entries: Iterable[Entry], source: str, units: Sequence[str]) -> None:
    """A source's builds protect whom they protected before: costs to different units do not add up. Another one may come beside them."""
    for entry in entries:
        if entry.kind is EntryKind.RESERVE and entry.body["source"] == source and entry.body["unit"] not in units:
            named = " and ".join(f'"{unit}"' for unit in units)
            raise BudgetExhausted(
                f'this ledger protects "{entry.body["unit"]}", and the policy names {named} as its unit',
                hint="Keep the unit, or start another state folder and answer for what both releases show together.",
            )


def _entry(row: tuple[Any, ...]) -> Entry:
    seq, kind, time, refers, body, previous, digest = row
    fields = json.loads(body)
    if canonical(fields) != body:
        raise ValueError("not canonical")
    return Entry(seq, EntryKind(kind), time, refers, fields, previous, digest)
