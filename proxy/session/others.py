"""The sessions of one server as others know them: what each is doing, and how one stops another.

Any thread may ask, for a running statement does. Whoever carries a session says how it is reached. Refuses to know SQL and sockets.
Facts: src/backend/storage/ipc/signalfuncs.c for who may stop whom, and for messages.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from policies.errors import PgError, PolicyDenied
from proxy.errors import QueryCanceled
from proxy.session.transaction import BLOCK, FAILED, IDLE
from proxy.sql.lower.activity import Activity

if TYPE_CHECKING:
    from proxy.session.session import Session

LOOK_S = 0.1  # how often whoever waits for another's end looks whether it is still there itself


class NegativeTimeout(PgError):
    """A wait of less than nothing."""

    sqlstate = "22003"


@dataclass(frozen=True, slots=True)
class Reached:
    """A session and how it is reached from any thread. gone: set when it has ended."""

    session: Session
    cancel: Callable[[], None]
    terminate: Callable[[], None]
    gone: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class Seen:
    """What they did at one moment; it can be sent to another process."""

    found: tuple[Activity, ...]

    def activity(self) -> tuple[Activity, ...]:
        """All of them."""
        return self.found


class Sessions:
    """See the module."""

    def __init__(self) -> None:
        self._reached: dict[int, Reached] = {}

    def __reduce__(self) -> tuple[object, ...]:
        """For another process: what is known now."""
        return Seen, (self.activity(),)

    def enter(self, session: Session, cancel: Callable[[], None], terminate: Callable[[], None]) -> None:
        """A session begins."""
        self._reached[session.pid] = Reached(session, cancel, terminate)

    def leave(self, pid: int) -> None:
        """It has ended."""
        found = self._reached.pop(pid, None)
        if found is not None:
            found.gone.set()

    def activity(self) -> tuple[Activity, ...]:
        """What all are doing."""
        return tuple(activity_of(one.session) for one in list(self._reached.values()))

    def signal(self, own: int, pid: int, timeout_ms: int | None) -> bool:
        """Stop what another session does, or, where there is a timeout, end it; whether that was done. own: who asks. Raises PgError."""
        known, asked = self._reached.get(own), self._reached.get(pid)
        if timeout_ms is not None and timeout_ms < 0:
            raise NegativeTimeout('"timeout" must not be negative')
        if known is None:
            return False  # whoever asked has left, and its statement goes on
        asking = known.session
        if asked is None:
            asking.warn("01000", f"PID {pid} is not a PostgreSQL backend process")
            return False
        if asked.session.role != asking.role:
            raise _denied(ends=timeout_ms is not None)
        (asked.cancel if timeout_ms is None else asked.terminate)()
        if pid == own:
            raise QueryCanceled("canceling statement due to user request")  # whoever carries it knows better why
        if timeout_ms and not self._is_gone(own, asked, timeout_ms / 1000):
            unit = "millisecond" if timeout_ms == 1 else "milliseconds"
            asking.warn("01000", f"backend with PID {pid} did not terminate within {timeout_ms} {unit}")
            return False
        return True

    def _is_gone(self, own: int, asked: Reached, seconds: float) -> bool:
        until = time.monotonic() + seconds
        while own in self._reached and (left := until - time.monotonic()) > 0:
            if asked.gone.wait(min(left, LOOK_S)):
                return True
        return asked.gone.is_set()


def _denied(*, ends: bool) -> PolicyDenied:
    what, whose, may = (
        ("terminate process", "process is being terminated", "terminate this process")
        if ends
        else ("cancel query", "query is being canceled", "cancel this query")
    )
    return PolicyDenied(
        f"permission denied to {what}",
        detail=f"Only roles with privileges of the role whose {whose} or with privileges of the "
        f'"pg_signal_backend" role may {may}.',
    )


def activity_of(session: Session) -> Activity:
    """What a session is doing."""
    transaction, asked = session.transaction, _instant(session.asked_at)
    # A transaction begins no later than its latest statement, whose clock was read first.
    is_dead = transaction.status == FAILED and not transaction.savepoints
    began = min(transaction.started, asked) if transaction.is_open and not is_dead else None
    idle = {IDLE: "idle", BLOCK: "idle in transaction"}.get(transaction.shown, "idle in transaction (aborted)")
    return Activity(
        session.pid, session.role, session.settings.value("application_name"), session.client[0], session.client[1],
        session.started, began, asked if session.asked_at else None, _instant(session.changed_at),
        idle if session.is_waiting else "active", session.asked, session.is_waiting,
    )  # fmt: skip


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
