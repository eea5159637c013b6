"""The simple query protocol: a string of statements, run one after the other in one implicit transaction.

Refuses to know what statements do. Facts: src/backend/tcop/postgres.c (exec_simple_query), also for when statement_timeout starts anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.errors import PgError
from proxy.errors import NotSupported
from proxy.session.copy_in import stop
from proxy.session.parsing import parse
from proxy.session.planning import prepare, without_parameters
from proxy.session.running import Steps, is_constant
from proxy.session.steps import Send
from proxy.session.transaction import IDLE
from proxy.sql.statements import Statement
from proxy.wire import messages as wire

if TYPE_CHECKING:
    from proxy.session.session import Session

UNNAMED = ""


def query(session: Session, message: wire.Query) -> Steps:
    """Every statement up to the first error, then ReadyForQuery."""
    session.asks(message.sql)
    session.prepared_statements.pop(UNNAMED, None)
    session.enter()
    statements = yield from parse(message.sql)
    if not statements:
        yield Send(wire.encode(wire.EmptyQueryResponse()))
    for number, statement in enumerate(statements):
        try:
            session.enter(fresh=number == 0)
            session.transaction.is_implicit |= len(statements) > 1
            session.require_healthy(statement)
            yield from _run(session, statement)
            if session.copy_in is not None:
                session.copy_in.simple = True
                if number + 1 < len(statements):
                    raise NotSupported(
                        "statements behind COPY FROM STDIN are not supported by the double",
                        hint="Send them in a query string of their own.",
                    )
                return
        except PgError as error:
            stop(session, error.sqlstate)
            yield from session.failed(error, statement.offset, simple=True)
            return
        session.statement_began = None  # the timeout is each statement's own
    # What Execute began before goes on to Sync, unless a string of several statements ends it.
    if session.transaction.status == IDLE and (len(statements) > 1 or not session.transaction.is_implicit):
        session.finish(commit=True)
    yield from session.ready()


def _run(session: Session, statement: Statement) -> Steps:
    prepared = yield from without_parameters(statement, prepare(session, UNNAMED, statement, ()))
    session.close_portal(UNNAMED)  # not before there is another one
    portal = session.portal_of(UNNAMED, prepared, (), ())
    try:
        yield from session.run(portal, 0, describe=True)
    except PgError:
        was_planned = portal.compiled is None or not is_constant(statement, portal.compiled)
        if was_planned and session.transaction.status != IDLE:
            # It stays, though it cannot be run, until its block ends. Not stale: it may have been that end.
            portal.failed = portal.done = True
            portal.fresh = False
            session.portals[UNNAMED] = portal
        raise
    finally:
        portal.close()
