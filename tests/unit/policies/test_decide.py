"""Decisions: default deny, forbids first, one grant for all columns; and what no order of rules may change."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policies.decide import Access, Decision, Effect, RolePolicy, decide, role_policies, row_filter, visible
from policies.exposure import exposure_limits
from policies.load import parse_policy

TODAY = date(2026, 3, 1)
HEAD = """\
version: 1
privacy:
  unit: public.customers
  budget: {epsilon: 4, delta: 1e-9, window: 365d}
  lifetime: {epsilon: 4, delta: 1e-9}
  release: {epsilon: 1}
tables:
  public.customers: {columns: {id: auto, email: auto, city: auto}}
  public.orders: {columns: {id: auto, total: auto, status: auto}}
  public.v_orders: {public: true, because: test}
  "public.odd[1]": {columns: {a: auto}}
"""


def role(text: str, name: str = "r") -> RolePolicy:
    return role_policies(parse_policy(HEAD + text))[name]


def of(*touched: str, aggregates: bool = False, today: date = TODAY) -> Access:
    """`public.orders total id` touches two columns."""
    relations = {words[0]: frozenset(words[1:]) for words in (text.split() for text in touched)}
    return Access(relations, today, aggregates)


NOTHING = "roles: {r: {}}"
ORDERS = "roles: {r: {grants: [{tables: [public.orders]}]}}"
NO_EMAIL = "roles: {r: {grants: [{tables: [public.*], columns: {deny: [email]}}]}}"
QUALIFIED = "roles: {r: {grants: [{tables: [public.*], columns: {deny: [public.customers.id]}}]}}"
ALLOWED = "roles: {r: {grants: [{tables: [public.customers], columns: {allow: [id, city]}}]}}"
AGGREGATES = "roles: {r: {grants: [{tables: [public.orders], min_group: 10}]}}"
SPLIT = (
    "roles: {r: {grants: [{tables: [public.orders], columns: {allow: [id]}}, "
    "{tables: [public.orders], columns: {allow: [total]}}]}}"
)
FORBID = (
    ORDERS.replace("public.orders", "public.*")
    + "\nforbid: [{roles: ['*'], tables: [public.customers], columns: [email]}]"
)
FORBID_TABLE = ORDERS.replace("public.orders", "public.*") + "\nforbid: [{roles: [r], tables: ['public.odd[1]']}]"
EXPIRING = "roles: {r: {grants: [{tables: [public.orders], expires: 2026-03-01}]}}"

CASES = [
    ("an empty role reads nothing", NOTHING, of("public.orders"), False),
    ("counting rows is reading", NOTHING, of("public.orders", aggregates=True), False),
    ("system relations are everyone's", NOTHING, of("pg_catalog.pg_class oid"), True),
    ("a schema that looks like the system's is not", NOTHING, of("pg_catalog.x.pg_class oid"), False),
    ("a statement without relations", NOTHING, of(), True),
    ("granted", ORDERS, of("public.orders id total"), True),
    ("one relation too many", ORDERS, of("public.orders id", "public.customers"), False),
    ("case matters", ORDERS, of("public.Orders id"), False),
    ("a longer name", ORDERS, of("public.orders2 id"), False),
    ("a denied column", NO_EMAIL, of("public.customers id email"), False),
    ("a table with a denied column", NO_EMAIL, of("public.customers id"), True),
    ("a qualified deny leaves the same name elsewhere", QUALIFIED, of("public.orders id"), True),
    ("a qualified deny", QUALIFIED, of("public.customers id"), False),
    ("an allowed column", ALLOWED, of("public.customers city"), True),
    ("a column not in allow", ALLOWED, of("public.customers city email"), False),
    ("two grants do not add up", SPLIT, of("public.orders id total"), False),
    ("either alone", SPLIT, of("public.orders total"), True),
    ("aggregates of an aggregate grant", AGGREGATES, of("public.orders total", aggregates=True), True),
    ("rows of an aggregate grant", AGGREGATES, of("public.orders total"), False),
    ("a forbid beats a grant", FORBID, of("public.customers email"), False),
    ("a forbid of a column leaves the others", FORBID, of("public.customers id"), True),
    ("brackets in a forbid's name are no pattern", FORBID_TABLE, of("public.odd[1] a"), False),
    ("the last day of a grant", EXPIRING, of("public.orders id"), True),
    ("the day after", EXPIRING, of("public.orders id", today=TODAY + timedelta(days=1)), False),
]


@pytest.mark.parametrize(("title", "text", "access", "allowed"), CASES, ids=[case[0] for case in CASES])
def test_decide(title: str, text: str, access: Access, allowed: bool) -> None:
    decision = decide(role(text), access)
    assert decision.effect is (Effect.ALLOW if allowed else Effect.DENY)
    assert decision.reason
    if not allowed:
        assert decision.relation in access.relations


def test_a_decision_names_its_rule_and_the_smallest_grant() -> None:
    allowed = decide(role(ORDERS), of("public.orders id"))
    assert allowed.rules == ("policy.yaml:12:22",)
    denied = decide(role(ALLOWED), of("public.customers email city"))
    assert denied.rules == ()
    assert denied.remedy.endswith("{tables: [public.customers], columns: {allow: [city, email]}}.")
    grant = denied.remedy.split(": ", 1)[1].removesuffix(".")
    healed = role(ALLOWED.replace("grants: [", f"grants: [{grant}, "))
    assert decide(healed, of("public.customers email city")).effect is Effect.ALLOW
    assert decide(role(FORBID), of("public.customers email")).rules == ("policy.yaml:13:10",)


def test_an_expired_grant_says_so() -> None:
    denied = decide(role(EXPIRING), of("public.orders id", today=date(2026, 4, 1)))
    assert "expired after 2026-03-01" in denied.reason


def test_min_groups_are_the_least_of_the_grants_of_each_relation() -> None:
    text = (
        "roles: {r: {grants: [{tables: [public.orders], min_group: 10}, {tables: [public.orders], min_group: 5}, "
        "{tables: [public.customers], min_group: 7}, {tables: [public.v_orders]}]}}"
    )
    access = of("public.orders id", "public.customers id", "public.v_orders x", aggregates=True)
    assert decide(role(text), access).min_groups == {"public.customers": 7, "public.orders": 5}
    assert decide(role(text), of("public.v_orders x")).min_groups == {}


VIEWS = {"public.v_orders": {"public.orders": frozenset({"id", "status"})}}


@pytest.mark.parametrize(
    ("title", "grants", "forbid", "allowed"),
    [
        ("invoker's rights need the base table", "{tables: [public.v_orders]}", "", False),
        ("with the base table", "{tables: [public.v_orders]}, {tables: [public.orders]}", "", True),
        ("a base column denied", "{tables: [public.*], columns: {deny: [status]}}", "", False),
        ("definer's rights", "{tables: [public.v_orders], definer: true}", "", True),
        ("a forbid reaches through", "{tables: [public.v_orders], definer: true}", "{roles: [r], tables: [public.orders]}", False),
    ],
)  # fmt: skip
def test_views(title: str, grants: str, forbid: str, allowed: bool) -> None:
    text = f"roles: {{r: {{grants: [{grants}]}}}}\nforbid: [{forbid}]"
    access = Access({"public.v_orders": frozenset({"id"})}, TODAY, views=VIEWS)
    assert (decide(role(text), access).effect is Effect.ALLOW) is allowed


def test_visible_is_what_a_single_column_statement_may_read() -> None:
    columns = frozenset({"id", "email", "city"})
    for text in (NOTHING, ORDERS, NO_EMAIL, QUALIFIED, ALLOWED, AGGREGATES, FORBID, FORBID_TABLE):
        seen = visible(role(text), "public.customers", columns, TODAY) or frozenset()
        for column in columns:
            allowed = decide(role(text), of(f"public.customers {column}", aggregates=True)).effect is Effect.ALLOW
            assert allowed is (column in seen), (text, column)
    assert visible(role(NOTHING), "public.orders", frozenset({"id"}), TODAY) is None
    assert visible(role(EXPIRING), "public.orders", frozenset({"id"}), TODAY + timedelta(days=1)) is None
    assert visible(role(FORBID_TABLE), "public.odd[1]", frozenset({"a"}), TODAY) is None
    assert visible(role(NOTHING), "pg_catalog.pg_class", frozenset({"oid"}), TODAY) == frozenset({"oid"})


def test_row_filters() -> None:
    both = "{tables: [public.orders], rows: a}, {tables: [public.orders], rows: b}"
    restrict = "restrict: [{tables: [public.*], rows: d}, {tables: [public.orders], rows: c}]"
    assert row_filter(role(ORDERS), "public.orders", TODAY) is None
    assert row_filter(role(f"roles: {{r: {{grants: [{both}]}}}}"), "public.orders", TODAY) == "((a) OR (b))"
    open_too = role(f"roles: {{r: {{grants: [{both}, {{tables: [public.orders]}}]}}}}")
    assert row_filter(open_too, "public.orders", TODAY) is None
    narrowed = role(f"roles: {{r: {{grants: [{both}], {restrict}}}}}")
    assert row_filter(narrowed, "public.orders", TODAY) == "((a) OR (b)) AND (c) AND (d)"
    assert row_filter(role(f"roles: {{r: {{{restrict}}}}}"), "public.orders", TODAY) == "false"
    assert row_filter(role(EXPIRING), "public.orders", TODAY + timedelta(days=1)) == "false"
    assert row_filter(narrowed, "pg_catalog.pg_class", TODAY) is None


FAMILY = """\
roles:
  r: {inherits: [p], quota: {sessions: 9}, exposure: {epsilon: 3}}
  p: {inherits: [q], grants: [{tables: [public.orders]}], restrict: [{tables: [public.orders], rows: a}]}
  q: {quota: {sessions: 2, concurrent: 1}, exposure: {epsilon: 2}}
forbid: [{roles: [q], tables: [public.customers]}]
"""


def test_who_inherits_a_role_inherits_its_limits_too() -> None:
    child = role(FAMILY)
    assert decide(child, of("public.orders id")).effect is Effect.ALLOW
    assert row_filter(child, "public.orders", TODAY) == "(a)"
    assert (child.quota.sessions, child.quota.concurrent) == (2, 1)
    assert decide(child, of("public.customers id")).rules
    assert exposure_limits(parse_policy(HEAD + FAMILY).policy) == {"r": 2, "p": 2, "q": 2}


TABLES = ["public.customers", "public.orders", "public.v_orders"]
COLUMNS = ["id", "email", "total", "city"]
PATTERNS = st.lists(st.sampled_from([*TABLES, "public.*", "*.orders"]), min_size=1, max_size=2)
NAMED = st.sampled_from(["id", "i*", "*", "public.*.id", "*.id"])
quick = settings(deadline=None, max_examples=80)


@st.composite
def grants(draw: st.DrawFn) -> str:
    parts = [f"tables: [{', '.join(repr(one) for one in draw(PATTERNS))}]"]
    if draw(st.booleans()):
        side = draw(st.sampled_from(["allow", "deny"]))
        parts.append(f"columns: {{{side}: [{draw(NAMED)!r}]}}")
    parts.append(
        draw(st.sampled_from(["definer: false", "min_group: 3", "expires: 2026-02-28", "expires: 2026-03-01"]))
    )
    return "{" + ", ".join(parts) + "}"


@st.composite
def forbids(draw: st.DrawFn) -> str:
    columns = f", columns: [{draw(NAMED)!r}]" if draw(st.booleans()) else ""
    return f"{{roles: [r], tables: [{', '.join(repr(one) for one in draw(PATTERNS))}]{columns}}}"


ACCESSES = st.builds(
    lambda relations, shape: Access(relations, TODAY, shape),
    st.dictionaries(st.sampled_from(TABLES), st.frozensets(st.sampled_from(COLUMNS)), min_size=1),
    st.booleans(),
)
# Every column may exist, so that no drawn pattern is refused as a misspelling.
OPEN = HEAD.replace("city: auto}", '"*": auto}').replace("status: auto}", '"*": auto}')


def decided(rules: list[str], forbidden: list[str], access: Access) -> Decision:
    text = OPEN + f"roles: {{r: {{grants: [{', '.join(rules)}]}}}}\nforbid: [{', '.join(forbidden)}]"
    return decide(role_policies(parse_policy(text))["r"], access)


@quick
@given(st.lists(grants(), max_size=4), st.lists(forbids(), max_size=2), ACCESSES, st.randoms(use_true_random=False))
def test_order_changes_nothing(rules: list[str], forbidden: list[str], access: Access, order: random.Random) -> None:
    before = decided(rules, forbidden, access)
    order.shuffle(rules)
    order.shuffle(forbidden)
    names = list(access.relations)
    order.shuffle(names)
    shuffled = Access({name: access.relations[name] for name in names}, TODAY, access.aggregates_only)
    after = decided(rules, forbidden, shuffled)
    assert (before.effect, before.min_groups, before.relation) == (after.effect, after.min_groups, after.relation)


@quick
@given(st.lists(grants(), max_size=3), st.lists(forbids(), max_size=2), ACCESSES, grants(), forbids())
def test_a_grant_never_denies_and_a_forbid_never_allows(
    rules: list[str], forbidden: list[str], access: Access, grant: str, forbid: str
) -> None:
    before = decided(rules, forbidden, access).effect
    if before is Effect.ALLOW:
        assert decided([*rules, grant], forbidden, access).effect is Effect.ALLOW
    else:
        assert decided(rules, [*forbidden, forbid], access).effect is Effect.DENY


@quick
@given(st.lists(grants(), max_size=3), st.lists(forbids(), max_size=2), ACCESSES, st.sampled_from(COLUMNS))
def test_touching_more_is_never_allowed_where_less_is_denied(
    rules: list[str], forbidden: list[str], access: Access, column: str
) -> None:
    if decided(rules, forbidden, access).effect is Effect.DENY:
        wider = {name: columns | {column} for name, columns in access.relations.items()}
        assert decided(rules, forbidden, Access(wider, TODAY, access.aggregates_only)).effect is Effect.DENY
