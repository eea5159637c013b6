"""The extended query protocol: Parse, Bind, Describe, Execute, Close and Flush over a session's statements and portals.

Refuses to know what statements do. Facts: protocol chapter "Extended Query"; src/backend/tcop/postgres.c for checks and their order.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from policies.errors import PgError
from proxy.catalog.model import Catalog, TypeRow
from proxy.errors import (
    BadMessageFormat,
    DuplicateCursor,
    DuplicatePrepared,
    InternalError,
    MessageMismatch,
    SyntaxProblem,
)
from proxy.pgtypes import InputSettings, decode_parameter
from proxy.session.answers import row_description
from proxy.session.parsing import parse as parse_text
from proxy.session.planning import current, placed, prepare
from proxy.session.portals import Prepared
from proxy.session.reading import read_over, weight
from proxy.session.running import Steps, primed
from proxy.session.simple import UNNAMED
from proxy.session.steps import Flush, Send, Step
from proxy.session.surroundings import input_settings
from proxy.sql.statements import Statement
from proxy.wire import messages as wire
from proxy.wire.fields import InvalidEncoding, Partial

if TYPE_CHECKING:
    from proxy.session.session import Session


def parse(session: Session, message: wire.Parse) -> Steps:
    """Name a statement."""
    session.asks(message.sql)
    session.enter()
    if message.statement == UNNAMED:
        session.prepared_statements.pop(UNNAMED, None)
    statements = yield from parse_text(message.sql)
    if len(statements) > 1:
        raise SyntaxProblem("cannot insert multiple commands into a prepared statement")
    if statements:
        session.require_healthy(statements[0])
        made = yield from placed(statements[0], prepare(session, message.statement, statements[0], message.param_oids))
    else:
        made = Prepared(message.statement, None, message.param_oids, message.param_oids, None)
    if message.statement and message.statement in session.prepared_statements:
        raise DuplicatePrepared(f'prepared statement "{message.statement}" already exists')
    session.prepared_statements[message.statement] = made
    yield Send(wire.encode(wire.ParseComplete()))


def bind(session: Session, message: wire.Bind) -> Steps:
    """Make a portal of a statement and values."""
    session.enter()
    prepared = session.prepared(message.statement)
    session.asks(prepared.statement.text if prepared.statement is not None else "")
    values = yield from _values(session, message, prepared, len(message.params))
    prepared = yield from current(session, prepared, values)
    if not set(message.result_formats) <= {0, 1} or len(message.result_formats) > 1:
        # Formats are counted when the statement is planned, and looked at when there is a row.
        trial = session.portal_of(message.portal, prepared, values, ())
        yield from primed(session, trial)
        trial.close()
        session.portals[message.portal] = trial  # which a failed block keeps, though it cannot be run
        portal = session.portal_of(message.portal, prepared, values, message.result_formats)
    else:
        portal = session.portal_of(message.portal, prepared, values, message.result_formats)
        yield from primed(session, portal)
    session.portals[message.portal] = portal
    yield Send(wire.encode(wire.BindComplete()))


def broken_bind(session: Session, error: PgError) -> Steps:
    """A Bind that breaks off is refused for what is wrong before that place, if anything is. Raises PgError."""
    session.enter()
    read = error.read if isinstance(error, BadMessageFormat) else ()
    if len(read) > 1:
        prepared = session.prepared(str(read[1]))
        if len(read) > 3:
            given = read[3] if isinstance(read[3], Partial) else Partial(len(read[3]), read[3])
            message = wire.Bind(str(read[0]), prepared.name, read[2], given.items, ())
            yield from _values(session, message, prepared, given.count)
            if len(given.items) < given.count:
                error.context = _context(message.portal, len(given.items) + 1, None)
    raise error


def _values(
    session: Session, message: wire.Bind, prepared: Prepared, count: int
) -> Generator[Step, object, tuple[object, ...]]:
    """The parameters. count: how many the message says it has."""
    if len(message.param_formats) > 1 and len(message.param_formats) != count:
        raise MessageMismatch(f"bind message has {len(message.param_formats)} parameter formats but {count} parameters")
    if count != len(prepared.parameters):
        raise MessageMismatch(
            f"bind message supplies {count} parameters, but prepared statement "
            f'"{prepared.name}" requires {len(prepared.parameters)}'
        )
    _require_healthy(session, prepared.statement)
    if prepared.parameters:
        session.transaction.require_healthy()
    if message.portal and message.portal in session.portals:
        raise DuplicateCursor(f'cursor "{message.portal}" already exists')
    session.close_portal(message.portal)
    types = prepared.parameters
    return (
        yield from read_over(session, weight(types, message.params), decoded, message, types, input_settings(session))
    )


def decoded(
    message: wire.Bind, types: tuple[int, ...], settings: InputSettings, catalog: Catalog
) -> tuple[object, ...]:
    """The parameters of a Bind as the engine's values. Raises PgError with the parameter in its context."""
    formats = message.param_formats
    values = []
    for index, (data, oid) in enumerate(zip(message.params, types), 1):
        code = formats[0] if len(formats) == 1 else formats[index - 1] if formats else 0
        try:
            values.append(decode_parameter(_type(catalog, oid), code, data, catalog, settings, index))
        except PgError as error:
            is_text = code == 0 and error.sqlstate != InvalidEncoding.sqlstate
            error.context = _context(message.portal, index, data if is_text else None)
            raise
    return tuple(values)


def _type(catalog: Catalog, oid: int) -> TypeRow:
    if oid not in catalog.types:
        raise InternalError(f"cache lookup failed for type {oid}")
    return catalog.types[oid]


def _context(portal: str, index: int, data: bytes | None) -> str:
    """Which parameter was wrong. Values are not quoted, as `log_parameter_max_length_on_error` is 0."""
    where = f'portal "{portal}"' if portal else "unnamed portal"
    shown = "" if data is None else " = '...'" if data else " = ''"
    return f"{where} parameter ${index}{shown}"


def describe(session: Session, message: wire.Describe) -> Steps:
    """What a statement takes and gives, or what a portal gives."""
    session.enter()
    catalog = session.catalog
    if message.kind == b"S":
        prepared = session.prepared(message.name)
        columns, formats = prepared.columns, (0,) * len(prepared.columns or ())
        statement = prepared.statement
    elif message.kind == b"P":
        portal = session.portal(message.name)
        columns, formats, statement = portal.columns, portal.formats, portal.prepared.statement
    else:
        raise BadMessageFormat(f"invalid DESCRIBE message subtype {message.kind[0]}")
    if columns is not None and statement is not None:
        session.require_healthy(statement)
    if message.kind == b"S":
        yield Send(wire.encode(wire.ParameterDescription(prepared.parameters)))
    yield Send(wire.encode(wire.NoData()) if columns is None else row_description(columns, formats, catalog))


def execute(session: Session, message: wire.Execute) -> Steps:
    """Run a portal, or go on with it."""
    session.enter()
    portal = session.portal(message.portal)
    statement, steps = portal.prepared.statement, session.run(portal, max(0, message.row_limit), describe=False)
    session.asks(statement.text if statement is not None else "")
    if statement is not None:  # what is empty says so in any block
        _require_healthy(session, None if portal.stale else statement)
    yield from placed(statement, steps) if statement is not None else steps
    if portal.done:
        session.statement_began = None  # the timeout is each statement's own
    if statement is not None:
        session.transaction.is_implicit = session.transaction.is_open


def _require_healthy(session: Session, statement: Statement | None) -> None:
    """Raises InFailedTransaction, unless the statement ends the failed block: what does nothing does not."""
    if statement is None:
        session.transaction.require_healthy()
    else:
        session.require_healthy(statement)


def close(session: Session, message: wire.Close) -> Steps:
    """Drop a statement or a portal; it need not exist."""
    if message.kind == b"S":
        session.prepared_statements.pop(message.name, None)
    elif message.kind == b"P":
        session.close_portal(message.name)
    else:
        raise BadMessageFormat(f"invalid CLOSE message subtype {message.kind[0]}")
    yield Send(wire.encode(wire.CloseComplete()))


def flush(session: Session, message: wire.Flush) -> Steps:
    """Send what there is."""
    yield Flush()
