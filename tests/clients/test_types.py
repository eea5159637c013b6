"""Every value of every type as a parameter, a literal and a column, in text and in binary: libpq's raw bytes are the source's."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import pq
from psycopg.sql import quote

from tests.clients.every_type import ALL_TYPES, NO_INPUT, REFUSED, SAMPLES, Sample, column
from tests.oracle.compare import BINARY, TEXT, Answer, difference
from tests.pair import Pair

FORMATS = {"text": TEXT, "binary": BINARY}
# Postgres cannot read back what it sends for an empty query.
UNREADABLE = "malformed tsquery: operand not found"


def ask(connection: pq.PGconn, statement: str, value: bytes | None, sent: int, wanted: int) -> Answer:
    """A statement with one parameter, or none where the value is None."""
    values = None if value is None else [value]
    result = connection.exec_params(statement.encode(), values, None, None if value is None else [sent], wanted)
    if result.status != pq.ExecStatus.TUPLES_OK:
        fields = (pq.DiagnosticField.SQLSTATE, pq.DiagnosticField.MESSAGE_PRIMARY)
        sqlstate, message = ((result.error_field(field) or b"").decode() for field in fields)
        return Answer(sqlstate=sqlstate, message=message)
    columns = tuple(
        ((result.fname(at) or b"").decode(), result.ftype(at), result.fmod(at)) for at in range(result.nfields)
    )
    rows = tuple(tuple(result.get_value(row, at) for at in range(result.nfields)) for row in range(result.ntuples))
    return Answer(columns=columns, rows=rows)


def test_every_type_of_the_source_has_values(typed: Pair) -> None:
    with psycopg.connect(typed.source) as connection:
        known = {
            row[0]
            for name in SAMPLES
            for row in connection.execute("select %s::regtype::text", [name.split("(")[0].split(" day")[0]])
        }
        types = {row[0] for row in connection.execute(ALL_TYPES)}
    # Row types that other tests' tables made are as `address`.
    assert types - known - NO_INPUT - {"addr", "outer_t", "wd", "pos"} == set()
    assert not known & NO_INPUT


def expected_to_differ(sample: Sample, expected: Answer, found: Answer) -> bool:
    """A value that the double refuses, or that the source itself cannot read."""
    if (sample.type, sample.text) in REFUSED:
        return found.sqlstate == "0A000"
    return expected.message == UNREADABLE


@pytest.mark.parametrize("wanted", FORMATS)
@pytest.mark.parametrize("sent", [*FORMATS, "literal"])
def test_values_come_back(typed: Pair, samples: list[Sample], sent: str, wanted: str) -> None:
    source, double = typed.connect()
    different, asked = [], 0
    for sample in samples:
        statement, value = f"select $1::{sample.type}", sample.text.encode()
        if sent == "binary":
            made = ask(source, statement, value, TEXT, BINARY)
            if made.sqlstate:  # aclitem alone
                continue
            value = made.rows[0][0]
        elif sent == "literal":
            statement, value = f"select {quote(sample.text)}::{sample.type}", None
        expected, found = (
            ask(one, statement, value, FORMATS.get(sent, TEXT), FORMATS[wanted]) for one in (source, double)
        )
        asked += 1
        how = difference(expected, found, ordered=True)
        if how and not expected_to_differ(sample, expected, found):
            different.append((sample, how))
    assert different == []
    assert asked > 450


@pytest.mark.parametrize("wanted", FORMATS)
@pytest.mark.parametrize("table", ["every_type", "every_array"])
def test_columns_are_read(typed: Pair, samples: list[Sample], table: str, wanted: str) -> None:
    source, double = typed.connect()
    different = []
    for name in {sample.type.removesuffix("[]"): None for sample in samples}:
        statement = f"select {column(name)} from {table} order by id"
        expected, found = (ask(one, statement, None, TEXT, FORMATS[wanted]) for one in (source, double))
        if how := difference(expected, found, ordered=True):
            different.append((name, how))
    assert different == []


def test_a_write_without_returning_is_described_without_columns(typed: Pair) -> None:
    """To JDBC a row description means rows, and no count of what was written."""
    found = []
    for connection in typed.connect():
        connection.exec_(b"create temp table written (a int4)")
        connection.prepare(b"s", b"insert into written values ($1)")
        answers = [connection.exec_prepared(b"s", [b"1"]), connection.exec_params(b"update written set a = 2", [])]
        answers.append(connection.exec_params(b"delete from written returning a", []))
        found.append([(one.status, one.nfields, one.command_status) for one in answers])
    assert found[1] == found[0]
    assert found[0][0] == (pq.ExecStatus.COMMAND_OK, 0, b"INSERT 0 1")


RECORDS = [
    "select (i.keys).x, (i.keys).n, pg_typeof((i.keys).x) from (select information_schema._pg_expandarray(indkey) as keys from pg_index"
    " where indexrelid = 'p_pkey'::regclass) i order by 2",
    "with c as (select row(1, 2.5) r) select (r).f2 from c", "select (a).f1 from (select row(1, 2) a) x",
    "select (a).f3 from (select row(1, 2) a) x",
    "select (ad).nr, (ad).street, (ad).since + 1 from comp order by id", "select (x).nr from (select ad x from comp) y order by 1",
    "select (o).ns, (o).a, (w).x, (w).ts from comp order by id", "select (ad).nosuch from comp", "select (id).x from comp",
    "select word, catcode, barelabel from pg_get_keywords() order by 1 limit 40", "select information_schema._pg_expandarray(array[5, 6])",
]  # fmt: skip


@pytest.mark.parametrize("statement", RECORDS)
def test_records_know_their_columns(typed: Pair, statement: str) -> None:
    source, double = typed.connect()
    assert difference(*(ask(one, statement, None, TEXT, TEXT) for one in (source, double)), ordered=True) == ""
