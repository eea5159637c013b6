"""Fields as a real server sends them → ticks: the far ends of every type saturate, in silence.

A warning would tell of a value; NaN and infinities sort where Postgres sorts them.
"""

from __future__ import annotations

import warnings

import numpy as np
import psycopg
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from synth.source.binary import BIG, NUMBER_TYPES, to_ticks

EXTREMES = {
    "numeric": ["-Infinity", "-1e131000", "-1" + "0" * 400 + ".5", "-1e30", "0", "0." + "0" * 300 + "1", "1e18", "1" + "0" * 400 + "1",
                "9" * 5000, "1e131000", "Infinity", "NaN"],
    "float8": ["-Infinity", "-1.7976931348623157e308", "-1", "5e-324", "1.7976931348623157e308", "Infinity", "NaN"],
    "float4": ["-Infinity", "-3.4028235e38", "1e-45", "3.4028235e38", "Infinity", "NaN"],
    "int2": ["-32768", "32767"], "int4": ["-2147483648", "2147483647"], "int8": ["-9223372036854775808", "9223372036854775807"],
    "oid": ["0", "4294967295"], "date": ["-infinity", "4713-01-01 BC", "2000-01-01", "5874897-12-31", "infinity"],
    "timestamp": ["-infinity", "4713-01-01 BC", "294276-12-31 23:59:59.999999", "infinity"],
    "timestamptz": ["-infinity", "4713-01-01 BC", "294276-12-31 23:59:59.999999+00", "infinity"],
    "time": ["00:00", "24:00"],
}  # fmt: skip


@pytest.fixture(scope="module")
def connection(postgres: EmbeddedPostgres) -> psycopg.Connection:
    return psycopg.connect(postgres.dsn("postgres"))


@pytest.mark.parametrize("scale", [0, 2, 15, 40])
@pytest.mark.parametrize("kind", EXTREMES)
def test_extremes_keep_their_order_and_warn_of_nothing(connection: psycopg.Connection, kind: str, scale: int) -> None:
    values = ", ".join(f"('{text}'::{kind}, {place})" for place, text in enumerate(EXTREMES[kind]))
    cursor = connection.cursor(binary=True)
    cursor.execute(f"SELECT v FROM (VALUES {values}) x(v, place) ORDER BY place")
    assert cursor.pgresult is not None
    fields = [cursor.pgresult.get_value(row, 0) for row in range(cursor.pgresult.ntuples)]
    oid = cursor.pgresult.ftype(0)
    assert oid in NUMBER_TYPES
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ticks, null = to_ticks(oid, scale if kind in ("numeric", "float8", "float4") else 0, [*fields, None])
    assert null.tolist() == [False] * len(fields) + [True]
    assert ticks[:-1].tolist() == sorted(ticks[:-1].tolist())
    assert np.abs(ticks).max() <= BIG + 10**18
