"""Values that are kept: the last used ones, bounded by number and by weight.

Any thread may ask. Refuses to know what a key is made of and what may be kept. Facts: none.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from typing import Concatenate, Generic, ParamSpec, TypeVar

Value = TypeVar("Value")
Rest = ParamSpec("Rest")
SHORT = 4_000


class Kept(Generic[Value]):
    """See the module. weight_max: of all values together, in whatever unit `put` is given; entry_max: of one."""

    def __init__(self, entries_max: int, weight_max: int, entry_max: int | None = None) -> None:
        self._entries_max, self._weight_max = entries_max, weight_max
        self._entry_max = weight_max if entry_max is None else entry_max
        self._kept: OrderedDict[Hashable, tuple[Value, int]] = OrderedDict()
        self._weight = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Value | None:
        """What was put, if it is still there."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def put(self, key: Hashable, value: Value, weight: int) -> None:
        """Keep a value, unless it is too heavy, and drop what was not used for longest."""
        if weight > self._entry_max:
            return
        with self._lock:
            if key in self._kept:
                self._weight -= self._kept.pop(key)[1]
            self._kept[key] = (value, weight)
            self._weight += weight
            while len(self._kept) > self._entries_max or self._weight > self._weight_max:
                self._weight -= self._kept.popitem(last=False)[1][1]

    def held(self) -> tuple[int, int]:
        """(entries, weight) now."""
        with self._lock:
            return len(self._kept), self._weight


def kept_if_short(
    entries_max: int, longest: int = SHORT
) -> Callable[[Callable[Concatenate[str, Rest], Value]], Callable[Concatenate[str, Rest], Value]]:
    """`lru_cache` of what a function of a client's text gives, but for longer texts: a few thousand of them would be all the memory."""

    def decorated(function: Callable[Concatenate[str, Rest], Value]) -> Callable[Concatenate[str, Rest], Value]:
        kept: Callable[..., Value] = lru_cache(maxsize=entries_max)(function)

        @wraps(function)
        def asked(text: str, /, *rest: Rest.args, **named: Rest.kwargs) -> Value:
            return kept(text, *rest, **named) if len(text) <= longest else function(text, *rest, **named)

        return asked

    return decorated
