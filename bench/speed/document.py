"""The figures of a run as parts of docs/benchmarks.md. Nobody types a figure by hand.

Refuses to know how figures come about.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.parts import SPEED, made_by, replace_parts
from bench.speed.figures import Figure


def write(document: Path, found: Mapping[str, Sequence[Figure]]) -> None:
    """Replace the parts of the groups that ran."""
    replace_parts(document, {SPEED[group]: _part(group, figures) for group, figures in found.items()})


def _part(group: str, figures: Sequence[Figure]) -> str:
    rows = "".join(f"| {figure.case} | {' | '.join(figure.cells())} |\n" for figure in figures)
    return f"| case | double | Postgres | ratio | |\n|---|---|---|---|---|\n{rows}\n{made_by(f'python -m bench.speed {group}')}\n"
