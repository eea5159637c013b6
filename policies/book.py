"""What a ledger's entries say together: open reservations, their spends, and the rules no entry may break. Pure.

A chain shows that nobody edited an entry; this shows that the entries make sense. Refuses to know where they are kept.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from policies.budget import Promise
from policies.entry import Entry, EntryKind
from policies.errors import LedgerBroken
from policies.exposure import Published


def promises(entries: Iterable[Entry], source: str, unit: str) -> list[Promise]:
    """The source's reservations for that unit that were not given back, with the time each was last used."""
    found: dict[int, Promise] = {}
    for entry in entries:
        if entry.kind is EntryKind.RESERVE and (entry.body["source"], entry.body["unit"]) == (source, unit):
            body = entry.body
            found[entry.seq] = Promise(entry.seq, _time(entry), body["rho_nano"], body["delta_femto"])
        elif entry.kind is EntryKind.VOID:
            found.pop(entry.refers, None)
        elif entry.kind in (EntryKind.SPEND, EntryKind.RESUME) and entry.refers in found:
            old = found[entry.refers]
            found[old.seq] = Promise(old.seq, max(old.used, _time(entry)), old.rho_nano, old.delta_femto)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class NewestBuild:
    """A source's newest reservation and what came of it. beside: its reservations for further units. release: the last that was noted
    under it, 0 = none."""

    reserve: Entry
    beside: tuple[Entry, ...]
    spends: tuple[Entry, ...]
    resumes: int
    release: int


def newest_build(entries: Iterable[Entry], source: str) -> NewestBuild | None:
    """The build that reserved last, where its reservation was not given back."""
    listed = list(entries)
    mine = [entry for entry in listed if entry.kind is EntryKind.RESERVE and entry.body["source"] == source]
    reserved = [entry for entry in mine if "beside" not in entry.body]
    if not reserved:
        return None
    under = [entry for entry in listed if entry.refers == reserved[-1].seq and entry.kind is not EntryKind.RETIRE]
    if any(entry.kind is EntryKind.VOID for entry in under):
        return None
    group = reservations_of(listed, reserved[-1].seq)
    return NewestBuild(
        reserved[-1],
        tuple(entry for entry in mine if entry.body.get("beside") == reserved[-1].seq),
        tuple(entry for entry in listed if entry.kind is EntryKind.SPEND and entry.refers in group),
        sum(entry.kind is EntryKind.RESUME for entry in under),
        max((int(entry.body["release"]) for entry in under if entry.kind is EntryKind.PUBLISH), default=0),
    )


def reservations_of(entries: Iterable[Entry], first: int) -> set[int]:
    """Numbers of all reservations of a build, one a unit. first: the one that its release refers to."""
    reserved = (entry for entry in entries if entry.kind is EntryKind.RESERVE)
    return {entry.seq for entry in reserved if first in (entry.seq, entry.body.get("beside"))}


def published(entries: Iterable[Entry]) -> list[Published]:
    """Every release that roles were ever served, with its build's reservations, one a unit."""
    listed = list(entries)
    reserved = {entry.seq: entry.body for entry in listed if entry.kind is EntryKind.RESERVE}
    return [
        Published(int(entry.body["release"]), seq, body["rho_nano"], body["delta_femto"], body["unit"])
        for entry in listed
        if entry.kind is EntryKind.PUBLISH and entry.body["served"]
        for seq, body in reserved.items()
        if entry.refers in (seq, body.get("beside"))
    ]


def check_book(entries: Iterable[Entry]) -> None:
    """Raise LedgerBroken at the first entry that no ledger of ours would have taken."""
    left: dict[int, tuple[int, int]] = {}
    spent: set[int] = set()
    void: set[int] = set()
    releases: set[int] = set()
    for entry in entries:
        if entry.kind is EntryKind.RESERVE:
            first = entry.body.get("beside")
            _require(first is None or first in left, entry, "is beside no reservation")
            left[entry.seq] = (entry.body["rho_nano"], entry.body["delta_femto"])
            continue
        if entry.kind is EntryKind.RETIRE:
            _require(entry.refers in releases, entry, "retires what was not published")
            continue
        _require(entry.refers in left and entry.refers not in void, entry, "refers to no open reservation")
        if entry.kind is EntryKind.SPEND:
            rho, delta = left[entry.refers]
            left[entry.refers] = rho - entry.body["rho_nano"], delta - entry.body["delta_femto"]
            _require(min(left[entry.refers]) >= 0, entry, "spends more than its reservation holds")
            _require(entry.body["rho_nano"] >= 0 and entry.body["delta_femto"] >= 0, entry, "spends less than nothing")
            spent.add(entry.refers)
        elif entry.kind is EntryKind.VOID:
            _require(entry.refers not in spent, entry, "gives back what was spent under")
            void.add(entry.refers)
        elif entry.kind is EntryKind.PUBLISH:
            releases.add(entry.seq)


def _time(entry: Entry) -> datetime:
    return datetime.fromisoformat(entry.time)


def _require(holds: bool, entry: Entry, what: str) -> None:
    if not holds:
        raise LedgerBroken(f"ledger entry {entry.seq} {what}", hint="Restore the ledger from its last backup.")
