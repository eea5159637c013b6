"""A mirror of a small table, for doubles under ill treatment."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres


@pytest.fixture(scope="session")
def stress(postgres: EmbeddedPostgres, mirror: Callable[[str], Path]) -> Path:
    """Releases of a mirror with t(id, a), 2,000 rows."""
    dsn = postgres.create_database("stress")
    postgres.psql(
        database="stress",
        stdin="CREATE TABLE t (id int PRIMARY KEY, a text); INSERT INTO t SELECT i, 'x' FROM generate_series(1, 2000) i",
    )
    return mirror(dsn)
