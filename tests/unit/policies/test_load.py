"""policy.yaml → Policy: what is taken, and that every refusal names its place and says what to do."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from policies.errors import PolicyInvalid
from policies.load import load_policy, parse_policy
from policies.model import Keep

# The design's example, with the tables its patterns name.
DESIGN = """\
version: 1
privacy:
  unit: public.customers
  budget:   {epsilon: 4, delta: 1e-9, window: 365d}
  lifetime: {epsilon: 10, delta: 1e-8}
  release:  {epsilon: 1}
  collusion: assume
catalog:
  {comments: drop, defaults: drop, checks: drop, views: drop, partial_indexes: drop, enums: keep}
tables:
  public.customers:
    columns:
      email:      {as: format, format: email}
      birth_date: {as: number, bounds: [1920-01-01, 2012-12-31], step: 1 month}
      country:    {as: category, values: [DE, FR, IT, ES, NL, NO], source: ISO 3166}
      city:       {as: category, discover: {max_values: 500}}
      notes:      {as: text}
  public.orders:    {owner: customer_id, columns: {"*": auto}}
  public.products:  {public: true, because: web catalogue}
  public.audit_log: {exclude: true}
roles:
  analyst:
    grants:
      - {tables: [public.*], columns: {deny: [public.customers.email]}}
      - {tables: [public.orders], rows: "status <> 'draft'"}
    exposure: {epsilon: 2}
    quota: {sessions: 20, concurrent: 4, statement_timeout: 60s, rows_per_day: 50_000_000, statements_per_minute: 600}
  contractor:
    grants: [{tables: [public.products, public.orders], min_group: 10}]
tests:
  - {role: contractor, sql: "select * from customers", expect: deny}
"""


def refused(text: str) -> PolicyInvalid:
    with pytest.raises(PolicyInvalid) as caught:
        parse_policy(text)
    assert caught.value.hint.endswith((".", "?"))
    assert all(line.startswith("policy.yaml:") for line in caught.value.message.splitlines())
    return caught.value


def changed(old: str, new: str) -> str:
    assert DESIGN.count(old) == 1
    return DESIGN.replace(old, new)


def test_the_design_example_loads() -> None:
    loaded = parse_policy(DESIGN)
    policy = loaded.policy
    customers = policy.tables["public.customers"].columns
    assert policy.privacy.budget.window == timedelta(days=365)
    assert policy.privacy.release_delta == 1e-9
    assert policy.catalog.enums is Keep.KEEP and not policy.catalog.keeps("checks")
    assert customers["birth_date"].bounds == ("1920-01-01", "2012-12-31")
    assert customers["country"].values is not None and customers["country"].values[-1] == "NO"
    assert policy.tables["public.orders"].owner == ("customer_id",)
    assert policy.roles["analyst"].quota.rows_per_day == 50_000_000
    assert loaded.at("roles", "analyst", "grants", 1) == "policy.yaml:25:9"


def test_a_row_filter_that_another_grant_undoes_is_pointed_out() -> None:
    (warning,) = parse_policy(DESIGN).warnings
    assert warning.startswith("policy.yaml:25:9: the row filter hides nothing of public.orders")


def test_a_grant_of_what_is_no_table_is_pointed_out_for_it_may_be_a_view() -> None:
    _, warning = parse_policy(changed("[public.products, public", "[public.product, public")).warnings
    assert warning.startswith('policy.yaml:29:15: "public.product" matches no table of the policy')


@pytest.mark.parametrize("entry", ["notes: null", "notes: {as: null}", "notes: {as: 'null'}"])
def test_null_is_a_kind(entry: str) -> None:
    policy = parse_policy(changed("notes:      {as: text}", entry)).policy
    assert policy.tables["public.customers"].columns["notes"].as_ == "null"


def test_scalars_of_values_and_bounds_stay_as_written() -> None:
    text = changed("values: [DE, FR, IT, ES, NL, NO]", "values: [007, 1e3, true, 1_000, ~, 2020-01-01, 1.50]")
    values = parse_policy(text).policy.tables["public.customers"].columns["country"].values
    assert values == ("007", "1e3", "true", "1_000", "~", "2020-01-01", "1.50")


REFUSALS = [
    ("unknown key, with the nearest", "exposure: {epsilon: 2}", "exposre: {epsilon: 2}", '26:5: unknown key "exposre"'),
    ("key twice", "  public.products:  {", "  public.customers:  {", '19:3: key "public.customers" appears twice'),
    ("syntax", "version: 1", "version: [1", "policy.yaml:2:"),
    ("missing key", "unit: public.customers", "neighbours: add-remove-one-unit #", 'lacks the key "unit"'),
    ("wrong type", "sessions: 20", "sessions: many", "sessions: input should be a valid integer"),
    ("duration without a unit", "window: 365d", "window: 365x", "a duration is a whole number"),
    ("infinite budget", "{epsilon: 4, delta", "{epsilon: .inf, delta", "epsilon"),
    ("no budget", "{epsilon: 4, delta", "{epsilon: 0, delta", "greater than 0"),
    ("delta of one", "delta: 1e-9", "delta: 1", "delta"),
    ("another version", "version: 1", "version: 2", "version"),
    ("public without reason", ", because: web catalogue", "", "needs `because`"),
    ("public with empty reason", "because: web catalogue", "because: ' '", "needs `because`"),
    ("public and excluded", "{exclude: true}", "{exclude: true, row_level: true}", "either `exclude` or `row_level`"),
    ("not public is silence", "{exclude: true}", "{exclude: false}", "exclude"),
    ("values without source", ", source: ISO 3166", "", "need a `source`"),
    ("values twice", "NL, NO]", "NL, NL]", "must be different"),
    ("neither values nor discovery", "discover: {max_values: 500}", "source: x", "either `values`"),
    ("number without a step", ", step: 1 month", "", "needs `step`"),
    ("a kind's foreign field", "{as: text}", "{as: text, step: 1}", "takes no `step`"),
    ("unknown kind", "{as: text}", "{as: copy}", "as"),
    ("unit without an entry", "unit: public.customers", "unit: public.people", "has no entry under tables"),
    ("unit that is public", "unit: public.customers", "unit: public.products", "owns itself"),
    ("table without schema", "public.audit_log:", "audit_log:", "needs its schema"),
    ("release above the window", "release:  {epsilon: 1}", "release:  {epsilon: 5}", "more epsilon than the whole window"),
    ("release delta above", "release:  {epsilon: 1}", "release:  {epsilon: 1, delta: 1e-8}", "more delta than the whole"),
    ("window above lifetime", "{epsilon: 10,", "{epsilon: 3,", "the window has more epsilon than the lifetime"),
    ("forbidden table that is none", "roles:\n  analyst:", "forbid: [{tables: [public.product], roles: [analyst]}]\nroles:\n  analyst:",
     "no table of the policy"),
    ("misspelt denied column", "customers.email]", "customers.emial]", '"public.customers.emial" matches no column'),
    ("denied column of no granted table", "columns: {deny: [public.customers.email]}", "columns: {deny: [a.b.c]}", "no column"),
    ("both sides of columns", "{deny: [public", "{allow: [x], deny: [public", "either `allow` or `deny`"),
    ("test of an unknown role", "{role: contractor, sql", "{role: nobody, sql", 'no role "nobody"'),
    ("alias", "email:      {as: format, format: email}", "email: &a {as: text}\n      phone: *a", "anchors and aliases"),
    ("endless alias", "email:      {as: format, format: email}", "email: &a {as: *a}", "anchors and aliases"),
    ("enum labels dropped", "enums: keep", "enums: drop", "enum labels cannot be dropped"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "old", "new", "said"), REFUSALS, ids=[case[0] for case in REFUSALS])
def test_refused(title: str, old: str, new: str, said: str) -> None:
    assert said in refused(changed(old, new)).message


@pytest.mark.parametrize("text", ["", "[]", "just text", "{" * 3_000, "[" * 900, "a: b: c", "\x00", "--- 1\n--- 2\n"])
def test_no_text_breaks_the_reader(text: str) -> None:
    refused(text)


def test_several_errors_are_reported_together() -> None:
    text = changed("exposure: {epsilon: 2}", "exposre: 2").replace("sessions: 20", "sessions: 0")
    error = refused(text.replace(", because: web catalogue", ""))
    assert len(error.message.splitlines()) == 3
    assert error.hint == 'Did you mean "exposure"?'


MIXED = [
    ("columns", "columns: {deny: [email]}", "in columns"),
    ("shape", "min_group: 5", "in aggregates_only or min_group"),
    ("expiry", "expires: 2027-01-01", "in expires"),
]


@pytest.mark.parametrize(("title", "extra", "said"), MIXED, ids=[case[0] for case in MIXED])
def test_grants_that_differ_in_rows_differ_in_nothing_else(title: str, extra: str, said: str) -> None:
    first = '{tables: [public.customers], rows: "true"}'
    second = f'{{tables: [public.c*], rows: "city = 1", {extra}}}'
    old = "{tables: [public.products, public.orders], min_group: 10}"
    assert said in refused(changed(old, f"{first}, {second}")).message
    parse_policy(changed(old, f"{first}, {second.replace('city = 1', 'true')}"))


def test_inheritance_cannot_go_round() -> None:
    text = changed("  contractor:\n", "  contractor:\n    inherits: [analyst]\n").replace(", min_group: 10", "")
    parse_policy(text)
    message = refused(text.replace("  analyst:\n", "  analyst:\n    inherits: [contractor, ghost]\n")).message
    assert 'role "analyst" inherits from itself' in message
    assert 'no role "ghost"' in message


def test_file_errors_are_policy_errors(tmp_path: Path) -> None:
    with pytest.raises(PolicyInvalid, match="no such file"):
        load_policy(tmp_path / "policy.yaml")
    (tmp_path / "policy.yaml").write_bytes(b"version: \xff")
    with pytest.raises(PolicyInvalid, match="UTF-8"):
        load_policy(tmp_path / "policy.yaml")
