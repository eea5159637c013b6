"""The public domain of a column: a list of values, or bins over ticks; and how a code becomes a value again.

Every fact here is public: type, catalog, policy, or the outcome of a paid discovery. Refuses to know rows. A column's
last code is NULL where the catalog allows NULL, and nowhere else; a code for values outside the list comes before it.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum


class Provenance(StrEnum):
    """Where a domain comes from."""

    TYPE = "type"
    CATALOG = "catalog"
    POLICY = "policy"
    DISCOVERED = "discovered"
    REFINED = "refined"
    PUBLIC = "public"
    GENERATED = "generated"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Categories:
    """Values as Postgres prints them. outside: one more code for what is not in the list."""

    values: tuple[str, ...]
    nullable: bool
    outside: bool
    ordered: bool = False

    @property
    def size(self) -> int:
        """Codes: values, then outside, then NULL."""
        return max(1, len(self.values) + self.outside + self.nullable)

    @property
    def outside_code(self) -> int:
        """Code of values not in the list; the first value's where the type itself closes the list."""
        return len(self.values) if self.outside else 0

    @property
    def null_code(self) -> int:
        """Code of NULL; where NULL cannot be, what a NULL would be counted as."""
        return self.size - 1 if self.nullable else self.outside_code


@dataclass(frozen=True, slots=True)
class Bins:
    """Bin i holds ticks edges[i] .. edges[i+1]-1; its values are edges[i] + granule * j. scale: decimals of a tick."""

    edges: tuple[int, ...]
    granule: int
    scale: int
    nullable: bool

    def __post_init__(self) -> None:
        assert len(self.edges) >= 2 and self.granule >= 1
        assert all(low < high for low, high in zip(self.edges, self.edges[1:])), "bins ascend"

    @property
    def size(self) -> int:
        """Codes: bins, then NULL."""
        return len(self.edges) - 1 + self.nullable

    @property
    def bins(self) -> int:
        """Bins without NULL."""
        return len(self.edges) - 1

    @property
    def divisible(self) -> bool:
        """Whether any bin holds more than one value."""
        return any(high - low > self.granule for low, high in zip(self.edges, self.edges[1:]))

    @property
    def null_code(self) -> int:
        """Code of NULL; the first bin's where NULL cannot be."""
        return self.bins if self.nullable else 0

    def within(self, low: int | None, high: int | None) -> Bins | None:
        """The same bins cut to ticks low .. high, both included; None where nothing is left."""
        low = self.edges[0] if low is None else max(low, self.edges[0])
        high = self.edges[-1] - 1 if high is None else min(high, self.edges[-1] - 1)
        if low > high:
            return None
        inner = self.edges[bisect_right(self.edges, low) : bisect_right(self.edges, high)]
        return Bins((low, *inner, high + 1), self.granule, self.scale, self.nullable)


@dataclass(frozen=True, slots=True)
class Discovered:
    """A list that a paid discovery will find."""

    max_values: int
    nullable: bool


Domain = Categories | Bins | Discovered


def equal_bins(low: int, high: int, step: int, granule: int, scale: int, nullable: bool, bins_max: int) -> Bins:
    """Bins of `step` ticks over low .. high, both included; whole multiples of a step where that is more than
    bins_max."""
    count = max(1, -(-(high + 1 - low) // step))
    width = step * -(-count // bins_max)
    edges = tuple(range(low, high + 1, width)) + (high + 1,)
    return Bins(edges, granule, scale, nullable)


def logarithmic_bins(low: int, high: int, unit: int, scale: int, nullable: bool) -> Bins:
    """Bins over a whole type where nobody declared bounds: edges at 0 and at +-(1, 2, 5) * 10^k units."""
    positive = [unit]
    while positive[-1] <= high:
        last = positive[-1]
        lead = last // unit
        while lead >= 10:
            lead //= 10
        positive.append(last * 5 // 2 if lead == 2 else last * 2)
    edges = {low, high + 1, 0, *positive, *(1 - edge for edge in positive)}
    return Bins(tuple(sorted(edge for edge in edges if low <= edge <= high + 1)), 1, scale, nullable)
