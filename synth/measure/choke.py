"""The choke point: the only reader of encoded private rows. Every answer is charged, durably, before it is computed.

Holds the rows, asks a spender, adds noise through `noise` and remembers each answer's cost for the manifest. What an
earlier run of the build was answered is given again by `replay`, at no charge. Refuses to know models, files and
clients. INVARIANT: no method returns or raises anything derived from rows without a receipt.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from functools import partial
from itertools import groupby
from math import prod
from operator import itemgetter

import numpy as np

from synth.measure.counts import NO_MAPS, Clique, Floats, Maps, NoisyMarginal, NoisyScores, NothingLeft
from synth.measure.discovery import contributions, threshold
from synth.measure.measurement import GRID, Measurement, Spender, stacked_sensitivity
from synth.measure.noise import discrete_gaussian
from synth.measure.replay import Answer, Replay
from synth.measure.rows import Units, WeightedCodes, exact_fan_outs, exact_marginal, seen_through
from synth.release.manifest import MeasurementRow

_MODEL_CELLS_MAX = 1 << 22
_MODEL_MAX = float(1 << 30)  # rows of one model cell


class Choke:
    """Answers questions about private tables. log: what was asked and paid, in order, fit to publish. jobs: threads that count for one
    answer; answers themselves come one after another, so that their order tells nothing of how long rows were counted."""

    def __init__(
        self, spender: Spender, tables: Sequence[WeightedCodes] = (), replay: Replay | None = None, jobs: int = 1
    ) -> None:
        assert jobs >= 1, "somebody counts"
        self._jobs = jobs
        self._spender = spender
        self._replay = replay or Replay()
        self._tables: dict[str, WeightedCodes] = {}
        self._names: dict[str, str] = {}
        self._maps: dict[str, str] = {}  # hash of the maps that a view is seen through
        self.log: list[MeasurementRow] = []
        self.passed_over: list[Measurement] = []  # questions that losses left too little for
        self.delta_femto = 0  # failure probability of all discoveries so far
        for rows in tables:
            self.add(rows)

    def add(self, rows: WeightedCodes) -> None:
        """Take charge of a table. Its name is its handle."""
        assert rows.name not in self._tables, "a table is added once"
        rows.check()
        self._tables[rows.name] = rows
        self._names[rows.name] = rows.name

    def forget(self, table: str) -> None:
        """Drop a table's rows and every view of them."""
        for handle in [handle for handle, name in self._names.items() if name == self._names[table]]:
            del self._tables[handle], self._names[handle]
            self._maps.pop(handle, None)

    def sensitivity(self, table: str) -> int:
        """Weight bound of one unit in the table, in grid units. Public: it comes from policy or noisy answers."""
        return self._tables[table].sensitivity

    def weigh(self, table: str, mass: int) -> None:
        """Bound one owner's weight in the table to `mass` grid units. mass must be public (policy or noisy answers)."""
        assert list(self._names.values()).count(table) == 1, "a table is weighed before it is seen through maps"
        self._tables[table] = self._tables[table].weigh(mass)
        self._tables[table].check()

    def coarsen(self, table: str, maps: Maps) -> str:
        """A handle on the table seen through public maps of codes."""
        views = sum(name == self._names[table] for name in self._names.values())
        handle = f"{self._names[table]} view {views}"
        self._tables[handle] = self._tables[table].recode(maps)
        self._names[handle] = self._names[table]
        self._maps[handle] = _hash_of_maps(maps)
        return handle

    def marginal(
        self, table: str, columns: Clique, sigma: Fraction, purpose: str, maps: Maps = NO_MAPS
    ) -> NoisyMarginal:
        """Noisy counts of every cell over columns, empty or not, seen through public maps. sigma: in grid units."""
        rows = self._tables[table]
        shape = rows.shape(columns, maps)
        planned = Measurement(self._names[table], columns, purpose, rows.sensitivity, sigma, rows.grid)

        def answer(charge: Measurement) -> Answer:
            return list(discrete_gaussian(exact_marginal(rows, columns, maps), charge.sigma).tolist())

        charge, answered = self._ask(planned, table, ["marginal", shape, _hash_of_maps(maps)], answer)
        noisy = np.array(answered, dtype=np.int64)
        return NoisyMarginal(columns, (noisy / rows.grid).reshape(shape), float(charge.sigma) / rows.grid)

    def scores(
        self,
        table: str,
        cliques: Sequence[Clique],
        model: Sequence[Floats],
        sigma: Fraction,
        purpose: str,
        maps: Sequence[Maps] = (),
    ) -> NoisyScores:
        """Noisy L1 distance between the data and each model marginal (in rows). sigma: in grid units.

        The model is rounded to the grid first, so that a score is an exact integer and changes by at most the unit's
        mass: no rounding is left to pay for. One vector, so L2 sensitivity is mass * sqrt(number of scores). maps: public,
        through which each clique's columns are seen; a unit's mass is the same through any.
        """
        maps = tuple(maps) or (NO_MAPS,) * len(cliques)
        rows = self._tables[table]
        assert len(cliques) == len(model) == len(maps) > 0, "each clique has its model"
        shapes = [rows.shape(*seen) for seen in zip(cliques, maps)]
        assert shapes == [fit.shape for fit in model], "over the same cells"
        assert max(fit.size for fit in model) <= _MODEL_CELLS_MAX, "sums of a scored marginal stay inside int64"
        sensitivity = stacked_sensitivity(rows.sensitivity, len(cliques))
        columns = tuple(sorted({column for clique in cliques for column in clique}))
        name = self._names[table]
        planned = Measurement(name, columns, f"{purpose}: {len(cliques)} scores", sensitivity, sigma, rows.grid)

        def answer(charge: Measurement) -> Answer:
            alike = [list(group) for _, group in groupby(zip(cliques, maps, model), key=itemgetter(0))]
            with ThreadPoolExecutor(self._jobs) as threads:
                exact = np.array(
                    [one for group in threads.map(partial(_l1, rows), alike) for one in group], dtype=np.int64
                )
            return list(discrete_gaussian(exact, charge.sigma).tolist())

        # Not the model's numbers: the answers before this one decide them, but for the last digits on another processor.
        seen = [_hash_of_maps(each) for each in maps]
        charge, answered = self._ask(planned, table, ["scores", list(cliques), shapes, seen], answer)
        noisy = np.array(answered, dtype=np.int64)
        return NoisyScores(tuple(cliques), noisy / rows.grid, float(charge.sigma) / rows.grid, maps)

    def histogram(self, table: str, edges: Sequence[int], sigma: Fraction, purpose: str) -> NoisyMarginal:
        """Noisy number of owners by fan-out. edges: ascending; bin i holds owners of edges[i] .. edges[i+1]-1 rows, the
        last bin is open, fan-outs below edges[0] are not counted. An owner is in one bin: sensitivity is one owner,
        that is one grid unit of a grid of 1. sigma: in owners."""
        rows = self._tables[table]
        assert rows.units is not None, "a fan-out needs owners"
        assert list(edges) == sorted(set(edges)) and len(edges) > 0 and edges[0] >= 1
        planned, units = Measurement(self._names[table], ("fan-out",), purpose, 1, sigma, 1), rows.units

        def answer(charge: Measurement) -> Answer:
            bins = np.searchsorted(np.asarray(edges, dtype=np.int64), exact_fan_outs(units), side="right") - 1
            exact = np.bincount(bins[bins >= 0], minlength=len(edges)).astype(np.int64)
            return list(discrete_gaussian(exact, charge.sigma).tolist())

        charge, answered = self._ask(planned, table, ["fan-outs", list(edges)], answer)
        return NoisyMarginal(("fan-out",), np.array(answered, dtype=np.float64), float(charge.sigma))

    def discover(
        self,
        table: str,
        column: str,
        values: Sequence[Hashable | None],
        units: Units,
        *,
        max_values: int,
        sigma: Fraction,
        delta_femto: int,
        per_unit: int = 1,
    ) -> list[Hashable]:
        """Values of a column that enough owners have, at most max_values, most frequent (by noisy weight) first.

        values, units: private, one a row. per_unit: distinct values one owner may contribute to. sigma: grid units.
        """
        planned = Measurement(self._names[table], (column,), "discovery", GRID, sigma, GRID, delta_femto)

        def answer(charge: Measurement) -> Answer:
            limit = threshold(float(charge.sigma), per_unit, charge.delta_femto)
            found = contributions(values, units, per_unit)
            noisy = discrete_gaussian(found.weights, charge.sigma)
            above = np.flatnonzero(noisy > limit)
            # Ties are broken by the value itself, never by the order in which the source gave its rows.
            ranked = sorted(above.tolist(), key=lambda i: (-int(noisy[i]), repr(found.values[i])))
            return [found.values[i] for i in ranked[:max_values]]

        return self._ask(planned, table, ["discovery", max_values, per_unit], answer)[1]

    def _ask(
        self, planned: Measurement, handle: str, asked: Sequence[object], answer: Callable[[Measurement], Answer]
    ) -> tuple[Measurement, Answer]:
        """What the measurement cost in the end, and its answer: an earlier run's, or one that is paid for before it exists. Raises what the
        spender raises, before anything is read."""
        for lost in self._replay.losses():
            self._note(lost.charge, lost.seq, "lost: ")
        try:
            charge = self._replay.afford(planned)
        except NothingLeft:
            self.passed_over.append(planned)
            raise
        question = _hash([planned.table, self._maps.get(handle, ""), *asked])
        if past := self._replay.answered(planned, charge, question):
            assert past.answer is not None, "what was lost is passed over"
            self._note(charge, past.seq)
            return charge, past.answer
        receipt = self._spender.spend(charge)
        self._note(charge, receipt.seq)
        answered = answer(charge)
        self._replay.keep(planned, charge, receipt.seq, question, answered)
        return charge, answered

    def _note(self, charge: Measurement, seq: int, fate: str = "") -> None:
        """For the manifest."""
        self.delta_femto += charge.delta_femto
        self.log.append(
            MeasurementRow(
                table=charge.table,
                columns=charge.columns,
                purpose=fate + charge.purpose,
                sensitivity=charge.sensitivity,
                sigma=str(charge.sigma),
                grid=charge.grid,
                rho_nano=charge.rho_nano,
                ledger_seq=seq,
            )
        )


def _hash(values: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def _hash_of_maps(maps: Maps) -> str:
    return _hash([[name, hashlib.sha256(codes.astype("<i4").tobytes()).hexdigest()] for name, codes in maps.items()])


def _l1(rows: WeightedCodes, asked: Sequence[tuple[Clique, Maps, Floats]]) -> list[int]:
    """Exact L1 distances, in grid units, between marginals of one clique, each through its maps, and the model's rounded to the grid. Rows
    are read once for all maps.

    The clip keeps any model, even a senseless one, where int64 sums cannot wrap: wrapping would break the sensitivity.
    """
    clique = asked[0][0]
    once = len(asked) > 1 and prod(rows.shape(clique)) <= _MODEL_CELLS_MAX
    whole = exact_marginal(rows, clique).reshape(rows.shape(clique)) if once else None
    found = []
    for _, maps, fit in asked:
        rounded = np.rint(np.clip(np.nan_to_num(fit.reshape(-1)), 0, _MODEL_MAX) * rows.grid).astype(np.int64)
        exact = exact_marginal(rows, clique, maps) if whole is None else seen_through(whole, clique, maps).reshape(-1)
        found.append(int(np.abs(exact - rounded).sum()))
    return found
