"""Rows of the quality tables: what was measured, what it must be, and a group's rows as a part of docs/benchmarks.md.

Refuses to know how figures come about.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bench.parts import made_by


@dataclass(frozen=True, slots=True)
class Row:
    """case: what was measured. figure: the median, with the least and the greatest. must: empty where nothing is asked."""

    case: str
    figure: str
    must: str = ""
    aim: str = ""
    note: str = ""


def median(values: Iterable[float], digits: int = 4, unit: str = "") -> str:
    """The median, and the range in brackets where there are several."""
    found = sorted(values)
    middle = f"{statistics.median(found):.{digits}f}{unit}"
    return middle if len(found) == 1 else f"{middle} ({found[0]:.{digits}f} to {found[-1]:.{digits}f})"


def part(group: str, rows: Sequence[Row]) -> str:
    """Markdown."""
    lines = "".join(f"| {row.case} | {row.figure} | {row.must} | {row.aim} | {row.note} |\n" for row in rows)
    return f"| case | figure | must | aim | |\n|---|---|---|---|---|\n{lines}\n{made_by(f'python -m bench.synth {group}')}\n"
