"""Batches read and encoded ahead: in order, few at a time, errors at their place, nothing after the end."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from functools import partial

import pyarrow as pa
import pytest

from proxy.errors import QueryCanceled
from proxy.session.ahead import ROOM, SHORT, THREADS, Ahead


@dataclass
class Numbered:
    """batches of `rows` rows; broken: the batch that fails. held: reading waits for it."""

    batches: int
    rows: int = SHORT
    broken: int = -1
    at: int = 0
    inside: int = 0
    held: threading.Event = field(default_factory=threading.Event)

    def next_batch(self) -> pa.RecordBatch | None:
        """See Results."""
        self.inside += 1
        assert self.inside == 1, "two threads read at once"
        self.held.wait(20)
        number, self.at = self.at, self.at + 1
        self.inside -= 1
        if number == self.broken:
            raise QueryCanceled("broken")
        if number >= self.batches:
            return None
        return pa.RecordBatch.from_arrays([pa.array([number] * self.rows)], ["n"])

    def interrupt(self) -> None:
        """See Results."""

    def close(self) -> None:
        """See Results."""


def numbered(batches: int, rows: int = SHORT, broken: int = -1) -> Numbered:
    made = Numbered(batches, rows, broken)
    made.held.set()
    return made


def encode(batch: pa.RecordBatch, number: int) -> tuple[int, int]:
    time.sleep(random.Random(number).random() / 200)
    return number, batch.column(0)[0].as_py()


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize("rows", [1, SHORT])
@pytest.mark.parametrize("batches", [0, 1, 2, 3, 40])
def test_batches_come_in_order_and_end(batches: int, rows: int, whole: bool) -> None:
    ahead = Ahead(numbered(batches, rows), encode)
    assert [ahead.next(ahead=whole) for _ in range(batches)] == [(n, n) for n in range(batches)]
    assert ahead.next(ahead=whole) is None
    assert ahead.is_over


def test_a_short_result_is_known_to_be_over_at_once() -> None:
    ahead = Ahead(numbered(1, SHORT - 1), encode)
    assert ahead.next(ahead=True) == (0, 0)
    assert ahead.is_over
    assert not ahead._threads


@pytest.mark.parametrize("rows", [1, SHORT])
@pytest.mark.parametrize("broken", [0, 1, 5])
def test_an_error_comes_after_what_was_before_it(broken: int, rows: int) -> None:
    ahead = Ahead(numbered(9, rows, broken), encode)
    assert [ahead.next(ahead=True) for _ in range(broken)] == [(n, n) for n in range(broken)]
    with pytest.raises(QueryCanceled, match="broken"):
        ahead.next(ahead=True)


def test_what_encoding_raises_comes_at_its_place() -> None:
    def picky(batch: pa.RecordBatch, number: int) -> int:
        if number == 3:
            raise QueryCanceled("no such text")
        return number

    ahead = Ahead(numbered(9), picky)
    assert [ahead.next(ahead=True) for _ in range(3)] == [0, 1, 2]
    with pytest.raises(QueryCanceled, match="no such text"):
        ahead.next(ahead=True)


@pytest.mark.parametrize("rows", [1, SHORT])
def test_who_takes_some_only_leaves_nothing_running(rows: int) -> None:
    results = numbered(1000, rows)
    ahead = Ahead(results, encode)
    for number in range(5):
        assert ahead.next(ahead=False) == (number, number)
        assert results.at == number + 1 + (number == 0 and rows < SHORT)
        assert not ahead._threads
    assert [ahead.next(ahead=True) for _ in range(20)] == [(n, n) for n in range(5, 25)]
    ahead.close()


def test_a_reader_that_stands_still_holds_few_batches() -> None:
    results = numbered(1000)
    ahead = Ahead(results, encode)
    assert ahead.next(ahead=True) == (0, 0)
    settled = -1
    while settled != results.at:
        settled = results.at
        time.sleep(0.2)
    assert results.at == 1 + ROOM
    assert [ahead.next(ahead=True) for _ in range(20)] == [(n, n) for n in range(1, 21)]
    assert results.at <= 21 + ROOM + THREADS


def test_closing_ends_who_waits() -> None:
    results = numbered(1000)
    ahead = Ahead(results, encode)
    assert ahead.next(ahead=True) == (0, 0)
    results.held.clear()
    found: list[object] = []
    waiting = threading.Thread(target=lambda: found.extend(iter(partial(ahead.next, ahead=True), None)))
    waiting.start()
    waiting.join(0.5)
    assert waiting.is_alive()
    ahead.close()
    waiting.join(10)
    assert not waiting.is_alive()
    assert len(found) <= ROOM
    results.held.set()
