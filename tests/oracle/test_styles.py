"""Texts inside a statement under settings that change them: Postgres' answer or a refusal, never another text."""

from __future__ import annotations

import psycopg
import pytest

from tests.oracle.compare import NOT_SUPPORTED, ask
from tests.pair import Pair

STYLES = [
    ("DateStyle", "German"), ("DateStyle", "SQL, DMY"), ("DateStyle", "ISO, DMY"), ("IntervalStyle", "iso_8601"),
    ("bytea_output", "escape"), ("extra_float_digits", "0"), ("extra_float_digits", "3"), ("TimeZone", "Asia/Kolkata"),
]  # fmt: skip
STATEMENTS = [
    "select placed_at::text, placed_at from orders order by order_id limit 3", "select '1 day 2 hours'::interval::text || ''",
    "select timestamptz '2024-01-01 10:00' at time zone 'UTC'", "select extract(epoch from '2024-01-01'::timestamptz)",
    "select 'today'::date = current_date", "select 'now'::timestamptz = now()",
    "select '\\xdeadbeef'::bytea::text || ''", "select (0.1::float8 + 0.2)::text || ''", "select array[now()::date]::text is null",
    "select tstzrange('2024-01-01', '2024-07-01'), upper(tstzrange('2024-01-01', null))", "select tstzrange('2024-01-01', null)::text",
    "select daterange('2024-01-01', null)::text",
    "select (x || '/2024')::date from (values ('02/01')) v(x)", "select date '01/02/2024' + 0", "select row(date '2024-02-01')::text",
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), STYLES)
def test_alike_or_refused(shop: Pair, name: str, value: str) -> None:
    source, double = shop.connect()
    for connection in (source, double):
        assert not ask(connection, f"set {name} = '{value}'").sqlstate
    different = []
    for statement in STATEMENTS:
        expected, found = ask(source, statement), ask(double, statement)
        if found.sqlstate != NOT_SUPPORTED and (expected.rows, expected.sqlstate) != (found.rows, found.sqlstate):
            different.append((statement, expected, found))
    assert not different
    assert double.transaction_status == psycopg.pq.TransactionStatus.IDLE
