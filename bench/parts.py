"""docs/benchmarks.md in parts, each written by the run that its last line names; parts that another run wrote stay.

Refuses to know how figures come about.
"""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

SPEED = {
    "bulk": "Three million rows of six columns", "small": "Small statements, policy, quotas and audit log on",
    "tpch": "TPC-H, scale factor 0.3", "compiling": "Compiling", "control": "Stopping, and many at once",
}  # fmt: skip
SYNTH = {
    "adult": "Synthesis: Adult", "rivals": "Synthesis: beside other libraries", "others": "Synthesis: other single tables",
    "boosting": "Synthesis: what a model learns", "tpch": "Synthesis: TPC-H", "stats": "Synthesis: STATS",
    "large": "Synthesis: TPC-H, scale factor 1", "shapes": "Synthesis: odd tables",
    "coverage": "Synthesis: intervals of answers",
}  # fmt: skip
HEAD = """# Benchmarks

Every part is written by the run that its last line names.

Speed: ratios are Postgres' time over the double's, both measured in turn in one run by the same client on the same machine: 2 means twice
as fast as Postgres. A point select by one key (a whole number, a text, a uuid) that is run often is answered from rows that are kept for
every key. A small statement of another kind that was not asked for lately costs what an execution costs in DuckDB, several times what it
costs in Postgres; asked again it comes from what was kept.

Synthesis: the real product's build of a real Postgres, the release served and its tables read back over the wire. Errors are total
variation distances between real and synthetic rows, 0 = alike, 1 = disjoint: of all pairs of columns (2-way), of a fixed hundred of the
triples (3-way), of a parent's column with a child's (cross), of a column of two rows of one owner (sibling), of the number of rows a parent
has (fan-out). Medians over the seeds named.
"""


def parts_of(text: str) -> dict[str, str]:
    """Title → body."""
    pieces = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)[1:]
    return {title: body.strip() + "\n" for title, body in zip(pieces[::2], pieces[1::2])}


def made_by(command: str) -> str:
    """The line that says which run wrote a part, when and where."""
    machine = f"{os.cpu_count()} processors, {platform.machine()}, Python {platform.python_version()}"
    return f"`{command}`, {datetime.now(UTC):%Y-%m-%d}, {machine}; load {os.getloadavg()[1]:.1f} at its end."


def replace_parts(document: Path, found: Mapping[str, str]) -> None:
    """Write `found` over the parts of that title."""
    order = [*SPEED.values(), *SYNTH.values()]
    parts = parts_of(document.read_text(encoding="utf-8")) if document.exists() else {}
    parts |= found
    titles = [title for title in order if title in parts] + [title for title in parts if title not in order]
    document.write_text(HEAD + "".join(f"\n## {title}\n\n{parts[title]}" for title in titles), encoding="utf-8")
