"""What came of each statement, in both formats, and what that says of each function and operator.

Refuses to know how statements are made. A statement is equal where text and binary are, refused where the double says 0A000 in either,
left out where Postgres itself answers twice differently.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from psycopg import pq

from tests.oracle.compare import BINARY, NOT_SUPPORTED, TEXT, Answer, ask, difference
from tests.oracle.run.inventory import Entry
from tests.oracle.run.lists import Asked
from tests.oracle.run.traced import Traced

TOO_LONG = "57014"


class Verdict(StrEnum):
    """Of a statement."""

    EQUAL = "equal"
    REFUSED = "refused"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A statement's verdict; reason: the refusal's message or the difference. answered: without an error on Postgres."""

    asked: Asked
    verdict: Verdict
    reason: str
    answered: bool
    functions: frozenset[int]
    operators: frozenset[int]


@dataclass(frozen=True, slots=True)
class Covered:
    """An entry and what its statements came to: a verdict, or None where no statement called it and was answered."""

    entry: Entry
    verdict: Verdict | None
    reason: str = ""


class Side:
    """One database on both servers: two connections to the source, one of them traced, and one to the double."""

    def __init__(self, source: str, double: str) -> None:
        self.traced = Traced(source)
        self.source = pq.PGconn.connect(source.encode())
        self.double = pq.PGconn.connect(double.encode())
        for connection in (self.source, self.double):
            assert connection.status == pq.ConnStatus.OK, connection.error_message
        self.source.exec_(b"set default_transaction_read_only = on; set statement_timeout = 2000")

    def outcome(self, asked: Asked) -> Outcome | None:
        """None where Postgres does not answer the same twice, or not in time."""
        again, functions, operators = self.traced.ask(asked.sql)
        expected = ask(self.source, asked.sql)
        if difference(expected, again, asked.ordered) or expected.sqlstate == TOO_LONG:
            return None
        verdict, reason = self._verdict(asked, expected)
        return Outcome(asked, verdict, reason, not expected.sqlstate, functions, operators)

    def _verdict(self, asked: Asked, expected: Answer) -> tuple[Verdict, str]:
        for result_format in (TEXT, BINARY):
            wanted = expected if result_format == TEXT else ask(self.source, asked.sql, result_format)
            found = ask(self.double, asked.sql, result_format)
            if found.sqlstate == NOT_SUPPORTED and wanted.sqlstate != NOT_SUPPORTED:
                return Verdict.REFUSED, found.message
            if problem := difference(wanted, found, asked.ordered):
                return Verdict.DIFFERENT, f"{'binary' if result_format else 'text'}: {problem}"
        return Verdict.EQUAL, ""

    def close(self) -> None:
        """Hang up."""
        self.traced.close()
        self.source.finish()
        self.double.finish()


def coverage(entries: Sequence[Entry], outcomes: Iterable[Outcome]) -> list[Covered]:
    """The best that any statement came to which calls the entry and which Postgres answers without an error."""
    best: dict[tuple[bool, int], tuple[Verdict, str]] = {}
    rank = [Verdict.EQUAL, Verdict.REFUSED, Verdict.DIFFERENT]
    for outcome in outcomes:
        if not outcome.answered:
            continue
        for key in [*((False, oid) for oid in outcome.functions), *((True, oid) for oid in outcome.operators)]:
            if key not in best or rank.index(outcome.verdict) < rank.index(best[key][0]):
                best[key] = (outcome.verdict, outcome.reason)
    return [Covered(entry, *best.get((entry.operator, entry.oid), (None, ""))) for entry in entries]
