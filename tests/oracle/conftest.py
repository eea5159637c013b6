"""The shop in a real Postgres, and the double serving a mirror of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pgdouble.demo.cluster import Cluster
from pgdouble.demo.shop.load import DATABASE, load_shop
from tests.doubles import serve
from tests.pair import Pair


@pytest.fixture(scope="session")
def shop_source(new_server: Callable[[], Cluster]) -> Iterator[str]:
    """DSN of the whole shop in a real Postgres of its own, since other tests fill smaller ones under the same name."""
    with new_server() as server:
        asyncio.run(load_shop(server))
        yield server.dsn(DATABASE)


@pytest.fixture(scope="session")
def shop(shop_source: str, mirror: Callable[[str], Path]) -> Iterator[Pair]:
    """The shop and a double of its mirror."""
    with serve(mirror(shop_source)) as double:
        yield Pair(shop_source, double.dsn())
