"""A short slice of `make codec-fuzz`, and whether it would notice anything."""

from __future__ import annotations

import os
import random
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from proxy.catalog.load import load_catalog
from proxy.wire import messages as wire
from tests.codec import outside
from tests.codec.__main__ import DATABASE, run, target
from tests.codec.attacks import Attack, drawn
from tests.codec.inside import Trials
from tests.codec.outside import Failed, Target
from tests.codec.values import SCHEMA, Values

SEED, ATTACKS = 1, 300
pytestmark = pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is read from /proc")


@pytest.fixture(scope="module")
def releases(postgres: EmbeddedPostgres, mirror: Callable[[str], Path]) -> Path:
    """A mirror of a table with a column of many a type."""
    dsn = postgres.create_database(f"{DATABASE}_slice")
    postgres.psql(database=f"{DATABASE}_slice", stdin=SCHEMA)
    return mirror(dsn)


@pytest.fixture
def served(releases: Path) -> Iterator[Target]:
    with target(releases, Values()) as made:
        yield made


def test_no_failure(releases: Path) -> None:
    tally = run(releases, SEED, attacks=ATTACKS)
    assert tally.failures == []
    assert tally.kinds.total() == ATTACKS and len(tally.kinds) == 3 and tally.logins > 10


def test_attacks_are_of_every_kind_and_reach_values(releases: Path) -> None:
    """A draw that is refused at once each time would find nothing."""
    rng, values = random.Random(SEED), Values()
    with target(releases, values):
        assert sum(map(len, values.binary.values())) > 150
    kinds = {(attack.kind, attack.step, attack.framed) for attack in (drawn(rng, values) for _ in range(500))}
    assert kinds == {
        ("startup", 0, False),
        ("login", 0, False),
        ("login", 1, False),
        ("session", 0, False),
        ("session", 0, True),
    }
    Trials(load_catalog(next(releases.glob("[0-9]*"))), values).one(rng, Attack("session", b"Q\0\0"))


def test_a_server_that_is_gone_is_noticed(served: Target) -> None:
    served.attack(Attack("session", wire.encode(wire.Query("select 1")), framed=True))
    _stop(served)
    with pytest.raises(Failed, match="select 1"):
        served.look()


def test_memory_is_noticed(served: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outside, "RSS_MAX_MB", 10)
    with pytest.raises(Failed, match="MB"):
        served.look()


def test_an_admission_of_a_bug_is_noticed() -> None:
    with pytest.raises(Failed, match="an internal error"):
        outside._require_no_bug(wire.ErrorResponse((("S", "ERROR"), ("C", "XX000"), ("M", "internal error"))))


def _stop(served: Target) -> None:
    os.kill(served.double.pid, signal.SIGKILL)
    served.double.wait()
