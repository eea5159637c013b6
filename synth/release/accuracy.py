"""accuracy.json: what may be said of a release's error, from noisy answers and paid scores only.

Values alone; how they are found is `erring`. Errors are shares of a table's rows: an error of 0.1 over 1,000 rows is 100 rows that are in
other cells than the source's, each missing row and each surplus one counted. Refuses to know rows.
"""

from __future__ import annotations

from pathlib import Path

from synth.release.manifest import Row

ACCURACY = "accuracy.json"


class AxisError(Row):
    """One modelled column, or the columns of one reference to public rows. relation: the table itself, or the owner whose column it is.

    error: expected sum over all cells; None where nothing was learned. noise: standard deviation of one cell's answer. spread: sum over
    the cells of the root of their share. cells: of the domain. half_bin: what a number is off at most inside its bin, in its own units, on
    the average row. blur: half of the share of rows that a bound inside a bin is in doubt about, on the average; 0 where each value is a
    cell.
    """

    relation: int
    attnums: tuple[int, ...]
    cells: int
    error: float | None
    noise: float
    spread: float
    half_bin: float = 0.0
    blur: float = 0.0


class PairError(Row):
    """Two columns that were scored, by their places among the axes. error, sigma: the paid score and its standard deviation. supported: the
    pair was measured as well."""

    axes: tuple[int, int]
    error: float
    sigma: float
    spread: float
    supported: bool


class TableAccuracy(Row):
    """One generated table. rows: of the replica. low, high: 95 % interval of the source's. truncated_share: estimated share of rows that
    weigh less in the model than others, as their unit has too many. owner, owner_columns: the table that owns its rows, None where they are
    units, and the columns that refer to it."""

    oid: int
    name: str
    owner: int | None
    owner_columns: tuple[int, ...]
    rows: int
    low: int
    high: int
    truncated_share: float
    axes: tuple[AxisError, ...]
    pairs: tuple[PairError, ...]


class Accuracy(Row):
    """The whole of accuracy.json. scale: rows of the replica for one of the source."""

    scale: float
    tables: tuple[TableAccuracy, ...]

    def write(self, folder: Path) -> None:
        """Into a release's folder."""
        (folder / ACCURACY).write_text(self.model_dump_json(indent=1), encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Accuracy | None:
        """Of a release's folder; None where it has none that can be read: a mirror, or a release of before."""
        try:
            return cls.model_validate_json((folder / ACCURACY).read_bytes())
        except (FileNotFoundError, ValueError):
            return None

    def table(self, oid: int) -> TableAccuracy | None:
        """What is known of that table."""
        return next((table for table in self.tables if table.oid == oid), None)
