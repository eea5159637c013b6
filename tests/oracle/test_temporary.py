"""Temporary tables: scripts of statements on both, compared in rows, tags, types, SQLSTATEs and messages.

A script is statements in order on one connection; `--` in front of one begins another transaction state only by what it says. What is
compared of an error: SQLSTATE, message, detail, hint and position.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import pq

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.doubles import serve
from tests.oracle.temporary_scripts import SCRIPTS
from tests.pair import Pair

SETUP = """
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE people (id int PRIMARY KEY, name varchar(20) NOT NULL, born date, score numeric(8,2), feels mood, tags text[]);
INSERT INTO people SELECT n, 'person ' || n, date '1990-01-01' + n, n * 1.25, (array['sad','ok','happy'])[n % 3 + 1]::mood,
    array['a' || n, 'b'] FROM generate_series(1, 200) n;
CREATE TABLE visits (person int REFERENCES people, at timestamptz, took interval);
INSERT INTO visits SELECT n % 200 + 1, timestamptz '2024-01-01 00:00+00' + n * interval '1 hour', n * interval '1 minute'
    FROM generate_series(1, 1000) n;
"""


@pytest.fixture(scope="module")
def pair(postgres: EmbeddedPostgres, mirror: Callable[[str], Path]) -> Iterator[Pair]:
    """A small database and a double of its mirror."""
    dsn = postgres.create_database("temporary")
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute(SETUP)
    with serve(mirror(dsn)) as double:
        yield Pair(dsn, double.dsn())


def answer(connection: pq.PGconn, statement: str) -> list[object]:
    """All that a client sees of a query string: of each result its status, tag, columns and rows, or the error's fields."""
    connection.send_query(statement.encode())
    found: list[object] = []
    while (result := connection.get_result()) is not None:
        if result.status == pq.ExecStatus.FATAL_ERROR:
            fields = (pq.DiagnosticField.SQLSTATE, pq.DiagnosticField.MESSAGE_PRIMARY, pq.DiagnosticField.MESSAGE_DETAIL,
                      pq.DiagnosticField.MESSAGE_HINT, pq.DiagnosticField.STATEMENT_POSITION)  # fmt: skip
            found.append(tuple(result.error_field(field) for field in fields))
            continue
        if result.status == pq.ExecStatus.COPY_OUT:
            while (piece := connection.get_copy_data(0))[0] > 0:
                found.append(bytes(piece[1]))
            continue
        columns = [
            (result.fname(at), result.ftype(at), result.fmod(at), result.fsize(at)) for at in range(result.nfields)
        ]
        rows = [[result.get_value(row, at) for at in range(result.nfields)] for row in range(result.ntuples)]
        found.append((result.status, result.command_status, columns, rows))
    return found


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: str(script[0])[:60])
def test_scripts_go_alike(pair: Pair, script: list[str]) -> None:
    notices: list[list[bytes | None]] = [[], []]
    source, double = pair.connect()
    for place, connection in enumerate((source, double)):
        connection.notice_handler = lambda result, place=place: notices[place].append(
            result.error_field(pq.DiagnosticField.MESSAGE_PRIMARY)
        )
    different = []
    for statement in script:
        answers = [answer(connection, statement) for connection in (source, double)]
        if answers[0] != answers[1]:
            different.append((statement, *answers))
    for connection in (source, double):
        connection.finish()
    assert not different, "\n".join(f"{statement}\n  source {one}\n  double {two}" for statement, one, two in different)
    assert notices[0] == notices[1]
