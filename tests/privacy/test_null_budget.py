"""Tier T0: with next to no budget, arbitrarily different tables must give indistinguishable releases.

20 rows of zeros against 27 rows of threes at epsilon = 0.001: any 47 rows may be exchanged for 47 epsilon. Whatever a
build takes from data without paying (a row count, a domain, a decision) shows at once. False alarm: audit.ALARM a test.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from tests.privacy.audit import epsilon_lower
from tests.privacy.worlds import World, features, release, rho_nano, world

EPSILON, RUNS = 1e-3, 200
FIRST, SECOND = world((0, 20)), world((3, 27))
ALLOWED = 47 * EPSILON


def proven(leak: Callable[[World, float, World], tuple[float, World]]) -> float:
    """Epsilon that RUNS releases of each world prove, after the leak had its way."""
    samples = []
    for rows in (FIRST, SECOND):
        budget = max(1, rho_nano(EPSILON))
        samples.append(np.array([features(*leak(rows, *release(rows, budget))) for _ in range(RUNS)]))
    return epsilon_lower(*samples)


def test_nothing_shows() -> None:
    assert proven(lambda rows, total, drawn: (total, drawn)) <= ALLOWED


def leak_row_count(rows: World, total: float, drawn: World) -> tuple[float, World]:
    """The exact count as the size of the sample."""
    return total, {name: np.resize(column, len(rows["a"])) for name, column in drawn.items()}


def leak_fill_value(rows: World, total: float, drawn: World) -> tuple[float, World]:
    """A real value in the last row."""
    return total, {name: np.append(column, rows[name][0]) for name, column in drawn.items()}


def leak_domain(rows: World, total: float, drawn: World) -> tuple[float, World]:
    """Only codes that occur."""
    return total, {name: np.where(np.isin(column, rows[name]), column, rows[name][0]) for name, column in drawn.items()}


@pytest.mark.parametrize("leak", [leak_row_count, leak_fill_value, leak_domain])
def test_the_audit_sees_seeded_leaks(leak: Callable[[World, float, World], tuple[float, World]]) -> None:
    assert proven(leak) > ALLOWED
