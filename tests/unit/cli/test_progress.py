"""What a build says while it runs: phases, tables, time; and what it says before."""

from __future__ import annotations

from itertools import count

from pgdouble.cli.progress import Phases
from synth.plan.estimate import estimate
from synth.plan.make import make_plan
from synth.plan.model import BuildPlan
from tests.unit.synth.made import ORDERS, PERSON, PRODUCT, policy, schema

AUTO = '{columns: {"*": auto}}'


def plan() -> BuildPlan:
    """Two private tables and a public one."""
    tables = (
        f"  public.person: {AUTO}\n  public.orders: {AUTO}\n  public.product: {{public: true, because: a catalogue}}"
    )
    return make_plan(policy(tables), schema(PERSON, ORDERS, PRODUCT))


def test_a_phase_says_its_table_and_what_is_left_by_the_phases_that_are_done() -> None:
    ticks = count(0, 10)
    phases = Phases(plan(), lambda: float(next(ticks)))
    assert phases.begin("catalog") == "catalog: phase 1 of 13"
    assert phases.begin("reserve") == "reserve: phase 2 of 13, 20 s, about 240 s left"
    assert (
        phases.begin("read public.product")
        == "read public.product: table 1 of 3, phase 3 of 13, 30 s, about 165 s left"
    )
    for phase in ("read public.person", "read public.orders", "discover", "refine", "fan-outs"):
        phases.begin(phase)
    assert phases.begin("measure public.person").startswith("measure public.person: table 1 of 2, phase 9 of 13")
    for phase in ("measure public.orders", "generate", "write"):
        phases.begin(phase)
    assert phases.begin("publish") == "publish: phase 13 of 13, 130 s, about 11 s left"


def test_an_estimate_is_made_of_the_plan_alone_and_adds_up() -> None:
    made = plan()
    found = estimate(made)
    assert [each.table for each in found.tables] == ["public.person", "public.orders"]
    assert abs(sum(each.share for each in found.tables) - 1) < 0.01
    assert found.answers == tuple(sum(each.answers[end] for each in found.tables) for end in (0, 1))
    assert all(low <= high for low, high in (found.answers, found.seconds, found.megabytes))
    lines = found.lines()
    assert len(lines) == 2 + len(found.tables) and lines[0].startswith("estimate, from policy and catalog alone")
    assert "a million rows take" in lines[1]
