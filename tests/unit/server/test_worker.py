"""A session's thread: order, interrupts, jobs that nobody waits for, and threads that gave way."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable

import pytest

from proxy.errors import QueryCanceled
from proxy.server.linger import Linger
from proxy.server.worker import LOWEST, Worker


def test_jobs_run_one_after_the_other() -> None:
    """In one thread, which is not the event loop's."""

    async def run() -> None:
        worker, seen = Worker("w", Linger()), []
        jobs = [worker.begin(lambda number=number: seen.append((number, threading.get_ident()))) for number in range(5)]
        await asyncio.gather(*(job.answer for job in jobs))
        assert [number for number, _ in seen] == list(range(5))
        assert {ident for _, ident in seen}.isdisjoint({threading.get_ident()})
        assert len({ident for _, ident in seen}) == 1
        await ended(worker)

    asyncio.run(run())


async def ended(worker: Worker) -> None:
    done = asyncio.Event()
    worker.end(done.set)
    await asyncio.wait_for(done.wait(), 20)
    assert worker._linger.working == 0


@pytest.mark.parametrize(
    "failure", [QueryCanceled("x"), RecursionError(), MemoryError(), KeyboardInterrupt(), SystemExit()]
)
def test_whatever_is_raised_reaches_whoever_waits(failure: BaseException) -> None:
    def work() -> None:
        raise failure

    async def run() -> None:
        worker = Worker("w", Linger())
        answer = worker.begin(work).answer
        await asyncio.wait([answer])
        assert answer.exception() is failure
        assert await worker.begin(lambda: 1).answer == 1
        await ended(worker)

    asyncio.run(run())


def test_an_interrupt_is_repeated_until_it_is_heard() -> None:
    """The engine loses one that comes too early."""
    heard, calls = threading.Event(), []

    def interrupt() -> None:
        calls.append(1)
        if len(calls) == 3:
            heard.set()

    async def run() -> None:
        worker = Worker("w", Linger())
        job = worker.begin(lambda: heard.wait(20), interrupt)
        job.stop()
        assert await job.answer is True
        await asyncio.sleep(0.2)
        assert len(calls) == 3
        await ended(worker)

    asyncio.run(run())


def test_a_job_that_nobody_waits_for() -> None:
    """Who waited is told at once; the next job begins when the thread is free; one that had not begun never does."""
    free, ran = threading.Event(), []

    async def run() -> None:
        worker = Worker("w", Linger())
        first = worker.begin(lambda: free.wait(20))
        second = worker.begin(lambda: ran.append("second"))
        third = worker.begin(lambda: ran.append("third"))
        for job in (first, second):
            job.drop(QueryCanceled("canceling statement due to user request"))
            with pytest.raises(QueryCanceled):
                await job.answer
        assert not first.ended and not ran
        assert worker._linger.working == 3
        free.set()
        await third.answer
        assert ran == ["third"]
        await ended(worker)

    asyncio.run(run())


def test_a_thread_that_cannot_be_made_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def run() -> None:
        worker = Worker("w", Linger())
        with monkeypatch.context() as patched, pytest.raises(RuntimeError):
            patched.setattr(threading.Thread, "start", refused)
            worker.begin(lambda: 1)
        assert await asyncio.wait_for(worker.begin(lambda: 2).answer, 20) == 2
        await ended(worker)

    asyncio.run(run())


def test_a_worker_that_never_worked_ends_at_once() -> None:
    async def run() -> None:
        await ended(Worker("w", Linger()))

    asyncio.run(run())


@pytest.mark.skipif(sys.platform != "linux", reason="threads have priorities of their own on Linux alone")
def test_a_long_job_gives_way_and_the_next_does_not() -> None:
    """The thread's priority is lowered, and since it cannot be raised again another thread takes over."""
    free = threading.Event()
    priority: Callable[[], int] = lambda: os.getpriority(os.PRIO_PROCESS, threading.get_native_id())  # noqa: E731

    async def run() -> None:
        worker, own = Worker("w", Linger()), priority()
        job = worker.begin(lambda: (free.wait(20), priority())[1])
        after = worker.begin(priority)
        while not job.gave_way:
            job.give_way()  # nothing happens before it has begun
        after.give_way()
        free.set()
        assert await job.answer == LOWEST
        job.give_way()  # too late: it has ended
        assert await after.answer == own
        await ended(worker)

    asyncio.run(run())
