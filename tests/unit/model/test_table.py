"""The synthesis of one table, of every shape a table can have."""

from __future__ import annotations

import numpy as np
import pytest

from synth.measure.choke import Choke
from synth.measure.rows import WeightedCodes, unit_rows
from synth.model.domain import Axis, Domain, Forbidden
from synth.model.fitted import FittedTable
from synth.model.shares import Limits, Shares
from synth.model.table import fit_table
from tests.unit.measure.spending import MemorySpender
from tests.unit.model.brute import PlainCounts, tvd

Codes = dict[str, np.ndarray]


def chain(rows: int, sizes: dict[str, int], seed: int = 1) -> Codes:
    """Columns that each depend on the one before."""
    rng = np.random.default_rng(seed)
    codes: Codes = {}
    before = np.zeros(rows, dtype=np.int64)
    for name, size in sizes.items():
        fresh = rng.integers(0, size, rows)
        codes[name] = np.where(rng.random(rows) < 0.7, before % size, fresh).astype(np.int32)
        before = codes[name].astype(np.int64) + 1
    return codes


SMALL = Limits(tree_cells=50_000, iterations=50)  # keeps the tests fast; the shapes are the same


def fitted(codes: Codes, domain: Domain, rows: int, rho_nano: int, root: tuple[str, ...] = ()) -> FittedTable:
    """Through the real choke, checked against its budget."""
    sizes = {axis.name: axis.size for axis in domain.axes}
    spender = MemorySpender(rho_nano)
    done = fit_table(Choke(spender, [unit_rows("t", sizes, codes, rows)]), "t", domain, rho_nano, root, limits=SMALL)
    assert spender.spent_nano <= rho_nano
    return done


def counts(codes: Codes, domain: Domain, columns: tuple[str, ...]) -> np.ndarray:
    """Counts of every cell."""
    table = np.zeros(domain.shape(columns))
    np.add.at(table, tuple(codes[name] for name in columns), 1)
    return table


SHAPES: list[tuple[str, dict[str, int], int]] = [
    ("no column", {}, 100),
    ("one column", {"a": 5}, 100),
    ("one constant column", {"a": 1}, 100),
    ("constants beside a column", {"a": 1, "b": 3, "c": 1}, 100),
    ("two columns", {"a": 2, "b": 2}, 1000),
    ("an empty table", {"a": 4, "b": 3, "c": 20}, 0),
    ("an empty table without columns", {}, 0),
    ("one row", {"a": 4, "b": 3}, 1),
    ("a huge domain", {"a": 20_000, "b": 3}, 2000),
    ("many columns", {f"c{i:02}": 2 + i % 7 for i in range(25)}, 300),
]


@pytest.mark.parametrize("rho_nano", [1, 150, 15_000_000, 5_000_000_000])
@pytest.mark.parametrize(("title", "sizes", "rows"), SHAPES)
def test_every_shape_and_budget(title: str, sizes: dict[str, int], rows: int, rho_nano: int) -> None:
    domain = Domain.of(sizes, ordered=list(sizes)[:1])
    done = fitted(chain(rows, sizes), domain, rows, rho_nano)
    codes = done.sample(50, np.random.default_rng(1))
    assert list(codes) == list(sizes), title
    assert all(len(c) == 50 and c.min() >= 0 and c.max() < sizes[name] for name, c in codes.items())
    assert np.isfinite(done.total) and done.total_sigma > 0


def test_pairs_and_totals_are_close_with_a_large_budget() -> None:
    domain = Domain.of({"a": 5, "b": 6, "c": 4, "d": 3})
    codes = chain(20_000, {axis.name: axis.size for axis in domain.axes})
    done = fitted(codes, domain, 20_000, 2_000_000_000)
    assert abs(done.total - 20_000) < 6 * done.total_sigma < 100
    drawn = done.sample(done.rows(), np.random.default_rng(2))
    for pair in [("a", "b"), ("b", "c"), ("c", "d"), ("a", "c")]:
        assert tvd(counts(drawn, domain, pair), counts(codes, domain, pair)) < 0.03, pair
        assert tvd(done.marginal(pair), counts(codes, domain, pair)) < 0.03, pair


def test_independence_is_what_a_small_budget_leaves() -> None:
    """The counter-example: with one nano-rho the model knows nothing, so the test above can fail."""
    domain = Domain.of({"a": 5, "b": 6})
    codes = chain(2_000, {"a": 5, "b": 6})
    drawn = fitted(codes, domain, 2_000, 1).sample(2_000, np.random.default_rng(2))
    assert tvd(counts(drawn, domain, ("a", "b")), counts(codes, domain, ("a", "b"))) > 0.2


def test_children_follow_the_given_root() -> None:
    domain = Domain.of({"p": 4, "q": 3, "x": 4, "y": 3})
    codes = chain(30_000, {axis.name: axis.size for axis in domain.axes})
    done = fitted(codes, domain, 30_000, 5_000_000_000, root=("p", "q"))
    assert {"p", "q"} <= set(done.model.tree.cliques[0])
    chosen = codes["q"] == 2
    given = {name: codes[name][chosen] for name in ("p", "q")}
    drawn = done.sample(int(chosen.sum()), np.random.default_rng(3), given)
    assert all((drawn[name] == given[name]).all() for name in given)
    real = {name: column[chosen] for name, column in codes.items()}
    assert tvd(counts(drawn, domain, ("p", "x")), counts(real, domain, ("p", "x"))) < 0.04


def test_a_wide_root_is_merged_until_it_fits() -> None:
    sizes = {"p": 90, "q": 80, "r": 70, "s": 60, "x": 3}
    codes = {name: np.random.default_rng(4).integers(0, size, 60_000).astype(np.int32) for name, size in sizes.items()}
    done = fitted(codes, Domain.of(sizes), 60_000, 50_000_000_000, root=("p", "q", "r", "s"))
    assert np.prod([done.merged[name].size for name in "pqrs"]) <= SMALL.root_cells
    given = {name: codes[name][:500] for name in "pqrs"}
    drawn = done.sample(500, np.random.default_rng(5), given)
    assert all((drawn[name] == given[name]).all() for name in given) and drawn["x"].max() < 3


def test_forbidden_pairs_never_occur() -> None:
    mask = np.zeros((4, 5), dtype=np.bool_)
    mask[0, 1:] = mask[1:, 0] = True  # b is 0 exactly where a is 0
    domain = Domain((Axis("a", 4), Axis("b", 5), Axis("c", 3)), (Forbidden("a", "b", mask),))
    rng = np.random.default_rng(6)
    a = rng.integers(0, 4, 3000)
    codes = {"a": a, "b": np.where(a == 0, 0, rng.integers(1, 5, 3000)), "c": rng.integers(0, 3, 3000)}
    for rho_nano in (1, 10_000, 100_000_000):
        done = fitted({name: c.astype(np.int32) for name, c in codes.items()}, domain, 3000, rho_nano)
        drawn = done.sample(2000, rng)
        assert not mask[drawn["a"], drawn["b"]].any(), rho_nano


def test_mass_of_a_child_table_scales_the_noise() -> None:
    codes = {"a": np.zeros(10, dtype=np.int32)}
    sigmas = []
    for mass in (1024, 4096):
        rows = WeightedCodes("t", {"a": 2}, codes, np.full(10, 102, dtype=np.int64), mass)
        sigmas.append(fit_table(Choke(MemorySpender(10**9), [rows]), "t", Domain.of({"a": 2}), 10**6).total_sigma)
    assert sigmas[1] == pytest.approx(4 * sigmas[0], rel=1e-3)


def test_scores_tell_how_wrong_the_model_is() -> None:
    domain = Domain.of({"a": 5, "b": 6, "c": 4})
    codes = chain(20_000, {"a": 5, "b": 6, "c": 4})
    plain = PlainCounts({"a": 5, "b": 6, "c": 4}, codes, 20_000, noisy=False)
    done = fit_table(plain, "t", domain, 100_000_000)
    assert done.scores is not None
    for pair, score in zip(done.scores.cliques, done.scores.values):
        assert score == pytest.approx(np.abs(done.marginal(pair) - counts(codes, domain, pair)).sum(), abs=1e-6)


def test_the_first_questions_do_not_depend_on_the_rows() -> None:
    """What is asked before any answer is the same for an empty and a full table, costs included; after the total, which tells how much
    noise matters, the same columns are."""
    sizes = {"a": 7, "b": 3, "c": 40}
    asked = []
    for rows in (0, 5000):
        spender = MemorySpender(10**7)
        choke = Choke(spender, [unit_rows("t", sizes, chain(rows, sizes), rows)])
        fit_table(choke, "t", Domain.of(sizes), 10**7)
        asked.append([charge for charge in spender.charges if charge.purpose == "one-way"])
    assert asked[0][0] == asked[1][0]
    assert [[charge.columns for charge in each] for each in asked] == [[(), ("a",), ("b",), ("c",)]] * 2


def test_columns_get_more_where_their_noise_matters() -> None:
    sizes = {"a": 7, "b": 3, "c": 40}
    sigmas = []
    for rows in (100, 100_000):
        spender = MemorySpender(10**6)
        fit_table(Choke(spender, [unit_rows("t", sizes, chain(rows, sizes), rows)]), "t", Domain.of(sizes), 10**6)
        sigmas.append(next(each.sigma for each in spender.charges if each.columns == ("c",)))
    assert sigmas[0] < sigmas[1]


@pytest.mark.parametrize("noise", [0.0, 0.01, 0.05, 10.0])
def test_parts_of_a_budget_are_one_whatever_the_noise(noise: float) -> None:
    usual, found = Shares(), Shares().under(noise)
    assert usual.ones <= found.ones <= usual.ones_most
    parts = (
        found.ones,
        found.first_scores,
        found.first_pairs,
        found.second_scores,
        found.second_pairs,
        found.final_scores,
    )
    assert sum(parts) == pytest.approx(1)
