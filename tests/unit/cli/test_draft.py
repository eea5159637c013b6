"""Drafts: from structure to YAML. No server: the structures are written here as the catalog would give them."""

from __future__ import annotations

import pytest
from ruamel.yaml import YAML

from pgdouble.draft.columns import propose
from pgdouble.draft.owners import guess_unit, owned
from pgdouble.draft.render import draft, questions
from synth.source.schema import Check, Column, ForeignKey, Schema, Table

TEXT, VARCHAR, INT, BIGINT, BOOL, DATE, NUMERIC, UUID, JSONB = 25, 1043, 23, 20, 16, 1082, 1700, 2950, 3802


def column(
    attnum: int, name: str, oid: int, *, typtype: str = "b", labels: tuple[str, ...] = (), null: bool = False
) -> Column:
    """A column of a scalar type."""
    return Column(attnum, name, oid, f"type {oid}", -1, oid, 0, typtype, labels, not null)


def table(
    oid: int, name: str, *columns: Column, keys: tuple[ForeignKey, ...] = (), checks: tuple[Check, ...] = ()
) -> Table:
    """A table whose first column is its key."""
    return Table(oid, "public", name, columns, (1,), (), keys, checks)


CUSTOMERS = table(1, "customers", column(1, "id", BIGINT), column(2, "email", TEXT), column(3, "birth_date", DATE))
COUNTRIES = table(2, "countries", column(1, "code", TEXT))
ORDERS = table(
    3,
    "orders",
    column(1, "id", BIGINT),
    column(2, "customer_id", BIGINT),
    column(3, "sold_by", BIGINT, null=True),
    column(4, "country", TEXT),
    keys=(ForeignKey(11, "a", (3,), 1, (1,)), ForeignKey(12, "b", (2,), 1, (1,)), ForeignKey(13, "c", (4,), 2, (1,))),
)
LINES = table(
    4, "lines", column(1, "order_id", BIGINT), column(2, "no", INT), keys=(ForeignKey(14, "d", (1,), 3, (1,)),)
)
SHOP = Schema({each.oid: each for each in (CUSTOMERS, COUNTRIES, ORDERS, LINES)})


def test_the_unit_is_what_most_tables_belong_to() -> None:
    """Countries is referred to as well, but owns fewer; customers has a person's name too."""
    assert guess_unit(SHOP) is CUSTOMERS
    assert guess_unit(Schema({})) is None


def test_owners_follow_keys_and_prefer_those_that_are_never_null() -> None:
    """The second path to the unit is kept for the reviewer."""
    owners = owned(SHOP, CUSTOMERS)
    assert set(owners) == {3, 4}
    assert owners[3].key.columns == (2,)
    assert [key.columns for key in owners[3].alternatives] == [(3,)]


def test_a_circle_of_keys_ends() -> None:
    """a belongs to the unit through an optional key, and to b, which belongs to a."""
    unit = table(1, "users", column(1, "id", BIGINT))
    first = table(
        2, "a", column(1, "id", BIGINT), column(2, "u", BIGINT, null=True), column(3, "b", BIGINT),
        keys=(ForeignKey(10, "x", (2,), 1, (1,)), ForeignKey(11, "y", (3,), 3, (1,))),
    )  # fmt: skip
    second = table(3, "b", column(1, "id", BIGINT), column(2, "a", BIGINT), keys=(ForeignKey(12, "z", (2,), 2, (1,)),))
    owners = owned(Schema({each.oid: each for each in (unit, first, second)}), unit)
    assert owners[2].key.target == 1
    assert owners[3].key.target == 2


def test_the_draft_is_yaml_and_declares_nothing_public() -> None:
    """Default deny: a table without an owner is excluded until somebody says otherwise."""
    text = draft(SHOP, CUSTOMERS)
    document = YAML(typ="safe").load(text)
    assert document["privacy"]["unit"] == "public.customers"
    assert document["tables"]["public.countries"] == {"exclude": True}
    assert not any(entry.get("public") for entry in document["tables"].values())
    assert document["tables"]["public.orders"]["owner"] == "customer_id"
    assert set(document["tables"]["public.orders"]["columns"]) == {"id", "customer_id", "sold_by", "country"}
    assert questions(text) == text.count("REVIEW:")


def test_odd_names_survive() -> None:
    """Spaces, quotes, keywords and capitals in names."""
    odd = table(1, "My users", column(1, "null", BIGINT), column(2, "it's: #1", TEXT), column(3, "Ünï", BOOL))
    document = YAML(typ="safe").load(draft(Schema({1: odd}), odd))
    assert list(document["tables"]["public.My users"]["columns"]) == ["null", "it's: #1", "Ünï"]


def checked(oid: int, definition: str) -> tuple[Table, Column]:
    """A table with one checked column beside its key."""
    value = column(2, "x", oid)
    return table(1, "t", column(1, "id", BIGINT), value, checks=(Check("c", (2,), definition),)), value


SOURCE = "source: its CHECK constraint"
PROPOSALS = [
    (
        "list of varchar",
        VARCHAR,
        "CHECK (((x)::text = ANY ((ARRAY['web'::character varying, 'it''s'::character varying])::text[])))",
        f"{{as: category, values: [web, 'it''s'], {SOURCE}}}",
    ),
    (
        "list of text",
        TEXT,
        "CHECK ((x = ANY (ARRAY['a'::text, '1'::text])))",
        f"{{as: category, values: [a, '1'], {SOURCE}}}",
    ),
    ("a list or else is no list", TEXT, "CHECK (((x = ANY (ARRAY['a'::text])) OR (length(x) > 3)))", "{as: text}"),
    ("between", INT, "CHECK (((x >= 1) AND (x <= 99)))", "{as: number, bounds: [1, 99], step: 1}"),
    (
        "between with casts",
        NUMERIC,
        "CHECK (((x >= (0)::numeric) AND (x <= (60)::numeric)))",
        "{as: number, bounds: [0, 60], step: 1}",
    ),
    (
        "between with a negative",
        NUMERIC,
        "CHECK (((x >= ('-5'::integer)::numeric) AND (x <= (500)::numeric)))",
        "{as: number, bounds: [-5, 500], step: 10}",
    ),
    ("half open", INT, "CHECK ((x >= 1))", "auto"),
]


@pytest.mark.parametrize(
    ("oid", "definition", "entry"), [case[1:] for case in PROPOSALS], ids=[case[0] for case in PROPOSALS]
)
def test_literals_of_a_check_become_a_proposal_with_a_question(oid: int, definition: str, entry: str) -> None:
    """As Postgres prints them; what is not understood falls back on the type."""
    proposal = propose(*checked(oid, definition))
    assert proposal.question
    assert proposal.entry == entry


TYPES = [
    ("boolean", column(2, "x", BOOL), "auto"),
    ("enum", column(2, "x", 99_999, typtype="e", labels=("a",)), "auto"),
    ("uuid", column(2, "x", UUID), "{as: format, format: uuid}"),
    ("email by name", column(2, "work_email", TEXT), "{as: format, format: email}"),
    ("birth date", column(2, "birth_date", DATE), "{as: number, bounds: [1920-01-01, 2015-12-31], step: 1 year}"),
    ("json", column(2, "x", JSONB), "{as: text}"),
]


@pytest.mark.parametrize(("value", "entry"), [case[1:] for case in TYPES], ids=[case[0] for case in TYPES])
def test_proposals_by_type_and_name(value: Column, entry: str) -> None:
    """The safest useful entry."""
    assert propose(table(1, "t", column(1, "id", BIGINT), value), value).entry == entry


def test_keys_are_auto_and_natural_keys_are_made_up() -> None:
    """A surrogate is numbered anew; a text key would be copied data."""
    natural = table(1, "t", column(1, "email", TEXT))
    assert propose(natural, natural.columns[0]).entry == "{as: format, format: email}"
    assert propose(ORDERS, ORDERS.columns[3]).entry == "auto"
    assert propose(CUSTOMERS, CUSTOMERS.columns[0]).entry == "auto"
