"""The oracle of a release's rows: a real Postgres with the source's own DDL takes each of them, or says which constraint refuses it.

Rows go in table by table and, where a table is partitioned, into each partition by itself. Foreign keys rest meanwhile, for others test
them; CHECKs, domains, NOT NULL, keys and partition bounds are Postgres' own.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import asyncpg
import duckdb

from pgdouble.demo.postgres import EmbeddedPostgres
from synth.release.manifest import Manifest, TableKind, TableRow

WRITABLE = """
SELECT a.attname::text AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attgenerated::text AS generated
FROM pg_attribute a WHERE a.attrelid = $1::text::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
"""


def reload(postgres: EmbeddedPostgres, database: str, ddl: str, folder: Path, *, leaves: bool = True) -> list[str]:
    """What Postgres refuses or computes otherwise, one line each. leaves: rows of partitioned tables go in by their partitions."""
    postgres.create_database(database)
    postgres.psql(database=database, stdin=ddl)
    return asyncio.run(_reload(postgres.dsn(database), folder, leaves))


async def _reload(dsn: str, folder: Path, leaves: bool) -> list[str]:
    connection = await asyncpg.connect(dsn)
    found: list[str] = []
    try:
        await connection.execute("SET session_replication_role = replica; SET timezone = 'UTC'")
        partitioned = {
            row["oid"]
            for row in await connection.fetch("SELECT relname::text AS oid FROM pg_class WHERE relkind = 'p'")
        }
        with duckdb.connect(str(folder / "replica.duckdb"), read_only=True) as replica:
            replica.execute("SET TimeZone = 'UTC'")
            for table in Manifest.read(folder).tables:
                if table.kind is not TableKind.EXCLUDED and not (leaves and table.name in partitioned):
                    found += await _load(connection, replica, table)
    finally:
        await connection.close()
    return found


async def _load(connection: asyncpg.Connection, replica: duckdb.DuckDBPyConnection, table: TableRow) -> list[str]:
    name = f'"{table.schema_name}"."{table.name}"'
    columns = await connection.fetch(WRITABLE, name)
    numbers = {column.name: column.attnum for column in table.columns}
    written = [column for column in columns if not column["generated"]]
    computed = [column for column in columns if column["generated"]]
    values = replica.execute(
        "SELECT "
        + ", ".join(_text(table, numbers[column["name"]]) for column in [*written, *computed])
        + f" FROM t{table.oid}"
    ).fetchall()
    places = ", ".join(f"CAST(${place}::text AS {column['type']})" for place, column in enumerate(written, 1))
    names = ", ".join(f'"{column["name"]}"' for column in written)
    made = ", ".join(f'"{column["name"]}"::text' for column in computed) or "NULL"
    insert = f"INSERT INTO {name} ({names}) OVERRIDING SYSTEM VALUE VALUES ({places}) RETURNING {made}"
    prepared = await connection.prepare(insert)
    for row in values:
        try:
            answer = await prepared.fetchrow(*row[: len(written)])
        except asyncpg.PostgresError as error:
            return [f"{table.name}: {error}"]
        for place, column in enumerate(computed):
            given, wanted = row[len(written) + place], answer[place]
            same = await connection.fetchval(
                f"SELECT CAST($1::text AS {column['type']}) IS NOT DISTINCT FROM CAST($2::text AS {column['type']})",
                given,
                wanted,
            )
            if not same:
                return [f"{table.name}.{column['name']}: {given} is not {wanted}"]
    return []


def _text(table: TableRow, attnum: int) -> str:
    """A value as Postgres reads it."""
    storage = next(column.duckdb_type for column in table.columns if column.attnum == attnum)
    if storage.endswith("[]"):
        return f"replace(replace(CAST(to_json(c{attnum}) AS VARCHAR), '[', '{{'), ']', '}}')"
    return f"CAST(c{attnum} AS VARCHAR)"
