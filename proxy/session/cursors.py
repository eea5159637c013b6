"""DECLARE, FETCH, MOVE and CLOSE: cursors are portals with a name, read forward.

A cursor holds its place in the engine's result; one WITH HOLD outlives its transaction, for the replica does not change. Refuses to know
messages. Facts: src/backend/commands/portalcmds.c.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.errors import PgError
from proxy.errors import DuplicateCursor, NoActiveTransaction, NotInPrerequisiteState, NotSupported
from proxy.pgtypes import RowEncoder
from proxy.session.answers import complete
from proxy.session.outcome import Outcome, Plan
from proxy.session.parsing import behind, inner_query, moved
from proxy.session.planning import Planning, plan_query
from proxy.session.portals import Portal, Prepared
from proxy.session.running import Steps, describe_rows, metered, open_portal, require_runnable
from proxy.session.steps import Send
from proxy.session.surroundings import output_settings
from proxy.session.transaction import IDLE
from proxy.sql.statements import Statement
from proxy.wire import messages as wire

if TYPE_CHECKING:
    from proxy.session.session import Session

BINARY, HOLD = 0x1, 0x20  # of DeclareCursorStmt.options (nodes/parsenodes.h)
ALL = 2**31 - 1


def plan_declare(session: Session, statement: Statement, declared: tuple[int, ...]) -> Planning:
    """The query's parameters are the command's."""
    inner = yield from inner_query(statement, behind("for"))
    try:
        compiled = yield from plan_query(session, inner, declared)
    except PgError as error:
        raise moved(error, inner.offset) from None
    return Plan(None, compiled.parameters, compiled)


def declare(session: Session, portal: Portal, limit: int, describe: bool) -> Steps:
    """DECLARE name CURSOR FOR query."""
    require_runnable(portal)
    statement, compiled = portal.prepared.statement, portal.compiled
    assert statement is not None and compiled is not None
    name, options = str(statement.fields["portalname"]), int(statement.fields.get("options", 0))
    if session.transaction.status == IDLE and not options & HOLD:
        raise NoActiveTransaction("DECLARE CURSOR can only be used in transaction blocks")
    if name in session.portals:
        raise DuplicateCursor(f'cursor "{name}" already exists')
    inner = yield from inner_query(statement, behind("for"))
    prepared = Prepared("", inner, (), compiled.parameters, compiled.columns, compiled)
    made = session.portal_of(name, prepared, portal.params, (1,) if options & BINARY else ())
    made.holds = bool(options & HOLD)
    session.portals[name] = made
    portal.done = True
    yield Send(complete("DECLARE CURSOR"))


def plan_fetch(session: Session, statement: Statement, declared: tuple[int, ...]) -> Plan:
    """FETCH gives the cursor's columns, MOVE none."""
    if statement.fields.get("ismove"):
        return Plan()
    return Plan(_cursor(session, statement).columns)


def fetch(session: Session, portal: Portal, limit: int, describe: bool) -> Steps:
    """FETCH and MOVE, forward only."""
    statement = portal.prepared.statement
    assert statement is not None
    cursor = _cursor(session, statement)
    if portal.inner is None:
        portal.inner, portal.left = cursor, _count(statement)
    yield from metered(session, cursor, _fetch_steps(session, portal, cursor, limit, describe))


def _fetch_steps(session: Session, portal: Portal, cursor: Portal, limit: int, describe: bool) -> Steps:
    assert portal.prepared.statement is not None
    moves = bool(portal.prepared.statement.fields.get("ismove"))
    if describe and not moves:
        yield from describe_rows(session, cursor)
    open_portal(session, cursor)
    # In a simple query the cursor's own formats hold (BINARY); a bound FETCH brings its own.
    encoder = None
    if not describe and portal.formats != cursor.formats and cursor.columns is not None:
        encoder = RowEncoder(cursor.columns, portal.formats, session.planner.catalog, output_settings(session))
    wanted = min((count for count in (limit or None, portal.left) if count is not None), default=0)
    sent = 0
    if portal.left != 0:
        sent = yield from cursor.rows(wanted, encoder=encoder, silent=moves)
    portal.total += sent
    if portal.left is not None:
        portal.left -= sent
    if limit and sent == limit:
        yield Send(wire.encode(wire.PortalSuspended()))
    else:
        yield Send(complete(f"{'MOVE' if moves else 'FETCH'} {sent}"))


def _cursor(session: Session, statement: Statement) -> Portal:
    cursor = session.portal(str(statement.fields["portalname"]), "cursor")
    if cursor.compiled is None or cursor.columns is None:
        raise NotInPrerequisiteState(f'portal "{cursor.name}" cannot be run')
    return cursor


def _count(statement: Statement) -> int | None:
    """How many rows forward; None = all."""
    count = int(statement.fields.get("howMany", 0))
    direction = statement.fields.get("direction", "FETCH_FORWARD")
    if direction == "FETCH_BACKWARD" or count < 0:
        raise NotInPrerequisiteState("cursor can only scan forward", hint="Fetch the rows and keep them in the client.")
    if direction != "FETCH_FORWARD":
        raise NotSupported("FETCH ABSOLUTE and RELATIVE are not supported by the double", hint="Use FETCH FORWARD.")
    return None if count >= ALL else count


def close(session: Session, statement: Statement) -> Outcome:
    """CLOSE name or ALL."""
    if "portalname" not in statement.fields:
        session.close_portals()
        return Outcome("CLOSE CURSOR ALL")
    name = str(statement.fields["portalname"])
    session.portal(name, "cursor")
    session.close_portal(name)
    return Outcome("CLOSE CURSOR")
