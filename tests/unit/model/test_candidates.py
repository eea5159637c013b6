"""What is asked of pairs: grains within limits, cells that fit the model's tables, and last scores over the columns' own codes."""

from __future__ import annotations

from math import prod

import numpy as np

from synth.measure.counts import Maps, NoisyScores
from synth.model.candidates import ROWS, Candidates
from synth.model.coarsen import coarsen
from synth.model.domain import Domain
from synth.model.fit import fit
from synth.model.shares import Limits
from synth.model.tree import Graph, junction_tree

SIZES = {"day": 60, "price": 40, "kind": 3, "one": 1}


def offered(rows: float, limits: Limits) -> Candidates:
    """Of two ordered columns, a list and a column of one value."""
    rng = np.random.default_rng(1)
    domain = Domain.of(SIZES, ordered=("day", "price"))
    counts = {axis.name: rng.integers(50, 90, axis.size).astype(float) for axis in domain.axes}
    merged = {
        axis.name: coarsen(counts[axis.name], 3.0, counts[axis.name].sum(), ordered=axis.ordered, size_max=30)
        for axis in domain.axes
    }
    held = {name: merged[name].gather(counts[name]) for name in ("day", "price")}
    return Candidates(domain, merged, held, 300, rows, limits)


def size(maps: Maps, name: str) -> int:
    """Cells of a column as it is seen."""
    return int(maps[name][-1]) + 1 if name in maps else {"day": 30, "price": 20, "kind": 3}[name]


def test_each_pair_is_asked_in_grains_that_grow() -> None:
    candidates = offered(1e9, Limits())
    assert set(candidates.pairs) == {("day", "price"), ("day", "kind"), ("price", "kind")}
    asked = candidates.questions()
    values = np.arange(1.0, len(asked) + 1)
    levels = candidates.levels(NoisyScores(tuple(pair for pair, _ in asked), values, 1.0))
    cells = [level.cells for level in levels["day", "price"]]
    assert len(cells) > 2 and cells == sorted(set(cells)) and cells[-1] <= 900
    assert [maps for pair, maps in asked if pair == ("day", "price")][0] == candidates.grain(("day", "price"), 0)


def test_cells_hold_enough_rows_and_fit_the_limits() -> None:
    few = offered(2_000.0, Limits()).levels
    asked = offered(2_000.0, Limits()).questions()
    levels = few(NoisyScores(tuple(pair for pair, _ in asked), np.ones(len(asked)), 1.0))
    assert max(level.cells for level in levels["day", "price"]) <= max(2_000 / ROWS, 64)
    small = offered(1e9, Limits(pair_cells=70))
    assert {pair for pair, _ in small.questions()} == {("day", "price"), ("price", "kind"), ("day", "kind")}
    assert max(prod(size(maps, name) for name in pair) for pair, maps in small.questions()) <= 70
    assert len(small.questions()) < len(offered(1e9, Limits()).questions()), "a pair keeps the grains that fit"
    assert len(offered(1e9, Limits(score_cells=200)).pairs) == 1


def test_tables_are_the_models_over_what_is_asked() -> None:
    for limits, fine in ((Limits(), True), (Limits(score_cells=2_000), False)):
        candidates = offered(1e9, limits)
        sizes = {name: column.size for name, column in candidates._merged.items()}
        model = fit(junction_tree(Graph(sizes)), sizes, [], 1.0, {}, {}, 0).model
        for (pair, maps), table in zip(candidates.questions(), candidates.tables(model), strict=True):
            shape = [int(maps[name][-1]) + 1 if name in maps else sizes[name] for name in pair]
            assert list(table.shape) == shape and np.isclose(table.sum(), 1)
        asked, tables = candidates.last(model)
        found = {pair: (maps, table.shape) for (pair, maps), table in zip(asked, tables, strict=True)}
        assert found["day", "kind"] == ({}, (60, 3))
        maps, shape = found["day", "price"]
        assert (
            (prod(shape) == 2_400 and not maps)
            if fine
            else (shape == (sizes["day"], sizes["price"]) and len(maps) == 2)
        )
