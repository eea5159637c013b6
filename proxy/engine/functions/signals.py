"""`pgf_signal(own, pid, timeout)`: pg_cancel_backend (no timeout) and pg_terminate_backend, called by a running statement.

Unlike every other function it has an effect, and belongs to one server: it is made with what it calls. Refuses to know sessions.
"""

from __future__ import annotations

from typing import Protocol

import duckdb
import pyarrow as pa

from policies.errors import PgError
from proxy.engine.functions.errors import PgDomainError

NAME = "pgf_signal"
PARAMETERS = ("INTEGER", "INTEGER", "BIGINT")
CANCELS = -(2**63)  # the timeout of pg_cancel_backend, which has none


class Signals(Protocol):
    """Where sessions reach each other."""

    def signal(self, own: int, pid: int, timeout_ms: int | None) -> bool:
        """See `proxy.session.others`. Raises PgError."""


class Nobody:
    """Where nobody is connected."""

    def signal(self, own: int, pid: int, timeout_ms: int | None) -> bool:
        """See Signals."""
        return False


class Switch:
    """Where an engine's function calls: whoever is connected to it later."""

    def __init__(self) -> None:
        self.signals: Signals = Nobody()

    def install(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Create the function."""

        def called(own: pa.ChunkedArray, pid: pa.ChunkedArray, timeout: pa.ChunkedArray) -> pa.Array:
            rows = zip(own.to_pylist(), pid.to_pylist(), timeout.to_pylist())
            return pa.array([None if None in row else self._one(*row) for row in rows], pa.bool_())

        connection.create_function(
            NAME, called, list(PARAMETERS), "BOOLEAN", type="arrow", null_handling="special", side_effects=True
        )  # type: ignore[call-overload]  # duckdb's stubs know type objects only; it takes names as well

    def _one(self, own: int, pid: int, timeout: int) -> bool:
        try:
            return self.signals.signal(own, pid, None if timeout == CANCELS else timeout)
        except PgError as error:
            raise PgDomainError(error.sqlstate, error.message, error.detail, error.hint) from None
