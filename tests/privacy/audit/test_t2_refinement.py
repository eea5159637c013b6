"""Tier T2 for refinements alone: every level of a unit table's column and of an owned one's, watched from both worlds.

A false alarm has a chance of estimator.ALARM a test.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt

import numpy as np
import pytest

from synth.measure.measurement import NANO
from synth.plan.model import BuildPlan
from synth.refine import refine_domains
from tests.privacy.audit import faults
from tests.privacy.audit.engine import DELTA, Group, choke_for, encode, plan_of
from tests.privacy.audit.estimator import lower_bound
from tests.privacy.audit.witness import TwinAssembler, Witness

WORLDS = ((Group(1, 20, 1),), (Group(1, 20, 1), Group(3, 1, 64)))
RUNS = 600
FEW = 300  # where a fault shows at once: 100 missed it once in some twenty


def plan() -> BuildPlan:
    """Refinements that cost a rho of 1 each: a build's would tell an attacker next to nothing."""
    made = plan_of(10.0, related=True, refined=True)
    return replace(
        made, refinements=tuple(replace(each, rho_nano=NANO) for each in made.refinements), rho_nano=2 * NANO
    )


def asked(second: bool) -> Witness:
    """The refinements of one build, watched."""
    build = plan()
    witness = Witness(choke_for(build)._spender)
    private = [encode(build, world) for world in WORLDS]
    columns = [(oid, column) for oid in build.order for column in build.tables[oid].columns if column.refine]
    domains = {(oid, column.axis): column.domain for oid, column in columns}
    refine_domains(build, domains, TwinAssembler(witness, private, second), witness)
    return witness


def proven(runs: int) -> tuple[float, float]:
    """mu that the answers prove, and the most that was charged."""
    found, charged = [], 0
    for second in (False, True):
        witnesses = [asked(second) for _ in range(runs)]
        found.append(np.array([[witness.llr] for witness in witnesses]))
        charged = max(charged, *(sum(row.rho_nano for row in witness.log) for witness in witnesses))
    return lower_bound(*found, DELTA).mu, sqrt(2 * charged / NANO)


def test_answers_prove_what_was_charged_and_no_more() -> None:
    found, charged = proven(RUNS)
    assert 0.25 * charged <= found <= charged <= 2.0


def test_the_canary_moves_nearly_all_that_is_charged() -> None:
    """No estimate. Its rows are in no cell that is divided, so at every level they are in the cell for everything else."""
    witness = asked(True)
    charged = sum(row.rho_nano for row in witness.log) / NANO
    assert 0.95 * charged <= sum(witness.used.values()) <= charged
    assert len(witness.log) > 2, "levels beyond the first were asked"  # false alarm: 20 units at 14 deviations


@pytest.mark.parametrize(("fault", "runs"), [(faults.wrong_delta, RUNS), (faults.unbounded_mass, FEW)])
def test_the_audit_sees(fault: faults.Fault, runs: int, monkeypatch: pytest.MonkeyPatch) -> None:
    fault(monkeypatch)
    found, charged = proven(runs)
    assert found > charged
