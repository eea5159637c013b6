"""Mechanisms of other libraries on the same table of codes, in an environment of their own, side by side with ours.

The environment is made once in RIVALS (by default `build/rivals`) and holds `dpmm` for MST and AIM, and scikit-learn for what is trained on
tables. Refuses to know data sets.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("RIVALS", ROOT / "build" / "rivals"))
PACKAGES = ("dpmm==0.1.9", "scikit-learn")
SCRIPTS = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Cost:
    """Of a process of its own."""

    seconds: float
    peak_mb: float


def python() -> Path:
    """Its interpreter; the environment is made where it is not there."""
    found = FOLDER / "bin" / "python"
    if not (FOLDER / ".installed").exists():
        subprocess.run([sys.executable, "-m", "venv", str(FOLDER)], check=True)
        subprocess.run([str(found), "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        (FOLDER / ".installed").touch()
    return found


def synthesize(
    mechanism: str, epsilon: float, delta: float, seed: int, codes: Path, sizes: dict[str, int], out: Path
) -> Cost:
    """Rows of MST or AIM, as CSV. codes: CSV of the table. sizes: its public domain."""
    domain = out.with_suffix(".domain.json")
    domain.write_text(json.dumps(sizes), encoding="utf-8")
    return _run("rival_script.py", mechanism, str(epsilon), str(delta), str(seed), str(codes), str(domain), str(out))


def accuracy(train: Path, test: Path, target: str) -> float:
    """Share of test rows whose target a gradient boosting that was trained on other rows gets right."""
    command = [str(python()), str(SCRIPTS / "boosting_script.py"), str(train), str(test), target]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _run(script: str, *arguments: str) -> Cost:
    started = time.monotonic()
    process = subprocess.Popen([str(python()), str(SCRIPTS / script), *arguments], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    if code := os.waitstatus_to_exitcode(status):
        raise RuntimeError(f"{script} {' '.join(arguments)} ended with {code}")
    return Cost(time.monotonic() - started, used.ru_maxrss / 1024)
