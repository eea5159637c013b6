"""Relations that are more than a table: partitions, heirs, views, generated columns; on a real Postgres and on the double."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import pq

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.doubles import serve
from tests.oracle.compare import BINARY, TEXT, ask, difference
from tests.pair import Pair

SCHEMA = Path(__file__).parent / "relations.sql"
DESCRIBED = "p p1 p2 p2a p2d pd ref q qp qp0 par chi chi2 v m p_note p_pkey p1_pkey comp s addr rng".split()
COPIES = [
    "copy t to stdout", "copy v to stdout", "copy m to stdout", "copy p to stdout", "copy p2 to stdout", "copy p1 to stdout",
    "copy par to stdout", "copy chi (a, c) to stdout", "copy s to stdout", "copy nix to stdout", "copy nix.t to stdout",
    "copy t (a, a) to stdout", "copy t (b, a) to stdout", "copy t (a, nix) to stdout", "copy t (nix, nix) to stdout",
    "copy t (a, a, nix) to stdout", "copy v (nix) to stdout", "copy v (a, a) to stdout", "copy m (a, a) to stdout",
    "copy t (ctid) to stdout", 'copy t ("A") to stdout', "copy public.v to stdout", "copy gen to stdout",
    "copy gen (a, c) to stdout csv header", "copy gen (b) to stdout", "copy pg_views to stdout", "copy p_note to stdout",
    "copy p_pkey to stdout", "copy addr to stdout", "copy v to stdout (format nix)", "copy t to stdout (format nix)",
    "copy information_schema.tables to stdout", "copy (select * from v) to stdout", "copy only t to stdout",
]  # fmt: skip


ROWS_OF = [
    "select tableoid::regclass, count(*) from p group by 1", "select tableoid::regclass, * from p",
    "select tableoid::regclass from p2", "select tableoid::regclass, a from par", "select tableoid::regclass, a from only par",
    "select tableoid::regclass, a from chi", "select tableoid::regclass, a from t", "select tableoid::regclass from m",
    "select tableoid::regclass from only p", "select src, id from pv", "select tableoid::regclass from pg_class limit 1",
    "select x.tableoid::regclass, y.tableoid::regclass from par x join p y on x.a = y.id",
    "select par.tableoid::regclass, t.a from t left join par on t.a = par.a + 3",
    "select count(*) from p where tableoid = 'p1'::regclass", "select count(distinct tableoid) from p",
    "with c as (select tableoid as o from par) select o::regclass from c",
    "select tt.tableoid from par tt(tableoid)", "select par::text from par where tableoid = 'chi2'::regclass",
    "select tableoid, count(*) from par group by a", "select tableoid, b from t group by a", "select tableoid from v",
    "select tableoid from p, t", "select tableoid from (select * from t) x", "select xmin is null, cmin, cmax, xmax from t",
]  # fmt: skip


# Values of range types.
RANGES = [
    "select * from rng", "select distinct r from rng", "select r = r, r <> '[1,5)' from rng", "select r is distinct from r from rng",
    "select r in (r, 'empty') from rng", "select nullif(r, r) from rng", "select r::text from rng", "select r::int4multirange from rng",
    "select int4multirange(r) from rng", "select ts::tsmultirange from rng", "select coalesce(r, 'empty') from rng",
    "select r || r from rng", "select r + 1 from rng", "select count(distinct d) from rng",
    "select r && int4range(1, 3) from rng", "select r @> 2 from rng", "select 2 <@ r from rng", "select lower(r), upper(r) from rng",
    "select isempty(r) from rng", "select r * r from rng", "select r - r from rng", "select r -|- r from rng", "select r << r from rng",
    "select r < r from rng", "select range_agg(r) from rng", "select unnest(mr) from rng", "select mr @> 2 from rng",
    "select range_merge(r, r) from rng", "select lower_inc(r) from rng", "select ts @> timestamp '2020-01-05' from rng",
    "select n = n from rng", "select distinct n from rng", "select n @> 2.0 from rng", "select * from rng order by r",
]  # fmt: skip
GEOMETRY_REFUSED = [
    "select '(1,1),(0,0)'::box::point", "select '(1,1)'::point <-> '(0,0)'::point",
]  # fmt: skip


@pytest.fixture(scope="module")
def source(postgres: EmbeddedPostgres) -> str:
    dsn = postgres.create_database("relations")
    command = [postgres.psql_path, "-v", "ON_ERROR_STOP=1", "-qf", SCHEMA]
    subprocess.run(command, env={**os.environ, **postgres.environment("relations")}, check=True)
    return dsn


@pytest.fixture(scope="module")
def pair(source: str, mirror: Callable[[str], Path]) -> Iterator[Pair]:
    with serve(mirror(source)) as double:
        yield Pair(source, double.dsn())


def copied(dsn: str, statement: str) -> tuple[str, ...]:
    """The rows of a COPY, or its error: SQLSTATE, message, detail and hint."""
    with psycopg.connect(dsn) as connection:
        try:
            with connection.cursor().copy(statement) as copy:
                return tuple(sorted(bytes(line).decode() for line in copy))
        except psycopg.Error as error:
            said = error.diag
            return tuple(
                str(part) for part in (said.sqlstate, said.message_primary, said.message_detail, said.message_hint)
            )


@pytest.mark.parametrize("statement", COPIES)
def test_copy(pair: Pair, statement: str) -> None:
    """Which relations and columns COPY takes, whose rows they are, and how the others are refused."""
    assert copied(pair.double, statement) == copied(pair.source, statement)


@pytest.mark.parametrize("relation", DESCRIBED)
def test_described_by_psql(postgres: EmbeddedPostgres, pair: Pair, relation: str) -> None:
    """Byte for byte: keys in and out, inherited constraints, bounds."""
    shown = [
        subprocess.run(
            [postgres.psql_path, "-X", dsn, "-c", f"\\d+ {relation}"], capture_output=True, check=True
        ).stdout
        for dsn in (pair.source, pair.double)
    ]
    assert shown[0] and shown[1] == shown[0]


@pytest.mark.parametrize("result_format", [TEXT, BINARY], ids=["text", "binary"])
@pytest.mark.parametrize("statement", ROWS_OF)
def test_whose_row_it_is(pair: Pair, statement: str, result_format: int) -> None:
    """System columns: the table that holds a row, wherever it is read from."""
    assert compared(pair, statement, result_format) == ""


@pytest.mark.parametrize("statement", RANGES)
def test_ranges(pair: Pair, statement: str) -> None:
    assert compared(pair, statement, TEXT) == ""


@pytest.mark.parametrize("statement", GEOMETRY_REFUSED)
def test_operators_that_postgres_knows_are_not_said_to_be_missing(pair: Pair, statement: str) -> None:
    """0A000 and a hint, where "does not exist" would be wrong."""
    source, double = pair.connect()
    assert ask(source, statement).sqlstate == ""
    result = double.exec_(statement.encode())
    assert result.error_field(pq.DiagnosticField.SQLSTATE) == b"0A000"
    assert result.error_field(pq.DiagnosticField.MESSAGE_HINT)


def compared(pair: Pair, statement: str, result_format: int) -> str:
    """How the answers differ."""
    source, double = pair.connect()
    return difference(ask(source, statement, result_format), ask(double, statement, result_format), ordered=False)
