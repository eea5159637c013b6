"""COPY FROM STDIN into a temporary table: rows as they come, a few thousand at a time by an INSERT of their own.

What went in before an error is undone with the transaction, which the error fails. Refuses to know formats and what rows must hold to.
Facts: protocol chapter "COPY Operations"; src/backend/commands/copyfrom.c.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from policies.errors import PgError
from proxy.errors import NotSupported, QueryCanceled, told
from proxy.session.answers import complete
from proxy.session.copy_format import copy_format
from proxy.session.copy_input import CopyReader, Texts
from proxy.session.parsing import parse
from proxy.session.planning import plan_query
from proxy.session.ports import StatementEnd
from proxy.session.running import Steps
from proxy.session.setting_kinds import engine_zone
from proxy.session.steps import Fetch, Flush, Send, Step
from proxy.session.transaction import IDLE
from proxy.sql.analyse.errors import DuplicateColumn, UndefinedColumn
from proxy.sql.analyse.types import quote
from proxy.sql.compiled import Compiled
from proxy.sql.statements import Statement
from proxy.sql.temporary import ALIAS, TempTable
from proxy.sql.temporary_rules import quote as quote_always
from proxy.wire import messages as wire

if TYPE_CHECKING:
    from proxy.session.session import Session

ROWS = 5_000  # in one INSERT
_FROM_ONLY = frozenset("freeze force_not_null force_null default on_error log_verbosity reject_limit".split())


@dataclass
class CopyIn:
    """A COPY that waits for data. simple: it came in a query string, so that its end is the string's."""

    statement: Statement
    table: TempTable
    reader: CopyReader
    compiled: Compiled
    began: float
    simple: bool = False
    total: int = 0
    waiting: list[Texts] = field(default_factory=list)


def start(session: Session, statement: Statement, table: TempTable) -> Steps:
    """CopyInResponse; the rest comes with the data."""
    (parsed,) = yield from parse(statement.text)
    options = parsed.fields.get("options", ())
    for option in options:
        if option["DefElem"]["defname"] in (*_FROM_ONLY, "force_quote"):
            raise NotSupported(
                f"COPY option {option['DefElem']['defname'].upper()} is not supported by the double",
                hint="Leave it out.",
            )
    form = copy_format(options)
    if form.kind == "binary":
        raise NotSupported("COPY FROM in binary is not supported by the double", hint="Use text or CSV.")
    names = _columns(table, [str(node["String"]["sval"]) for node in statement.fields.get("attlist", ())])
    compiled = yield from _insert(session, table, names)
    session.limits.begin()
    session.copy_in = CopyIn(statement, table, CopyReader(form, names), compiled, time.monotonic())
    yield Send(wire.encode(wire.CopyInResponse(b"\0", (0,) * len(names))))
    yield Flush()


def _columns(table: TempTable, named: list[str]) -> list[str]:
    known = [column.row.name for column in table.columns]
    for place, name in enumerate(named):
        if name not in known:
            raise UndefinedColumn(f'column "{name}" of relation "{table.name}" does not exist')
        if name in named[:place]:
            raise DuplicateColumn(f'column "{name}" specified more than once')
    return named or known


def _insert(session: Session, table: TempTable, names: list[str]) -> Generator[Step, object, Compiled]:
    """An INSERT whose parameters are the columns, each a list of texts, and how many rows there are."""
    catalog, rows = session.catalog, {column.row.name: column.row for column in table.columns}
    values = []
    for number, name in enumerate(names, 1):
        kind = catalog.types[rows[name].type_oid]
        values.append(f"(${number}::text[])[i]::{quote(catalog.namespaces[kind.namespace])}.{quote_always(kind.name)}")
    targets = ", ".join(map(quote_always, names))
    text = (
        f"INSERT INTO {ALIAS}.{quote_always(table.name)} ({targets}) OVERRIDING SYSTEM VALUE "
        f"SELECT {', '.join(values)} FROM generate_series(1, ${len(names) + 1}::int) i"
    )
    (statement,) = yield from parse(text)
    try:
        return (yield from plan_query(session, statement, ()))
    except PgError as error:
        error.position = None  # of a text that the client never saw
        raise


def data(session: Session, message: wire.CopyData) -> Steps:
    """More rows; nothing where no COPY waits for them, as after one that failed."""
    if (copying := session.copy_in) is None:
        return
    yield from _guarded(session, copying, lambda: _fed(session, copying, message.data))


def done(session: Session, message: wire.CopyDone) -> Steps:
    """All rows are there."""
    if (copying := session.copy_in) is None:
        return
    yield from _guarded(session, copying, lambda: _finished(session, copying))


def fail(session: Session, message: wire.CopyFail) -> Steps:
    """The client gives up."""
    if (copying := session.copy_in) is None:
        return

    def steps() -> Steps:
        raise QueryCanceled(f"COPY from stdin failed: {message.reason}")
        yield

    yield from _guarded(session, copying, steps)


def _guarded(session: Session, copying: CopyIn, steps: Callable[[], Steps]) -> Steps:
    """An error ends the COPY, in the way in which it was begun."""
    try:
        yield from steps()
    except GeneratorExit:
        _end(session, copying, "08006")
        raise
    except Exception as error:  # noqa: BLE001  as for any message, but the answer depends on how the COPY came
        known = told(error)
        _end(session, copying, known.sqlstate)
        yield from session.failed(known, simple=copying.simple)


def _fed(session: Session, copying: CopyIn, piece: bytes) -> Steps:
    for row in copying.reader.feed(piece):
        copying.waiting.append(row)
        if len(copying.waiting) >= ROWS:
            yield from _write(session, copying)


def _finished(session: Session, copying: CopyIn) -> Steps:
    copying.waiting += copying.reader.finish()
    if copying.waiting:
        yield from _write(session, copying)
    _end(session, copying, "00000")
    yield Send(complete(f"COPY {copying.total}"))
    if copying.simple:
        if session.transaction.status == IDLE:
            session.finish(commit=True)
        yield from session.ready()


def _write(session: Session, copying: CopyIn) -> Steps:
    rows, copying.waiting = copying.waiting, []
    params: list[object] = [list(column) for column in zip(*rows, strict=True)]
    params.append(str(len(rows)))
    temporary, write = session.temporary, copying.compiled.write
    assert write is not None
    temporary.note_written(write.table, ends=False)
    zone = engine_zone(session.settings.value("TimeZone"))
    schema, moment = temporary.require_schema(), temporary.next_moment()
    work = temporary.store.writing(schema, write, write.table, params, moment, zone)
    yield Fetch(work, work.run)
    copying.total += len(rows)


def _end(session: Session, copying: CopyIn, sqlstate: str) -> None:
    session.copy_in = None
    seconds = time.monotonic() - copying.began
    session.limits.end(StatementEnd(copying.statement.fingerprint(), frozenset(), 0, seconds, sqlstate))
