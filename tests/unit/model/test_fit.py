"""Fitting: exact marginals are reproduced, contradictory ones are weighed by their precision."""

from __future__ import annotations

import numpy as np

from synth.model.fit import Target, fit, merge_targets
from synth.model.grain import gathered
from synth.model.tree import Graph, junction_tree
from tests.unit.model.brute import joint, marginal, tvd

SIZES = {"a": 3, "b": 4, "c": 2, "d": 3}


def target(columns: tuple[str, ...], counts: np.ndarray, deviation: float) -> Target:
    """A target of one deviation for all cells."""
    return Target(columns, counts, np.full(counts.shape, deviation))


def test_exact_marginals_of_a_tree_give_back_the_tree() -> None:
    rng = np.random.default_rng(4)
    cliques = [("a", "b"), ("b", "c"), ("c", "d")]
    potentials = {c: rng.normal(0, 1, tuple(SIZES[n] for n in c)) for c in cliques}
    whole = joint(SIZES, potentials)
    targets = [target(c, 1000 * marginal(whole, tuple(SIZES), c), 1.0) for c in cliques]
    done = fit(junction_tree(Graph(SIZES, cliques)), SIZES, targets, 1000.0, {}, {}, 2000)
    for pair in (*cliques, ("a", "d"), ("b", "d")):
        assert tvd(done.model.marginal(pair), marginal(whole, tuple(SIZES), pair)) < 0.003


def test_repeated_targets_meet_by_precision() -> None:
    one = target(("c",), np.array([10.0, 30.0]), 1.0)
    other = target(("c",), np.array([40.0, 0.0]), 2.0)
    (merged,) = merge_targets([one, other])
    np.testing.assert_allclose(merged.counts, [(10 * 1 + 40 * 0.25) / 1.25, 30 / 1.25])
    np.testing.assert_allclose(merged.deviation, 1.25**-0.5)


def test_contradictions_follow_the_more_precise_answer() -> None:
    targets = [target(("c",), np.array([900.0, 100.0]), 1.0), target(("c", "d"), np.full((2, 3), 1000 / 6), 100.0)]
    done = fit(junction_tree(Graph(SIZES, [("c", "d")])), SIZES, targets, 1000.0, {}, {}, 500)
    assert abs(done.model.marginal(("c",))[0] - 0.9) < 0.01


def test_answers_about_one_pair_in_two_grains_are_both_met() -> None:
    """Each moves the pair's potentials: what one of them says alone is not the way down."""
    whole = np.random.default_rng(6).gamma(0.5, size=(8, 8))
    whole *= 10_000 / whole.sum()
    halves, quarters = np.repeat(np.arange(4, dtype=np.int32), 2), np.repeat(np.arange(2, dtype=np.int32), 4)
    targets = []
    for maps, deviation in (({"x": halves, "y": halves}, 5.0), ({"x": quarters}, 50.0)):
        counts = gathered(whole, ("x", "y"), maps)
        targets.append(Target(("x", "y"), counts, np.full(counts.shape, deviation), maps))
    sizes = {"x": 8, "y": 8}
    for given in (targets, targets[::-1]):
        done = fit(junction_tree(Graph(sizes, [("x", "y")])), sizes, given, 10_000.0, {}, {}, 500)
        for each in targets:
            found = 10_000 * gathered(done.model.marginal(("x", "y")), ("x", "y"), each.maps)
            assert np.sqrt(np.mean(((found - each.counts) / each.deviation) ** 2)) < 1


def test_loss_never_rises_from_a_warm_start() -> None:
    counts = np.array([[300.0, 0, 50, 10], [0, 200, 5, 5], [100, 130, 100, 100]])
    targets = [target(("a", "b"), counts, 5.0)]
    tree = junction_tree(Graph(SIZES, [("a", "b")]))
    errors, start = [], {}
    for _ in range(5):
        done = fit(tree, SIZES, targets, 1000.0, start, {}, 10)
        errors.append(float(((1000 * done.model.marginal(("a", "b")) - counts) ** 2).sum()))
        start = done.potentials
    assert errors == sorted(errors, reverse=True) and errors[-1] < errors[0]
