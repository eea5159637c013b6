"""A result's batches, read and encoded ahead of whoever sends them, in order, by threads that live as long as there is room ahead.

A small result is encoded by the thread that asks, and so is one of which a client takes some rows only: nothing runs while it thinks. One
that is wanted whole has two threads at most, and never more than a few batches in memory, so that a slow client costs no more than a
fast one. Refuses to know what encoding is. Facts: numpy and Arrow let other threads run while
they compute, so that two of them encode nearly twice as fast as one.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

import pyarrow as pa

from proxy.session.ports import Results

Encoded = TypeVar("Encoded")
SHORT = 256  # rows of a batch that is likely the last: looking at once whether it is saves a change of threads
THREADS, ROOM = 2, 3


class Ahead(Generic[Encoded]):
    """See the module. encode: gets a batch and its number, from 0, and may be called by several threads. One thread calls `next`."""

    def __init__(self, results: Results, encode: Callable[[pa.RecordBatch, int], Encoded]) -> None:
        self._results, self._encode = results, encode
        self._reading = threading.Lock()  # held while the engine works out a batch
        self._changed = threading.Condition()  # guards all below
        self._ready: dict[int, Encoded | BaseException] = {}
        self._read = self._given = self._threads = 0
        self._over = self._closed = False

    @property
    def is_over(self) -> bool:
        """Whether all was given, as far as is known without waiting."""
        with self._changed:
            return self._over and self._given == self._read

    def next(self, *, ahead: bool) -> Encoded | None:
        """The next batch, encoded; None at the end. Blocks. Raises what reading or encoding raised. ahead: all batches are wanted now,
        so that threads may go on with them after this one was given; without, none is left running."""
        if not self._read:
            return self._first(ahead)
        self._start() if ahead else self._alone()
        with self._changed:
            self._changed.wait_for(lambda: self._given in self._ready or self._is_exhausted())
            if self._given not in self._ready:
                return None
            found = self._ready.pop(self._given)
            self._given += 1
        if isinstance(found, BaseException):
            raise found
        if ahead:
            self._start()
        return found

    def close(self) -> None:
        """Nothing more is wanted; what threads are in, they leave by themselves once the results are closed."""
        with self._changed:
            self._closed = True
            self._ready.clear()
            self._changed.notify_all()

    def _is_exhausted(self) -> bool:
        return self._closed or (self._over and self._given == self._read)

    def _first(self, ahead: bool) -> Encoded | None:
        """The first batch, and a look behind it where it is short."""
        batch = self._batch()
        if batch is None:
            self._over = True
            return None
        self._read = self._given = 1
        encoded = self._encode(batch, 0)
        if batch.num_rows < SHORT:
            self._alone()
        elif ahead:
            self._start()
        return encoded

    def _alone(self) -> None:
        """The next batch, in this thread, where it is not there yet and no other thread works on it."""
        with self._changed:
            if self._threads or self._read > self._given:
                return
            self._threads = 1
        if self._fill(1):
            with self._changed:
                self._threads -= 1

    def _start(self) -> None:
        """As many threads as there is work for."""
        with self._changed:
            room = 0 if self._over or self._closed else self._given + ROOM - self._read
            wanted = max(0, min(THREADS, room) - self._threads)
            self._threads += wanted
        for _ in range(wanted):
            threading.Thread(target=self._run, name="encode", daemon=True).start()

    def _run(self) -> None:
        while self._fill(ROOM):
            pass

    def _fill(self, room: int) -> bool:
        """Read and encode one batch; False where there is none, or no room for it, and the thread is one less."""
        with self._reading:
            with self._changed:
                if self._over or self._closed or self._read - self._given >= room:
                    self._threads -= 1
                    return False
                number = self._read
            batch, failure = None, None
            try:
                batch = self._batch()
            except BaseException as error:  # noqa: BLE001  given to whoever asks for this batch
                failure = error
            with self._changed:
                self._over = batch is None
                self._read += batch is not None or failure is not None
                if failure is not None:
                    self._ready[number] = failure
                self._threads -= batch is None
                self._changed.notify_all()
        if batch is None:
            return False
        try:
            encoded: Encoded | BaseException = self._encode(batch, number)
        except BaseException as error:  # noqa: BLE001  as above
            encoded = error
        with self._changed:
            if not self._closed:
                self._ready[number] = encoded
            self._changed.notify_all()
        return True

    def _batch(self) -> pa.RecordBatch | None:
        """The next batch with rows in it."""
        while (batch := self._results.next_batch()) is not None and not batch.num_rows:
            pass
        return batch
