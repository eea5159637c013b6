"""A build killed at ten random moments: the ledger never shows less than was read, and the old release is still the published one."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pgdouble.demo.postgres import EmbeddedPostgres
from policies.load import parse_policy
from policies.model import Policy
from policies.stores.sqlite import SqliteLedger
from synth.release.manifest import Manifest, current_release, file_sha256, folder_name
from tests.faults.test_build_killed import SCRIPT
from tests.unit.synth.made_source import DATA, make_source


@pytest.mark.slow
def test_ten_random_moments(postgres: EmbeddedPostgres, tmp_path: Path) -> None:
    source = make_source(postgres, "made_killed_anywhere")
    script = tmp_path / "killed.py"
    # One window's budget must cover eleven builds here; what is tested is the order of charge, read and publication.
    text = SCRIPT.replace("made_policy(), ledger", "generous(), ledger")
    script.write_text("from tests.faults.test_build_killed_anywhere import generous\n" + text, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, str(script), source, str(tmp_path), "never"]
    started = time.monotonic()
    subprocess.run(command, env=environment, check=True)
    whole = time.monotonic() - started
    releases = tmp_path / "releases"
    first = releases / folder_name(1)
    hashes = {name: file_sha256(first / name) for name in Manifest.read(first).sha256}
    spent_before = 0
    moments = []
    for _ in range(10):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        moment = random.SystemRandom().uniform(0.2, 0.95) * whole
        time.sleep(moment)
        process.send_signal(signal.SIGKILL)
        process.wait()
        ledger = SqliteLedger(tmp_path / "ledger.sqlite")
        ledger.verify()
        totals = ledger.totals("made", "public.person")
        moments.append((round(moment, 2), totals.spent_nano - spent_before))
        assert totals.spent_nano >= spent_before
        assert totals.reserved_nano >= totals.spent_nano
        spent_before = totals.spent_nano
        ledger.close()
        current = current_release(releases)
        assert current is not None
        served = releases / folder_name(current)
        manifest = Manifest.read(served)
        assert {name: file_sha256(served / name) for name in manifest.sha256} == manifest.sha256
    assert {name: file_sha256(first / name) for name in hashes} == hashes
    print(f"a whole build takes {whole:.1f} s; killed after (s, nano-rho spent):", moments)


def generous() -> Policy:
    """The made-up policy with a budget for twenty builds."""
    text = (DATA / "made.yaml").read_text(encoding="utf-8")
    text = re.sub(r"budget:\s*\{epsilon: [\d.]+", "budget: {epsilon: 90", text)
    return parse_policy(re.sub(r"lifetime:\s*\{epsilon: [\d.]+", "lifetime: {epsilon: 95", text)).policy
