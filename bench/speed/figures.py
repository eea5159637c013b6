"""A figure of the speed table: the same work done by both sides in turn, medians and their ratio.

Ratios are Postgres' time over ours, so that 2 means twice as fast. Refuses to know what the work is.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """case: what was measured. ours, theirs: medians in seconds; 0 where a side has none. ratio: theirs / ours."""

    case: str
    ours: float
    theirs: float
    note: str = ""

    @property
    def ratio(self) -> float:
        """How many times faster than Postgres."""
        return self.theirs / self.ours if self.ours else 0.0

    def cells(self) -> tuple[str, str, str, str]:
        """Ours, theirs, ratio and note, for a table."""
        ratio = f"{self.ratio:.2f}×" if self.theirs else ""
        return _shown(self.ours), _shown(self.theirs), ratio, self.note

    def shown(self) -> str:
        """The same in columns, for a terminal."""
        return "{:>10} {:>10} {:>9}  {}".format(*self.cells())

    def as_json(self) -> dict[str, object]:
        """For a machine."""
        return {**asdict(self), "ratio": round(self.ratio, 3)}


def _shown(seconds: float) -> str:
    """Three digits, in the unit that fits."""
    if not seconds:
        return ""
    for unit, size in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds / 1e-6:.3g} µs"


def side_by_side(case: str, work: Mapping[str, Callable[[], object]], repeats: int = 3) -> Figure:
    """Median seconds of both sides, run in turn; the first run of each warms up and does not count."""
    taken: dict[str, list[float]] = {name: [] for name in work}
    for number in range(repeats + 1):
        for name, run in work.items():
            began = time.perf_counter()
            run()
            if number:
                taken[name].append(time.perf_counter() - began)
    medians = {name: statistics.median(times) for name, times in taken.items()}
    return Figure(case, medians["double"], medians["postgres"])
