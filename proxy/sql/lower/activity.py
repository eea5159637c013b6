"""Who is connected, as rows of pg_stat_activity and pg_stat_get_activity: what a session may see of the others is printed into its SQL.

A session of another role shows that it is there, and nothing of what it does. Refuses to know where the values come from. Facts:
src/backend/utils/adt/pgstatfuncs.c (pg_stat_get_activity) for what is hidden and how.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from proxy.catalog.model import Catalog, RelationRow
from proxy.sql.lower.values import quote_literal

PG_CATALOG = 11
RELATION = "pg_stat_activity"
HIDDEN = "<insufficient privilege>"
QUERY_BYTES = 1023  # track_activity_query_size, and its zero byte


@dataclass(frozen=True, slots=True)
class Activity:
    """One session. address: '' for a socket file. transaction, asked: when its transaction and its latest statement began, where there
    was one; changed: when its state did. query: the latest statement's text. waits: it is for the client to go on."""

    pid: int
    role: str
    application: str
    address: str
    port: int
    started: datetime
    transaction: datetime | None
    asked: datetime | None
    changed: datetime
    state: str
    query: str
    waits: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where sessions are. relation_sql: what to read of a relation of the system."""

    catalog: Catalog
    database: str
    relation_sql: Callable[[int], str]

    def oid_sql(self, relation: str, column: str, name: str) -> str:
        """The OID of what has that name in a relation of the system; NULL where the asking role knows none."""
        found = self.catalog.relation_by_name.get((PG_CATALOG, relation))
        own, oid = (found.column(column), found.column("oid")) if found is not None else (None, None)
        if found is None or own is None or oid is None:
            return "NULL"
        read = self.relation_sql(found.oid)
        return f"(SELECT x.c{oid.attnum} FROM {read} AS x WHERE x.c{own.attnum} = {quote_literal(name)})"


def relation_rows(relation: RelationRow, found: Sequence[Activity], role: str, place: Place) -> str:
    """What to read of pg_stat_activity."""
    columns = [(column.name, column.storage or "VARCHAR") for column in relation.columns]
    names = [f"c{column.attnum}" for column in relation.columns]
    return rows_sql(columns, [values_of(one, role, place) for one in found], names)


def values_of(one: Activity, role: str, place: Place) -> dict[str, str]:
    """A session's columns by name, as a role may see them; what is not named is NULL."""
    seen = {
        "datid": place.oid_sql("pg_database", "datname", place.database), "datname": quote_literal(place.database),
        "pid": str(one.pid), "usesysid": place.oid_sql("pg_roles", "rolname", one.role), "usename": quote_literal(one.role),
        "application_name": quote_literal(one.application),
    }  # fmt: skip
    if one.role != role:
        return {**seen, "query": quote_literal(HIDDEN)}
    return {
        **seen, "client_addr": quote_literal(one.address) if one.address else "NULL",
        "client_port": str(one.port if one.address else -1), "backend_start": _instant(one.started),
        "xact_start": _instant(one.transaction), "query_start": _instant(one.asked), "state_change": _instant(one.changed),
        "wait_event_type": "'Client'" if one.waits else "NULL", "wait_event": "'ClientRead'" if one.waits else "NULL",
        "state": quote_literal(one.state), "query": quote_literal(clipped(one.query)), "backend_type": "'client backend'",
        **dict.fromkeys(("ssl", "gss_auth", "gss_enc", "gss_delegation"), "false"),
    }  # fmt: skip


def clipped(text: str) -> str:
    """As much of a statement as is shown."""
    return text.encode("utf-8", "replace")[:QUERY_BYTES].decode("utf-8", "ignore").replace("\0", "")


def rows_sql(columns: Sequence[tuple[str, str]], rows: Sequence[Mapping[str, str]], names: Sequence[str]) -> str:
    """A query of the rows. columns: name and storage of each; names: what the query calls them."""
    if not rows:
        return f"({_row(columns, {}, names)} WHERE false)"
    return f"({' UNION ALL '.join(_row(columns, row, names) for row in rows)})"


def _row(columns: Sequence[tuple[str, str]], row: Mapping[str, str], names: Sequence[str]) -> str:
    shown = (f"CAST({row.get(own, 'NULL')} AS {kind}) AS {name}" for (own, kind), name in zip(columns, names))
    return f"SELECT {', '.join(shown)}"


def _instant(when: datetime | None) -> str:
    return "NULL" if when is None else f"TIMESTAMPTZ '{when.isoformat(sep=' ')}'"
