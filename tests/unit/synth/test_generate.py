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

PEOPLE, KINDS, WHATS = 2_048, 5, 7  # persons, what they may be, what their orders may be
SHARES = np.array([[0.3, 0.2, 0.2, 0.1, 0.1, 0.05, 0.05]])
RULES = '  public.person: {columns: {"*": auto}}\n  public.orders: {columns: {"*": auto}}'


@pytest.fixture(scope="module")
def drawn() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(owner of each order, kind of each person, what each order is in each run)."""
    person = table(1, "person", column(1, "id", not_null=True), column(2, "kind", TEXT), column(3, "age", INT))
    orders = table(
        2, "orders", column(1, "id", not_null=True), column(2, "person_id", not_null=True), keys=(key(20, 2, 1),)
    )
    plan = make_plan(policy(RULES, epsilon=1.0), schema(person, orders))
    rng = np.random.default_rng(3)
    people, kinds = np.arange(PEOPLE), rng.integers(0, KINDS, PEOPLE)
    codes = {"c2": kinds.astype(np.int32), "c3": rng.permutation(PEOPLE).astype(np.int32)}
    owner = GeneratedTable(plan.tables[1], codes, np.zeros(PEOPLE, dtype=np.int64), people, {}, {})
    owner_rows = np.repeat(people, 4)  # so that the layers of orders are all alike
    learned: Any = SimpleNamespace(plan=plan.tables[2], interface=("c2",))
    one = np.zeros(len(owner_rows), dtype=np.int64)
    runs = []
    for seed in range(20):
        source = np.random.default_rng(seed)
        runs.append(draw_in_groups(SHARES, one, source, _along_owners(owner, owner_rows, learned, source)))
    return owner_rows, kinds, np.array(runs)


def distance(first: np.ndarray, second: np.ndarray) -> float:
    """Total variation from independent columns."""
    joint = np.histogram2d(first, second, bins=(KINDS, WHATS))[0] / len(first)
    return float(np.abs(joint - joint.sum(axis=1, keepdims=True) * SHARES).sum() / 2)


def test_orders_go_evenly_with_what_their_owners_are(drawn: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    owner_rows, kinds, runs = drawn
    free = [np.random.default_rng(seed).choice(WHATS, len(owner_rows), p=SHARES[0]) for seed in range(len(runs))]
    found, chance = (np.mean([distance(kinds[owner_rows], what) for what in whats]) for whats in (runs, free))
    assert found < 0.6 * chance


def test_orders_of_one_owner_are_independent(drawn: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    """Any two of them are the same as often as chance has it."""
    owner_rows, _, runs = drawn
    same = []
    for apart in range(1, 4):
        pairs = np.flatnonzero(owner_rows[:-apart] == owner_rows[apart:])
        same.append(np.mean(runs[:, pairs] == runs[:, pairs + apart]))
    deviation = np.sqrt(0.25 / (len(runs) * PEOPLE))
    assert np.abs(np.array(same) - float((SHARES**2).sum())).max() < 4 * deviation
