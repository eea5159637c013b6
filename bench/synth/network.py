"""A table drawn from a Bayesian network that a seed makes: nobody has tuned anything on it.

Columns of 2 to 60 codes, each with up to two parents among the columns before it; conditional distributions are sharp, from a Dirichlet of
a small concentration. Refuses to know what is measured on it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import psycopg
from numpy.typing import NDArray

SEED, COLUMNS, ROWS = 20_261_124, 18, 40_000
SHARP = 0.3  # concentration of each conditional distribution

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Node:
    """A column: size of its domain, its parents' places, and a distribution for each combination of their codes."""

    size: int
    parents: tuple[int, ...]
    table: NDArray[np.float64] = field(repr=False)


def nodes(seed: int) -> list[Node]:
    """The network of a seed."""
    rng = np.random.default_rng(seed)
    found: list[Node] = []
    for place in range(COLUMNS):
        size = int(np.exp(rng.uniform(np.log(2), np.log(60))))
        wanted = min(place, int(rng.integers(0, 3)))
        parents = tuple(int(each) for each in sorted(rng.choice(place, wanted, replace=False))) if wanted else ()
        cells = int(np.prod([found[each].size for each in parents], dtype=np.int64))
        found.append(Node(size, parents, rng.dirichlet(np.full(size, SHARP), cells)))
    return found


def sizes(seed: int) -> dict[str, int]:
    """Size of each column's domain."""
    return {f"x{place}": node.size for place, node in enumerate(nodes(seed))}


def rows(seed: int, count: int = ROWS) -> dict[str, Codes]:
    """Codes of a sample."""
    rng = np.random.default_rng([seed, 1])
    drawn: list[Codes] = []
    network = nodes(seed)
    for node in network:
        group = np.zeros(count, dtype=np.int64)
        for parent in node.parents:
            group = group * network[parent].size + drawn[parent]
        ends = np.cumsum(node.table, axis=1)[group]
        drawn.append(np.minimum((ends < rng.random(count)[:, None]).sum(axis=1), node.size - 1))
    return {f"x{place}": codes for place, codes in enumerate(drawn)}


def write(dsn: str, seed: int) -> None:
    """The table `network` of a database."""
    found = rows(seed)
    columns = ", ".join(f"{name} smallint NOT NULL" for name in found)
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE network ({columns})".encode())
        with cursor.copy("COPY network FROM STDIN") as copy:
            for row in zip(*(codes.tolist() for codes in found.values())):
                copy.write_row(row)
