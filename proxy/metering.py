"""Quota and audit of a session: every statement counts before it runs and is noted, with the rules that decided, when it ends.

The seam between sessions, which know statements, and `policies`, which knows limits and events. Refuses to know sockets. Literals of
statements never reach an event.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from policies.audit import AuditEvent
from policies.quota import RoleUsage
from proxy.catalog.model import Catalog
from proxy.decision import qualified
from proxy.session.ports import StatementEnd


class Audit(Protocol):
    """Where events go."""

    def write(self, event: AuditEvent) -> None:
        """Append an event. Raises AuditUnavailable."""

    def close(self) -> None:
        """No more events come."""


class NoAudit:
    """Events of mirrors and of `explain` go nowhere."""

    def write(self, event: AuditEvent) -> None:
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
        relations = tuple(qualified(self.catalog, oid) for oid in sorted(ended.relations))
        self.audit.write(
            AuditEvent(
                datetime.now(UTC), "statement", role, client, application, self.release, ended.fingerprint,
                relations or ((ended.denied,) if ended.denied else ()),
                decision="deny" if ended.sqlstate == "42501" else "allow", rules=ended.rules, reason=ended.reason,
                rows=ended.rows, duration_ms=round(ended.seconds * 1000), sqlstate=ended.sqlstate,
                policy_sha256=self.policy_sha256,
            )
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

    def open(self) -> None:
        """The session starts. Raises BudgetExhausted."""
        self._usage.open()
        self._journal.note("connect", self._role, self._client, self._application())

    def close(self) -> None:
        """The session ends."""
        self._usage.close()
        self._journal.note("disconnect", self._role, self._client, self._application())
