"""Small odd tables through `pgdouble build`: each makes a release; the benchmark's group "shapes" has the large ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.synth import sets
from bench.synth.shapes import Shape, few, large_domain, letter, nothing, outcome, wide
from pgdouble.demo.postgres import EmbeddedPostgres

SHAPES = (
    Shape("fifty", few(), 50),
    Shape("none", few(), 0),
    Shape("one column", {"letter": letter(1)}, 200),
    Shape("one column of no row", {"letter": letter(1)}, 0),
    Shape("nulls", nothing(), 200),
    Shape("wide", wide(30), 300),
    Shape("large domain", large_domain(2_000), 500),
    Shape("little budget", few(), 200, epsilon=0.1),
    Shape("much budget", few(), 200, epsilon=10.0),
)


@pytest.mark.parametrize("shape", SHAPES, ids=[shape.title for shape in SHAPES])
def test_an_odd_table_builds(shape: Shape, postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    known = postgres.psql("-Atc", f"SELECT 1 FROM pg_roles WHERE rolname = '{sets.SOURCE_READER}'").strip()
    if not known:
        postgres.psql(stdin=sets.ROLE)
    row = outcome(postgres, shape, f"odd_{SHAPES.index(shape)}", tmp_path)
    assert row.figure.startswith("built"), row.note
