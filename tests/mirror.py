"""A mirror: a release that holds the source's exact rows. For tests, never shipped.

python -m tests.mirror DSN FOLDER        publishes release 1 of a mirror in FOLDER
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import duckdb
import pyarrow as pa

from synth.release.catalog_writer import CatalogRules, write_catalog
from synth.release.clustering import order_clause, ordered_by
from synth.release.manifest import (
    CATALOG,
    CURRENT,
    MANIFEST,
    REPLICA,
    ColumnRow,
    Manifest,
    TableKind,
    TableRow,
    folder_name,
)
from synth.release.storage import storage_type
from synth.source.catalog import read_catalog

PIECE = 200_000  # rows held in memory at a time
TABLES = """
SELECT c.oid::int8 AS oid, n.nspname AS schema, c.relname AS name, c.relkind::text AS kind
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND c.oid >= 16384 ORDER BY 1
"""
COLUMNS = """
WITH RECURSIVE base(oid, root, typmod) AS (
    SELECT oid, oid, -1 FROM pg_type WHERE typtype <> 'd'
    UNION ALL SELECT d.oid, b.root, CASE WHEN d.typtypmod >= 0 THEN d.typtypmod ELSE b.typmod END
    FROM pg_type d JOIN base b ON d.typbasetype = b.oid WHERE d.typtype = 'd'
)
SELECT a.attnum, a.attname, b.root::int8 AS base, greatest(a.atttypmod, b.typmod) AS typmod,
       CASE WHEN t.typcategory = 'A' AND t.typlen = -1 THEN t.typelem::int8 ELSE 0 END AS element,
       EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)) AS is_key
FROM pg_attribute a JOIN base b ON b.oid = a.atttypid JOIN pg_type t ON t.oid = b.root
WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


async def make_mirror(dsn: str, releases: Path) -> Path:
    """Publish the source's exact rows as the next release of `releases`; returns the release's folder."""
    releases.mkdir(parents=True, exist_ok=True)
    number = 1 + max((int(path.name) for path in releases.glob("[0-9]*")), default=0)
    folder = releases / folder_name(number)
    folder.mkdir()
    connection = await asyncpg.connect(dsn)
    try:
        snapshot = await read_catalog(connection)
        await connection.execute("SET intervalstyle = 'postgres'; SET timezone = 'UTC'; SET datestyle = 'ISO'")
        tables = await _copy_tables(connection, folder / REPLICA)
    finally:
        await connection.close()
    keep = CatalogRules(comments=True, defaults=True, checks=True, views=True, partial_indexes=True)
    write_catalog(snapshot, folder / CATALOG, keep, {table.oid: table.rows for table in tables})
    manifest = Manifest(
        release=number,
        created=datetime.now(UTC),
        mirror=True,
        source=snapshot.source,
        privacy=None,
        tables=tuple(tables),
    )
    (folder / MANIFEST).write_text(manifest.model_dump_json(indent=1), encoding="utf-8")
    (releases / CURRENT).write_text(f"{number}\n", encoding="ascii")
    return folder


async def _copy_tables(connection: Any, path: Path) -> list[TableRow]:
    tables = []
    with duckdb.connect(str(path)) as replica:
        replica.execute("SET TimeZone = 'UTC'")
        for table in await connection.fetch(TABLES):
            columns = await connection.fetch(COLUMNS, table["oid"])
            tables.append(await _copy_table(connection, replica, table, columns))
    return tables


async def _copy_table(connection: Any, replica: duckdb.DuckDBPyConnection, table: Any, columns: Any) -> TableRow:
    kinds = {row["attnum"]: storage_type(row["base"], row["typmod"], row["element"]) for row in columns}
    targets = ", ".join(_as_text(row["attname"], kinds[row["attnum"]]) for row in columns) or "NULL"
    only = "ONLY " if table["kind"] == "r" else ""  # heirs have their own rows
    statement = f'SELECT {targets} FROM {only}"{table["schema"]}"."{table["name"]}"'
    names = [f"c{row['attnum']}" for row in columns]
    readers = ", ".join(_reader(number, kind) for number, kind in kinds.items())
    kinds_sql = ", ".join(f"c{number} {kind}" for number, kind in kinds.items()) or "c0 BOOLEAN"
    replica.execute(f"CREATE TABLE t{table['oid']} ({kinds_sql})")
    count = 0
    async for rows in _pieces(connection, statement):
        arrays = [pa.array([row[index] for row in rows], pa.string()) for index in range(len(columns))]
        replica.register("incoming", pa.table(arrays, names=names))
        replica.execute(f"INSERT INTO t{table['oid']} SELECT {readers} FROM incoming")
        replica.unregister("incoming")
        count += len(rows)
    key = [row["attnum"] for row in columns if row["is_key"]]
    if (place := ordered_by(kinds.items(), key, count)) is not None:  # as a release has them
        replica.execute(
            f"CREATE OR REPLACE TABLE t{table['oid']} AS SELECT * FROM t{table['oid']}{order_clause(place)}"
        )
    return TableRow(
        oid=table["oid"], schema_name=table["schema"], name=table["name"], kind=TableKind.PUBLIC, because="mirror",
        rows=count,
        columns=tuple(
            ColumnRow(attnum=row["attnum"], name=row["attname"], duckdb_type=kinds[row["attnum"]], provenance="mirror")
            for row in columns
        ),
    )  # fmt: skip


async def _pieces(connection: Any, statement: str) -> AsyncIterator[Any]:
    async with connection.transaction():
        cursor = await connection.cursor(statement)
        while rows := await cursor.fetch(PIECE):
            yield rows


def _as_text(name: str, kind: str) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    if kind.endswith("[]"):
        return f"to_json({quoted})::text"
    if kind == "BLOB":
        return f"encode({quoted}, 'hex')"
    if kind in ("DATE", "TIMESTAMP", "TIMESTAMPTZ"):  # Postgres writes `... BC`, DuckDB reads `... (BC)`
        return f"replace({quoted}::text, ' BC', ' (BC)')"
    return f"{quoted}::text"


def _reader(number: int, kind: str) -> str:
    if kind.endswith("[]"):
        return f"CAST(CAST(c{number} AS JSON) AS {kind}) AS c{number}"
    if kind == "BLOB":
        return f"unhex(c{number}) AS c{number}"
    return f"CAST(c{number} AS {kind}) AS c{number}"


if __name__ == "__main__":
    print(asyncio.run(make_mirror(sys.argv[1], Path(sys.argv[2]))))
