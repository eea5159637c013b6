"""A thread of one session, in which everything that blocks or takes long is done, one job after the other.

So no session waits for another's statement, and there are as many threads as sessions at most. A job that takes long gives way: its
thread runs behind all others, so that short ones are answered at once however many long ones there are. A job that nobody waits for any
more is interrupted until its thread has left it; the session's next job begins only then. Until then it also counts as work beside which
the event loop does not stay awake. Refuses to know what jobs do. Facts: Linux has a priority for each thread, which a thread can lower
and not raise again.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from queue import SimpleQueue

from proxy.server.linger import Linger

INTERRUPT_AGAIN_S = 0.05
LOWEST = 19
# Stack of a worker, and how deep Python may go in it: nested statements are read by recursion, in C in part.
STACK_BYTES = 64 << 20
RECURSION_MAX = 12_000


class Job:
    """Work, how to interrupt it, and who waits for its answer."""

    def __init__(self, work: Callable[[], object], interrupt: Callable[[], None] | None, linger: Linger) -> None:
        self._loop = asyncio.get_running_loop()
        self._work, self._interrupt, self._linger = work, interrupt, linger
        linger.working += 1
        self.answer: asyncio.Future[object] = self._loop.create_future()
        self.ended = self.gave_way = False
        self._thread: int | None = None  # that runs it
        self._dropped = False
        self._state = threading.Lock()  # held for moments

    def stop(self) -> None:
        """Interrupt it until its thread has left it: an interrupt that comes before the engine has begun is lost."""
        if not self.ended and self._interrupt is not None:
            self._interrupt()
            self._loop.call_later(INTERRUPT_AGAIN_S, self.stop)

    def drop(self, error: BaseException) -> None:
        """Nobody waits any more: the answer is this error. Work that has not begun never will."""
        self._dropped = True
        if not self.answer.done():
            self.answer.set_exception(error)

    def give_way(self) -> None:
        """It takes long: let the thread that runs it come after all others."""
        with self._state:
            if self._thread is not None and not self.ended and not self.gave_way and sys.platform == "linux":
                os.setpriority(os.PRIO_PROCESS, self._thread, LOWEST)
                self.gave_way = True

    def run(self) -> None:
        """In the worker's thread."""
        result, failure = None, None
        with self._state:
            self._thread = threading.get_native_id()
        try:
            if not self._dropped:
                result = self._work()
        except BaseException as error:  # noqa: BLE001  handed to whoever waits
            failure = error
        with self._state:
            self.ended = True
        self._work = _nothing  # what it holds may be large
        try:
            self._loop.call_soon_threadsafe(self._deliver, result, failure)
        except RuntimeError:
            return  # the server has stopped meanwhile

    def _deliver(self, result: object, failure: BaseException | None) -> None:
        self._linger.working -= 1
        if self.answer.done():
            return
        if failure is None:
            self.answer.set_result(result)
        elif isinstance(failure, StopIteration):
            self.answer.set_exception(RuntimeError("work ended an iteration"))
        else:
            self.answer.set_exception(failure)


class Worker:
    """See the module. The thread is started by the first job."""

    def __init__(self, name: str, linger: Linger) -> None:
        self._name, self._linger = name, linger
        self._jobs: SimpleQueue[Job | Callable[[], None]] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def begin(self, work: Callable[[], object], interrupt: Callable[[], None] | None = None) -> Job:
        """Have work done after what was asked for before."""
        if self._thread is None:
            self._start()
        job = Job(work, interrupt, self._linger)
        self._jobs.put(job)
        return job

    def end(self, then: Callable[[], None]) -> None:
        """No more jobs come. then: called in the event loop when the thread is free."""
        if self._thread is None:
            then()
            return
        loop = asyncio.get_running_loop()
        self._jobs.put(lambda: soon(loop, then))

    def _start(self) -> None:
        loop = asyncio.get_running_loop()
        thread = threading.Thread(target=self._run, args=(loop,), name=self._name, daemon=True)
        thread.start()  # raises where there may be no more of them
        self._thread = thread

    def _run(self, loop: asyncio.AbstractEventLoop) -> None:
        while isinstance(job := self._jobs.get(), Job):
            job.run()
            if job.gave_way:
                soon(loop, self._start)  # by the event loop's thread, whose priority the new one has
                return
            del job  # its answer may be large, and the next job may be long in coming
        job()


def make_room_for_depth() -> None:
    """Let the threads that are made from now on read statements as deep as they come."""
    threading.stack_size(STACK_BYTES)
    sys.setrecursionlimit(RECURSION_MAX)


def _nothing() -> None:
    return None


def soon(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """From any thread: in the loop, before whatever that thread hands over next."""
    try:
        loop.call_soon_threadsafe(call)
    except RuntimeError:
        return  # the server has stopped meanwhile
