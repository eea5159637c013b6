"""Rows of children: their columns go with their owners' as the model says, and not up to chance."""

from __future__ import annotations

import numpy as np

from synth.build import _measure
from synth.encode.tables import EncodedTable
from synth.measure.choke import Choke
from synth.plan.make import make_plan
from synth.relational.generate import generate
from tests.unit.measure.spending import MemorySpender
from tests.unit.synth.made import TEXT, column, key, policy, schema, table

PEOPLE, FEW, MANY = 4_000, 5, 7  # persons, what they may be, what their orders may be
RULES = """
  public.person: {{columns: {{"*": auto, kind: {{as: category, values: {kinds}, source: test}}}}}}
  public.orders: {{columns: {{"*": auto, what: {{as: category, values: {whats}, source: test}}}}}}
"""


def listed(count: int) -> str:
    return "[" + ", ".join(f"v{each}" for each in range(count)) + "]"


def distance(expected: np.ndarray, first: np.ndarray, second: np.ndarray) -> float:
    """Total variation between codes and the second's distribution given the first's."""
    joint = np.zeros(expected.shape)
    np.add.at(joint, (first, second), 1 / len(first))
    return float(np.abs(joint - joint.sum(axis=1, keepdims=True) * expected).sum() / 2)


def test_orders_go_evenly_with_what_their_owners_are() -> None:
    person = table(1, "person", column(1, "id", not_null=True), column(2, "kind", TEXT, not_null=True))
    columns = (
        column(1, "id", not_null=True),
        column(2, "person_id", not_null=True),
        column(3, "what", TEXT, not_null=True),
    )
    orders = table(2, "orders", *columns, keys=(key(20, 2, 1),))
    plan = make_plan(policy(RULES.format(kinds=listed(FEW), whats=listed(MANY)), epsilon=1.0), schema(person, orders))
    rng = np.random.default_rng(3)
    people = np.arange(PEOPLE)
    owners = np.repeat(people, rng.integers(0, 9, PEOPLE))
    private = {
        1: EncodedTable({"c2": rng.integers(0, FEW, PEOPLE).astype(np.int32)}, None, people, {}, {}),
        2: EncodedTable({"c3": rng.integers(0, MANY, len(owners)).astype(np.int32)}, owners, owners, {}, {}),
    }
    domains, learned = _measure(plan, private, {}, Choke(MemorySpender(plan.rho_nano)), lambda phase: None)
    expected = learned[2].model.marginal(("owner.c2", "c3"))
    expected /= np.maximum(expected.sum(axis=1, keepdims=True), 1e-9)
    found, drawn = [], []
    for seed in range(5):
        made = generate(plan, learned, domains, {}, np.random.default_rng(seed))
        kind, what = made[1].codes["c2"][made[2].owner_rows], made[2].codes["c3"]
        found.append(distance(expected, kind, what))
        free = (np.cumsum(expected[kind], axis=1) < np.random.default_rng(seed).random((len(kind), 1))).sum(axis=1)
        drawn.append(distance(expected, kind, free))
    assert np.mean(found) < 0.6 * np.mean(drawn)
