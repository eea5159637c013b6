"""A planner and an engine of a few made-up statements, for tests of sessions and servers without any database.

    select one            one row, int4 1          select nothing     a row without columns
    select rows N         N rows, 1..N             select slow        blocks until it is interrupted
    select param          the int4 that was bound  select broken      fails when it runs
    select clock          volatile: the plan holds the statement's time
    select denied         refused by policy        select bug         raises what is no PgError

They are written as SELECT fake('rows', 5) and so on, so that Postgres' parser takes them.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow as pa

from policies.errors import PgError, PolicyDenied
from proxy.answers import Answer, Repeats, kept_answers
from proxy.catalog.model import Catalog, TypeRow
from proxy.errors import QueryCanceled
from proxy.kept import Kept
from proxy.lookups import Lookups
from proxy.session.ports import Environment, Limits, StatementEnd
from proxy.session.session import Session
from proxy.session.settings import SettingsState
from proxy.session.steps import Call, Fetch, Send, Stop
from proxy.sql.compiled import Compiled
from proxy.sql.ir import OutputColumn
from proxy.sql.temporary import TempSchema
from proxy.wire import messages as wire
from proxy.wire.framing import BadMessage, Framer

INT4, TEXT, BOOL = 23, 25, 16
BATCH = 100


class DivisionByZero(PgError):
    """What `broken` raises."""

    sqlstate = "22012"


class Nix(PgError):
    """What the planner says of anything it does not know."""

    sqlstate = "42703"


def type_row(oid: int, name: str, length: int, category: str) -> TypeRow:
    """A built-in base type."""
    return TypeRow(oid, name, 11, length, "b", category, False, ",", 0, 0, 0, 0, -1, False, 0, False)


def fake_catalog() -> Catalog:
    """Three types and the two usual schemas."""
    types = [type_row(INT4, "int4", 4, "N"), type_row(TEXT, "text", -1, "S"), type_row(BOOL, "bool", 1, "B")]
    return Catalog(
        types={row.oid: row for row in types}, procs={}, operators={}, casts={}, relations={},
        namespaces={11: "pg_catalog", 2200: "public"}, roles={10: "postgres"}, collations={},
        settings={"server_version": "18.0", "timezone": "UTC"}, database="fake", server_version="18.0",
    ).index()  # fmt: skip


@dataclass(eq=False)
class FakePlanner:
    """plans: every statement that was planned, with its environment."""

    catalog: Catalog = field(default_factory=fake_catalog)
    plans: list[tuple[str, Environment]] = field(default_factory=list)

    def plan(self, sql: str, declared: Sequence[int], env: Environment) -> Compiled:
        """See Planner."""
        self.plans.append((sql, env))
        found = re.search(r"fake\s*\(\s*'(\w+)'\s*(?:,\s*(\d+|\$1)\s*)?\)", sql)
        if found is None:
            raise Nix("column does not exist", position=max(0, sql.find("nix")))
        kind, argument = found.groups()
        if kind == "denied":
            raise PolicyDenied("permission denied for table t", detail="no grant covers t", hint="Ask.")
        if kind == "bug_in_planner":
            raise RuntimeError("secret words of a bug")
        columns = (
            () if kind == "nothing" else (OutputColumn(name="n", type=TEXT if kind == "clock" else INT4, typmod=-1),)
        )
        text = env.statement_timestamp.isoformat() if kind == "clock" else f"{kind} {argument}"
        return Compiled(text, columns, (INT4,) if argument == "$1" else (), frozenset(), kind == "clock")

    def version(self) -> int:
        """See Planner."""
        return 0

    def for_every_key(self, sql: str, declared: Sequence[int], env: Environment) -> Compiled:
        """See Planner; no made-up statement is a lookup."""
        raise NotImplementedError

    def measured(self, sql: str, declared: Sequence[int], env: Environment) -> None:
        """See Planner; nothing is known of any accuracy."""

    def over_catalog(
        self, function: Callable[..., object], arguments: tuple[object, ...], temporary: TempSchema | None
    ) -> object:
        """See Planner."""
        return function(*arguments, self.catalog)

    def held(self, sql: str, declared: Sequence[int], env: Environment) -> Compiled | None:
        """See Planner; nothing is kept."""
        return None

    def keep(self, sql: str, declared: Sequence[int], env: Environment, compiled: Compiled) -> None:
        """See Planner."""


@dataclass
class FakeResults:
    """Rows of one statement, in batches of 100."""

    sql: str
    params: Sequence[object]
    at: int = 0
    closed: bool = False
    interrupted: threading.Event = field(default_factory=threading.Event)

    def next_batch(self) -> pa.RecordBatch | None:
        """See Results."""
        assert not self.closed, "read after close"
        kind, _, argument = self.sql.partition(" ")
        if kind == "broken":
            raise DivisionByZero("division by zero")
        if kind == "bug":
            raise RuntimeError("secret words of a bug")
        if kind == "slow":
            assert self.interrupted.wait(30), "nobody interrupted the slow statement"
            raise QueryCanceled("interrupted")
        if kind == "endless":
            return self._numbers(BATCH)
        total = (
            int(argument if argument not in ("None", "$1") else 1) if kind in ("rows", "one", "param", "nothing") else 1
        )
        if self.at >= total:
            return None
        if kind == "param":
            self.at = 1
            value = None if self.params[0] is None else int(str(self.params[0]))
            return pa.RecordBatch.from_arrays([pa.array([value], pa.int32())], ["n"])
        if kind not in ("rows", "one", "nothing"):
            self.at = 1
            return pa.RecordBatch.from_arrays([pa.array([self.sql])], ["n"])
        return self._numbers(min(BATCH, total - self.at))

    def _numbers(self, count: int) -> pa.RecordBatch:
        self.at += count
        return pa.RecordBatch.from_arrays([pa.array(range(self.at - count + 1, self.at + 1), pa.int32())], ["n"])

    def interrupt(self) -> None:
        """See Results."""
        self.interrupted.set()

    def close(self) -> None:
        """See Results."""
        self.closed = True


@dataclass
class FakeEngine:
    """opened: every result that was made."""

    opened: list[FakeResults] = field(default_factory=list)
    answers: Kept[Answer] = field(default_factory=kept_answers)
    repeats: Repeats = field(default_factory=Repeats)

    @cached_property
    def lookups(self) -> Lookups:
        """See Engine."""
        return Lookups(self.open)

    def open(self, compiled: Compiled, params: Sequence[object], timezone: str = "UTC") -> FakeResults:
        """See Engine."""
        self.opened.append(FakeResults(compiled.sql, params))
        return self.opened[-1]


@dataclass
class NotedLimits:
    """Keeps what it is told; rows_max: as a quota."""

    timeout_s: float | None = None
    rows_max: int = 2**62
    begun: int = 0
    ended: list[StatementEnd] = field(default_factory=list)

    def begin(self) -> None:
        """See Limits."""
        self.begun += 1

    def rows(self, count: int) -> None:
        """See Limits."""
        self.rows_max -= count
        if self.rows_max < 0:
            raise QuotaReached("quota reached")

    def end(self, statement: StatementEnd) -> None:
        """See Limits."""
        self.ended.append(statement)

    def whole(self, statement: StatementEnd) -> None:
        """See Limits."""
        self.begin()
        self.rows(statement.rows)
        self.end(statement)


class QuotaReached(PgError):
    """A row quota."""

    sqlstate = "53400"


@dataclass
class Bench:
    """A session driven by lists: messages in, messages out. calls: what it asked for."""

    planner: FakePlanner = field(default_factory=FakePlanner)
    engine: FakeEngine = field(default_factory=FakeEngine)
    limits: NotedLimits = field(default_factory=NotedLimits)
    calls: list[Call] = field(default_factory=list)
    stopped: bool = False

    def __post_init__(self) -> None:
        self.session = fake_session(self.planner, self.engine, self.limits)

    def say(self, *messages: wire.Message | BadMessage) -> list[wire.Message]:
        """What the session answers."""
        out = bytearray()
        for message in messages:
            self._drive(message, out)
        framer = Framer(wire.BACKEND)
        framer.feed(bytes(out))
        found = []
        while (answer := framer.message()) is not None:
            assert not isinstance(answer, BadMessage)
            found.append(answer)
        assert framer.pending == 0, "half a message"
        return found

    def _drive(self, message: wire.Message | BadMessage, out: bytearray) -> None:
        steps = self.session.handle(message)
        answer: object = None
        error: Exception | None = None
        while True:
            try:
                step = steps.throw(error) if error else steps.send(answer)
            except StopIteration:
                return
            answer, error = None, None
            try:
                if isinstance(step, Send):
                    if step.rows:
                        self.limits.rows(step.rows)
                    out += step.data
                elif isinstance(step, Fetch):
                    answer = self.fetched(step)
                elif isinstance(step, Call):
                    answer = self.called(step)
                elif isinstance(step, Stop):
                    self.stopped = True
            except Exception as failed:  # noqa: BLE001  a driver hands every failure to the session
                error = failed

    def fetched(self, step: Fetch) -> object:
        """Carry out a Fetch."""
        return step.work()

    def called(self, step: Call) -> object:
        """Carry out a Call."""
        self.calls.append(step)
        return step.function(*step.arguments)

    def query(self, sql: str) -> list[wire.Message]:
        """A simple query's answers."""
        return self.say(wire.Query(sql))


def fake_session(
    planner: FakePlanner, engine: FakeEngine, limits: Limits, role: str = "alice", pid: int = 7
) -> Session:
    """A session over fakes."""
    settings = SettingsState({"server_version": "18.0", "session_authorization": role})
    return Session(planner, engine, settings, role=role, database="fake", pid=pid, limits=limits)
