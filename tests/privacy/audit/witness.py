"""The strongest attacker: reads every noisy answer of a build, knows both worlds, and asks which of them it was.

For every question, whatever earlier answers led to it, the exact answers of both worlds are computed here, and the noisy one adds its
log-likelihood ratio. That sum is the best test there is (Neyman and Pearson), and `used` is the rho that the unit in question really
moved: what is charged beyond it is slack. Refuses to know whether the noise is what it is said to be: that is what the audit finds out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from synth import build as build_module
from synth.encode import assemble
from synth.encode.assemble import Assembler
from synth.encode.public import PublicTable
from synth.encode.tables import EncodedTable
from synth.measure.choke import Choke
from synth.measure.counts import NO_MAPS, Clique, Floats, Maps, NoisyMarginal, NoisyScores
from synth.measure.measurement import NANO
from synth.measure.rows import Codes, WeightedCodes
from synth.model.shares import Limits
from synth.model.table import fit_table
from synth.plan.model import BuildPlan
from synth.relational import learn as learn_module
from synth.relational.likeness import sibling_pairs
from tests.privacy.audit.engine import World, encode
from tests.unit.measure.spending import MemorySpender

Pair = tuple[WeightedCodes, WeightedCodes]


class Witness(Choke):
    """A choke point that is looked at from both sides. llr: evidence for the second world, in nats. bare: answers
    about what differs that are exactly the first world's. used: rho, of each table."""

    def __init__(self, spender: MemorySpender, tables: Sequence[Pair] = (), second: bool = False) -> None:
        super().__init__(spender, [pair[second] for pair in tables])
        self.llr = 0.0
        self.used: dict[str, float] = {}
        self.bare = 0
        self.worlds: dict[str, Pair] = {pair[0].name: pair for pair in tables}

    def forget(self, table: str) -> None:
        """Drop the rows; the attacker forgets nothing it needs."""
        super().forget(table)
        del self.worlds[table]

    def weigh(self, table: str, mass: int) -> None:
        """In both worlds."""
        super().weigh(table, mass)
        first, second = self.worlds[table]
        self.worlds[table] = first.weigh(mass), second.weigh(mass)

    def coarsen(self, table: str, maps: Mapping[str, Codes]) -> str:
        """In both worlds."""
        handle = super().coarsen(table, maps)
        first, second = self.worlds[table]
        self.worlds[handle] = first.recode(maps), second.recode(maps)
        return handle

    def marginal(
        self, table: str, columns: Clique, sigma: Fraction, purpose: str, maps: Maps = NO_MAPS
    ) -> NoisyMarginal:
        """The answer, once it has been looked at."""
        answer = super().marginal(table, columns, sigma, purpose, maps)
        first, second = (_weights(rows, columns, maps) for rows in self.worlds[table])
        grid = self.worlds[table][0].grid
        self._look(table, answer.counts.reshape(-1) * grid, first, second, sigma)
        return answer

    def scores(
        self,
        table: str,
        cliques: Sequence[Clique],
        model: Sequence[Floats],
        sigma: Fraction,
        purpose: str,
        maps: Sequence[Maps] = (),
    ) -> NoisyScores:
        """The answer, once it has been looked at."""
        answer = super().scores(table, cliques, model, sigma, purpose, maps)
        grid = self.worlds[table][0].grid
        rounded = [np.rint(np.clip(fit.reshape(-1), 0, None) * grid) for fit in model]
        first, second = (
            np.array([np.abs(_weights(rows, *seen) - fit).sum() for *seen, fit in zip(cliques, answer.maps, rounded)])
            for rows in self.worlds[table]
        )
        self._look(table, answer.values * grid, first, second, sigma)
        return answer

    def histogram(self, table: str, edges: Sequence[int], sigma: Fraction, purpose: str) -> NoisyMarginal:
        """The answer, once it has been looked at."""
        answer = super().histogram(table, edges, sigma, purpose)
        first, second = (
            np.histogram(np.unique(rows.units, return_counts=True)[1], [*edges, 1 << 40])[0].astype(np.float64)
            for rows in self.worlds[table]
        )
        self._look(table, answer.counts, first, second, sigma)
        return answer

    def _look(self, table: str, seen: Floats, first: Floats, second: Floats, sigma: Fraction) -> None:
        moved = second - first
        self.llr += float(moved @ (seen - (first + second) / 2)) / float(sigma) ** 2
        self.bare += int(((seen == first) & (moved != 0)).sum())
        name = self._names[table]
        self.used[name] = self.used.get(name, 0.0) + float(moved @ moved) / float(sigma) ** 2 / 2


class TwinAssembler:
    """Assembles the build's rows, and hands the witness those of both worlds by the same noisy answers."""

    def __init__(self, witness: Witness, worlds: Sequence[Mapping[int, EncodedTable]], second: bool) -> None:
        self._witness, self._second = witness, second
        self._worlds = [Assembler(world) for world in worlds]

    def owners_only(self, plan: BuildPlan) -> WeightedCodes:
        """Whose rows they are."""
        return self._both(*(world.owners_only(plan) for world in self._worlds))

    def column(self, *asked: object) -> WeightedCodes:
        """One column of a table."""
        return self._both(*(world.column(*asked) for world in self._worlds))

    def recode(self, *asked: object) -> None:
        """See a column through a map."""
        for world in self._worlds:
            world.recode(*asked)

    def fan_outs(self, *asked: object) -> WeightedCodes:
        """A table's owners."""
        return self._both(*(world.fan_outs(*asked) for world in self._worlds))

    def siblings(self, *asked: object) -> WeightedCodes:
        """Pairs of siblings, drawn alike in both worlds: in the order that rows lie in. The bound is one for any draws."""
        lie: Any = SimpleNamespace(permutation=np.arange)
        with patch.object(assemble, "sibling_pairs", lambda owners, rng: sibling_pairs(owners, lie)):
            return self._both(*(world.siblings(*asked) for world in self._worlds))

    def rows(self, *asked: object) -> WeightedCodes:
        """A table's rows."""
        return self._both(*(world.rows(*asked) for world in self._worlds))

    def _both(self, first: WeightedCodes, second: WeightedCodes) -> WeightedCodes:
        self._witness.worlds[first.name] = first, second
        return second if self._second else first


def watched(patch: pytest.MonkeyPatch, plan: BuildPlan, worlds: Sequence[World], second: bool) -> Witness:
    """One build's measurements, watched. Models are not fitted, which no answer of these worlds' plans needs to be good."""
    return watched_rows(patch, plan, [encode(plan, world) for world in worlds], {}, second)


def watched_rows(
    patch: pytest.MonkeyPatch,
    plan: BuildPlan,
    worlds: Sequence[Mapping[int, EncodedTable]],
    public: Mapping[int, PublicTable],
    second: bool,
) -> Witness:
    """The same of rows that are read already."""
    witness = Witness(MemorySpender(sum(unit.rho_nano for unit in plan.units)))
    patch.setattr(build_module, "Assembler", lambda _: TwinAssembler(witness, worlds, second))
    patch.setattr(learn_module, "fit_table", partial(fit_table, limits=Limits(iterations=0)))
    build_module._measure(plan, worlds[second], public, witness, lambda phase: None)
    return witness


def evidence(
    patch: pytest.MonkeyPatch, plan: BuildPlan, worlds: Sequence[World], runs: int
) -> tuple[np.ndarray, np.ndarray]:
    """Evidence of `runs` builds of each world: two features each."""
    found = []
    for second in (False, True):
        builds = (watched(patch, plan, worlds, second) for _ in range(runs))
        found.append(np.array([[witness.llr, witness.bare] for witness in builds]))
    return found[0], found[1]


def used_share(patch: pytest.MonkeyPatch, plan: BuildPlan, worlds: Sequence[World], runs: int) -> float:
    """Share of the plan's rho that the unit between the worlds really moved."""
    return (
        float(np.mean([sum(watched(patch, plan, worlds, True).used.values()) for _ in range(runs)]))
        * NANO
        / plan.rho_nano
    )


def _weights(rows: WeightedCodes, columns: Clique, maps: Maps = NO_MAPS) -> Floats:
    """Weight of every cell, added one row at a time: not the engine's way."""
    seen = [maps[name][rows.codes[name]] if name in maps else rows.codes[name] for name in columns]
    sizes = [int(maps[name].max()) + 1 if name in maps else rows.sizes[name] for name in columns]
    cells = np.zeros((1, *sizes))
    one_axis = np.zeros(len(rows.weights), dtype=np.int64)  # so that a table without columns has an index too
    np.add.at(cells, (one_axis, *seen), rows.weights)
    return cells.reshape(-1)
