"""What a session asks of whoever drives it: send bytes, fetch a batch, flush. A driver answers Fetch with the batch."""

from __future__ import annotations

from dataclasses import dataclass

from proxy.session.ports import Results


@dataclass(frozen=True, slots=True)
class Send:
    """Bytes for the client; rows: how many DataRows they hold."""

    data: bytes | memoryview
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Fetch:
    """Ask these results for their next batch, off the event loop."""

    results: Results


@dataclass(frozen=True, slots=True)
class Flush:
    """Send what was collected."""


@dataclass(frozen=True, slots=True)
class Stop:
    """Close the connection after what was sent."""


Step = Send | Fetch | Flush | Stop
