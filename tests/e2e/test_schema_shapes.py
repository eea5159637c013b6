"""Every shape of schema through a build on a real Postgres: it makes a release, every constraint holds, and the manifest says what the
guarantee means for those whom a row mentions."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

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
    """A release of a shape, open. rows: an answer of the replica, tables by name and columns as c<number>."""

    database: str
    state: Path
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
            made[shape.name] = Built(
                database, state, manifest, duckdb.connect(str(folder / "replica.duckdb"), read_only=True)
            )
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


@pytest.mark.parametrize("shape", [shapes.CYCLE_OWN, shapes.TENANTS, shapes.TREES], ids=lambda shape: shape.name)
def test_keys_that_share_columns_stay_inside_the_unit(shape: Shape, built: Callable[[Shape], Built]) -> None:
    """So nobody else is mentioned, and nothing needs to be said."""
    assert not any("mentions" in note for note in built(shape).manifest.notes)


def test_shared_columns_lead_to_rows_that_are_there(built: Callable[[Shape], Built]) -> None:
    tenants, own = built(shapes.TENANTS), built(shapes.CYCLE_OWN)
    assert tenants.count("SELECT * FROM {sale} s JOIN {product} p ON s.c1 = p.c1 AND s.c4 = p.c2") > 50
    assert own.count("SELECT * FROM {person} p JOIN {address} a ON p.c1 = a.c1 AND p.c2 = a.c2") > 100
    trees = built(shapes.TREES)
    assert trees.count("SELECT * FROM {staff} s JOIN {staff} b ON s.c1 = b.c1 AND s.c3 = b.c2 WHERE s.c2 > b.c2") > 100


def test_each_unit_pays_for_its_own_tables(built: Callable[[Shape], Built]) -> None:
    found = built(shapes.UNITS)
    person, employee = found.manifest.units
    assert (person.unit, employee.unit) == ("public.person", "public.employee")
    assert person.epsilon == pytest.approx(4, rel=1e-3) and employee.epsilon == pytest.approx(2, rel=1e-3)
    paid = {unit.unit: {row.table for row in found.manifest.measurements if found.manifest.unit_of(row.table) == unit}
            for unit in (person, employee)}  # fmt: skip
    assert paid["public.person"] == {"public.person", "public.ticket", "public.sensor"}
    assert paid["public.employee"] == {"public.employee", "public.shift"}
    with closing(SqliteLedger(found.state / "ledger.sqlite")) as ledger:
        for unit in (person, employee):
            totals = ledger.totals(found.database, unit.unit)
            assert (totals.reserved_nano, totals.spent_nano) == (unit.rho_nano, found.manifest.spent(unit))
        seq, _ = ledger.verify()
    assert seq == found.manifest.ledger_seq + 2, "noted, then served"
    assert [(row.unit, row.budget) for row in found.manifest.composed] == [
        ("public.person", "window of 365 days"), ("public.person", "lifetime"),
        ("public.employee", "window of 90 days"), ("public.employee", "lifetime"),
    ]  # fmt: skip
    report = (found.state / "releases" / "000001" / "report.html").read_text()
    assert "any one row of public.employee" in report and "epsilon of public.person" in report
