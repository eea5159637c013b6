"""Fill a database with the shop: schema, rows by COPY, and the role that a build reads through.

Takes a throw-away Postgres, gives the reader's DSN. Refuses to touch any other server. Facts: `schema.sql` and
`reader.sql` beside this file.
"""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator
from importlib import resources

import asyncpg
import numpy as np

from pgdouble.demo.cluster import Cluster
from pgdouble.demo.shop.catalogue import catalogue
from pgdouble.demo.shop.people import CUSTOMERS, people
from pgdouble.demo.shop.rows import Rows
from pgdouble.demo.shop.trade import trade

DATABASE = "shop"
READER = "shop_reader"
SEED = 20_240_229
IDENTITY = {"staff": "staff_id", "customers": "customer_id", "orders": "order_id", "reviews": "review_id"}


def generate(seed: int = SEED, customers: int = CUSTOMERS) -> tuple[Rows, ...]:
    """Every table of the shop, in an order that foreign keys allow. The same arguments give the same rows."""
    rng = np.random.default_rng(seed)
    goods = catalogue(rng)
    persons = people(rng, customers)
    return (*goods.tables, *persons.tables, *trade(rng, persons, goods))


async def load_shop(server: Cluster, customers: int = CUSTOMERS) -> str:
    """Create and fill the database `shop`; returns the DSN of the reader role."""
    admin = server.create_database(DATABASE)
    server.psql("-f", str(_file("schema.sql")), database=DATABASE)
    await _copy(admin, generate(customers=customers))
    password = secrets.token_urlsafe(18)
    server.psql(
        "-v", f"reader={READER}", "-v", f"password={password}", "-f", str(_file("reader.sql")), database=DATABASE
    )
    return server.dsn(DATABASE, READER, password)


async def _copy(dsn: str, tables: tuple[Rows, ...]) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        for rows in tables:
            await connection.copy_to_table(
                rows.table, schema_name=rows.schema, columns=list(rows.columns), source=_stream(rows), format="text"
            )
            if rows.table in IDENTITY:
                sequence = f"pg_get_serial_sequence('{rows.schema}.{rows.table}', '{IDENTITY[rows.table]}')"
                await connection.execute(f"SELECT setval({sequence}, {len(rows)})")
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def _stream(rows: Rows) -> AsyncIterator[bytes]:
    for chunk in rows.copy_text():
        yield chunk


def _file(name: str) -> str:
    return str(resources.files("pgdouble.demo.shop") / name)
