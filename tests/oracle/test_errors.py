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
    "select to_date('x', 'YYYY')", "select name::jsonb from products", "select repeat('ab', 2000000000)",
    "select lpad('x', 2000000000)", "select rpad(name, 2000000000, 'ab') from products", "select exp(1000::float8)",
    "select power(10::float8, 400)", "select 1e308::float8 * 10", "select 1e308::float8 + 1e308::float8", "select exp(1000000.0)",
    "select case when product_id < 0 then 1/0 end from products", "select 1/0 from products where false",
    "select product_id from products where product_id < 0 and sqrt(-1.0) > 0", "select coalesce(product_id, 1/0) from products",
    "select p.product_id from products p full join products q on p.product_id < q.product_id", "select chr(-1)",
    "select 42 <> 9223372036854775807 + product_id from products", "select 'bc' like 'b\\'",
    "select * from orders offset -1", "select * from orders limit 1 offset (0 - 1)",
]  # fmt: skip
# Postgres answers some of these, from memory that the double has not.
TOO_LARGE = [
    "select repeat('ab', 1000000000)", "select lpad('x', 200000000)", "select rpad('x', 200000000, 'ab')",
    "select length(repeat(name, 100000 * product_id::int)) from products", "select format('%1000000000s', 1)",
    "select array_fill(1, array[100000000])", "select length(replace(repeat('a', 100000), 'a', repeat('b', 100000)))",
    "select count(*) from (select generate_series(1, 1000000000)) s",
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


@pytest.mark.parametrize("statement", TOO_LARGE)
def test_values_that_the_memory_limit_does_not_see_are_refused(shop: Pair, statement: str) -> None:
    with psycopg.connect(shop.double, autocommit=True) as connection:
        with pytest.raises(psycopg.errors.ProgramLimitExceeded):
            connection.execute(statement).fetchall()
        assert connection.execute("select 1").fetchone() == (1,)


@pytest.mark.parametrize("statement", ALIKE)
def test_odd_texts_go_alike(shop: Pair, statement: str) -> None:
    answers = []
    for dsn in (shop.source, shop.double):
        with psycopg.connect(dsn, autocommit=True) as connection:
            answers.append(connection.execute(statement).fetchall())
    assert answers[1] == answers[0]
