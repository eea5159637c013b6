"""Asks the real Postgres for raw bytes: no driver's type adapters stand between."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg
from psycopg.pq import DiagnosticField, ExecStatus

from pgdouble.demo.postgres import EmbeddedPostgres


@dataclass(frozen=True)
class Fault:
    """An error's fields that clients see."""

    sqlstate: str
    message: str
    detail: str
    hint: str


@dataclass
class Oracle:
    """One connection to a real Postgres."""

    connection: psycopg.Connection[tuple[object, ...]]

    def ask(
        self, sql: str, value: bytes | None = None, types: Sequence[int] = (25,), result_format: int = 0
    ) -> bytes | Fault | None:
        """The first field of the first row of a statement with one text-format parameter, or the error."""
        answers = self.ask_all(sql, value, types, result_format)
        return answers if isinstance(answers, Fault) else answers[0]

    def ask_all(
        self, sql: str, value: bytes | None = None, types: Sequence[int] = (25,), result_format: int = 0
    ) -> list[bytes | None] | Fault:
        """The first field of every row."""
        values = [value] if "$1" in sql else []
        result = self.connection.pgconn.exec_params(
            sql.encode(), values, param_types=types if values else (), result_format=result_format
        )
        if result.status != ExecStatus.TUPLES_OK:
            fields = (
                DiagnosticField.SQLSTATE,
                DiagnosticField.MESSAGE_PRIMARY,
                DiagnosticField.MESSAGE_DETAIL,
                DiagnosticField.MESSAGE_HINT,
            )
            return Fault(*((result.error_field(field) or b"").decode() for field in fields))
        return [result.get_value(row, 0) for row in range(result.ntuples)]

    @contextmanager
    def under(self, **settings: str) -> Iterator[None]:
        """Run with settings, and reset them."""
        for name, value in settings.items():
            self.connection.execute("SELECT set_config(%s, %s, false)", (name, value))
        try:
            yield
        finally:
            self.connection.execute("RESET ALL")


def connect(postgres: EmbeddedPostgres, database: str = "postgres") -> Oracle:
    """A connection under UTC."""
    return Oracle(psycopg.connect(postgres.dsn(database), autocommit=True, options="-c timezone=UTC"))
