"""SCROLL cursors: rows that were read are kept in a temporary file, so that FETCH and MOVE go in every direction.

A place is 0 before the first row, n on the n-th, and one more than the last behind it. Refuses to know messages and statements. Facts:
src/backend/tcop/pquery.c (DoPortalRunFetch) for what each direction gives and where it leaves the cursor.
"""

from __future__ import annotations

import tempfile
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, cast

import pyarrow as pa

from proxy.pgtypes.arrow import plain
from proxy.pgtypes.errors import ProgramLimitExceeded

BYTES_MAX = 1 << 30
ALL = 2**31 - 1


class Spool:
    """Batches in a file of their own, read back by row; it goes with the object. One thread at a time."""

    def __init__(self, bytes_max: int = BYTES_MAX) -> None:
        self._bytes_max = bytes_max
        self._file: BinaryIO | None = None
        self._schema: pa.Schema | None = None
        self._places: list[tuple[int, int]] = []
        self._ends = [0]  # rows up to the end of each batch

    @property
    def rows(self) -> int:
        """How many there are so far."""
        return self._ends[-1]

    def add(self, batch: pa.RecordBatch) -> int:
        """Keep a batch; how many rows there are now. Raises ProgramLimitExceeded where the file would become too large."""
        columns = [plain(column) for column in batch.columns]  # a dictionary would have to be kept beside its batch
        batch = pa.RecordBatch.from_arrays(columns, names=[str(place) for place in range(len(columns))])
        data = batch.serialize()
        if self._file is None:
            self._file, self._schema = cast("BinaryIO", tempfile.TemporaryFile()), batch.schema  # noqa: SIM115  it lives as long as the cursor
        start = self._places[-1][0] + self._places[-1][1] if self._places else 0
        if start + data.size > self._bytes_max:
            raise ProgramLimitExceeded(
                "the result is too large for a SCROLL cursor", hint="Declare the cursor NO SCROLL."
            )
        self._file.seek(start)
        self._file.write(data)
        self._places.append((start, data.size))
        self._ends.append(self.rows + batch.num_rows)
        return self.rows

    def read(self, first: int, count: int, *, backward: bool) -> Iterator[pa.RecordBatch]:
        """Rows first .. first + count - 1, counted from 0, batch by batch; backward: the last of them first."""
        at, end = bisect_right(self._ends, first) - 1, bisect_right(self._ends, first + count - 1) - 1
        batches = range(at, end + 1) if count else range(0)
        for number in reversed(batches) if backward else batches:
            low, high = max(first, self._ends[number]), min(first + count, self._ends[number + 1])
            piece = self._batch(number).slice(low - self._ends[number], high - low)
            yield piece.take(pa.array(range(high - low - 1, -1, -1))) if backward else piece

    def _batch(self, number: int) -> pa.RecordBatch:
        assert self._file is not None
        start, size = self._places[number]
        self._file.seek(start)
        return pa.ipc.read_record_batch(pa.py_buffer(self._file.read(size)), self._schema)


@dataclass(frozen=True, slots=True)
class Step:
    """What a FETCH or MOVE does: rows first .. first + count - 1, counted from 0, and the place after it."""

    first: int
    count: int
    place: int
    backward: bool = False


def needed(direction: str, count: int, place: int) -> int | None:
    """How many rows have to be known before `step` can tell; None: all."""
    if direction == "FETCH_ABSOLUTE":
        return count if count >= 0 else None
    if direction == "FETCH_BACKWARD":
        count = -count
    return None if count >= ALL else place + max(count, 0)


def step(direction: str, count: int, place: int, rows: int) -> Step:
    """What a direction gives at a place. rows: all, or as many as `needed` asked for."""
    if direction == "FETCH_ABSOLUTE":
        if count == 0:
            return Step(0, 0, 0)
        return _one(count if count > 0 else rows + 1 + count, rows)
    if count == 0:
        on_row = 1 <= place <= rows
        return Step(place - 1, 1, place) if on_row else Step(0, 0, place)
    if direction == "FETCH_RELATIVE":
        return _one(place + count, rows)
    if (direction == "FETCH_BACKWARD") == (count > 0):
        return _backward(abs(count), place)
    wanted = abs(count)
    found = max(0, min(wanted, rows - place))
    return Step(place, found, place + found + (found < wanted or wanted >= ALL) if place <= rows else place)


def _one(target: int, rows: int) -> Step:
    if 1 <= target <= rows:
        return Step(target - 1, 1, target)
    return Step(0, 0, 0 if target < 1 else rows + 1)


def _backward(wanted: int, place: int) -> Step:
    found = max(0, min(wanted, place - 1))
    return Step(place - 1 - found, found, place - found if found == wanted else 0, backward=True)
