"""The catalog of a release that nobody publishes: what `check` and a build compile against, from the snapshot to the compiler in memory.

It may hold what a policy drops, so no byte of it touches a disk, where a process that is killed would leave it. Refuses to know policies
and rows: its tables hold none.
"""

from __future__ import annotations

from collections.abc import Iterable

import duckdb

from proxy.catalog.load import catalog_of
from proxy.catalog.model import Catalog
from synth.release.catalog_writer import CatalogRules, hold_catalog
from synth.source.catalog import CatalogSnapshot
from synth.source.schema import Table


def unpublished_catalog(snapshot: CatalogSnapshot, rules: CatalogRules, tables: Iterable[Table]) -> Catalog:
    """The catalog as a release's server would load it. tables: those that the replica would hold."""
    with duckdb.connect() as replica, duckdb.connect() as connection:
        for table in tables:
            columns = ", ".join(f"c{column.attnum} {column.storage}" for column in table.columns)
            replica.execute(f"CREATE TABLE t{table.oid} ({columns or 'c0 BOOLEAN'})")
        hold_catalog(connection, snapshot, rules)
        return catalog_of(connection, replica)
