"""Rows of one owner: how pairs are made and weighed, and that dealing rows anew changes nothing but who has them."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synth.encode.assemble import Assembler
from synth.encode.tables import EncodedTable
from synth.measure.measurement import GRID
from synth.measure.rows import WeightedCodes, exact_marginal
from synth.plan.budget import sibling_rho
from synth.plan.model import TablePlan
from synth.relational.arrange import arranged
from synth.relational.likeness import likeness, sibling_pairs
from synth.relational.siblings import SiblingColumn
from synth.release.manifest import TableKind
from tests.unit.synth.made import column, key, table

SIZE = 50
EVEN = np.full(SIZE, 1 / SIZE)
ORDERED, LISTED = likeness("c1", EVEN, True), likeness("c2", np.full(4, 0.25), False)
VISIT = TablePlan(
    table(2, "visit", column("id", 1), column("day", 2)), TableKind.PRIVATE, owner=key(9, 2, 1), rho_nano=1000
)

owned = st.lists(st.integers(0, 12), max_size=60)


@given(owned, st.integers(0, 5))
def test_each_row_with_a_sibling_is_first_once_and_second_once(owners: list[int], seed: int) -> None:
    rows = np.array(owners, dtype=np.int64)
    first, second = sibling_pairs(rows, np.random.default_rng(seed))
    many = [row for row, owner in enumerate(owners) if owners.count(owner) > 1]
    assert sorted(first.tolist()) == sorted(second.tolist()) == many
    assert (rows[first] == rows[second]).all() and (first != second).all()


def test_a_sibling_is_any_of_the_others() -> None:
    rng, met = np.random.default_rng(1), Counter[tuple[int, int]]()
    for _ in range(600):
        first, second = sibling_pairs(np.zeros(4, dtype=np.int64), rng)
        met.update(zip(first.tolist(), second.tolist()))
    assert len(met) == 12 and min(met.values()) > 140, "200 each, give or take five deviations"


def seen(owners: list[int], units_of: list[int]) -> WeightedCodes:
    """Pairs of siblings of a table whose owners are of these units."""
    rows = np.array(owners, dtype=np.int32)
    codes = {"c1": (np.arange(len(rows)) * 7 % SIZE).astype(np.int32)}
    units = np.array(units_of, dtype=np.int32)[rows]
    return Assembler({2: EncodedTable(codes, rows, units, {}, {})}).siblings(VISIT, [ORDERED])


@given(owned)
def test_all_pairs_of_a_unit_weigh_one_row_at_most(owners: list[int]) -> None:
    pairs = seen(owners, [owner // 3 for owner in range(13)])
    pairs.check()
    assert pairs.sensitivity == GRID
    heard = {owner // 3 for owner in owners if owners.count(owner) > 1}
    assert GRID * len(heard) * 0.9 <= exact_marginal(pairs, ("c1",)).sum() <= GRID * len(heard)


def test_a_unit_with_more_pairs_than_the_grid_weighs_nothing() -> None:
    assert exact_marginal(seen([0] * (GRID + 1), [0]), ("c1",)).sum() == 0


@pytest.mark.parametrize(("at_most_one", "owner", "share"), [(False, True, 30), (True, True, 0), (False, False, 0)])
def test_only_tables_with_siblings_have_a_part(at_most_one: bool, owner: bool, share: int) -> None:
    plan = TablePlan(
        VISIT.table, TableKind.PRIVATE, owner=VISIT.owner if owner else None, at_most_one=at_most_one, rho_nano=1000
    )
    assert sibling_rho(plan) == share


def test_likeness_by_hand() -> None:
    shares = np.array([0.5, 0.25, 0.25])
    ordered = likeness("c1", shares, True)
    assert ordered.places.tolist() == [0.25, 0.625, 0.875]
    assert ordered.code(np.array([0, 1, 0]), np.array([0, 2, 2])).tolist() == [0, 8, 9]
    assert ordered.by_chance(shares) == pytest.approx(0.375)
    listed = likeness("c1", shares, False)
    assert listed.code(np.array([0, 1]), np.array([0, 2])).tolist() == [0, 1]
    assert listed.by_chance(shares) == pytest.approx(0.375)
    assert listed.by_chance(shares) == pytest.approx(shares @ listed.nearness(listed.places) @ shares)


def made(rows: int, rng: np.random.Generator) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Rows of owners of one to six rows, drawn alone but for a column that is the owner's."""
    owners = np.repeat(np.arange(rows), rng.integers(1, 7, rows))[:rows]
    codes = {
        "owner.c5": (owners % 3).astype(np.uint8),
        "c1": rng.integers(0, SIZE, rows).astype(np.uint8),
        "c2": rng.integers(0, 4, rows).astype(np.uint8),
    }
    codes["c3"] = ((codes["c1"] + rng.integers(0, 3, rows)) % SIZE).astype(np.uint8)
    return codes, owners


def wanted(near: float) -> tuple[SiblingColumn, ...]:
    """Siblings in the same sixteenth of the ordered column, and of one kind, in that share of pairs."""
    chance = np.diff([0.0, *(2 * np.array(ORDERED.edges) - np.array(ORDERED.edges) ** 2), 1.0])
    close = np.zeros(ORDERED.cells)
    close[5] = 1.0
    kinds = near * np.array([1.0, 0.0]) + (1 - near) * np.array([0.25, 0.75])
    return SiblingColumn(ORDERED, near * close + (1 - near) * chance), SiblingColumn(LISTED, kinds)


@pytest.mark.parametrize("rows", [0, 1, 7, 3_000])
@pytest.mark.parametrize("near", [0.0, 0.7, 1.0])
def test_rows_stay_whole_and_with_owners_of_their_kind(rows: int, near: float) -> None:
    rng = np.random.default_rng(rows)
    codes, owners = made(rows, rng)
    dealt = arranged(codes, owners, owners // 2, ("owner.c5",), wanted(near), rng)
    assert list(dealt) == list(codes)
    assert (dealt["owner.c5"] == codes["owner.c5"]).all(), "what owners have, they keep"
    assert {name: each.dtype for name, each in dealt.items()} == {name: each.dtype for name, each in codes.items()}
    assert sorted(zip(*dealt.values())) == sorted(zip(*codes.values())), "every marginal over all columns is as it was"


@pytest.mark.parametrize("near", [0.0, 0.5, 0.9])
def test_siblings_become_as_alike_as_was_measured(near: float) -> None:
    rng = np.random.default_rng(4)
    codes, owners = made(60_000, rng)
    columns = wanted(near)
    dealt = arranged(codes, owners, owners, ("owner.c5",), columns, rng)
    first, second = sibling_pairs(owners, rng)
    for each in columns:
        found = each.likeness.code(dealt[each.likeness.axis][first], dealt[each.likeness.axis][second])
        shares = np.bincount(found, minlength=each.likeness.cells) / len(found)
        reach = each.likeness.near
        assert shares[:reach].sum() == pytest.approx(each.shares[:reach].sum(), abs=0.03)


def test_what_goes_with_an_arranged_column_comes_along() -> None:
    rng = np.random.default_rng(5)
    codes, owners = made(60_000, rng)
    dealt = arranged(codes, owners, owners, ("owner.c5",), wanted(0.9)[:1], rng)
    first, second = sibling_pairs(owners, rng)

    def near(column: np.ndarray) -> float:
        return float((np.abs(column[first].astype(int) - column[second]) <= 5).mean())

    assert near(codes["c3"]) < 0.3 < 0.7 < near(dealt["c3"])
