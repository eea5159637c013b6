"""Bound parameters mean what they mean to Postgres, in every type and wherever a constant may stand."""

from __future__ import annotations

import pytest

from tests.oracle.functions.bench import Bench, Params

INT4, INT8, TEXT, NUMERIC, FLOAT8, BOOL, DATE, TIMESTAMP, TIMESTAMPTZ = 23, 20, 25, 1700, 701, 16, 1082, 1114, 1184
INTERVAL, UUID, BYTEA, JSONB, INT4_ARRAY, TEXT_ARRAY, NUMERIC_ARRAY = 1186, 2950, 17, 3802, 1007, 1009, 1231

CASES: list[tuple[str, Params]] = [
    ("select id from probe where id = $1", [(INT4, "4")]),
    ("select id from probe where n2 = $1 order by id", [(NUMERIC, "10.5")]),
    ("select id from probe where n2 > $1 order by id", [(NUMERIC, "0.00999")]),
    ("select id from probe where n2 < $1 order by id", [(NUMERIC, "NaN")]),
    ("select n2 = $1, n2 <> $1, n = $1 from probe order by id", [(NUMERIC, "10.500")]),
    ("select $1 + 1, $1 / 3, -$1, round($1, 1)", [(NUMERIC, "2.250")]),
    ("select sum(n2 * $1), avg(n2 + $1) from probe", [(NUMERIC, "1.19")]),
    ("select id from probe where id = any($1) order by id", [(INT4_ARRAY, "{1,4,NULL}")]),
    ("select id = any($1), id <> all($1) from probe order by id", [(INT4_ARRAY, "{1,NULL}")]),
    ("select id from probe where t = any($1) order by id", [(TEXT_ARRAY, '{apple,"été"}')]),
    ("select id from probe where n2 = any($1) order by id", [(NUMERIC_ARRAY, "{10.5,0.010}")]),
    ("select id from probe where t like $1 order by id", [(TEXT, "%p%")]),
    ("select id from probe where t ~ $1 order by id", [(TEXT, "^[a-z]")]),
    ("select id from probe where d >= $1 and ts < $2 order by id", [(DATE, "2023-01-01"), (TIMESTAMP, "2024-02-01 00:00:00")]),
    ("select ts + $1, iv + $1 from probe order by id", [(INTERVAL, "1 mon 2 days")]),
    ("select id from probe where tz > $1 order by id", [(TIMESTAMPTZ, "2000-01-01 00:00:00+00")]),
    ("select id from probe where u = $1", [(UUID, "00000000-0000-0000-0000-000000000004")]),
    ("select id from probe where by = $1", [(BYTEA, "\\xdeadbeef")]),
    ("select id from probe where jb @> $1 order by id", [(JSONB, '{"a": 1}')]),
    ("select $1::jsonb -> 'a'", [(JSONB, '{"a": [1, 2]}')]),
    ("select id from probe order by id limit $1 offset $2", [(INT8, "2"), (INT8, "1")]),
    ("select id from probe order by id limit $1", [(INT8, None)]),
    ("select id from probe order by id limit $1", [(INT8, "-1")]),
    ("select date_trunc($1, ts) from probe order by id", [(TEXT, "month")]),
    ("select extract(year from ts), to_char(ts, $1) from probe order by id", [(TEXT, "YYYY/MM")]),
    ("select date_trunc($1, ts), count(*) from probe group by date_trunc($1, ts) order by 1", [(TEXT, "year")]),
    ("select coalesce($1, 'x'), $2 is null, $3", [(TEXT, None), (INT4, None), (BOOL, "t")]),
    ("select case when $1 then n2 else $2 end from probe order by id", [(BOOL, "t"), (NUMERIC, "1.5")]),
    ("select x from generate_series(1, $1) x", [(INT4, "3")]),
    ("select $1 / 2, $1 % 2", [(INT4, "7")]),
    ("select 1 / $1", [(INT4, "0")]),
    ("select $1 * 2", [(FLOAT8, "1.5")]),
    ("select unnest($1)", [(INT4_ARRAY, "{3,1}")]),
    ("select $1[1], array_length($1, 1)", [(TEXT_ARRAY, "{a,b}")]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "params"), CASES)
def test_answers_as_postgres(bench: Bench, sql: str, params: Params) -> None:
    assert bench.double(sql, params) == bench.real(sql, params)
