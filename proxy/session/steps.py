"""What a session asks of whoever drives it: send bytes, fetch a batch, flush. A driver answers Fetch with the batch.

Refuses to know how a driver does it: the server has sockets and threads, tests have lists.
"""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

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


Batch = pa.RecordBatch
Step = Send | Fetch | Flush | Stop
