"""DuckDB's run-time errors in Postgres' words: each row of the table pinned by a statement that raises it."""

from __future__ import annotations

import duckdb
import pytest

from proxy.engine.functions.errors import map_duckdb_error
from proxy.engine.functions.install import install
from proxy.sql.lower.values import fail

CASES = [
    ("SELECT 1 // 0", "22012", "division by zero"),
    ("SELECT 1 % 0", "22012", "division by zero"),
    ("SELECT 2147483647::INTEGER + 1::INTEGER", "22003", "integer out of range"),
    ("SELECT 9223372036854775807::BIGINT * 2::BIGINT", "22003", "bigint out of range"),
    ("SELECT 32767::SMALLINT + 1::SMALLINT", "22003", "smallint out of range"),
    ("SELECT CAST(3000000000 AS INTEGER)", "22003", "integer out of range"),
    ("SELECT CAST(12345.6::DECIMAL(10,1) AS DECIMAL(5,2))", "22003", "numeric field overflow"),
    ("SELECT (SELECT * FROM (VALUES (1), (2)))", "21000", "more than one row returned by a subquery used as an expression"),
    ("SELECT DATE '2024-01-01' + 2147483647", "22008", "date out of range"),
    ("SELECT (-9223372036854775808)::BIGINT // -1", "22003", "bigint out of range"),
    ("SELECT (-32768)::SMALLINT // (-1)::SMALLINT", "22003", "smallint out of range"),
    ("SELECT lcm(9223372036854775807, 9223372036854775806)", "22003", "bigint out of range"),
    ("SELECT TIMESTAMP '2020-01-01' + INTERVAL '300000 years'", "22008", "timestamp out of range"),
    ("SELECT CAST(DATE '5874897-12-31' AS TIMESTAMP)", "22008", "date out of range for timestamp"),
    ("SELECT time_bucket(INTERVAL '0 days', TIMESTAMP '2020-01-01', TIMESTAMP '2020-01-01')", "22008", "stride must be greater than zero"),
    ("SELECT count(*) OVER (ROWS -1 PRECEDING)", "22013", "frame starting offset must not be negative"),
    ("SELECT error('PGERR|22P02|own words: it''s')", "22P02", "own words: it's"),
    ("SELECT pgf_numeric_div('1', '0')", "22012", "division by zero"),
    ("SELECT pgf_read('x', 23::UINTEGER, -1, 'UTC', 180000)", "22P02", 'invalid input syntax for type integer: "x"'),
]  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    install(connection)
    return connection


@pytest.mark.parametrize(("sql", "sqlstate", "message"), CASES)
def test_mapped(engine: duckdb.DuckDBPyConnection, sql: str, sqlstate: str, message: str) -> None:
    with pytest.raises(duckdb.Error) as caught:
        engine.execute(sql).fetchall()
    found = map_duckdb_error(caught.value)
    assert (found.sqlstate, found.message) == (sqlstate, message)


def test_detail_and_hint_come_through(engine: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.Error) as caught:
        engine.execute(f"SELECT {fail('2202E', 'message', 'A detail.', 'A hint.')}").fetchall()
    found = map_duckdb_error(caught.value)
    assert (found.sqlstate, found.message, found.detail, found.hint) == ("2202E", "message", "A detail.", "A hint.")


def test_a_decimal_that_overflows_tells_its_limit(engine: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.Error) as caught:
        engine.execute("SELECT CAST(1000 AS DECIMAL(5,2))").fetchall()
    limit = "A field with precision 5, scale 2 must round to an absolute value less than 10^3."
    assert map_duckdb_error(caught.value).detail == limit


def test_unknown_errors_keep_their_text_to_themselves() -> None:
    found = map_duckdb_error(duckdb.InternalException("secret value 42"))
    assert found.sqlstate == "XX000"
    assert "42" not in found.message
