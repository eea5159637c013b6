"""A source of another version, under another collation, behind TLS: a distribution's PostgreSQL 15 with ICU's en-US.

`make oracle SERVER=15` asks everything; here are the lists of what such a source answers otherwise than the embedded one, the
orders of drawn texts, and what the psql of that version asks of the catalog. Skips where that server is not installed.
"""

from __future__ import annotations

import random
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.doubles import serve
from tests.oracle.compare import BINARY, NOT_SUPPORTED, TEXT, ask, difference
from tests.oracle.functions.test_functions import statements as cases
from tests.oracle.test_relations import DESCRIBED
from tests.pair import Pair
from tests.servers import InstalledPostgres, missing

FOLDER = Path(__file__).parent
LISTS = {"collations": 8, "versions": 25}  # how many of a list may be refused
SEED, TEXTS = 15, 4_000
# Letters, marks and signs that ICU's order looks at in different ways: case, accents, punctuation, contractions, expansions.
ALPHABET = "aAbBzZ éÉèüÜßœŒæłŁøñ-_.,'(&§$€019²½ \u0301\u0308αΑωςσΩжЖяЯёЁאבعبกเカガ가힣ﬁＡ–—…«»😀👍🏽"
COMMANDS = [
    r"\d",
    r"\dt",
    r"\dn",
    r"\dT",
    r"\df",
    r"\dv",
    r"\di",
    r"\ds",
    r"\dD",
    r"\dO",
    r"\dC",
    r"\do +",
    r"\da sum",
    r"\dx",
]


@pytest.fixture(scope="module")
def fifteen() -> Iterator[InstalledPostgres]:
    if because := missing("15"):
        pytest.skip(because)
    with InstalledPostgres("15") as server:
        yield server


@pytest.fixture(scope="module")
def pair(fifteen: InstalledPostgres, mirror: Callable[[str], Path]) -> Iterator[Pair]:
    """The probe table, the relations and drawn texts, in one database."""
    dsn = fifteen.create_database("another")
    for script in (FOLDER / "functions" / "probe.sql", FOLDER / "relations.sql"):
        fifteen.psql(database="another", stdin=script.read_text(encoding="utf-8"))
    drawn = random.Random(SEED)
    texts = {"".join(drawn.choices(ALPHABET, k=drawn.randint(0, 6))) for _ in range(TEXTS)}
    with psycopg.connect(dsn) as connection:
        connection.execute("create table texts (x text)")
        with connection.cursor().copy("copy texts from stdin") as copy:
            for text in sorted(texts):
                copy.write_row((text,))
    with serve(mirror(dsn)) as double:
        yield Pair(dsn, double.dsn())


def compared(pair: Pair, asked: list[str]) -> tuple[list[str], list[str]]:
    """What is different, and what is refused."""
    source, double = pair.connect()
    different, refused = [], []
    for sql in asked:
        for result_format in (TEXT, BINARY):
            expected, found = ask(source, sql, result_format), ask(double, sql, result_format)
            if found.sqlstate == NOT_SUPPORTED != expected.sqlstate:
                refused.append(f"{sql}\n  {found.message}")
                break
            if problem := difference(expected, found, " order by " in sql):
                different.append(f"{sql}\n  {problem}")
                break
            if expected.position != found.position:
                different.append(f"{sql}\n  at {expected.position} on Postgres, {found.position} on the double")
                break
    return different, refused


@pytest.mark.parametrize("title", LISTS)
def test_what_this_source_answers_otherwise(pair: Pair, title: str) -> None:
    asked = (FOLDER / f"{title}.sql").read_text(encoding="utf-8").splitlines()
    different, refused = compared(pair, asked)
    assert not different, "\n".join(different)
    assert len(refused) <= LISTS[title], "\n".join(refused)


@pytest.mark.parametrize("family", ["strings", "queries", "catalog", "found", "jsonpath"])
def test_functions(pair: Pair, family: str) -> None:
    different, _ = compared(pair, cases(family))
    assert not different, "\n".join(different)


def test_drawn_texts_are_ordered_and_cased_alike(pair: Pair) -> None:
    """Every one of them, since the next depends on the last."""
    asked = [
        "select x from texts order by x", 'select x from texts order by x collate "C"', "select x, upper(x), lower(x) from texts",
        "select x from texts order by x desc, x limit 100", "select min(x), max(x) from texts where x > 'a'",
        "select x, rank() over (order by x) from texts", "select array_agg(x order by x) from texts",
    ]  # fmt: skip
    assert compared(pair, asked) == ([], [])


def test_temporary_tables_are_ordered_alike(pair: Pair) -> None:
    """And what is ordered beside one."""
    asked = [
        "create temp table seen as select x, id from (values ('b', 1), ('A', 2), ('_', 3), ('a', 4)) v(x, id)",
        "select x from seen order by x", "select min(x), max(x) from seen", "select t from probe order by t",
        "select x from seen where x > 'A' order by id", "drop table seen",
    ]  # fmt: skip
    source, double = pair.connect()
    found = [[ask(one, sql) for one in (source, double)] for sql in asked]
    assert [difference(*answers, ordered=True) for answers in found] == [""] * len(asked)
    assert found[1][0].rows[0] == (b"_",)


def test_the_version_is_the_sources(fifteen: InstalledPostgres, pair: Pair) -> None:
    """What a driver asks at its start, and what it is told."""
    with psycopg.connect(pair.source) as source, psycopg.connect(pair.double) as double:
        assert double.info.server_version == source.info.server_version >= 150_000
        told = ["server_version", "server_encoding", "scram_iterations", "search_path", "integer_datetimes"]
        expected, found = ([one.info.parameter_status(name) for name in told] for one in (source, double))
        assert found == expected
        assert source.pgconn.ssl_in_use


def shown(fifteen: InstalledPostgres, dsn: str, command: str) -> str:
    """What the psql of that version prints; sizes and the blanks around them evened out."""
    printed = subprocess.run(
        [str(fifteen.psql_path), "-X", dsn, "-c", command], capture_output=True, text=True, check=True
    ).stdout
    return re.sub(r" +", " ", re.sub(r"-{2,}", "--", re.sub(r"\b\d+ (bytes|kB|MB)\b", "SIZE", printed)))


@pytest.mark.parametrize("command", [*COMMANDS, *(rf"\d+ {name}" for name in DESCRIBED)])
def test_psql_of_that_version(fifteen: InstalledPostgres, pair: Pair, command: str) -> None:
    assert shown(fifteen, pair.double, command) == shown(fifteen, pair.source, command)
