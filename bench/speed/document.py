"""The figures of a run as a part of a document; parts that another run wrote stay. Nobody types a figure by hand.

Refuses to know how figures come about.
"""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

from bench.speed.figures import Figure

TITLES = {
    "bulk": "Three million rows of six columns", "small": "Small statements, policy, quotas and audit log on",
    "tpch": "TPC-H, scale factor 0.3", "compiling": "Compiling", "control": "Stopping, and many at once",
}  # fmt: skip
HEAD = """# Benchmarks

Every part is written by the run that its last line names. Ratios are Postgres' time over the double's, both measured in turn in one run
by the same client on the same machine: 2 means twice as fast as Postgres.

A point select by one key (a whole number, a text, a uuid) that is run often is answered from rows that are kept for every key. A small
statement of another kind that was not asked for lately costs what an execution costs in DuckDB, several times what it costs in Postgres;
asked again it comes from what was kept.
"""


def write(document: Path, found: Mapping[str, Sequence[Figure]]) -> None:
    """Replace the parts of the groups that ran."""
    parts = _parts(document.read_text(encoding="utf-8")) if document.exists() else {}
    parts |= {TITLES[group]: _part(group, figures) for group, figures in found.items()}
    order = [title for title in TITLES.values() if title in parts] + [
        title for title in parts if title not in TITLES.values()
    ]
    text = HEAD + "".join(f"\n## {title}\n\n{parts[title]}" for title in order)
    document.write_text(text, encoding="utf-8")


def _parts(text: str) -> dict[str, str]:
    """Title → body of a document's parts."""
    pieces = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)[1:]
    return {title: body.strip() + "\n" for title, body in zip(pieces[::2], pieces[1::2])}


def _part(group: str, figures: Sequence[Figure]) -> str:
    rows = "".join(f"| {figure.case} | {' | '.join(figure.cells())} |\n" for figure in figures)
    machine = f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}"
    made = f"`python -m bench.speed {group}`, {datetime.now(UTC):%Y-%m-%d}, {machine}; load {os.getloadavg()[1]:.1f} at its end."
    return f"| case | double | Postgres | ratio | |\n|---|---|---|---|---|\n{rows}\n{made}\n"
