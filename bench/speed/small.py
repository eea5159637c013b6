"""Small statements: the same point select again, one with a new key each time, small ranges, and statements that need no data.

Policy, quota and audit log are on. Most cases use a client that costs little (`rounds`); one asks through asyncpg.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import asyncpg

from bench.speed.figures import Figure
from bench.speed.rounds import Next, seconds_each
from bench.speed.servers import Both, both
from proxy.wire import messages as wire

KEYS = 1_000_000
HOT = 200  # keys that repeat
SCHEMA = f"""
CREATE TABLE point (id int PRIMARY KEY, name text, balance numeric(12,2));
INSERT INTO point SELECT i, 'holder ' || i, i / 7.0 FROM generate_series(1, {KEYS}) i;
"""
POLICY = """
version: 1
privacy:
  unit: public.point
  budget: {epsilon: 1, delta: 1e-9, window: 365d}
  lifetime: {epsilon: 2, delta: 1e-8}
  release: {epsilon: 1}
tables:
  public.point: {columns: {"*": auto}}
roles:
  postgres:
    grants: [{tables: [public.*]}]
    exposure: {epsilon: 4}
    quota: {sessions: 100, concurrent: 90, rows_per_day: 1_000_000_000, statements_per_minute: 100_000_000}
"""
STATEMENT = "SELECT id, name, balance FROM point WHERE id = $1"
RANGE = "SELECT id, name, balance FROM point WHERE id BETWEEN $1 AND $1 + 9"
SECONDS, WARM_S = 3.0, 0.5


@dataclass(frozen=True, slots=True)
class Case:
    """ask: gives a connection's batches. prepare: messages before the first one."""

    name: str
    connections: int
    ask: Callable[[random.Random], Next]
    prepare: tuple[wire.Message, ...] = ()


PREPARE, PREPARE_RANGE = (
    (wire.Parse("s", statement, (23,)), wire.Sync()) for statement in (STATEMENT, RANGE)
)  # fmt: skip


def run() -> Iterator[Figure]:
    """Every case over both servers."""
    with both(SCHEMA, POLICY) as pair:
        for case in _cases():
            yield _compared(case, pair)
        for connections in (1, 8, 32):
            yield _through_asyncpg(pair, connections)


def _cases() -> Iterator[Case]:
    for share in (1.0, 0.9, 0.5):
        for connections in (1, 8, 32):
            yield Case(
                f"point select, {share:.0%} repeated, {connections} connections", connections, _point(share), PREPARE
            )
    for connections in (1, 8):
        yield Case(f"point select, new key, {connections} connections", connections, _point(0.0), PREPARE)
    for connections in (1, 8):
        yield Case(f"ten rows of a new range, {connections} connections", connections, _point(0.0), PREPARE_RANGE)
    yield Case("select 1, 8 connections", 8, lambda _: lambda: wire.encode(wire.Query("SELECT 1")))
    yield Case("BEGIN, COMMIT, 8 connections", 8, _blocks)


def _point(share: float) -> Callable[[random.Random], Next]:
    """Batches with a key as int4 in binary, which has one length."""
    first = wire.encode(wire.Bind("", "s", (1,), (bytes(4),), ()))
    head, tail = first[:-6], first[-2:] + wire.encode(wire.Execute("", 0)) + wire.encode(wire.Sync())

    def asks(draw: random.Random) -> Next:
        def ask() -> bytes:
            key = draw.randrange(HOT) * 4999 + 1 if draw.random() < share else draw.randrange(KEYS) + 1
            return head + key.to_bytes(4, "big") + tail

        return ask

    return asks


def _blocks(_: random.Random) -> Next:
    turns = itertools.cycle([wire.encode(wire.Query(word)) for word in ("BEGIN", "COMMIT")])
    return lambda: next(turns)


def _compared(case: Case, pair: Both) -> Figure:
    """Seconds a round trip, both sides in turn, three times."""
    taken: dict[str, list[float]] = {name: [] for name in pair.sides}
    for number in range(4):
        for name, dsn in pair.sides.items():
            asks = [case.ask(random.Random(number * 100 + index)) for index in range(case.connections)]
            seconds = seconds_each(dsn, case.prepare, asks, SECONDS if number else WARM_S)
            if number:
                taken[name].append(seconds)
    medians = {name: sorted(times)[1] for name, times in taken.items()}
    return Figure(case.name, medians["double"], medians["postgres"], f"{1 / medians['double']:,.0f} a second")


def _through_asyncpg(pair: Both, connections: int) -> Figure:
    taken = {
        name: sorted(asyncio.run(_asyncpg_each(dsn, connections, number)) for number in range(3))[1]
        for name, dsn in pair.sides.items()
    }
    case = f"point select, 100% repeated, {connections} connections, asyncpg"
    return Figure(case, taken["double"], taken["postgres"], f"{1 / taken['double']:,.0f} a second")


async def _asyncpg_each(dsn: str, connections: int, seed: int) -> float:
    opened = [await asyncpg.connect(dsn) for _ in range(connections)]
    began = time.perf_counter()

    async def many(connection: asyncpg.Connection, draw: random.Random) -> int:
        count = 0
        while time.perf_counter() - began < SECONDS:
            await connection.fetchrow(STATEMENT, draw.randrange(HOT) * 4999 + 1)
            count += 1
        return count

    try:
        counts = await asyncio.gather(*(many(each, random.Random(seed + index)) for index, each in enumerate(opened)))
        return (time.perf_counter() - began) / sum(counts)
    finally:
        for connection in opened:
            await connection.close()
