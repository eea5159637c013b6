"""Real clients against a source and a double that mirrors it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.doubles import serve
from tests.pair import Pair


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
