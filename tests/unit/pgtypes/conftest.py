"""One connection to the real Postgres for the module's comparisons."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.unit.pgtypes.oracle import Oracle, connect


@pytest.fixture(scope="module")
def oracle(postgres: EmbeddedPostgres) -> Iterator[Oracle]:
    asked = connect(postgres)
    yield asked
    asked.connection.close()
