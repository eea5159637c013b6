"""The choke point: charge first, then read; the right price for each kind of answer."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest

from policies.errors import BudgetExhausted
from synth.measure import choke as choke_module
from synth.measure.choke import Choke
from synth.measure.counts import NO_MAPS, Maps
from synth.measure.measurement import GRID, Measurement, sigma_for
from synth.measure.rows import WeightedCodes, row_weights
from tests.unit.measure.spending import MemoryReceipt, MemorySpender

PLENTY = 10**30
TINY = Fraction(1, 1024)  # no noise but for a chance of e^-500000


def table(units: list[int] | None = None, mass: int = GRID) -> WeightedCodes:
    """Four rows: a in 0..1, b in 0..2."""
    owners = np.array([0, 1, 2, 3] if units is None else units, dtype=np.int64)
    codes = {"a": np.array([0, 1, 1, 1], dtype=np.int32), "b": np.array([0, 2, 2, 1], dtype=np.int32)}
    return WeightedCodes("t", {"a": 2, "b": 3}, codes, row_weights(owners, mass), mass, units=owners)


@pytest.fixture()
def no_reading(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Fails the test where rows are read before a charge was made."""
    charged: list[str] = []

    def guard(name: str) -> None:
        real = getattr(choke_module, name)

        def watched(*args: object) -> object:
            assert charged, f"{name} was called before a charge"
            return real(*args)

        monkeypatch.setattr(choke_module, name, watched)

    for name in ("exact_marginal", "exact_fan_outs", "contributions"):
        guard(name)
    yield charged


class Watching(MemorySpender):
    """Tells the guard that a charge was made."""

    def __init__(self, charged: list[str]) -> None:
        super().__init__(PLENTY)
        self.charged = charged

    def spend(self, charge: Measurement) -> MemoryReceipt:
        self.charged.append(charge.purpose)
        return super().spend(charge)


def ask_everything(choke: Choke) -> Iterator[object]:
    """One question of every kind."""
    one = Fraction(1024)
    yield lambda: choke.marginal("t", ("a",), one, "one-way")
    yield lambda: choke.scores("t", [("a",)], [np.zeros(2)], one, "round")
    yield lambda: choke.histogram("t", [1, 2], one, "fan-out")
    names, owners = ["x"] * 4, np.arange(4)
    yield lambda: choke.discover("t", "c", names, owners, max_values=3, sigma=one, delta_femto=10**6)


def test_charge_comes_before_the_read(no_reading: list[str]) -> None:
    choke = Choke(Watching(no_reading), [table()])
    for ask in ask_everything(choke):
        no_reading.clear()
        ask()  # type: ignore[operator]
    assert [row.ledger_seq for row in choke.log] == [1, 2, 3, 4]


def test_a_refused_charge_reads_nothing(no_reading: list[str]) -> None:
    choke = Choke(MemorySpender(0), [table()])
    for ask in ask_everything(choke):
        with pytest.raises(BudgetExhausted):
            ask()  # type: ignore[operator]
    assert not choke.log


def test_marginal_is_in_rows_and_priced_by_the_mass() -> None:
    spender = MemorySpender(PLENTY)
    choke = Choke(spender, [table(units=[0, 1, 1, 1], mass=2048)])
    answer = choke.marginal("t", ("b", "a"), TINY, "pair")
    assert answer.shape == (3, 2) and answer.sigma == float(TINY) / GRID
    # Owner 1 has three rows of floor(2048 / 3) = 682 grid units.
    assert answer.counts.tolist() == [[1.0, 0.0], [0.0, 682 / GRID], [0.0, 2 * 682 / GRID]]
    assert spender.charges == [Measurement("t", ("b", "a"), "pair", 2048, TINY)]
    row = choke.log[0]
    # The cost is half of the square of 2048 * 1024, in 1e-9.
    assert (row.sensitivity, row.sigma, row.grid, row.rho_nano) == (2048, "1/1024", GRID, 2**41 * 10**9)


def test_empty_cells_get_noise() -> None:
    choke = Choke(MemorySpender(PLENTY), [table()])
    counts = choke.marginal("t", ("a", "b"), Fraction(1 << 20), "pair").counts
    assert (counts != 0).all()  # false alarm: 6 cells * 1 / (2^20 * 2.5)


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_scores_are_l1_errors_priced_together_by_however_many(jobs: int) -> None:
    spender = MemorySpender(PLENTY)
    choke = Choke(spender, [table(mass=2048)], jobs=jobs)
    model = [np.array([2.0, 2.0]), np.array([1.0, 1.0, 0.5]), np.full((2, 3), 0.25)]
    answer = choke.scores("t", [("a",), ("b",), ("a", "b")], model, TINY, "round")
    # a: |1-2| + |3-2|; b: |1-1| + |1-1| + |2-0.5|; (a, b): |1-.25| + 2 * .25, then .25 + |1-.25| + |2-.25|
    assert answer.values.tolist() == [2.0, 1.5, 4.0]
    assert spender.charges[0].sensitivity == 3548  # ceil(2048 * sqrt(3))


def test_one_clique_is_scored_and_counted_through_several_maps() -> None:
    """Rows once, cells by cells: as if each had been asked of a view of its own."""
    rng = np.random.default_rng(9)
    codes = {"a": rng.integers(0, 5, 300), "b": rng.integers(0, 6, 300)}
    rows = WeightedCodes("t", {"a": 5, "b": 6}, codes, rng.integers(1, GRID, 300), GRID * 300)
    runs = {"a": np.array([0, 0, 1, 1, 2], dtype=np.int32), "b": np.array([0, 1, 1, 1, 2, 2], dtype=np.int32)}
    cases: list[Maps] = [NO_MAPS, {"a": runs["a"]}, {"b": runs["b"]}, runs]
    pair = ("a", "b")
    choke = Choke(MemorySpender(PLENTY), [rows])
    model = [rng.random(rows.shape(pair, maps)) * 30 for maps in cases]
    together = choke.scores("t", [pair] * 4, model, TINY, "round", cases)
    assert together.maps == tuple(cases)
    for maps, table_, value in zip(cases, model, together.values):
        view = choke.coarsen("t", maps)
        counts = choke.marginal("t", pair, TINY, "pair", maps).counts
        assert (counts == choke.marginal(view, pair, TINY, "pair").counts).all() and counts.shape == table_.shape
        assert (
            choke.scores(view, [pair], [table_], TINY, "round").values[0]
            == value
            == pytest.approx(np.abs(counts - table_).sum(), abs=0.1)
        )


def test_one_unit_moves_each_score_by_its_mass_at_most() -> None:
    rng = np.random.default_rng(5)
    for _ in range(50):
        model = rng.random(6).reshape(2, 3) * 3
        units = rng.integers(0, 3, 4)
        whole = table(units=units.tolist(), mass=1500)
        kept = whole.units != 0  # type: ignore[operator]
        codes = {name: column[kept] for name, column in whole.codes.items()}
        less = WeightedCodes("t", whole.sizes, codes, whole.weights[kept], 1500)
        maps = {"b": np.array([0, 1, 1], dtype=np.int32)}
        asked = [(("a", "b"), NO_MAPS, model), (("a", "b"), maps, model[:, :2])]
        first, second = (choke_module._l1(rows, asked) for rows in (whole, less))
        assert all(abs(one - other) <= 1500 for one, other in zip(first, second))


@pytest.mark.parametrize("cell", [float("nan"), float("inf"), -float("inf"), 1e300, -1e300])
def test_a_senseless_model_cannot_break_the_sensitivity(cell: float) -> None:
    whole = table()
    model = np.full(2, cell)
    less = WeightedCodes("t", {"a": 2}, {"a": whole.codes["a"][1:]}, whole.weights[1:], GRID)
    (first,), (second,) = (choke_module._l1(rows, [(("a",), NO_MAPS, model)]) for rows in (whole, less))
    assert abs(first - second) <= GRID


def test_histogram_counts_owners_once() -> None:
    spender = MemorySpender(PLENTY)
    choke = Choke(spender, [table(units=[0, 1, 1, 2])])
    answer = choke.histogram("t", [1, 2, 4], TINY, "fan-out")
    assert answer.counts.tolist() == [2.0, 1.0, 0.0]
    assert (spender.charges[0].sensitivity, spender.charges[0].grid) == (1, 1)


def test_a_view_is_charged_to_its_table() -> None:
    spender = MemorySpender(PLENTY)
    choke = Choke(spender, [table()])
    view = choke.coarsen("t", {"b": np.array([0, 0, 1], dtype=np.int32)})
    assert not spender.charges
    assert choke.marginal(view, ("b",), TINY, "one-way").counts.tolist() == [2.0, 2.0]
    assert spender.charges[0].table == choke.log[0].table == "t"
    choke.forget("t")
    with pytest.raises(KeyError):
        choke.marginal(view, ("b",), TINY, "one-way")


def test_weighing_changes_the_price() -> None:
    spender = MemorySpender(PLENTY)
    choke = Choke(spender, [table(units=[0, 0, 0, 0])])
    choke.weigh("t", 2048)
    assert choke.sensitivity("t") == 2048
    assert choke.marginal("t", (), TINY, "total").counts.tolist() == 4 * (2048 // 4) / GRID
    assert spender.charges[0].sensitivity == 2048


def test_the_reservation_is_a_limit() -> None:
    sigma = sigma_for(GRID, 1000)
    choke = Choke(MemorySpender(2500), [table()])
    choke.marginal("t", ("a",), sigma, "one-way")
    choke.marginal("t", ("a",), sigma, "one-way")
    with pytest.raises(BudgetExhausted):
        choke.marginal("t", ("a",), sigma, "one-way")
