"""A build of a source whose rows of one owner are alike: the double's are, the budget holds, and release and review say what was asked."""

from __future__ import annotations

import asyncio
from pathlib import Path

import duckdb
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.load import parse_policy
from policies.stores.sqlite import SqliteLedger
from synth.build import BuildRequest, build
from synth.plan.budget import CHOOSING, MEASURING
from synth.release.manifest import Manifest
from tests.policy_text import policy_text
from tests.unit.synth.made_source import READER, make_reader

# Visits of a person are of one kind and within three weeks; their rooms have nothing to do with each other.
SOURCE = """
CREATE TABLE person (id int PRIMARY KEY, active boolean NOT NULL);
INSERT INTO person SELECT i, i % 5 > 0 FROM generate_series(1, 2000) i;
CREATE TABLE visit (id int PRIMARY KEY, person_id int NOT NULL REFERENCES person, day date NOT NULL, kind text NOT NULL,
  room int NOT NULL);
INSERT INTO visit
  SELECT i, p, date '2020-01-01' + p * 7919 % 1800 + i * 31 % 21, (ARRAY['a', 'b', 'c'])[1 + p % 3], 1 + abs(hashint4(i)) % 5
  FROM (SELECT i, 1 + i % 1900 AS p FROM generate_series(1, 5000) i) v;
"""
TABLES = """
  public.person: {columns: {id: auto, active: auto}}
  public.visit:
    columns:
      id: auto
      person_id: auto
      day: {as: number, bounds: ['2020-01-01', '2024-12-31'], step: 14}
      kind: {as: category, values: [a, b, c], source: the desk}
      room: {as: number, bounds: [1, 5], step: 1}
"""
# Of pairs of visits of one person.
PAIRS = """
SELECT count(*), avg((a.kind = b.kind)::int), avg((abs(a.day - b.day) <= 60)::int), avg((a.room = b.room)::int)
FROM visit a JOIN visit b ON a.person_id = b.person_id AND a.id < b.id
"""


@pytest.fixture(scope="module")
def release(
    postgres: EmbeddedPostgres, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Manifest, Path, SqliteLedger]:
    postgres.create_database("alike")
    postgres.psql(database="alike", stdin=SOURCE)
    make_reader(postgres, "alike")
    state = tmp_path_factory.mktemp("alike")
    ledger = SqliteLedger(state / "ledger.sqlite")
    request = BuildRequest(postgres.dsn("alike", *READER), state / "releases", "alike", epsilon=8.0, seed=1)
    manifest = asyncio.run(
        build(request, parse_policy(policy_text(TABLES, epsilon=8)).policy, ledger, lambda phase: None)
    )
    return manifest, state / "releases" / f"{manifest.release:06d}", ledger


def test_rows_of_one_owner_are_alike(release: tuple[Manifest, Path, SqliteLedger]) -> None:
    manifest, folder, _ = release
    visit = next(table for table in manifest.tables if table.name == "visit")
    names = {column.name: f"c{column.attnum}" for column in visit.columns}
    shown = ", ".join(f'{stored} AS "{name}"' for name, stored in names.items())
    with duckdb.connect(str(folder / "replica.duckdb"), read_only=True) as replica:
        ((pairs, kind, day, room),) = replica.execute(
            f"WITH visit AS (SELECT {shown} FROM t{visit.oid}) {PAIRS}"
        ).fetchall()
    assert pairs > 3_000
    assert kind > 0.85, "a third by chance"
    assert day > 0.75, "a fifteenth by chance"
    assert room == pytest.approx(0.2, abs=0.06)


def test_release_ledger_and_review_say_what_was_asked(release: tuple[Manifest, Path, SqliteLedger]) -> None:
    manifest, _, ledger = release
    asked = [row for row in manifest.measurements if row.purpose in (CHOOSING, MEASURING)]
    assert {row.table for row in asked} == {"public.visit"}
    assert len([row for row in asked if row.purpose == CHOOSING]) == 3
    assert {row.sensitivity for row in asked} == {1024}
    spent = sum(row.rho_nano for row in manifest.measurements)
    assert manifest.privacy is not None and spent <= manifest.privacy.rho_nano
    assert spent == ledger.totals("alike", manifest.privacy.unit).spent_nano
    choices = next(answer for answer in manifest.review if answer.id == "choices")
    assert set(choices.facts["columns_alike_within_an_owner"]) == {"public.visit.day", "public.visit.kind"}  # type: ignore[arg-type]
