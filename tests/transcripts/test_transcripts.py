"""Every conversation, replayed to a Postgres (is the record honest?) and to the double over a mirror (does it answer the same?)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.doubles import PASSWORD, ServedDouble, serve
from tests.raw_client import RawClient
from tests.transcripts.conversation import parse, play

HERE = Path(__file__).parent
FILES = sorted(HERE.glob("*.txt"))


@pytest.fixture(scope="module")
def database(postgres: EmbeddedPostgres) -> str:
    """The DSN of an empty database."""
    return postgres.create_database("transcripts")


@pytest.fixture(scope="module")
def double(database: str, mirror: Callable[[str], Path]) -> Iterator[ServedDouble]:
    """The double of that database."""
    with serve(mirror(database)) as served:
        yield served


def check(client: RawClient, path: Path) -> None:
    exchanges = parse(path.read_text(encoding="utf-8"))
    assert exchanges, "an empty file would always pass"
    answers = play(client, exchanges)
    for exchange, answered in zip(exchanges, answers):
        assert answered == exchange.answered, exchange.sent
    assert [line.split()[0] for line in next(answers)] == ["ReadyForQuery"], "the last exchange had more answers"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_postgres_answers_as_recorded(postgres: EmbeddedPostgres, database: str, path: Path) -> None:
    """A record that nobody can reproduce proves nothing."""
    with RawClient("127.0.0.1", postgres.port) as client:
        client.log_in(postgres.user, postgres.password, "transcripts")
        check(client, path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_double_answers_as_postgres(double: ServedDouble, path: Path) -> None:
    """Message by message."""
    with RawClient("127.0.0.1", double.port) as client:
        client.log_in("postgres", PASSWORD, double.database)
        check(client, path)
