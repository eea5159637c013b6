"""Tier T1: one canary row with codes nobody else has, a whole synthesis at epsilon = 1, a black-box attacker.

False alarm: audit.ALARM a test.
"""

from __future__ import annotations

import numpy as np

from tests.privacy.audit import epsilon_lower
from tests.privacy.worlds import DELTA, features, release, rho_nano, world

EPSILON, RUNS = 1.0, 250
FIRST, SECOND = world((0, 20)), world((0, 20), (3, 1))


def samples(exact_total: bool = False) -> list[np.ndarray]:
    """Features of RUNS releases of each world."""
    found = []
    for rows in (FIRST, SECOND):
        runs = []
        for _ in range(RUNS):
            total, drawn = release(rows, rho_nano(EPSILON))
            runs.append(features(float(len(rows["a"])) if exact_total else total, drawn))
        found.append(np.array(runs))
    return found


def test_a_canary_shows_no_more_than_epsilon() -> None:
    assert epsilon_lower(*samples(), delta=DELTA) <= EPSILON


def test_the_audit_sees_an_exact_total() -> None:
    assert epsilon_lower(*samples(exact_total=True), delta=DELTA) > EPSILON
