"""The oracle's own parts: what Postgres says that a statement calls, drawing by a seed, and verdicts."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.oracle.compare import Answer
from tests.oracle.run.calls import Caller
from tests.oracle.run.inventory import CHAPTERS, Entry, inventory
from tests.oracle.run.lists import Asked
from tests.oracle.run.traced import Traced
from tests.oracle.run.verdicts import Outcome, Verdict, coverage


@pytest.fixture(scope="module")
def entries(postgres: EmbeddedPostgres) -> list[Entry]:
    with psycopg.connect(postgres.dsn()) as connection:
        return inventory(connection)


@pytest.fixture(scope="module")
def traced(postgres: EmbeddedPostgres) -> Iterator[Traced]:
    found = Traced(postgres.dsn())
    yield found
    found.close()


def oids(entries: list[Entry], *shown: str) -> set[int]:
    return {entry.oid for entry in entries if entry.shown in shown}


def test_every_chapter_has_rows(entries: list[Entry]) -> None:
    assert {entry.chapter for entry in entries} == set(CHAPTERS)
    assert len(entries) > 1500


@pytest.mark.parametrize(
    ("shown", "chapter"),
    [("sqrt(numeric)", "math"), ("upper(text)", "string"), ("to_char(timestamp, text)", "formatting"), ("text ~ text", "pattern matching"),
     ("date_trunc(text, interval)", "date/time"), ("anyrange && anyrange", "range"), ("sum(int8)", "aggregate"),
     ("lag(anyelement)", "window"), ("enum_first(anyenum)", "enum"), ("bytea || bytea", "binary"), ("jsonb_typeof(jsonb)", "json"),
     ("format_type(oid, int4)", "system information")],
)  # fmt: skip
def test_the_chapter_follows_from_the_catalog(entries: list[Entry], shown: str, chapter: str) -> None:
    assert {entry.chapter for entry in entries if entry.shown == shown} == {chapter}


def test_what_cannot_be_called_is_left_out(entries: list[Entry]) -> None:
    """Input functions, index support, transitions, random, other chapters."""
    names = {entry.name for entry in entries}
    assert not names & {"int4in", "hashint4", "int4_avg_accum", "random", "ts_rank", "inet_merge", "xmlagg"}


def test_postgres_says_what_a_statement_calls(traced: Traced, entries: list[Entry]) -> None:
    answer, functions, operators = traced.ask("select upper('a'::text) || 'b', sum(1) over (), (1, 2) < (3, 4)")
    assert answer.rows == ((b"Ab", b"1", b"t"),)
    assert oids(entries, "upper(text)", "textcat(text, text)", "sum(int4)") <= functions
    assert oids(entries, "text || text", "int4 < int4") <= operators


def test_nothing_is_written(traced: Traced) -> None:
    assert traced.ask("create table t()")[0].sqlstate == "25006"


def test_a_seed_draws_the_same_whatever_was_drawn_before(entries: list[Entry]) -> None:
    def ask(sql: str) -> Answer:
        return Answer(rows=((b"1",),))

    some = [entry for entry in entries if entry.args][:40]
    once = {entry.oid: Caller(5, ask).statements(entry) for entry in some}
    again = Caller(5, ask)
    assert {entry.oid: again.statements(entry) for entry in reversed(some)} == once
    assert {entry.oid: Caller(6, ask).statements(entry) for entry in some} != once


def test_privileges_are_those_of_a_reader(entries: list[Entry]) -> None:
    """What a superuser may beyond reading says nothing of the double."""

    def ask(sql: str) -> Answer:
        return Answer(rows=((b"t",),))

    asked = [
        sql for entry in entries if entry.name == "has_table_privilege" for sql in Caller(5, ask).statements(entry)
    ]
    assert len(asked) > 4
    assert all("select'::text)" in sql.lower() for sql in asked)
    assert not [
        sql for entry in entries if entry.name == "has_server_privilege" for sql in Caller(5, ask).statements(entry)
    ]


def test_text_search_is_another_chapter(entries: list[Entry]) -> None:
    shown = {entry.shown for entry in entries}
    assert "text @@ text" not in shown
    assert "jsonb @@ jsonpath" in shown


def test_what_postgres_never_answers_is_not_asked(entries: list[Entry]) -> None:
    assert Caller(5, lambda sql: Answer(sqlstate="22023")).statements(next(one for one in entries if one.args)) == []


def test_the_best_of_what_came_counts() -> None:
    def outcome(verdict: Verdict, answered: bool = True) -> Outcome:
        return Outcome(Asked("select 1", "shop", "calls"), verdict, str(verdict), answered, frozenset({7}), frozenset())

    entry = Entry(7, "f", "math", ("int4",), "int4")
    assert coverage([entry], [])[0].verdict is None
    assert coverage([entry], [outcome(Verdict.EQUAL, answered=False)])[0].verdict is None
    assert coverage([entry], [outcome(Verdict.DIFFERENT), outcome(Verdict.REFUSED)])[0].verdict is Verdict.REFUSED
    assert coverage([entry], [outcome(Verdict.REFUSED), outcome(Verdict.EQUAL)])[0].verdict is Verdict.EQUAL
