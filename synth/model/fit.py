"""Fitting a junction-tree model to noisy marginals: entropic mirror descent on the weighted squared error.

Takes noisy counts, gives probabilities; refuses to know tables, budgets and where noise comes from. The loss is
sum |N p - y|^2 / (2 sd^2); a step subtracts eta times its gradient from the log-potentials, eta by Armijo's rule.
Facts: McKenna, Sheldon and Miklau 2019 (Private-PGM), algorithm 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from synth.measure.counts import NO_MAPS, Floats, Maps
from synth.model.grain import gathered, spread_out
from synth.model.infer import Model, calibrate
from synth.model.tree import Clique, JunctionTree

Potentials = dict[Clique, Floats]


@dataclass(frozen=True, slots=True)
class Target:
    """What a marginal should be. counts: in rows. deviation: standard deviation of each cell, same shape, in rows. maps: from the model's
    codes to the cells, runs of them: the same for targets of one shape."""

    columns: Clique
    counts: Floats = field(repr=False)
    deviation: Floats = field(repr=False)
    maps: Maps = field(default_factory=lambda: NO_MAPS, repr=False)


@dataclass(frozen=True, slots=True)
class Fit:
    """A model and the log-potentials that make it, one table a set of columns; a warm start for a larger tree."""

    model: Model
    potentials: Potentials = field(repr=False)


def fit(
    tree: JunctionTree,
    sizes: Mapping[str, int],
    targets: Sequence[Target],
    total: float,
    start: Potentials,
    zeros: Mapping[Clique, Floats],
    iterations: int,
) -> Fit:
    """Descend from `start` for at most `iterations` accepted steps. total: rows the counts speak of, > 0."""
    merged = merge_targets(targets)
    potentials = {target.columns: np.zeros([sizes[name] for name in target.columns]) for target in merged} | start
    model = calibrate(tree, sizes, potentials, zeros)
    marginals, gradients, loss = _look(model, merged, total)
    step = 1.0 / max(_curvature(merged, total), 1e-300)
    for _ in range(iterations):
        while True:
            tried = _moved(potentials, merged, gradients, step)
            model_tried = calibrate(tree, sizes, tried, zeros)
            marginals_tried, gradients_tried, loss_tried = _look(model_tried, merged, total)
            moved = sum(float((g * (p - q)).sum()) for g, p, q in zip(gradients, marginals, marginals_tried))
            if loss - loss_tried >= 0.5 * moved - 1e-12 * abs(loss):
                break
            step /= 2
        settled = loss - loss_tried <= 1e-7 * abs(loss)
        potentials, model, marginals, gradients, loss = tried, model_tried, marginals_tried, gradients_tried, loss_tried
        if settled:
            break
        step *= 1.5
    return Fit(model, potentials)


def merge_targets(targets: Sequence[Target]) -> list[Target]:
    """One target a set of columns and cells: repeated answers meet in their inverse-variance mean."""
    held: dict[tuple[Clique, tuple[int, ...]], Target] = {}
    for target in targets:
        seen = target.columns, target.counts.shape
        held[seen] = target if seen not in held else _mean(held[seen], target)
    return list(held.values())


def _mean(a: Target, b: Target) -> Target:
    assert a.maps.keys() == b.maps.keys(), "answers of one shape are over the same cells"
    assert all(np.array_equal(a.maps[name], b.maps[name]) for name in a.maps), "and seen through the same maps"
    weight_a, weight_b = a.deviation**-2, b.deviation**-2
    weight = weight_a + weight_b
    return Target(a.columns, (a.counts * weight_a + b.counts * weight_b) / weight, weight**-0.5, a.maps)


def _look(model: Model, targets: Sequence[Target], total: float) -> tuple[list[Floats], list[Floats], float]:
    """Marginals of the model, gradients of the loss with respect to them, and the loss."""
    marginals, gradients, loss = [], [], 0.0
    for target in targets:
        marginal = gathered(model.marginal(target.columns), target.columns, target.maps)
        residual = (total * marginal - target.counts) / target.deviation
        loss += 0.5 * float((residual * residual).sum())
        marginals.append(marginal)
        gradients.append(total * residual / target.deviation)
    return marginals, gradients, loss


def _moved(potentials: Potentials, targets: Sequence[Target], gradients: Sequence[Floats], step: float) -> Potentials:
    moved = dict(potentials)
    for target, gradient in zip(targets, gradients):
        moved[target.columns] = moved[target.columns] - step * spread_out(gradient, target.columns, target.maps)
    return moved


def _curvature(targets: Sequence[Target], total: float) -> float:
    """Largest second derivative of the loss in a probability: the first step is its inverse."""
    return max((float((total / target.deviation).max()) ** 2 for target in targets), default=1.0)
