"""`python -m tests.protocol.draw SEED COUNT FILE`: random conversations as a file of transcripts, to be recorded.

Refuses to know servers. Facts: `vocabulary.py`.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

from tests.protocol.vocabulary import batch

LENGTH = 14
ENDS = ("Sync", "Query", "Raw")


def drawn(seed: int, count: int) -> str:
    """The text of the file."""
    rng = random.Random(seed)
    parts = [
        f"# Drawn: python -m tests.protocol.draw {seed} {count} FILE. Conversations that met a bug of Postgres were left out.\n"
    ]
    for number in range(1, count + 1):
        lines: list[str] = []
        while len(lines) < LENGTH:
            lines += batch(rng.choice)
        exchanges = [f"F {line}\n" + ("\n" if line.startswith(ENDS) else "") for line in [*lines, "Sync"]]
        parts.append(f"=== drawn {number}\n{''.join(exchanges)}")
    return "\n".join(parts)


if __name__ == "__main__":
    Path(sys.argv[3]).write_text(drawn(int(sys.argv[1]), int(sys.argv[2])), encoding="utf-8")
