"""What a session needs of the rest, as protocols, and the values it hands over.

Refuses to know who implements them: the server composes planner, engine and limits; tests give lists.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Protocol

import pyarrow as pa

from proxy.accuracy.measured import Measured
from proxy.answers import Answer, Repeats
from proxy.catalog.model import Catalog
from proxy.kept import Kept
from proxy.lookups import Lookups
from proxy.session.setting_kinds import common_zone
from proxy.sql.compiled import Compiled, CompiledRule, CompiledWrite
from proxy.sql.lower.activity import Activity
from proxy.sql.temporary import Index, TempSchema, TempTable
from proxy.sql.temporary_rules import Rule

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


class Others(Protocol):
    """The sessions of one server. It can be pickled."""

    def activity(self) -> tuple[Activity, ...]:
        """What all are doing."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What of a session a statement's meaning depends on. settings: lower-case name -> effective value. temporary: the
    session's own tables. others: all sessions, where there is a server. depths: (parameter, dimensions) of those that are bound to
    arrays of more than one."""

    role: str
    database: str
    search_path: tuple[str, ...] = ("public",)
    settings: Mapping[str, str] = field(default_factory=dict)
    transaction_timestamp: datetime = EPOCH
    statement_timestamp: datetime = EPOCH
    pid: int = 0
    client_address: str = ""
    client_port: int = 0
    temporary: TempSchema | None = None
    others: Others | None = None
    depths: tuple[tuple[int, int], ...] = ()

    @property
    def timezone(self) -> str:
        """The session's TimeZone, under a name that the engine reads as Postgres does where there is one."""
        return common_zone(self.settings.get("timezone", "UTC"))


class Results(Protocol):
    """The rows of one running statement."""

    def next_batch(self) -> pa.RecordBatch | None:
        """The next rows, None at the end; may block. Raises PgError."""

    def interrupt(self) -> None:
        """Stop it from another thread."""

    def close(self) -> None:
        """Drop it."""


class Planner(Protocol):
    """Statement text → DuckDB SQL, decided and typed."""

    @property
    def catalog(self) -> Catalog:
        """The catalog in force."""

    def version(self) -> Hashable:
        """What besides a statement and its session an answer depends on; another one when any of it has changed."""

    def plan(self, sql: str, declared: tuple[int, ...], env: Environment) -> Compiled:
        """Any thread may ask, and where the planner can be pickled another process. Raises PgError, its position relative to `sql`."""

    def measured(self, sql: str, declared: tuple[int, ...], env: Environment) -> Measured | None:
        """What may be said of the accuracy of a statement that `plan` takes; None where it aggregates no rows of the source's tables."""

    def define(self, sql: str, env: Environment) -> TempTable:
        """The table of CREATE TEMPORARY TABLE, without OIDs. Raises PgError."""

    def define_index(self, sql: str, env: Environment, table: TempTable) -> Index:
        """The index of CREATE INDEX on a temporary table, without an OID. Raises PgError."""

    def rule(self, rule: Rule, env: Environment) -> CompiledRule:
        """A rule of a temporary table, compiled."""

    def for_every_key(self, sql: str, declared: tuple[int, ...], env: Environment) -> Compiled:
        """A lookup without its parameter, with the key as the last column. Any thread may ask. Raises PgError."""

    def over_catalog(
        self, function: Callable[..., object], arguments: tuple[object, ...], temporary: TempSchema | None
    ) -> object:
        """function(*arguments, catalog), as `plan` is asked. temporary: the session's own tables. Raises what the function raises."""

    def held(self, sql: str, declared: tuple[int, ...], env: Environment) -> Compiled | None:
        """What `plan` would give, where it was kept."""

    def keep(self, sql: str, declared: tuple[int, ...], env: Environment, compiled: Compiled) -> None:
        """What `plan` gave, for the next time it is asked."""


class Work(Results, Protocol):
    """Something to run that gives no rows."""

    def run(self) -> int | None:
        """How many rows were written. Blocks. Raises PgError."""


class TemporaryRows(Protocol):
    """Where a session's temporary tables have their rows. What is asked for without an answer is done before the next work or result."""

    schema: str

    def open(self, compiled: Compiled, params: Sequence[object], moment: int, timezone: str) -> Results:
        """A result that reads temporary tables as they were at a moment."""

    def writing(
        self, schema: TempSchema, write: CompiledWrite, oid: int, params: Sequence[object], moment: int, timezone: str
    ) -> Work:
        """A statement that writes to the table of that OID. moment: its number, greater than any before."""

    def checking(self, rule: CompiledRule, moment: int) -> Work:
        """A look at a whole table."""

    def create(self, schema: TempSchema, table: TempTable) -> None:
        """Make a table without rows."""

    def drop(self, schema: TempSchema, table: TempTable) -> None:
        """Drop a table for good."""

    def undo(self, schema: TempSchema, table: TempTable, moment: int) -> None:
        """Bring a table back to a moment."""

    def truncate(self, schema: TempSchema, table: TempTable, moment: int, *, restart: bool) -> None:
        """End all rows at a moment."""

    def clear(self, schema: TempSchema, table: TempTable, *, everything: bool) -> None:
        """Drop what has ended, or all rows."""

    def close(self) -> None:
        """Drop everything; may block."""


class Engine(Protocol):
    """Runs compiled statements. answers: those of small ones, kept; repeats: whole batches of messages; lookups: rows by their key."""

    answers: Kept[Answer]
    repeats: Repeats
    lookups: Lookups

    def temporary(self) -> TemporaryRows:
        """Where a session keeps its temporary tables."""

    def open(self, compiled: Compiled, params: Sequence[object], timezone: str = "UTC") -> Results:
        """A result; nothing runs before its first batch."""


@dataclass(frozen=True, slots=True)
class StatementEnd:
    """How a statement ended, for quota and audit. fingerprint: its text without literals. denied: the relation that the policy refused."""

    fingerprint: str
    relations: frozenset[int]
    rows: int
    seconds: float
    sqlstate: str
    reason: str = ""
    rules: tuple[str, ...] = ()
    denied: str = ""


class Limits(Protocol):
    """Quota and audit of one session's role."""

    timeout_s: float | None

    def begin(self) -> None:
        """A statement starts. Raises BudgetExhausted."""

    def rows(self, count: int) -> None:
        """Rows are about to be sent. Raises BudgetExhausted."""

    def end(self, statement: StatementEnd) -> None:
        """A statement ended; called once for every `begin`."""

    def whole(self, statement: StatementEnd) -> None:
        """A statement whose end is known already: `begin`, `rows` and `end` in one. Raises what they raise; nothing is sent then."""
