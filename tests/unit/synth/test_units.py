"""The plan of a policy with several privacy units: which tables are whose, what each pays, and what is said of it."""

from __future__ import annotations

import pytest

from policies.load import parse_policy
from policies.model import Policy
from policies.privacy import epsilon_of
from synth.measure.measurement import GRID, Measurement, sigma_for
from synth.measure.replay import Ration, Rations
from synth.plan.identity import PLAN, identity_of
from synth.plan.make import make_plan
from synth.plan.model import BuildPlan, PlanRefused
from tests.policy_text import policy_text
from tests.unit.synth.made import INT, PERSON, column, key, schema, table

EMPLOYEE = table(
    5, "employee", column(1, "id", not_null=True), column(2, "boss"), column(3, "customer"), keys=(key(50, 2, 5), key(51, 3, 1))
)  # fmt: skip
SHIFT = table(6, "shift", column(1, "id", not_null=True), column(2, "employee", not_null=True), keys=(key(60, 2, 5),))
TICKET = table(
    7, "ticket", column(1, "id", not_null=True), column(2, "person", not_null=True), column(3, "by", INT),
    keys=(key(70, 2, 1), key(71, 3, 5)),
)  # fmt: skip
SENSOR = table(8, "sensor", column(1, "id", not_null=True), column(2, "person"), keys=(key(80, 2, 1),))
OTHERS = (
    "{public.employee: {budget: {epsilon: 5, delta: 1e-9, window: 9d}, lifetime: {epsilon: 9, delta: 1e-9}, "
    "release: {epsilon: 2}}}"
)
TABLES = """
  public.person: {columns: {'*': auto}}
  public.employee: {columns: {'*': auto}}
  public.shift: {columns: {'*': auto}}
  public.ticket: {OWNER columns: {'*': auto}}
  public.sensor: {row_level: true, columns: {'*': auto}}
"""


def policy(owner: str = "owner: person,", others: str = OTHERS) -> Policy:
    return parse_policy(policy_text(TABLES.replace("OWNER", owner), other_units=others)).policy


def plan(owner: str = "owner: person,", epsilon: float | None = None) -> BuildPlan:
    return make_plan(policy(owner), schema(PERSON, EMPLOYEE, SHIFT, TICKET, SENSOR), epsilon)


def test_a_table_is_paid_by_the_unit_at_its_owner_paths_end() -> None:
    found = plan()
    assert {each.table.name: found.unit_of(each).name for each in found.tables.values()} == {
        "person": "public.person", "employee": "public.employee", "shift": "public.employee",
        "ticket": "public.person", "sensor": "public.person",
    }  # fmt: skip
    for unit in found.units:
        parts = sum(each.rho_nano for each in found.tables.values() if found.unit_of(each) == unit)
        assert 0.99 * unit.rho_nano < parts <= unit.rho_nano
        assert epsilon_of(unit.rho_nano, unit.delta) <= unit.epsilon
    assert [unit.epsilon for unit in found.units] == [1.0, 2.0]
    assert [unit.epsilon for unit in plan(epsilon=0.7).units] == [0.7, 0.7]


def test_a_row_of_one_unit_that_mentions_another_is_opaque_and_said_so() -> None:
    found = plan()
    assert any("public.employee (customer) mentions a row of public.person" in note for note in found.notes)
    assert any("public.ticket (by) mentions a row of public.employee" in note for note in found.notes)
    assert any("units of their own" in note and "the sum" in note for note in found.notes)
    assert [line for line in found.render() if line.startswith("unit ")][1].startswith(
        "unit public.employee, epsilon 2"
    )


def test_paths_to_two_units_need_a_word() -> None:
    with pytest.raises(PlanRefused, match="several paths to a privacy unit") as refused:
        plan(owner="")
    assert "owner: [person]" in refused.value.hint
    assert plan(owner="owner: by,").tables[7].owner_path == ("public.ticket", "public.employee")


def test_a_unit_that_the_source_has_not_is_refused_at_its_place() -> None:
    tables = TABLES.replace("OWNER", "owner: person,") + "  public.clerk: {}"
    wrong = parse_policy(policy_text(tables, other_units=OTHERS.replace("employee", "clerk"))).policy
    with pytest.raises(PlanRefused, match='no table "public.clerk"') as refused:
        make_plan(wrong, schema(PERSON, EMPLOYEE, SHIFT, TICKET, SENSOR))
    assert refused.value.path == ("privacy", "other_units", "public.clerk")


def test_another_order_of_units_is_another_plan() -> None:
    """Reservations are told apart by their order, so that a build is resumed in no other one."""
    found = plan()
    assert identity_of(policy(), found)[PLAN] == identity_of(policy(), plan())[PLAN]
    assert identity_of(policy(), plan(epsilon=0.7))[PLAN] != identity_of(policy(), found)[PLAN]


def test_lost_answers_of_one_unit_leave_the_others_as_they_were() -> None:
    rations = Rations({"a": Ration(1_000_000, 0), "b": Ration(1_000_000, 0)})
    one, other = (Measurement(name, (), "rows", GRID, sigma_for(GRID, 400_000)) for name in "ab")
    rations.lost(one)
    assert rations.afford(other) == other
    assert rations.afford(one).sigma > one.sigma
    rations.spent(other, other)
