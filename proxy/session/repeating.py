"""Batches of messages that were answered before: their bytes give the same bytes, without a look at what they say.

A batch is a simple query, or [Parse] Bind [Describe] Execute [Close] Sync of the unnamed portal, that ran one query whose answer depends
on the batch, the statement it binds and the session's settings alone; whether a transaction block is open shows in the last byte. Each
repetition counts and is noted like the first. What is not certain to be so goes the long way, which is always right. Refuses to know
sockets and the engine.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from policies.errors import PgError
from proxy.answers import OVERHEAD, Recent, Repeat
from proxy.lookups import Looked
from proxy.pgtypes.encoder import column_formats
from proxy.session.answers import ready
from proxy.session.portals import Portal, Prepared
from proxy.session.surroundings import environment, output_settings
from proxy.session.templates import SUSPENDED, Template, cut, template
from proxy.session.transaction import BLOCK, IDLE
from proxy.wire import messages as wire
from proxy.wire.framing import BadMessage, Framer

if TYPE_CHECKING:
    from proxy.session.session import Session

QUERY, PARSE, BIND = wire.Query.tag[0], wire.Parse.tag[0], wire.Bind.tag[0]
RECENT_MAX, RECENT_BYTES = 256, 2_000  # answers that a session has at hand, and what one of them may take
Key = tuple[object, Hashable, int | None, Hashable]
HEAD = 5  # bytes of a tag and a length
HALTED = SUSPENDED + ready(IDLE)  # the end of an answer that has more rows
# Categories of pg_type whose text means the same at any time: dates may say "now", arrays, ranges and composites may hold them.
TIMELESS = frozenset("NBSEU")


def is_at_rest(session: Session) -> bool:
    """Whether what the session was told is over: no transaction or a whole one that waits, no error to skip behind."""
    transaction = session.transaction
    return session.is_waiting and (
        transaction.status == BLOCK or (transaction.status == IDLE and not transaction.is_open)
    )


def repeated(session: Session, batch: bytes) -> bytes | None:
    """The answer to a batch that was answered before; None where it must go the long way. The session is at rest."""
    found = _recent(session, batch)
    if found is None:
        key = _key(session, batch)
        if key is None:
            return None
        kept = session.engine.repeats.batches.get(key)
        found = kept or _looked_up(session, key, batch)
        if found is None:
            return None
        if kept is not None:
            _note(session, batch, kept)
    in_block = session.transaction.status == BLOCK
    if in_block and found.left is not None and found.answer.endswith(HALTED):
        return None  # the block keeps the portal, whose other rows may be asked for
    try:
        session.limits.whole(found.end)
    except PgError:
        return None  # the long way says so
    session.asks(found.run.statement.text if found.run.statement is not None else "")
    session.close_portal("")
    if found.replaces:
        _replace(session, found.unnamed)
    if not in_block:
        return found.answer
    if found.left is not None:
        _leave_portal(session, found.run, found.left)
    session.transaction.has_snapshot = True
    return found.answer[:-1] + BLOCK


def _recent(session: Session, batch: bytes) -> Repeat | None:
    """What this very session was answered, while nothing has changed that the answer depends on."""
    held = session.recent.get(batch)
    if held is None or session.temporary.schema is not None:
        return None
    if held.world is not _world(session) or held.version != session.planner.version():
        return None
    if held.name is not None and session.prepared_statements.get(held.name) is not held.prepared:
        return None
    return held.repeat


def _note(session: Session, batch: bytes, repeat: Repeat) -> None:
    """Keep a short answer at hand."""
    if len(repeat.answer) + len(batch) > RECENT_BYTES:
        return
    name = _bound(batch) if batch[0] == BIND else None
    prepared = None if name is None else session.prepared_statements[name]
    if len(session.recent) >= RECENT_MAX:
        session.recent.clear()
    session.recent[batch] = Recent(_world(session), session.planner.version(), name, prepared, repeat)


def remember(session: Session, batch: bytes, answer: bytes) -> None:
    """Keep what a batch was answered, where it may be repeated. The session was at rest before, and is again."""
    if len(session.trace) != 1 or (ran := session.trace[0]) is None:
        return
    messages = _messages(batch)
    shape = b"".join(message.tag for message in messages)
    if not shape or not _is_timeless(session, shape, ran.prepared):
        return
    is_bound = shape[0] == BIND
    unnamed = session.prepared_statements.get("") if shape[0] == PARSE else None
    run = session.prepared_statements.get(_bound(batch)) if is_bound else unnamed
    left, run = _left(messages, ran.prepared), _light(run or ran.prepared)
    end = replace(ran.end, seconds=0.0)
    repeat = Repeat(answer[:-1] + IDLE, end, run, not is_bound, unnamed and run, left)
    if (key := _key(session, batch)) is None:
        return
    if (found := _template(session, messages, ran.prepared, repeat)) is not None and (parts := cut(batch)) is not None:
        session.engine.repeats.templates.put((*key[:3], parts.same), found, OVERHEAD + len(batch) + len(answer))
    else:
        session.engine.repeats.batches.put(key, repeat, repeat.bytes + len(batch))


def _light(prepared: Prepared) -> Prepared:
    """A query without its tree, which takes a hundred times its text; what says whether it is constant stays."""
    statement = prepared.statement
    assert statement is not None
    fields = statement.fields
    kept: dict[str, Any] = {name: fields[name] for name in ("op",) if name in fields}
    if "fromClause" in fields or len(fields.get("valuesLists", ())) > 1:
        kept["fromClause"] = ()
    return replace(prepared, statement=replace(statement, fields=kept))


def _left(messages: Sequence[wire.Message], prepared: Prepared) -> tuple[int, ...] | None:
    """Formats of the portal that a batch leaves; None where it closes it, or is a query, which does so by itself."""
    bound = next((message for message in messages if isinstance(message, wire.Bind)), None)
    if bound is None or any(isinstance(message, wire.Close) for message in messages):
        return None
    return column_formats(bound.result_formats, len(prepared.columns or ()))


def _leave_portal(session: Session, prepared: Prepared, formats: tuple[int, ...]) -> None:
    """The unnamed portal behind its last row: its block may still describe it, and ask for rows that it has not."""
    session.portals[""] = Portal(
        "", prepared, prepared.columns, formats, prepared.compiled, started=True, done=True,
        depth=len(session.transaction.savepoints), notices=session.notices,
    )  # fmt: skip


def _template(
    session: Session, messages: Sequence[wire.Message], prepared: Prepared, repeat: Repeat
) -> Template | None:
    """For batches that differ in their key alone, where the rows of all keys are kept."""
    compiled, columns = prepared.compiled, prepared.columns or ()
    bound = next((message for message in messages if isinstance(message, wire.Bind)), None)
    if compiled is None or bound is None or not compiled.lookup:
        return None
    formats = column_formats(bound.result_formats, len(columns))
    asked = Looked(compiled, formats, output_settings(session))
    if session.engine.lookups.table(asked) is None:
        return None
    return template(asked, prepared.parameters[0], messages, repeat)


def _looked_up(session: Session, key: Key, batch: bytes) -> Repeat | None:
    """The answer to a batch that differs from an earlier one in its key alone."""
    templates = session.engine.repeats.templates
    if not templates.held()[0] or (parts := cut(batch)) is None:
        return None
    found = templates.get((*key[:3], parts.same))
    table = None if found is None else session.engine.lookups.table(found.asked)
    return None if found is None or table is None else found.answered(table, parts.code, parts.value)


def _key(session: Session, batch: bytes) -> Key | None:
    """What the answer depends on: world, version, statement, and what is left; None where the batch is none that is kept."""
    if session.temporary.schema is not None:
        return None  # a name may mean a table of its own
    world = _world(session)
    version = session.planner.version()
    if batch[0] != BIND:
        return world, version, None, batch
    end = batch.find(0, HEAD + 1)
    if end < 0 or batch[HEAD]:
        return None
    try:
        name = batch[HEAD + 1 : end].decode("utf-8")
    except UnicodeDecodeError:
        return None  # the long way refuses it
    prepared = session.prepared_statements.get(name)
    if prepared is None or prepared.compiled is None:
        return None
    # the statement's name may be another one in each session: what follows it, and how long that says to be
    return world, version, id(prepared.compiled), (int.from_bytes(batch[1:HEAD], "big") - end, batch[end:])


def _world(session: Session) -> object:
    """All that a session has set, and whose it is: one object for equal ones."""

    def make() -> object:
        path, own = environment(session).search_path, session.settings.own()
        size = sum(map(len, path)) + sum(len(value) for _, value in own)
        planner = cast("Hashable", session.planner)
        return session.engine.repeats.world(size, planner, path, own, output_settings(session))

    return session.settings.derived("world", session.planner, make)


def _messages(batch: bytes) -> list[wire.Message]:
    """A batch's messages where they are of a kind that is kept; none else."""
    framer, found = Framer(), list[wire.Message]()
    framer.feed(batch)
    while (message := framer.message()) is not None:
        if isinstance(message, BadMessage):
            return []
        # what a name means is the session's own; behind Parse it would not be looked up
        named = isinstance(message, wire.Parse) and message.statement
        bound = isinstance(message, wire.Bind) and message.statement and found
        placed = isinstance(message, wire.Bind | wire.Execute) and message.portal
        described = isinstance(message, wire.Describe | wire.Close) and (message.kind != b"P" or message.name)
        if named or bound or placed or described:
            return []
        found.append(message)
    return found if not framer.pending and b"".join(message.tag for message in found) in SHAPES else []


SHAPES = frozenset(
    [
        b"Q",
        *(
            parse + b"B" + describe + b"E" + close + b"S"
            for parse in (b"", b"P")
            for describe in (b"", b"D")
            for close in (b"", b"C")
        ),
    ]
)


def _is_timeless(session: Session, shape: bytes, prepared: Prepared) -> bool:
    """Whether its parameters mean the same at any time."""
    types = session.catalog.types
    return shape == b"Q" or all(types[oid].category in TIMELESS for oid in prepared.parameters)


def _bound(batch: bytes) -> str:
    """The name of the statement that a batch binds first."""
    return batch[HEAD + 1 : batch.index(0, HEAD + 1)].decode("utf-8")


def _replace(session: Session, unnamed: Prepared | None) -> None:
    if unnamed is None:
        session.prepared_statements.pop("", None)
    else:
        session.prepared_statements[""] = unnamed
