"""Tier T1: one canary unit with values that nobody else has, a whole synthesis at epsilon = 1, a black-box attacker.

A false alarm has a chance of estimator.ALARM a test.
"""

from __future__ import annotations

import pytest

from tests.privacy.audit import faults
from tests.privacy.audit.engine import DELTA, Group, plan_of, samples
from tests.privacy.audit.estimator import lower_bound

EPSILON = 1.0
FIRST, SECOND = (Group(0, 20, 1),), (Group(0, 20, 1), Group(3, 1, 8))
RUNS = {False: 250, True: 120}


def proven(runs: int, *, related: bool) -> float:
    """Epsilon that `runs` releases of each world prove."""
    return lower_bound(*samples(plan_of(EPSILON, related=related), (FIRST, SECOND), runs), DELTA).epsilon


@pytest.mark.parametrize("related", [False, True])
def test_a_canary_shows_no_more_than_epsilon(related: bool) -> None:
    assert proven(RUNS[related], related=related) <= EPSILON


@pytest.mark.parametrize("fault", [faults.domain_from_data, faults.exact_row_count, faults.zero_skip])
def test_the_audit_sees(fault: faults.Fault, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch)
    assert proven(RUNS[False], related=False) > EPSILON


def test_the_audit_sees_it_in_related_tables_too(monkeypatch: pytest.MonkeyPatch) -> None:
    faults.exact_row_count(monkeypatch)
    assert proven(RUNS[True], related=True) > EPSILON
