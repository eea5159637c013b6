"""The real `pgdouble build` as a process that is killed with SIGKILL at a moment, and what must hold of its state folder then."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.entry import Entry, EntryKind
from policies.stores.answers import AnswerFile, KeptAnswer, answers_beside
from policies.stores.sqlite import SqliteLedger
from synth.release.manifest import Manifest, current_release, folder_name, require_whole
from tests.policy_text import policy_text
from tests.unit.synth.made_source import READER, make_reader

ROOT = Path(__file__).parents[2]
# A discovery, a category of public keys, a fan-out and two models: every kind of measurement, in tables that are built in a second.
SOURCE = """
CREATE TABLE country (code char(2) PRIMARY KEY, name text);
INSERT INTO country VALUES ('FR', 'France'), ('DE', 'Germany'), ('PL', 'Poland');
CREATE TABLE person (id int PRIMARY KEY, country char(2) REFERENCES country, city text, active boolean);
INSERT INTO person SELECT i, (ARRAY['DE', 'FR', 'PL'])[1 + i % 3], (ARRAY['Lyon', 'Bonn'])[1 + i % 2], i % 5 > 0
  FROM generate_series(1, 600) i;
CREATE TABLE purchase (id int PRIMARY KEY, person_id int NOT NULL REFERENCES person, paid boolean, kind text);
INSERT INTO purchase SELECT i, 1 + i % 450, i % 7 > 1, (ARRAY['a', 'b', 'c'])[1 + i % 3] FROM generate_series(1, 900) i;
"""
TABLES = """
  public.country: {public: true, because: a list of the post}
  public.person: {columns: {id: auto, country: auto, city: {as: category, discover: {max_values: 20}}, active: auto}}
  public.purchase: {columns: {id: auto, person_id: auto, paid: auto, kind: {as: category, values: [a, b, c], source: the till}}}
"""
# `pgdouble build` with a fault in it: at the given answer of this run, before it is kept, in the midst of it, behind it; or at an end.
FAULTY = """
import os, signal, sys
import synth.build
from pgdouble.cli.main import main
from policies.stores.answers import AnswerFile

moment, number, arguments = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
keep, left = AnswerFile.keep, [number]

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def keep_and_die(self, answer):
    left[0] -= 1
    if left[0] == 0 and moment == "spent":
        die()
    keep(self, answer)
    if left[0] == 0 and moment == "torn":
        os.truncate(self.path, self.path.stat().st_size - 7)
    if left[0] == 0:
        die()

AnswerFile.keep = keep_and_die
if moment == "noted":
    synth.build.seal = die
if moment == "sealed":
    synth.build.publish = die
sys.argv = ["pgdouble", "build", *arguments]
main()
"""


def make_people(postgres: EmbeddedPostgres, name: str) -> str:
    """A database of SOURCE; the reader's DSN."""
    postgres.create_database(name)
    postgres.psql(database=name, stdin=SOURCE)
    make_reader(postgres, name)
    return postgres.dsn(name, *READER)


@dataclass
class Deployment:
    """A folder with a policy, and everything its builds left. kills: that took effect."""

    folder: Path
    dsn: str
    kills: int = 0
    seen: dict[int, KeptAnswer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        (self.folder / "policy.yaml").write_text(policy_text(TABLES), encoding="utf-8")
        (self.folder / "faulty.py").write_text(FAULTY, encoding="utf-8")

    @property
    def state(self) -> Path:
        """See Config.state."""
        return self.folder / "state"

    def change_policy(self, pattern: str, text: str) -> None:
        """Rewrite what the pattern finds."""
        file = self.folder / "policy.yaml"
        changed = re.sub(pattern, text, before := file.read_text(encoding="utf-8"))
        assert changed != before
        file.write_text(changed, encoding="utf-8")

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """A command to its end."""
        return subprocess.run(
            [sys.executable, *command], cwd=self.folder, env=self._environment(), capture_output=True, text=True, check=False
        )  # fmt: skip

    def build(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """`pgdouble build` to its end."""
        return self.run("-m", "pgdouble", "build", "--yes", *arguments)

    def killed_at(self, moment: str, number: int = 0, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A build that dies at a moment of FAULTY."""
        done = self.run_faulty(moment, str(number), *arguments)
        assert done.returncode == -signal.SIGKILL, done.stderr
        return done

    def run_faulty(self, moment: str, number: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A build that dies at a moment of FAULTY, if it comes to that."""
        done = self.run("faulty.py", moment, number, "--yes", *arguments)
        assert done.returncode in (0, -signal.SIGKILL), done.stderr
        self.kills += done.returncode != 0
        self.require_nothing_forgotten()
        return done

    def killed_after(self, seconds: float, *arguments: str) -> float | None:
        """A build that dies so long after it has reserved or found its reservation; what it took from there, where it had ended before."""
        process = subprocess.Popen(
            [sys.executable, "-m", "pgdouble", "build", "--yes", *arguments], cwd=self.folder, env=self._environment(), text=True,
            stdout=subprocess.DEVNULL, stderr=(log := (self.folder / "build.log").open("w")),
        )  # fmt: skip
        while "  reserve:" not in (said := Path(log.name).read_text()) and process.poll() is None:
            time.sleep(0.01)
        started = time.monotonic()
        while process.poll() is None and time.monotonic() - started < seconds:
            time.sleep(0.002)
        took = time.monotonic() - started
        process.send_signal(signal.SIGKILL)
        log.close()
        ended = process.wait()
        assert ended in (0, -signal.SIGKILL), said
        self.kills += ended != 0
        self.require_nothing_forgotten()
        return took if ended == 0 else None

    def entries(self) -> list[Entry]:
        """Of a ledger that verifies."""
        if not (self.state / "ledger.sqlite").exists():
            return []
        ledger = SqliteLedger(self.state / "ledger.sqlite")
        ledger.verify()
        entries = ledger.entries()
        ledger.close()
        return entries

    def require_nothing_forgotten(self) -> None:
        """An answer that was once kept stays the same, and its charge is in the ledger."""
        file = AnswerFile(answers_beside(self.state / "ledger.sqlite"))
        file.require_paid(self.entries())
        for answer in file.answers:
            assert self.seen.setdefault(answer.seq, answer) == answer

    def require_consistent(self) -> Manifest:
        """The newest release is whole and published; its reservation covers all charges under it; nothing was paid twice but what a kill
        lost; an answer that was kept at any time is the one that the release is made of."""
        releases = self.state / "releases"
        number = current_release(releases)
        assert number is not None
        manifest = require_whole(releases / folder_name(number))
        assert manifest.privacy is not None
        entries = self.entries()
        under = [entry for entry in entries if entry.kind is EntryKind.PUBLISH and entry.body["release"] == number]
        reserve = entries[under[-1].refers - 1]
        spends = [e for e in entries if e.kind is EntryKind.SPEND and e.refers == reserve.seq]
        assert reserve.kind is EntryKind.RESERVE and manifest.privacy.rho_nano == reserve.body["rho_nano"]
        assert sum(spend.body["rho_nano"] for spend in spends) <= reserve.body["rho_nano"]
        assert sum(spend.body["delta_femto"] for spend in spends) <= reserve.body["delta_femto"]
        rows = {row.ledger_seq: row for row in manifest.measurements}
        assert len(rows) == len(manifest.measurements) and sorted(rows) == [spend.seq for spend in spends]
        for spend in spends:
            assert (rows[spend.seq].rho_nano, rows[spend.seq].sigma) == (spend.body["rho_nano"], spend.body["sigma"])
        lost = {seq for seq, row in rows.items() if row.purpose.startswith("lost: ")}
        assert len(lost) <= self.kills and not lost & set(self.seen)
        answered = Counter((row.table, row.columns, row.purpose) for seq, row in rows.items() if seq not in lost)
        assert max(answered.values()) == 1, answered.most_common(1)
        assert not answers_beside(self.state / "ledger.sqlite").exists()
        assert sorted(path.name for path in self.state.glob("*.tmp")) == []
        verified = self.run("-m", "pgdouble", "ledger", "verify", "--against", "state/releases", "--json")
        assert verified.returncode == 0 and json.loads(verified.stdout)["unfinished"] is None, verified.stderr
        return manifest

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(ROOT), "PGDOUBLE_SOURCE_DSN": self.dsn}
