"""One ledger entry and the hash chain that ties it to all before it. Pure.

An entry's hash is SHA-256 over its canonical JSON (sorted keys, no blanks, UTF-8; RFC 8785 for the integers and strings used
here), which holds the hash of the entry before. Refuses to know where entries are kept.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from policies.errors import LedgerBroken

GENESIS = "0" * 64


class EntryKind(StrEnum):
    """What an entry records. A change of state is a new entry that refers to an older one."""

    RESERVE = "reserve"
    SPEND = "spend"
    VOID = "void"
    RESUME = "resume"
    PUBLISH = "publish"
    RETIRE = "retire"


@dataclass(frozen=True, slots=True)
class Entry:
    """seq counts from 1; refers: the reservation or publication it belongs to, 0 = none; body: the kind's own fields."""

    seq: int
    kind: EntryKind
    time: str
    refers: int
    body: Mapping[str, Any]
    previous: str
    hash: str


def text_hash(text: str) -> str:
    """Hex SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def canonical(fields: Mapping[str, Any]) -> str:
    """Canonical JSON. Floats are refused: costs are integers."""
    _check_exact(fields)
    return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def make_entry(seq: int, kind: EntryKind, time: datetime, refers: int, body: Mapping[str, Any], previous: str) -> Entry:
    """The next entry of a chain whose head is `previous`."""
    if time.tzinfo is None:
        raise ValueError("a ledger's times have a time zone")
    stamp = time.astimezone(UTC).isoformat(timespec="microseconds")
    return Entry(seq, kind, stamp, refers, body, previous, _hash(seq, kind, stamp, refers, body, previous))


def check_chain(entries: Iterable[Entry]) -> str:
    """The head's hash. Raises LedgerBroken naming the first entry that does not hold."""
    previous, expected = GENESIS, 1
    for entry in entries:
        if entry.seq != expected:
            raise LedgerBroken(f"ledger entry {expected} is missing", hint="Restore the ledger from its last backup.")
        if entry.previous != previous:
            raise LedgerBroken(
                f"ledger entry {entry.seq} does not follow entry {entry.seq - 1}",
                hint="Restore the ledger from its last backup.",
            )
        if _hash(entry.seq, entry.kind, entry.time, entry.refers, entry.body, entry.previous) != entry.hash:
            raise LedgerBroken(f"ledger entry {entry.seq} was changed", hint="Restore the ledger from its last backup.")
        previous, expected = entry.hash, expected + 1
    return previous


def _hash(seq: int, kind: str, time: str, refers: int, body: Mapping[str, Any], previous: str) -> str:
    fields = {"seq": seq, "kind": str(kind), "time": time, "refers": refers, "body": dict(body), "previous": previous}
    return text_hash(canonical(fields))


def _check_exact(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a ledger entry holds integers and text only")
    if isinstance(value, Mapping):
        for item in value.values():
            _check_exact(item)
    elif isinstance(value, list | tuple):
        for item in value:
            _check_exact(item)
