"""What a session asks of whoever drives it: send bytes, fetch rows, flush. A driver answers Fetch with what its work gave.

Refuses to know how a driver does it: the server has sockets and threads, tests have lists.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from proxy.session.ports import Results


@dataclass(frozen=True, slots=True)
class Send:
    """Bytes for the client; rows: how many DataRows they hold."""

    data: bytes | memoryview
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Fetch:
    """Do this work, which blocks on the results, off the event loop; the answer is what it returns."""

    results: Results
    work: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Flush:
    """Send what was collected."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Close the connection after what was sent."""


Step = Send | Fetch | Flush | Stop
