"""A build killed with SIGKILL at any phase leaves nothing that a server would read and nothing beside the release folder, and its charges
stay charged."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.stores.sqlite import SqliteLedger
from synth.release.manifest import CURRENT, current_release
from synth.release.publish import TEMPORARY, building
from tests.unit.synth.made_source import make_source

SCRIPT = """
import asyncio, os, signal, sys
from pathlib import Path
from pgdouble.expressions import SourceExpressions
from policies.stores.sqlite import SqliteLedger
from proxy.catalog.load import Reader
from synth.build import BuildRequest, build
from tests.unit.synth.made_source import made_policy

dsn, state, fatal = sys.argv[1], Path(sys.argv[2]), sys.argv[3]

def progress(phase):
    if phase == fatal:
        os.kill(os.getpid(), signal.SIGKILL)

def loading(reader, *wanted):  # the compiler's catalog is whole by then, wherever it is, and about to be read
    progress("compiler's catalog")
    return rows(reader, *wanted)

rows, Reader.rows = Reader.rows, loading
ledger = SqliteLedger(state / "ledger.sqlite")
asyncio.run(build(BuildRequest(dsn, state / "releases", "made"), made_policy(), ledger, progress, SourceExpressions))
"""
PHASES = [
    ("compiler's catalog", False, False),
    ("reserve", False, False),
    ("read public.orders", True, False),
    ("fan-outs", True, True),
    ("measure public.orders", True, True),
    ("generate", True, True),
    ("write", True, True),
    ("publish", True, True),
]


@pytest.fixture(scope="module")
def source(postgres: EmbeddedPostgres) -> str:
    return make_source(postgres, "made_killed")


@pytest.mark.parametrize(("phase", "reserved", "spent"), PHASES, ids=[case[0] for case in PHASES])
def test_a_killed_build_leaves_only_ledger_entries(
    source: str, tmp_path: Path, phase: str, reserved: bool, spent: bool
) -> None:
    script = tmp_path / "killed.py"
    script.write_text(SCRIPT, encoding="utf-8")
    (temporary := tmp_path / "temporary").mkdir()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "TMPDIR": str(temporary)}
    ended = subprocess.run([sys.executable, script, source, tmp_path, phase], env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL
    assert not list(temporary.iterdir()), "no later start would remove what is left here"
    releases = tmp_path / "releases"
    assert current_release(releases) is None and not (releases / CURRENT).exists()
    assert not list(releases.glob("[0-9]*")), "no release appears before all of it is on disk"
    ledger = SqliteLedger(tmp_path / "ledger.sqlite")
    ledger.verify()
    totals = ledger.totals("made", "public.person")
    assert (totals.reserved_nano > 0, totals.spent_nano > 0) == (reserved, spent)
    with building(releases):
        assert not list(releases.glob(f"{TEMPORARY}*")), "the next start removes what was left"
