"""A database and its double, for conversations with both."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.doubles import PASSWORD, serve
from tests.transcripts.player import Address
from tests.transcripts.record import DATABASE, make_database


@pytest.fixture(scope="session")
def both(postgres: EmbeddedPostgres, mirror: Callable[[str], Path]) -> Iterator[tuple[Address, Address]]:
    """The source and the double."""
    name = f"{DATABASE}_random"
    source = make_database(postgres, name)
    with serve(mirror(postgres.dsn(name))) as served:
        yield source, Address(served.port, "postgres", PASSWORD, served.database)
