"""A value of a row never decides whether a build fails, what it says, or what it asks first (design rule 9).

Two sources differ in one unit: everything it owns is at the edge of what Postgres stores, and breaks what constraints that were never
validated say. Both build, print the same and lay down the same columns.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
from dataclasses import dataclass
from pathlib import Path

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from pgdouble.expressions import SourceExpressions
from policies.load import parse_policy
from policies.stores.sqlite import SqliteLedger
from synth.build import BuildRequest, build
from synth.release.manifest import Manifest
from tests.unit.synth.made_source import READER, make_reader

TYPES = {
    "small": ("smallint", "-32768"),
    "large": ("bigint", "9223372036854775807"),
    "free": ("numeric", "'-1e131071'"),
    "fixed": ("numeric(12,2)", "'NaN'"),
    "endless": ("numeric", "'Infinity'"),
    "single": ("real", "'-Infinity'"),
    "double": ("double precision", "'NaN'"),
    "born": ("date", "'-infinity'"),
    "early": ("date", "'4713-01-01 BC'"),
    "at": ("timestamptz", "'294276-12-31 23:59:59.999999+00'"),
    "never": ("timestamp", "'infinity'"),
    "clock": ("time", "'24:00:00'"),
    "zoned": ("timetz", "'24:00:00-15:59'"),
    "lasting": ("interval", "'-178000000 years'"),
    "paid": ("money", "'-92233720368547758.08'"),
    "listed": ("text", "repeat(E'\\\\uFFFF\\n', 500000)"),
    "found": ("text", "repeat(E'\\\\U0010FFFF\\\\\\\\', 500000)"),
    "padded": ("char(9)", "''"),
    "counted": ("numeric", "'-0.000000000000000000000000000000000000000001'"),
    "raw": ("bytea", "'\\x00ff'"),
    "tree": ("jsonb", "(repeat('[', 5000) || repeat(']', 5000))::jsonb"),
    "many": ("int[]", "'[-7:-6][3:4]={{1,NULL},{NULL,2}}'"),
    "spread": ("int4range", "'empty'"),
    "home": ("inet", "'::ffff:1.2.3.4/0'"),
    "bits": ("varbit", "''"),
    "state": ("mood", "NULL"),
    "twin": ("uuid", "NULL"),
}
COLUMNS = ", ".join(f"{name} {kind}" for name, (kind, _) in TYPES.items())
SCHEMA = f"""
CREATE TYPE mood AS ENUM ('calm', 'cross');
CREATE TABLE nation (code text PRIMARY KEY, a uuid, b uuid, UNIQUE (a, b));
INSERT INTO nation VALUES ('x', gen_random_uuid(), gen_random_uuid());
CREATE TABLE person (id int PRIMARY KEY, {COLUMNS}, nation text NOT NULL, aged int NOT NULL, key_a uuid, key_b uuid,
    UNIQUE (twin), UNIQUE (key_a, key_b));
CREATE TABLE thing (
    id int PRIMARY KEY, owner int, owner_a uuid, owner_b uuid, nation_a uuid, nation_b uuid, worth numeric, at timestamptz NOT NULL,
    shout text GENERATED ALWAYS AS (nation_a::text || 1 / (id % 1000000)) VIRTUAL);
CREATE TABLE part (owner_a uuid, owner_b uuid, worth numeric);
INSERT INTO person (id, nation, aged) SELECT i, 'x', i % 90 FROM generate_series(1, 60) i;
INSERT INTO thing (id, owner, at) SELECT i, i, now() FROM generate_series(1, 60) i;
INSERT INTO part (worth) SELECT i FROM generate_series(1, 60) i;
"""
CANARY = f"""
INSERT INTO person (id, {", ".join(TYPES)}, nation, aged, key_b)
    VALUES (-2147483648, {", ".join(value for _, value in TYPES.values())}, 'nowhere', -1, gen_random_uuid());
INSERT INTO thing (id, owner, nation_b, worth, at)
    SELECT i * 1000000, -2147483648, gen_random_uuid(), 'NaN', '-infinity' FROM generate_series(1, 20) i;
INSERT INTO thing (id, owner, at) VALUES (-1, 999999, 'infinity'), (-2, NULL, '4713-01-01 BC');
INSERT INTO part VALUES (NULL, gen_random_uuid(), 'Infinity'), (gen_random_uuid(), gen_random_uuid(), 1);
"""
UNVALIDATED = """
ALTER TABLE person ADD FOREIGN KEY (nation) REFERENCES nation NOT VALID, ADD CONSTRAINT adult CHECK (aged BETWEEN 0 AND 120) NOT VALID,
    ADD CONSTRAINT named NOT NULL fixed NOT VALID;
ALTER TABLE thing ADD FOREIGN KEY (owner) REFERENCES person NOT VALID,
    ADD FOREIGN KEY (nation_a, nation_b) REFERENCES nation (a, b) NOT VALID;
ALTER TABLE part ADD FOREIGN KEY (owner_a, owner_b) REFERENCES person (key_a, key_b) NOT VALID;
"""
POLICY = """
version: 1
privacy:
  unit: public.person
  budget:   {epsilon: 4, delta: 1e-9, window: 1d}
  lifetime: {epsilon: 4, delta: 1e-9}
  release:  {epsilon: 4}
catalog: {checks: keep}
tables:
  public.nation: {public: true, because: a list}
  public.person:
    columns:
      "*": auto
      listed: {as: category, values: [a, b], source: the audit}
      found: {as: category, discover: {max_values: 9}}
      padded: {as: category, discover: {max_values: 9}}
      counted: {as: category, discover: {max_values: 9}}
      endless: {as: number, bounds: ["0", "1"], step: "0.000000000001"}
      aged: {as: number, bounds: ["0", "120"], step: "1"}
  public.thing: {columns: {"*": auto, worth: {as: number, bounds: ["0", "9"], step: "1"}}}
  public.part: {columns: {"*": auto}}
roles:
  analyst: {grants: [{tables: [public.*]}]}
"""


@dataclass(frozen=True)
class Built:
    """What a build gave away besides its rows."""

    manifest: Manifest
    said: str
    phases: list[str]


def built(postgres: EmbeddedPostgres, name: str, canary: str, state: Path) -> Built:
    """A build of the source, with or without the canary."""
    postgres.create_database(name)
    postgres.psql(database=name, stdin=SCHEMA + canary + UNVALIDATED)
    make_reader(postgres, name)
    ledger, phases, said = SqliteLedger(state / "ledger.sqlite"), list[str](), io.StringIO()
    request = BuildRequest(postgres.dsn(name, *READER), state / "releases", "hostile")
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
        manifest = asyncio.run(build(request, parse_policy(POLICY).policy, ledger, phases.append, SourceExpressions))
    return Built(manifest, said.getvalue(), phases)


def shape(manifest: Manifest) -> list[object]:
    """Columns and domains, but those that noisy answers refine, and what was asked of the unit's columns before any answer could decide
    anything."""
    columns = [
        (
            table.name,
            [
                row.model_copy(update={"domain_size": None, "domain": ""}) if "refined" in row.provenance else row
                for row in table.columns
            ],
        )
        for table in manifest.tables
    ]
    first = [row for row in manifest.measurements if row.table == "public.person" and row.purpose == "discovery"]
    return [columns, [(row.columns, row.sensitivity, row.sigma, row.rho_nano) for row in first]]


def test_a_unit_of_nothing_but_edges_changes_nothing_but_rows(
    postgres: EmbeddedPostgres, tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    for folder in ("calm", "hostile"):
        (tmp_path / folder).mkdir()
    calm = built(postgres, "calm", "", tmp_path / "calm")
    hostile = built(postgres, "hostile", CANARY, tmp_path / "hostile")
    assert hostile.phases == calm.phases
    assert hostile.said == calm.said == "" and capfd.readouterr().err == "" and caplog.text == ""
    assert shape(hostile.manifest) == shape(calm.manifest)
