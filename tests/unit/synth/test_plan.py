"""The plan: what it refuses, naming the line to write, and what it makes of keys, checks and budgets."""

from __future__ import annotations

import pytest

from policies.load import parse_policy
from synth.plan import make
from synth.plan.domains import Bins, Categories
from synth.plan.make import make_plan
from synth.plan.model import BuildPlan, PlanRefused, ReferenceKind, Role
from synth.source.schema import Check, Schema
from tests.policy_text import policy_text
from tests.unit.synth.made import (
    DATE,
    NUMERIC,
    ORDERS,
    PERSON,
    PRODUCT,
    TEXT,
    column,
    key,
    policy,
    schema,
    table,
)

AUTO = '{columns: {"*": auto}}'
CYCLE = table(4, "review", column(1, "id", not_null=True), column(2, "order_id"), column(3, "person_id"),
              keys=(key(40, 2, 2), key(41, 3, 1)))  # fmt: skip
LONELY = table(5, "lonely", column(1, "id", not_null=True))
LEAK = table(6, "featured", column(1, "person_id", not_null=True), keys=(key(60, 1, 1),))

REFUSALS = [
    ("a table nothing names", (PERSON, ORDERS), f"  public.person: {AUTO}", "does not name", "public.orders"),
    ("a column nothing names", (PERSON,), "  public.person: {columns: {id: auto}}", "does not name", "age"),
    (
        "a table the source lacks",
        (PERSON,),
        f"  public.person: {AUTO}\n  public.persons: {AUTO}",
        "does not have",
        "person",
    ),
    ("a column the source lacks", (PERSON,), '  public.person: {columns: {"*": auto, ages: auto}}', "none such", "age"),
    ("no way up", (PERSON, LONELY), f"  public.person: {AUTO}\n  public.lonely: {AUTO}", "no path", "row_level"),
    (
        "two ways up",
        (PERSON, ORDERS, CYCLE),
        f"  public.person: {AUTO}\n  public.orders: {AUTO}\n  public.review: {AUTO}",
        "several paths",
        "owner: [order_id]",
    ),
    (
        "an owner that is no foreign key",
        (PERSON, ORDERS),
        f'  public.person: {AUTO}\n  public.orders: {{owner: id, columns: {{"*": auto}}}}',
        "no foreign key on (id)",
        "person_id",
    ),
    (
        "public into private",
        (PERSON, LEAK),
        f"  public.person: {AUTO}\n  public.featured: {{public: true, because: x}}",
        "into private",
        "excluded",
    ),
    (
        "bounds of another type",
        (PERSON,),
        '  public.person: {columns: {id: auto, age: {as: number, bounds: [a, b], step: "1"}}}',
        "bounds are no values",
        "",
    ),
    (
        "bounds beyond the type",
        (PERSON,),
        '  public.person: {columns: {id: auto, age: {as: number, bounds: ["0", "99999999999"], step: "1"}}}',
        "wider than a domain of type",
        "2147483647",
    ),
    ("a modelled key", (PERSON,), "  public.person: {columns: {id: {as: text}, age: auto}}", "UNIQUE", "format"),
    ("NULL where none can be", (PERSON,), '  public.person: {columns: {"*": auto, id: null}}', "NOT NULL", "constant"),
    (
        "an unknown format",
        (table(1, "person", column(1, "id", not_null=True), column(2, "mail", TEXT)),),
        "  public.person: {columns: {id: auto, mail: {as: format, format: emial}}}",
        'no format "emial"',
        "email",
    ),
]


@pytest.mark.parametrize(("title", "tables", "lines", "message", "hint"), REFUSALS, ids=[case[0] for case in REFUSALS])
def test_refusals(title: str, tables: tuple, lines: str, message: str, hint: str) -> None:
    with pytest.raises(PlanRefused) as caught:
        make_plan(policy(lines), schema(*tables))
    assert message in caught.value.message, title
    assert hint in caught.value.hint, title


PLACES = {
    "a table nothing names": "tables:", "a column nothing names": "public.person:", "a table the source lacks": "public.persons:",
    "a column the source lacks": "ages:", "no way up": "public.lonely:", "two ways up": "public.review:",
    "an owner that is no foreign key": "owner:", "public into private": "public.featured:",
    "bounds of another type": "age:", "bounds beyond the type": "age:", "a modelled key": "id:", "NULL where none can be": "id:",
    "an unknown format": "mail:",
}  # fmt: skip


@pytest.mark.parametrize(("title", "tables", "lines", "message", "hint"), REFUSALS, ids=[case[0] for case in REFUSALS])
def test_a_refusal_stands_behind_its_place(title: str, tables: tuple, lines: str, message: str, hint: str) -> None:
    text = policy_text(lines)
    with pytest.raises(PlanRefused, match=message.replace("(", r"\(").replace(")", r"\)")) as caught:
        make.plan_of(parse_policy(text, "my.yaml"), schema(*tables))
    file, line, column, _ = caught.value.message.split(":", 3)
    assert (file, text.splitlines()[int(line) - 1][int(column) - 1 :].split()[0]) == ("my.yaml", PLACES[title])


def test_a_small_budget_has_the_place_of_its_epsilon_unless_it_was_given_elsewhere() -> None:
    loaded = parse_policy(policy_text(f"  public.person: {AUTO}", epsilon=1e-4))
    with pytest.raises(PlanRefused, match=r"policy.yaml:7:13: epsilon 0.0001 is too small"):
        make.plan_of(loaded, schema(PERSON))
    with pytest.raises(PlanRefused, match=r"^epsilon 1e-05 is too small"):
        make.plan_of(loaded, schema(PERSON), 1e-5)


def plan_of(source: Schema, lines: str, **more: object) -> BuildPlan:
    return make_plan(policy(lines, **more), source)  # type: ignore[arg-type]


def test_a_declared_owner_settles_two_ways() -> None:
    lines = f'  public.person: {AUTO}\n  public.orders: {AUTO}\n  public.review: {{owner: person_id, columns: {{"*": auto}}}}'
    review = plan_of(schema(PERSON, ORDERS, CYCLE), lines).tables[4]
    assert review.owner_path == ("public.review", "public.person")
    assert [each.kind for each in review.references] == [ReferenceKind.OTHER]
    assert [each.role for each in review.columns] == [Role.KEY, Role.OTHER, Role.OWNER]


def test_line_numbers_and_public_references() -> None:
    line = table(
        4, "line", column(1, "order_id", not_null=True), column(2, "line_no", not_null=True), column(3, "product_id"),
        keys=(key(40, 1, 2), key(41, 3, 3)), primary_key=(1, 2),
    )  # fmt: skip
    lines = f"  public.person: {AUTO}\n  public.orders: {AUTO}\n  public.line: {AUTO}\n  public.product: {{public: true, because: x}}"
    plan = plan_of(schema(PERSON, ORDERS, PRODUCT, line), lines).tables[4]
    assert [each.role for each in plan.columns] == [Role.OWNER, Role.LINE, Role.PUBLIC]
    assert plan.references[0].nullable


def test_one_to_one_is_known_from_the_key() -> None:
    profile = table(4, "profile", column(1, "person_id", not_null=True), keys=(key(40, 1, 1),))
    assert plan_of(schema(PERSON, profile), f"  public.person: {AUTO}\n  public.profile: {AUTO}").tables[4].at_most_one


def test_null_is_a_code_where_the_catalog_allows_it_and_nowhere_else() -> None:
    person = table(1, "person", column(1, "id", not_null=True), column(2, "a"), column(3, "b", not_null=True))
    columns = plan_of(schema(person), f"  public.person: {AUTO}").tables[1].columns
    assert isinstance(columns[1].domain, Bins) and columns[1].domain.nullable
    assert isinstance(columns[2].domain, Bins) and not columns[2].domain.nullable


CHECKED = table(
    1, "person", column(1, "id", not_null=True), column(2, "age"), column(3, "status", TEXT),
    checks=(Check("a", (2,), "CHECK (((age >= 18) AND (age < 65)))"),
            Check("s", (3,), "CHECK ((status = ANY (ARRAY['new'::text, 'old'::text])))")),
)  # fmt: skip


def test_a_dropped_check_shapes_nothing_a_kept_one_does() -> None:
    dropped = plan_of(schema(CHECKED), f"  public.person: {AUTO}").tables[1]
    assert dropped.columns[2].role is Role.PLACEHOLDER
    assert isinstance(dropped.columns[1].domain, Bins) and dropped.columns[1].domain.edges[0] < 0
    kept = plan_of(schema(CHECKED), f"  public.person: {AUTO}", catalog="{checks: keep}").tables[1]
    assert isinstance(kept.columns[1].domain, Bins)
    assert (kept.columns[1].domain.edges[0], kept.columns[1].domain.edges[-1]) == (18, 65)
    assert isinstance(kept.columns[2].domain, Categories) and kept.columns[2].domain.values == ("new", "old")


def test_steps_of_months_follow_the_calendar() -> None:
    person = table(1, "person", column(1, "id", not_null=True), column(2, "born", DATE, not_null=True))
    lines = (
        "  public.person: {columns: {id: auto, born: {as: number, bounds: [2000-01-01, 2000-12-31], step: 1 month}}}"
    )
    domain = plan_of(schema(person), lines).tables[1].columns[1].domain
    assert isinstance(domain, Bins) and domain.size == 12
    assert [high - low for low, high in zip(domain.edges, domain.edges[1:])][:3] == [31, 29, 31]


def test_numeric_scale_comes_from_the_type() -> None:
    person = table(
        1,
        "person",
        column(1, "id", not_null=True),
        column(2, "pay", NUMERIC, typmod=((8 << 16) | 2) + 4, not_null=True),
    )
    lines = '  public.person: {columns: {id: auto, pay: {as: number, bounds: ["0", "10"], step: "2.5"}}}'
    domain = plan_of(schema(person), lines).tables[1].columns[1].domain
    assert isinstance(domain, Bins) and domain.edges == (0, 250, 500, 750, 1000, 1001)


def test_the_parts_never_exceed_the_whole_and_discovery_takes_its_delta() -> None:
    person = table(1, "person", column(1, "id", not_null=True), column(2, "city", TEXT))
    lines = f"  public.person: {{columns: {{id: auto, city: {{as: category, discover: {{max_values: 9}}}}}}}}\n  public.orders: {AUTO}"
    plan = plan_of(schema(person, ORDERS), lines)
    spent = sum(plan.tables[oid].rho_nano for oid in plan.order) + sum(each.rho_nano for each in plan.discoveries)
    assert 0 < spent <= plan.rho_nano
    assert plan.delta_femto == sum(each.delta_femto for each in plan.discoveries) > 0
    without = plan_of(schema(PERSON, ORDERS), f"  public.person: {AUTO}\n  public.orders: {AUTO}")
    assert plan.rho_nano < without.rho_nano, "delta' is taken off delta before rho is converted"


def test_a_budget_too_small_names_the_least() -> None:
    with pytest.raises(PlanRefused, match="the least is") as caught:
        plan_of(schema(PERSON, ORDERS), f"  public.person: {AUTO}\n  public.orders: {AUTO}", epsilon=0.001)
    least = float(caught.value.message.rsplit(" ", 1)[1])
    plan_of(schema(PERSON, ORDERS), f"  public.person: {AUTO}\n  public.orders: {AUTO}", epsilon=least * 1.01)


def test_render_says_what_becomes_of_everything() -> None:
    lines = f"  public.person: {AUTO}\n  public.orders: {AUTO}\n  public.product: {{public: true, because: web}}"
    plan = plan_of(schema(PERSON, ORDERS, PRODUCT), lines)
    text = "\n".join(plan.render())
    for words in ("public.orders -> public.person", "copied verbatim (web)", "fresh key"):
        assert words in text
    assert {each["table"] for each in plan.to_json()["tables"]} == {"public.person", "public.orders", "public.product"}
