"""Columns of text and how COPY wants them: the one format that every generator of the shop produces.

A column is a list of str or None in COPY's text format, unescaped. Refuses to know tables. Facts: PostgreSQL's
documentation of COPY, "Text Format".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Column = Sequence[str | None]
Ints = NDArray[np.int64]

ROWS_PER_CHUNK = 20_000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one table, column by column; all columns have the same length."""

    schema: str
    table: str
    columns: dict[str, Column]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def copy_text(self) -> Iterator[bytes]:
        """COPY's text format in chunks."""
        columns = list(self.columns.values())
        for start in range(0, len(self), ROWS_PER_CHUNK):
            slices = [column[start : start + ROWS_PER_CHUNK] for column in columns]
            lines = ("\t".join(map(_field, row)) for row in zip(*slices, strict=True))
            yield ("\n".join(lines) + "\n").encode()


def _field(value: str | None) -> str:
    if value is None:
        return "\\N"
    return value.translate(_ESCAPES) if "\\" in value or "\t" in value or "\n" in value else value


def integers(values: Ints) -> list[str]:
    """Whole numbers as text."""
    return [str(value) for value in values.tolist()]


def cents(values: Ints) -> list[str]:
    """Amounts given in cents, printed with two decimals."""
    return [f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02d}" for value in values.tolist()]


def dates(days: Ints) -> list[str]:
    """Days since 1970-01-01 as ISO dates."""
    return [str(day) for day in days.astype("datetime64[D]").tolist()]


def instants(seconds: Ints) -> list[str]:
    """Seconds since 1970-01-01 UTC as timestamps with zone."""
    return [f"{moment.isoformat(sep=' ')}+00" for moment in seconds.astype("datetime64[s]").tolist()]


def booleans(values: NDArray[np.bool_]) -> list[str]:
    """t and f."""
    return ["t" if value else "f" for value in values.tolist()]


def labels(names: Sequence[str], codes: Ints) -> list[str]:
    """The name of each code."""
    return [names[code] for code in codes.tolist()]


def blank(column: Column, where: NDArray[np.bool_]) -> list[str | None]:
    """The column with NULL where the mask is set."""
    return [None if hidden else value for value, hidden in zip(column, where.tolist(), strict=True)]


def uuids(rng: np.random.Generator, count: int) -> list[str]:
    """Random version 4 UUIDs, repeatable by the generator's seed."""
    hexes = rng.bytes(16 * count).hex()
    return [
        f"{part[:8]}-{part[8:12]}-4{part[13:16]}-a{part[17:20]}-{part[20:]}"
        for part in (hexes[start : start + 32] for start in range(0, len(hexes), 32))
    ]
