"""`pgdouble demo`: fill a Postgres with a sample shop, build its double, serve it, and ask both the same questions.

A conductor: every step is a command that a user could type. Ends with an exit code other than 0 where an answer of
the double is not what it must be.
"""

from __future__ import annotations

import json
import shlex
import shutil
import signal
import sys
import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from rich.console import Console

    from pgdouble.demo.stage import Stage


@click.command()
@click.option("--keep/--no-keep", default=None, help="Leave the server up at the end; the default on a terminal.")
def demo(keep: bool | None) -> None:
    """A sample shop, built and served; source and double answer side by side."""
    from pgdouble.demo.show import console, heading
    from pgdouble.demo.stage import Stage

    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the servers end with the demo either way
    screen = console()
    started = time.monotonic()
    with Stage() as stage:
        heading(screen, "An embedded Postgres with a shop: 20,000 customers, 110,000 orders, 310,000 order lines")
        stage.start_source()
        heading(screen, "pgdouble init: a draft policy from the catalog alone")
        stage.run("init", "--output", "draft.yaml")
        heading(screen, "pgdouble check: plan and cost; nothing is read, nothing is spent")
        stage.run("check")
        heading(screen, "pgdouble build: the source is read once, under the budget")
        stage.run("build", "--yes")
        heading(screen, "pgdouble serve: without a credential of the source")
        stage.run("user", "add", "analyst", "--password-stdin", stdin=stage.password + "\n")
        stage.serve()
        faults = _questions(screen, stage)
        _closing(screen, stage, time.monotonic() - started)
        _complain(stage, faults)
        if keep if keep is not None else sys.stdin.isatty() and sys.stdout.isatty():
            _stay(screen, stage)


def _questions(screen: Console, stage: Stage) -> list[str]:
    """Ask everything of both; returns what is wrong."""
    from pgdouble.demo.judge import fault
    from pgdouble.demo.psql import ask
    from pgdouble.demo.show import side_by_side
    from pgdouble.demo.statements import QUESTIONS

    faults = []
    for number, question in enumerate(QUESTIONS, start=1):
        source, double = ask(stage.source, question.sql), ask(stage.double, question.sql)
        side_by_side(screen, number, question, source, double)
        if wrong := fault(question.expect, source, double):
            faults.append(f"question {number}: {wrong}")
            screen.print(f"wrong: {wrong}", style="bold red")
    return faults


def _closing(screen: Console, stage: Stage, seconds: float) -> None:
    """What it cost; the questions themselves cost nothing."""
    from pgdouble.demo.show import heading

    heading(screen, "What it cost")
    release = json.loads(stage.run("release", "list", "--json", capture=True))[0]
    stage.run("ledger", "verify", "--against", str(stage.folder / "state" / "releases"))
    cost = f"epsilon {release['epsilon']:.4g} at delta {release['delta']:g}"
    screen.print(f"{cost}, spent by the build; any number of questions adds 0.")
    screen.print(f"The demo took {seconds:.0f} s.")


def _complain(stage: Stage, faults: list[str]) -> None:
    """The server's own last words go to stderr; its folder ends with the demo."""
    from pgdouble.demo.stage import DemoFailed

    if faults:
        click.echo(stage.serve_log(), err=True)
        raise DemoFailed(f"{len(faults)} answers of the double are not what they must be", detail="; ".join(faults))


def _stay(screen: Console, stage: Stage) -> None:
    """Print how to connect and wait for Ctrl-C."""
    from pgdouble.demo.show import heading

    heading(screen, "The double is up; Ctrl-C ends it")
    double = stage.double
    psql = shutil.which("psql") or str(double.psql)
    screen.print(
        f"PGPASSWORD={double.password} {shlex.quote(psql)} --host {double.host} --port {double.port} "
        f"--username {double.user} {double.database}",
        soft_wrap=True,
    )
    try:
        stage.wait()
    except KeyboardInterrupt:
        screen.print("stopped")
