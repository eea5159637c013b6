"""Statements with thousands of digits, brackets or columns where a handful is usual: rows, or all that is said of an error, as Postgres'.

None of them takes long on either side.
"""

from __future__ import annotations

import pytest
from psycopg import pq

from tests.pair import Pair

DIGITS, ZEROS, HUNDRED = "9" * 5_000, "0" * 5_000, "1" * 100
FIELDS = (
    pq.DiagnosticField.SQLSTATE, pq.DiagnosticField.MESSAGE_PRIMARY, pq.DiagnosticField.MESSAGE_DETAIL,
    pq.DiagnosticField.MESSAGE_HINT, pq.DiagnosticField.STATEMENT_POSITION,
)  # fmt: skip


def columns(count: int, text: str = "c{}") -> str:
    """So many of them, numbered."""
    return ", ".join(text.format(number) for number in range(count))


LISTS = {
    "settings": [
        f"set statement_timeout = {DIGITS}", f"set statement_timeout = '{DIGITS}ms'", f"set statement_timeout = '{ZEROS}5s'",
        "show statement_timeout", f"set statement_timeout = '1.{DIGITS}s'", "show statement_timeout", "reset statement_timeout",
        f"set work_mem = '{DIGITS}kB'", f"set work_mem = '0x{ZEROS}100'", "show work_mem", f"set work_mem = '1e{DIGITS}'",
        f"set seq_page_cost = {DIGITS}", f"set timezone = '{DIGITS}'", f"set timezone = '{'a/' * 500}'",
        f"set timezone = '<+{DIGITS}>5'", f"set time zone interval '{DIGITS} hours'", f"set datestyle = '{'iso,' * 2_000}iso'",
        "show datestyle", f"set datestyle = '{'iso,' * 2_000}sql'", f"set extra_float_digits = -{DIGITS}",
        f"set application_name = '{'é' * 5_000}'", "show application_name", f"set application_name = '{'x' * 62}é'",
        "show application_name", f"set client_min_messages = '{DIGITS}'", f"set enable_seqscan = '{DIGITS}'",
        f"select set_config('work_mem', '{DIGITS}', false)",
    ],
    "limits": [
        f"select 1 limit {DIGITS}", f"select 1 offset {DIGITS}", f"select 1 limit '{DIGITS}'", f"select 1 limit '{ZEROS}1'",
        f"select product_id from products order by 1 limit {ZEROS}2", f"select product_id from products fetch first {DIGITS} rows only",
    ],
    "copies": [
        "create temp table copied(a int, b text)", "copy copied from stdin (force_quote *)", "copy copied to stdout (force_quote *)",
        "copy copied to stdout (format csv, force_quote (a, a))", f"copy copied to stdout (header {DIGITS})",
        f"copy copied to stdout (delimiter '{DIGITS}')", f"copy copied to stdout (format csv, quote '{DIGITS}')",

    ],
    "types": [
        f"select 1::numeric({DIGITS})", f"select 1::numeric(3, {DIGITS})", f"select 'a'::varchar({DIGITS})", f"select 'a'::char({DIGITS})",
        f"select '1'::bit({DIGITS})", f"select now()::timestamp({DIGITS})::text is null", f"select '{{1}}'::int[{DIGITS}]",
        f"select {DIGITS}::int8", f"select {DIGITS}::numeric % 10", f"select 0x{'f' * 1_100} % 10", f"select 0x{ZEROS}1",
        f"select -{DIGITS}::float8",
        f"select ${DIGITS}", f"select '{DIGITS}'::int4", f"select '{ZEROS}7'::int4", f"select '{DIGITS}'::oid",
        f"select '{DIGITS}'::money", f"select '{DIGITS}/0'::pg_lsn", f"select '({DIGITS},1)'::tid", f"select '{DIGITS}'::xid8",
        f"select '{DIGITS}.2.3.4'::inet", "select '[[[[[[[1]]]]]]]'::int[]",
        "select '{{{{{{{1}}}}}}}'::int[]",
        "select array[[[[[[[1]]]]]]]", "select array[[[[[[1]]]]]]", f"select '[{DIGITS}:1]={{1}}'::int[]", f"select 'a:{DIGITS}'::tsvector",
        f"select 'a <{DIGITS}> b'::tsquery", f"select '{'a' * 3_000}'::tsquery", f"select '{'a' * 3_000}'::tsvector",
        f"select '{ZEROS}1'::int4range", f"select '[{ZEROS}1,{ZEROS}2)'::int4range", f"select '$.a[{DIGITS}]'::jsonpath",
        f"select '$.**{{{DIGITS}}}'::jsonpath", f"select '{{{DIGITS}'::jsonb", "select '$.**{²}'::jsonpath", "select '$[²]'::jsonpath",
    ],
    "moments": [
        *(f"select '{text}'::{kind}" for kind in ("date", "timestamp", "timestamptz") for text in (
        HUNDRED, f"{HUNDRED}-01-01", f"2020-{HUNDRED}-01", f"J{HUNDRED}", f"01-01-{HUNDRED}", f"{HUNDRED} BC")),
        *(f"select '2020-01-01 {text}'::timestamptz" for text in (HUNDRED, f"10:{HUNDRED}", f"10:00+{HUNDRED}", f"10:00:{HUNDRED}")),
        f"select '{DIGITS} days'::interval", f"select 'P{DIGITS}Y'::interval", f"select '1.{'1' * 100} s'::interval",
        f"select '{'1' * 100}'::time",
        f"select make_interval(secs => '{'9' * 300}')", "select make_interval(years => 2147483647)",
        "select make_interval(weeks => 2147483647)",
    ],
    "functions": [
        f"select to_date('{DIGITS}', 'YYYY')", f"select to_date('{DIGITS}', 'J')", f"select to_timestamp('{DIGITS}', 'SS')",
        f"select to_timestamp('{DIGITS}', 'MS')", f"select to_date('2020-01-01', '{'Y' * 5_000}') is null",
        f"select to_number('{'9' * 200}', '{'9' * 200}')",
        f"select format('%{DIGITS}s', 1)", f"select format('%{DIGITS}$s', 1)", "select format('%²s', 1)", "select format('%0$s', 1)",
        "select format('%1$-5s|', 1)",
        "select decode(repeat('é', 10), 'hex')", "select decode('a', 'base64')", "select decode('\\12', 'escape')",
        f"select decode('{'ab' * 100}c', 'hex')",
        f"select pg_size_pretty('{DIGITS}'::numeric) = ''", f"select pg_size_bytes('{DIGITS} kB')", "select pg_size_bytes('1e400 kB')",
        "select pg_size_bytes('² kB')",
        f"select '{{\"a\": 1}}'::jsonb #> '{{{DIGITS}}}'", "select '[1, 2]'::jsonb #> '{²}'", "select jsonb_set('[1]', '{²}', '2')",
        "select '[1]'::jsonb #- '{99999999999}'",
        "select length(div(10::numeric ^ 131000, 7)::text)", "select mod(10::numeric ^ 131000, 7)", "select gcd(10::numeric ^ 1000, 6)",
        "select length(lcm(10::numeric ^ 1000, 7)::text)",
        "select pg_sleep('nan')", "select pg_sleep('-infinity')",
    ],
    "patterns": [
        "select 'a' similar to 'a{99999999999}'", "select 'a' ~ 'a{99999999999}'", "select 'a' ~ 'a{2,99999999999}'",
        "select 'a' similar to 'a{256}'",


        "select to_char(1.5, '9.9EEEEEEEE')", "select to_char(1.5, '9EEEE9')", "select to_char(15, 'RNRN')",
         "select to_number('1', '9EEEE')",

    ],
    "sizes": [
        f"select {columns(1_665, '{}')}", f"select count(*) from (select {columns(1_665, '{0} as a{0}')}) s",
        f"create temp table wide ({columns(1_601, 'c{} int')})", f"create temp table wide as select {columns(1_601, '{0} as c{0}')}",
        f"select length('{'(' * 900}')", f"select length($${'[' * 900}$$)", f"select 1 /* {'(' * 900} */ + 1",
        f"select 1 -- {'(' * 900}", f"select length(E'\\'{'(' * 900}')",
    ],
}  # fmt: skip


def answered(connection: pq.PGconn, statement: str) -> tuple[object, ...]:
    """Rows, or what is said of the error."""
    result = connection.exec_(statement.encode())
    if result.status in (pq.ExecStatus.COPY_IN, pq.ExecStatus.COPY_OUT):
        return (result.status,)
    if result.status == pq.ExecStatus.FATAL_ERROR:
        return tuple(result.error_field(field) for field in FIELDS)
    return tuple(
        tuple(result.get_value(row, column) for column in range(result.nfields)) for row in range(result.ntuples)
    )


@pytest.mark.parametrize("title", LISTS)
def test_is_answered_as_by_postgres(shop: Pair, title: str) -> None:
    source, double = shop.connect()
    told = [(statement, answered(source, statement), answered(double, statement)) for statement in LISTS[title]]
    different = [
        f"{one[:100]}\n  postgres: {str(real)[:300]}\n  double:   {str(ours)[:300]}"
        for one, real, ours in told
        if real != ours
    ]
    assert not different, "\n".join(different)
