"""Compiled statements that are kept: the last used ones, bounded by number and by text.

Any thread may ask. Refuses to know what a key is made of and which statements may be kept. Facts: none.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable

from proxy.sql.compiled import Compiled

STATEMENTS_MAX = 2_000
CHARACTERS_MAX = 64_000_000


class KeptStatements:
    """See the module."""

    def __init__(self, statements_max: int = STATEMENTS_MAX, characters_max: int = CHARACTERS_MAX) -> None:
        self._statements_max, self._characters_max = statements_max, characters_max
        self._kept: OrderedDict[Hashable, tuple[Compiled, int]] = OrderedDict()
        self._characters = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Compiled | None:
        """What was put, if it is still there."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, compiled: Compiled, characters: int) -> None:
        """Keep a statement and drop what was not used for longest. characters: of its text; those of what it became are added."""
        size = characters + len(compiled.sql)
        if size > self._characters_max:
            return
        with self._lock:
            if key in self._kept:
                self._characters -= self._kept.pop(key)[1]
            self._kept[key] = (compiled, size)
            self._characters += size
            while len(self._kept) > self._statements_max or self._characters > self._characters_max:
                self._characters -= self._kept.popitem(last=False)[1][1]
