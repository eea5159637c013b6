"""Quota and audit of a session at its two ends."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from policies.audit import AuditEvent
from policies.errors import AuditUnavailable
from policies.model import Quota
from policies.quota import MemoryBook, RoleUsage
from proxy.metering import Journal, NoAudit, SessionLimits


class Full(NoAudit):
    """A log without room."""

    def write(self, event: AuditEvent) -> None:
        """See Audit."""
        raise AuditUnavailable("the audit log cannot be written")


def test_a_session_that_is_refused_for_want_of_a_log_takes_no_place() -> None:
    usage = RoleUsage("alice", Quota(sessions=1), MemoryBook())
    catalog = cast(Any, SimpleNamespace(relations={}))

    def limits(audit: NoAudit) -> SessionLimits:
        return SessionLimits(usage, Journal(audit, catalog, 1, ""), "alice", "local", lambda: "", None)

    for _ in range(2):
        with pytest.raises(AuditUnavailable):
            limits(Full()).open()
    limits(NoAudit()).open()
