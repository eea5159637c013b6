"""The arithmetic: what is known of the error of some columns' cells → the 95 % interval of one answer.

A table's error is spread over its cells by the root of their share, which is how noise, merging and fitting leave it, so that a cell of c
of n rows is off by e * n / K * sqrt(c / n): e the expected error of all cells together, K the sum of the roots. Cells of several columns
at once, as a range or a mean has them, add up faster than independent errors do where several columns meet, for what the model misses is
the same on neighbouring cells. Refuses to know trees and files. Facts: measured on Adult, see docs/benchmarks.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import isfinite, pi, sqrt

Z95 = 1.96
# Expected errors are means of absolute values; a normal error of mean absolute value 1 is within this at 95 %.
SPREAD95 = Z95 * sqrt(pi / 2)
# The error of m cells together is that of one, times m to this power: 0 as independent errors do, 1/2 as equal ones. Noise of one column
# is independent; of several columns at once 1/4 held 93 to 97 % of the means and ranges.
ALONE, TOGETHER = 0.0, 0.25
# No cell is known better than to this part of the standard deviation of its own column's noise: what fitting leaves of it.
NOISE_LEFT = 0.5


@dataclass(frozen=True, slots=True)
class Basis:
    """What the error of an answer follows from. unit: expected error of a cell of one row; it grows with the root of the cell's rows.
    noise: standard deviation of a cell's own noise, in rows. low, high: 95 % interval of all rows, of which the replica has `rows`. blur:
    rows that bounds inside bins are in doubt about. half_bin: what a value is off at most inside its bin. together: the power that many
    cells go with. cut: share of rows that weigh less than others in the model. words: what it rests on."""

    rows: int
    low: int
    high: int
    unit: float = 0.0
    noise: float = 0.0
    blur: float = 0.0
    half_bin: float = 0.0
    together: float = ALONE
    cut: float = 0.0
    words: str = ""


@dataclass(frozen=True, slots=True)
class Moments:
    """Of one answer: rows that are counted or summed, in how many cells, mean and variance of their values; counted: in how many cells they
    are where the values do not tell them apart."""

    rows: float
    cells: float = 1.0
    mean: float = 1.0
    variance: float = 0.0
    counted: float = 1.0


@dataclass(frozen=True, slots=True)
class Interval:
    """An answer and where the source's is with 95 % confidence. cut: the part of it, on either side, that is truncation bias."""

    value: float
    low: float
    high: float
    cut: float = 0.0

    @property
    def half(self) -> float:
        """The wider side."""
        return max(self.value - self.low, self.high - self.value)


def interval(kind: str, basis: Basis, counting: Basis, cell: Moments) -> Interval | None:
    """kind: count, sum or avg. counting: what the number of the rows follows from, where their values do not matter. None where there is no
    value: a sum or a mean of no rows."""
    if kind == "count":
        return _count(basis, cell.rows, cell.cells)
    if cell.rows < 1 or not (isfinite(cell.mean) and isfinite(cell.variance)):
        return None
    mean = _avg(basis, cell)
    if kind == "avg":
        return mean
    # A sum is as many times the mean as there are rows.
    rows = _count(counting, cell.rows, cell.counted)
    value, half = cell.rows * cell.mean, cell.rows * mean.half
    below, above = ((rows.value - rows.low) * abs(cell.mean), (rows.high - rows.value) * abs(cell.mean))
    if value < 0:
        below, above = above, below
    cut = cell.rows * mean.cut + rows.cut * abs(cell.mean)
    return Interval(value, value - _joined(half, below), value + _joined(half, above), cut)


def _count(basis: Basis, rows: float, cells: float) -> Interval:
    cut = basis.cut * rows if basis.unit else 0.0
    # A cell that is most of the table is known by what is not in it.
    half = _random(basis, max(0.0, min(rows, basis.rows - rows)), cells) + min(rows, basis.blur) + cut
    below, above = _whole(basis, rows)
    return Interval(rows, max(0.0, rows - _joined(half, below)), rows + _joined(half, above), cut)


def _avg(basis: Basis, cell: Moments) -> Interval:
    """By the delta method: what each row's error moves the mean by is its distance from it."""
    size = sqrt(max(cell.variance, 0.0)) / cell.rows
    cut = basis.cut * size * cell.rows if basis.unit else 0.0
    half = (_random(basis, cell.rows, cell.cells) + min(cell.rows, basis.blur)) * size + basis.half_bin + cut
    return Interval(cell.mean, cell.mean - half, cell.mean + half, cut)


def _random(basis: Basis, rows: float, cells: float) -> float:
    """Half-width, in rows, from the model's error and from drawing rows of it; of all rows nothing is drawn."""
    if not basis.unit:
        return 0.0
    model = SPREAD95 * basis.unit * max(1.0, cells) ** basis.together
    return max(sqrt((model**2 + Z95**2) * rows), NOISE_LEFT * basis.noise)


def _whole(basis: Basis, rows: float) -> tuple[float, float]:
    """What the number of all rows leaves open of so many of them."""
    share = rows / basis.rows if basis.rows else 0.0
    return max(0.0, basis.rows - basis.low) * share, max(0.0, basis.high - basis.rows) * share


def _joined(first: float, second: float) -> float:
    """Of two independent errors."""
    return sqrt(first**2 + second**2)
