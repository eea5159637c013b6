"""Odd tables through the real `pgdouble build`: very wide, very small, empty, of one column, without a value, of a very large domain.

Each builds, or is refused with its reason and a hint. Everything is made here from row numbers. Refuses to know the engine.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench.synth import sets
from bench.synth.build import BuildFailed, budgeted, build
from bench.synth.rows import Row
from pgdouble.demo.postgres import EmbeddedPostgres

DELTA, SEED = 1e-9, 1
TABLE = "public.odd"
POLICY = """version: 1
privacy:
  unit: {table}
  budget:   {{epsilon: 1, delta: 1e-9, window: 1d}}
  lifetime: {{epsilon: 1, delta: 1e-9}}
  release:  {{epsilon: 1}}
tables:
  {table}:
    columns:
{columns}
"""
LETTERS = "{as: category, values: [a, b, c, d, e], source: made up}"


@dataclass(frozen=True, slots=True)
class Made:
    """A column. expression: of the row number i. wish: what the policy says of it."""

    type: str
    expression: str
    wish: str


@dataclass(frozen=True, slots=True)
class Shape:
    """A table and the budget that it is built with. most_seconds: what the build may take."""

    title: str
    columns: Mapping[str, Made]
    rows: int
    epsilon: float = 1.0
    most_seconds: float | None = None

    def create(self) -> str:
        """SQL that makes and fills the table."""
        declared = ", ".join(f"{name} {column.type}" for name, column in self.columns.items())
        values = ", ".join(f"({column.expression})::{column.type}" for column in self.columns.values())
        return f"CREATE TABLE {TABLE} ({declared}); INSERT INTO {TABLE} SELECT {values} FROM generate_series(1, {self.rows}) i;"

    def policy(self) -> str:
        """Its policy, for any budget."""
        columns = "\n".join(f"      {name}: {column.wish}" for name, column in self.columns.items())
        return POLICY.format(table=TABLE, columns=columns)


def letter(place: int) -> Made:
    """A category that follows the row number, more or less."""
    return Made("text", f"chr(97 + (i / {place + 1} + (hashint4(i + {place}) & 3)) % 5)", LETTERS)


def number(place: int) -> Made:
    """A whole number."""
    wish = "{as: number, bounds: [0, 99], step: 5}"
    return Made("integer", f"(i * {place + 1} + (hashint4(i # {place}) & 15)) % 100", wish)


def amount(place: int) -> Made:
    """A decimal number, some of them NULL."""
    wish = "{as: number, bounds: [0, 1000], step: 50}"
    return Made("numeric(10,2)", f"CASE WHEN i % 7 <> 0 THEN (hashint4(i + {place}) & 65535) / 65.536 END", wish)


def few() -> dict[str, Made]:
    """Three columns."""
    return {"letter": letter(1), "number": number(1), "amount": amount(1)}


def wide(columns: int) -> dict[str, Made]:
    """As many columns, of three kinds in turn."""
    kinds = (letter, number, amount)
    return {f"c{place}": kinds[place % 3](place) for place in range(columns)}


def nothing() -> dict[str, Made]:
    """Columns of every kind without a value."""
    return {name: Made(column.type, "NULL", column.wish) for name, column in few().items()}


def large_domain(size: int) -> dict[str, Made]:
    """A column of so many categories beside two others."""
    values = ", ".join(f"v{value}" for value in range(size))
    place = f"'v' || (hashint4(i) & 1048575) % {size} * ((hashint4(i + 7) & 1048575) % {size}) / {size}"
    made = Made("text", place, f"{{as: category, values: [{values}], source: made up}}")
    return {"letter": letter(1), "code": made, "number": number(2)}


SHAPES = (
    Shape("120 columns, 20,000 rows", wide(120), 20_000, most_seconds=180),
    Shape("50 rows", few(), 50),
    Shape("0 rows", few(), 0),
    Shape("one column, 5,000 rows", {"letter": letter(1)}, 5_000),
    Shape("NULL alone in all columns, 5,000 rows", nothing(), 5_000),
    Shape("a domain of 10,000 categories, 20,000 rows", large_domain(10_000), 20_000),
    Shape("5,000 rows, epsilon 0.1", few(), 5_000, epsilon=0.1),
    Shape("5,000 rows, epsilon 10", few(), 5_000, epsilon=10.0),
)


def outcome(server: EmbeddedPostgres, shape: Shape, database: str, folder: Path) -> Row:
    """What came of one shape, in a database of its own."""
    server.create_database(database)
    server.psql(database=database, stdin=shape.create())
    server.psql(database=database, stdin=f"GRANT SELECT ON {TABLE} TO {sets.SOURCE_READER};")
    dsn = server.dsn(database, sets.SOURCE_READER, sets.PASSWORD)
    must = f"≤ {shape.most_seconds:.0f} s" if shape.most_seconds else "built or refused"
    try:
        built = build(dsn, budgeted(shape.policy(), shape.epsilon, DELTA), folder, SEED)
    except BuildFailed as refused:
        said = " ".join(line.strip() for line in str(refused).splitlines() if not line.startswith("  "))
        return Row(shape.title, "refused", must, note=said)
    return Row(shape.title, f"built in {built.seconds:.1f} s", must, note=f"peak {built.peak_mb:.0f} MB")


def shapes() -> Iterator[Row]:
    """All of them."""
    with EmbeddedPostgres() as server, tempfile.TemporaryDirectory(prefix="pgdouble-bench-") as folder:
        server.psql(stdin=sets.ROLE)
        for place, shape in enumerate(SHAPES):
            yield outcome(server, shape, f"odd{place}", Path(folder) / str(place))
