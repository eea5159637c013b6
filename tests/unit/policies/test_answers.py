"""The file of kept answers: a torn or damaged line is no answer, nor is what follows it, and none is believed without its charge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from policies.entry import Entry, EntryKind, make_entry
from policies.errors import LedgerBroken
from policies.stores.answers import AnswerFile, Binding, KeptAnswer, answers_beside

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def ledger_of(spends: int) -> list[Entry]:
    """A reservation and what was spent under it."""
    entries = [make_entry(1, EntryKind.RESERVE, NOW, 0, {}, "0" * 64)]
    for seq in range(2, spends + 2):
        entries.append(make_entry(seq, EntryKind.SPEND, NOW, 1, {}, entries[-1].hash))
    return entries


def filled(path: Path, entries: list[Entry]) -> list[KeptAnswer]:
    file = AnswerFile(path)
    file.begin(Binding(1, entries[0].hash, "keys"))
    answers = [KeptAnswer(entry.seq, entry.hash, "q", [entry.seq, -7, "ä\ud800"]) for entry in entries[1:]]
    for answer in answers:
        file.keep(answer)
    return answers


def test_what_is_kept_is_read_again(tmp_path: Path) -> None:
    path = answers_beside(tmp_path / "ledger.sqlite")
    answers = filled(path, entries := ledger_of(3))
    read = AnswerFile(path)
    assert (read.answers, read.binding) == (answers, Binding(1, entries[0].hash, "keys"))
    assert path.stat().st_mode & 0o777 == 0o600 and [file.name for file in tmp_path.iterdir()] == ["ledger.answers"]
    read.require_paid(entries)
    read.remove()
    assert AnswerFile(path).binding is None


def test_a_file_cut_anywhere_keeps_its_whole_lines_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "ledger.answers"
    answers = filled(path, ledger_of(3))
    whole = path.read_bytes()
    ends = [place + 1 for place, byte in enumerate(whole) if byte == ord("\n")]
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        read = AnswerFile(path)
        sound = sum(end <= cut for end in ends)
        assert read.answers == answers[: max(0, sound - 1)] and (read.binding is None) == (sound == 0)
        if sound:
            read.cut()
            read.keep(answers[-1])
            assert AnswerFile(path).answers == [*answers[: sound - 1], answers[-1]]


def test_a_damaged_line_and_all_after_it_are_lost(tmp_path: Path) -> None:
    path = tmp_path / "ledger.answers"
    answers = filled(path, ledger_of(3))
    whole = path.read_bytes()
    first = whole.index(b"\n") + 1
    for place in range(len(whole)):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x11]) + whole[place + 1 :])
        read = AnswerFile(path)
        assert read.answers == answers[: whole[first:place].count(b"\n")] if place >= first else read.binding is None


@pytest.mark.parametrize("entries", [ledger_of(1), [replace(one, hash="ab") for one in ledger_of(2)], []])
def test_answers_whose_charges_the_ledger_lacks_show_that_it_is_an_older_copy(
    tmp_path: Path, entries: list[Entry]
) -> None:
    path = tmp_path / "ledger.answers"
    filled(path, ledger_of(2))
    AnswerFile(path).require_paid(ledger_of(2))
    with pytest.raises(LedgerBroken, match="behind ledger.answers"):
        AnswerFile(path).require_paid(entries)
