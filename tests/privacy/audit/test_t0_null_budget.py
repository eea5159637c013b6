"""Tier T0: with next to no budget, arbitrarily different sources must give indistinguishable releases.

20 units of one value against 27 of another at epsilon = 0.001: any 47 units may be exchanged for 47 epsilon. Whatever a build takes
from data without paying (a row count, a domain, a decision) shows at once. A false alarm has a chance of estimator.ALARM a test.
"""

from __future__ import annotations

import pytest

from tests.privacy.audit import faults
from tests.privacy.audit.engine import DELTA, Group, plan_of, samples
from tests.privacy.audit.estimator import lower_bound

EPSILON = 1e-3
FIRST, SECOND = (Group(0, 20, 2),), (Group(3, 27, 5),)
ALLOWED = 47 * EPSILON
RUNS = {False: 200, True: 100}
FAULTY_RUNS = 80  # what is deterministic shows in few


def proven(runs: int, *, related: bool) -> float:
    """Epsilon that `runs` releases of each world prove."""
    return lower_bound(*samples(plan_of(EPSILON, related=related), (FIRST, SECOND), runs), DELTA).epsilon


@pytest.mark.parametrize("related", [False, True])
def test_nothing_shows(related: bool) -> None:
    assert proven(RUNS[related], related=related) <= ALLOWED


@pytest.mark.parametrize("related", [False, True])
@pytest.mark.parametrize("fault", [faults.domain_from_data, faults.exact_row_count, faults.real_fill])
def test_the_audit_sees(fault: faults.Fault, related: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch)
    assert proven(FAULTY_RUNS, related=related) > ALLOWED


def test_the_audit_sees_noise_on_filled_cells_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Which half of the releases show: the noise of the one filled cell has either sign."""
    faults.zero_skip(monkeypatch)
    assert proven(400, related=False) > ALLOWED
