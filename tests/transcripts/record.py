"""`python -m tests.transcripts.record [name ...]`: write what a real Postgres answers into all conversations, or into the files named."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.transcripts.conversation import Conversation, conversations, rewritten
from tests.transcripts.player import Address, Player, record

HERE = Path(__file__).parent
DATABASE = "transcripts"
TABLES = HERE / "tables.sql"


def make_database(postgres: EmbeddedPostgres, name: str = DATABASE) -> Address:
    """The database that conversations are about."""
    postgres.create_database(name)
    postgres.psql(database=name, stdin=TABLES.read_text(encoding="utf-8"))
    return Address(postgres.port, postgres.user, postgres.password, name)


def recorded(address: Address, found: list[Conversation]) -> Iterator[list[str]]:
    """The answers to all exchanges."""
    for conversation in found:
        with Player(address) as player:
            yield from record(player, conversation.exchanges)
            left = player.rest()
            assert not left, (conversation.title, left)


def main(names: list[str]) -> None:
    """Record all, or some."""
    paths = [HERE / f"{name}.txt" for name in names] or sorted(HERE.glob("*.txt"))
    with EmbeddedPostgres() as postgres:
        address = make_database(postgres)
        for path in paths:
            text = path.read_text(encoding="utf-8")
            path.write_text(rewritten(text, recorded(address, conversations(text))), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
