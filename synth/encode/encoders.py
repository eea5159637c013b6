"""Raw fields of a batch -> integer codes on a public domain. One encoder an axis; it keeps codes and no values.

Out of domain is `outside` or clamped, NULL is a code where the catalog allows NULL: no value can raise. Refuses to know
where batches come from and who reads the codes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from synth.codes import Codes, code_type
from synth.encode.keys import MISSING, UNKNOWN, KeyIndex
from synth.plan.domains import Bins, Categories
from synth.plan.grids import grid_of
from synth.plan.model import ColumnPlan
from synth.source.binary import Ints, to_ticks
from synth.source.copy import Fields


class Encoder(Protocol):
    """Takes the fields of its columns batch by batch; gives the codes of all rows at the end."""

    def add(self, fields: Sequence[Fields]) -> None:
        """One batch: a list of fields a column."""
        ...

    def codes(self) -> Codes:
        """Codes of every row added, in the narrowest type that holds the domain."""
        ...


class _Collector:
    """Codes of batches, joined at the end. size: of their domain."""

    def __init__(self, size: int) -> None:
        self._type = code_type(size)
        self._batches: list[Codes] = []

    def codes(self) -> Codes:
        """Codes of every row added."""
        self._batches = [np.concatenate(self._batches)] if self._batches else [np.zeros(0, dtype=self._type)]
        return self._batches[0]

    def _keep(self, codes: Sequence[int] | Ints) -> None:
        self._batches.append(np.asarray(codes, dtype=self._type))


class CategoryEncoder(_Collector):
    """Text values of a list."""

    def __init__(self, domain: Categories) -> None:
        super().__init__(domain.size)
        self._lookup: dict[bytes | None, int] = {value.encode(): code for code, value in enumerate(domain.values)}
        self._lookup[None] = domain.null_code
        self._outside = domain.outside_code

    def add(self, fields: Sequence[Fields]) -> None:
        """One batch of one column, as text."""
        find, outside = self._lookup.get, self._outside
        self._keep([find(field, outside) for field in fields[0]])


class BinsEncoder(_Collector):
    """Numbers and times in their binary form. edges: public; codes are cells between them, then NULL where there may be any."""

    def __init__(self, edges: Sequence[int] | Ints, scale: int, nullable: bool, base_oid: int) -> None:
        self._edges = np.asarray(edges, dtype=np.int64)
        self._cells = len(self._edges) - 1
        super().__init__(self._cells + nullable)
        self._scale, self._base_oid = scale, base_oid
        self._null = self._cells if nullable else 0

    def add(self, fields: Sequence[Fields]) -> None:
        """One batch of one column, binary."""
        ticks, null = to_ticks(self._base_oid, self._scale, fields[0])
        codes = np.clip(np.searchsorted(self._edges, ticks, side="right") - 1, 0, self._cells - 1)
        codes[null] = self._null
        self._keep(codes)


def bins_encoder(plan: ColumnPlan) -> BinsEncoder:
    """The encoder of a column of bins: on the grid that a refinement chooses from, where it has one."""
    domain, base_oid = plan.domain, plan.column.base_oid
    assert isinstance(domain, Bins), "only numbers and times have bins"
    edges = grid_of(domain, base_oid).edges if plan.refine else domain.edges
    return BinsEncoder(edges, domain.scale, domain.nullable, base_oid)


class PublicKeyEncoder(_Collector):
    """Keys of a public table's rows. A key that is not there cannot be in a table with a valid constraint: outside."""

    def __init__(self, index: KeyIndex, domain: Categories) -> None:
        super().__init__(domain.size)
        self._index = index
        self._null = domain.null_code
        self._outside = domain.null_code if domain.nullable else 0

    def add(self, fields: Sequence[Fields]) -> None:
        """One batch of all columns of the key."""
        rows = self._index.find(fields)
        rows[rows == MISSING] = self._null
        rows[rows == UNKNOWN] = self._outside
        self._keep(rows)


class OwnerRows:
    """The owner's row of each row, found while its key is at hand."""

    def __init__(self, index: KeyIndex) -> None:
        self._index = index
        self._batches: list[Codes] = []

    def add(self, fields: Sequence[Fields]) -> None:
        """One batch of all columns of the key."""
        self._batches.append(self._index.find(fields).astype(np.int32))

    def rows(self) -> Codes:
        """Index of each row's owner, negative where it has none."""
        return np.concatenate(self._batches) if self._batches else np.zeros(0, dtype=np.int32)


class RowCounter:
    """How many rows there are: a table may have no column to count them by."""

    def __init__(self) -> None:
        self.rows = 0

    def add(self, fields: Sequence[Fields]) -> None:
        """One batch of one column."""
        self.rows += len(fields[0])


class RawText:
    """Texts of a column that a paid discovery will look at; encoded after it."""

    def __init__(self) -> None:
        self.values: list[str | None] = []
        self._shared: dict[bytes | None, str | None] = {None: None}  # one object for texts that are alike

    def add(self, fields: Sequence[Fields]) -> None:
        """One batch of one column, as text."""
        for field in fields[0]:
            if field not in self._shared:
                assert field is not None
                self._shared[field] = field.decode("utf-8", "replace")
        self.values += [self._shared[field] for field in fields[0]]


def encode_texts(values: Sequence[str | None], domain: Categories) -> Codes:
    """Codes of texts that were kept for a discovery."""
    encoder = CategoryEncoder(domain)
    encoder.add([[None if value is None else value.encode() for value in values]])
    return encoder.codes()
