"""One client's session as a generator of steps: messages in, bytes, calls and fetches out.

Owns statements, portals, the transaction, settings and what follows an error. Refuses to know sockets, DuckDB and what commands do: a
driver carries steps out. Facts: protocol chapter "Message Flow"; src/backend/tcop/postgres.c for order and texts.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from time import time as wall_clock

from policies.errors import PgError
from proxy.answers import Recent
from proxy.catalog.model import Catalog
from proxy.errors import (
    NotInPrerequisiteState,
    ProtocolViolation,
    UndefinedCursor,
    UndefinedPrepared,
    told,
)
from proxy.pgtypes import RowEncoder
from proxy.pgtypes.encoder import column_formats
from proxy.session import accuracy, copy_in, extended, fastpath, simple
from proxy.session.answers import error_response, notice, ready
from proxy.session.commands import allowed_when_failed, is_query, run_command
from proxy.session.copy_in import CopyIn
from proxy.session.cursors import execute_scrolled
from proxy.session.others import Sessions
from proxy.session.portals import Portal, Prepared
from proxy.session.ports import Engine, Limits, Planner
from proxy.session.running import Ran, Steps, run_query
from proxy.session.setting import wants_warnings
from proxy.session.settings import SettingsState
from proxy.session.steps import Flush, Send, Stop
from proxy.session.surroundings import output_settings
from proxy.session.temporary import Temporary
from proxy.session.timeouts import transaction_end
from proxy.session.transaction import BLOCK, IDLE, Transaction
from proxy.sql.lower.activity import QUERY_BYTES
from proxy.sql.statements import Statement
from proxy.wire import messages as wire
from proxy.wire.framing import BadMessage

TRACE_MAX = 2  # one statement, or more than one


class Session:
    """See the module. `handle` is called for each message after startup; its steps are carried out in order.

    statement_began: when the clock of its timeout was started; transaction_ends: when the transaction's time is over; None while they
    stand still. trace: what ran since somebody cleared it, as far as that matters. recent: batches that were answered before, by their
    bytes. is_waiting: the client was told that it may go on, and has not. notices: what is to be said before the next answer. ending: the
    end of the block that is to come with that of the message, since EXECUTE ran it. asked, asked_at: the latest statement's text, of which
    the beginning is kept, and when it came; changed_at: when work began or ended.
    """

    def __init__(
        self,
        planner: Planner,
        engine: Engine,
        settings: SettingsState,
        *,
        role: str,
        database: str,
        pid: int,
        limits: Limits,
        client: tuple[str, int] = ("", 0),
        others: Sessions | None = None,
    ) -> None:
        self.planner, self.engine, self.settings = planner, engine, settings
        self.role, self.database, self.pid, self.client = role, database, pid, client
        self.limits = limits
        self.others = others or Sessions()
        self.notices: deque[bytes] = deque()
        self.started = datetime.now(UTC)
        self.asked, self.asked_at, self.changed_at = "", 0.0, wall_clock()
        self.transaction = Transaction()
        self.ending: Callable[[], object] | None = None
        self.temporary = Temporary(engine)
        self.copy_in: CopyIn | None = None
        self.statement_began: float | None = None
        self.transaction_ends: float | None = None
        self.is_waiting = True
        self.prepared_statements: dict[str, Prepared] = {}
        self.portals: dict[str, Portal] = {}
        self.trace: list[Ran | None] = []
        self.recent: dict[bytes, Recent] = {}
        settings.source = settings.source or planner.catalog.settings
        self._reported = settings.reported()
        self._skipping = False

    @property
    def catalog(self) -> Catalog:
        """The catalog in force, with the session's temporary tables in it."""
        return self.temporary.catalog(self.planner.catalog)

    # Driving

    def handle(self, message: wire.Message | BadMessage) -> Steps:
        """The steps that a message asks for. Never raises PgError: errors become ErrorResponse."""
        self.is_waiting = False
        tag = message.tag
        if self._skipping and tag not in _HEARD:
            return
        if self.copy_in is not None and tag in _IGNORED:
            return
        self._skipping = False
        try:
            if self.copy_in is not None and tag not in _COPY:
                yield from copy_in.lost(self, tag)
            if isinstance(message, BadMessage):
                if tag == wire.CopyFail.tag:
                    yield from copy_in.broken(self, message.error)
                    return
                if tag == wire.CopyDone.tag:
                    yield from copy_in.done(self, wire.CopyDone())  # whatever its body says, as with Terminate
                    return
                if tag == wire.Bind.tag:
                    yield from extended.broken_bind(self, message.error)
                if tag == wire.FunctionCall.tag:
                    yield from fastpath.broken(self, message.error)
                if tag == wire.Terminate.tag:
                    yield Stop()  # whatever its body says
                    return
                raise message.error
            handler = _HANDLERS.get(type(message))
            if handler is None:
                raise ProtocolViolation(f"invalid frontend message type {tag[0]}")
            yield from handler(self, message)
        except Exception as error:  # noqa: BLE001  the one place where any failure becomes an answer
            yield from self.failed(told(error), simple=tag in _ANSWERED)

    def failed(self, error: PgError, offset: int = 0, *, simple: bool) -> Steps:
        """The answer to an error. simple: the client is told that it may go on; else it has to say Sync."""
        if self.ending is not None:  # the block ends all the same, and nothing of it stays
            self.ending, self.transaction.status = None, IDLE
        if self.transaction.status == BLOCK:
            self._abandon_portals()
            self.settings.rollback_to(len(self.transaction.savepoints))
        self.transaction.fail()
        self.ran(None)
        self.statement_began = self.transaction_ends = None
        if self.transaction.status == IDLE:
            self.finish(commit=False)
        yield from self._noticed()
        yield Send(error_response(error, offset))
        yield Flush()
        if error.severity == "FATAL":
            yield Stop()
        elif simple:
            yield from self.ready()
        else:
            self._skipping = True

    def _abandon_portals(self) -> None:
        """A block fails, and with it what was made since its last savepoint."""
        for portal in self.portals.values():
            portal.stale |= portal.fresh and portal.depth == len(self.transaction.savepoints)

    def ready(self) -> Steps:
        """Changed settings and ReadyForQuery."""
        self.settle()
        self.statement_began = None
        self.changed_at = wall_clock()
        yield from self._noticed()
        for name in self.settings.take_changes():
            value = self.settings.show(name)
            if self._reported.get(name) != value:
                yield Send(wire.encode(wire.ParameterStatus(name, value)))
                self._reported[name] = value
        yield Send(ready(self.transaction.shown))
        yield Flush()
        self.is_waiting = True

    @property
    def has_more_to_say(self) -> bool:
        """Whether `ready` tells more than that."""
        return bool(self.notices) or self.settings.has_changes

    def settle(self) -> None:
        """End the block, where that was put off."""
        ending, self.ending = self.ending, None
        if ending is not None:
            ending()

    def asks(self, text: str) -> None:
        """A message asks for a statement."""
        self.asked = text[:QUERY_BYTES]
        self.asked_at = self.changed_at = wall_clock()

    def warn(self, sqlstate: str, message: str) -> None:
        """Say so, before whatever comes next; from any thread."""
        if wants_warnings(self):
            self.notices.append(notice(sqlstate, message))

    def _noticed(self) -> Steps:
        while self.notices:
            yield Send(self.notices.popleft())

    def enter(self, *, fresh: bool = True) -> None:
        """A statement starts or goes on; outside a block that opens an implicit transaction."""
        if self.statement_began is None:
            self.statement_began = time.monotonic()
        if self.transaction.touch(fresh=fresh):
            self.settings.save()
            self.temporary.save()
            self.transaction_ends = transaction_end(self, time.monotonic())

    def sync(self, message: wire.Sync) -> Steps:
        """The end of a batch, and of its implicit transaction."""
        if self.transaction.status == IDLE:
            self.finish(commit=True)
        yield from self.ready()

    def ran(self, what: Ran | None) -> None:
        """A statement ran; None for one, or a failure, that has to come about in the same way each time."""
        if len(self.trace) < TRACE_MAX:
            self.trace.append(what)

    # Statements and portals

    def portal_of(self, name: str, prepared: Prepared, values: tuple[object, ...], formats: Sequence[int]) -> Portal:
        """A portal ready to run."""
        columns = prepared.columns
        full = column_formats(formats, len(columns)) if columns is not None else ()
        encoder = None
        if prepared.compiled is not None and columns is not None:
            encoder = RowEncoder(columns, full, self.catalog, output_settings(self))
        return Portal(
            name,
            prepared,
            columns,
            full,
            prepared.compiled,
            values,
            encoder=encoder,
            depth=len(self.transaction.savepoints),
            notices=self.notices,
        )

    def run(self, portal: Portal, limit: int, *, describe: bool) -> Steps:
        """Whatever the portal's statement does. describe: with RowDescription, as a simple query has it."""
        statement = portal.prepared.statement
        if statement is None:
            portal.done = True
            yield Send(wire.encode(wire.EmptyQueryResponse()))
        elif is_query(statement):
            forward = execute_scrolled(self, portal, limit) if portal.scrolls else None
            behind = accuracy.notices if accuracy.is_on(self) else None
            yield from forward or run_query(self, portal, limit, describe=describe, behind=behind)
        else:
            self.ran(None)
            limited = transaction_end(self, 0)
            if portal.failed:
                raise NotInPrerequisiteState(f'portal "{portal.name}" cannot be run')
            portal.running = True
            try:
                yield from run_command(self, portal, limit, describe=describe)
            except PgError:
                portal.failed = True
                raise
            finally:
                portal.running = False
            if transaction_end(self, 0) != limited:
                self._set_transaction_end()

    def _set_transaction_end(self) -> None:
        """The setting was changed: Postgres starts a clock that stands still and stops one for 0, but lets one that runs run on."""
        end = transaction_end(self, time.monotonic())
        if end is None or (self.transaction_ends is None and self.transaction.is_open):
            self.transaction_ends = end

    def require_healthy(self, statement: Statement) -> None:
        """Raises InFailedTransaction for what a failed block does not take."""
        if not allowed_when_failed(statement):
            self.transaction.require_healthy()

    def prepared(self, name: str) -> Prepared:
        """A prepared statement by name. Raises UndefinedPrepared."""
        if name not in self.prepared_statements:
            shown = f'prepared statement "{name}"' if name else "unnamed prepared statement"
            raise UndefinedPrepared(f"{shown} does not exist")
        return self.prepared_statements[name]

    def drop_statements(self) -> None:
        """All that have a name."""
        unnamed = self.prepared_statements.get("")
        self.prepared_statements = {} if unnamed is None else {"": unnamed}

    def portal(self, name: str, word: str = "portal") -> Portal:
        """A portal by name. Raises UndefinedCursor; word: what the message calls it."""
        if name not in self.portals:
            raise UndefinedCursor(f'{word} "{name}" does not exist')
        return self.portals[name]

    def close_portal(self, name: str) -> None:
        """Drop one portal, if it is there."""
        if portal := self.portals.pop(name, None):
            portal.close()

    def close_portals(self, which: Callable[[Portal], bool] = lambda portal: True) -> None:
        """Drop the portals for which `which` holds."""
        for name in [name for name, portal in self.portals.items() if which(portal)]:
            self.close_portal(name)

    def finish(self, *, commit: bool) -> bool:
        """End of a transaction: portals go, but for WITH HOLD after a commit. True where a block was open."""
        # An EXECUTE that runs COMMIT is still running: its portal is there until the next end.
        self.close_portals(
            lambda portal: not portal.is_executing and (not portal.holds or (not commit and portal.fresh))
        )
        for portal in self.portals.values():
            portal.fresh, portal.depth = False, 0
        self.settings.end(commit=commit)
        self.temporary.end(commit=commit, read=any(portal.is_on_temporary for portal in self.portals.values()))
        self.transaction_ends = None
        return self.transaction.end()

    def end(self) -> None:
        """The connection is gone."""
        self.close_portals()
        self.temporary.close()
        copy_in.stop(self, "08006")


def _terminate(session: Session, message: wire.Terminate) -> Steps:
    yield Stop()


# Messages after which the client is told that it may go on, whatever came of them.
_ANSWERED = (wire.Query.tag, wire.FunctionCall.tag, wire.Sync.tag)
# Messages that are not passed over on the way to Sync; a password, which no session waits for, ends it at any time.
_HEARD = (wire.Sync.tag, wire.Terminate.tag, wire.PasswordMessage.tag)
# What may come while COPY waits for data, whatever its body says, and what is passed over then.
_COPY = (wire.CopyData.tag, wire.CopyDone.tag, wire.CopyFail.tag)
_IGNORED = (wire.Flush.tag, wire.Sync.tag)
_HANDLERS: dict[type, Callable[..., Steps]] = {
    wire.Query: simple.query, wire.Parse: extended.parse, wire.Bind: extended.bind, wire.Describe: extended.describe,
    wire.Execute: extended.execute, wire.Close: extended.close, wire.Flush: extended.flush, wire.Sync: Session.sync,
    wire.Terminate: _terminate, wire.CopyData: copy_in.data, wire.CopyDone: copy_in.done, wire.CopyFail: copy_in.fail,
    wire.FunctionCall: fastpath.call,
}  # fmt: skip
