"""Every shape of schema through a build on a real Postgres: it makes a release, every constraint holds, and the manifest says what the
guarantee means for those whom a row mentions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import duckdb
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from pgdouble.expressions import SourceExpressions
from policies.load import parse_policy
from policies.stores.sqlite import SqliteLedger
from synth.build import BuildRequest, build
from synth.release.manifest import Manifest, folder_name
from tests.e2e import schema_shapes as shapes
from tests.e2e.schema_shapes import Shape
from tests.policy_text import policy_text
from tests.unit.synth.made_source import READER, make_reader


@dataclass
class Built:
    """A release of a shape, open. manifest: what it says. rows: an answer of the replica, tables by name and columns as c<number>."""

    manifest: Manifest
    replica: duckdb.DuckDBPyConnection

    def rows(self, sql: str) -> list[tuple[object, ...]]:
        names = {table.name: f"t{table.oid}" for table in self.manifest.tables}
        return self.replica.execute(sql.format(**names)).fetchall()

    def count(self, sql: str) -> int:
        return int(str(self.rows(f"SELECT count(*) FROM ({sql})")[0][0]))


@pytest.fixture(scope="module")
def built(postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Shape], Built]]:
    """A shape's release, made when it is first asked for."""
    made: dict[str, Built] = {}

    def make(shape: Shape) -> Built:
        if shape.name not in made:
            database = f"shape_{shapes.SHAPES.index(shape)}"
            postgres.create_database(database)
            postgres.psql("-v", "ON_ERROR_STOP=1", stdin=shape.sql, database=database)
            make_reader(postgres, database)
            state = tmp_path_factory.mktemp(database)
            request = BuildRequest(postgres.dsn(database, *READER), state / "releases", database, seed=1)
            policy = parse_policy(policy_text(shape.tables, shape.unit, 4.0, other_units=shape.other_units)).policy
            with closing(SqliteLedger(state / "ledger.sqlite")) as ledger:
                manifest = asyncio.run(build(request, policy, ledger, lambda phase: None, SourceExpressions))
            folder = state / "releases" / folder_name(manifest.release)
            made[shape.name] = Built(manifest, duckdb.connect(str(folder / "replica.duckdb"), read_only=True))
        return made[shape.name]

    yield make
    for each in made.values():
        each.replica.close()


@pytest.mark.parametrize("shape", shapes.SHAPES, ids=[shape.name for shape in shapes.SHAPES])
def test_it_builds_and_says_what_is_covered(shape: Shape, built: Callable[[Shape], Built]) -> None:
    """A build verifies each constraint by a query of its own; here it is rows that are looked for, and words."""
    manifest = built(shape).manifest
    assert all(table.rows > 0 for table in manifest.tables), [(table.name, table.rows) for table in manifest.tables]
    for words in shape.notes:
        assert any(words in note for note in manifest.notes), (words, manifest.notes)
