"""Fixtures every folder shares: one real Postgres a test process, databases with public data sets, mirrors of them."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from pgdouble.demo.shop.load import load_shop
from tests.mirror import make_mirror

DATA = Path(os.environ.get("PGDOUBLE_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """A running Postgres 18; superuser rights."""
    with EmbeddedPostgres() as server:
        yield server


@pytest.fixture(scope="session")
def dataset(postgres: EmbeddedPostgres) -> Callable[[str], str]:
    """dataset("pagila") -> DSN of a database that holds it; skips where the data are missing."""
    made: dict[str, str] = {}

    def make(name: str) -> str:
        if name not in made:
            if not (DATA / "load_pg.sh").exists():
                pytest.skip(f"the {name} data set is not beside this checkout (../shared/data)")
            made[name] = postgres.create_database(name)
            environment = {**os.environ, **postgres.environment(name)}
            environment["PATH"] = f"{postgres.psql_path.parent}:{environment['PATH']}"
            subprocess.run([DATA / "load_pg.sh", name], env=environment, check=True, capture_output=True)
        return made[name]

    return make


@pytest.fixture(scope="session")
def small_shop(postgres: EmbeddedPostgres) -> str:
    """DSN of the reader of the demo's shop with 150 customers."""
    return asyncio.run(load_shop(postgres, 150))


@pytest.fixture(scope="session")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """mirror(dsn) -> releases folder with a mirror of that database."""
    made: dict[str, Path] = {}

    def make(dsn: str) -> Path:
        if dsn not in made:
            releases = tmp_path_factory.mktemp("mirror")
            asyncio.run(make_mirror(dsn, releases))
            made[dsn] = releases
        return made[dsn]

    return make
