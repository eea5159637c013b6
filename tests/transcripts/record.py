"""`python -m tests.transcripts.record`: write into every conversation what a real Postgres answers."""

from __future__ import annotations

from pathlib import Path

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.raw_client import RawClient
from tests.transcripts.conversation import Exchange, record, rewritten

HERE = Path(__file__).parent


def blocks(text: str) -> list[Exchange]:
    """Exchanges of a file whose B lines are not to be trusted: F lines that touch are one."""
    found: list[Exchange] = []
    touching = False
    for line in (line for line in text.splitlines() if not line.startswith("B ")):
        if line.startswith("F "):
            if not touching:
                found.append(Exchange())
            found[-1].sent.append(line[2:])
        touching = line.startswith("F ")
    return found


def main() -> None:
    """Record all."""
    with EmbeddedPostgres() as postgres:
        postgres.create_database("transcripts")
        for path in sorted(HERE.glob("*.txt")):
            text = path.read_text(encoding="utf-8")
            with RawClient("127.0.0.1", postgres.port) as client:
                client.log_in(postgres.user, postgres.password, "transcripts")
                path.write_text(rewritten(text, list(record(client, blocks(text)))), encoding="utf-8")


if __name__ == "__main__":
    main()
