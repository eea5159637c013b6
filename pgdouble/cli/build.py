"""`pgdouble build`: show the cost, ask, spend, make a release and publish it.

A conductor over `synth.build`. Shows phases and never a count; the cost stands before the question, and a build that
its budget does not cover ends before the source is opened for reading. An unfinished build of the same is resumed, at no further cost;
an unfinished build of another is never paid a second time without --fresh.
"""

from __future__ import annotations

import asyncio
import json
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pgdouble.cli.numbers import Finite
from policies.errors import PgError

if TYPE_CHECKING:
    from pgdouble.config import Config
    from policies.load import LoadedPolicy
    from policies.model import Policy
    from synth.plan.model import BuildPlan
    from synth.release.manifest import Manifest
    from synth.unfinished import Unfinished

# Phases of a build that are no table's: catalog, reserve, discover, fan-outs, generate, write, publish.
PHASES = 7


class NotConfirmed(PgError):
    """Nobody said yes."""

    sqlstate = "57014"


@click.command()
@click.option("--yes", is_flag=True, help="Spend without asking.")
@click.option("--epsilon", type=Finite(min=0, min_open=True), help="Instead of the policy's release.epsilon.")
@click.option(
    "--scale",
    type=Finite(0.001, 1000),
    default=1.0,
    show_default=True,
    help="Rows of the double against the source.",
)
@click.option("--seed", type=int, help="Of sampling; noise has none.")
@click.option("--publish/--no-publish", default=True, show_default=True, help="Serve the new release from now on.")
@click.option("--fresh", is_flag=True, help="Do not resume an unfinished build: reserve and pay anew.")
@click.option("--json", "as_json", is_flag=True, help="Print the manifest's summary for machines.")
@click.pass_obj
def build(
    config_file: Path | None,
    yes: bool,
    epsilon: float | None,
    scale: float,
    seed: int | None,
    publish: bool,
    fresh: bool,
    as_json: bool,
) -> None:
    """Spend budget: read the source once and make a release.

    A build that was killed or failed is resumed: what it has measured is kept and not paid for again.
    """
    from pgdouble.config import load_config
    from pgdouble.cost import SOURCE, cost_of
    from pgdouble.late_expressions import LateExpressions
    from policies.load import load_policy
    from policies.stores.sqlite import SqliteLedger
    from synth.build import BuildRequest
    from synth.build import build as make_release

    config = load_config(config_file)
    loaded = load_policy(config.policy)
    policy, dsn = loaded.policy, config.source_dsn()
    plan = _planned(dsn, config, loaded, epsilon)
    unfinished = None if fresh else _unfinished(config, policy, plan)
    if unfinished is not None:
        for line in unfinished.lines():
            click.echo(line, err=True)
    else:
        cost = cost_of(plan, loaded, config.ledger, datetime.now(UTC), served=publish)
        click.echo(
            f"this build costs epsilon {plan.epsilon:g} at delta {plan.delta:g} (rho {plan.rho_nano / 1e9:.6f})",
            err=True,
        )
        for budget in cost.budgets:
            click.echo(f"  {budget.text()}", err=True)
        cost.require()
    if not yes and not click.confirm("Resume it?" if unfinished else "Spend it?", err=True):
        raise NotConfirmed("nothing was read and nothing was spent", hint="Answer y, or run it with --yes.")
    request = BuildRequest(
        dsn, config.releases, SOURCE, epsilon, scale, seed,
        allow_writer=config.settings.allow_writer, publish=publish,
        resume=unfinished.reservation.seq if unfinished else None,
    )  # fmt: skip
    _leave_no_core()
    config.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    ledger = SqliteLedger(config.ledger)
    try:
        with _phases(plan) as progress:
            manifest = asyncio.run(make_release(request, policy, ledger, progress, LateExpressions))
        seq, head = ledger.head()
    finally:
        ledger.close()
    _announce(manifest, seq, head, publish, unfinished is not None, as_json)


def _leave_no_core() -> None:
    """A process that crashes would leave its memory in a file, and that has rows in it."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _planned(dsn: str, config: Config, loaded: LoadedPolicy, epsilon: float | None) -> BuildPlan:
    """The plan to ask about. The catalog that it is made of goes with this call: the build reads its own."""
    from pgdouble.cli.source import source_structure
    from pgdouble.late_expressions import LateExpressions
    from synth.plan.make import plan_of

    source = source_structure(dsn, allow_writer=config.settings.allow_writer)
    plan = plan_of(loaded, source.schema, epsilon, LateExpressions(source.catalog, source.schema))
    source.require_readable(plan)
    return plan


def _unfinished(config: Config, policy: Policy, plan: BuildPlan) -> Unfinished | None:
    """The build to resume. Raises NotResumable where there is one that is not of this plan."""
    from pgdouble.cost import SOURCE, entries_of
    from policies.stores.answers import AnswerFile, answers_beside
    from synth.plan.identity import identity_of
    from synth.release.manifest import MANIFEST, folder_name
    from synth.unfinished import find_unfinished

    found = find_unfinished(entries_of(config.ledger), AnswerFile(answers_beside(config.ledger)), SOURCE)
    identity = identity_of(policy, plan)
    if found is None or (
        found.made_for != identity and (config.releases / folder_name(found.release) / MANIFEST).exists()
    ):
        return None  # a release that is whole can be published as it is, and is in nobody's way
    found.require_same(identity)
    return found


@contextmanager
def _phases(plan: BuildPlan) -> Iterator[Callable[[str], None]]:
    """A bar over phases on a terminal, a line a phase elsewhere. The number of phases is a fact of the plan."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from synth.release.manifest import TableKind

    tables = [table.kind for table in plan.tables.values() if table.kind is not TableKind.EXCLUDED]
    total = PHASES + len(tables) + len(plan.order)
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda phase: click.echo(f"  {phase}", err=True)
        return
    columns = (TextColumn("{task.description:<40}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as bar:
        task = bar.add_task("start", total=total)

        def advance(phase: str) -> None:
            bar.update(task, advance=1, description=phase)

        yield advance
        bar.update(task, completed=total, description="done")


def _announce(manifest: Manifest, seq: int, head: str, published: bool, resumed: bool, as_json: bool) -> None:
    """What was made, and the ledger's head, to be pinned where its operator cannot edit."""
    assert manifest.privacy is not None, "only tests make mirrors"
    if as_json:
        row = {
            "release": manifest.release,
            "published": published,
            "resumed": resumed,
            "epsilon": manifest.privacy.epsilon,
            "delta": manifest.privacy.delta,
            "ledger_seq": seq,
            "ledger_head": head,
        }
        click.echo(json.dumps(row))
        return
    verb = "published" if published else "made"
    click.echo(
        f"release {manifest.release} is {verb}: {len(manifest.tables)} tables, epsilon {manifest.privacy.epsilon:.4g}, "
        f"delta {manifest.privacy.delta:g}\nledger entry {seq}, head {head}"
    )
