"""The shop in a real Postgres, and the double serving a mirror of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from psycopg import pq

from pgdouble.demo.postgres import EmbeddedPostgres
from pgdouble.demo.shop.load import DATABASE, load_shop
from tests.doubles import serve


@dataclass(frozen=True, slots=True)
class Pair:
    """A source and its double, by DSN."""

    source: str
    double: str

    def connect(self) -> tuple[pq.PGconn, pq.PGconn]:
        """Raw libpq connections to both, with the same session settings."""
        connections = tuple(pq.PGconn.connect(dsn.encode()) for dsn in (self.source, self.double))
        for connection in connections:
            assert connection.status == pq.ConnStatus.OK, connection.error_message
        return connections[0], connections[1]


@pytest.fixture(scope="session")
def shop_source(postgres: EmbeddedPostgres) -> str:
    """DSN of the shop in the real Postgres."""
    asyncio.run(load_shop(postgres))
    return postgres.dsn(DATABASE)


@pytest.fixture(scope="session")
def shop(shop_source: str, mirror: Callable[[str], Path]) -> Iterator[Pair]:
    """The shop and a double of its mirror."""
    with serve(mirror(shop_source)) as double:
        yield Pair(shop_source, double.dsn())
