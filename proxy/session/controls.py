"""A query string that is a bare BEGIN, COMMIT or ROLLBACK, carried out where its bytes arrive.

Clients send one or two with every statement. What warns, fails, has options or is not alone goes the long way, which is always right.
Refuses to know sockets. Facts: what `simple.query` does with such a statement, and nothing beside.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from policies.errors import PgError
from proxy.session.answers import complete, ready
from proxy.session.simple import UNNAMED
from proxy.session.steps import Send
from proxy.session.transaction import IDLE
from proxy.sql.statements import split
from proxy.wire import messages as wire

if TYPE_CHECKING:
    from proxy.session.session import Session

QUERY, HEAD = wire.Query.tag[0], 5
SHORT = 100  # bytes
BEGINS = {"TRANS_STMT_BEGIN": complete("BEGIN"), "TRANS_STMT_START": complete("START TRANSACTION")}
ENDS = {"TRANS_STMT_COMMIT": complete("COMMIT"), "TRANS_STMT_ROLLBACK": complete("ROLLBACK")}
MORE = ("options", "chain")  # fields of a statement that is not bare


def controlled(session: Session, batch: bytes) -> bytes | None:
    """The answer to such a batch; None for every other one. The session is at rest, its block if there is one whole."""
    if len(batch) > SHORT or (found := _control(batch)) is None:
        return None
    text, kind = found
    begins = kind in BEGINS
    if begins != (session.transaction.status == IDLE) or session.temporary.schema is not None:
        return None
    session.asks(text)
    session.prepared_statements.pop(UNNAMED, None)
    session.close_portal(UNNAMED)
    session.enter()
    if begins:
        session.transaction.begin()
    else:
        session.finish(commit=kind == "TRANS_STMT_COMMIT")
    told = BEGINS[kind] if begins else ENDS[kind]
    if session.has_more_to_say:
        return told + b"".join(step.data for step in session.ready() if isinstance(step, Send))
    session.statement_began = None
    return told + ready(session.transaction.shown)


@lru_cache(maxsize=500)
def _control(batch: bytes) -> tuple[str, str] | None:
    """The text and the kind of a bare statement that begins or ends a block, in a batch that is one query; None for all else."""
    whole = len(batch) == int.from_bytes(batch[1:HEAD], "big") + 1 and batch.find(0, HEAD) == len(batch) - 1
    if batch[0] != QUERY or not whole:
        return None
    try:
        text = batch[HEAD:-1].decode("utf-8")
        statements = split(text)
    except (UnicodeDecodeError, PgError):
        return None
    if len(statements) != 1 or statements[0].kind != "TransactionStmt":
        return None
    fields = statements[0].fields
    is_bare = fields["kind"] in (*BEGINS, *ENDS) and not any(fields.get(name) for name in MORE)
    return (text, str(fields["kind"])) if is_bare else None
