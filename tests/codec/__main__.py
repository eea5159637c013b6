"""Wrong bytes for a while, at a running server and at the codec in this process.

    python -m tests.codec SECONDS [SEED]

Prints each failure with the bytes that made it, and a last line:
`codec: N attacks in S s (K of each kind), M trials in process, F failures, P logins, peak memory R MB of L MB`. A server that failed is
replaced by another one.
"""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pgdouble.demo.postgres import EmbeddedPostgres
from proxy.catalog.load import load_catalog
from tests.codec.attacks import drawn
from tests.codec.inside import Hang, Trials
from tests.codec.outside import ENGINE_MEMORY, RSS_MAX_MB, Failed, Target
from tests.codec.values import SCHEMA, Values
from tests.doubles import PASSWORD, serve
from tests.mirror import make_mirror
from tests.raw_client import RawClient

DATABASE = "codec"
LOOK_EVERY_S = 60.0


@dataclass
class Tally:
    """What a run came to."""

    kinds: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)
    logins: int = 0
    peak_mb: float = 0.0

    def line(self, seconds: float) -> str:
        """The last line."""
        shown = ", ".join(f"{count} {kind}" for kind, count in sorted(self.kinds.items()))
        total = self.kinds.total()
        return (
            f"codec: {total} attacks in {seconds:.0f} s ({shown}), {total * 7} trials in process, {len(self.failures)} failures, "
            f"{self.logins} logins, peak memory {self.peak_mb:.0f} MB of {RSS_MAX_MB} MB"
        )


@contextmanager
def target(releases: Path, values: Values) -> Iterator[Target]:
    """A server of its own."""
    with serve(releases, memory=ENGINE_MEMORY, authentication_timeout_s=10.0) as double:
        if not values.binary:
            with RawClient("127.0.0.1", double.port) as client:
                client.log_in("postgres", PASSWORD, double.database)
                values.learn(client)
        made = Target(double)
        try:
            yield made
        finally:
            made.close()


def run(releases: Path, seed: int, *, seconds: float = 1e9, attacks: int = 10**9) -> Tally:
    """Attack for some time or so many times."""
    rng, values, tally = random.Random(seed), Values(), Tally()
    until = time.monotonic() + seconds
    while time.monotonic() < until and tally.kinds.total() < attacks and len(tally.failures) < 20:
        with target(releases, values) as served:
            trials = Trials(load_catalog(next(releases.glob("[0-9]*"))), values)
            _until_one_fails(rng, served, trials, values, tally, until, attacks)
            tally.logins += served.logins
            tally.peak_mb = max(tally.peak_mb, served.peak_mb)
    return tally


def _until_one_fails(
    rng: random.Random, served: Target, trials: Trials, values: Values, tally: Tally, until: float, attacks: int
) -> None:
    told = time.monotonic()
    while time.monotonic() < until and tally.kinds.total() < attacks:
        attack = drawn(rng, values)
        tally.kinds[attack.kind] += 1
        try:
            trials.one(rng, attack)
        except (Exception, Hang) as error:  # noqa: BLE001  whatever it is, it is what is looked for
            tally.failures.append(f"in process: {type(error).__name__}: {error} by {trials.shown}")
            print(tally.failures[-1], flush=True)
        try:
            served.attack(attack)
        except Failed as error:
            tally.failures.append(f"served: {error} by {attack!r:.2000}")
            print(tally.failures[-1], flush=True)
            return
        if time.monotonic() > told + LOOK_EVERY_S:
            told = time.monotonic()
            print(f"{tally.kinds.total()} attacks, {served.peak_mb:.0f} MB", flush=True)


def main(seconds: float, seed: int) -> int:
    """How many failures."""
    began = time.monotonic()
    with EmbeddedPostgres() as postgres, tempfile.TemporaryDirectory() as folder:
        dsn = postgres.create_database(DATABASE)
        postgres.psql(database=DATABASE, stdin=SCHEMA)
        asyncio.run(make_mirror(dsn, Path(folder)))
        began = time.monotonic()
        tally = run(Path(folder), seed, seconds=seconds)
    print(f"seed {seed}")
    print(tally.line(time.monotonic() - began))
    return len(tally.failures)


if __name__ == "__main__":
    sys.exit(
        bool(
            main(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(10**6))
        )
    )
