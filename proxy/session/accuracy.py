"""How far answers may be from the source's: a notice a cell behind an answer, or the lines of EXPLAIN (ACCURACY).

The statement's companion runs as a statement of its own: decided, counted and noted like any other. Refuses to know how errors are
estimated. Facts: `proxy.accuracy`.
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, cast

import pyarrow as pa

from proxy.accuracy import words
from proxy.accuracy.measured import Measured, Told, cells_of
from proxy.pgtypes import RowEncoder
from proxy.session.answers import notice
from proxy.session.planning import SHORT
from proxy.session.portals import Portal
from proxy.session.running import Steps, metered, open_portal
from proxy.session.settings import ACCURACY
from proxy.session.steps import Call, Send, Step, apart
from proxy.session.surroundings import environment, output_settings
from proxy.sql.statements import Statement
from proxy.wire import messages as wire

if TYPE_CHECKING:
    from proxy.session.session import Session

NOTICES, LINES, RECORDS = 20, 100, 10_000  # cells that are told of one by one: in notices, as lines, in JSON
SUCCESS = "00000"
_QUIET = ("warning", "error", "fatal", "panic")


@dataclass
class Found:
    """told: the first cells; cells: how many there are; why: no estimate of the statement."""

    told: list[Told] = field(default_factory=list)
    cells: int = 0
    why: str = ""


def is_on(session: Session) -> bool:
    """Whether answers are to be followed by what may be said of their accuracy."""
    return session.settings.value(ACCURACY) == "on"


def notices(session: Session, portal: Portal) -> Steps:
    """What is said behind the rows of a query; nothing of one that aggregates no rows of the source's tables."""
    statement = portal.prepared.statement
    if statement is None or session.settings.value("client_min_messages") in _QUIET:
        return
    found = yield from _found(session, portal, statement, portal.prepared.parameters, NOTICES)
    if found is None:
        return
    if found.why:
        yield Send(notice(SUCCESS, f"{words.NONE}: {found.why}", "NOTICE", words.as_json({"reason": found.why})))
    for told in found.told:
        yield Send(notice(SUCCESS, words.line(told), "NOTICE", words.as_json(words.record(told))))
    if found.cells > len(found.told):
        rest = f"{found.cells - len(found.told)} more cells are not told of one by one; EXPLAIN (ACCURACY) has more"
        yield Send(notice(SUCCESS, rest, "NOTICE", words.as_json({"cells": found.cells})))


def lines(session: Session, portal: Portal, inner: Statement, *, as_json: bool) -> Generator[Step, object, list[str]]:
    """What EXPLAIN (ACCURACY) shows of a statement."""
    assert portal.compiled is not None
    found = yield from _found(session, portal, inner, portal.compiled.parameters, RECORDS if as_json else LINES)
    found = found or Found(why="it aggregates no rows of the source's tables")
    if as_json:
        whole = {"cells": found.cells, "accuracy": [words.record(told) for told in found.told]}
        return [words.as_json(whole | ({"reason": found.why} if found.why else {}))]
    if found.why:
        return [f"{words.NONE}: {found.why}"]
    return [*map(words.line, found.told), words.summary(found.told, found.cells)]


def _found(
    session: Session, portal: Portal, statement: Statement, declared: tuple[int, ...], most: int
) -> Generator[Step, object, Found | None]:
    """Of a statement with a portal's values."""
    planner, asked = session.planner, (statement.text, declared, environment(session))
    if len(statement.text) <= SHORT:
        made: object = planner.measured(*asked)
    else:
        made = yield Call(planner.measured, asked, apart(len(statement.text)))
    measured = cast("Measured | None", made)
    if measured is None:
        return None
    found = Found(why=measured.why)
    if measured.companion is not None:
        prepared = replace(portal.prepared, compiled=measured.companion)
        beside = Portal("", prepared, None, (), measured.companion, portal.params, notices=session.notices)
        try:
            yield from metered(session, beside, _run(session, beside, measured, most, found))
        finally:
            beside.close()
    return found


def _run(session: Session, beside: Portal, measured: Measured, most: int, found: Found) -> Steps:
    """The companion's rows, as cells."""
    reading, companion = measured.reading, measured.companion
    assert reading is not None and companion is not None
    encoder = RowEncoder(companion.columns, (0,) * len(companion.columns), session.catalog, output_settings(session))
    names = [column.name for column in companion.columns]
    shown = len(reading.cells) + len(reading.keys)  # the statement's own columns
    open_portal(session, beside)
    while (batch := (yield from beside.fetch(lambda batch, _: batch))) is not None:
        session.limits.rows(batch.num_rows)
        beside.total += batch.num_rows
        found.cells += batch.num_rows * len(reading.cells)
        left = -(-(most - len(found.told)) // len(reading.cells))
        for texts, moments in _rows(encoder, batch.slice(0, max(0, left)), shown):
            found.told += cells_of(reading, names, texts, moments)
    del found.told[most:]


def _rows(encoder: RowEncoder, batch: pa.RecordBatch, shown: int) -> list[tuple[list[str | None], list[object]]]:
    encoded = encoder.encode(batch)
    columns = [column.to_pylist() for column in batch.columns[shown:]]
    rows = []
    for at in range(len(encoded)):
        row = wire.decode(wire.DataRow.tag, bytes(encoded.span(at, at + 1))[5:], wire.BACKEND)
        assert isinstance(row, wire.DataRow)
        rows.append(
            ([None if value is None else value.decode() for value in row.values], [column[at] for column in columns])
        )
    return rows
