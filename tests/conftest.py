"""Fixtures every folder shares: one real Postgres a test process, databases with public data sets, mirrors of them."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from pgdouble.demo.cluster import Cluster
from pgdouble.demo.shop.load import load_shop
from tests.mirror import make_mirror
from tests.servers import SERVERS, missing

DATA = Path(os.environ.get("PGDOUBLE_TEST_DATA", Path(__file__).parents[2] / "shared" / "data"))

# How long an example takes tells of the machine, not of what is tested.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--server", default="18", choices=list(SERVERS), help="the real Postgres that tests ask")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """`make test` divides its files by what they share."""
    if config.getoption("dist") != "loadfile":
        return None
    from tests.balance import ByWhatIsShared

    return ByWhatIsShared(config, log)


@pytest.fixture(scope="session")
def new_server(request: pytest.FixtureRequest) -> Callable[[], Cluster]:
    """Makes clusters of the version that `--server` names; skips where that is not installed."""
    name = request.config.getoption("--server")
    if because := missing(name):
        pytest.skip(because)
    return SERVERS[name]


@pytest.fixture(scope="session")
def postgres(new_server: Callable[[], Cluster]) -> Iterator[Cluster]:
    """A running Postgres; superuser rights."""
    with new_server() as server:
        yield server


@pytest.fixture(scope="session")
def dataset(postgres: Cluster) -> Callable[[str], str]:
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
def small_shop(postgres: Cluster) -> str:
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
