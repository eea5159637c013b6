"""Real clients against a source and a double that mirrors it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.clients import every_type
from tests.doubles import serve
from tests.pair import Pair

RELATIONS = Path(__file__).parents[1] / "oracle" / "relations.sql"


@pytest.fixture(scope="session")
def pair(
    postgres: EmbeddedPostgres, dataset: Callable[[str], str], mirror: Callable[[str], Path]
) -> Iterator[Callable[[str], Pair]]:
    """pair("pagila") -> the data set in a real Postgres and a double of its mirror; skips where the data are missing."""
    made: dict[str, Pair] = {}
    with ExitStack() as stack:

        def make(name: str) -> Pair:
            if name not in made:
                source = dataset(name)
                made[name] = Pair(source, stack.enter_context(serve(mirror(source))).dsn())
            return made[name]

        yield make


@pytest.fixture(scope="session")
def typed(postgres: EmbeddedPostgres, mirror: Callable[[str], Path]) -> Iterator[Pair]:
    """Every type as a column, beside tables with keys, partitions, heirs and generated columns."""
    source = postgres.create_database("every_type")
    with psycopg.connect(source, autocommit=True) as connection:
        connection.execute(RELATIONS.read_bytes())
        every_type.make(source)
        connection.execute("analyze")
    with serve(mirror(source)) as double:
        yield Pair(source, double.dsn())


@pytest.fixture(scope="session")
def samples(typed: Pair) -> list[every_type.Sample]:
    """Every value of every type, and arrays of them."""
    return every_type.samples(typed.source)
