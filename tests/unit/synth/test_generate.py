"""Rows of children: what is drawn goes evenly with their owners' columns of few codes, and rows of one owner stay independent."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from synth.model.sample import draw_in_groups
from synth.plan.make import make_plan
from synth.relational.generate import _along_owners
from synth.relational.table import GeneratedTable
from tests.unit.synth.made import INT, TEXT, column, key, policy, schema, table

KINDS, WHATS = 5, 7  # what persons may be, what their orders may be
SHARES = np.array([[0.3, 0.2, 0.2, 0.1, 0.1, 0.05, 0.05]])
RULES = '  public.person: {columns: {"*": auto}}\n  public.orders: {columns: {"*": auto}}'


def drawn(people: int, orders: np.ndarray, runs: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(owner of each order, kind of each person, what each order is in each run). orders: how many each person has."""
    person = table(1, "person", column(1, "id", not_null=True), column(2, "kind", TEXT), column(3, "age", INT))
    columns = (column(1, "id", not_null=True), column(2, "person_id", not_null=True))
    plan = make_plan(policy(RULES, epsilon=1.0), schema(person, table(2, "orders", *columns, keys=(key(20, 2, 1),))))
    rng = np.random.default_rng(3)
    kinds = rng.integers(0, KINDS, people)
    codes = {"c2": kinds.astype(np.int32), "c3": rng.permutation(people).astype(np.int32)}
    owner = GeneratedTable(plan.tables[1], codes, np.zeros(people, dtype=np.int64), np.arange(people), {}, {})
    owner_rows = np.repeat(np.arange(people), orders)
    learned: Any = SimpleNamespace(plan=plan.tables[2], interface=("c2",))
    one = np.zeros(len(owner_rows), dtype=np.int64)
    found = []
    for seed in range(runs):
        source = np.random.default_rng(seed)
        found.append(draw_in_groups(SHARES, one, source, _along_owners(owner, owner_rows, learned, source)))
    return owner_rows, kinds, np.array(found)


def distance(first: np.ndarray, second: np.ndarray) -> float:
    """Total variation from independent columns."""
    joint = np.histogram2d(first, second, bins=(KINDS, WHATS))[0] / len(first)
    return float(np.abs(joint - joint.sum(axis=1, keepdims=True) * SHARES).sum() / 2)


def test_orders_go_evenly_with_what_their_owners_are() -> None:
    owner_rows, kinds, runs = drawn(2_000, np.random.default_rng(4).integers(0, 9, 2_000), 20)
    free = [np.random.default_rng(seed).choice(WHATS, len(owner_rows), p=SHARES[0]) for seed in range(len(runs))]
    found, chance = (np.mean([distance(kinds[owner_rows], what) for what in whats]) for whats in (runs, free))
    assert found < 0.6 * chance


@pytest.mark.parametrize(("people", "orders"), [(2_048, 4), (100, 10), (30, 10)])
def test_orders_of_one_owner_are_independent(people: int, orders: int) -> None:
    """Any two neighbours are the same as often as chance has it."""
    _, _, runs = drawn(people, np.full(people, orders), 100)
    whats = runs.reshape(100, people, orders)
    each = (whats[:, :, 1:] == whats[:, :, :-1]).mean(axis=(1, 2))
    # An even sample without replacement has them the same once in as many rows less often.
    expected = float((SHARES**2).sum()) - float((SHARES * (1 - SHARES)).sum()) / (people * orders)
    assert abs(each.mean() - expected) < 5 * np.sqrt(0.16 / (100 * people * (orders - 1)))


def test_orders_of_an_owner_of_many_are_independent() -> None:
    """500 persons of two orders, and one of 200: of these as many are of the first kind as chance has it, from run to run."""
    _, _, runs = drawn(501, np.append(np.full(500, 2), 200), 200)
    share = SHARES[0, 0]
    assert 0.6 < (runs[:, -200:] == 0).sum(axis=1).var() / (200 * share * (1 - share)) < 1.4
