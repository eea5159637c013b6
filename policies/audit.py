"""One audit event as one JSON line: who asked what, what was decided and why. Never a literal of the statement.

Refuses to know files. `fingerprint` is the caller's: the statement without its literals.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """action: connect, disconnect, statement or an administrative act. duration_ms: whole milliseconds.

    policy_sha256 with role, relations and fingerprint lets a decision be replayed.
    """

    time: datetime
    action: str
    role: str
    client: str = ""
    application: str = ""
    release: int = 0
    fingerprint: str = ""
    relations: tuple[str, ...] = ()
    decision: str = ""
    rules: tuple[str, ...] = ()
    reason: str = ""
    rows: int = 0
    duration_ms: int = 0
    sqlstate: str = "00000"
    bytes_sent: int = 0
    policy_sha256: str = ""

    def line(self) -> str:
        """The event as one line of JSON, its newline included."""
        return line_at(self.time, self.rest())

    def rest(self) -> str:
        """All of its line but the time: what events that differ in nothing else share."""
        values = {name: getattr(self, name) for name in _NAMES}
        return f",{_ENCODER.encode(values)[1:]}\n"


def line_at(time: datetime, rest: str) -> str:
    """The line of an event that differs from another only in its time. rest: of the other."""
    return f'{{"time":"{time.isoformat(timespec="milliseconds")}"{rest}'


_NAMES = tuple(each.name for each in fields(AuditEvent))[1:]
_ENCODER = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))
