"""How deep and how long statements may be: what Postgres answers is answered up to 800 levels, and 10,000 terms where they are flat.

Deeper ones are refused in Postgres' words, and the server goes on.
"""

from __future__ import annotations

import pytest
from psycopg import pq

from tests.oracle.compare import ask, difference
from tests.pair import Pair


def nested(opening: str, inner: str, closing: str, levels: int) -> str:
    """opening opening ... inner ... closing closing."""
    return opening * levels + inner + closing * levels


ANSWERED = {
    "brackets": "select " + nested("(", "1", ")", 790),
    "sum": "select " + "+".join(["1"] * 800),
    "concatenation": "select " + "||".join(["'a'"] * 800),
    "calls": "select " + nested("abs(", "-1", ")", 790),
    "case": "select " + nested("case when product_id = 1 then 2 else ", "3", " end", 790) + " from products order by 1",
    "coalesce": "select " + nested("coalesce(null::int, ", "1", ")", 790),
    "not": "select " + "not " * 790 + "true",
    "subqueries": nested("select * from (", "select 1 as a", ") s", 700),
    "scalar subqueries": "select " + nested("(select ", "1", ")", 700),
    "exists": "select 1 where " + nested("exists (select 1 where ", "true", ")", 700),
    "IN list": "select count(*) from products where product_id in (" + ", ".join(map(str, range(10_000))) + ")",
    "AND chain": "select " + " and ".join(["true"] * 10_000),
    "OR chain": "select count(*) from products where " + " or ".join(f"product_id = {n}" for n in range(10_000)),
}
TOO_DEEP = {
    "sum": "select " + "+".join(["1"] * 100_000),
    "product": "select " + "*".join(["1"] * 10_000),
}
DEEPER_THAN_OURS = {"brackets": "select " + nested("(", "1", ")", 5_000)}


@pytest.mark.parametrize("title", ANSWERED)
def test_deep_statements_are_answered_alike(shop: Pair, title: str) -> None:
    source, double = shop.connect()
    expected = ask(source, ANSWERED[title])
    assert not expected.sqlstate
    assert difference(expected, ask(double, ANSWERED[title]), ordered=True) == ""


def refused(connection: pq.PGconn, statement: str) -> tuple[bytes | None, ...]:
    result = connection.exec_(statement.encode())
    field = pq.DiagnosticField
    parts = (field.SQLSTATE, field.MESSAGE_PRIMARY, field.MESSAGE_DETAIL, field.MESSAGE_HINT, field.STATEMENT_POSITION)
    return tuple(result.error_field(part) for part in parts)


@pytest.mark.parametrize("title", TOO_DEEP)
def test_what_postgres_refuses_is_refused_in_its_words(shop: Pair, title: str) -> None:
    source, double = shop.connect()
    expected = refused(source, TOO_DEEP[title])
    assert expected[0] == b"54001"
    assert refused(double, TOO_DEEP[title]) == expected
    assert ask(double, "select 1").rows == ((b"1",),)


@pytest.mark.parametrize("title", DEEPER_THAN_OURS)
def test_what_only_postgres_answers(shop: Pair, title: str) -> None:
    """54001 with its hint; the next statement is answered."""
    _, double = shop.connect()
    found = refused(double, DEEPER_THAN_OURS[title])
    assert found[:2] == (b"54001", b"stack depth limit exceeded") and b"max_stack_depth" in (found[3] or b"")
    assert ask(double, "select 1").rows == ((b"1",),)
