"""Places in [0, 1) for systematic sampling: where each row of a group reads the group's distribution.

In a group of m rows the places are m equal steps from a random start, so that outcomes come as often as expected, up to
rounding, and each row alone is an exact draw. Who gets which place is random, or, where rows lie in an order, spread: rows
next to each other get places as evenly as all of them. What is drawn then goes evenly with whatever the order is by, where
free draws do so up to noise only. Rows that are to stay independent are kept far apart in the order.
Facts: van der Corput's sequence, its digits scrambled anew in each block.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from synth.codes import Codes, code_type
from synth.measure.counts import Floats

Indices = NDArray[np.int64]
Words = NDArray[np.uint32]
Keys = NDArray[np.uint64]
Digits = NDArray[np.uint16]
Kinds = NDArray[np.uint8]

KEYS = 1 << 63  # of which one is what rows are sorted by
KINDS = 64  # that rows are told apart by, beside their place in line
THIN = 16  # rows of a layer, below which rows of one owner would be next to each other in line
DIGITS = 10  # of places told apart among neighbours: any run of up to 2^DIGITS rows is spread


@dataclass(frozen=True, slots=True)
class Along:
    """What places are spread over. line: all rows, alike ones near each other. groups: a key of each row, by which groups lie near each
    other, so that their starts are spread too: what is left to chance in groups of a row or two. None where that would tie rows that
    are to be independent. kinds, group_kinds: of each row, by columns of few codes, which neighbours need not share; below KINDS. layers:
    of each row; rows of different layers are to be independent."""

    line: Words
    groups: Keys | None = None
    kinds: Kinds | None = None
    group_kinds: Kinds | None = None
    layers: Words | None = None


def places(
    groups: NDArray[np.integer], count: int, rng: np.random.Generator, along: Along | None = None
) -> tuple[Indices, Floats]:
    """(rows in the order of their groups, the place of each in that order). groups: of each row, 0 to count - 1."""
    rows = len(groups)
    groups = groups.astype(code_type(count), copy=False)
    if along is None:
        dealt = rng.permutation(rows)
    else:
        line = along.line[_sorted(groups[along.line])]
        kinds = None if along.kinds is None else along.kinds[line]
        layers = None if along.layers is None else along.layers[line]
        digits = spread(rows, rng, kinds, layers)
        dealt = line[_sorted(digits)].astype(np.int64)
    order = dealt[_sorted(groups[dealt])]
    ranked = groups[order]
    sizes = np.bincount(groups, minlength=count)
    firsts = np.cumsum(sizes) - sizes
    start = rng.random(count)
    if along is not None and along.groups is not None:
        used = np.flatnonzero(sizes)
        used = used[in_line(along.groups[order[firsts[used]]], rng)]
        kinds = None if along.group_kinds is None else along.group_kinds[order[firsts[used]]]
        start[used] = (spread(len(used), rng, kinds) + start[used]) / 2**DIGITS
    step = (np.arange(rows) - firsts[ranked]) / np.maximum(sizes[ranked], 1)
    return order, np.asarray((step + start[ranked]) % 1.0, dtype=np.float64)


def _sorted(keys: NDArray[np.integer]) -> Indices:
    """The order of small integers, stable: sorted by their digits, far faster than by comparing."""
    return np.argsort(keys, kind="stable")


def spread(rows: int, rng: np.random.Generator, kinds: Kinds | None = None, layers: Words | None = None) -> Digits:
    """A number below 2^DIGITS for each row, so that of any 2^k rows in line, from a multiple of it on, each takes another one of 2^k
    equal intervals. Which one is a matter of coins of these rows' own: far rows are independent. kinds: of each row; the coins of
    pairs of two kinds alternate, so that numbers of each kind are spread too, inside a layer. Rows of thin layers get any number."""
    index = np.arange(rows, dtype=np.uint32)
    found = np.zeros(rows, dtype=np.uint16)
    for digit in range(DIGITS):
        # Of the two halves of a block, rows with the same digits so far meet in pairs: one coin a pair.
        half = (index >> np.uint32(digit)).astype(np.uint16) & np.uint16(1)
        pair = (index >> np.uint32(digit + 1) << np.uint32(digit)) + found
        if kinds is None:
            coin = rng.integers(0, 2, ((rows >> (digit + 1)) + 1) << digit, dtype=np.uint16)
        else:
            coin = _alternate(digit, pair, half, kinds, layers, rng)
        found = (found << np.uint16(1)) | (half ^ coin[pair])
    if layers is not None:
        thin = np.bincount(layers, minlength=1)[layers] < THIN
        found[thin] = rng.integers(0, 2**DIGITS, int(thin.sum()), dtype=np.uint16)
    return found


def _alternate(
    digit: int, pair: Words, half: Digits, kinds: Kinds, layers: Words | None, rng: np.random.Generator
) -> Digits:
    """Coins of which each is thrown for two pairs of the same two kinds with the same digits so far (the last four of them), and falls the
    other way for the second. Not for more: columns that are spread along one line would share the rhythm."""
    pairs = ((len(kinds) >> (digit + 1)) + 1) << digit
    met = np.zeros((2, pairs), dtype=np.uint16)
    met[half, pair] = kinds
    first, second = met
    alike = np.minimum(first, second) * np.uint16(KINDS) + np.maximum(first, second)
    so_far = np.arange(pairs, dtype=np.uint32) & np.uint32((1 << min(digit, 4)) - 1)
    order = _sorted(alike * np.uint16(16) + so_far.astype(np.uint16))
    fallen = np.repeat(rng.integers(0, 2, pairs // 2 + 1, dtype=np.uint16), 2)[:pairs]
    fallen[1::2] ^= np.uint16(1)
    if layers is not None:
        layer = np.zeros(pairs, dtype=np.uint32)
        layer[pair] = layers
        apart = np.flatnonzero(np.diff(layer[order])[::2]) * 2 + 1
        fallen[apart] = rng.integers(0, 2, len(apart), dtype=np.uint16)
    coin = np.empty(pairs, dtype=np.uint16)
    coin[order] = fallen
    return coin ^ (first > second)


def in_line(key: Keys, rng: np.random.Generator, layer: NDArray[np.integer] | None = None) -> Words:
    """The rows by key, in random order where keys are alike; layer by layer, so that rows of different layers are far apart."""
    dealt = rng.permutation(len(key)).astype(np.uint32)
    if layer is None:
        return dealt[np.argsort(key[dealt], kind="stable")]
    return dealt[np.lexsort((key[dealt], layer[dealt]))]


def kinds_of(columns: Sequence[tuple[Codes, int]], rows: int) -> Kinds:
    """A number below KINDS for each row, by the columns of fewest codes. columns: (codes, how many there are)."""
    kind, left = np.zeros(rows, dtype=np.uint8), KINDS
    for codes, size in sorted(columns, key=lambda each: each[1]):
        left //= size
        if left < 1:
            break
        kind = kind * np.uint8(size) + codes.astype(np.uint8)
    return kind


def nearness(columns: Sequence[tuple[Codes, int]], rows: int) -> Keys:
    """A key by which alike rows are sorted near each other, first of all by the column of most codes: spread over few rows each, it
    gains most. columns: (codes, how many there are)."""
    key, left = np.zeros(rows, dtype=np.uint64), KEYS
    for codes, size in sorted(columns, key=lambda each: -each[1]):
        left //= size
        if left < 1:
            break
        key = key * np.uint64(size) + codes.astype(np.uint64)
    return key
