"""Answers as bytes: errors, notices and row descriptions. Refuses to know when they are sent. Facts: protocol, "Message Formats"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from policies.errors import PgError
from proxy.catalog.model import Catalog
from proxy.sql.ir import OutputColumn
from proxy.wire import messages as wire


def error_response(error: PgError, offset: int = 0, severity: str = "") -> bytes:
    """An error as the client reads it. offset: characters before the statement in what the client sent."""
    severity = severity or error.severity
    fields = [("S", severity), ("V", severity), ("C", error.sqlstate), ("M", error.message)]
    if error.detail:
        fields.append(("D", error.detail))
    if error.hint:
        fields.append(("H", error.hint))
    if error.context:
        fields.append(("W", error.context))
    if error.position is not None and error.position >= 0:
        fields.append(("P", str(error.position + offset + 1)))
    return wire.encode(wire.ErrorResponse(tuple(fields)))


def notice(sqlstate: str, message: str, severity: str = "WARNING", detail: str = "") -> bytes:
    """A NoticeResponse."""
    fields = (("S", severity), ("V", severity), ("C", sqlstate), ("M", message))
    return wire.encode(wire.NoticeResponse(fields + ((("D", detail),) if detail else ())))


def row_description(columns: Sequence[OutputColumn], formats: Sequence[int], catalog: Catalog) -> bytes:
    """Names, origins, types and formats of a result's columns; a result may have none."""
    rows = tuple(
        (
            column.name,
            column.relation,
            column.attnum,
            column.type,
            catalog.types[column.type].length,
            column.typmod,
            code,
        )
        for column, code in zip(columns, formats)
    )
    return wire.encode(wire.RowDescription(rows))


@lru_cache(maxsize=256)
def complete(tag: str) -> bytes:
    """CommandComplete."""
    return wire.encode(wire.CommandComplete(tag))


@lru_cache(maxsize=8)
def ready(status: bytes) -> bytes:
    """ReadyForQuery."""
    return wire.encode(wire.ReadyForQuery(status))
