"""What lowering needs to know of the session and the engine: names and values that are printed into the SQL.

Holds plain values and one callable; refuses to know connections, roles' policies and the clock.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LowerEnv:
    """relation_sql: relation OID -> what to read, e.g. `r3.v16400`, with columns c<attnum>; catalog relations as well.

    only_sql: the same without the rows of heirs and partitions, asked for where there are any. role_number: for functions that answer
    per role. search_path: schemas in force, in order, pg_catalog included where implicit.
    settings: lower-case name -> text, for current_setting.
    """

    relation_sql: Callable[[int], str]
    only_sql: Callable[[int], str]
    role: str
    role_number: int
    database: str
    search_path: tuple[str, ...] = ("pg_catalog", "public")
    backend_pid: int = 0
    transaction_timestamp: datetime = EPOCH
    statement_timestamp: datetime = EPOCH
    timezone: str = "UTC"
    settings: Mapping[str, str] = field(default_factory=dict)
    server_version: str = ""
    client_address: str = ""
    client_port: int = 0
