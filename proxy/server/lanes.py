"""Two helpers: one for the longest statements, which take it for many seconds, and one for those that are merely long.

Nobody who sends forty kilobytes waits behind ten megabytes of somebody else. Refuses to know what jobs do.
"""

from __future__ import annotations

from collections.abc import Callable

from proxy.server.helper import Helper, HelperJob

LIGHT_MAX = 256_000  # characters of a job that is over in a second or two


class Lanes:
    """See the module. memory_bytes: of each helper. A process is started by the first job of its lane."""

    def __init__(self, memory_bytes: int) -> None:
        self.light, self.heavy = Helper(memory_bytes), Helper(memory_bytes)

    def job(self, function: Callable[..., object], arguments: tuple[object, ...], size: int) -> HelperJob:
        """A call that is ready to run. size: characters that it has to read."""
        return (self.light if size <= LIGHT_MAX else self.heavy).job(function, arguments)

    def close(self) -> None:
        """End both, whatever they do."""
        self.light.close()
        self.heavy.close()
