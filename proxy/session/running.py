"""Running a portal: a query's rows under quota and audit, a command's answer once, and the tags that end them.

Refuses to know messages' order and how commands work. Facts: src/backend/tcop/pquery.c for what a second Execute of a portal does.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.errors import PgError, PolicyDenied
from proxy.answers import Answer, Asked
from proxy.errors import NotInPrerequisiteState
from proxy.lookups import Looked
from proxy.pgtypes import EncodedRows
from proxy.pgtypes.encoder import require_formats
from proxy.session.answers import complete, row_description
from proxy.session.portals import Portal, Prepared
from proxy.session.ports import StatementEnd
from proxy.session.setting_kinds import engine_zone
from proxy.session.settings import ACCURACY, KEEP_ANSWERS
from proxy.session.steps import Send, Step
from proxy.session.surroundings import environment
from proxy.sql.compiled import Compiled
from proxy.sql.statements import Statement
from proxy.wire import messages as wire

if TYPE_CHECKING:
    from proxy.session.session import Session

Steps = Generator[Step, object, None]
KEY_MAX, ITEMS_MAX = 4_000, 100  # characters of a parameter, items of a list, that an answer is kept under


@dataclass(frozen=True, slots=True)
class Ran:
    """A query that ran as far as it was asked to, and whose answer is a function of what was asked."""

    prepared: Prepared
    end: StatementEnd


def open_portal(session: Session, portal: Portal) -> None:
    """Give the portal its result; nothing runs before the first fetch."""
    if not portal.started:
        assert portal.compiled is not None
        portal.started = True
        for name, value, local in portal.compiled.settings:
            session.settings.set(name, value, local=local)
        zone = engine_zone(session.settings.value("TimeZone"))
        opener = session.temporary if portal.compiled.temporary else session.engine
        portal.results = opener.open(portal.compiled, portal.params, zone)


def describe_rows(session: Session, portal: Portal) -> Steps:
    """RowDescription, as a simple query has it before its rows."""
    if portal.columns is not None:
        yield Send(row_description(portal.columns, portal.formats, session.catalog))


def run_query(
    session: Session,
    portal: Portal,
    limit: int,
    *,
    describe: bool,
    behind: Callable[[Session, Portal], Steps] | None = None,
) -> Steps:
    """Rows up to the limit (0 = all), then CommandComplete or PortalSuspended. behind: what is said between the last row and that."""
    before, was_done = portal.total, portal.done
    yield from metered(session, portal, _query_steps(session, portal, limit, describe))
    if behind is not None and portal.done and not was_done:
        yield from behind(session, portal)
    tag = complete(f"SELECT {portal.total - before}") if portal.done else wire.encode(wire.PortalSuspended())
    yield Send(tag)


def begin(session: Session, portal: Portal) -> None:
    """The portal's rows, kept ones where there are."""
    if portal.started:
        return
    asked = _asked(session, portal)
    if asked is not None and (answer := session.engine.answers.get(asked)) is not None:
        portal.answer(answer.batch, answer.rows)
    elif asked is not None and (rows := _looked_up(session, portal)) is not None:
        portal.answer(None, rows)
    else:
        portal.asked = asked
        open_portal(session, portal)


def _looked_up(session: Session, portal: Portal) -> EncodedRows | None:
    """The rows of a lookup where they are kept for every key; else its run counts. A portal with a name may be asked for other formats."""
    compiled, encoder, prepared = portal.compiled, portal.encoder, portal.prepared
    if compiled is None or encoder is None or not compiled.lookup or portal.name or compiled.temporary:
        return None
    table = session.engine.lookups.table(Looked(compiled, encoder.formats, encoder.output.settings))
    if table is not None:
        return table.looked_up(portal.params[0])
    if prepared.statement is not None:
        text, declared, env = prepared.statement.text, prepared.parameters, environment(session)
        zone = engine_zone(session.settings.value("TimeZone"))
        session.engine.lookups.note(compiled, encoder, zone, lambda: session.planner.for_every_key(text, declared, env))
    return None


def prime(session: Session, portal: Portal) -> Steps:
    """Work out a query without tables before anything is said of it, as Postgres' planner does: what fails then has no rows described.

    Raises PgError.
    """
    statement = portal.prepared.statement
    if portal.started or portal.compiled is None or statement is None or not is_constant(statement, portal.compiled):
        return
    begin(session, portal)
    yield from portal.fill()


def primed(session: Session, portal: Portal) -> Steps:
    """The same where nobody asked for rows yet: an error is noted, for no end of the statement will be."""
    try:
        yield from prime(session, portal)
    except PgError as error:
        portal.close()
        assert portal.prepared.statement is not None
        note_refusal(session, portal.prepared.statement, error)
        raise


def is_constant(statement: Statement, compiled: Compiled) -> bool:
    """Neither tables nor functions in FROM, and nothing that depends on when it is asked."""
    fields = statement.fields
    plain = statement.kind == "SelectStmt" and fields.get("op") == "SETOP_NONE"
    return (
        plain
        and "fromClause" not in fields
        and len(fields.get("valuesLists", ())) < 2
        and not (compiled.volatile or compiled.settings or compiled.relations)
    )


def _query_steps(session: Session, portal: Portal, limit: int, describe: bool) -> Steps:
    yield from prime(session, portal)
    begin(session, portal)
    if describe:
        yield from describe_rows(session, portal)
    sent = yield from portal.rows(limit)
    portal.passed(sent, limit)
    if portal.asked is not None and portal.whole is not None and portal.compiled is not None:
        answer = Answer(portal.compiled, *portal.whole)
        session.engine.answers.put(portal.asked, answer, answer.bytes + portal.asked.bytes)
        portal.asked = None


def _asked(session: Session, portal: Portal) -> Asked | None:
    """What the answer depends on; None where it is not a function of that, or not to be kept."""
    compiled, encoder = portal.compiled, portal.encoder
    if compiled is None or encoder is None or compiled.volatile or compiled.temporary or compiled.settings:
        return None
    if session.settings.value(KEEP_ANSWERS) == "off" or session.settings.value(ACCURACY) == "on":
        return None  # what is said behind the rows is no part of what is kept
    if not all(_is_short(value) for value in portal.params):
        return None
    return Asked(id(compiled), repr(portal.params), portal.formats, encoder.output.settings)


def _is_short(value: object) -> bool:
    """Whether a parameter may be part of a key that is kept: one that is looked at each time."""
    if isinstance(value, list | tuple | dict):
        return len(value) <= ITEMS_MAX and all(map(_is_short, value))
    return not isinstance(value, str | bytes) or len(value) <= KEY_MAX


def metered(session: Session, portal: Portal, steps: Steps) -> Steps:
    """Steps of a statement under quota, timeout and audit. portal: what is read; its rows are counted."""
    assert portal.compiled is not None and portal.prepared.statement is not None
    began, before, sqlstate, reason = time.monotonic(), portal.total, "XX000", ""
    session.limits.begin()
    try:
        yield from steps
        sqlstate = "00000"
    except PgError as error:
        sqlstate, reason = error.sqlstate, reason_of(error)
        raise
    except GeneratorExit:
        sqlstate = "08006"  # the client is gone
        raise
    finally:
        seconds = time.monotonic() - began
        text = portal.prepared.statement.fingerprint()
        if sqlstate != "00000":
            portal.fail()
        end = StatementEnd(
            text, portal.compiled.relations, portal.total - before, seconds, sqlstate, reason, portal.compiled.rules
        )
        session.ran(Ran(portal.prepared, end) if sqlstate == "00000" and _asked(session, portal) is not None else None)
        session.limits.end(end)


def note_refusal(session: Session, statement: Statement, error: PgError) -> None:
    """A statement that never ran counts and is noted like one that did; else a role could probe without a trace."""
    session.limits.begin()
    rules, relation = (error.rules, error.relation) if isinstance(error, PolicyDenied) else ((), "")
    reason = reason_of(error)
    session.limits.end(
        StatementEnd(statement.fingerprint(), frozenset(), 0, 0.0, error.sqlstate, reason, rules, relation)
    )


def reason_of(error: PgError) -> str:
    """What the audit says of an error: a policy's reason; other messages may quote the statement's literals."""
    return error.detail if isinstance(error, PolicyDenied) else ""


def run_rows(session: Session, portal: Portal, limit: int, *, describe: bool) -> Steps:
    """Rows that a command left in its portal; without a tag of its own it counts them as a query does."""
    if describe:
        yield from describe_rows(session, portal)
    if not portal.done:
        require_formats(portal.formats)
    sent = yield from portal.rows(limit)
    yield Send(complete(portal.tag or f"SELECT {sent}") if portal.done else wire.encode(wire.PortalSuspended()))


def require_runnable(portal: Portal) -> None:
    """A command without rows runs once."""
    if portal.done:
        raise NotInPrerequisiteState(f'portal "{portal.name}" cannot be run')
