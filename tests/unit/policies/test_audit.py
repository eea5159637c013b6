"""An audit event is one line of JSON whatever its texts hold."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from policies.audit import AuditEvent


def test_an_event_is_one_line_that_reads_back() -> None:
    event = AuditEvent(
        datetime(2026, 3, 1, tzinfo=UTC), "statement", "r\n{}", application='"\u2028\x00\ud800', relations=("public.a",),
        decision="deny", rules=("policy.yaml:3:1",), rows=3, bytes_sent=17, sqlstate="42501", policy_sha256="ab",
    )  # fmt: skip
    line = event.line()
    assert line.count("\n") == 1 and line.endswith("\n") and line.isascii()
    assert len(line.splitlines()) == 1
    read = json.loads(line)
    assert read["role"] == "r\n{}" and read["application"] == '"\u2028\x00\ud800'
    assert read["time"] == "2026-03-01T00:00:00.000+00:00"
    assert (read["rows"], read["bytes_sent"], read["rules"], read["relations"]) == (
        3,
        17,
        ["policy.yaml:3:1"],
        ["public.a"],
    )
