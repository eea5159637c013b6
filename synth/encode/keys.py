"""Where the row of a key is: sorted numbers where keys are whole numbers or uuids, a dictionary of texts else.

A key of a private row is here while a batch is encoded and as part of an index that owned tables are linked by, and goes with it. Refuses
to know what rows are linked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from synth.codes import Codes
from synth.encode.expressions import as_text, quote
from synth.source.binary import INT_TYPES, Ints
from synth.source.copy import Fields
from synth.source.schema import Column

UUID = 2950
UNKNOWN, MISSING = -1, -2  # no such key; a part of it is NULL, so that it refers to nothing
Key = bytes | tuple[bytes, ...]
Mask = NDArray[np.bool_]


class KeyForm(StrEnum):
    """How both sides of a reference are read: one pair of columns decides for all."""

    NUMBERS = "numbers"
    UUIDS = "uuids"
    TEXTS = "texts"

    @property
    def words(self) -> int:
        """64-bit numbers that a column of a key is; of texts none. Never asked of the fields: those of a batch may all be NULL."""
        return {KeyForm.NUMBERS: 1, KeyForm.UUIDS: 2, KeyForm.TEXTS: 0}[self]

    def expressions(self, columns: Sequence[Column]) -> list[str]:
        """SQL of the key's parts."""
        if self is KeyForm.TEXTS:
            return [as_text(column) for column in columns]
        return [quote(column.name) + ("::int8" if self is KeyForm.NUMBERS else "") for column in columns]


class KeyIndex(Protocol):
    """Finds rows by key."""

    def find(self, fields: Sequence[Fields]) -> Ints:
        """Row of each key of a batch, read in the index' form; UNKNOWN or MISSING."""


def key_form(columns: Sequence[Column], others: Sequence[Column]) -> KeyForm:
    """The form in which keys of both sides can be compared."""
    types = {column.base_oid for column in (*columns, *others)}
    if any(column.element_oid for column in (*columns, *others)):
        return KeyForm.TEXTS
    if types <= INT_TYPES.keys():
        return KeyForm.NUMBERS
    return KeyForm.UUIDS if types == {UUID} else KeyForm.TEXTS


@dataclass(frozen=True, slots=True)
class _Level:
    """One more part of a key: the values that it has, and the pairs of it with what the parts before it gave."""

    values: Ints
    pairs: Ints

    def place(self, before: Ints, part: Ints) -> tuple[Ints, Mask]:
        at, known = _place(self.values, part)
        pair, paired = _place(self.pairs, before * max(1, len(self.values)) + at)
        return pair, known & paired


class NumberKeys:
    """Keys of whole numbers, found by search. row_of: of the key at each place of the order that the levels make."""

    def __init__(self, parts: Ints, rows: Ints) -> None:
        """parts: (keys, parts of a key), none NULL. rows: of each key."""
        self._levels: list[_Level] = []
        places = np.zeros(len(parts), dtype=np.int64)
        for part in parts.T:
            values = np.unique(part)
            flat = places * max(1, len(values)) + np.searchsorted(values, part)
            pairs = np.unique(flat)
            self._levels.append(_Level(values, pairs))
            places = np.searchsorted(pairs, flat)
        self._row_of = np.full(len(self._levels[-1].pairs), UNKNOWN, dtype=np.int32)
        self._row_of[places] = rows

    def find(self, fields: Sequence[Fields]) -> Ints:
        """See KeyIndex."""
        parts, missing = number_parts(fields, len(self._levels) // len(fields))
        places = np.zeros(len(parts), dtype=np.int64)
        known = np.ones(len(parts), dtype=np.bool_)
        for level, part in zip(self._levels, parts.T):
            places, here = level.place(places, part)
            known &= here
        found = np.full(len(parts), UNKNOWN, dtype=np.int64)
        found[known] = self._row_of[places[known]]
        found[missing] = MISSING
        return found


class TextKeys:
    """Keys of any type, as the source prints them."""

    def __init__(self, rows: dict[Key, int]) -> None:
        self._rows = rows

    def find(self, fields: Sequence[Fields]) -> Ints:
        """See KeyIndex."""
        get, keys = self._rows.get, joined_keys(fields)
        return np.fromiter((MISSING if key is None else get(key, UNKNOWN) for key in keys), np.int64, len(keys))


class KeysSeen:
    """The keys of a table's rows, batch by batch, and the index of those that are kept."""

    def __init__(self, form: KeyForm) -> None:
        self._form = form
        self._numbers: list[tuple[Ints, Mask]] = []
        self._texts: list[Key | None] = []

    def add(self, fields: Sequence[Fields]) -> None:
        """One batch of all parts of the key, in the form's expressions."""
        if self._form is KeyForm.TEXTS:
            self._texts += joined_keys(fields)
        else:
            self._numbers.append(number_parts(fields, self._form.words))

    def index(self, kept: Codes) -> KeyIndex:
        """kept: the rows that stay, which are numbered anew. What was seen is forgotten."""
        if self._form is KeyForm.TEXTS:
            texts, self._texts = self._texts, []
            return TextKeys({key: row for row, place in enumerate(kept.tolist()) if (key := texts[place]) is not None})
        batches, self._numbers = self._numbers, []
        if not batches:
            return TextKeys({})
        parts = np.concatenate([part for part, _ in batches])[kept]
        there = np.flatnonzero(~np.concatenate([missing for _, missing in batches])[kept])
        return NumberKeys(parts[there], there)


def number_parts(fields: Sequence[Fields], width: int) -> tuple[Ints, Mask]:
    """((keys, parts) as whole numbers, whether a part is NULL). width: parts that a field is, of 8 bytes each."""
    zero = bytes(8 * width)
    raw = [b"".join([zero if field is None else field for field in column]) for column in fields]
    parts = [np.frombuffer(column, dtype=">i8").astype(np.int64).reshape(-1, width) for column in raw]
    missing = np.zeros(len(fields[0]), dtype=np.bool_)
    for column in fields:
        if None in column:
            missing |= np.fromiter((field is None for field in column), np.bool_, len(column))
    return np.concatenate(parts, axis=1), missing


def joined_keys(fields: Sequence[Fields]) -> Sequence[Key | None]:
    """One key a row; None where any part is NULL, for such a key refers to nothing."""
    if len(fields) == 1:
        return fields[0]
    return [None if None in parts else parts for parts in zip(*fields)]


def _place(values: Ints, wanted: Ints) -> tuple[Ints, Mask]:
    """Place of each number among sorted ones, and whether it is there."""
    if not len(values):
        return np.zeros(len(wanted), dtype=np.int64), np.zeros(len(wanted), dtype=np.bool_)
    at = np.minimum(np.searchsorted(values, wanted), len(values) - 1)
    return at, values[at] == wanted
