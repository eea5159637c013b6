"""One client's session as a generator of steps: messages in, bytes and fetches out.

Owns statements, portals, the transaction, settings and what follows an error. Refuses to know sockets, DuckDB and what commands do: a
driver carries steps out. Facts: protocol chapter "Message Flow"; src/backend/tcop/postgres.c for order and texts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from policies.errors import PgError
from proxy.errors import (
    DuplicateCursor,
    DuplicatePrepared,
    MessageMismatch,
    NotSupported,
    ProtocolViolation,
    StalePlan,
    SyntaxProblem,
    UndefinedCursor,
    UndefinedParameter,
    UndefinedPrepared,
    UndefinedSetting,
    told,
)
from proxy.pgtypes import RowEncoder, decode_parameter
from proxy.pgtypes.encoder import column_formats
from proxy.session.answers import error_response, row_description
from proxy.session.commands import allowed_when_failed, is_query, prepare_command, run_command
from proxy.session.portals import Portal, Prepared
from proxy.session.ports import Engine, Limits, Planner
from proxy.session.running import Steps, note_refusal, run_query
from proxy.session.settings import SettingsState
from proxy.session.steps import Flush, Send, Stop
from proxy.session.surroundings import environment, input_settings, output_settings
from proxy.session.transaction import IDLE, Transaction
from proxy.sql.compiled import Compiled
from proxy.sql.lexer import tokens
from proxy.sql.statements import Statement, split
from proxy.wire import messages as wire
from proxy.wire.framing import BadMessage

UNNAMED = ""
Made = TypeVar("Made")


class Session:
    """See the module. `handle` is called for each message after startup; its steps are carried out in order."""

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
    ) -> None:
        self.planner, self.engine, self.settings = planner, engine, settings
        self.role, self.database, self.pid, self.client = role, database, pid, client
        self.limits = limits
        self.transaction = Transaction()
        self.statement_began = time.monotonic()
        self.prepared_statements: dict[str, Prepared] = {}
        self.portals: dict[str, Portal] = {}
        settings.source = settings.source or planner.catalog.settings
        self._reported = settings.reported()
        self._skipping = False

    # Driving

    def handle(self, message: wire.Message | BadMessage) -> Steps:
        """The steps that a message asks for. Never raises PgError: errors become ErrorResponse."""
        if self._skipping and not isinstance(message, wire.Sync | wire.Terminate):
            return
        tag = message.tag
        try:
            if isinstance(message, BadMessage):
                raise message.error
            handler = _HANDLERS.get(type(message))
            if handler is None:
                raise ProtocolViolation(f"unexpected message {type(message).__name__}")
            yield from handler(self, message)
        except Exception as error:  # noqa: BLE001  the one place where any failure becomes an answer
            yield from self._failed(told(error), simple=tag in (wire.Query.tag, wire.FunctionCall.tag))

    def weight(self, message: wire.Message | BadMessage) -> int:
        """Characters that handling a message may have to compile or read."""
        if isinstance(message, wire.Query | wire.Parse):
            return len(message.sql)
        if isinstance(message, wire.Bind):
            prepared = self.prepared_statements.get(message.statement)
            text = prepared.statement.text if prepared is not None and prepared.statement is not None else ""
            return len(text) + sum(len(value or b"") for value in message.params)
        return 0

    def _failed(self, error: PgError, offset: int = 0, *, simple: bool) -> Steps:
        self.transaction.fail()
        if self.transaction.status == IDLE:
            self.finish(commit=False)
        yield Send(error_response(error, offset))
        yield Flush()
        if error.severity == "FATAL":
            yield Stop()
        elif simple:
            yield from self._ready()
        else:
            self._skipping = True

    def _ready(self) -> Steps:
        for name in self.settings.take_changes():
            value = self.settings.show(name)
            if self._reported.get(name) != value:
                yield Send(wire.encode(wire.ParameterStatus(name, value)))
                self._reported[name] = value
        yield Send(wire.encode(wire.ReadyForQuery(self.transaction.status)))
        yield Flush()

    def _enter(self, *, fresh: bool = True) -> None:
        """A statement starts; outside a block that opens an implicit transaction."""
        self.statement_began = time.monotonic()
        if self.transaction.touch(fresh=fresh):
            self.settings.save()

    # Simple query

    def _query(self, message: wire.Query) -> Steps:
        self.close_portal(UNNAMED)
        self.prepared_statements.pop(UNNAMED, None)
        self._enter()
        statements = split(message.sql)
        if not statements:
            yield Send(wire.encode(wire.EmptyQueryResponse()))
        for number, statement in enumerate(statements):
            try:
                self._enter(fresh=number == 0)
                self._require(statement)
                yield from self._run_simple(statement)
            except PgError as error:
                yield from self._failed(error, statement.offset, simple=True)
                return
        if self.transaction.status == IDLE:
            self.finish(commit=True)
        yield from self._ready()

    def _run_simple(self, statement: Statement) -> Steps:
        prepared = self.prepare(UNNAMED, statement, ())
        if prepared.parameters:
            raise _no_parameter(statement.text)
        portal = self.portal_of(UNNAMED, prepared, (), ())
        try:
            yield from self._run(portal, 0, describe=True)
        finally:
            portal.close()

    # Extended query

    def _parse(self, message: wire.Parse) -> Steps:
        self._enter()
        if message.statement and message.statement in self.prepared_statements:
            raise DuplicatePrepared(f'prepared statement "{message.statement}" already exists')
        if message.statement == UNNAMED:
            self.prepared_statements.pop(UNNAMED, None)
        statements = split(message.sql)
        if len(statements) > 1:
            raise SyntaxProblem("cannot insert multiple commands into a prepared statement")
        if statements:
            self._require(statements[0])
            self.prepared_statements[message.statement] = _placed(
                statements[0], lambda: self.prepare(message.statement, statements[0], message.param_oids)
            )
        else:
            self.prepared_statements[message.statement] = Prepared(
                message.statement, None, message.param_oids, (), None
            )
        yield Send(wire.encode(wire.ParseComplete()))

    def _bind(self, message: wire.Bind) -> Steps:
        self._enter()
        prepared = self.prepared(message.statement)
        if message.portal and message.portal in self.portals:
            raise DuplicateCursor(f'cursor "{message.portal}" already exists')
        if len(message.param_formats) > 1 and len(message.param_formats) != len(message.params):
            raise MessageMismatch(
                f"bind message has {len(message.param_formats)} parameter formats but {len(message.params)} parameters"
            )
        if len(message.params) != len(prepared.parameters):
            raise MessageMismatch(
                f"bind message supplies {len(message.params)} parameters, but prepared statement "
                f'"{prepared.name}" requires {len(prepared.parameters)}'
            )
        if prepared.statement is not None:
            self._require(prepared.statement)
        self.close_portal(message.portal)
        values = self._decode(prepared, message)
        self.portals[message.portal] = self.portal_of(
            message.portal, self.current(prepared), values, message.result_formats
        )
        yield Send(wire.encode(wire.BindComplete()))

    def _decode(self, prepared: Prepared, message: wire.Bind) -> tuple[object, ...]:
        catalog, settings = self.planner.catalog, input_settings(self)
        formats = message.param_formats
        values = []
        for index, (data, oid) in enumerate(zip(message.params, prepared.parameters), 1):
            code = formats[0] if len(formats) == 1 else formats[index - 1] if formats else 0
            values.append(decode_parameter(catalog.types[oid], code, data, catalog, settings, index))
        return tuple(values)

    def _describe(self, message: wire.Describe) -> Steps:
        self._enter()
        catalog = self.planner.catalog
        if message.kind == b"S":
            prepared = self.prepared(message.name)
            columns, formats = prepared.columns, (0,) * len(prepared.columns or ())
            statement = prepared.statement
        elif message.kind == b"P":
            portal = self.portal(message.name)
            columns, formats, statement = portal.columns, portal.formats, portal.prepared.statement
        else:
            raise ProtocolViolation(f"invalid DESCRIBE message subtype {message.kind[0]}")
        if columns is not None and statement is not None:
            self._require(statement)
        if message.kind == b"S":
            yield Send(wire.encode(wire.ParameterDescription(prepared.parameters)))
        yield Send(wire.encode(wire.NoData()) if columns is None else row_description(columns, formats, catalog))

    def _execute(self, message: wire.Execute) -> Steps:
        self._enter()
        portal = self.portal(message.portal)
        statement = portal.prepared.statement
        if statement is None:
            yield Send(wire.encode(wire.EmptyQueryResponse()))
            return
        self._require(statement)
        yield from self._run(portal, max(0, message.row_limit), describe=False)

    def _close(self, message: wire.Close) -> Steps:
        if message.kind == b"S":
            self.prepared_statements.pop(message.name, None)
        elif message.kind == b"P":
            self.close_portal(message.name)
        else:
            raise ProtocolViolation(f"invalid CLOSE message subtype {message.kind[0]}")
        yield Send(wire.encode(wire.CloseComplete()))

    def _flush(self, message: wire.Flush) -> Steps:
        yield Flush()

    def _sync(self, message: wire.Sync) -> Steps:
        self._skipping = False
        if self.transaction.status == IDLE:
            self.finish(commit=True)
        yield from self._ready()

    def _terminate(self, message: wire.Terminate) -> Steps:
        yield Stop()

    def _discarded(self, message: wire.Message) -> Steps:
        """COPY messages outside a COPY FROM are ignored, as Postgres does after one that failed."""
        yield from ()

    def _function_call(self, message: wire.FunctionCall) -> Steps:
        raise NotSupported("the function call protocol is not supported", hint="Call the function in a SELECT.")

    # Statements and portals

    def prepare(self, name: str, statement: Statement, declared: Sequence[int]) -> Prepared:
        """A statement ready to be bound."""
        if not is_query(statement):
            return prepare_command(self, name, statement, tuple(declared))
        compiled = self.plan(statement, declared)
        return Prepared(name, statement, tuple(declared), compiled.parameters, compiled.columns, compiled)

    def plan(self, statement: Statement, declared: Sequence[int]) -> Compiled:
        """The planner's answer; a refusal is noted. Raises PgError, its position relative to the statement's text."""
        unknown = next((oid for oid in declared if oid and not self.planner.catalog.knows_type(oid)), None)
        if unknown is not None:
            raise UndefinedSetting(f"type with OID {unknown} does not exist")
        try:
            return self.planner.plan(statement.text, tuple(declared), environment(self))
        except PgError as error:
            note_refusal(self, statement, error)
            raise

    def current(self, prepared: Prepared) -> Prepared:
        """The statement planned anew: the clock, the settings or the policy may have moved. The planner keeps what has not."""
        statement, held = prepared.statement, prepared.compiled
        if statement is None or held is None or not is_query(statement):
            return prepared
        compiled = _placed(statement, lambda: self.plan(statement, prepared.parameters))
        if [(column.type, column.name) for column in compiled.columns] != [
            (column.type, column.name) for column in held.columns
        ]:
            raise StalePlan("cached plan must not change result type")
        return Prepared(prepared.name, statement, prepared.declared, prepared.parameters, compiled.columns, compiled)

    def portal_of(self, name: str, prepared: Prepared, values: tuple[object, ...], formats: Sequence[int]) -> Portal:
        """A portal ready to run."""
        columns = prepared.columns
        full = column_formats(formats, len(columns)) if columns is not None else ()
        encoder = None
        if prepared.compiled is not None and columns is not None:
            encoder = RowEncoder(columns, full, self.planner.catalog, output_settings(self))
        return Portal(
            name,
            prepared,
            columns,
            full,
            prepared.compiled,
            values,
            encoder=encoder,
            depth=len(self.transaction.savepoints),
        )

    def _run(self, portal: Portal, limit: int, *, describe: bool) -> Steps:
        statement = portal.prepared.statement
        if statement is not None and is_query(statement):
            yield from run_query(self, portal, limit, describe=describe)
        else:
            yield from run_command(self, portal, limit, describe=describe)

    def _require(self, statement: Statement) -> None:
        if not allowed_when_failed(statement):
            self.transaction.require_healthy()

    def prepared(self, name: str) -> Prepared:
        """A prepared statement by name. Raises UndefinedPrepared."""
        if name not in self.prepared_statements:
            shown = f'prepared statement "{name}"' if name else "unnamed prepared statement"
            raise UndefinedPrepared(f"{shown} does not exist")
        return self.prepared_statements[name]

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
        self.close_portals(lambda portal: not portal.holds or (not commit and portal.fresh))
        for portal in self.portals.values():
            portal.fresh, portal.depth = False, 0
        self.settings.end(commit=commit)
        return self.transaction.end()

    def end(self) -> None:
        """The connection is gone."""
        self.close_portals()


def _no_parameter(text: str) -> UndefinedParameter:
    first = next(token for token in tokens(text) if token.text[0] == "$" and token.text[1:].isdigit())
    return UndefinedParameter(f"there is no parameter {first.text}", position=first.start)


def _placed(statement: Statement, make: Callable[[], Made]) -> Made:
    """What `make` gives; an error's position is moved from the statement's text to the whole string."""
    try:
        return make()
    except PgError as error:
        if error.position is not None:
            error.position += statement.offset
        raise


_HANDLERS: dict[type, Callable[..., Steps]] = {
    wire.Query: Session._query, wire.Parse: Session._parse, wire.Bind: Session._bind, wire.Describe: Session._describe,
    wire.Execute: Session._execute, wire.Close: Session._close, wire.Flush: Session._flush, wire.Sync: Session._sync,
    wire.Terminate: Session._terminate, wire.CopyData: Session._discarded, wire.CopyDone: Session._discarded,
    wire.CopyFail: Session._discarded, wire.FunctionCall: Session._function_call,
}  # fmt: skip
