"""Two sources that differ in one unit with all it owns, read by the real reader: what the unit moves in every answer of a build costs no
more than was charged, for the shapes in which other units' rows mention it; and nothing of another unit's tables moves at all.

The rows that mention the unit stay as they are, as the definition of neighbours has it; the witness computes each question's exact answers
in both worlds.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.load import parse_policy
from synth import build as build_module
from synth.encode.public import PublicTable
from synth.encode.tables import EncodedTable
from synth.measure.measurement import NANO
from synth.plan.make import make_plan
from synth.plan.model import BuildPlan
from synth.source.connect import open_snapshot
from synth.source.schema import read_schema
from tests.e2e import schema_shapes as shapes
from tests.e2e.schema_shapes import Shape
from tests.policy_text import policy_text
from tests.privacy.audit import faults
from tests.privacy.audit.witness import Witness, watched_rows
from tests.unit.synth.made_source import READER, make_reader

# Of each shape, what the second world lacks: a unit that others mention much, with all it owns, leaves first.
WITHOUT = (
    (shapes.TRANSFER, "public.person", "DELETE FROM follow WHERE follower = 5; DELETE FROM message WHERE sender = 5; "
     "DELETE FROM transfer WHERE source IN (SELECT id FROM account WHERE person_id = 5); "
     "DELETE FROM account WHERE person_id = 5; DELETE FROM person WHERE id = 5"),
    (shapes.SELF, "public.person", "DELETE FROM folder WHERE person_id = 2; DELETE FROM comment WHERE author = 2; "
     "DELETE FROM person WHERE id = 2"),
    (shapes.JUNCTIONS, "public.person", "DELETE FROM member WHERE person_id = 7; DELETE FROM team WHERE lead = 7; "
     "DELETE FROM person_tag WHERE person_id = 7; DELETE FROM person WHERE id = 7"),
    (shapes.UNITS, "public.person", "DELETE FROM ticket WHERE person_id = 9; DELETE FROM person WHERE id = 9"),
    (shapes.UNITS, "public.employee", "DELETE FROM shift WHERE employee_id = 3; DELETE FROM employee WHERE id = 3"),
)  # fmt: skip


@dataclass
class Worlds:
    """Both sources as their readers left them."""

    plan: BuildPlan
    public: dict[int, PublicTable]
    private: list[dict[int, EncodedTable]]

    def watched(self, patch: pytest.MonkeyPatch) -> Witness:
        return watched_rows(patch, self.plan, self.private, self.public, False)


@pytest.fixture(scope="module")
def worlds(postgres: EmbeddedPostgres) -> Callable[[Shape, str], Worlds]:
    def make(shape: Shape, without: str) -> Worlds:
        first = f"world_{len(postgres.psql('-Atc', 'SELECT datname FROM pg_database'))}"
        postgres.create_database(first)
        postgres.psql("-v", "ON_ERROR_STOP=1", stdin=shape.sql, database=first)
        make_reader(postgres, first)
        postgres.psql("-c", f"CREATE DATABASE {first}_b TEMPLATE {first}")
        postgres.psql(stdin=f"SET session_replication_role = replica; {without};", database=f"{first}_b")
        return asyncio.run(_read(shape, [postgres.dsn(name, *READER) for name in (first, f"{first}_b")]))

    return make


async def _read(shape: Shape, sources: list[str]) -> Worlds:
    policy = parse_policy(policy_text(shape.tables, shape.unit, 4.0, other_units=shape.other_units)).policy
    private, plan, public = [], None, {}
    for dsn in sources:
        async with open_snapshot(dsn) as snapshot:
            plan = plan or make_plan(policy, await read_schema(snapshot))
            public = public or await build_module._read_public(snapshot, plan, lambda phase: None)
            private.append(await build_module._read_private(snapshot, plan, public, lambda phase: None))
    assert plan is not None
    return Worlds(plan, public, private)


@pytest.mark.parametrize(
    ("shape", "unit", "without"), WITHOUT, ids=[f"{shape.name}: {unit}" for shape, unit, _ in WITHOUT]
)
def test_a_unit_moves_no_more_than_it_is_charged(
    shape: Shape, unit: str, without: str, worlds: Callable[[Shape, str], Worlds], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = worlds(shape, without)
    used = found.watched(monkeypatch).used
    of_unit = {each.name: each for each in found.plan.units}[unit]
    mine = {plan.table.qualified for plan in found.plan.tables.values() if unit in plan.owner_path}
    assert 0 < sum(used[name] for name in mine) <= of_unit.rho_nano / NANO
    assert {name: rho for name, rho in used.items() if name not in mine and rho} == {}
    for name in mine:
        assert used[name] <= next(plan for plan in found.plan.tables.values() if plan.table.qualified == name).rho_nano


def test_rows_of_unbounded_weight_are_seen(
    worlds: Callable[[Shape, str], Worlds], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The comparison itself: a unit with many rows moves more than is charged where nothing bounds their weight."""
    shape, unit, without = WITHOUT[0]
    many = "INSERT INTO message SELECT 10000 + i, 5, 1, true FROM generate_series(1, 3000) i;"
    heavy = Shape(shape.name, shape.sql + many, shape.tables)
    faults.unbounded_mass(monkeypatch)
    found = worlds(heavy, without)
    assert sum(found.watched(monkeypatch).used.values()) > found.plan.rho_nano / NANO
