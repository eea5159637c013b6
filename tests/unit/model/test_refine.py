"""Splitting merged codes, and rules that no row may break."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from synth.model.coarsen import with_shares
from synth.model.domain import Axis, Domain, Forbidden
from synth.model.refine import refine


def test_buckets_are_split_by_their_shares() -> None:
    column = with_shares(np.array([0, 1, 0, 1, 2], dtype=np.int32), np.array([30.0, 5, 10, 0, 7]))
    coarse = np.repeat(np.array([0, 1, 2], dtype=np.int32), 20_000)
    domain = Domain((Axis("a", 5),))
    fine = refine(domain, {"a": column}, {"a": coarse}, np.random.default_rng(1), {})["a"]
    assert (column.codes[fine] == coarse).all()
    shares = np.bincount(fine, minlength=5) / 20_000
    np.testing.assert_allclose(shares, [0.75, 1, 0.25, 0, 1], atol=0.02)  # more than six standard deviations


def test_unmerged_codes_pass_whatever_their_order() -> None:
    column = with_shares(np.array([2, 0, 1], dtype=np.int32), np.ones(3))
    coarse = np.array([0, 1, 2, 2], dtype=np.int32)
    fine = refine(Domain((Axis("a", 3),)), {"a": column}, {"a": coarse}, np.random.default_rng(1), {})["a"]
    assert fine.tolist() == [1, 2, 0, 0]


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1))
def test_no_row_breaks_a_rule_that_can_be_kept(seed: int) -> None:
    rng = np.random.default_rng(seed)
    sizes = {"a": 4, "b": 5, "c": 3}
    masks = {pair: rng.random((sizes[pair[0]], sizes[pair[1]])) < 0.5 for pair in (("a", "b"), ("c", "b"))}
    for mask in masks.values():
        mask[:, 0] = False  # b = 0 goes with everything
    rules = tuple(Forbidden(first, second, mask) for (first, second), mask in masks.items())
    domain = Domain(tuple(Axis(name, sizes[name]) for name in ("a", "c", "b")), rules)
    merged = {name: with_shares(np.zeros(size, dtype=np.int32), rng.random(size)) for name, size in sizes.items()}
    coarse = {name: np.zeros(200, dtype=np.int32) for name in sizes}
    fine = refine(domain, merged, coarse, rng, {})
    for (first, second), mask in masks.items():
        assert not mask[fine[first], fine[second]].any()
