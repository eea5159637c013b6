"""One in-memory DuckDB instance over a release: files attached read-only, then external access off and settings locked.

Holds the instance and its roles. Refuses to know SQL text, policies and the wire. Facts: DuckDB 2.0, measured.
"""

from __future__ import annotations

import itertools
import logging
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import duckdb
import pyarrow as pa

from proxy.answers import Repeats, kept_answers
from proxy.catalog.hiding import without
from proxy.catalog.load import load_catalog
from proxy.catalog.model import Catalog
from proxy.engine.bounds import bounded
from proxy.engine.functions.install import install
from proxy.engine.guard import Guard
from proxy.engine.results import Results, Seen
from proxy.engine.roles import RoleView, create_named, create_role, drop_role
from proxy.engine.settings import EngineLimits, apply_settings
from proxy.engine.temporary import TemporaryStore
from proxy.lookups import Lookups
from proxy.sql.compiled import Compiled
from synth.release.manifest import CATALOG, REPLICA, Manifest

log = logging.getLogger("pgdouble")


class ReleaseEngine:
    """A release opened for reading."""

    def __init__(self, folder: Path, limits: EngineLimits | None = None) -> None:
        self.folder = folder
        self.manifest = Manifest.read(folder)
        pa.array(
            [b""]
        )  # Arrow looks for pandas at its first conversion, which may take a second: no client should wait for it
        self._connection = duckdb.connect()
        self._attach("replica", folder / REPLICA)
        self._attach("catalog", folder / CATALOG)
        self.catalog: Catalog = bounded(self._connection, load_catalog(folder))
        create_named(self._connection, self.catalog)
        self.switch = install(self._connection)
        self._limits = limits or EngineLimits()
        apply_settings(self._connection, self._limits)
        self._numbers = itertools.count(1)
        self._seen = Seen()
        self.guard = Guard()
        self.answers = kept_answers()
        self.repeats = Repeats()
        self.lookups = Lookups(self.open)

    def add_role(self, view: RoleView) -> Catalog:
        """Create the views of a role; once a role, policy version and day that its filters ask for. Returns the catalog it knows."""
        with closing(self._connect()) as connection:
            return without(self.catalog, create_role(connection, self.catalog, view))

    def drop_role(self, view: RoleView) -> None:
        """Drop them again."""
        with closing(self._connect()) as connection:
            drop_role(connection, view)

    def open(self, compiled: Compiled, params: Sequence[object], timezone: str = "UTC") -> Results:
        """A result for a compiled statement; nothing runs before the first batch is asked for."""
        return Results(self._connect, compiled, params, timezone, self._seen)

    def temporary(self) -> TemporaryStore:
        """Where a session keeps its temporary tables."""
        return TemporaryStore(self._connect, next(self._numbers), self._limits.temporary_bytes)

    def close(self) -> None:
        """Close the instance. A statement that could not be stopped keeps it open until the process ends."""
        self.guard.close()
        try:
            self._connection.close()
        except duckdb.ResourceInUseException:
            log.warning("a statement is still running in the engine")

    def _connect(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own, for any thread: each does one thing at a time."""
        return self._connection.cursor()

    def _attach(self, name: str, path: Path) -> None:
        quoted = str(path).replace("'", "''")
        self._connection.execute(f"ATTACH '{quoted}' AS {name} (READ_ONLY)")
