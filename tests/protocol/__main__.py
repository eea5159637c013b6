"""Random conversations with a real Postgres and with the double, compared message by message.

    python -m tests.protocol SEED [STEPS]

Prints each difference as the shortest conversation that shows it, and a last line: `protocol: N steps, D different`. A step is a message.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from pathlib import Path

from pgdouble.demo.postgres import EmbeddedPostgres
from tests.doubles import PASSWORD, serve
from tests.mirror import make_mirror
from tests.protocol.duel import Difference, played, shortest
from tests.protocol.vocabulary import batch
from tests.transcripts.player import Address
from tests.transcripts.record import DATABASE, make_database

LENGTH = 40


def conversation(rng: random.Random) -> list[str]:
    """The lines of one."""
    lines: list[str] = []
    while len(lines) < LENGTH:
        lines += batch(rng.choice)
    return lines


def differences(source: Address, double: Address, seed: int, steps: int) -> tuple[int, list[Difference]]:
    """How many messages were sent, and the conversations that differ."""
    rng, sent, found = random.Random(seed), 0, list[Difference]()
    while sent < steps:
        lines = conversation(rng)[: steps - sent]
        sent += len(lines)
        if (difference := played(source, double, lines)) is not None:
            found.append(shortest(source, double, difference))
            print(f"{found[-1]}\n", flush=True)
    return sent, found


def main(seed: int, steps: int) -> int:
    """How many differ."""
    with EmbeddedPostgres() as postgres, tempfile.TemporaryDirectory() as folder:
        source = make_database(postgres)
        asyncio.run(make_mirror(postgres.dsn(DATABASE), Path(folder)))
        with serve(Path(folder)) as served:
            double = Address(served.port, "postgres", PASSWORD, served.database)
            sent, found = differences(source, double, seed, steps)
    print(f"protocol: {sent} steps, {len(found)} different")
    return len(found)


if __name__ == "__main__":
    sys.exit(bool(main(int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 10_000)))
