"""A build that was killed is resumed by the next `pgdouble build`: under its reservation, with what it was answered, at no further cost."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from policies.entry import EntryKind
from policies.stores.answers import answers_beside
from tests.faults.resuming import Deployment


@pytest.fixture
def shop(small_shop: str, tmp_path: Path) -> Deployment:
    return Deployment(tmp_path, small_shop)


def test_killed_at_every_kind_of_moment(shop: Deployment) -> None:
    """Between charge and answer, in the midst of writing one, behind one, before the release is sealed and before it is published."""
    shop.killed_at("spent", 4)
    shop.killed_at("torn", 3)
    shop.killed_at("answered", 5)
    assert len(shop.seen) == 3 + 2 + 5
    shop.killed_at("noted")
    said = shop.killed_at("sealed").stderr
    assert (
        "is unfinished (entry 1 of the ledger) and is resumed: this costs nothing beyond what it has reserved" in said
    )
    assert "2 lost (rho " in said and "divided among what is still to be measured" in said
    spent = sum(entry.kind is EntryKind.SPEND for entry in shop.entries())
    done = shop.build()
    assert done.returncode == 0, done.stderr
    manifest = shop.require_consistent()
    kinds = [entry.kind for entry in shop.entries()]
    assert kinds.count(EntryKind.RESERVE) == 1 and kinds.count(EntryKind.SPEND) == spent, "the rest cost nothing"
    assert sum(row.purpose.startswith("lost: ") for row in manifest.measurements) == 2
    assert any("2 of them were charged and their answers lost" in note for note in manifest.notes)


def test_what_cannot_be_resumed_is_not_paid_again_unasked(shop: Deployment) -> None:
    """Another policy or epsilon is refused with what to do; roles and the like do not matter; --fresh pays."""
    shop.killed_at("answered", 3)
    shop.change_policy("step: 1 year", "step: 2 years")
    refused = shop.build()
    assert refused.returncode == 1 and "cannot be resumed: the policy has changed since" in refused.stderr
    assert "or start anew with `pgdouble build --fresh`" in refused.stderr and "3 answers are kept" in refused.stderr
    assert [entry.kind for entry in shop.entries()].count(EntryKind.RESERVE) == 1, "nothing was reserved for it"
    done = shop.build("--fresh", "--no-publish")
    assert done.returncode == 0, done.stderr
    assert [entry.kind for entry in shop.entries()].count(EntryKind.RESERVE) == 2
    assert not answers_beside(shop.state / "ledger.sqlite").exists()


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_twenty_random_moments(shop: Deployment) -> None:
    """Alone: `pytest tests/faults/test_build_resumed.py -m slow -s`."""
    shop.change_policy(r"\{epsilon: 4, delta: 1e-9, window", "{epsilon: 20, delta: 1e-9, window")
    shop.change_policy(r"lifetime: \{epsilon: 10", "lifetime: {epsilon: 40")
    started = time.monotonic()
    assert shop.build().returncode == 0
    whole = time.monotonic() - started
    moments = []
    while shop.kills < 20:
        moment = random.SystemRandom().uniform(0.15, 1.0) * whole
        if shop.killed_after(moment):
            moments.append(round(moment, 2))
    assert shop.build().returncode == 0
    manifest = shop.require_consistent()
    lost = [row.purpose for row in manifest.measurements if row.purpose.startswith("lost: ")]
    resumes = [entry for entry in shop.entries() if entry.kind is EntryKind.RESUME]
    reserves = [entry for entry in shop.entries() if entry.kind is EntryKind.RESERVE]
    print(
        f"\na whole build takes {whole:.1f} s; killed after (s): {moments}; {len(reserves)} reservations, {len(resumes)} resumptions,"
    )
    print(f"of the last release's {len(manifest.measurements)} charges {len(lost)} lost: {lost}")
