"""An event loop that stays awake for a moment after an answer, where that pays.

A client that asks one small thing after the other sends its next message some ten microseconds after the last answer. A loop that went
to sleep meanwhile is woken by the kernel, which takes longer than the answer. So it looks for events without sleeping for `LINGER_S`,
as long as messages do come in that time. Not while a thread has work: that needs the interpreter; not on a machine of one processor,
which the client needs; not with several busy clients, of whom more have something to say the longer one sleeps. Refuses to know messages
and sockets. Facts: the kernel has the same as SO_BUSY_POLL, for network cards; an idle virtual processor takes 20 to 50 µs to wake.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable

LINGER_S = 150e-6
# Answers in a row behind which nothing came in time, and how many more are given then before it is tried again.
MISSES_MAX, PAUSE = 8, 64


def processors() -> int:
    """How many this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Linger:
    """See the module. One event loop's; `working`: jobs that threads are at. clock: seconds that only grow. is_alone: on one processor."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, is_alone: bool | None = None) -> None:
        self._clock = clock
        self._is_alone = processors() == 1 if is_alone is None else is_alone
        self._until = 0.0
        self._is_awake = False
        self._misses = 0
        self._client: object = None  # of the last answer
        self.working = 0

    def answered(self, client: object) -> None:
        """A message was answered at once; its client may be about to send the next."""
        if self.working or self._is_alone:
            return
        if client is not self._client:
            self._client, self._until = client, 0.0
            return
        if self._is_awake:
            self._misses = 0
        elif self._misses >= MISSES_MAX:
            self._misses += 1
            if self._misses < MISSES_MAX + PAUSE:
                return
            self._misses = MISSES_MAX - 1
        self._until = self._clock() + LINGER_S
        if not self._is_awake:
            self._is_awake = True
            asyncio.get_running_loop().call_soon(self._turn)

    def _turn(self) -> None:
        """Look for events without sleeping, since something is to be done."""
        if self.working:
            self._is_awake = False
        elif self._clock() < self._until:
            asyncio.get_running_loop().call_soon(self._turn)
        else:
            self._is_awake = False
            self._misses += 1
