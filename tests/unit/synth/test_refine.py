"""Paid refinement without a database: real encoders, real measuring, real generating over a ledger in memory."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
import pytest

from synth.build import _measure
from synth.discover import Domains
from synth.encode.encoders import bins_encoder
from synth.encode.tables import EncodedTable
from synth.measure.choke import Choke
from synth.measure.measurement import GRID
from synth.measure.replay import Answer, Past, Ration, Replay
from synth.plan.domains import Bins, Provenance
from synth.plan.make import make_plan
from synth.plan.model import BuildPlan
from synth.plan.values import DAY_US
from synth.refine import PURPOSE
from synth.relational.generate import generate
from synth.source.schema import Check
from tests.unit.measure.spending import MemorySpender
from tests.unit.synth.made import DATE, INT, column, key, policy, schema, table

DOUBLE, TIMESTAMP = 701, 1114
DAYS, MICROS = 10_957, 10_957 * DAY_US  # from 1970 to 2000, where Postgres counts from
PACKED = {INT: ">i", 20: ">q", DATE: ">i", TIMESTAMP: ">q", DOUBLE: ">d"}
PEOPLE = '  public.person: {columns: {"*": auto}}'
BOTH = PEOPLE + '\n  public.orders: {columns: {"*": auto}}'


def plan_of(base_oid: int, epsilon: float, *, owned: bool = False, check: str = "") -> BuildPlan:
    """Persons with one column `x`, or persons whose orders have it."""
    checks = (Check(9, "c", check),) if check else ()
    x = column(9, "x", base_oid)
    person = table(1, "person", column(1, "id", not_null=True), *(() if owned else (x,)), checks=checks)
    orders = table(
        2, "orders", column(1, "id", not_null=True), column(2, "person_id", not_null=True), x, keys=(key(20, 2, 1),)
    )
    return make_plan(
        policy(BOTH if owned else PEOPLE, epsilon=epsilon, catalog="{checks: keep}"),
        schema(*((person, orders) if owned else (person,))),
    )


def encoded(
    plan: BuildPlan, values: Sequence[float | None], owners: np.ndarray | None = None
) -> dict[int, EncodedTable]:
    """Rows as the reader of a source leaves them. owners: of each order; None where persons have the column themselves."""
    oid = 1 if owners is None else 2
    encoder = bins_encoder(plan.tables[oid].column(9))
    packed = PACKED[plan.tables[oid].column(9).column.base_oid]
    encoder.add([[None if value is None else struct.pack(packed, value) for value in values]])
    rows = np.arange(len(values) if owners is None else int(owners.max()) + 1, dtype=np.int32)
    codes = {"c9": encoder.codes()}
    found = {1: EncodedTable(codes if owners is None else {}, None, rows, {}, {})}
    if owners is not None:
        found[2] = EncodedTable(codes, owners, owners, {}, {})
    return found


def released(plan: BuildPlan, private: dict[int, EncodedTable]) -> tuple[Bins, np.ndarray, Choke]:
    """The column's bins, and its synthetic ticks without NULLs."""
    choke = Choke(MemorySpender(plan.rho_nano))
    domains, learned = _measure(plan, private, {}, choke, lambda phase: None)
    tables = generate(plan, learned, domains, {}, np.random.default_rng(1))
    oid = next(oid for oid, axis in domains if axis == "c9")
    bins = domains[oid, "c9"]
    assert isinstance(bins, Bins)
    return bins, tables[oid].ticks[9][tables[oid].codes["c9"] < bins.bins], choke


def close(real: np.ndarray, synthetic: np.ndarray, most: float) -> None:
    """Ranks of synthetic quantiles among the real values; between those of smaller values and of equal ones where values repeat."""
    for share in np.linspace(0.05, 0.95, 19):
        value = np.quantile(synthetic, share)
        assert (real < value).mean() - most <= share <= (real <= value).mean() + most, (share, value)


RNG = np.random.default_rng(5)
SKEWED = {
    "spike at 100, the rest log-normal": (INT, np.where(RNG.random(20_000) < 0.4, 100, RNG.lognormal(5.2, 0.25, 20_000)).astype(int), 1),
    "a double of one decade": (DOUBLE, np.round(RNG.normal(300, 20, 20_000), 2), 100),
    "negative": (INT, -RNG.lognormal(6, 0.5, 20_000).astype(int), 1),
    "days of one summer": (DATE, RNG.integers(9000, 9090, 20_000), 1),
    "moments of two weeks": (TIMESTAMP, 750_000_000_000_000 + RNG.integers(0, 14 * DAY_US, 20_000), 1),
}  # fmt: skip


@pytest.mark.parametrize("title", SKEWED)
def test_quantiles_of_a_skewed_column_come_out_right(title: str) -> None:
    base_oid, values, unit = SKEWED[title]
    plan = plan_of(base_oid, 2.0)
    bins, ticks, _ = released(plan, encoded(plan, values.tolist()))
    ticks = ticks - {DATE: DAYS, TIMESTAMP: MICROS}.get(base_oid, 0)
    close(values * unit, ticks, 0.05)
    if "spike" in title:
        assert 100 in bins.edges and 101 in bins.edges
        assert abs((ticks == 100).mean() - (values == 100).mean()) < 0.05
    assert ticks.max() <= 20 * abs(values * unit).max(), "what noise leaves beyond is near"


def test_nulls_are_not_divided() -> None:
    plan = plan_of(INT, 2.0)
    bins, ticks, choke = released(plan, encoded(plan, [None, 7, 7, 7, 40] * 2000))
    assert bins.nullable and {7, 8, 40, 41} <= set(bins.edges)
    asked = [row for row in choke.log if row.purpose == PURPOSE]
    assert 1 < len(asked) <= 4 and {row.sensitivity for row in asked} == {GRID}


def test_a_range_of_a_check_is_divided_within() -> None:
    plan = plan_of(INT, 2.0, check="CHECK ((x >= 18) AND (x <= 65))")
    bins, ticks, _ = released(plan, encoded(plan, np.random.default_rng(2).integers(18, 66, 20_000).tolist()))
    assert (bins.edges[0], bins.edges[-1]) == (18, 66) and bins.bins > 20
    assert plan.tables[1].column(9).provenance is Provenance.REFINED


def test_rows_of_one_unit_weigh_one_row_together() -> None:
    """Many persons with ten orders each at 5; one with a hundred thousand at 900, who is heard as any other one: not at all."""
    plan = plan_of(INT, 3.0, owned=True)
    owners = np.repeat(np.arange(2001), [10] * 2000 + [100_000])
    values = np.where(owners < 2000, 5, 900)
    bins, _, choke = released(plan, encoded(plan, values.tolist(), owners))
    assert {5, 6} <= set(bins.edges) and bins.edges[-1] < 900
    assert all(row.sensitivity == GRID for row in choke.log if row.purpose == PURPOSE)


@pytest.mark.parametrize(("rows", "epsilon"), [(50, 1.0), (0, 1.0), (3000, 0.05)])
def test_where_noise_hides_everything_the_types_bins_stay_and_the_rest_is_not_lost(rows: int, epsilon: float) -> None:
    plan = plan_of(INT, epsilon)
    spender = MemorySpender(plan.rho_nano)
    domains, _ = _measure(plan, encoded(plan, list(range(rows))), {}, Choke(spender), lambda phase: None)
    assert domains[1, "c9"] == plan.tables[1].column(9).domain  # false alarm: 3e-5 a bin, 59 of them
    (part,) = plan.refinements
    asked = [charge for charge in spender.charges if charge.purpose == PURPOSE]
    assert len(asked) == 1 and asked[0].rho_nano <= part.rho_nano // 4
    assert sum(c.rho_nano for c in spender.charges) > 0.98 * plan.rho_nano, "what was not asked went to the table"


def test_the_parts_never_exceed_the_whole_and_check_shows_them() -> None:
    plan = plan_of(INT, 1.0, owned=True)
    parts = sum(plan.tables[oid].rho_nano + plan.refinement_nano(oid) for oid in plan.order)
    assert 0 < plan.refinement_nano(2) < 0.1 * plan.tables[2].rho_nano and parts <= plan.rho_nano
    assert any("refinements of bins take" in line for line in plan.render())
    assert plan.to_json()["tables"][1]["refinement_rho_nano"] == plan.refinement_nano(2)


def test_columns_that_are_declared_or_unique_are_left_as_they_are() -> None:
    people = (column(1, "id", not_null=True), column(2, "a"), column(3, "b"), column(4, "c"))
    person = table(1, "person", *people, uniques=((4,),))
    lines = '  public.person: {columns: {"*": auto, a: {as: number, bounds: ["0", "9"], step: "1"}, c: auto}}'
    columns = make_plan(policy(lines), schema(person)).tables[1].columns
    assert [each.refine for each in columns] == [False, False, True, False]


def test_answers_of_an_earlier_run_lead_to_the_same_bins() -> None:
    plan = plan_of(INT, 2.0)
    values = np.random.default_rng(3).lognormal(5, 0.4, 5_000).astype(int).tolist()
    kept: list[tuple[int, str, Answer]] = []

    def domains_of(past: Sequence[Past], spender: MemorySpender) -> Domains:
        replay = Replay(Ration(plan.rho_nano, plan.delta_femto), past, lambda *answer: kept.append(answer))
        choke = Choke(spender, replay=replay)
        return _measure(plan, encoded(plan, values), {}, choke, lambda phase: None)[0]

    spender = MemorySpender(plan.rho_nano)
    first = domains_of([], spender)
    refinements = [charge for charge in spender.charges if charge.purpose == PURPOSE]
    assert len(refinements) > 2
    past = [Past(seq, charge, question, answer) for charge, (seq, question, answer) in zip(spender.charges, kept)]
    again = MemorySpender(plan.rho_nano)
    assert domains_of(past, again) == first and not again.charges
    lost = [Past(past[0].seq, past[0].charge), *past[1:1]]
    later = MemorySpender(plan.rho_nano - past[0].charge.rho_nano)
    domains_of(lost, later)
    assert later.spent_nano <= later.limit_nano, "a lost level is made up for by the others"
