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

REG_STORED = frozenset(
    (24, 2202, 2203, 2204, 2205, 2206, 3734, 3769, 4089, 4096, 4191)
)  # reg*: stored as OIDs, printed as names
CAST_OTHERWISE = frozenset((869, 1042))  # inet, bpchar: their text is not what their output function prints
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
       CASE WHEN t.typcategory = 'A' AND t.typlen = -1 THEN e.root::int8 ELSE 0 END AS element,
       EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND i.indisprimary AND a.attnum = ANY (i.indkey)) AS is_key
FROM pg_attribute a JOIN base b ON b.oid = a.atttypid JOIN pg_type t ON t.oid = b.root LEFT JOIN base e ON e.oid = t.typelem
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
    targets = ", ".join(_as_text(row) for row in columns) or "NULL"
    only = "ONLY " if table["kind"] == "r" else ""  # heirs have their own rows
    statement = f'SELECT {targets} FROM {only}"{table["schema"]}"."{table["name"]}"'
    names = [f"c{row['attnum']}" for row in columns]
    readers = ", ".join(_reader(row["attnum"], kinds[row["attnum"]], bool(row["element"])) for row in columns)
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


def _as_text(column: Any) -> str:
    """The source's expression for a column's text; lists as JSON arrays of texts."""
    quoted = '"' + column["attname"].replace('"', '""') + '"'
    many = "[]" if column["element"] else ""
    if (column["element"] or column["base"]) in REG_STORED:
        quoted += f"::oid{many}"
    if many:
        return f"to_json({quoted}{'' if column['element'] in CAST_OTHERWISE else '::text[]'})::text"
    return f"CASE num_nulls({quoted}) WHEN 0 THEN format('%s', {quoted}) END"  # the output function, which a cast may not be


def _reader(number: int, kind: str, many: bool) -> str:
    """The replica's value of that text."""
    if many:
        element = _value("x", kind.removesuffix("[]"))
        return f"list_transform(CAST(CAST(c{number} AS JSON) AS VARCHAR[]), lambda x: {element}) AS c{number}"
    return f"{_value(f'c{number}', kind)} AS c{number}"


def _value(text: str, kind: str) -> str:
    if kind.endswith("[]"):  # int2vector, oidvector: stored as lists, printed with blanks
        return f"CAST(list_filter(string_split({text}, ' '), lambda word: word <> '') AS {kind})"
    if kind == "BLOB":
        return f"unhex(substr({text}, 3))"
    if kind in ("DATE", "TIMESTAMP", "TIMESTAMPTZ"):  # Postgres writes BC at the end, DuckDB reads (BC) after the day
        return rf"CAST(regexp_replace({text}, '^(\S+)(.*) BC$', '\1 (BC)\2') AS {kind})"
    if kind == "INTERVAL":  # Postgres writes the sign of a time after negative days
        return f"CAST(replace({text}, ' +', ' ') AS {kind})"
    return f"CAST({text} AS {kind})"


if __name__ == "__main__":
    print(asyncio.run(make_mirror(sys.argv[1], Path(sys.argv[2]))))
