"""Quota and audit of a session: every statement counts before it runs and is noted, with the rules that decided, when it ends.

The seam between sessions, which know statements, and `policies`, which knows limits and events. Refuses to know sockets. Literals of
statements never reach an event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from policies.audit import AuditEvent, line_at
from policies.errors import PgError
from policies.quota import RoleUsage
from proxy.catalog.model import Catalog
from proxy.decision import qualified
from proxy.session.ports import StatementEnd

RESTS_MAX = 200


class Audit(Protocol):
    """Where events go."""

    def write(self, event: AuditEvent) -> None:
        """Append an event. Raises AuditUnavailable."""

    def write_line(self, text: str) -> None:
        """Append an event's line. Raises AuditUnavailable."""

    def close(self) -> None:
        """No more events come."""


class NoAudit:
    """Events of mirrors and of `explain` go nowhere."""

    def write(self, event: AuditEvent) -> None:
        """See Audit."""

    def write_line(self, text: str) -> None:
        """See Audit."""

    def close(self) -> None:
        """See Audit."""


@dataclass(frozen=True, slots=True)
class Journal:
    """The audit log with what every event of one release says."""

    audit: Audit
    catalog: Catalog
    release: int
    policy_sha256: str

    def note(self, action: str, role: str, client: str, application: str, reason: str = "") -> None:
        """A connection's event."""
        self.audit.write(
            AuditEvent(
                datetime.now(UTC), action, role, client, application, self.release,
                decision="deny" if reason else "allow", reason=reason, policy_sha256=self.policy_sha256,
            )
        )  # fmt: skip

    def statement(self, role: str, client: str, application: str, ended: StatementEnd) -> None:
        """A statement's event."""
        self.audit.write(self._event(role, client, application, ended))

    def rest(self, role: str, client: str, application: str, ended: StatementEnd) -> str:
        """A statement's event but for its time."""
        return self._event(role, client, application, ended).rest()

    def again(self, now: datetime, rest: str) -> None:
        """An event that differs from an earlier one only in its time."""
        self.audit.write_line(line_at(now, rest))

    def _event(self, role: str, client: str, application: str, ended: StatementEnd) -> AuditEvent:
        relations = tuple(qualified(self.catalog, oid) for oid in sorted(ended.relations))
        return AuditEvent(
            datetime.now(UTC), "statement", role, client, application, self.release, ended.fingerprint,
            relations or ((ended.denied,) if ended.denied else ()),
            decision="deny" if ended.sqlstate == "42501" else "allow", rules=ended.rules, reason=ended.reason,
            rows=ended.rows, duration_ms=round(ended.seconds * 1000), sqlstate=ended.sqlstate,
            policy_sha256=self.policy_sha256,
        )  # fmt: skip


class SessionLimits:
    """Quota and audit of one session: a session.Limits."""

    def __init__(
        self,
        usage: RoleUsage,
        journal: Journal,
        role: str,
        client: str,
        application: Callable[[], str],
        timeout_s: float | None,
    ) -> None:
        self._usage, self._journal = usage, journal
        self._role, self._client, self._application = role, client, application
        self.timeout_s = timeout_s
        self._rests: dict[
            int, tuple[StatementEnd, str, str]
        ] = {}  # of repeated statements: their application's name and line

    def begin(self) -> None:
        """See Limits."""
        self._usage.begin(datetime.now(UTC))

    def rows(self, count: int) -> None:
        """See Limits."""
        self._usage.take_rows(count, datetime.now(UTC))

    def end(self, statement: StatementEnd) -> None:
        """See Limits."""
        self._usage.end()
        self._journal.statement(self._role, self._client, self._application(), statement)

    def whole(self, statement: StatementEnd) -> None:
        """See Limits."""
        now = datetime.now(UTC)
        self._usage.whole(statement.rows, now)
        application = self._application()
        held = self._rests.get(id(statement))
        if held is None or held[0] is not statement or held[1] != application:
            rest = self._journal.rest(self._role, self._client, application, statement)
            if len(self._rests) >= RESTS_MAX:
                self._rests.clear()
            held = self._rests[id(statement)] = statement, application, rest
        self._journal.again(now, held[2])

    def open(self) -> None:
        """The session starts. Raises BudgetExhausted, AuditUnavailable."""
        self._usage.open()
        try:
            self._journal.note("connect", self._role, self._client, self._application())
        except PgError:
            self._usage.close()
            raise

    def close(self) -> None:
        """The session ends."""
        self._usage.close()
        self._journal.note("disconnect", self._role, self._client, self._application())
