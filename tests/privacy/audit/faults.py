"""Seeded faults: each makes the real engine wrong at one of its single points, in a way that libraries have been wrong.

A fault takes pytest's monkeypatch and is undone by it; production code knows none of them. Facts: the leaks listed in Annamalai,
Ganev and De Cristofaro 2024, in Ganev et al. 2025 (domains from data) and in Mironov 2012 (floats).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from math import ceil

import numpy as np
import pytest

from synth import build as build_module
from synth import refine as refine_module
from synth.encode.assemble import Assembler
from synth.measure import choke as choke_module
from synth.measure import measurement as measurement_module
from synth.measure import noise as noise_module
from synth.measure import rows as rows_module
from synth.measure.counts import NoisyMarginal
from synth.model import shares as shares_module
from synth.model import table as table_module
from synth.model.coarsen import with_shares
from synth.plan.domains import Bins, Categories
from synth.plan.model import TablePlan
from synth.relational import learn as learn_module
from synth.relational.learn import Learned
from synth.relational.rowcount import RowCount

Fault = Callable[[pytest.MonkeyPatch], None]


def wrong_delta(patch: pytest.MonkeyPatch) -> None:
    """Half the sensitivity, wherever noise is chosen and priced: half the sigma for the same entry in the ledger."""
    sigma_for, price = measurement_module.sigma_for, measurement_module.gaussian_rho_nano

    def too_little(sensitivity: int, rho_nano: int) -> Fraction:
        # Two steps more than is needed, as the search for sigma is itself misled by the price.
        return (sigma_for(sensitivity, rho_nano) + Fraction(2, measurement_module.SIGMA_STEP)) / 2

    def too_cheap(sensitivity: int, sigma: Fraction) -> int:
        return ceil(Fraction(price(sensitivity, sigma), 4))

    for module in (shares_module, learn_module, refine_module):
        patch.setattr(module, "sigma_for", too_little)
    for module in (measurement_module, shares_module, table_module, refine_module):
        patch.setattr(module, "gaussian_rho_nano", too_cheap)


def forgotten_root(patch: pytest.MonkeyPatch) -> None:
    """Many answers in one vector are priced as one."""
    for module in (choke_module, table_module):
        patch.setattr(module, "stacked_sensitivity", lambda sensitivity, count: sensitivity)


def half_noise(patch: pytest.MonkeyPatch) -> None:
    """The sampler is asked for half the scale."""
    mechanism = noise_module._mechanism
    patch.setattr(noise_module, "_mechanism", lambda scale: mechanism(scale / 2))


def zero_skip(patch: pytest.MonkeyPatch) -> None:
    """Noise on filled cells only."""
    noise = choke_module.discrete_gaussian
    patch.setattr(choke_module, "discrete_gaussian", lambda exact, sigma: np.where(exact, noise(exact, sigma), 0))


def float_noise(patch: pytest.MonkeyPatch) -> None:
    """Noise as a floating-point number, added to the exact count of rows."""
    made, rng = choke_module.NoisyMarginal, np.random.default_rng()

    def added(columns: tuple[str, ...], counts: np.ndarray, sigma: float) -> NoisyMarginal:
        return made(columns, counts + rng.normal(0.0, sigma, counts.shape), sigma)

    patch.setattr(choke_module, "discrete_gaussian", lambda exact, sigma: exact)
    patch.setattr(choke_module, "NoisyMarginal", added)


def unbounded_mass(patch: pytest.MonkeyPatch) -> None:
    """Every row weighs one, however many its owner has; the promise that would notice is not asked."""
    patch.setattr(rows_module, "row_weights", lambda units, mass, grid: np.full(len(units), grid, dtype=np.int64))
    patch.setattr(rows_module.WeightedCodes, "check", lambda rows: None)


def exact_row_count(patch: pytest.MonkeyPatch) -> None:
    """The replica has as many rows as the source."""

    def counted(learned: Learned, plan: TablePlan, assembler: Assembler) -> Learned:
        return replace(learned, rows=RowCount(float(len(assembler._tables[plan.oid].units)), learned.rows.sigma))

    _after_learning(patch, counted)


def real_fill(patch: pytest.MonkeyPatch) -> None:
    """What was too rare to be told from noise is filled with a value of the source's last row."""

    def filled(learned: Learned, plan: TablePlan, assembler: Assembler) -> Learned:
        merged = dict(learned.model.merged)
        for axis, codes in assembler._tables[plan.oid].codes.items():
            if len(codes):
                real = np.zeros(len(merged[axis].codes))
                real[codes[-1]] = 1.0
                merged[axis] = with_shares(merged[axis].codes, real)
        return replace(learned, model=replace(learned.model, merged=merged))

    _after_learning(patch, filled)


def domain_from_data(patch: pytest.MonkeyPatch) -> None:
    """Only values that occur are in a domain."""
    discover = build_module.discover_domains

    def seen_only(build: object, private: dict, public: dict, choke: object) -> dict:
        domains = discover(build, private, public, choke)
        for (oid, axis), domain in domains.items():
            present = np.unique(private[oid].codes[axis])
            private[oid].codes[axis] = np.searchsorted(present, private[oid].codes[axis]).astype(np.int32)
            domains[oid, axis] = _only(domain, present.tolist())
        return domains

    patch.setattr(build_module, "discover_domains", seen_only)


def _only(domain: Categories | Bins, present: list[int]) -> Categories | Bins:
    """The domain cut to these codes; bins must be neighbours."""
    if isinstance(domain, Bins):
        last = present[-1] + 1 if present else 1
        return replace(domain, edges=domain.edges[present[0] if present else 0 : last + 1])
    values = tuple(value for code, value in enumerate(domain.values) if code in present)
    outside = domain.outside and domain.outside_code in present
    return Categories(values, domain.nullable and domain.null_code in present, outside)


def _after_learning(patch: pytest.MonkeyPatch, change: Callable[[Learned, TablePlan, Assembler], Learned]) -> None:
    learn = build_module.learn_table

    def changed(build: object, plan: TablePlan, domains: dict, fan_outs: dict, assembler: Assembler, choke: object):
        return change(learn(build, plan, domains, fan_outs, assembler, choke), plan, assembler)

    patch.setattr(build_module, "learn_table", changed)
