"""One conversation held with two servers at once, compared answer by answer; and the shortest one that still shows a difference.

How many answers a piece has is found out on the source: every message has answers that end its turn, and an error makes the server pass
over all up to Sync. Refuses to know what is sent. Facts: protocol chapter "Message Flow".
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

from proxy.wire import messages as wire
from tests.transcripts.conversation import unescaped, words_of
from tests.transcripts.player import CLOSED, SILENT, Address, Player, same

ENDS: dict[str, frozenset[str]] = {
    "Parse": frozenset({"ParseComplete"}),
    "Bind": frozenset({"BindComplete"}),
    "Describe": frozenset({"RowDescription", "NoData"}),
    "Execute": frozenset({"CommandComplete", "PortalSuspended", "EmptyQueryResponse"}),
    "Close": frozenset({"CloseComplete"}),
    "Sync": frozenset({"ReadyForQuery"}),
    "Query": frozenset({"ReadyForQuery"}),
}
TAGS = {wire.FRONTEND[tag].tag: wire.FRONTEND[tag].__name__ for tag in (b"P", b"B", b"D", b"E", b"C", b"S", b"Q", b"H")}
PATIENCE_S = 20.0  # with a server that says nothing
CRASH_S, RECOVERY_S = 1.0, 60.0  # how soon a crash is known to all, and how long it takes to get over it
UNANSWERED = frozenset({"Flush", "CopyData", "CopyDone", "CopyFail"})
SENDS_AT_ONCE = frozenset({"Sync", "Query", "Flush"})


@dataclass(frozen=True, slots=True)
class Difference:
    """lines: all that was sent; source, double: what the last piece was answered with."""

    lines: tuple[str, ...]
    source: tuple[str, ...]
    double: tuple[str, ...]

    def __str__(self) -> str:
        first = next(
            (place for place, pair in enumerate(zip(self.source, self.double)) if not same([pair[1]], [pair[0]])),
            min(len(self.source), len(self.double)),
        )
        return "\n".join(
            [*(f"F {line}" for line in self.lines), *_around("B ", self.source, first), *_around("X ", self.double, first)]
        )  # fmt: skip


def _around(mark: str, answers: tuple[str, ...], place: int) -> list[str]:
    return [f"{mark}{answer}" for answer in answers[max(0, place - 3) : place + 3]]


class Duel:
    """Two connections to which the same is said."""

    def __init__(self, source: Address, double: Address) -> None:
        self._source, self._double = Player(source, PATIENCE_S), Player(double, PATIENCE_S)
        self._lines: list[str] = []
        self._piece: list[str] = []
        self._skipping = False
        self.is_over = False

    def __enter__(self) -> Duel:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for player in (self._source, self._double):
            player.__exit__(kind, error, at)

    def say(self, line: str) -> Difference | None:
        """One line more. It is sent with those before it as soon as it makes a server answer."""
        self._piece.append(line)
        return self._exchange() if _kind(line) in SENDS_AT_ONCE or _kind(line) == "" else None

    def finish(self) -> Difference | None:
        """What comes after a last Sync and a farewell."""
        if self.is_over:
            return None
        if (difference := self.say("Sync")) is not None or self.is_over:
            return difference
        return self._compared(self._source.rest(), self._double.rest())

    def _exchange(self) -> Difference | None:
        piece, self._piece = self._piece, []
        self._lines += piece
        self._source.send(piece)
        self._double.send(piece)
        expected = [answer for line in piece for answer in self._answers(line)]
        if expected and _is_bug(expected[-1]):
            expected.pop()
        return self._compared(expected, self._double.some(len(expected)))

    def _compared(self, expected: list[str], found: list[str]) -> Difference | None:
        if same(found, expected):
            return None
        self.is_over = True
        return Difference(tuple(self._lines), tuple(expected), tuple(found))

    def _answers(self, line: str) -> list[str]:
        """What the source answers to one message."""
        kind, found = _kind(line), list[str]()
        if self.is_over or kind in UNANSWERED and "Raw" not in line or (self._skipping and kind not in ("Sync", "")):
            return found
        while True:
            (answer,) = self._source.some(1)
            found.append(answer)
            word = answer.split()[0]
            if word in (CLOSED, SILENT):
                self.is_over = True
                return found
            if word == "ReadyForQuery":
                self._skipping = False
            if _is_bug(answer):
                self.is_over = True  # a bug of the source, which nobody has to share
                return found
            if word in ENDS.get(kind, ()):
                return found
            if word == "ErrorResponse" and kind not in ("Query", ""):
                self._skipping = kind != "Sync"
                if kind != "Sync" and not answer.startswith("ErrorResponse FATAL"):
                    return found


def _is_bug(answer: str) -> bool:
    return answer.startswith(("ErrorResponse ERROR XX000", "ErrorResponse FATAL XX000"))


def _kind(line: str) -> str:
    """The message that a line is; '' for bytes that are none."""
    name, words = words_of(line)
    if name != "Raw":
        return name
    data = unescaped(words[0])
    is_whole = len(data) == int.from_bytes(data[1:5], "big") + 1
    return TAGS.get(data[:1], "") if is_whole else ""


def played(source: Address, double: Address, lines: Sequence[str]) -> Difference | None:
    """The first difference of a conversation. One that crashes the source has none, for nobody has to share that: a second connection,
    which a crash ends, is the witness."""
    with Player(source, PATIENCE_S) as witness:
        witness.send(['Query "select 1"'])
        witness.some(4)
        difference = _played(source, double, lines)
        if difference is None or CLOSED not in difference.source or not witness.until_silent(CRASH_S):
            return difference
    _await(source)
    return None


def _await(source: Address) -> None:
    """Until it lets people in again."""
    until = time.monotonic() + RECOVERY_S
    while time.monotonic() < until:
        with Player(source, PATIENCE_S) as player:
            player.send(['Query "select 1"'])
            if player.until_silent(CRASH_S)[-1:] == ["ReadyForQuery I"]:
                return


def _played(source: Address, double: Address, lines: Sequence[str]) -> Difference | None:
    with Duel(source, double) as duel:
        for line in lines:
            if duel.is_over:
                return None
            if (difference := duel.say(line)) is not None:
                return difference
        return duel.finish()


def shortest(source: Address, double: Address, found: Difference) -> Difference:
    """The same with fewer lines: whatever can be left out is, larger pieces first."""
    size = max(1, len(found.lines) // 2)
    while True:
        at = 0
        while at < len(found.lines):
            fewer = found.lines[:at] + found.lines[at + size :]
            again = played(source, double, fewer) if fewer else None
            if again is not None and len(again.lines) < len(found.lines):
                found = again
            else:
                at += size
        if size == 1:
            return found
        size //= 2
