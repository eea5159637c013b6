"""DECLARE, FETCH, MOVE and CLOSE: cursors are portals with a name, read forward from the engine until they first go back.

A cursor holds its place in the engine's result; one WITH HOLD outlives its transaction, for the replica does not change. Refuses to know
messages. Facts: src/backend/commands/portalcmds.c.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING, cast

import pyarrow as pa

from policies.errors import PgError
from proxy.errors import (
    ActiveCursor,
    DuplicateCursor,
    InvalidCursorDefinition,
    NoActiveTransaction,
    NotInPrerequisiteState,
)
from proxy.pgtypes import EncodedRows, RowEncoder
from proxy.pgtypes.fields import assemble_few
from proxy.session.answers import complete
from proxy.session.backward import goes_back
from proxy.session.outcome import Outcome, Plan
from proxy.session.parsing import behind, inner_query, moved
from proxy.session.planning import Planning, plan_query
from proxy.session.portals import Portal, Prepared
from proxy.session.running import Steps, describe_rows, metered, open_portal, primed, require_runnable
from proxy.session.scrolling import ALL, Pieces, Spool, needed, only_forward, step
from proxy.session.scrolling import Step as Scroll
from proxy.session.steps import Call, Send, Step
from proxy.session.surroundings import output_settings
from proxy.sql.statements import Statement
from proxy.wire import messages as wire

if TYPE_CHECKING:
    from proxy.session.session import Session

BINARY, SCROLL, NO_SCROLL, HOLD = 0x1, 0x2, 0x4, 0x20  # of DeclareCursorStmt.options (nodes/parsenodes.h)
EXCLUSIVE = ((SCROLL, NO_SCROLL, "SCROLL and NO SCROLL"), (0x8, 0x10, "INSENSITIVE and ASENSITIVE"))
# Bytes of rows that are kept for a cursor that nobody asked to go back.
KEPT_MAX = 1 << 28


def plan_declare(session: Session, statement: Statement, declared: tuple[int, ...]) -> Planning:
    """The query's parameters are the command's."""
    options = int(statement.fields.get("options", 0))
    for one, other, words in EXCLUSIVE:
        if options & one and options & other:
            raise InvalidCursorDefinition(f"cannot specify both {words}")
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
    if not (session.transaction.in_block or portal.nested or options & HOLD):
        raise NoActiveTransaction("DECLARE CURSOR can only be used in transaction blocks")
    inner = yield from inner_query(statement, behind("for"))
    prepared = Prepared("", inner, (), compiled.parameters, compiled.columns, compiled)
    made = session.portal_of(name, prepared, portal.params, (1,) if options & BINARY else ())
    made.holds = bool(options & HOLD)
    if options & SCROLL:
        made.spool = Spool()
    elif not options & NO_SCROLL and goes_back(inner.fields, session.catalog):
        made.spool = Spool(KEPT_MAX)
    if compiled.temporary:
        open_portal(session, made)  # it goes on seeing the tables as they are now
    yield from primed(session, made)
    if name in session.portals:
        made.close()
        raise DuplicateCursor(f'cursor "{name}" already exists')
    session.portals[name] = made
    portal.done = True
    yield Send(complete("DECLARE CURSOR"))


def plan_fetch(session: Session, statement: Statement, declared: tuple[int, ...]) -> Plan:
    """FETCH gives the cursor's columns, if there is one, MOVE none."""
    found = session.portals.get(str(statement.fields["portalname"]))
    return Plan(found.columns if found is not None and not statement.fields.get("ismove") else None)


def fetch(session: Session, portal: Portal, limit: int, describe: bool) -> Steps:
    """FETCH and MOVE."""
    statement = portal.prepared.statement
    assert statement is not None
    if statement.fields.get("ismove"):
        require_runnable(portal)  # once, and whatever the limit
        limit = 0
    cursor = _cursor(session, statement)
    if portal.tag or (cursor.spool is not None and (limit or cursor.scrolls or not _is_forward(statement))):
        cursor.scrolls = True
        yield from metered(session, cursor, _scroll_steps(session, portal, cursor, limit, describe))
    else:
        yield from metered(session, cursor, _fetch_steps(session, portal, cursor, limit, describe))
    if statement.fields.get("ismove"):
        portal.done = True


def _is_forward(statement: Statement) -> bool:
    """Whether it is FORWARD by rows or ALL, which takes no rows that were read before."""
    return statement.fields.get("direction", "FETCH_FORWARD") == "FETCH_FORWARD" and _count(statement) > 0


def _count(statement: Statement) -> int:
    return int(statement.fields.get("howMany", 0))


def _fetch_steps(session: Session, portal: Portal, cursor: Portal, limit: int, describe: bool) -> Steps:
    statement = portal.prepared.statement
    assert statement is not None
    moves, skipped = bool(statement.fields.get("ismove")), 0
    if cursor.failed:
        raise NotInPrerequisiteState(f'portal "{cursor.name}" cannot be run')
    if portal.inner is None:
        portal.inner = cursor
        direction = str(statement.fields.get("direction", "FETCH_FORWARD"))
        asked = only_forward(direction, _count(statement), cursor.place, ended=cursor.ended, moves=moves)
        skipped, portal.left = (0, 0) if isinstance(asked, int) else asked
        portal.total = asked if isinstance(asked, int) else 0
    if describe and not moves:
        yield from describe_rows(session, cursor)
    open_portal(session, cursor)
    # In a simple query the cursor's own formats hold (BINARY); a bound FETCH brings its own.
    encoder = None
    if not describe and portal.formats != cursor.formats and cursor.columns is not None:
        encoder = RowEncoder(cursor.columns, portal.formats, session.catalog, output_settings(session))
    if skipped and (yield from cursor.rows(skipped, silent=True)) < skipped:
        portal.left = 0
        cursor.passed(0, 0)
    else:
        cursor.place += skipped
    wanted = min((count for count in (limit or None, portal.left) if count is not None), default=0)
    sent = portal.total if portal.left == 0 and moves else 0
    if portal.left != 0:
        sent = yield from cursor.rows(wanted, encoder=encoder, silent=moves)
        cursor.passed(sent, wanted)
    portal.total += sent
    if portal.left:
        portal.left -= sent
    if limit and sent == limit:
        yield Send(wire.encode(wire.PortalSuspended()))
    else:
        yield Send(complete(f"{'MOVE' if moves else 'FETCH'} {sent}"))


def _scroll_steps(session: Session, portal: Portal, cursor: Portal, limit: int, describe: bool) -> Steps:
    """A step in any direction. Rows that an Execute with a limit leaves are held by FETCH's own portal."""
    statement, spool = portal.prepared.statement, cursor.spool
    assert statement is not None and spool is not None and cursor.columns is not None
    if portal.tag:
        yield from _held_rows(portal, limit)
        return
    moves = bool(statement.fields.get("ismove"))
    if describe and not moves:
        yield from describe_rows(session, cursor)
    open_portal(session, cursor)
    done = yield from _scrolled(
        cursor, spool, str(statement.fields.get("direction", "FETCH_FORWARD")), _count(statement)
    )
    portal.tag = f"{'MOVE' if moves else 'FETCH'} {done.count}"
    formats = cursor.formats if describe else portal.formats
    encoder = RowEncoder(cursor.columns, formats, session.catalog, output_settings(session))
    pieces = iter(()) if moves else spool.read(done.first, done.count, backward=done.backward)
    if limit:  # which MOVE has not
        portal.results, portal.encoder = Pieces(pieces), encoder
        cursor.total += done.count
        yield from _held_rows(portal, limit)
        return
    yield from _sent(cursor, pieces, encoder)
    portal.done = True
    yield Send(complete(portal.tag))


def _sent(cursor: Portal, pieces: Iterator[pa.RecordBatch], encoder: RowEncoder) -> Steps:
    while (rows := cast("EncodedRows | None", (yield Call(_encoded, (pieces, encoder))))) is not None:
        cursor.total += len(rows)
        yield Send(rows.span(0, len(rows)), len(rows))


def execute_scrolled(session: Session, cursor: Portal, limit: int) -> Steps:
    """Execute of a cursor that went back: forward from where it stands, out of the rows that were kept."""
    assert cursor.spool is not None and cursor.encoder is not None
    yield from metered(session, cursor, _forward_steps(cursor, cursor.spool, cursor.encoder, limit))


def _forward_steps(cursor: Portal, spool: Spool, encoder: RowEncoder, limit: int) -> Steps:
    done = yield from _scrolled(cursor, spool, "FETCH_FORWARD", limit or ALL)
    yield from _sent(cursor, spool.read(done.first, done.count, backward=False), encoder)
    ended = not limit or done.count < limit
    yield Send(complete(f"SELECT {done.count}") if ended else wire.encode(wire.PortalSuspended()))


def _held_rows(portal: Portal, limit: int) -> Steps:
    sent = yield from portal.rows(limit)
    yield Send(wire.encode(wire.PortalSuspended()) if limit and sent == limit else complete(f"FETCH {sent}"))


def _encoded(pieces: Iterator[pa.RecordBatch], encoder: RowEncoder) -> EncodedRows | None:
    piece = next(pieces, None)
    if piece is None:
        return None
    return encoder.encode(piece) if encoder.columns else assemble_few([()] * piece.num_rows)


def _scrolled(cursor: Portal, spool: Spool, direction: str, count: int) -> Generator[Step, object, Scroll]:
    """Read as far as the step needs, then take it."""
    if cursor.failed:
        raise NotInPrerequisiteState(f'portal "{cursor.name}" cannot be run')
    wanted = needed(direction, count, cursor.place)
    while not cursor.done and (wanted is None or spool.rows < wanted):
        spool.require_room()
        yield from cursor.fetch(lambda batch, _: spool.add(batch), whole=False)
    spool.require_room()
    found = step(direction, count, cursor.place, spool.rows)
    cursor.place = found.place
    return found


def _cursor(session: Session, statement: Statement) -> Portal:
    cursor = session.portal(str(statement.fields["portalname"]), "cursor")
    if cursor.compiled is None or cursor.columns is None:
        raise NotInPrerequisiteState(f'portal "{cursor.name}" cannot be run')
    return cursor


def close(session: Session, statement: Statement) -> Outcome:
    """CLOSE name or ALL."""
    if "portalname" not in statement.fields:
        session.close_portals(lambda portal: not portal.running)
        return Outcome("CLOSE CURSOR ALL")
    name = str(statement.fields["portalname"])
    if session.portal(name, "cursor").running:
        raise ActiveCursor(f'cannot drop active portal "{name}"')
    session.close_portal(name)
    return Outcome("CLOSE CURSOR")
