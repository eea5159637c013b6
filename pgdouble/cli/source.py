"""One read-only look at the source's structure, for `init`, `check` and `build`.

Connects, reads the catalog, disconnects. Never reads a row of a table. Imported by the commands that may hold the
source's DSN and by no other.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from synth.source.catalog import CatalogSnapshot, read_catalog
from synth.source.connect import open_snapshot
from synth.source.schema import Schema, read_schema


@dataclass(frozen=True, slots=True)
class Structure:
    """Tables, keys and checks, and the catalog as clients of the double would see it."""

    schema: Schema
    catalog: CatalogSnapshot


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
            return Structure(await read_schema(snapshot), await read_catalog(snapshot))

    return asyncio.run(look())
