"""Noisy answers of an unfinished build, one line each, durable before the next question: what a resumed build need not pay for again.

Append-only; a line is a hash and the JSON it is of, so that a line torn by a crash is no answer, and what follows one is none either. Every
line names the ledger's entry that paid for it by number and hash. Refuses to know what was asked.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from policies.book import reservations_of
from policies.entry import Entry, EntryKind
from policies.errors import LedgerBroken, LedgerUnavailable


@dataclass(frozen=True, slots=True)
class Binding:
    """The reservation that the answers were paid from: its entry's number and hash. public: hash of what their codes stand for."""

    reservation: int
    entry: str
    public: str


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """seq, entry: number and hash of the charge. question: hash of what was asked. answer: numbers or texts, noisy."""

    seq: int
    entry: str
    question: str
    answer: list[Any]


def answers_beside(ledger: Path) -> Path:
    """The file that belongs to a ledger: there is one unfinished build at most."""
    return ledger.with_suffix(".answers")


class AnswerFile:
    """What is in the file, as far as it is sound. binding: None where there is no file, or none that can be read."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.binding: Binding | None = None
        self.answers: list[KeptAnswer] = []
        self._sound_bytes = 0
        try:
            content = path.read_bytes()
        except FileNotFoundError:
            return
        except OSError as error:
            raise LedgerUnavailable(
                f"{path.name} cannot be read: {error.strerror}", hint="Check the state folder's rights."
            ) from error
        self._read(content)

    def _read(self, content: bytes) -> None:
        for line in content.splitlines(keepends=True):
            fields = _fields(line)
            if fields is None:
                return
            try:
                if self.binding is None:
                    self.binding = Binding(**fields)
                else:
                    self.answers.append(KeptAnswer(**fields))
            except TypeError:
                return
            self._sound_bytes += len(line)

    def begin(self, binding: Binding) -> None:
        """An empty file in the place of any other, on the disk when this returns."""
        fresh = self.path.with_suffix(f".{os.getpid()}.tmp")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file:
                line = _line(asdict(binding))
                file.write(line)
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self.path)
        finally:
            fresh.unlink(missing_ok=True)
        self._sync_folder()
        self.binding, self.answers, self._sound_bytes = binding, [], len(line)

    def cut(self) -> None:
        """Take away what is not sound, so that the next line begins where a line does."""
        with self.path.open("r+b") as file:
            file.truncate(self._sound_bytes)
            os.fsync(file.fileno())

    def keep(self, answer: KeptAnswer) -> None:
        """Append an answer; on the disk when this returns."""
        with self.path.open("ab") as file:
            file.write(_line(asdict(answer)))
            file.flush()
            os.fsync(file.fileno())

    def remove(self) -> None:
        """The build is finished."""
        self.path.unlink(missing_ok=True)
        self._sync_folder()

    def require_paid(self, entries: Iterable[Entry]) -> None:
        """Raise LedgerBroken where an answer's charge is not in the ledger: it is an older copy of itself."""
        if self.binding is None:
            return
        known = {(entry.seq, entry.hash): entry for entry in entries}
        reserve = known.get((self.binding.reservation, self.binding.entry))
        charges = [known.get((answer.seq, answer.entry)) for answer in self.answers]
        group = reservations_of(known.values(), self.binding.reservation)
        paid = (spend is not None and spend.kind is EntryKind.SPEND and spend.refers in group for spend in charges)
        if reserve is None or reserve.kind is not EntryKind.RESERVE or not all(paid):
            raise LedgerBroken(
                f"the ledger is behind {self.path.name}: charges of answers that were given are missing",
                hint="Restore the ledger from its last backup; until then nothing is built.",
            )

    def _sync_folder(self) -> None:
        descriptor = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _line(fields: dict[str, Any]) -> bytes:
    text = json.dumps(fields, sort_keys=True, separators=(",", ":")).encode("ascii")
    return hashlib.sha256(text).hexdigest().encode("ascii") + b" " + text + b"\n"


def _fields(line: bytes) -> dict[str, Any] | None:
    """What a line says; None where it is torn or damaged."""
    digest, _, text = line.rstrip(b"\n").partition(b" ")
    if not line.endswith(b"\n") or hashlib.sha256(text).hexdigest().encode("ascii") != digest:
        return None
    fields: dict[str, Any] = json.loads(text)
    return fields
