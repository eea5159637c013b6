"""Codes -> values: uniformly inside a bin on the column's granule, or the value of the list. The inverse of the
encoders.

Synthetic codes only. Values outside a list become `other` where a discovery found the list and the type is text, else
one of the list's own. Refuses to know rows of the source.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from synth.encode.cells import Cells, coded_cells, tick_cells
from synth.model.places import places
from synth.plan.columns import TEXT_TYPES
from synth.plan.domains import Bins, Categories
from synth.source.binary import FLOAT_TYPES, NUMBER_TYPES, Ints
from synth.source.schema import Column

Codes = NDArray[np.int32]
OTHER = "other"


def draw_ticks(domain: Bins, codes: Codes, rng: np.random.Generator) -> Ints:
    """A tick for each code, evenly over the granules of its bin; of NULLs, any tick."""
    edges = np.asarray(domain.edges, dtype=np.int64)
    inside = np.minimum(codes, domain.bins - 1)
    low, high = edges[inside], edges[inside + 1]
    steps = -(-(high - low) // domain.granule)
    rows, place = places(inside, domain.bins, rng)
    drawn = np.empty(len(codes), dtype=np.int64)
    drawn[rows] = place * steps[rows]
    ticks: Ints = np.minimum(low + drawn * domain.granule, high - 1)
    return ticks


def bin_cells(column: Column, domain: Bins, codes: Codes, ticks: Ints) -> Cells:
    """Values of a binned column."""
    null = (codes == domain.null_code) if domain.nullable else np.zeros(len(codes), dtype=np.bool_)
    return tick_cells(column, ticks, null, domain.scale)


def category_cells(column: Column, domain: Categories, codes: Codes, *, found: bool, rng: np.random.Generator) -> Cells:
    """Values of a listed column. found: the list comes from a discovery."""
    values: list[str | None] = list(domain.values)
    codes = codes.copy()
    if domain.outside:
        outside = codes == domain.outside_code
        if values and not (found and column.base_oid in TEXT_TYPES):
            codes[outside] = rng.integers(0, len(values), int(outside.sum()))
        values.append(_other(column))
    if domain.nullable:
        values.append(None)
    if not values:
        values = [_other(column)]
    return coded_cells(values, codes)


def _other(column: Column) -> str:
    """What stands for values that were not found: a word, or the type's zero."""
    if column.base_oid in TEXT_TYPES:
        word = OTHER[: column.length] if column.length is not None else OTHER
        return word.ljust(column.length) if column.base_oid == 1042 and column.length else word
    return _ZEROS.get(column.base_oid, "")


_ZEROS = {
    **dict.fromkeys(NUMBER_TYPES | frozenset(FLOAT_TYPES), "0"),
    16: "false",
    1082: "1970-01-01",
    1083: "00:00:00",
    1114: "1970-01-01 00:00:00",
    1184: "1970-01-01 00:00:00+00",
    2950: "00000000-0000-0000-0000-000000000000",
}
