"""Three million rows of six columns: drained raw, and through the clients that people use.

The raw drain reads bytes and looks at none but the last, so that it measures servers; clients measure what their users wait for.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pandas
import psycopg
import sqlalchemy

from bench.speed.figures import Figure, side_by_side
from bench.speed.servers import Both, both
from proxy.wire import messages as wire
from tests.doubles import serve
from tests.raw_client import RawClient

ROWS = 3_000_000
SCHEMA = f"""
CREATE TABLE bulk (id int4, account int8, price numeric(12,2), name text, made timestamp, score float8);
INSERT INTO bulk SELECT i, i * 7919::int8 % 1000000007, (i * 31 % 1000000) / 100.0,
    CASE WHEN i % 11 = 0 THEN NULL ELSE 'customer number ' || i END,
    CASE WHEN i % 13 = 0 THEN NULL ELSE timestamp '2020-01-01' + i * interval '86.413001 seconds' END, (i % 9973) / 97.0
    FROM generate_series(1, {ROWS}) i;
"""
STATEMENT = "SELECT id, account, price, name, made, score FROM bulk"
FORMATS = {"text": False, "binary": True}
READY = b"Z\x00\x00\x00\x05I"


def run() -> Iterator[Figure]:
    """Every case over both servers."""
    with both(SCHEMA) as pair:
        for title, binary in FORMATS.items():
            yield side_by_side(f"raw drain, {title}", _on_each(pair, lambda dsn, binary=binary: drain(dsn, binary)), 5)
        yield from _without_compiled_part(pair)
        for title, client in _clients(pair.psql).items():
            yield side_by_side(title, _on_each(pair, client))
        yield _first_row(pair)
        yield _memory(pair)


def _without_compiled_part(pair: Both) -> Iterator[Figure]:
    """What numpy and Arrow do alone."""
    with serve(pair.folder, compiled=False) as double:
        alone = replace(pair, double=double.dsn())
        for title, binary in FORMATS.items():
            each = _on_each(alone, lambda dsn, binary=binary: drain(dsn, binary))
            yield side_by_side(f"raw drain, {title}, numpy alone", each, 5)


def _on_each(pair: Both, work: Callable[[str], object]) -> dict[str, Callable[[], object]]:
    return {name: lambda dsn=dsn: work(dsn) for name, dsn in pair.sides.items()}


def connect(dsn: str) -> RawClient:
    """A logged-in client without a library."""
    parts = urlsplit(dsn)
    client = RawClient(parts.hostname or "", parts.port or 0)
    client.log_in(parts.username or "", parts.password or "", parts.path[1:])
    client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    client.socket.settimeout(120)
    return client


def ask(client: RawClient, binary: bool) -> None:
    """Send the statement by the extended protocol."""
    formats = (1,) if binary else (0,)
    client.send(wire.Parse("", STATEMENT, ()), wire.Bind("", "", (), (), formats), wire.Execute("", 0), wire.Sync())


def drain(dsn: str, binary: bool) -> int:
    """Bytes of the answer."""
    with connect(dsn) as client:
        ask(client, binary)
        buffer, total, last = bytearray(1 << 20), 0, b""
        while True:
            count = client.socket.recv_into(buffer)
            last = (last + bytes(buffer[max(0, count - 6) : count]))[-6:]
            total += count
            if last == READY or not count:
                return total


def _clients(psql: Path) -> dict[str, Callable[[str], object]]:
    return {
        "psql -o /dev/null": lambda dsn: subprocess.run(
            [str(psql), dsn, "-XqAt", "-o", "/dev/null", "-c", STATEMENT], check=True
        ),
        "asyncpg fetch": lambda dsn: asyncio.run(_asyncpg(dsn)),
        "psycopg fetchall, text": lambda dsn: _psycopg(dsn, False),
        "psycopg fetchall, binary": lambda dsn: _psycopg(dsn, True),
        "pandas read_sql": _pandas,
    }


async def _asyncpg(dsn: str) -> None:
    connection = await asyncpg.connect(dsn)
    try:
        assert len(await connection.fetch(STATEMENT)) == ROWS
    finally:
        await connection.close()


def _psycopg(dsn: str, binary: bool) -> None:
    with psycopg.connect(dsn) as connection, connection.cursor(binary=binary) as cursor:
        assert len(cursor.execute(STATEMENT).fetchall()) == ROWS


def _pandas(dsn: str) -> None:
    engine = sqlalchemy.create_engine(dsn.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as connection:
        assert len(pandas.read_sql(STATEMENT, connection)) == ROWS
    engine.dispose()


def _first_row(pair: Both) -> Figure:
    """Seconds until the first bytes of rows are here."""

    def first(dsn: str) -> float:
        with connect(dsn) as client:
            began = time.perf_counter()
            ask(client, False)
            while not isinstance(client.receive(), wire.DataRow):
                pass
            return time.perf_counter() - began

    taken = {name: sorted(first(dsn) for _ in range(5))[2] for name, dsn in pair.sides.items()}
    return Figure("first row", taken["double"], taken["postgres"])


def _memory(pair: Both) -> Figure:
    """Highest resident memory of the double since it began, in MB; all cases of this module lie behind it."""
    status = Path(f"/proc/{pair.double_pid}/status").read_text(encoding="ascii")
    peak = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))
    return Figure("peak memory", 0, 0, f"{peak / 1024:.0f} MB")
