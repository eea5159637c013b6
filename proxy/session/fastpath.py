"""FunctionCall: one function by its OID, without SQL. It is called in a SELECT of our own, so that policy, quota and audit are any other's.

What the compiler does not know is refused as in a SELECT. Refuses to know how functions are computed. Facts: src/backend/tcop/fastpath.c
for what is checked and in which order; protocol chapter "Function Call".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policies.errors import PgError
from proxy.catalog.model import ProcRow
from proxy.errors import BadMessageFormat, MessageMismatch, NotSupported
from proxy.pgtypes.encoder import require_formats
from proxy.session.configuring import carry_out
from proxy.session.extended import decoded
from proxy.session.planning import prepare
from proxy.session.portals import Portal
from proxy.session.reading import read_over, weight
from proxy.session.running import Steps, begin, metered
from proxy.session.steps import Send
from proxy.session.surroundings import input_settings
from proxy.session.transaction import IDLE
from proxy.sql.analyse.errors import UndefinedFunction
from proxy.sql.analyse.types import quote
from proxy.sql.statements import split
from proxy.wire import messages as wire
from proxy.wire.fields import Partial

if TYPE_CHECKING:
    from proxy.session.session import Session


def call(session: Session, message: wire.FunctionCall) -> Steps:
    """The function's value, then ReadyForQuery."""
    session.asks("<FASTPATH> function call")
    session.enter()
    session.transaction.require_healthy()
    proc = _function(session, message.function)
    _require_arguments(proc, message.formats, len(message.arguments))
    bound, size = wire.Bind("", "", message.formats, message.arguments, ()), weight(proc.args, message.arguments)
    try:
        values = yield from read_over(session, size, decoded, bound, proc.args, input_settings(session))
    except PgError as error:
        error.context = ""
        raise
    (statement,) = split(_text(session, proc))
    try:
        prepared = yield from prepare(session, "", statement, proc.args)
        portal = session.portal_of("", prepared, values, (message.result_format,))
        if portal.compiled is None:
            yield from _configured(session, portal)
        else:
            yield from metered(session, portal, _answer(session, portal))
    except PgError as error:
        error.position = None  # of a text that nobody sent
        raise
    if session.transaction.status == IDLE and not session.transaction.is_implicit:
        session.finish(commit=True)
    yield from session.ready()


def broken(session: Session, error: PgError) -> Steps:
    """A call that breaks off is refused for what is wrong before that place, if anything is. Raises PgError."""
    session.enter()
    session.transaction.require_healthy()
    read = error.read if isinstance(error, BadMessageFormat) else ()
    if read:
        proc = _function(session, read[0])
        if len(read) > 2:
            count = read[2].count if isinstance(read[2], Partial) else len(read[2])
            _require_arguments(proc, read[1], count)
    yield from ()
    raise error


def _function(session: Session, oid: int) -> ProcRow:
    proc = session.catalog.procs.get(oid)
    if proc is None:
        raise UndefinedFunction(f"function with OID {oid} does not exist")
    if proc.kind != "f" or proc.returns_set:
        raise NotSupported(f'cannot call function "{proc.name}" via fastpath interface', hint="Call it in a SELECT.")
    return proc


def _require_arguments(proc: ProcRow, formats: tuple[int, ...], count: int) -> None:
    if count != len(proc.args):
        raise MessageMismatch(
            f"function call message contains {count} arguments but function requires {len(proc.args)}"
        )
    if len(formats) > 1 and len(formats) != count:
        raise MessageMismatch(f"function call message contains {len(formats)} argument formats but {count} arguments")


def _text(session: Session, proc: ProcRow) -> str:
    """The call in SQL. Raises NotSupported for an argument of any type, which has no value of its own."""
    catalog = session.catalog
    for oid in proc.args:
        if oid not in catalog.types or catalog.types[oid].kind == "p":
            shown = catalog.types[oid].name if oid in catalog.types else str(oid)
            raise NotSupported(f"cannot accept a value of type {shown}", hint="Call the function in a SELECT.")
    name = f"{quote(catalog.namespaces[proc.namespace])}.{quote(proc.name)}"
    return f"SELECT {name}({', '.join(f'${number}' for number in range(1, len(proc.args) + 1))})"


def _answer(session: Session, portal: Portal) -> Steps:
    begin(session, portal)
    yield from portal.fill()
    yield _value(portal, 1)
    portal.total = 1
    portal.close()


def _configured(session: Session, portal: Portal) -> Steps:
    """set_config, which the session carries out itself, in a call as in a SELECT: no query of anybody's rows."""
    session.ran(None)
    require_formats(portal.formats)
    carry_out(session, portal)
    yield _value(portal, 0)


def _value(portal: Portal, rows: int) -> Send:
    (value,) = portal.first()
    return Send(wire.encode(wire.FunctionCallResponse(value)), rows)
