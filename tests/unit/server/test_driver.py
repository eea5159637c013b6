"""The driver alone: cancel before, during and after each kind of step, and whose words the client reads then."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Generator
from typing import cast

from policies.errors import PgError
from proxy.errors import AdminShutdown, QueryCanceled
from proxy.server.driver import BY_USER, Driver
from proxy.server.lanes import Lanes
from proxy.server.linger import Linger
from proxy.server.stream import WRITE_BYTES, ClientStream
from proxy.server.worker import Worker
from proxy.session.ports import Results
from proxy.session.session import Session
from proxy.session.steps import Call, Fetch, Send, Step
from proxy.wire import messages as wire
from tests.fakes import DivisionByZero, FakeEngine, FakePlanner, NotedLimits, fake_session


class FullStream:
    """A client that reads nothing until it is told to."""

    def __init__(self) -> None:
        self.collected = bytearray()
        self.is_gone = False
        self.reads = asyncio.Event()

    def collect(self, data: bytes) -> bool:
        """Kept; there is always much."""
        self.collected += data
        return True

    def push(self) -> bool:
        """The socket is behind."""
        return True

    async def drained(self) -> None:
        """When the client reads."""
        await self.reads.wait()

    async def flush(self) -> None:
        """Nothing is waited for."""


class Slow:
    """Results that go on until they are interrupted, and fail in a way of their own then."""

    def __init__(self, failure: PgError) -> None:
        self.failure, self.interrupted = failure, threading.Event()

    def next_batch(self) -> None:
        """Waits."""
        assert self.interrupted.wait(20), "nobody interrupted"
        raise self.failure

    def interrupt(self) -> None:
        """See Results."""
        self.interrupted.set()

    def close(self) -> None:
        """See Results."""


class Scripted:
    """A session whose message is one step; caught: what the driver threw at it."""

    def __init__(self, step: Step) -> None:
        self.inner = fake_session(FakePlanner(), FakeEngine(), NotedLimits())
        self.step, self.caught, self.answer = step, cast("BaseException | None", None), cast(object, None)

    def __getattr__(self, name: str) -> object:
        return getattr(self.inner, name)

    def handle(self, message: wire.Message) -> Generator[Step, object, None]:
        """The step."""
        try:
            self.answer = yield self.step
        except PgError as error:
            self.caught = error


async def carried_out(driver: Driver) -> None:
    if not driver.begin(wire.Sync()):
        await driver.finish()


def driven(make: Callable[[], Step], act: Callable[[Driver, FullStream], None], delay_s: float = 0.1) -> Scripted:
    """What comes of a step when something happens meanwhile."""

    async def run() -> Scripted:
        session, stream = Scripted(make()), FullStream()
        driver = Driver(cast(Session, session), cast(ClientStream, stream), Worker("w", Linger()), Lanes(1 << 30))
        driver.cancel()  # nothing is worked on: nothing is meant
        asyncio.get_running_loop().call_later(delay_s, act, driver, stream)
        await asyncio.wait_for(carried_out(driver), 20)
        assert not driver.is_busy
        return session

    return asyncio.run(run())


def cancel(driver: Driver, stream: FullStream) -> None:
    driver.cancel()


def fetch(failure: PgError) -> Callable[[], Step]:
    def make() -> Step:
        results = Slow(failure)
        return Fetch(cast(Results, results), results.next_batch)

    return make


def test_a_fetch_that_is_cancelled() -> None:
    """The engine knows that it was interrupted; why is told by the driver."""
    assert str(driven(fetch(QueryCanceled("interrupted")), cancel).caught) == BY_USER


def test_a_fetch_that_is_shut_down() -> None:
    why = AdminShutdown("terminating connection due to administrator command")
    assert driven(fetch(QueryCanceled("interrupted")), lambda driver, _: driver.cancel(why)).caught is why


def test_an_error_of_its_own_is_told() -> None:
    """A statement that failed while it was cancelled has failed."""
    assert isinstance(driven(fetch(DivisionByZero("division by zero")), cancel).caught, DivisionByZero)


def test_a_call_that_does_not_listen_is_left_alone() -> None:
    free = threading.Event()
    try:
        assert str(driven(lambda: Call(free.wait, (20,)), cancel).caught) == BY_USER
    finally:
        free.set()


def test_a_client_that_does_not_read_can_be_stopped() -> None:
    step = Send(b"x" * WRITE_BYTES, 1)
    assert str(driven(lambda: step, cancel).caught) == BY_USER
    assert driven(lambda: step, lambda _, stream: stream.reads.set()).caught is None


def test_a_cancel_that_comes_too_late_hits_nothing() -> None:
    found = driven(lambda: Call(sum, ([1, 2],)), cancel, delay_s=1.0)
    assert (found.answer, found.caught) == (3, None)


def test_the_first_reason_holds() -> None:
    def twice(driver: Driver, stream: FullStream) -> None:
        driver.cancel(QueryCanceled("first"))
        driver.cancel(QueryCanceled("second"))

    assert str(driven(fetch(QueryCanceled("interrupted")), twice).caught) == "first"


def test_a_timeout_is_a_reason_too() -> None:
    def make() -> Step:
        return fetch(QueryCanceled("interrupted"))()

    async def run() -> Scripted:
        session, stream = Scripted(make()), FullStream()
        session.inner.settings.set("statement_timeout", "50ms")
        session.inner.enter()
        driver = Driver(cast(Session, session), cast(ClientStream, stream), Worker("w", Linger()), Lanes(1 << 30))
        await asyncio.wait_for(carried_out(driver), 20)
        return session

    assert str(asyncio.run(run()).caught) == "canceling statement due to statement timeout"


def test_what_stopped_a_statement_is_told_once() -> None:
    """Its answer waits behind rows that the client does not read; the reason must not stop the answer too."""

    class Answering(Scripted):
        def handle(self, message: wire.Message) -> Generator[Step, object, None]:
            yield from super().handle(message)
            yield Send(b"an error", 0)

    async def run() -> tuple[Scripted, FullStream]:
        session, stream = Answering(Send(b"x" * WRITE_BYTES, 1)), FullStream()
        driver = Driver(cast(Session, session), cast(ClientStream, stream), Worker("w", Linger()), Lanes(1 << 30))
        loop = asyncio.get_running_loop()
        loop.call_later(0.1, driver.cancel)
        loop.call_later(0.3, stream.reads.set)
        await asyncio.wait_for(carried_out(driver), 20)
        return session, stream

    session, stream = asyncio.run(run())
    assert str(session.caught) == BY_USER
    assert bytes(stream.collected).endswith(b"x" * 9 + b"an error")
