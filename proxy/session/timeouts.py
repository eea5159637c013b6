"""How long a session may go on as it is: its statement, its transaction, its idling; and what is said when the time is over.

Seconds on the monotonic clock, which is passed in. Refuses to know timers: a driver sets them. Facts: PostgreSQL's documentation of
statement_timeout, transaction_timeout, idle_in_transaction_session_timeout and idle_session_timeout; postgres.c (ProcessInterrupts).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policies.errors import PgError
from proxy.errors import IdleInTransactionTimeout, IdleSessionTimeout, QueryCanceled, TransactionTimeout
from proxy.session.transaction import IDLE

if TYPE_CHECKING:
    from proxy.session.session import Session

IDLING = ("idle_session_timeout", "idle_in_transaction_session_timeout")


@dataclass(frozen=True, slots=True)
class Left:
    """seconds: that are left, negative when they are over. kind, message: of the error then."""

    seconds: float
    kind: type[PgError]
    message: str

    def error(self) -> PgError:
        """What the client is told."""
        return self.kind(self.message)


def while_running(session: Session, now: float) -> Left | None:
    """What ends first of the limits on a message that is being worked on; None = no limit."""
    return min(_running(session, now), key=_seconds, default=None)


def _running(session: Session, now: float) -> Iterator[Left]:
    own = _setting(session, "statement_timeout")
    limits = [limit for limit in (own, session.limits.timeout_s) if limit]
    if limits and session.statement_began is not None:
        left = session.statement_began + min(limits) - now
        yield Left(left, QueryCanceled, "canceling statement due to statement timeout")
    yield from _transaction(session, now)


def while_waiting(session: Session, now: float) -> Left | None:
    """What ends first of the limits on a client that was told to go on; None = no limit."""
    return min(_waiting(session, now), key=_seconds, default=None)


def is_timed(session: Session) -> bool:
    """Whether a session that idles may be at its end some time."""
    if session.transaction_ends is not None:
        return True
    return session.settings.derived("idling", None, lambda: any(_setting(session, name) for name in IDLING))


def _waiting(session: Session, now: float) -> Iterator[Left]:
    if not session.is_waiting:
        return
    if session.transaction.status == IDLE:
        name, message = "idle_session_timeout", "terminating connection due to idle-session timeout"
        kind: type[PgError] = IdleSessionTimeout
    else:
        name, kind = "idle_in_transaction_session_timeout", IdleInTransactionTimeout
        message = "terminating connection due to idle-in-transaction timeout"
    if limit := _setting(session, name):
        yield Left(limit, kind, message)
    yield from _transaction(session, now)


def transaction_end(session: Session, now: float) -> float | None:
    """When a transaction that begins now is over; None = no limit."""
    limit = _setting(session, "transaction_timeout")
    return now + limit if limit else None


def _transaction(session: Session, now: float) -> Iterator[Left]:
    if session.transaction_ends is not None:
        message = "terminating connection due to transaction timeout"
        yield Left(session.transaction_ends - now, TransactionTimeout, message)


def _setting(session: Session, name: str) -> float:
    settings = session.settings
    return settings.derived(name, None, lambda: int(settings.value(name)) / 1000)


def _seconds(left: Left) -> float:
    return left.seconds
