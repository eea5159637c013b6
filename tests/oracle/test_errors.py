"""Errors at run time: the SQLSTATE is Postgres', nothing is an internal error, and the session goes on."""

from __future__ import annotations

import psycopg
import pytest

from tests.pair import Pair

STATEMENTS = [
    "select 1/0", "select 1 % 0", "select 1.0/0", "select 1::float8/0", "select 2147483647 + 1", "select 9223372036854775807 + 1",
    "select 'x'::int", "select (name || 'x')::int from products", "select (name)::date from products", "select sqrt(-1.0)",
    "select ln(0::float8)", "select 'abc' ~ '('", "select 'abc' ~ '['", "select chr(0)",
    "select (select order_id from orders)", "select substring('abc', 1, -1)", "select split_part('a', ',', 0)",
    "select 99999999999::numeric(5,2)", "select 40000::int2", "select '2024-13-01'::date", "select make_date(2024, 2, 30)",
    "select generate_series(1, 5, 0)", "select format('%s')", "select format('%q', 1)", "select '{1'::int[]", "select '{'::jsonb",
    "select jsonb_array_length('{}')", "select 'nope'::order_status", "select * from orders limit -1", "select decode('zz', 'hex')",
    "select to_date('x', 'YYYY')", "select name::jsonb from products",
]  # fmt: skip
ALIKE = [
    "select regexp_replace('abc', '(b)', '[\\1\\2]', 'g')",
    "select 'a%' like 'a#%' escape '#'",
    "select E'\\x41\\u0041\\''",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_sqlstate_is_postgres(shop: Pair, statement: str) -> None:
    states = []
    for dsn in (shop.source, shop.double):
        with psycopg.connect(dsn, autocommit=True) as connection:
            with pytest.raises(psycopg.Error) as caught:
                connection.execute(statement).fetchall()
            states.append(caught.value.sqlstate)
            assert connection.execute("select 1").fetchone() == (1,)
    assert states[1] == states[0]


@pytest.mark.parametrize("statement", ALIKE)
def test_odd_texts_go_alike(shop: Pair, statement: str) -> None:
    answers = []
    for dsn in (shop.source, shop.double):
        with psycopg.connect(dsn, autocommit=True) as connection:
            answers.append(connection.execute(statement).fetchall())
    assert answers[1] == answers[0]
