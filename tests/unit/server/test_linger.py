"""The event loop stays awake after an answer while messages come in time, and no longer than that."""

import asyncio

from proxy.server.linger import LINGER_S, MISSES_MAX, PAUSE, Linger

CLIENT = "one"


class Clock:
    """Seconds that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


async def _is_awake(linger: Linger, clock: Clock) -> bool:
    """Whether the loop has something to do at once; afterwards the time of the last answer is over."""
    for _ in range(3):
        await asyncio.sleep(0)
    loop = asyncio.get_running_loop()
    awake = _scheduled(loop)
    clock.now += LINGER_S
    for _ in range(3):
        await asyncio.sleep(0)
    assert not _scheduled(loop)
    return awake


def acquainted(clock: Clock) -> Linger:
    """One that has answered the client before, and no other since."""
    linger = Linger(clock, is_alone=False)
    linger.answered(CLIENT)
    return linger


def _scheduled(loop: asyncio.AbstractEventLoop) -> bool:
    return bool(loop._ready)  # type: ignore[attr-defined]  # asyncio's own loop


def test_it_is_awake_after_an_answer_until_its_time_is_over() -> None:
    async def scenario() -> None:
        clock = Clock()
        linger = acquainted(clock)
        assert not _scheduled(asyncio.get_running_loop())
        linger.answered(CLIENT)
        assert await _is_awake(linger, clock)

    asyncio.run(scenario())


def test_a_message_in_time_makes_it_last() -> None:
    async def scenario() -> None:
        clock = Clock()
        linger = acquainted(clock)
        for _ in range(5 * MISSES_MAX):
            linger.answered(CLIENT)
            clock.now += LINGER_S / 2
            await asyncio.sleep(0)
            assert _scheduled(asyncio.get_running_loop())

    asyncio.run(scenario())


def test_it_sleeps_while_no_message_comes_in_time_and_tries_again_later() -> None:
    async def scenario() -> None:
        clock = Clock()
        linger = acquainted(clock)
        awake = []
        for _ in range(MISSES_MAX + 2 * PAUSE):
            linger.answered(CLIENT)
            awake.append(await _is_awake(linger, clock))
        assert awake[:MISSES_MAX] == [True] * MISSES_MAX
        assert 1 <= sum(awake[MISSES_MAX:]) <= 2

    asyncio.run(scenario())


def test_threads_at_work_are_not_disturbed() -> None:
    async def scenario() -> None:
        clock = Clock()
        linger = acquainted(clock)
        linger.working = 1
        linger.answered(CLIENT)
        assert not await _is_awake(linger, clock)
        linger.working = 0
        linger.answered(CLIENT)
        linger.working = 1
        assert not await _is_awake(linger, clock)

    asyncio.run(scenario())


def test_one_processor_is_the_clients() -> None:
    async def scenario() -> None:
        clock = Clock()
        linger = Linger(clock, is_alone=True)
        for _ in range(MISSES_MAX):
            linger.answered(CLIENT)
            assert not await _is_awake(linger, clock)

    asyncio.run(scenario())


def test_of_several_clients_none_is_waited_for() -> None:
    async def scenario() -> None:
        clock = Clock()
        linger, clients = acquainted(clock), ("two", "three")
        for number in range(1, 6):
            linger.answered(clients[number % 2])
            assert not await _is_awake(linger, clock)
        linger.answered(clients[1])
        assert await _is_awake(linger, clock)
        linger.answered(clients[1])
        linger.answered(clients[0])
        await asyncio.sleep(0)
        assert not _scheduled(asyncio.get_running_loop())

    asyncio.run(scenario())
