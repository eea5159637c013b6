"""Small statements: the same point select again, one with a new key each time, and statements that need no data.

Connections are asyncpg's, all in one client process: what it costs is the same on both sides.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Awaitable, Callable, Iterator

import asyncpg

from bench.speed.figures import Figure
from bench.speed.servers import Both, both

KEYS = 1_000_000
SCHEMA = f"""
CREATE TABLE point (id int PRIMARY KEY, name text, balance numeric(12,2));
INSERT INTO point SELECT i, 'holder ' || i, i / 7.0 FROM generate_series(1, {KEYS}) i;
"""
STATEMENT = "SELECT id, name, balance FROM point WHERE id = $1"
SECONDS = 3.0
HOT = 200  # keys that repeat
Once = Callable[["asyncpg.Connection", random.Random], Awaitable[object]]


def run() -> Iterator[Figure]:
    """Every case over both servers."""
    with both(SCHEMA) as pair:
        for share in (1.0, 0.9, 0.5):
            for connections in (1, 8, 32):
                yield _rates(
                    pair, f"point select, {share:.0%} repeated, {connections} connections", connections, _point(share)
                )
        for connections in (1, 8):
            yield _rates(pair, f"point select, new key, {connections} connections", connections, _point(0.0))
        yield _rates(pair, "select 1, 8 connections", 8, lambda one, _: one.fetchval("SELECT 1"))
        yield _rates(pair, "BEGIN, COMMIT, 8 connections", 8, _transaction)


def _point(share: float) -> Once:
    def once(connection: asyncpg.Connection, draw: random.Random) -> Awaitable[object]:
        key = draw.randrange(HOT) * 4999 + 1 if draw.random() < share else draw.randrange(KEYS) + 1
        found: Awaitable[object] = connection.fetchrow(STATEMENT, key)
        return found

    return once


async def _transaction(connection: asyncpg.Connection, _: random.Random) -> None:
    await connection.execute("BEGIN")
    await connection.execute("COMMIT")


def _rates(pair: Both, case: str, connections: int, once: Once) -> Figure:
    """Seconds a statement, both sides in turn, three times."""
    taken: dict[str, list[float]] = {name: [] for name in pair.sides}
    for number in range(3):
        for name, dsn in pair.sides.items():
            taken[name].append(asyncio.run(_seconds_each(dsn, connections, once, number)))
    medians = {name: sorted(times)[1] for name, times in taken.items()}
    return Figure(case, medians["double"], medians["postgres"], f"{1 / medians['double']:,.0f} a second")


async def _seconds_each(dsn: str, connections: int, once: Once, seed: int) -> float:
    opened = [await asyncpg.connect(dsn) for _ in range(connections)]
    try:
        for connection in opened:
            await once(connection, random.Random(0))  # prepared before the clock starts
        began = time.perf_counter()
        counts = await asyncio.gather(
            *(
                _until(connection, once, random.Random(seed * 100 + index), began)
                for index, connection in enumerate(opened)
            )
        )
        return (time.perf_counter() - began) / sum(counts)
    finally:
        for connection in opened:
            await connection.close()


async def _until(connection: asyncpg.Connection, once: Once, draw: random.Random, began: float) -> int:
    count = 0
    while time.perf_counter() - began < SECONDS:
        await once(connection, draw)
        count += 1
    return count
