"""Sampling: faithful to the model, conditional where codes are given, siblings independent given their parent."""

from __future__ import annotations

import numpy as np
import pytest

from synth.model.infer import calibrate
from synth.model.sample import draw_in_groups, sample
from synth.model.tree import Graph, junction_tree
from tests.unit.model.brute import joint, marginal, tvd

SIZES = {"a": 3, "b": 4, "c": 5, "d": 3}
CLIQUES = [("a", "b"), ("b", "c"), ("b", "d")]


def counts(codes: dict[str, np.ndarray], columns: tuple[str, ...]) -> np.ndarray:
    """Counts of every cell."""
    table = np.zeros(tuple(SIZES[name] for name in columns))
    np.add.at(table, tuple(codes[name] for name in columns), 1)
    return table


@pytest.fixture(name="model_and_joint")
def _model_and_joint():  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(8)
    potentials = {c: rng.normal(0, 1.5, tuple(SIZES[n] for n in c)) for c in CLIQUES}
    tree = junction_tree(Graph(SIZES, CLIQUES), ("a", "b"))
    return calibrate(tree, SIZES, potentials, {}), joint(SIZES, potentials)


def test_every_marginal_is_close_for_many_rows(model_and_joint) -> None:  # type: ignore[no-untyped-def]
    model, whole = model_and_joint
    codes = sample(model, SIZES, 200_000, np.random.default_rng(1), {})
    for columns in [("a", "b"), ("b", "c"), ("c", "d"), ("a", "c"), ("a", "b", "c", "d")]:
        assert tvd(counts(codes, columns), marginal(whole, tuple(SIZES), columns)) < 0.012, columns


def test_given_codes_are_kept_and_followed(model_and_joint) -> None:  # type: ignore[no-untyped-def]
    model, whole = model_and_joint
    given = {"a": np.random.default_rng(2).integers(0, 3, 90_000).astype(np.int32)}
    codes = sample(model, SIZES, 90_000, np.random.default_rng(3), given)
    assert (codes["a"] == given["a"]).all()
    for value in range(3):
        rows = {name: column[given["a"] == value] for name, column in codes.items()}
        assert tvd(counts(rows, ("b", "c")), whole[value].sum(axis=2)) < 0.02


def test_counts_are_rounded_not_drawn_freely() -> None:
    table = np.array([[0.5, 0.25, 0.25], [0.0, 0.1, 0.9]])
    groups = np.repeat([0, 1], [1000, 10])
    drawn = draw_in_groups(table, groups, np.random.default_rng(4))
    first = np.bincount(drawn[groups == 0], minlength=3)
    assert np.abs(first - [500, 250, 250]).max() <= 1
    assert np.bincount(drawn[groups == 1], minlength=3).tolist() in ([0, 1, 9], [0, 2, 8], [0, 0, 10])


def test_a_lone_row_is_an_exact_draw() -> None:
    table = np.array([[0.2, 0.0, 0.8]])
    rng = np.random.default_rng(5)
    drawn = [int(draw_in_groups(table, np.zeros(1, dtype=np.int64), rng)[0]) for _ in range(4000)]
    assert 1 not in drawn
    assert abs(drawn.count(0) / 4000 - 0.2) < 0.04  # more than six standard deviations


def test_a_group_without_mass_takes_the_overall_distribution() -> None:
    table = np.array([[0.0, 0.0], [0.0, 1.0]])
    assert draw_in_groups(table, np.zeros(5, dtype=np.int64), np.random.default_rng(6)).tolist() == [1] * 5


def test_siblings_are_shuffled(model_and_joint) -> None:  # type: ignore[no-untyped-def]
    """Without the shuffle c and d, both drawn from b, would be comonotone."""
    model, whole = model_and_joint
    codes = sample(model, SIZES, 50_000, np.random.default_rng(7), {})
    assert tvd(counts(codes, ("c", "d")), marginal(whole, tuple(SIZES), ("c", "d"))) < 0.02


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows(model_and_joint, rows: int) -> None:  # type: ignore[no-untyped-def]
    codes = sample(model_and_joint[0], SIZES, rows, np.random.default_rng(9), {})
    assert {name: len(column) for name, column in codes.items()} == dict.fromkeys(SIZES, rows)
