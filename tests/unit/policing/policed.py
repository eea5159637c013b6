"""A double under a policy, in process: what a role's statement answers, without a wire.

Its release is a mirror, so that a test sees to the row what a policy lets through; its day stands still until a test moves it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from policies.load import parse_policy
from policies.quota import MemoryBook
from proxy.app import Double, Governance
from proxy.engine.instance import ReleaseEngine
from proxy.metering import NoAudit
from proxy.session.ports import Environment

DAY = date(2026, 2, 1)
SETTINGS = {"timezone": "UTC", "datestyle": "ISO, MDY", "intervalstyle": "postgres"}


class Policed:
    """See the module."""

    def __init__(self, folder: Path, policy: str, governance: Governance | None = None) -> None:
        self.day = DAY
        governance = governance or Governance(MemoryBook(), NoAudit())
        self.double = Double(ReleaseEngine(folder), parse_policy(policy), {}, governance, lambda: self.day)

    def rows(self, role: str, sql: str) -> list[tuple[Any, ...]]:
        """The rows that the role gets. Raises PgError."""
        planner = self.double._role(role).planner
        compiled = planner.plan(sql, (), Environment(role, "policed", settings=SETTINGS))
        results, found = self.double.engine.open(compiled, ()), []
        while (batch := results.next_batch()) is not None:
            found += list(zip(*(column.to_pylist() for column in batch.columns), strict=True))
        results.close()
        return found
