"""Fine codes from coarse ones: each bucket is split by its column's shares, and no row keeps a forbidden pair.

Sees coarse codes, shares and rules; refuses to know how either was made. Columns are split in the domain's order; where
a rule ties a column to one already split, the choice is limited to what the rule allows.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from synth.codes import code_type
from synth.measure.counts import Floats
from synth.model.coarsen import Coarsening, Codes
from synth.model.domain import Domain
from synth.model.places import Along, places
from synth.model.sample import draw_in_groups

Mask = NDArray[np.bool_]


def refine(
    domain: Domain,
    merged: Mapping[str, Coarsening],
    coarse: Mapping[str, Codes],
    rng: np.random.Generator,
    given: Mapping[str, Codes],
    along: Along | None = None,
) -> dict[str, Codes]:
    """Fine codes of every column. given: fine codes that are kept as they are. along: as `sample` takes it."""
    fine: dict[str, Codes] = dict(given)
    for name in domain.names:
        if name not in given:
            split = _split(merged[name], coarse[name], rng, along)
            fine[name] = _obey(domain, name, split, fine, merged[name], rng)
    return {name: fine[name] for name in domain.names}


def _split(column: Coarsening, coarse: Codes, rng: np.random.Generator, along: Along | None) -> Codes:
    """A member of each row's bucket, drawn by shares."""
    fine = code_type(len(column.codes))
    if column.size == len(column.codes):
        return np.argsort(column.codes).astype(fine)[coarse]
    order = np.argsort(column.codes, kind="stable")
    ends = np.cumsum(column.shares[order])
    firsts = np.concatenate(([0.0], ends[np.cumsum(column.members)[:-1] - 1]))
    bounds = np.cumsum(column.members)
    rows, place = places(coarse, column.size, rng, along)
    bucket = coarse[rows]
    at = firsts[bucket] + place * np.bincount(column.codes, weights=column.shares)[bucket]
    found = np.searchsorted(ends, at, side="right")
    drawn = np.empty(len(coarse), dtype=fine)
    drawn[rows] = order.astype(fine)[np.clip(found, (bounds - column.members)[bucket], bounds[bucket] - 1)]
    return drawn


def _obey(
    domain: Domain, name: str, split: Codes, fine: Mapping[str, Codes], column: Coarsening, rng: np.random.Generator
) -> Codes:
    """Draws again, among what the rules allow, for rows that break one against a column already split."""
    rules = _rules(domain, name, fine)
    broken = np.zeros(len(split), dtype=np.bool_)
    for other, mask in rules.items():
        broken |= mask[fine[other], split]
    rows = np.flatnonzero(broken)
    if not len(rows):
        return split
    neighbours, group = np.unique(np.stack([fine[other][rows] for other in rules], axis=1), axis=0, return_inverse=True)
    split = split.copy()
    for index, codes in enumerate(neighbours):
        here = rows[group.reshape(-1) == index]
        allowed = ~np.logical_or.reduce([mask[code] for mask, code in zip(rules.values(), codes)])
        split[here] = _redraw(allowed, split[here], column, rng)
    return split


def _redraw(allowed: Mask, split: Codes, column: Coarsening, rng: np.random.Generator) -> Codes:
    """Codes among the allowed ones, by share; rules that allow nothing leave the rows as they are."""
    weights: Floats = np.where(allowed, column.shares, 0.0)
    if weights.sum() <= 0:
        weights = allowed.astype(np.float64)
    if weights.sum() <= 0:
        return split
    return draw_in_groups(weights[None, :], np.zeros(len(split), dtype=np.int64), rng).astype(np.int32)


def _rules(domain: Domain, name: str, fine: Mapping[str, Codes]) -> dict[str, Mask]:
    """Masks (other's code, own code) of the rules that tie the column to one already split."""
    found: dict[str, Mask] = {}
    for rule in domain.forbidden:
        if name not in (rule.first, rule.second):
            continue
        other, mask = (rule.second, rule.mask.T) if rule.first == name else (rule.first, rule.mask)
        if other in fine:
            found[other] = found[other] | mask if other in found else mask
    return found
