"""Every conversation, replayed to a Postgres (is the record honest?) and to the double over a mirror (does it answer the same?)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.doubles import PASSWORD, serve
from tests.transcripts.conversation import Conversation, conversations
from tests.transcripts.player import Address, Player, play, same
from tests.transcripts.record import DATABASE, HERE, make_database

FOUND = [
    pytest.param(conversation, id=f"{path.stem}: {conversation.title}")
    for path in sorted(HERE.glob("*.txt"))
    for conversation in conversations(path.read_text(encoding="utf-8"))
]
LEAST = 150


@pytest.fixture(scope="module")
def source(postgres: EmbeddedPostgres) -> Address:
    """The recorded database."""
    return make_database(postgres)


@pytest.fixture(scope="module")
def double(postgres: EmbeddedPostgres, source: Address, mirror: Callable[[str], Path]) -> Iterator[Address]:
    """Its double."""
    with serve(mirror(postgres.dsn(DATABASE))) as served:
        yield Address(served.port, "postgres", PASSWORD, served.database)


def check(address: Address, conversation: Conversation) -> None:
    assert conversation.exchanges, "an empty conversation would always pass"
    with Player(address) as player:
        for exchange, answered in zip(conversation.exchanges, play(player, conversation)):
            if not same(answered, exchange.answered):
                assert answered == exchange.answered, exchange.sent
        assert player.rest() == [], "the last exchange had more answers"


def test_there_are_many() -> None:
    """A file that is not found would pass in silence."""
    assert len(FOUND) >= LEAST


@pytest.mark.parametrize("conversation", FOUND)
def test_postgres_answers_as_recorded(source: Address, conversation: Conversation) -> None:
    """A record that nobody can reproduce proves nothing."""
    check(source, conversation)


@pytest.mark.parametrize("conversation", FOUND)
def test_the_double_answers_as_postgres(double: Address, conversation: Conversation) -> None:
    """Message by message."""
    check(double, conversation)
