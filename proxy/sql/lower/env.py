"""What lowering needs to know of the session and the engine: names and values that are printed into the SQL.

Holds plain values and one callable; refuses to know connections, roles' policies and the clock. The session fills it in
for each statement; whatever of it a statement uses makes its SQL good for that session (or that moment) only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from proxy.sql.lower.activity import Activity

EPOCH = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class LowerEnv:
    """relation_sql: relation OID -> what to read, e.g. `r3.v16400`, with columns c<attnum>; catalog relations as well.

    only_sql: the same without the rows of heirs and partitions, traced_sql: the same with `tableoid`; asked for where there are any.
    search_path: the schemas in force in order, existing ones only, without the implicit pg_catalog.
    settings: lower-case name -> text, for current_setting. definitions_sql: the relation pgd_def(kind, oid, sub, pretty, def).
    temporary: name and OID of the session's temporary schema, where it has one; it comes first unless the search path lists it.
    others: gives all sessions, this one too.
    depths: parameter -> dimensions, of those that are bound to arrays of more than one.
    """

    relation_sql: Callable[[int], str]
    only_sql: Callable[[int], str]
    traced_sql: Callable[[int], str]
    role: str
    database: str
    search_path: tuple[str, ...] = ("public",)
    backend_pid: int = 0
    transaction_timestamp: datetime = EPOCH
    statement_timestamp: datetime = EPOCH
    timezone: str = "UTC"
    settings: Mapping[str, str] = field(default_factory=dict)
    server_version: str = ""
    client_address: str = ""
    client_port: int = 0
    definitions_sql: str = "catalog.main.pgd_def"
    temporary: tuple[str, int] = ("", 0)
    others: Callable[[], Sequence[Activity]] = tuple
    depths: Mapping[int, int] = field(default_factory=dict)
