"""COPY (query | table) TO STDOUT, in text, CSV and binary; every other COPY is refused.

Refuses to know sockets and the order of messages. Facts: src/backend/commands/copyto.c for escapes, quoting and the binary header;
src/backend/commands/copy.c for options and refusals.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from policies.errors import PgError, PolicyDenied
from proxy.errors import ReadOnlyTransaction
from proxy.pgtypes import RowEncoder
from proxy.session.answers import complete
from proxy.session.copy_format import CopyFormat, copy_format
from proxy.session.copy_source import table_query
from proxy.session.parsing import inner_query, moved, parse
from proxy.session.planning import plan_query, without_parameters
from proxy.session.portals import Portal
from proxy.session.running import Steps, is_constant, metered, open_portal, require_runnable
from proxy.session.steps import Send, Step
from proxy.session.surroundings import output_settings
from proxy.sql.compiled import Compiled
from proxy.sql.ir import OutputColumn
from proxy.sql.lexer import first_bracket
from proxy.sql.parse import char_offset
from proxy.sql.statements import Statement
from proxy.wire import messages as wire

if TYPE_CHECKING:
    from proxy.session.session import Session


def _plan(session: Session, statement: Statement) -> Generator[Step, object, tuple[Compiled, bool]]:
    """The query behind the COPY, and whether it has no tables. Raises PolicyDenied for files."""
    fields = statement.fields
    _require_client(fields)
    if "query" in fields:
        yield from _format(statement)
        inner = yield from inner_query(statement, first_bracket)
    else:
        inner = yield from table_query(session, statement)
        yield from _format(statement)
    try:
        compiled = yield from without_parameters(inner, plan_query(session, inner, ()))
    except PgError as error:
        if "query" in fields:
            raise moved(error, inner.offset) from None
        error.position = None  # of a text the client never saw
        raise
    return compiled, is_constant(inner, compiled)


def _format(statement: Statement) -> Generator[Step, object, CopyFormat]:
    """Parsed again on its own, so that locations count from the statement's start."""
    fields = (yield from parse(statement.text))[0].fields
    return copy_format(fields.get("options", ()), lambda location: char_offset(statement.text, location))


def copy(session: Session, portal: Portal, limit: int, describe: bool) -> Steps:
    """CopyOutResponse, rows, CopyDone, and how many rows there were."""
    require_runnable(portal)
    statement = portal.prepared.statement
    assert statement is not None
    _require_reading(statement.fields)
    portal.compiled, primes = yield from _plan(session, statement)
    form = yield from _format(statement)
    yield from metered(session, portal, _copy_steps(session, portal, form, primes))
    portal.done = True


def _require_reading(fields: Any) -> None:
    if fields.get("is_from"):
        raise ReadOnlyTransaction(
            "cannot execute COPY FROM in a read-only transaction",
            hint="The double cannot be written to; its rows are synthetic.",
        )


def _require_client(fields: Any) -> None:
    if fields.get("is_program") or fields.get("filename"):
        role, what = ("pg_execute_server_program", "to or from an external program")
        if not fields.get("is_program"):
            role, what = ("pg_write_server_files", "to a file")
        raise PolicyDenied(
            f"permission denied to COPY {what}",
            detail=f'Only roles with privileges of the "{role}" role may COPY {what}.',
            hint="Anyone can COPY to stdout or from stdin. psql's \\copy command also works for anyone.",
        )


def _copy_steps(session: Session, portal: Portal, form: CopyFormat, primes: bool) -> Steps:
    """primes: what fails in it fails before the rows are announced."""
    assert portal.compiled is not None
    columns = portal.compiled.columns
    encoder = RowEncoder(columns, (form.code,), session.catalog, output_settings(session))
    encode = _batch_encoder(encoder, form, columns)
    open_portal(session, portal)
    lines = (yield from portal.fetch(encode)) if primes else None
    yield Send(wire.encode(wire.CopyOutResponse(bytes([form.code]), (form.code,) * len(columns))))
    if header := form.header_line([column.name for column in columns]):
        yield Send(wire.encode(wire.CopyData(header)))
    if not primes:
        lines = yield from portal.fetch(encode)
    while lines is not None:
        data, count = lines
        yield Send(data, count)
        portal.total += count
        lines = yield from portal.fetch(encode)
    if tail := (b"" if portal.total else form.signature) + form.trailer:
        yield Send(wire.encode(wire.CopyData(tail)))
    yield Send(wire.encode(wire.CopyDone()) + complete(f"COPY {portal.total}"))


def _batch_encoder(
    encoder: RowEncoder, form: CopyFormat, columns: tuple[OutputColumn, ...]
) -> Callable[[pa.RecordBatch, int], tuple[bytes, int]]:
    """A batch as CopyData messages, and how many rows there are; the first row has the format's signature before it."""
    names = [column.name for column in columns]

    def encode(batch: pa.RecordBatch, number: int) -> tuple[bytes, int]:
        rows = zip(*encoder.fields(batch)) if names else iter([()] * batch.num_rows)
        lines = [form.row(row, names) for row in rows]
        if lines and not number:
            lines[0] = form.signature + lines[0]
        return b"".join(wire.encode(wire.CopyData(line)) for line in lines), len(lines)

    return encode
