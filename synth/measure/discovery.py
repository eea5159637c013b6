"""Paid discovery of a column's values: which values may be named at all, from noisy counts above a threshold.

Holds the arithmetic (contributions, threshold); `choke.Choke.discover` charges and adds noise. An owner of j values
gives each 1/sqrt(j), so its L2 mass is 1 however many it has; the values that only one owner has stay below the
threshold with probability 1 - delta'. Facts: Canonne, Kamath and Steinke 2020, Prop. 25: the discrete Gaussian's
tail at m is at most the continuous one's at m - 1.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import ceil, expm1, isqrt, log1p
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth.measure.measurement import GRID

FEMTO = 10**15


@dataclass(frozen=True, slots=True)
class Contributions:
    """Exact weight of every value that occurs. values: private, in order of appearance. weights: int64, grid units."""

    values: tuple[Hashable, ...]
    weights: NDArray[np.int64]


def contributions(values: Sequence[Hashable | None], units: NDArray[np.integer[Any]], per_unit: int) -> Contributions:
    """Weight of every value; None is no value.

    An owner of more than per_unit distinct values keeps per_unit of them, chosen by a hash under a key that dies with
    this call, never by physical order.
    """
    assert len(values) == len(units) and per_unit >= 1
    numbers: dict[Hashable, int] = {}
    numbered = (-1 if value is None else numbers.setdefault(value, len(numbers)) for value in values)
    coded = np.fromiter(numbered, np.int64, len(values))
    known = coded >= 0
    if not known.any():
        return Contributions((), np.zeros(0, dtype=np.int64))
    pairs = np.unique(np.stack([units[known].astype(np.int64), coded[known]], axis=1), axis=0)
    pairs = pairs[_rank_in_unit(pairs) < per_unit]
    _, owner, held = np.unique(pairs[:, 0], return_inverse=True, return_counts=True)
    share = np.array([_unit_share(j) for j in range(1, per_unit + 1)], dtype=np.int64)
    each = share[held[owner.reshape(-1)] - 1]
    weights = np.bincount(pairs[:, 1], weights=each, minlength=len(numbers)).astype(np.int64)
    # A value that the bound left without any weight has no share in delta' either: it must not even draw noise.
    names = tuple(numbers)
    kept = np.flatnonzero(weights)
    return Contributions(tuple(names[i] for i in kept.tolist()), weights[kept])


def threshold(sigma_grid: float, per_unit: int, delta_femto: int) -> int:
    """Noisy weight, in grid units, that a value must exceed: max over j of 1/sqrt(j) + sigma z_j, rounded up, plus one.

    z_j is the (1 - delta')^(1/j) quantile of the normal: all j values of a lone owner stay below with 1 - delta'.
    """
    assert 0 < delta_femto < FEMTO and per_unit >= 1
    bound = max(_unit_share(j) + sigma_grid * _quantile(delta_femto, j) for j in range(1, per_unit + 1))
    return ceil(bound) + 1


def _quantile(delta_femto: int, count: int) -> float:
    tail = -expm1(log1p(-delta_femto / FEMTO) / count)  # 1 - (1 - delta')^(1/count) without cancellation
    return -NormalDist().inv_cdf(tail)


def _unit_share(count: int) -> int:
    """floor(GRID / sqrt(count)): count shares have an L2 norm of at most GRID."""
    return isqrt(GRID * GRID // count)


def _rank_in_unit(pairs: NDArray[np.int64]) -> NDArray[np.int64]:
    """Rank of each (owner, value) among its owner's, by a keyed hash."""
    key = secrets.token_bytes(32)
    digest = [hashlib.blake2b(pair.tobytes(), digest_size=8, key=key).digest() for pair in pairs]
    drawn = np.frombuffer(b"".join(digest), dtype=np.uint64)
    order = np.lexsort((drawn, pairs[:, 0]))
    sorted_units = pairs[order, 0]
    first = np.searchsorted(sorted_units, sorted_units, side="left")
    rank = np.empty(len(pairs), dtype=np.int64)
    rank[order] = np.arange(len(pairs)) - first
    return rank
