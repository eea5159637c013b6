"""Input functions, receive functions and the way through the engine back to bytes, against a real Postgres."""

from __future__ import annotations

from functools import cache

import duckdb
import pyarrow as pa
import pytest

from policies.errors import PgError
from proxy.pgtypes import InputSettings, RowEncoder, engine_value, parameter_text, read_text
from proxy.sql.ir import OutputColumn
from synth.release.storage import storage_type
from tests.unit.pgtypes.inputs import INPUTS
from tests.unit.pgtypes.oracle import Fault, Oracle
from tests.unit.pgtypes.support import catalog, type_row

CATALOG = catalog()
WITHOUT_ENGINE_VALUE = ("[0:1]={1,2}",)
UNREADABLE = ((22, ""), (30, ""))  # what Postgres sends, and does not read itself
CASES = [(oid, sql, text) for oid, (sql, texts) in INPUTS.items() for text in texts]
INTERVAL_PARTS = (
    "{{'months': (extract(year FROM {0}) * 12 + extract(month FROM {0}))::INTEGER, "
    "'days': extract(day FROM {0})::INTEGER,"
    " 'micros': (extract(hour FROM {0}) * 3600000000 + extract(minute FROM {0}) * 60000000"
    " + extract(microsecond FROM {0}))::BIGINT}}"
)


def ours(oid: int, text: str, settings: InputSettings | None = None) -> bytes | Fault:
    try:
        return read_text(oid, text, CATALOG, settings=settings or InputSettings()).encode()
    except PgError as error:
        return Fault(error.sqlstate, error.message, error.detail, error.hint)


@cache
def engine() -> duckdb.DuckDBPyConnection:
    """One for all cases: opening it takes longer than what is asked of it."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'Asia/Kathmandu'")
    return connection


def through_engine(oid: int, canonical: str, rows: int) -> pa.RecordBatch:
    """A batch of `rows` equal values as DuckDB gives it for the bound engine value."""
    value = engine_value(oid, canonical, CATALOG)
    depth, inner = 0, value
    while isinstance(inner, list) and inner and isinstance(inner[0], list):
        depth, inner = depth + 1, inner[0]
    kind = storage_type(oid, -1, ELEMENTS.get(oid, 0)) + "[]" * depth
    expression = f"CAST($1 AS {kind})"
    if oid == 1186:
        expression = INTERVAL_PARTS.format(expression)
    relation = engine().sql(f"SELECT {expression} AS value FROM range({rows})", params=[value])
    return relation.to_arrow_reader(1000).read_all().combine_chunks().to_batches()[0]


ELEMENTS = {
    1000: 16,
    1001: 17,
    1007: 23,
    1009: 25,
    1022: 701,
    1182: 1082,
    1185: 1184,
    1231: 1700,
    2951: 2950,
    3807: 3802,
}


@pytest.mark.filterwarnings("ignore:Arrow output on a DB-API")
@pytest.mark.parametrize(("oid", "sql", "text"), CASES)
def test_client_text_is_read_and_sent_back_as_postgres_does(oracle: Oracle, oid: int, sql: str, text: str) -> None:
    want = oracle.ask(f"SELECT $1::{sql}", text.encode(), (oid,))
    assert ours(oid, text) == want
    if isinstance(want, Fault):
        return
    assert want is not None
    binary = oracle.ask(f"SELECT $1::{sql}", text.encode(), (oid,), 1)
    assert isinstance(binary, bytes)
    if (oid, text.strip()) in UNREADABLE:
        with pytest.raises(PgError):
            parameter_text(type_row(oid), 1, binary, CATALOG)
    else:
        assert parameter_text(type_row(oid), 1, binary, CATALOG) == want.decode()
    if text in WITHOUT_ENGINE_VALUE:
        with pytest.raises(PgError):
            engine_value(oid, want.decode(), CATALOG)
        return
    column = [OutputColumn(name="value", type=oid, typmod=-1)]
    for rows in (2, 40):
        batch = through_engine(oid, want.decode(), rows)
        for code, field in ((0, want), (1, binary)):
            assert RowEncoder(column, [code], CATALOG).fields(batch)[0] == [field] * rows


@pytest.mark.parametrize(
    ("oid", "typmod", "sql", "text"),
    [
        pytest.param(1043, 7, "varchar(3)", "abc  ", id="blanks past the limit are cut"),
        pytest.param(1043, 7, "varchar(3)", "abcd", id="letters past it are an error"),
        pytest.param(1042, 9, "char(5)", "ab", id="char is padded"),
        pytest.param(1042, 9, "char(5)", "abcdef", id="char too long"),
        pytest.param(1700, (5 << 16 | 2) + 4, "numeric(5,2)", "123.455", id="half away from zero"),
        pytest.param(1700, (5 << 16 | 2) + 4, "numeric(5,2)", "-999.995", id="rounds to too many digits"),
        pytest.param(1700, (5 << 16 | 2) + 4, "numeric(5,2)", "NaN", id="NaN fits"),
        pytest.param(1700, (5 << 16 | 2) + 4, "numeric(5,2)", "Infinity", id="infinity does not"),
        pytest.param(1700, (3 << 16 | (-2 & 0x7FF)) + 4, "numeric(3,-2)", "12345", id="negative scale"),
        pytest.param(1700, (2 << 16 | 2) + 4, "numeric(2,2)", "1", id="no whole digits"),
        pytest.param(1114, 0, "timestamp(0)", "2024-01-01 10:00:00.5", id="timestamp half second"),
        pytest.param(1114, 3, "timestamp(3)", "1969-12-31 23:59:59.9995", id="before the epoch"),
        pytest.param(1083, 2, "time(2)", "10:11:12.345", id="time"),
    ],
)
def test_typmods_are_applied_on_input(oracle: Oracle, oid: int, typmod: int, sql: str, text: str) -> None:
    oracle.connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS probe_{abs(hash(sql))} (value {sql})")
    table = f"probe_{abs(hash(sql))}"
    answer = oracle.ask(f"INSERT INTO {table} VALUES ($1) RETURNING value", text.encode(), (705,))
    try:
        got: bytes | Fault = read_text(oid, text, CATALOG, typmod).encode()
    except PgError as error:
        got = Fault(error.sqlstate, error.message, error.detail, error.hint)
    assert got == answer


@pytest.mark.parametrize("style", ["ISO, MDY", "ISO, DMY", "ISO, YMD"])
@pytest.mark.parametrize(
    "text", ["01/02/03", "1-2-2003", "13/2/2003", "2003-02-13", "13 Feb 03", "Feb 13 2003", "03 Feb 13"]
)
def test_ambiguous_dates_follow_datestyle(oracle: Oracle, style: str, text: str) -> None:
    with oracle.under(datestyle=style):
        assert ours(1082, text, InputSettings(date_style=style)) == oracle.ask(
            "SELECT $1::date", text.encode(), (1082,)
        )


@pytest.mark.parametrize("where", ["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"])
@pytest.mark.parametrize(
    "text",
    [
        "2024-03-31 02:30:00",
        "2024-10-27 02:30:00",
        "2024-03-10 02:30:00",
        "2024-11-03 01:30:00",
        "2024-04-07 01:45:00",
        "1880-05-05 12:00:00",
        "1945-05-24 02:30:00",
    ],
)
def test_local_times_in_gaps_and_overlaps(oracle: Oracle, where: str, text: str) -> None:
    with oracle.under(timezone=where):
        want = oracle.ask("SELECT timezone('UTC', $1::timestamptz)::text || '+00'", text.encode(), (1184,))
    assert ours(1184, text, InputSettings(timezone=where)) == want
