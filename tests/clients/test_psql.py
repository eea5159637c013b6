"""psql's backslash commands: the double's catalog is the source's, byte for byte but for sizes."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Sequence

import psycopg
import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.pair import Pair

SETS = ["pagila", "northwind", "chinook"]
COMMANDS = [r"\d", r"\dt", r"\dt *.*", r"\dn", r"\dT", r"\df", r"\dv", r"\di", r"\ds", r"\dD", r"\l", r"\du", r"\dp"]
# What the double answers otherwise, and why.
TOLERATED = {
    r"\du": "the double's own role stands beside the source's",
    r"\l": "only the database it stands in for is there",
    r"\dp": "privileges are the policy's, not the source's",
}
END = "-- that was it"
SIZE = re.compile(r"\b\d+(\.\d+)? (bytes|kB|MB|GB)\b")


def run(postgres: EmbeddedPostgres, dsn: str, command: str) -> str:
    """What psql prints, sizes and the blanks around them evened out."""
    return run_all(postgres, dsn, [command])[command]


def run_all(postgres: EmbeddedPostgres, dsn: str, commands: Sequence[str]) -> dict[str, str]:
    """The same of several commands in one session."""
    arguments = [f"-c{part}" for command in commands for part in (command, rf"\echo {END}", rf"\warn {END}")]
    result = subprocess.run(
        [str(postgres.psql_path), "-X", "-q", dsn, *arguments], capture_output=True, text=True, check=False
    )
    printed, warned = (text.split(f"{END}\n") for text in (result.stdout, result.stderr))
    assert len(printed) == len(warned) == len(commands) + 1, result.stderr
    return {command: evened(printed[place] + warned[place]) for place, command in enumerate(commands)}


def evened(text: str) -> str:
    return re.sub(r" +", " ", re.sub(r"-{2,}", "--", SIZE.sub("SIZE", text)))


@pytest.mark.parametrize("name", SETS)
def test_every_relation_described(postgres: EmbeddedPostgres, pair: Callable[[str], Pair], name: str) -> None:
    both = pair(name)
    with psycopg.connect(both.source) as connection:
        query = (
            "SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'i') AND n.nspname NOT LIKE 'pg_%' AND n.nspname <> 'information_schema' ORDER BY 1"
        )
        relations = [row[0] for row in connection.execute(query)]
    assert len(relations) > 10
    commands = [rf"\d+ {relation}" for relation in relations]
    expected, found = (run_all(postgres, dsn, commands) for dsn in (both.source, both.double))
    different = [
        f"{command}\n{expected[command]}\n--- double\n{found[command]}"
        for command in commands
        if expected[command] != found[command]
    ]
    assert not different, "\n".join(different[:3])


@pytest.mark.parametrize("command", [one for one in COMMANDS if one not in TOLERATED])
@pytest.mark.parametrize("name", SETS)
def test_lists(postgres: EmbeddedPostgres, pair: Callable[[str], Pair], name: str, command: str) -> None:
    both = pair(name)
    assert run(postgres, both.double, command) == run(postgres, both.source, command)


@pytest.mark.parametrize(("command", "word"), [(r"\du", "postgres"), (r"\l", "chinook"), (r"\dp", "invoice")])
def test_lists_that_differ_answer(
    postgres: EmbeddedPostgres, pair: Callable[[str], Pair], command: str, word: str
) -> None:
    assert command in TOLERATED
    found = run(postgres, pair("chinook").double, command)
    assert "ERROR:" not in found and word in found
