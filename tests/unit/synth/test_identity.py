"""What a build is made for: names and facts count, the source's numbers and what only serving needs do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from policies.load import parse_policy
from synth.plan.identity import changed, identity_of
from synth.plan.make import make_plan
from synth.source.schema import Schema, Table
from tests.policy_text import policy_text
from tests.unit.synth.made import ORDERS, PERSON, column, key, schema, table

TABLES = """
  public.person: {columns: {id: auto, age: {as: number, bounds: [0, 99], step: 1}}}
  public.orders: {columns: {id: auto, person_id: auto}}
"""


def identity(*tables: Table, lines: str = TABLES, rest: str = "", epsilon: float | None = None) -> dict[str, str]:
    policy = parse_policy(policy_text(lines, rest=rest)).policy
    structure: Schema = schema(*(tables or (PERSON, ORDERS)))
    return identity_of(policy, make_plan(policy, structure, epsilon))


def test_the_sources_numbers_and_the_roles_do_not_count() -> None:
    orders = replace(ORDERS, oid=900, foreign_keys=(key(7, 2, 800),))
    orders = replace(orders, foreign_keys=(replace(orders.foreign_keys[0], name="fk20"),))
    role = "roles: {analyst: {grants: [{tables: [public.person]}]}}"
    assert identity(orders, replace(PERSON, oid=800)) == identity()
    assert changed(identity(rest=role), identity()) == ""


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (identity(lines=TABLES.replace("99", "98")), "the policy has changed"),
        (identity(replace(PERSON, columns=(*PERSON.columns[:1], column(2, "age", not_null=True))), ORDERS), "tables of the source"),
        (identity(PERSON, replace(ORDERS, foreign_keys=(replace(ORDERS.foreign_keys[0], name="other"),))), "tables of the source"),
        (identity(epsilon=2.0), "another one now, by its epsilon"),
        ({}, "the policy has changed"),
    ],
)  # fmt: skip
def test_what_has_changed_is_named(other: dict[str, str], words: str) -> None:
    assert words in changed(other, identity())


def test_tables_that_the_policy_leaves_out_do_not_count() -> None:
    lines = TABLES + "  public.log: {exclude: true}\n"
    short, long = (table(5, "log", column(1, "id", not_null=True), *more) for more in ((), (column(2, "what"),)))
    assert identity(PERSON, ORDERS, short, lines=lines) == identity(PERSON, ORDERS, long, lines=lines)
