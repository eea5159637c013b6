"""Foreign keys that share columns: tied where owner paths make both ends agree, refused else; and rows drawn inside what they share."""

from __future__ import annotations

import numpy as np
import pytest

from synth.plan.make import make_plan
from synth.plan.model import BuildPlan, PlanRefused, Role
from synth.relational.references import NOWHERE, ancestors, draw_reference, draw_within
from synth.relational.table import GeneratedTable
from synth.source.schema import ForeignKey, Table
from tests.unit.synth.made import PERSON, column, key, policy, schema, table

TENANT, STAFF, SALE, PAGE = 11, 12, 13, 14


def wide(oid: int, columns: tuple[int, ...], target: int, targets: tuple[int, ...] = (1, 2)) -> ForeignKey:
    return ForeignKey(oid, f"fk{oid}", columns, target, targets)


def two(oid: int, name: str, *more: ForeignKey, nullable: bool = True) -> Table:
    """(tenant_id, id, other): a table of a tenant's with a key of two columns."""
    columns = (
        column(1, "tenant_id", not_null=True), column(2, "id", not_null=True), column(3, "other", not_null=not nullable)
    )  # fmt: skip
    return table(oid, name, *columns, keys=(key(oid * 10, 1, TENANT), *more), primary_key=(1, 2))


def plan(*tables: Table, owners: str = "", unit: str = "tenant") -> BuildPlan:
    lines = [
        f"  public.{each.name}: {{columns: {{'*': auto}}}}" for each in tables if f"public.{each.name}:" not in owners
    ]
    return make_plan(policy("\n".join([*lines, owners]), unit=f"public.{unit}"), schema(*tables))


TENANTS = table(TENANT, "tenant", column(1, "id", not_null=True))


def test_a_key_that_shares_the_tenant_is_tied_to_it() -> None:
    sale = two(SALE, "sale", wide(131, (1, 3), STAFF))
    found = plan(TENANTS, two(STAFF, "staff"), sale, owners="  public.sale: {owner: tenant_id, columns: {'*': auto}}")
    (reference,) = found.tables[SALE].references
    assert (reference.within, reference.tied, reference.nullable) == (TENANT, (1,), True)
    assert [each.role for each in found.tables[SALE].columns] == [Role.OWNER, Role.LINE, Role.OTHER]
    assert not any("mentions" in note for note in found.notes)
    assert any(line.endswith("of the same row of public.tenant") for line in found.render())


def test_a_tree_inside_the_tenant_and_a_cycle_with_the_unit_are_tied() -> None:
    found = plan(TENANTS, two(STAFF, "staff", wide(121, (1, 3), STAFF)))
    assert found.tables[STAFF].references[0].within == TENANT
    home = table(TENANT, "tenant", column(1, "id", not_null=True), column(2, "home"), keys=(wide(111, (1, 2), STAFF),))
    (reference,) = plan(home, two(STAFF, "staff")).tables[TENANT].references
    assert (reference.within, reference.tied) == (TENANT, (1,))


def test_the_nearest_row_that_both_share_is_what_ties_them() -> None:
    page = table(
        PAGE, "page", *(column(n, f"c{n}", not_null=True) for n in (1, 2, 3)), keys=(wide(141, (1, 2), STAFF),),
        primary_key=(1, 2, 3),
    )  # fmt: skip
    sale = table(
        SALE, "sale", *(column(n, f"c{n}", not_null=True) for n in (1, 2, 3, 4)), primary_key=(1, 2, 3),
        keys=(wide(131, (1, 2), STAFF), wide(132, (1, 2, 4), PAGE, (1, 2, 3))),
    )  # fmt: skip
    owners = "  public.sale: {owner: [c1, c2], columns: {'*': auto}}"
    (reference,) = plan(TENANTS, two(STAFF, "staff"), page, sale, owners=owners).tables[SALE].references
    assert (reference.within, reference.tied) == (STAFF, (1, 2))


def test_what_no_owner_path_ties_is_refused() -> None:
    """The same column as another person's key and as the tenant's."""
    other = table(STAFF, "staff", column(1, "n", not_null=True), column(2, "id", not_null=True), column(3, "of"),
                  keys=(key(120, 3, 1),), primary_key=(1, 2))  # fmt: skip
    sale = table(SALE, "sale", column(1, "person_id", not_null=True), column(2, "staff_id"),
                 keys=(key(130, 1, 1), wide(131, (1, 2), STAFF)), primary_key=())  # fmt: skip
    with pytest.raises(PlanRefused, match="share columns"):
        plan(PERSON, other, sale, owners="  public.sale: {owner: person_id, columns: {'*': auto}}", unit="person")


def rows(found: BuildPlan, oid: int, owner: list[int], null: list[int]) -> GeneratedTable:
    """A table whose rows have these owners; null: codes of whether the reference is NULL."""
    owners = np.array(owner, dtype=np.int64)
    codes = {each.axis: np.array(null, dtype=np.int32) for each in found.tables[oid].references}
    return GeneratedTable(found.tables[oid], codes, owners, owners, {}, {})


def test_rows_are_drawn_among_those_of_the_same_owner() -> None:
    sale = two(SALE, "sale", wide(131, (1, 3), STAFF))
    found = plan(TENANTS, two(STAFF, "staff"), sale, owners="  public.sale: {owner: tenant_id, columns: {'*': auto}}")
    staff, sales = rows(found, STAFF, [0, 0, 2], []), rows(found, SALE, [0, 0, 0, 1, 2, 2], [0, 0, 1, 0, 0, 0])
    tenants = GeneratedTable(found.tables[TENANT], {}, np.zeros(3, np.int64), np.arange(3), {}, {})
    tables = {TENANT: tenants, STAFF: staff, SALE: sales}
    groups = ancestors(tables, sales, TENANT), ancestors(tables, staff, TENANT)
    (reference,) = found.tables[SALE].references
    drawn = draw_within(sales, reference, staff, groups, np.random.default_rng(1))
    assert drawn.tolist() == [0, 1, NOWHERE, NOWHERE, 2, 2]


@pytest.mark.parametrize("nullable", [True, False])
def test_a_tree_grows_inside_each_group(nullable: bool) -> None:
    found = plan(TENANTS, two(STAFF, "staff", wide(121, (1, 3), STAFF), nullable=nullable))
    owners = [0, 1, 0, 1, 0, 1, 2]
    staff = rows(found, STAFF, owners, [0] * len(owners))
    (reference,) = found.tables[STAFF].references
    groups = np.array(owners, dtype=np.int64)
    drawn = draw_within(staff, reference, staff, (groups, groups), np.random.default_rng(1))
    for row, above in enumerate(drawn.tolist()):
        first = owners.index(owners[row]) == row
        assert above == (NOWHERE if nullable else row) if first else above < row and owners[above] == owners[row]


def test_rows_that_go_take_no_other_row_along_as_its_target() -> None:
    """Of a table that refers to itself: the rest still refer to whom they did, or to nobody."""
    found = plan(TENANTS, two(STAFF, "staff", wide(121, (1, 3), STAFF)))
    staff = rows(found, STAFF, [0, 0, 0, 0], [0] * 4)
    staff.references[121] = np.array([NOWHERE, 0, 1, 2])
    staff.keep(np.array([True, False, True, True]))
    assert staff.references[121].tolist() == [NOWHERE, NOWHERE, 1]


def test_a_reference_that_nobody_else_may_have_is_ones_own_where_there_is_one() -> None:
    """A default address: each unit's own first, then what is left over, never one twice."""
    home = table(TENANT, "tenant", column(1, "id", not_null=True), column(2, "home", not_null=True), keys=(key(111, 2, STAFF),),
                 uniques=((2,),))  # fmt: skip
    address = table(
        STAFF, "staff", column(1, "id", not_null=True), column(2, "of", not_null=True), keys=(key(120, 2, TENANT),)
    )
    found = plan(home, address)
    units, addresses = rows(found, TENANT, [0, 1, 2], []), rows(found, STAFF, [2, 2, 0, 2], [])
    units.unit_rows = np.arange(3)
    (reference,) = found.tables[TENANT].references
    drawn = draw_reference(units, reference, addresses, np.random.default_rng(1)).tolist()
    assert (drawn[0], drawn[2]) == (2, 0) and drawn[1] in (1, 3)
