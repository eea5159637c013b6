"""Progress of a build: its phase, which table of how many, the time so far, and what is left by the phases that are done.

The number of phases is a fact of the plan; nothing here follows from rows but the time that passed, which the operator sees anyway.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from synth.plan.model import BuildPlan
from synth.release.manifest import TableKind

# Phases that are no table's: catalog, reserve, discover, refine, fan-outs, generate, write, publish.
OTHER_PHASES = 8


class Phases:
    """Counts phases as they begin. now: seconds of a clock."""

    def __init__(self, plan: BuildPlan, now: Callable[[], float] = time.monotonic) -> None:
        read = sum(table.kind is not TableKind.EXCLUDED for table in plan.tables.values())
        self._tables = {"read": read, "measure": len(plan.order)}
        self.total = OTHER_PHASES + read + len(plan.order)
        self._begun: Counter[str] = Counter()
        self._now, self._started = now, now()

    def begin(self, phase: str) -> str:
        """What to show of a phase that begins."""
        done = self._begun.total()
        what = phase.partition(" ")[0]
        self._begun[what] += 1
        said = [f"phase {done + 1} of {self.total}"]
        if what in self._tables:
            said.insert(0, f"table {self._begun[what]} of {self._tables[what]}")
        passed = self._now() - self._started
        if done:
            said.append(f"{passed:.0f} s, about {passed / done * max(self.total - done, 0):.0f} s left")
        return f"{phase}: {', '.join(said)}"


@contextmanager
def showing(plan: BuildPlan) -> Iterator[Callable[[str], None]]:
    """A bar over phases on a terminal, a line a phase elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    phases, console = Phases(plan), Console(stderr=True)
    if not console.is_terminal:
        yield lambda phase: click.echo(f"  {phases.begin(phase)}", err=True)
        return
    columns = (BarColumn(20), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("start", total=phases.total)

        def advance(phase: str) -> None:
            bar.update(task, advance=1, description=phases.begin(phase))

        yield advance
        bar.update(task, completed=phases.total, description="done")
