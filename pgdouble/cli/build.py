"""`pgdouble build`: show the cost, ask, spend, make a release and publish it.

A conductor over `synth.build`. Shows phases and never a count; estimate and cost stand before the question, and a build that
its budget does not cover ends before the source is opened for reading. An unfinished build of the same is resumed, at no further cost;
an unfinished build of another is never paid a second time without --fresh.
"""

from __future__ import annotations

import asyncio
import json
import resource
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pgdouble.cli.numbers import Finite
from policies.errors import PgError

if TYPE_CHECKING:
    from pgdouble.config import Config
    from policies.load import LoadedPolicy
    from synth.plan.model import BuildPlan
    from synth.release.manifest import Manifest


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
@click.option(
    "--jobs",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Threads that count rows; more gain a few percent where there are millions.",
)
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
    jobs: int,
    as_json: bool,
) -> None:
    """Spend budget: read the source once and make a release.

    A build that was killed or failed is resumed: what it has measured is kept and not paid for again.
    """
    from pgdouble.cli.progress import showing
    from pgdouble.config import load_config
    from pgdouble.cost import SOURCE, cost_of
    from pgdouble.late_expressions import LateExpressions
    from pgdouble.resumable import unfinished_build
    from policies.load import load_policy
    from policies.stores.sqlite import SqliteLedger
    from synth.build import BuildRequest
    from synth.build import build as make_release
    from synth.plan.estimate import estimate
    from synth.plan.identity import identity_of

    config = load_config(config_file)
    loaded = load_policy(config.policy)
    policy, dsn = loaded.policy, config.source_dsn()
    plan = _planned(dsn, config, loaded, epsilon)
    for line in estimate(plan).lines():
        click.echo(line, err=True)
    identity = identity_of(policy, plan)
    unfinished = None if fresh else unfinished_build(config, identity)
    if unfinished is not None:
        unfinished.require_same(identity)
        for line in unfinished.lines():
            click.echo(line, err=True)
    else:
        cost = cost_of(plan, loaded, config.ledger, datetime.now(UTC), served=publish)
        for unit in plan.units:
            of = f" of {unit.name}" if plan.others else ""
            click.echo(
                f"this build costs epsilon {unit.epsilon:g}{of} at delta {unit.delta:g} (rho {unit.rho_nano / 1e9:.6f})",
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
        resume=unfinished.reservation.seq if unfinished else None, jobs=jobs,
    )  # fmt: skip
    _leave_no_core()
    config.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    ledger = SqliteLedger(config.ledger)
    try:
        with showing(plan) as progress:
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
            "other_units": {each.unit: each.epsilon for each in manifest.other_units},
            "ledger_seq": seq,
            "ledger_head": head,
        }
        click.echo(json.dumps(row))
        return
    verb = "published" if published else "made"
    costs = [f"epsilon {each.epsilon:.4g}, delta {each.delta:g}" for each in manifest.units]
    if manifest.other_units:
        costs = [f"{cost} of {each.unit}" for cost, each in zip(costs, manifest.units)]
    click.echo(
        f"release {manifest.release} is {verb}: {len(manifest.tables)} tables, {', '.join(costs)}\nledger entry {seq}, head {head}"
    )
