"""Raw fields of a batch -> integer codes on a public domain. One encoder an axis; it keeps codes and no values.

Out of domain is `outside` or clamped, NULL is a code where the catalog allows NULL: no value can raise. Refuses to know
where batches come from and who reads the codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from synth.plan.domains import Bins, Categories
from synth.source.binary import Ints, to_ticks
from synth.source.copy import Fields

Codes = NDArray[np.int32]
Key = bytes | tuple[bytes, ...]


class Encoder(Protocol):
    """Takes the fields of its columns batch by batch; gives the codes of all rows at the end."""

    def add(self, fields: Sequence[Fields]) -> None:
        """One batch: a list of fields a column."""
        ...

    def codes(self) -> Codes:
        """Codes of every row added, int32."""
        ...


class _Collector:
    """Codes of batches, joined at the end."""

    def __init__(self) -> None:
        self._batches: list[Codes] = []

    def codes(self) -> Codes:
        """Codes of every row added, int32."""
        return np.concatenate(self._batches) if self._batches else np.zeros(0, dtype=np.int32)

    def _keep(self, codes: Sequence[int] | Ints) -> None:
        self._batches.append(np.asarray(codes, dtype=np.int32))


class CategoryEncoder(_Collector):
    """Text values of a list."""

    def __init__(self, domain: Categories) -> None:
        super().__init__()
        self._lookup: dict[bytes | None, int] = {value.encode(): code for code, value in enumerate(domain.values)}
        self._lookup[None] = domain.null_code
        self._outside = domain.outside_code

    def add(self, fields: Sequence[Fields]) -> None:
        """One batch of one column, as text."""
        find, outside = self._lookup.get, self._outside
        self._keep([find(field, outside) for field in fields[0]])


class BinsEncoder(_Collector):
    """Numbers and times in their binary form."""

    def __init__(self, domain: Bins, base_oid: int) -> None:
        super().__init__()
        self._domain = domain
        self._base_oid = base_oid
        self._edges = np.asarray(domain.edges, dtype=np.int64)

    def add(self, fields: Sequence[Fields]) -> None:
        """One batch of one column, binary."""
        ticks, null = to_ticks(self._base_oid, self._domain.scale, fields[0])
        codes = np.clip(np.searchsorted(self._edges, ticks, side="right") - 1, 0, self._domain.bins - 1)
        codes[null] = self._domain.null_code
        self._keep(codes)


class PublicKeyEncoder(_Collector):
    """Keys of a public table's rows. A key that is not there cannot be in a table with a valid constraint: outside."""

    def __init__(self, keys: Mapping[Key, int], domain: Categories) -> None:
        super().__init__()
        self._keys = keys
        self._null = domain.null_code
        self._outside = domain.null_code if domain.nullable else 0

    def add(self, fields: Sequence[Fields]) -> None:
        """One batch of all columns of the key, as text."""
        find, outside, null = self._keys.get, self._outside, self._null
        self._keep([null if key is None else find(key, outside) for key in joined_keys(fields)])


class RawText:
    """Texts of a column that a paid discovery will look at; encoded after it."""

    def __init__(self) -> None:
        self.values: list[str | None] = []

    def add(self, fields: Sequence[Fields]) -> None:
        """One batch of one column, as text."""
        self.values += [None if field is None else field.decode("utf-8", "replace") for field in fields[0]]


class RawKeys:
    """Keys as they are, for linking rows inside the trust boundary."""

    def __init__(self) -> None:
        self.keys: list[Key | None] = []

    def add(self, fields: Sequence[Fields]) -> None:
        """One batch of all columns of the key, as text."""
        self.keys += joined_keys(fields)


def joined_keys(fields: Sequence[Fields]) -> Sequence[Key | None]:
    """One key a row; None where any part is NULL, for such a key refers to nothing."""
    if len(fields) == 1:
        return fields[0]
    return [None if None in parts else parts for parts in zip(*fields)]


def encode_texts(values: Sequence[str | None], domain: Categories) -> Codes:
    """Codes of texts that were kept for a discovery."""
    encoder = CategoryEncoder(domain)
    encoder.add([[None if value is None else value.encode() for value in values]])
    return encoder.codes()
