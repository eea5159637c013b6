"""One client's session as a generator of steps: messages in, bytes and fetches out.

Owns statements, portals, the transaction, settings and what follows an error. Refuses to know sockets and DuckDB: a driver
carries steps out. Facts: protocol chapter "Message Flow"; src/backend/tcop/postgres.c for order and texts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Sequence

from policies.errors import PgError
from proxy.errors import (
    DuplicateCursor,
    DuplicatePrepared,
    NoActiveTransaction,
    ProtocolViolation,
    UndefinedCursor,
    UndefinedPrepared,
    told,
)
from proxy.pgtypes import InputSettings, OutputSettings, RowEncoder, decode_parameter, engine_value, read_text
from proxy.pgtypes.encoder import column_formats
from proxy.session.commands import Outcome, allowed_when_failed, columns_of, is_command, run_command
from proxy.session.portals import Portal, Prepared
from proxy.session.ports import Engine, Environment, Limits, Planner, StatementEnd
from proxy.session.settings import SettingsState, search_path
from proxy.session.steps import Flush, Send, Step, Stop
from proxy.session.transaction import IDLE, Transaction
from proxy.sql.ir import OutputColumn
from proxy.sql.statements import Statement, split
from proxy.wire import messages as wire
from proxy.wire.framing import BadMessage

Steps = Generator[Step, object, None]
UNNAMED = ""


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
        self._prepared: dict[str, Prepared] = {}
        self._portals: dict[str, Portal] = {}
        self._reported = settings.reported()
        self._skipping = False

    # Driving

    def handle(self, message: wire.Message | BadMessage) -> Steps:
        """The steps that a message asks for. Never raises PgError: errors become ErrorResponse."""
        if self._skipping and not isinstance(message, wire.Sync | wire.Terminate):
            return
        try:
            if isinstance(message, BadMessage):
                raise message.error
            handler = _HANDLERS.get(type(message))
            if handler is None:
                raise ProtocolViolation(f"unexpected message {type(message).__name__}")
            yield from handler(self, message)
        except Exception as error:  # noqa: BLE001  the one place where any failure becomes an answer
            yield from self._failed(told(error), 0, simple=isinstance(message, wire.Query))

    def _failed(self, error: PgError, offset: int, *, simple: bool) -> Steps:
        self.transaction.fail()
        if self.transaction.status == IDLE:
            self.close_portals()
            self.settings.end(commit=False)
        yield Send(error_response(error, offset))
        if error.severity == "FATAL":
            yield Flush()
            yield Stop()
        elif simple:
            yield from self._ready()
        else:
            self._skipping = True
            yield Flush()  # a client that sent Flush instead of Sync waits for the error

    def _ready(self) -> Steps:
        yield from self._report()
        yield Send(wire.encode(wire.ReadyForQuery(self.transaction.status)))
        yield Flush()

    def _report(self) -> Steps:
        """ParameterStatus for every reported setting that changed."""
        current = self.settings.reported()
        for name, value in current.items():
            if self._reported.get(name) != value:
                yield Send(wire.encode(wire.ParameterStatus(name, value)))
        self._reported = current

    # Simple query

    def _query(self, message: wire.Query) -> Steps:
        self.close_portal(UNNAMED)
        self.transaction.touch()
        statements = split(message.sql)
        if not statements:
            yield Send(wire.encode(wire.EmptyQueryResponse()))
        for statement in statements:
            try:
                self._require(statement)
                yield from self._run_simple(statement)
            except PgError as error:
                yield from self._failed(error, statement.offset, simple=True)
                return
        if self.transaction.status == IDLE:
            self.settings.end(commit=True)
            self.close_portals()
        yield from self._ready()

    def _run_simple(self, statement: Statement) -> Steps:
        prepared = self._prepare(UNNAMED, statement, ())
        if prepared.parameters:
            raise UndefinedParameter("there is no parameter $1")
        portal = self._portal_of(UNNAMED, prepared, (), (), again=False)
        try:
            if is_command(statement.kind):
                yield from self._command(portal, describe=True, limit=0)
            else:
                yield from self._run_query(portal, 0, describe=True)
        finally:
            portal.close()

    # Extended query

    def _parse(self, message: wire.Parse) -> Steps:
        if message.statement and message.statement in self._prepared:
            raise DuplicatePrepared(f'prepared statement "{message.statement}" already exists')
        if message.statement == UNNAMED:
            self._prepared.pop(UNNAMED, None)
        self.transaction.touch()
        statements = split(message.sql)
        if len(statements) > 1:
            raise MultipleCommands("cannot insert multiple commands into a prepared statement")
        if statements:
            self._require(statements[0])
            try:
                prepared = self._prepare(message.statement, statements[0], message.param_oids)
            except PgError as error:
                error.position = None if error.position is None else error.position + statements[0].offset
                raise
        else:
            prepared = Prepared(message.statement, None, message.param_oids, message.param_oids, ())
        self._prepared[message.statement] = prepared
        yield Send(wire.encode(wire.ParseComplete()))

    def _prepare(self, name: str, statement: Statement, declared: Sequence[int]) -> Prepared:
        if is_command(statement.kind):
            return Prepared(name, statement, tuple(declared), (), columns_of(self, statement))
        compiled = self.planner.plan(statement.text, tuple(declared), self.environment())
        return Prepared(name, statement, tuple(declared), compiled.parameters, compiled.columns, compiled)

    def _bind(self, message: wire.Bind) -> Steps:
        prepared = self.prepared(message.statement)
        if message.portal and message.portal in self._portals:
            raise DuplicateCursor(f'cursor "{message.portal}" already exists')
        if len(message.params) != len(prepared.parameters):
            raise ProtocolError(
                f"bind message supplies {len(message.params)} parameters, but prepared statement "
                f'"{prepared.name}" requires {len(prepared.parameters)}'
            )
        if len(message.param_formats) > 1 and len(message.param_formats) != len(message.params):
            raise ProtocolError(
                f"bind message has {len(message.param_formats)} parameter formats but {len(message.params)} parameters"
            )
        if prepared.statement is not None:
            self._require(prepared.statement)
        self.close_portal(message.portal)
        values = self._decode(prepared, message)
        self._portals[message.portal] = self._portal_of(message.portal, prepared, values, message.result_formats)
        yield Send(wire.encode(wire.BindComplete()))

    def _decode(self, prepared: Prepared, message: wire.Bind) -> tuple[object, ...]:
        catalog, settings = self.planner.catalog, self.input_settings()
        formats = message.param_formats
        values = []
        for index, (data, oid) in enumerate(zip(message.params, prepared.parameters), 1):
            code = formats[0] if len(formats) == 1 else formats[index - 1] if formats else 0
            values.append(decode_parameter(catalog.types[oid], code, data, catalog, settings, index))
        return tuple(values)

    def _portal_of(
        self,
        name: str,
        prepared: Prepared,
        values: tuple[object, ...],
        formats: tuple[int, ...],
        *,
        again: bool = True,
    ) -> Portal:
        """A portal ready to run; a statement whose meaning depends on the moment is planned again."""
        if len(formats) > 1 and len(formats) != len(prepared.columns):
            raise ProtocolError(
                f"bind message has {len(formats)} result formats but query has {len(prepared.columns)} columns"
            )
        full = column_formats(formats, len(prepared.columns))
        compiled = prepared.compiled
        if compiled is not None and compiled.volatile and prepared.statement is not None and again:
            compiled = self.planner.plan(prepared.statement.text, prepared.parameters, self.environment())
        encoder = None
        if compiled is not None:
            encoder = RowEncoder(prepared.columns, full, self.planner.catalog, self.output_settings())
        return Portal(name, prepared, prepared.columns, full, compiled, values, encoder=encoder)

    def _describe(self, message: wire.Describe) -> Steps:
        if message.kind == b"S":
            prepared = self.prepared(message.name)
            yield Send(wire.encode(wire.ParameterDescription(prepared.parameters)))
            yield Send(self._described(prepared, (0,) * len(prepared.columns)))
        elif message.kind == b"P":
            portal = self.portal(message.name)
            yield Send(self._described(portal.prepared, portal.formats))
        else:
            raise ProtocolViolation(f"invalid DESCRIBE message subtype {message.kind[0]}")

    def _execute(self, message: wire.Execute) -> Steps:
        portal = self.portal(message.portal)
        statement = portal.prepared.statement
        if statement is None:
            yield Send(wire.encode(wire.EmptyQueryResponse()))
            return
        self.transaction.touch()
        self._require(statement)
        if is_command(statement.kind):
            yield from self._command(portal, describe=False, limit=max(0, message.row_limit))
        else:
            yield from self._run_query(portal, max(0, message.row_limit), describe=False)

    def _close(self, message: wire.Close) -> Steps:
        if message.kind == b"S":
            self._prepared.pop(message.name, None)
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
            self.settings.end(commit=True)
            self.close_portals()
        yield from self._ready()

    def _terminate(self, message: wire.Terminate) -> Steps:
        yield Stop()

    def _discarded(self, message: wire.Message) -> Steps:
        """COPY messages outside a COPY are ignored, as Postgres does."""
        yield from ()

    def _function_call(self, message: wire.FunctionCall) -> Steps:
        raise NotSupported("the function call protocol is not supported", hint="Call the function in a SELECT.")

    # Running

    def _run_query(self, portal: Portal, limit: int, *, describe: bool) -> Steps:
        statement = portal.prepared.statement
        assert statement is not None and portal.compiled is not None
        started, rows, sqlstate = time.monotonic(), 0, "00000"
        self.limits.begin()
        try:
            if not portal.started:
                portal.started = True
                for setting, value, local in portal.compiled.settings:
                    self.settings.set(setting, value, local=local)
                portal.results = self.engine.open(portal.compiled, portal.params, self.environment().timezone)
            if describe:
                yield Send(self._row_description(portal.columns, portal.formats))
            rows = yield from portal.rows(limit)
            if portal.done:
                yield Send(wire.encode(wire.CommandComplete(f"SELECT {rows}")))
            else:
                yield Send(wire.encode(wire.PortalSuspended()))
        except PgError as error:
            sqlstate = error.sqlstate
            raise
        finally:
            seconds = time.monotonic() - started
            self.limits.end(StatementEnd(statement.text, portal.compiled.relations, rows, seconds, sqlstate))

    def _command(self, portal: Portal, *, describe: bool, limit: int) -> Steps:
        statement = portal.prepared.statement
        assert statement is not None
        special = _SPECIAL.get(statement.kind)
        if special is not None:
            yield from special(self, statement, portal, describe, limit)
            return
        outcome = run_command(self, statement)
        yield from self._report()
        if outcome.warning is not None:
            yield Send(notice(*outcome.warning))
        yield from self._outcome(outcome, portal, describe)

    def _outcome(self, outcome: Outcome, portal: Portal, describe: bool) -> Steps:
        if outcome.columns:
            if describe:
                yield Send(self._row_description(outcome.columns, (0,) * len(outcome.columns)))
            for row in outcome.rows:
                values = tuple(None if value is None else value.encode() for value in row)
                yield Send(wire.encode(wire.DataRow(values)), 1)
        yield Send(wire.encode(wire.CommandComplete(outcome.tag)))

    def _prepare_command(self, statement: Statement, portal: Portal, describe: bool, limit: int) -> Steps:
        """PREPARE name (types) AS query."""
        name = str(statement.fields["name"])
        if name in self._prepared:
            raise DuplicatePrepared(f'prepared statement "{name}" already exists')
        body = statement.text[_after_as(statement.text) :]
        inner = split(body)[0]
        types = _type_oids(self, statement.fields.get("argtypes", ()))
        self._prepared[name] = self._prepare(name, inner, types)
        yield Send(wire.encode(wire.CommandComplete("PREPARE")))

    def _execute_command(self, statement: Statement, portal: Portal, describe: bool, limit: int) -> Steps:
        """EXECUTE name (values): constants only."""
        prepared = self.prepared(str(statement.fields["name"]))
        nodes = statement.fields.get("params", ())
        if len(nodes) != len(prepared.parameters):
            raise WrongParameters(
                f'wrong number of parameters for prepared statement "{prepared.name}"',
                detail=f"Expected {len(prepared.parameters)} parameters but got {len(nodes)}.",
            )
        catalog = self.planner.catalog
        values = []
        for node, oid in zip(nodes, prepared.parameters):
            text = _constant_text(node)
            read = None if text is None else read_text(oid, text, catalog, -1, self.input_settings())
            values.append(engine_value(catalog.types[oid], read, catalog))
        inner = self._portal_of(UNNAMED, prepared, tuple(values), portal.formats)
        try:
            yield from self._run_query(inner, 0, describe=describe)
        finally:
            inner.close()

    def _declare(self, statement: Statement, portal: Portal, describe: bool, limit: int) -> Steps:
        """DECLARE name CURSOR FOR query: a portal that FETCH reads forward."""
        name, options = str(statement.fields["portalname"]), int(statement.fields.get("options", 0))
        holds = bool(options & 0x20)
        if self.transaction.status == IDLE and not holds:
            raise NoActiveTransaction("DECLARE CURSOR can only be used in transaction blocks")
        if name in self._portals:
            raise DuplicateCursor(f'cursor "{name}" already exists')
        body = statement.text[_after_for(statement.text) :]
        prepared = self._prepare(UNNAMED, split(body)[0], ())
        made = self._portal_of(name, prepared, (), ())
        made.holds = holds
        self._portals[name] = made
        yield Send(wire.encode(wire.CommandComplete("DECLARE CURSOR")))

    def _fetch_command(self, statement: Statement, portal: Portal, describe: bool, limit: int) -> Steps:
        """FETCH and MOVE, forward only."""
        fields = statement.fields
        cursor = self.portal(str(fields["portalname"]))
        count = int(fields.get("howMany", 0))
        if fields.get("direction", "FETCH_FORWARD") != "FETCH_FORWARD" or count < 0:
            raise CursorBackward(
                "cursor can only scan forward", hint="Declare it with SCROLL on a server that supports it."
            )
        if cursor.compiled is None:
            raise UndefinedCursor(f'cursor "{cursor.name}" cannot be fetched from')
        if describe and not fields.get("ismove"):
            yield Send(self._row_description(cursor.columns, cursor.formats))
        if not cursor.started:
            cursor.started = True
            cursor.results = self.engine.open(cursor.compiled, cursor.params, self.environment().timezone)
        wanted = 0 if count >= 2**31 - 1 else count
        rows = 0
        if count:
            steps = cursor.rows(wanted)
            rows = yield from (_without_rows(steps) if fields.get("ismove") else steps)
        tag = "MOVE" if fields.get("ismove") else "FETCH"
        yield Send(wire.encode(wire.CommandComplete(f"{tag} {rows}")))

    # State that commands use

    def _require(self, statement: Statement) -> None:
        if not allowed_when_failed(statement):
            self.transaction.require_healthy()

    def environment(self) -> Environment:
        """What a statement's meaning depends on, now."""
        return Environment(
            role=self.role, database=self.database,
            search_path=search_path(self.settings.show("search_path"), self.role),
            settings=self.settings.effective(), transaction_timestamp=self.transaction.started,
            statement_timestamp=self.transaction.statement_started, pid=self.pid,
            client_address=self.client[0], client_port=self.client[1],
        )  # fmt: skip

    def output_settings(self) -> OutputSettings:
        """How values are printed."""
        show = self.settings.show
        return OutputSettings(
            show("DateStyle"), show("IntervalStyle"), show("TimeZone"), show("bytea_output"), int(show("extra_float_digits")),
            self._namespaces(),
        )  # fmt: skip

    def input_settings(self) -> InputSettings:
        """How parameters are read."""
        show = self.settings.show
        return InputSettings(
            show("DateStyle"), show("IntervalStyle"), show("TimeZone"), self.transaction.started, self._namespaces()
        )

    def _namespaces(self) -> tuple[int, ...]:
        known = self.planner.catalog.namespace_by_name
        path = search_path(self.settings.show("search_path"), self.role)
        names = path if "pg_catalog" in path else ("pg_catalog", *path)
        return tuple(known[name] for name in names if name in known)

    def prepared(self, name: str) -> Prepared:
        """A prepared statement by name. Raises UndefinedPrepared."""
        if name not in self._prepared:
            shown = f'prepared statement "{name}"' if name else "unnamed prepared statement"
            raise UndefinedPrepared(f"{shown} does not exist")
        return self._prepared[name]

    def portal(self, name: str) -> Portal:
        """A portal by name. Raises UndefinedCursor."""
        if name not in self._portals:
            raise UndefinedCursor(f'portal "{name}" does not exist' if not name else f'cursor "{name}" does not exist')
        return self._portals[name]

    def close_portal(self, name: str) -> None:
        """Drop one portal, if it is there."""
        if portal := self._portals.pop(name, None):
            portal.close()

    def close_portals(self, *, held: bool = False) -> None:
        """End of a transaction: portals go, those WITH HOLD stay unless `held`."""
        for name in [name for name, portal in self._portals.items() if held or not portal.holds]:
            self.close_portal(name)

    def forget_statement(self, name: str) -> None:
        """DEALLOCATE name."""
        self.prepared(name)
        del self._prepared[name]

    def forget_statements(self) -> None:
        """DEALLOCATE ALL."""
        self._prepared.clear()

    def end(self) -> None:
        """The connection is gone."""
        self.close_portals(held=True)

    def _described(self, prepared: Prepared, formats: Sequence[int]) -> bytes:
        """RowDescription of a query, even one without columns; NoData of what gives no rows."""
        if prepared.compiled is not None or prepared.columns:
            return self._row_description(prepared.columns, formats)
        return wire.encode(wire.NoData())

    def _row_description(self, columns: Sequence[OutputColumn], formats: Sequence[int]) -> bytes:
        types = self.planner.catalog.types
        return wire.encode(
            wire.RowDescription(
                tuple(
                    (
                        column.name,
                        column.relation,
                        column.attnum,
                        column.type,
                        types[column.type].length,
                        column.typmod,
                        code,
                    )
                    for column, code in zip(columns, formats)
                )
            )
        )


class MultipleCommands(PgError):
    """Several statements in one Parse."""

    sqlstate = "42601"


class UndefinedParameter(PgError):
    """$n in a simple query."""

    sqlstate = "42P02"


class ProtocolError(PgError):
    """A message that does not fit its statement; the session goes on."""

    sqlstate = "08P01"


class WrongParameters(PgError):
    """EXECUTE with another number of values."""

    sqlstate = "42601"


class NotSupported(PgError):
    """A part of the protocol that the double has not."""

    sqlstate = "0A000"


class CursorBackward(PgError):
    """A cursor without SCROLL asked to go back."""

    sqlstate = "55000"


def error_response(error: PgError, offset: int = 0, severity: str = "") -> bytes:
    """An error as the client reads it. offset: characters before the statement in what the client sent."""
    severity = severity or error.severity
    fields = [("S", severity), ("V", severity), ("C", error.sqlstate), ("M", error.message)]
    if error.detail:
        fields.append(("D", error.detail))
    if error.hint:
        fields.append(("H", error.hint))
    if error.position is not None and error.position >= 0:
        fields.append(("P", str(error.position + offset + 1)))
    return wire.encode(wire.ErrorResponse(tuple(fields)))


def notice(sqlstate: str, message: str, severity: str = "WARNING") -> bytes:
    """A NoticeResponse."""
    return wire.encode(wire.NoticeResponse((("S", severity), ("V", severity), ("C", sqlstate), ("M", message))))


def _without_rows(steps: Generator[Step, object, int]) -> Generator[Step, object, int]:
    """Steps of a portal whose rows nobody wants: fetches are carried out, sends are not."""
    answer: object = None
    while True:
        try:
            step = steps.send(answer)
        except StopIteration as end:
            return int(end.value)
        answer = None if isinstance(step, Send) else (yield step)


def _after_as(text: str) -> int:
    return _after_word(text, "as")


def _after_for(text: str) -> int:
    return _after_word(text, "for")


def _after_word(text: str, word: str) -> int:
    """Offset behind the first `word` outside of quotes and brackets."""
    depth, quote = 0, ""
    for index, char in enumerate(text):
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif depth == 0 and text[index : index + len(word)].lower() == word:
            before, after = text[index - 1 : index], text[index + len(word) : index + len(word) + 1]
            if (before.isspace() or before == ")") and (after.isspace() or after == "("):
                return index + len(word)
    raise ProtocolError(f'no "{word}" in the statement')


def _type_oids(session: Session, nodes: Sequence[object]) -> tuple[int, ...]:
    from proxy.sql.analyse.types import Types

    types = Types(session.planner.catalog, session._namespaces())
    return tuple(types.resolve(node["TypeName"], -1)[0] for node in nodes)  # type: ignore[index]


def _constant_text(node: object) -> str | None:
    """The text of a constant of EXECUTE; anything else is refused."""
    fields = node if isinstance(node, dict) else {}
    if "TypeCast" in fields:
        return _constant_text(fields["TypeCast"]["arg"])
    value = fields.get("A_Const")
    if value is None:
        raise NotSupported("EXECUTE takes constants only on the double")
    if value.get("isnull"):
        return None
    for key in ("sval", "fval", "bsval"):
        if key in value:
            return str(value[key].get(key, ""))
    if "boolval" in value:
        return "t" if value["boolval"].get("boolval") else "f"
    return str(value.get("ival", {}).get("ival", 0))


_HANDLERS: dict[type, Callable[..., Steps]] = {
    wire.Query: Session._query, wire.Parse: Session._parse, wire.Bind: Session._bind, wire.Describe: Session._describe,
    wire.Execute: Session._execute, wire.Close: Session._close, wire.Flush: Session._flush, wire.Sync: Session._sync,
    wire.Terminate: Session._terminate, wire.CopyData: Session._discarded, wire.CopyDone: Session._discarded,
    wire.CopyFail: Session._discarded, wire.FunctionCall: Session._function_call,
}  # fmt: skip
_SPECIAL: dict[str, Callable[[Session, Statement, Portal, bool, int], Steps]] = {
    "PrepareStmt": Session._prepare_command, "ExecuteStmt": Session._execute_command,
    "DeclareCursorStmt": Session._declare, "FetchStmt": Session._fetch_command,
}  # fmt: skip
