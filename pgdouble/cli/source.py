"""One read-only look at the source's structure, for `init`, `check` and `build`.

Connects, reads the catalog, disconnects. Never reads a row of a table. Imported by the commands that may hold the
source's DSN and by no other.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from synth.plan.model import BuildPlan
from synth.release.manifest import TableKind
from synth.source.catalog import CatalogSnapshot, read_catalog
from synth.source.connect import open_snapshot
from synth.source.rights import filtered, refuse_filtered, refuse_unreadable, unreadable
from synth.source.schema import Schema, read_schema


@dataclass(frozen=True, slots=True)
class Structure:
    """Tables, keys and checks, the catalog as clients of the double would see it, and OIDs of tables that the role may not read, or not
    every row of."""

    schema: Schema
    catalog: CatalogSnapshot
    unreadable: frozenset[int]
    filtered: frozenset[int]

    def require_readable(self, plan: BuildPlan) -> None:
        """Raise SourceRefused where a build of this plan would be refused a table."""
        needed = [each.table for each in plan.tables.values() if each.kind is not TableKind.EXCLUDED]
        refuse_unreadable(table.qualified for table in needed if table.oid in self.unreadable)
        refuse_filtered(table.qualified for table in needed if table.oid in self.filtered)


def source_schema(dsn: str, *, allow_writer: bool = False) -> Schema:
    """Tables, keys and checks of the source. Raises PgError where it cannot be reached or lets us write."""

    async def look() -> Schema:
        async with open_snapshot(dsn, allow_writer=allow_writer) as snapshot:
            return await read_schema(snapshot)

    return asyncio.run(look())


def source_structure(dsn: str, *, allow_writer: bool = False) -> Structure:
    """The same with the whole catalog, from one snapshot. Raises PgError."""

    async def look() -> Structure:
        async with open_snapshot(dsn, allow_writer=allow_writer) as snapshot:
            schema = await read_schema(snapshot)
            tables = schema.tables
            return Structure(
                schema,
                await read_catalog(snapshot),
                await unreadable(snapshot, tables),
                await filtered(snapshot, tables),
            )

    return asyncio.run(look())
