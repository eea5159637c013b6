"""One in-memory DuckDB instance over a release: files attached read-only, then external access off and settings locked.

Holds the instance, its roles and its open results. Refuses to know SQL text, policies and the wire. A result streams as Arrow
batches; DuckDB's own `fetch*` garble intervals, infinities and BC dates and are not used. Facts: DuckDB 2.0, measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from proxy.catalog.hiding import without
from proxy.catalog.load import load_catalog
from proxy.catalog.model import Catalog
from proxy.engine.functions.errors import map_duckdb_error
from proxy.engine.functions.install import install
from proxy.engine.guard import Guard
from proxy.engine.roles import RoleView, create_named, create_role, drop_role
from proxy.engine.settings import EngineLimits, apply_settings
from proxy.sql.compiled import Compiled
from synth.release.manifest import CATALOG, REPLICA, Manifest

BATCH_ROWS = 8192
FIRST_BATCH_ROWS = 2048


class CompiledWrong(RuntimeError):
    """DuckDB refused what the compiler printed: our bug. The client gets a reference, the log DuckDB's words."""


class Results:
    """The rows of one running statement. One thread at a time may call `next_batch`; `interrupt` comes from any."""

    def __init__(self, cursor: duckdb.DuckDBPyConnection, compiled: Compiled, params: Sequence[object]) -> None:
        self._cursor = cursor
        self._compiled = compiled
        self._params = {str(index): params[index - 1] for index in compiled.used}
        self._reader: pa.RecordBatchReader | None = None

    def next_batch(self) -> pa.RecordBatch | None:
        """The next rows, None at the end. Runs the statement at the first call. Raises PgError."""
        try:
            if self._reader is None:
                relation = self._cursor.sql(self._compiled.sql, params=self._params or None)
                self._reader = relation.to_arrow_reader(BATCH_ROWS)
            return self._reader.read_next_batch()
        except StopIteration:
            return None
        except (duckdb.Error, pa.ArrowException) as error:
            mapped = map_duckdb_error(error)
            if mapped.sqlstate == "XX000":
                raise CompiledWrong("the engine refused a compiled statement") from error
            raise mapped from error

    def interrupt(self) -> None:
        """Stop the statement; the running `next_batch` raises 57014."""
        self._cursor.interrupt()

    def close(self) -> None:
        """Drop the result and its connection."""
        self._reader = None
        self._cursor.close()


class ReleaseEngine:
    """A release opened for reading."""

    def __init__(self, folder: Path, limits: EngineLimits | None = None) -> None:
        self.folder = folder
        self.manifest = Manifest.read(folder)
        self.catalog: Catalog = load_catalog(folder)
        self._connection = duckdb.connect()
        self._attach("replica", folder / REPLICA)
        self._attach("catalog", folder / CATALOG)
        create_named(self._connection, self.catalog)
        install(self._connection)
        apply_settings(self._connection, limits or EngineLimits())
        self.guard = Guard()

    def add_role(self, view: RoleView) -> Catalog:
        """Create the views of a role; once a role, policy version and day that its filters ask for. Returns the catalog it knows."""
        hidden = create_role(self._connection, self.catalog, view)
        return without(self.catalog, hidden)

    def drop_role(self, view: RoleView) -> None:
        """Drop them again."""
        drop_role(self._connection, view)

    def open(self, compiled: Compiled, params: Sequence[object], timezone: str = "UTC") -> Results:
        """A result for a compiled statement; nothing runs before the first batch is asked for."""
        cursor = self._connection.cursor()
        if timezone != "UTC":
            cursor.execute("SET TimeZone = ?", [timezone])
        return Results(cursor, compiled, params)

    def close(self) -> None:
        """Close the instance; running statements are interrupted."""
        self._connection.interrupt()
        self._connection.close()
        self.guard.close()

    def _attach(self, name: str, path: Path) -> None:
        quoted = str(path).replace("'", "''")
        self._connection.execute(f"ATTACH '{quoted}' AS {name} (READ_ONLY)")
