"""Inference on junction trees against brute force."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest

from synth.model.infer import Model, calibrate
from synth.model.tree import Graph, junction_tree
from tests.unit.model.brute import joint, marginal

SIZES = {"a": 2, "b": 3, "c": 4, "d": 2, "e": 3}

SHAPES = [
    ("independent", ["a", "b", "c", "d", "e"]),
    ("chain", ["ab", "bc", "cd", "de"]),
    ("star", ["ca", "cb", "cd", "ce"]),
    ("two islands", ["ab", "cd", "e"]),
    ("loop", ["ab", "bc", "cd", "ad", "e"]),
    ("triples", ["abc", "cde"]),
    ("out of order", ["ba", "dcb", "e"]),
]


def model_of(shape: list[str], seed: int = 1) -> tuple[Model, np.ndarray]:
    """A random model of that shape, and its joint by brute force."""
    rng = np.random.default_rng(seed)
    potentials = {tuple(c): rng.normal(0, 2, tuple(SIZES[name] for name in c)) for c in shape}
    tree = junction_tree(Graph(SIZES, [tuple(c) for c in shape]))
    return calibrate(tree, SIZES, potentials, {}), joint(SIZES, potentials)


@pytest.mark.parametrize(("title", "shape"), SHAPES)
def test_beliefs_and_all_pairs(title: str, shape: list[str]) -> None:
    model, whole = model_of(shape)
    names = tuple(SIZES)
    for clique, belief in zip(model.tree.cliques, model.beliefs):
        np.testing.assert_allclose(belief, marginal(whole, names, clique), atol=1e-10, err_msg=title)
    pairs = list(permutations(names, 2))
    found = dict(model.pairs(pairs))
    for pair in pairs:
        np.testing.assert_allclose(found[pair], marginal(whole, names, pair), atol=1e-10, err_msg=f"{title} {pair}")
        np.testing.assert_allclose(model.marginal(pair), found[pair], atol=1e-12)


def test_zeros_stay_zero() -> None:
    rng = np.random.default_rng(2)
    potentials = {("a", "b"): rng.normal(size=(2, 3)), ("b", "c"): rng.normal(size=(3, 4))}
    mask = np.ones((3, 4))
    mask[0, 1] = mask[2, :3] = 0
    sizes = {name: SIZES[name] for name in "abc"}
    model = calibrate(junction_tree(Graph(sizes, list(potentials))), sizes, potentials, {("b", "c"): mask})
    whole = joint(sizes, potentials) * mask[None]
    whole /= whole.sum()
    for pair in (("a", "b"), ("b", "c"), ("a", "c")):
        np.testing.assert_allclose(model.marginal(pair), marginal(whole, tuple(sizes), pair), atol=1e-10)


def test_extreme_potentials_stay_finite() -> None:
    potentials = {("a", "b"): np.array([[1e6, -1e6, 0], [0, 0, 0.0]]), ("b", "c"): np.full((3, 4), -1e9)}
    sizes = {name: SIZES[name] for name in "abc"}
    model = calibrate(junction_tree(Graph(sizes, list(potentials))), sizes, potentials, {})
    assert all(np.isfinite(belief).all() and abs(belief.sum() - 1) < 1e-9 for belief in model.beliefs)
