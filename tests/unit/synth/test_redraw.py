"""A table of which no row passes its rules, and whose rows hold no value that would: it gets some from the declared domains."""

from __future__ import annotations

import duckdb
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from synth.plan.expressions import Expressions
from synth.plan.model import BuildPlan
from synth.release.constraints import ReplicaBroken, repair_rules
from tests.unit.synth.test_rules import planned_with, policy

# One day of two centuries has a partition; a third of all numbers would do for a, and must be more than b.
DDL = """
CREATE TABLE person (a int NOT NULL, b int NOT NULL, day date NOT NULL, kind text NOT NULL, c int,
    share int GENERATED ALWAYS AS (100 / (a % 3 - 1)) STORED, CHECK (a > b), CHECK (kind <> 'y' OR share > 0),
    CHECK (c IS NULL OR c = 4711 OR a < b)) PARTITION BY RANGE (day);
CREATE TABLE person_0 PARTITION OF person FOR VALUES FROM ('2021-02-01') TO ('2021-02-02');
"""
NEVER = "CREATE TABLE person (a int NOT NULL, b int NOT NULL, CHECK (a > b), CHECK (b > a))"
COLUMNS = """{"*": auto, kind: {as: category, values: [x, y], source: made up}}"""
ROWS = 30


def planned(postgres: EmbeddedPostgres, name: str, ddl: str, columns: str) -> tuple[BuildPlan, Expressions]:
    dsn = postgres.create_database(name)
    postgres.psql(database=name, stdin=ddl)
    return planned_with(dsn, policy("{checks: keep, defaults: keep}", f"  public.person: {{columns: {columns}}}"))


def test_rows_get_values_that_nobody_drew(postgres: EmbeddedPostgres) -> None:
    """All are alike, and wrong in each column; afterwards there are as many, all right, and not all alike."""
    plan, expressions = planned(postgres, "redrawn", DDL, COLUMNS)
    (oid,) = plan.tables
    with duckdb.connect(":memory:") as replica:
        replica.execute(
            f"CREATE TABLE t{oid} AS SELECT 1 AS c1, 5 AS c2, DATE '1999-01-01' AS c3, 'y' AS c4, 3 AS c5, CAST(NULL AS INTEGER) AS c6 "
            f"FROM range({ROWS})"
        )
        assert repair_rules(replica, plan, expressions) == []
        right = "c1 > c2 AND c3 = DATE '2021-02-01' AND (c4 <> 'y' OR c6 > 0) AND c6 = 100 // (c1 % 3 - 1) AND coalesce(c5, 4711) = 4711"
        counts = f"SELECT count(*), count(*) FILTER (WHERE {right}), count(DISTINCT c1) > 1 FROM t{oid}"
        assert replica.execute(counts).fetchone() == (ROWS, ROWS, True)


def test_what_nothing_satisfies_is_still_refused(postgres: EmbeddedPostgres) -> None:
    """And of what was tried nothing is left."""
    plan, expressions = planned(postgres, "never", NEVER, '{"*": auto}')
    (oid,) = plan.tables
    with duckdb.connect(":memory:") as replica:
        replica.execute(f"CREATE TABLE t{oid} AS SELECT 1 AS c1, 2 AS c2 FROM range({ROWS})")
        with pytest.raises(ReplicaBroken):
            repair_rules(replica, plan, expressions)
        assert replica.execute(f"SELECT count(*) FROM t{oid}").fetchone() == (ROWS,)
