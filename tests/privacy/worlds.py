"""Worst-case worlds for audits of one table, and what a black-box attacker reads off a synthetic one."""

from __future__ import annotations

from functools import cache

import numpy as np

from policies.privacy import rho_nano_for
from synth.measure.choke import Choke
from synth.measure.rows import unit_rows
from synth.model.domain import Domain
from synth.model.table import fit_table
from tests.unit.measure.spending import MemorySpender

SIZES = {"a": 4, "b": 4, "c": 4}
DELTA = 1e-9

World = dict[str, np.ndarray]


def world(*groups: tuple[int, int]) -> World:
    """Rows whose three columns all hold one code: (code, how many) for each group."""
    column = np.concatenate([np.full(count, code, dtype=np.int32) for code, count in groups])
    return dict.fromkeys(SIZES, column)


@cache
def rho_nano(epsilon: float, delta: float = DELTA) -> int:
    """The largest nano-rho inside (epsilon, delta)."""
    return rho_nano_for(epsilon, delta)


def choke_of(rows: World, budget_nano: int) -> Choke:
    """A choke over one world, each row a unit."""
    return Choke(MemorySpender(budget_nano), [unit_rows("t", SIZES, rows, len(rows["a"]))])


def release(rows: World, budget_nano: int) -> tuple[float, World]:
    """A whole synthesis: noisy total and as many synthetic rows as it says (at most 100)."""
    fitted = fit_table(choke_of(rows, budget_nano), "t", Domain.of(SIZES), budget_nano)
    return fitted.total, fitted.sample(min(100, fitted.rows()), np.random.default_rng())


def features(total: float, rows: World) -> list[float]:
    """What a black-box attacker sees: total, rows, distinct rows, last row, share of each code, share of agreement."""
    count = len(rows["a"])
    table = np.stack([rows[name] for name in SIZES], axis=1)
    seen = [total, float(count), float(len(np.unique(table, axis=0))), float(table[-1, 0]) if count else -1.0]
    for code in range(4):
        seen.append(float((table == code).mean()) if count else -1.0)
        seen.append(float((table == code).all(axis=1).mean()) if count else -1.0)
    return seen
