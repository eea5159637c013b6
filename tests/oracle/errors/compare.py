"""One statement on Postgres and on the double: the fields of the two errors, and counts of how far they agree.

Facts: libpq's error fields. Refuses to know which statements are asked; the SQLSTATE that one counts under is Postgres'.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from psycopg import pq

from tests.pair import Pair

SYNTAX = "42601"
FIELDS = {
    "message": pq.DiagnosticField.MESSAGE_PRIMARY,
    "position": pq.DiagnosticField.STATEMENT_POSITION,
    "detail": pq.DiagnosticField.MESSAGE_DETAIL,
    "hint": pq.DiagnosticField.MESSAGE_HINT,
}


@dataclass(frozen=True, slots=True)
class Told:
    """What a server said of a statement; sqlstate is '' where it answered."""

    sqlstate: str
    message: str = ""
    position: str = ""
    detail: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """A statement with both answers."""

    statement: str
    real: Told
    double: Told

    def same(self, *names: str) -> bool:
        """Whether the SQLSTATE and these fields agree."""
        return all(getattr(self.real, name) == getattr(self.double, name) for name in ("sqlstate", *names))


@dataclass(slots=True)
class Tally:
    """Counts by SQLSTATE of Postgres: statements, and those that agree in so much."""

    total: Counter[str] = field(default_factory=Counter)
    sqlstate: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    position: Counter[str] = field(default_factory=Counter)
    all: Counter[str] = field(default_factory=Counter)

    def add(self, case: Case) -> None:
        """Count a case."""
        code = case.real.sqlstate or "accepted"
        self.total[code] += 1
        self.sqlstate[code] += case.same()
        self.told[code] += case.same("message", "position")
        self.position[code] += case.same("position")
        self.all[code] += case.same(*FIELDS)

    def share(self, counts: Counter[str], syntax: bool) -> float:
        """The share that a counter has of the syntax errors, or of all else."""
        codes = [code for code in self.total if (code == SYNTAX) == syntax]
        return sum(counts[code] for code in codes) / max(sum(self.total[code] for code in codes), 1)

    def lines(self) -> Iterator[str]:
        """A line for each SQLSTATE, and the last one."""
        for code in sorted(self.total):
            yield (
                f"{code}: {self.total[code]} statements, {self.sqlstate[code]} same SQLSTATE, "
                f"{self.told[code]} same message and position, {self.all[code]} same detail and hint too"
            )
        yield (
            f"syntax errors: {self.share(self.sqlstate, True):.1%} same SQLSTATE, {self.share(self.position, True):.1%} same position; "
            f"all others: {self.share(self.sqlstate, False):.1%}, {self.share(self.told, False):.1%} same message and position"
        )
        total = self.total.total()
        yield (
            f"errors: {total} statements, {self.sqlstate.total()} same SQLSTATE, {self.told.total()} same message and position, "
            f"{self.all.total()} same detail and hint too"
        )


def cases(pair: Pair, statements: Iterable[str]) -> Iterator[Case]:
    """Both answers to each statement; those that both accept, and those the double calls unsupported, are not errors to compare."""
    source, double = pair.connect()
    try:
        for connection in (source, double):  # a statement that runs on where it must fail is a difference
            connection.exec_(b"set statement_timeout = '5s'")
        for statement in statements:
            case = Case(statement, asked(source, statement), asked(double, statement))
            if case.real.sqlstate or case.double.sqlstate not in ("", "0A000"):
                yield case
    finally:
        source.finish()
        double.finish()


def asked(connection: pq.PGconn, statement: str) -> Told:
    """The error of a statement."""
    result = connection.exec_params(statement.encode(), None)
    if result.status in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK, pq.ExecStatus.EMPTY_QUERY):
        return Told("")
    found = {name: (result.error_field(one) or b"").decode() for name, one in FIELDS.items()}
    return Told((result.error_field(pq.DiagnosticField.SQLSTATE) or b"?????").decode(), **found)
