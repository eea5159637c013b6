"""COPY FROM STDIN into a temporary table: rows as they come, a few thousand at a time by an INSERT of their own.

What went in before an error is undone with the transaction, which the error fails. Refuses to know formats and what rows must hold to.
Facts: protocol chapter "COPY Operations"; src/backend/commands/copyfrom.c.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from policies.errors import PgError
from proxy.catalog.model import Catalog
from proxy.catalog.versions import Since
from proxy.errors import NotSupported, ProtocolViolation, QueryCanceled, told
from proxy.pgtypes import InputSettings, read_text
from proxy.session.answers import complete, error_response
from proxy.session.copy_format import CopyFormat, copy_format
from proxy.session.copy_input import CopyReader, Place, Row
from proxy.session.parsing import parse
from proxy.session.planning import plan_query
from proxy.session.ports import StatementEnd
from proxy.session.reading import read_over, weight
from proxy.session.running import Steps
from proxy.session.setting_kinds import engine_zone
from proxy.session.steps import Fetch, Flush, Send, Step, worked_out
from proxy.session.surroundings import input_settings
from proxy.session.transaction import IDLE
from proxy.sql.analyse.errors import DuplicateColumn, InvalidColumnReference, UndefinedColumn
from proxy.sql.analyse.types import quote
from proxy.sql.compiled import Compiled
from proxy.sql.parse import char_offset
from proxy.sql.statements import Statement
from proxy.sql.temporary import ALIAS, TempTable
from proxy.sql.temporary_rules import UniqueViolation
from proxy.sql.temporary_rules import quote as quote_always
from proxy.wire import messages as wire

if TYPE_CHECKING:
    from proxy.session.session import Session

ROWS = 5_000  # in one INSERT
# Classes of errors that a row may be wrong by: its data, a constraint.
_OF_ROWS = ("22", "23")


@dataclass
class CopyIn:
    """A COPY that waits for data. names: of the columns that it fills. simple: it came in a query string, so that its end is the
    string's."""

    statement: Statement
    table: TempTable
    names: list[str]
    reader: CopyReader
    place: Place
    compiled: Compiled
    began: float
    simple: bool = False
    total: int = 0
    waiting: list[Row] = field(default_factory=list)


def start(session: Session, statement: Statement, table: TempTable) -> Steps:
    """CopyInResponse; the rest comes with the data."""
    (parsed,) = yield from parse(statement.text)
    form = copy_format(
        parsed.fields.get("options", ()), lambda location: char_offset(statement.text, location), reads=True
    )
    if form.kind == "binary":
        raise NotSupported("COPY FROM in binary is not supported by the double", hint="Use text or CSV.")
    names = _columns(table, [str(node["String"]["sval"]) for node in statement.fields.get("attlist", ())])
    _require_named(table, names, form)
    compiled = yield from _insert(session, table, names)
    session.limits.begin()
    place, older_mark = Place(table.name), not session.catalog.has(Since.COPY_MARK_ALONE)
    reader = CopyReader(form, names, place, older_mark=older_mark)
    session.copy_in = CopyIn(statement, table, names, reader, place, compiled, time.monotonic())
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


def _require_named(table: TempTable, names: list[str], form: CopyFormat) -> None:
    known = {column.row.name for column in table.columns}
    for word, listed in (("FORCE_NOT_NULL", form.never_null), ("FORCE_NULL", form.also_null)):
        for name in sorted(listed or ()):
            if name not in known:
                raise UndefinedColumn(f'column "{name}" of relation "{table.name}" does not exist')
            if name not in names:
                raise InvalidColumnReference(f'{word} column "{name}" not referenced by COPY')


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
    yield from broken(session, QueryCanceled(f"COPY from stdin failed: {message.reason}"))


def broken(session: Session, error: PgError) -> Steps:
    """The COPY ends with this error, if there is one: a CopyFail is nothing to anyone else, whatever it says."""
    if (copying := session.copy_in) is None:
        return

    def steps() -> Steps:
        error.context = copying.place.of_number(copying.reader.number + 1)
        raise error
        yield

    yield from _guarded(session, copying, steps)


def lost(session: Session, tag: bytes) -> Steps:
    """Another message than a COPY may have: Postgres has read its first byte by then, and cannot go on. Raises ProtocolViolation."""
    assert session.copy_in is not None
    error = ProtocolViolation(f"unexpected message type 0x{tag[0]:02X} during COPY from stdin")
    error.context = session.copy_in.place.of_number(session.copy_in.reader.number + 1)
    stop(session, error.sqlstate)
    yield Send(error_response(error, severity="ERROR"))
    raise ProtocolViolation("terminating connection because protocol synchronization was lost")


def stop(session: Session, sqlstate: str) -> None:
    """Whatever came of a COPY that waits for data: it is over, and counted and noted as any statement."""
    if session.copy_in is not None:
        _end(session, session.copy_in, sqlstate)


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
    yield from _taken(session, copying, len(piece), copying.reader.feed(piece))


def _finished(session: Session, copying: CopyIn) -> Steps:
    yield from _taken(session, copying, copying.reader.pending, copying.reader.finish())
    yield from _write(session, copying)
    _end(session, copying, "00000")
    yield Send(complete(f"COPY {copying.total}"))
    if copying.simple:
        if session.transaction.status == IDLE:
            session.finish(commit=True)
        yield from session.ready()


def _taken(session: Session, copying: CopyIn, size: int, rows: Iterator[Row]) -> Steps:
    """size: bytes that the rows are made of."""
    while more := (yield from worked_out(size, _some, rows, ROWS - len(copying.waiting))):
        last = more[-1]
        if last.problem is not None:
            copying.waiting += more[:-1]
            yield from _write(session, copying)  # rows before it have their errors before it
            yield from _read(session, copying, last)
            raise last.problem
        copying.waiting += more
        if len(copying.waiting) >= ROWS:
            yield from _write(session, copying)


def _some(rows: Iterator[Row], most: int) -> list[Row]:
    """The next rows. Whoever leaves them alone ends the COPY, and nobody asks its reader again."""
    return list(islice(rows, most))


def _write(session: Session, copying: CopyIn) -> Steps:
    rows, copying.waiting = copying.waiting, []
    if rows:
        yield from _written(session, copying, rows)


def _written(session: Session, copying: CopyIn, rows: list[Row], first: PgError | None = None) -> Steps:
    """All of them at once; where that fails half by half, down to the row that is wrong. Raises its error, with its place. first: what
    was said of all of them, whose counters had not been asked again."""
    try:
        yield _insertion(session, copying, rows)
    except PgError as error:
        if error.sqlstate[:2] not in _OF_ROWS:
            raise
        first = first or error
        if len(rows) == 1:
            yield from _read(session, copying, rows[0])
            line, is_late = rows[0].line, error.sqlstate == UniqueViolation.sqlstate
            found = first if (first.sqlstate, first.message) == (error.sqlstate, error.message) else error
            # Postgres looks into indexes when it has gone on to other lines.
            found.context = copying.place.of_number(line.number) if is_late else copying.place.of_line(line)
            raise found from None
        half = len(rows) // 2
        yield from _written(session, copying, rows[:half], first)
        yield from _written(session, copying, rows[half:], first)
    else:
        copying.total += len(rows)


def _insertion(session: Session, copying: CopyIn, rows: list[Row]) -> Fetch:
    params: list[object] = [list(column) for column in zip(*(row.texts for row in rows), strict=True)]
    params.append(str(len(rows)))
    temporary, write = session.temporary, copying.compiled.write
    assert write is not None
    temporary.note_written(write.table, ends=False)
    zone = engine_zone(session.settings.value("TimeZone"))
    schema, moment = temporary.require_schema(), temporary.next_moment()
    work = temporary.store.writing(schema, write, write.table, params, moment, zone)
    return Fetch(work, work.run)


def _read(session: Session, copying: CopyIn, row: Row) -> Steps:
    """Raises the error of the first value that its column's type does not take, with its place."""
    known = {column.row.name: (column.row.type_oid, column.row.typmod) for column in copying.table.columns}
    types = tuple(known[name] for name in copying.names)
    size = weight((oid for oid, _ in types), row.texts)
    yield from read_over(session, size, _values_read, copying.names, copying.place, row, types, input_settings(session))


def _values_read(
    names: Sequence[str],
    place: Place,
    row: Row,
    types: Sequence[tuple[int, int]],
    settings: InputSettings,
    catalog: Catalog,
) -> None:
    for name, text, (oid, typmod) in zip(names, row.texts, types):
        if text is None:
            continue
        try:
            read_text(oid, text, catalog, typmod, settings)
        except PgError as error:
            where = place.of_value(row.line, name, text)
            error.context = f"{error.context}\n{where}" if error.context else where
            raise


def _end(session: Session, copying: CopyIn, sqlstate: str) -> None:
    session.copy_in = None
    seconds = time.monotonic() - copying.began
    session.limits.end(StatementEnd(copying.statement.fingerprint(), frozenset(), 0, seconds, sqlstate))
