"""A build that was killed is resumed by the next `pgdouble build`: under its reservation, with what it was answered, at no further cost."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.entry import EntryKind
from policies.stores.answers import answers_beside
from tests.faults.resuming import Deployment, make_people


@pytest.fixture(scope="module")
def source(postgres: EmbeddedPostgres) -> str:
    return make_people(postgres, "resumed")


@pytest.fixture
def people(source: str, tmp_path: Path) -> Deployment:
    return Deployment(tmp_path, source)


def test_killed_at_every_kind_of_moment(people: Deployment) -> None:
    """Between charge and answer, in the midst of writing one, behind one, before the release is sealed and before it is published; by
    however many jobs."""
    people.killed_at("spent", 4, "--jobs", "2")
    people.killed_at("torn", 3)
    people.killed_at("answered", 5, "--jobs", "3")
    assert len(people.seen) == 3 + 2 + 5
    told = people.run("-m", "pgdouble", "check")
    assert told.returncode == 0, "what is reserved is no reason to refuse a build that resumes it"
    assert "`pgdouble build` resumes it at no further cost; or start anew with `pgdouble build --fresh`" in told.stdout
    assert "10 answers are kept, 2 lost (rho " in told.stdout and "started afresh: " in told.stdout
    people.killed_at("noted")
    said = people.killed_at("sealed").stderr
    assert (
        "is unfinished (entry 1 of the ledger) and is resumed: this costs nothing beyond what it has reserved" in said
    )
    assert "2 lost (rho " in said and "divided among what is still to be measured" in said
    spent = sum(entry.kind is EntryKind.SPEND for entry in people.entries())
    done = people.build()
    assert done.returncode == 0, done.stderr
    manifest = people.require_consistent()
    kinds = [entry.kind for entry in people.entries()]
    assert kinds.count(EntryKind.RESERVE) == 1 and kinds.count(EntryKind.SPEND) == spent, "the rest cost nothing"
    assert sum(row.purpose.startswith("lost: ") for row in manifest.measurements) == 2
    assert any("2 of them were charged and their answers lost" in note for note in manifest.notes)


def test_what_cannot_be_resumed_is_not_paid_again_unasked(people: Deployment) -> None:
    """Another policy or epsilon is refused with what to do; roles and the like do not matter; --fresh pays."""
    people.killed_at("answered", 3)
    people.change_policy("max_values: 20", "max_values: 30")
    told = people.run("-m", "pgdouble", "check", "--json")
    assert told.returncode == 0 and json.loads(told.stdout)["unfinished"] == {
        "reservation": 1, "kept": 3, "lost": 0, "resumable": False,
    }  # fmt: skip
    refused = people.build()
    assert refused.returncode == 1 and "cannot be resumed: the policy has changed since" in refused.stderr
    assert "or start anew with `pgdouble build --fresh`" in refused.stderr and "3 answers are kept" in refused.stderr
    assert [entry.kind for entry in people.entries()].count(EntryKind.RESERVE) == 1, "nothing was reserved for it"
    done = people.build("--fresh", "--no-publish")
    assert done.returncode == 0, done.stderr
    assert [entry.kind for entry in people.entries()].count(EntryKind.RESERVE) == 2
    assert not answers_beside(people.state / "ledger.sqlite").exists()


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_twenty_random_moments(people: Deployment) -> None:
    """Ten of its time, ten of its answers, most of which come within a second; with one to three jobs.

    Alone: `pytest tests/faults/test_build_resumed.py -m slow -s`.
    """
    whole = people.killed_after(1000.0)
    assert whole is not None
    chance = random.SystemRandom()
    moments: list[str] = []
    left = ["time"] * 10 + [chance.choice(["spent", "torn", "answered"]) for _ in range(10)]
    chance.shuffle(left)
    while left:
        before, jobs = people.kills, str(chance.randint(1, 3))
        if left[-1] == "time":
            moment = f"{chance.uniform(0.0, 0.95) * whole:.2f}"
            took = people.killed_after(float(moment), "--jobs", jobs)
            whole = min(whole, took or whole)  # the machine may be faster than it was before
        else:
            moment = f"{left[-1]} {chance.randint(1, 4)}"
            people.run_faulty(*moment.split(), "--jobs", jobs)
        if people.kills > before:
            moments.append(moment)
            left.pop()
        else:
            people.require_consistent()
    done = people.build()
    assert done.returncode == 0, done.stderr
    manifest = people.require_consistent()
    kinds = [entry.kind for entry in people.entries()]
    lost = [row for row in manifest.measurements if row.purpose.startswith("lost: ")]
    print(f"\nkilled after (s, or at which answer of a run): {moments}")
    print(
        f"{kinds.count(EntryKind.RESERVE)} reservations, {kinds.count(EntryKind.RESUME)} resumptions; of the last release's"
    )
    print(f"{len(manifest.measurements)} charges {len(lost)} lost, rho {sum(row.rho_nano for row in lost) / 1e9:.6f}")
