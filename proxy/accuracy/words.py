"""Intervals in words and for programs: a line a cell, a summary, JSON. Refuses to know where they come from."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from math import floor, log10
from typing import Any

from proxy.accuracy.measured import Told

NONE = "no estimate"
TEXT = 60  # characters of a value that a line shows


def line(told: Told) -> str:
    """count, sex = Male: 32650 ± 410 (95 %: 32240 to 33060; measured pair)"""
    where = "".join(f", {name} = {'NULL' if text is None else text[:TEXT]}" for name, text in told.group)
    if told.found is None:
        return f"{told.name}{where}: {NONE}: {told.why}"
    found = told.found
    cut = f", {number(found.cut, found.half)} of it truncation bias" if found.cut else ""
    value, half, low, high = (number(each, found.half) for each in (found.value, found.half, found.low, found.high))
    return f"{told.name}{where}: {value} ± {half}{cut} (95 %: {low} to {high}; {told.basis})"


def number(value: float, error: float) -> str:
    """As many digits as the error leaves a meaning: two of its own."""
    if not error:
        return f"{value:.15g}"
    digits = max(0, 1 - floor(log10(error)))
    return f"{value:.{min(digits, 12)}f}"


def summary(told: Sequence[Told], cells: int) -> str:
    """One line of all cells. cells: how many there are, of which some may not be among `told`."""
    widths = [each.found.half / abs(each.found.value) for each in told if each.found is not None and each.found.value]
    known = sum(each.found is not None for each in told)
    shown = f"{known} of {len(told)} cells have an estimate" if len(told) == cells else f"{cells} cells"
    return f"{shown}; median half-width {statistics.median(widths):.1%}" if widths else shown


def record(told: Told) -> dict[str, Any]:
    """For a program."""
    found: dict[str, Any] = {"column": told.name, "aggregate": told.kind, "group": [list(key) for key in told.group]}
    if told.found is None:
        return found | {"estimate": None, "reason": told.why}
    each = told.found
    return found | {
        "estimate": each.value, "low": each.low, "high": each.high, "confidence": 0.95, "truncation_bias": each.cut,
        "basis": told.basis,
    }  # fmt: skip


def as_json(value: object) -> str:
    """On one line."""
    return json.dumps(value, ensure_ascii=False)
