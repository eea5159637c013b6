"""How soon a statement ends that is to end, and what many heavy ones do to each other and to others.

Only the double is measured: what is asked of it are limits. Refuses to know how a server stops statements.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Iterator

import asyncpg

from bench.speed.figures import Figure
from bench.speed.servers import both

SCHEMA = "CREATE TABLE many AS SELECT i, i * 7919::int8 % 1000003 AS k, md5(i::text) AS t FROM generate_series(1, 2000000) i;"
HEAVY = "SELECT count(*) FROM many a, many b WHERE a.k < b.i AND a.t <> b.t"
GROUPS = "SELECT t, k, count(*), sum(i), min(t), max(t) FROM many WHERE i % {0} <> 1 GROUP BY t, k ORDER BY t LIMIT 5"
AT_ONCE, MEMORY = 32, "1GB"
OUT_OF_MEMORY = "53200"


def run() -> Iterator[Figure]:
    """Cancel, timeout, and heavy statements at once."""
    with both(SCHEMA, memory=MEMORY) as pair:
        yield Figure("CancelRequest lands", asyncio.run(_cancelled(pair.double)), 0, "limit 0.1 s")
        yield Figure("statement_timeout of 300 ms ends", asyncio.run(_timed_out(pair.double)), 0, "limit 0.4 s")
        yield asyncio.run(_crowd(pair.double))


async def _cancelled(dsn: str) -> float:
    """Median seconds from the request until the connection answers again."""
    taken = []
    for _ in range(5):
        connection = await asyncpg.connect(dsn)
        running = asyncio.ensure_future(connection.fetchval(HEAVY))
        await asyncio.sleep(0.5)
        began = time.perf_counter()
        running.cancel()  # asyncpg sends a CancelRequest, and waits for its effect before the next statement
        with contextlib.suppress(asyncio.CancelledError):
            await running
        await connection.fetchval("SELECT 1")
        taken.append(time.perf_counter() - began)
        await connection.close()
    return sorted(taken)[2]


async def _timed_out(dsn: str) -> float:
    taken = []
    for _ in range(5):
        connection = await asyncpg.connect(dsn, server_settings={"statement_timeout": "300ms"})
        began = time.perf_counter()
        taken.append(await _ended(asyncio.ensure_future(connection.fetchval(HEAVY)), began))
        await connection.close()
    return sorted(taken)[2]


async def _ended(running: asyncio.Future[object], began: float) -> float:
    try:
        await running
    except asyncpg.QueryCanceledError:
        return time.perf_counter() - began
    raise RuntimeError("the statement was not stopped")


async def _crowd(dsn: str) -> Figure:
    """How many finish, fail cleanly or otherwise; meanwhile another session asks small things."""
    connections = [await asyncpg.connect(dsn) for _ in range(AT_ONCE)]
    other = await asyncpg.connect(dsn)
    waits: list[float] = []
    began = time.perf_counter()
    running = [
        asyncio.ensure_future(_outcome(each, GROUPS.format(number + 2))) for number, each in enumerate(connections)
    ]
    while not all(each.done() for each in running):
        asked = time.perf_counter()
        await other.fetchval("SELECT count(*) FROM pg_class WHERE relname = $1", f"t{len(waits)}")
        waits.append(time.perf_counter() - asked)
        await asyncio.sleep(0.1)
    outcomes = Counter(await asyncio.gather(*running))
    seconds = time.perf_counter() - began
    for each in (*connections, other):
        await each.close()
    note = ", ".join(f"{count} {what}" for what, count in sorted(outcomes.items()))
    return Figure(
        f"{AT_ONCE} GROUP BYs at once under {MEMORY}",
        seconds,
        0,
        f"{note}; another session waits {max(waits):.2f} s at most",
    )


async def _outcome(connection: asyncpg.Connection, query: str) -> str:
    try:
        await connection.fetch(query)
    except asyncpg.PostgresError as error:
        return "refused with 53200" if error.sqlstate == OUT_OF_MEMORY else f"failed with {error.sqlstate}"
    return "finished"
