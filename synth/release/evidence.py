"""evidence.json: the noisy answers of a release beside what its synthetic rows hold. With the manifest, all that the report is made of.

Values alone; how they are found is `comparing`. Everything here was paid for or is synthetic, so it may be published. Refuses to know rows.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path

from synth.release.manifest import EVIDENCE, Row


class Shape(StrEnum):
    """How a column is drawn: values that have no order, or ranges that have one."""

    VALUES = "values"
    RANGES = "ranges"


class ColumnFit(Row):
    """One measured column. Group by group: label; noisy answer and its standard deviation, in weighted rows; synthetic rows. cells: of
    its domain, before grouping. distance: total variation between both over all cells; noise: what noise alone would make of it."""

    title: str
    attnums: tuple[int, ...]
    shape: Shape
    cells: int
    labels: tuple[str, ...]
    noisy: tuple[float, ...]
    sigma: tuple[float, ...]
    synthetic: tuple[int, ...]
    distance: float
    noise: float


class PairFit(Row):
    """One measured pair, over the cells that were measured. distance, noise: as of a column. residual: root of the mean square, in
    standard deviations."""

    columns: tuple[str, str]
    cells: int
    distance: float
    noise: float
    residual: float


class PairScore(Row):
    """A pair's error as the last, paid round found it: total variation between source and model, noisy, as it was answered."""

    columns: tuple[str, str]
    distance: float


class TableFit(Row):
    """One generated table. weighted: rows that the model speaks of, noisy, under its contribution bound; sigma: of that. rows: synthetic.
    score_sigma: standard deviation of each score; None where nothing was scored."""

    oid: int
    name: str
    weighted: float
    sigma: float
    rows: int
    columns: tuple[ColumnFit, ...]
    pairs: tuple[PairFit, ...]
    scores: tuple[PairScore, ...]
    score_sigma: float | None


class Evidence(Row):
    """The whole of evidence.json."""

    tables: tuple[TableFit, ...]

    def write(self, folder: Path) -> None:
        """Into a release's folder."""
        (folder / EVIDENCE).write_text(self.model_dump_json(indent=1), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Evidence:
        """Of a release's folder. Raises FileNotFoundError."""
        return cls.model_validate_json((folder / EVIDENCE).read_bytes())

    def table(self, oid: int) -> TableFit | None:
        """What is known of that table."""
        return next((table for table in self.tables if table.oid == oid), None)
