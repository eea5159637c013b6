"""Axes and their codes in the source's words: titles of columns and fan-outs, labels of values and bins.

Public facts only: names of the catalog, values that the policy or a paid discovery names, edges of public bins. Refuses to know counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from synth.plan.domains import Bins, Categories
from synth.plan.model import BuildPlan, TablePlan
from synth.relational.fanout import FanOut
from synth.source.binary import DATE, TIME, TIMESTAMP, TIMESTAMPTZ
from synth.source.schema import Column

NULL = "∅ NULL"
OUTSIDE = "∗ other values"


def axis_title(build: BuildPlan, plan: TablePlan, axis: str) -> str:
    """An axis in the source's words."""
    if axis == "fan":
        return "rows of its owner"
    if axis.startswith("fan"):
        return f"rows in {build.schema.tables[int(axis[3:])].qualified}"
    if axis.startswith("owner."):
        assert plan.owner is not None
        return f"owner's {axis_title(build, build.tables[plan.owner.target], axis.removeprefix('owner.'))}"
    for reference in plan.references:
        if reference.axis == axis:
            return ", ".join(plan.table.names(reference.key.columns))
    return plan.table.column(int(axis[1:])).name


def value_labels(domain: Categories) -> list[str]:
    """Every code of a list."""
    return [*domain.values, *([OUTSIDE] if domain.outside else []), *([NULL] if domain.nullable else [])] or [OUTSIDE]


def bin_label(column: Column, domain: Bins, first: int, last: int) -> str:
    """Bins first .. last, both included, as one range; the code of NULL has a label of its own."""
    if first >= domain.bins:
        return NULL
    low, high = domain.edges[first], domain.edges[last + 1] - 1
    return range_label(tick_text(column, low, domain.scale), tick_text(column, high, domain.scale))


def range_label(low: str, high: str) -> str:
    """`low – high`, or the one value that it is."""
    return low if low == high else f"{low} – {high}"


def fan_labels(fan_out: FanOut) -> Iterator[str]:
    """Every bin of a number of rows."""
    for low, after in zip(fan_out.edges, (*fan_out.edges[1:], fan_out.top + 1)):
        yield range_label(f"{low:,}", f"{max(low, after - 1):,}")


def tick_text(column: Column, tick: int, scale: int) -> str:
    """A tick as a person writes it; one that no calendar holds as its number."""
    try:
        if column.base_oid == DATE:
            return (date(1970, 1, 1) + timedelta(days=tick)).isoformat()
        if column.base_oid in (TIMESTAMP, TIMESTAMPTZ):
            moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=tick)
            return moment.strftime("%Y-%m-%d" if moment.time() == time() else "%Y-%m-%d %H:%M")
        if column.base_oid == TIME:
            return f"{tick // 3_600_000_000:02d}:{tick // 60_000_000 % 60:02d}"
    except OverflowError:
        return f"{tick:,}"
    return f"{Decimal(tick).scaleb(-scale):,f}" if scale else f"{tick:,}"
