"""One statement on a real Postgres and on the double: columns, types, values or errors, and how they differ.

Refuses to know what is asked. Facts: libpq's raw results through psycopg, text and binary, before any client-side conversion.
"""

from __future__ import annotations

from dataclasses import dataclass

from psycopg import pq

TEXT, BINARY = 0, 1
NOT_SUPPORTED = "0A000"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: columns (name, type, typmod) and rows as raw bytes, or an error's SQLSTATE and message."""

    columns: tuple[tuple[str, int, int], ...] = ()
    rows: tuple[tuple[bytes | None, ...], ...] = ()
    tag: str = ""
    sqlstate: str = ""
    message: str = ""
    position: str = ""


def ask(connection: pq.PGconn, statement: str, result_format: int = TEXT) -> Answer:
    """Run one statement by the extended protocol; binary asks every column in binary."""
    result = connection.exec_params(statement.encode(), None, None, None, result_format)
    if result.status not in (pq.ExecStatus.TUPLES_OK, pq.ExecStatus.COMMAND_OK):
        return Answer(
            sqlstate=_text(result.error_field(pq.DiagnosticField.SQLSTATE)),
            message=_text(result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY)) or _text(result.error_message),
            position=_text(result.error_field(pq.DiagnosticField.STATEMENT_POSITION)),
        )
    columns = tuple(
        (_text(result.fname(index)), result.ftype(index), result.fmod(index)) for index in range(result.nfields)
    )
    rows = tuple(
        tuple(result.get_value(row, index) for index in range(result.nfields)) for row in range(result.ntuples)
    )
    return Answer(columns=columns, rows=rows, tag=_text(result.command_status))


def _text(value: bytes | None) -> str:
    return value.decode(errors="replace") if value else ""


def difference(expected: Answer, found: Answer, ordered: bool) -> str:
    """'' where both agree, else one line that says how they do not."""
    if expected.sqlstate or found.sqlstate:
        if expected.sqlstate == found.sqlstate and expected.message == found.message:
            return ""
        return (
            f"error {expected.sqlstate or 'none'} {expected.message!r} on Postgres, "
            f"{found.sqlstate or 'none'} {found.message!r} on the double"
        )
    if expected.columns != found.columns:
        return f"columns {expected.columns} on Postgres, {found.columns} on the double"
    left, right = _without_idle_bitmaps(expected.rows), _without_idle_bitmaps(found.rows)
    if not ordered:
        left, right = sorted(left, key=repr), sorted(right, key=repr)
    if left != right:
        return _first_difference(left, right)
    return "" if expected.tag == found.tag else f"tag {expected.tag} on Postgres, {found.tag} on the double"


def _without_idle_bitmaps(rows: tuple[tuple[bytes | None, ...], ...]) -> list[tuple[bytes | None, ...]]:
    """Arrays in binary say whether they have a bitmap of NULLs. In Postgres a slice keeps that of the array it was cut from, whether there
    is a NULL left or not, as no other value of it shows: the flag counts where there is a NULL."""
    return [tuple(_without_idle_bitmap(value) if value else value for value in row) for row in rows]


def _without_idle_bitmap(value: bytes) -> bytes:
    if value[4:8] != b"\0\0\0\1" or len(value) < 20:
        return value
    dimensions = int.from_bytes(value[:4], "big")
    at = 12 + 8 * dimensions
    while at + 4 <= len(value):
        size = int.from_bytes(value[at : at + 4], "big", signed=True)
        if size < 0:
            return value
        at += 4 + size
    return value if at != len(value) else value[:7] + b"\0" + value[8:]


def _first_difference(left: list[tuple[bytes | None, ...]], right: list[tuple[bytes | None, ...]]) -> str:
    for number, (one, other) in enumerate(zip(left, right)):
        if one != other:
            return f"row {number}: {one} on Postgres, {other} on the double"
    return f"{len(left)} rows on Postgres, {len(right)} on the double"
