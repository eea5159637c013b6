"""Carries out the steps of one session: bytes to the stream, work to the worker, under cancel requests and timeouts.

A statement that is to stop stops wherever it is: before its turn, compiling, in the engine, in a function, or waiting for a client
that does not read. What does not listen is left behind in its thread, and the client has its answer. Refuses to know SQL and messages.
Facts: src/backend/tcop/postgres.c (ProcessInterrupts) for texts.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Generator
from typing import TypeVar

from policies.errors import PgError
from proxy.answers import ANSWER_BYTES_MAX
from proxy.errors import QueryCanceled
from proxy.server.lanes import Lanes
from proxy.server.stream import ClientStream
from proxy.server.worker import Job, Worker
from proxy.session.session import Session
from proxy.session.steps import Call, Fetch, Send, Step, Stop
from proxy.session.timeouts import Left, while_running
from proxy.wire import messages as wire
from proxy.wire.framing import BadMessage

BY_USER = "canceling statement due to user request"
# How long the engine may take to notice an interrupt; it plans and sorts without looking up.
PATIENCE_S = 0.5
GIVE_WAY_S, WATCH_S = 0.2, 1.0
# How long a message's steps may follow each other in the event loop: a string of thousands of statements that are answered at once is
# one message.
TURN_S = 0.02
RECORD_MAX = ANSWER_BYTES_MAX
Given = TypeVar("Given")


class Turn:
    """The other sessions' turn has come; the step before it was carried out."""


class Driver:
    """See the module."""

    def __init__(self, session: Session, stream: ClientStream, worker: Worker, helper: Lanes) -> None:
        self._session, self._stream = session, stream
        self._worker, self._helper = worker, helper
        self.is_over = False  # the session ends the connection
        self._steps: Generator[Step, object, None] | None = None  # of the message that is being worked on
        self._pending: Step | Turn | None = None  # what is waited for
        self._recorded: bytearray | None = None
        self._busy = False  # a message is being worked on: a cancel request means it
        self._why: PgError | None = None  # what is being worked on is to stop
        self._is_told = False  # the session has been told so, and answers it
        self._job: Job | None = None
        self._patience = 0.0  # of whoever waits for the job
        self._drain: asyncio.Future[None] | None = None
        self._watch_timer: asyncio.TimerHandle | None = None

    def begin(self, message: wire.Message | BadMessage) -> bool:
        """Carry a message out as far as nothing has to be waited for; whether that is all, else `finish` goes on."""
        self._busy, self._why, self._is_told = True, None, False
        self._steps = self._session.handle(message)
        return self._go_on(None, None)

    async def finish(self) -> None:
        """The rest of the message."""
        try:
            while (step := self._pending) is not None:
                answer: object = None
                error: Exception | None = None
                try:
                    answer = await self._waited(step)
                except (ConnectionError, ssl.SSLError):
                    raise
                except Exception as failed:  # noqa: BLE001  handed to the session, which answers it
                    error = failed
                    self._is_told = self._is_told or failed is self._why
                if self._go_on(answer, error):
                    return
        finally:
            self._end()

    @property
    def is_busy(self) -> bool:
        """Whether a message is being worked on."""
        return self._busy

    def cancel(self, why: PgError | None = None) -> None:
        """Stop what is being worked on; nothing happens between messages."""
        if not self._busy or self._why is not None:
            return
        self._why = why or QueryCanceled(BY_USER)
        if self._job is not None:
            self._job.stop()
            asyncio.get_running_loop().call_later(self._patience, self._job.drop, self._why)
        if self._drain is not None and not self._drain.done():
            self._drain.set_exception(self._why)

    def _go_on(self, answer: object, error: Exception | None) -> bool:
        """Steps up to one that has to be waited for, which is pending then; True after the last one."""
        assert self._steps is not None
        self._pending = None
        until = time.monotonic() + TURN_S
        while True:
            try:
                step = self._steps.throw(error) if error is not None else self._steps.send(answer)
            except StopIteration:
                self._end()
                return True
            answer, error = None, None
            try:
                if self._is_done(step):
                    if time.monotonic() < until:
                        continue
                    self._pending = Turn()
                    return False
            except (ConnectionError, ssl.SSLError):
                self._end()
                raise
            except Exception as failed:  # noqa: BLE001  handed to the session, which answers it
                error = failed
                self._is_told = self._is_told or failed is self._why
                continue
            self._pending = step
            return False

    def _is_done(self, step: Step) -> bool:
        """Carry a step out, unless it has to be waited for. Raises what the session is to answer."""
        if isinstance(step, Send):
            self._note(step.data)
            if step.rows:
                self._require_going_on()
                self._session.limits.rows(step.rows)
            return not self._stream.collect(step.data) or not self._stream.push()
        if isinstance(step, Call | Fetch):
            return False
        if isinstance(step, Stop):
            self._stream.collected.clear()
            self.is_over = True
            return True
        return not self._stream.push()

    def record(self) -> None:
        """Keep what is sent from now on, for `recorded`."""
        self._recorded = bytearray()

    def recorded(self) -> bytes | None:
        """What was sent since `record`; None where that is much, or nobody asked."""
        found, self._recorded = self._recorded, None
        return None if found is None else bytes(found)

    def _note(self, data: bytes | memoryview) -> None:
        if self._recorded is not None:
            self._recorded += data
            if len(self._recorded) > RECORD_MAX:
                self._recorded = None

    async def _waited(self, step: Step | Turn) -> object:
        """The answer to a step that has to be waited for."""
        if isinstance(step, Turn):
            await asyncio.sleep(0)
        elif isinstance(step, Call | Fetch):
            return await self._worked_out(step)
        elif isinstance(step, Send):
            await self._give_way()
        else:
            await self._stream.drained()
        return None

    def _end(self) -> None:
        if self._steps is not None:
            self._steps.close()
        self._steps, self._pending, self._busy = None, None, False

    def _require_going_on(self) -> None:
        """Raises what stops the statement, if anything does."""
        left = self._time_left()
        if left is not None and left.seconds <= 0:
            self.cancel(left.error())
        if self._why is not None and not self._is_told:
            raise self._why

    async def _worked_out(self, step: Call | Fetch) -> object:
        """What the work gives."""
        self._require_going_on()
        if isinstance(step, Fetch):
            self._patience = PATIENCE_S
            job = self._worker.begin(step.work, step.results.interrupt)
        else:
            self._patience = 0.0  # it changes nothing: it may end when it likes
            job = self._begin_call(step)
        self._job = job
        try:
            return await self._watched(job.answer)
        except PgError as error:
            if self._why is not None and error.sqlstate == QueryCanceled.sqlstate:
                raise self._why from None  # the engine knows that it was interrupted, and not why
            raise
        except asyncio.CancelledError:
            job.stop()
            raise
        finally:
            self._job = None

    def _begin_call(self, step: Call) -> Job:
        function, arguments = step.function, step.arguments
        if not step.apart:
            return self._worker.begin(lambda: function(*arguments))
        call = self._helper.job(function, arguments, step.apart)
        return self._worker.begin(call.run, call.interrupt)

    async def _give_way(self) -> None:
        """Backpressure: wait until the socket takes what was written, or the statement is to stop."""
        self._require_going_on()
        drain: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        task = asyncio.ensure_future(self._stream.drained())
        task.add_done_callback(lambda _: _settle(drain))
        self._drain = drain
        try:
            await self._watched(drain)
            await task
        finally:
            self._drain = None
            task.cancel()

    async def _watched(self, answer: asyncio.Future[Given]) -> Given:
        """The answer; meanwhile the clock runs, and a client that hung up stops the statement."""
        loop, left = asyncio.get_running_loop(), self._time_left()
        timeout = loop.call_later(max(0, left.seconds), self.cancel, left.error()) if left is not None else None
        self._watch_timer = loop.call_later(GIVE_WAY_S, self._watch)
        try:
            return await answer
        finally:
            if self._watch_timer is not None:
                self._watch_timer.cancel()
            if timeout is not None:
                timeout.cancel()

    def _watch(self) -> None:
        """A client that hung up wants no answer: stop the statement instead of working for nobody. One that waits is patient."""
        if self._stream.is_gone:
            self.cancel()
        else:
            if self._job is not None:
                self._job.give_way()
            self._watch_timer = asyncio.get_running_loop().call_later(WATCH_S, self._watch)

    def _time_left(self) -> Left | None:
        return while_running(self._session, time.monotonic())


def _settle(future: asyncio.Future[None]) -> None:
    if not future.done():
        future.set_result(None)
