"""FETCH and MOVE in every direction: rows that were read are kept in a temporary file, where a cursor goes back.

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

from proxy.errors import NotInPrerequisiteState
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
        self.is_full = False  # there were too many; none are kept any more

    @property
    def rows(self) -> int:
        """How many there are so far."""
        return self._ends[-1]

    def add(self, batch: pa.RecordBatch) -> int:
        """Keep a batch; how many rows there are now. Where the file would become too large, all are dropped."""
        if self.is_full:
            return self.rows
        columns = [plain(column) for column in batch.columns]  # a dictionary would have to be kept beside its batch
        batch = pa.RecordBatch.from_arrays(columns, names=[str(place) for place in range(len(columns))])
        data = batch.serialize()
        if self._file is None:
            self._file, self._schema = cast("BinaryIO", tempfile.TemporaryFile()), batch.schema  # noqa: SIM115  it lives as long as the cursor
        start = self._places[-1][0] + self._places[-1][1] if self._places else 0
        if start + data.size > self._bytes_max:
            self.is_full = True
            self._file.close()
            return self.rows
        self._file.seek(start)
        self._file.write(data)
        self._places.append((start, data.size))
        self._ends.append(self.rows + batch.num_rows)
        return self.rows

    def read(self, first: int, count: int, *, backward: bool) -> Iterator[pa.RecordBatch]:
        """Rows first .. first + count - 1, counted from 0, batch by batch; backward: the last of them first. Raises
        ProgramLimitExceeded where there were too many to keep."""
        self.require_room()
        at, end = bisect_right(self._ends, first) - 1, bisect_right(self._ends, first + count - 1) - 1
        batches = range(at, end + 1) if count else range(0)
        for number in reversed(batches) if backward else batches:
            self.require_room()  # the cursor may have gone on meanwhile
            low, high = max(first, self._ends[number]), min(first + count, self._ends[number + 1])
            piece = self._batch(number).slice(low - self._ends[number], high - low)
            yield piece.take(pa.array(range(high - low - 1, -1, -1))) if backward else piece

    def require_room(self) -> None:
        """Raises ProgramLimitExceeded where rows were dropped."""
        if self.is_full:
            raise ProgramLimitExceeded(
                "the result is too large for a cursor that goes back", hint="Read it forward, with a NO SCROLL cursor."
            )

    def _batch(self, number: int) -> pa.RecordBatch:
        assert self._file is not None
        start, size = self._places[number]
        self._file.seek(start)
        return pa.ipc.read_record_batch(pa.py_buffer(self._file.read(size)), self._schema)


class Pieces:
    """What was read back, for a portal that gives it some rows at a time."""

    def __init__(self, pieces: Iterator[pa.RecordBatch]) -> None:
        self._pieces = pieces

    def next_batch(self) -> pa.RecordBatch | None:
        """The next rows, None at the end. Raises ProgramLimitExceeded."""
        return next(self._pieces, None)

    def interrupt(self) -> None:
        """A batch takes no time."""

    def close(self) -> None:
        """Nothing is held but the spool, which is the cursor's."""


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


def only_forward(direction: str, count: int, place: int, *, ended: bool, moves: bool) -> tuple[int, int | None] | int:
    """What a cursor that does not go back does: how many rows it passes over and how many it then gives (None: all), or the count of a
    MOVE that moves nothing. Raises NotInPrerequisiteState where it would have to go back.
    """
    on_row, behind = place > 0 and not ended, place - ended  # behind: rows up to where it stands
    if direction == "FETCH_ABSOLUTE":
        return _to(count, behind, ended=ended)
    if direction == "FETCH_RELATIVE" and count > 0:
        return count - 1, 1
    if count == 0:
        if (on_row or direction == "FETCH_BACKWARD") and not moves:
            raise _cannot()  # even where there is no row to go back to
        return int(on_row)
    if (direction == "FETCH_FORWARD") == (count > 0) and direction != "FETCH_RELATIVE":
        return 0, None if abs(count) >= ALL else abs(count)
    if moves and abs(count) >= ALL and place == 0:
        return 0  # back to where it stands
    raise _cannot()


def _to(count: int, behind: int, *, ended: bool) -> tuple[int, int | None] | int:
    """ABSOLUTE: from the start where that is nearer, as Postgres does it."""
    if count == 0 or (count > 0 and count - 1 <= behind // 2):
        if behind or ended:
            raise _cannot()
        return (count - 1, 1) if count else 0
    if count < 0 or count <= behind + ended:
        raise _cannot()
    return count - behind - 1 - ended, 1


def _cannot() -> NotInPrerequisiteState:
    return NotInPrerequisiteState(
        "cursor can only scan forward", hint="Declare it with SCROLL option to enable backward scan."
    )
