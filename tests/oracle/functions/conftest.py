"""A database with one table of every common type, and its mirror."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.oracle.functions.bench import Bench


@pytest.fixture(scope="session")
def bench(postgres: EmbeddedPostgres, mirror: Callable[[str], Path]) -> Iterator[Bench]:
    """Postgres and the lowered form side by side."""
    dsn = postgres.create_database("functions")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute((Path(__file__).parent / "probe.sql").read_text())  # type: ignore[arg-type]
    found = Bench(dsn, mirror(dsn) / "000001")
    yield found
    found.close()
